package classic

import "golang.org/x/sys/unix"

// readable asks a socket how many bytes wait.
const readable = unix.TIOCINQ
