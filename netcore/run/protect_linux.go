package run

import "syscall"

// protect has a command killed when its supervisor is, whoever does that.
func protect(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
