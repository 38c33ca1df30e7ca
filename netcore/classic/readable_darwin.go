package classic

// readable asks a socket how many bytes wait: FIONREAD.
const readable = 0x4004667f
