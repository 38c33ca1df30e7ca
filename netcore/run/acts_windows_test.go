package run

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"

	"golang.org/x/sys/windows"
)

// moreActs are those that need the system.
var moreActs = map[string]func() int{
	"family": func() int { return descend("child") },
	"child":  func() int { return descend("last") },
	"last":   func() int { fmt.Println(os.Getpid()); return hang() },
	"silent": hang,
	"parent": parent,
	"owner":  owner,
	"cat": func() int {
		_, _ = io.Copy(os.Stdout, os.Stdin)
		return 0
	},
}

// descend says who it is, starts a child, and stays.
func descend(act string) int {
	fmt.Println(os.Getpid())
	if startAct(act) != nil {
		return 1
	}
	return hang()
}

// parent starts a child and ends.
func parent() int {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), actVariable+"=silent")
	if child.Start() != nil {
		return 1
	}
	fmt.Println(child.Process.Pid)
	return 4
}

func startAct(act string) error {
	child := exec.Command(os.Args[0])
	child.Env, child.Stdout = append(os.Environ(), actVariable+"="+act), os.Stdout
	return child.Start()
}

// owner runs a family, and never ends.
func owner() int {
	spec := Spec{Argv: os.Args[:1], Env: Environment([]string{actVariable + "=family"})}
	_, err := New(Config{}).Start(context.Background(), spec, func(_ Stream, p []byte) error {
		_, err := os.Stdout.Write(p)
		return err
	})
	if err != nil {
		return 1
	}
	return hang()
}

// hang never ends by itself.
func hang() int { return int(windows.SleepEx(windows.INFINITE, false)) }
