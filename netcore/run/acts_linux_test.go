package run

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// moreActs are those that need the system.
var moreActs = map[string]func() int{"rabbit": rabbit, "owner": owner}

// rabbit starts itself in a session of its own and ends, again and again.
func rabbit() int {
	_, _ = os.Stdout.WriteString("hop\n")
	next := exec.Command("/proc/self/exe")
	next.Env, next.Stdout = os.Environ(), os.Stdout
	next.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := next.Start(); err != nil {
		return 1
	}
	return 0
}

// owner runs a stubborn family until standard input ends.
func owner() int {
	r := New(Config{})
	family := stubbornFamily("/", markVariable+os.Getenv(strings.TrimSuffix(markVariable, "=")))
	_, err := r.Start(context.Background(), family, func(_ Stream, p []byte) error {
		_, err := os.Stdout.Write(p)
		return err
	})
	if err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}
