// Command lanyard is the desktop program: one window on one profile. A second
// start with the same profile shows that window and hands it its files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanyard/netcore"
)

// openPatience is how long a start waits for a copy that is just starting or
// ending with the same profile.
const openPatience = 15 * time.Second

func main() {
	netcore.Supervise() // before all else: this may be no start of the program, but what watches over a command
	netcore.KeepResponsive()
	netcore.CollectFittingly()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// options are what the command line says.
type options struct {
	config  netcore.Config
	level   slog.Level
	version bool
	files   []string // absolute
}

func run(args []string, out, problems io.Writer) int {
	opts, err := parse(args, problems)
	if err != nil {
		return 2
	}
	if opts.version {
		fmt.Fprintf(out, "%s %s\n", metadata().Name, metadata().Version)
		return 0
	}
	opts.config.Logger = slog.New(slog.NewTextHandler(problems, &slog.HandlerOptions{Level: opts.level}))
	node, err := open(opts)
	if err != nil {
		fmt.Fprintf(problems, "lanyard: %v\n", err)
		showFailure(err)
		return 1
	}
	if node == nil {
		return 0 // the copy that holds the profile has taken over
	}
	if err := show(node, opts.files); err != nil {
		fmt.Fprintf(problems, "lanyard: %v\n", err)
		return 1
	}
	return 0
}

// open opens the profile, or hands over to the copy that holds it: then both
// results are nil.
func open(opts options) (*netcore.Node, error) {
	ctx, cancel := context.WithTimeout(context.Background(), openPatience)
	defer cancel()
	return netcore.OpenOrRaise(ctx, opts.config, opts.files)
}

var errUsage = errors.New("wrong usage")

func parse(args []string, out io.Writer) (options, error) {
	opts := options{config: netcore.Config{Window: true}}
	var level, discovery string
	flags := flag.NewFlagSet("lanyard", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&opts.config.Profile, "profile", "", "folder of the profile (default: the platform's own place)")
	flags.StringVar(&opts.config.Name, "name", "", "name shown to others from now on")
	flags.StringVar(&opts.config.Listen, "listen", "", "address and port to listen on (default \":9527\")")
	flags.StringVar(&level, "log-level", "warn", "debug, info, warn or error")
	flags.StringVar(&discovery, "discovery", "auto", "auto, or off to announce nothing and hear nothing")
	flags.Func("interface", "announce on this network interface only; may be given again", func(name string) error {
		opts.config.Interfaces = append(opts.config.Interfaces, name)
		return nil
	})
	flags.BoolVar(&opts.version, "version", false, "print the version and end")
	flags.Usage = func() {
		fmt.Fprintln(out, "usage: lanyard [options] [file or folder]...")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if err := opts.level.UnmarshalText([]byte(level)); err != nil {
		return options{}, wrong(out, "--log-level is debug, info, warn or error, not %q", level)
	}
	switch discovery {
	case "auto":
	case "off":
		opts.config.Quiet = true
	default:
		return options{}, wrong(out, "--discovery is auto or off, not %q", discovery)
	}
	return opts, opts.addFiles(flags.Args(), out)
}

func (o *options) addFiles(args []string, out io.Writer) error {
	for _, arg := range args {
		path, err := filepath.Abs(strings.TrimPrefix(arg, "file://"))
		if err == nil {
			_, err = os.Lstat(path)
		}
		if err != nil {
			return wrong(out, "%v", err)
		}
		o.files = append(o.files, path)
	}
	return nil
}

func wrong(out io.Writer, format string, args ...any) error {
	fmt.Fprintf(out, "lanyard: "+format+"\n", args...)
	return errUsage
}
