// Lanyard-cli is Lanyard in a terminal: the same node as the desktop program,
// without a window. When a copy has the profile open already, commands go to
// that copy; else they run in this process.
//
// On Windows, Go writes to a console as UTF-16 whatever its code page is, so
// that Chinese is right in consoles of code page 936 too; pipes get UTF-8.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"lanyard/netcore"
)

func main() {
	netcore.Supervise() // before all else: this may be no start of the program, but what watches over a command
	netcore.KeepResponsive()
	netcore.CollectFittingly()
	os.Exit(start())
}

// start runs the program on the process's own terminal and returns its exit
// code.
func start() int {
	// A reader of the output that goes away is an error of writing like others.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal kills
	p := &program{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		inTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		outTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		words:       lexiconFor(os.Getenv),
		zone:        time.Local,
		hidden:      hiddenFrom(int(os.Stdin.Fd())),
		open:        openSession,
		console:     systemConsole{int(os.Stdin.Fd()), int(os.Stdout.Fd())},
	}
	return p.run(ctx, os.Args[1:])
}
