package main

import (
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// globalFlags are the flags that every command takes, before or after it.
type globalFlags struct {
	profile    string
	name       string
	json       bool
	logLevel   string
	discovery  string
	interfaces []string
}

// The values of --discovery.
const (
	discoveryAuto = "auto"
	discoveryOff  = "off"
)

// levelOff is the --log-level at which nothing is logged.
const levelOff = "off"

func (p *program) addGlobalFlags(flags *pflag.FlagSet) {
	g := &p.global
	flags.StringVar(&g.profile, "profile", "", p.words.say("flag-profile"))
	flags.StringVar(&g.name, "name", "", p.words.say("flag-name"))
	flags.BoolVar(&g.json, "json", false, p.words.say("flag-json"))
	flags.StringVar(&g.logLevel, "log-level", "", p.words.say("flag-log-level"))
	flags.StringVar(&g.discovery, "discovery", discoveryAuto, p.words.say("flag-discovery"))
	flags.StringArrayVar(&g.interfaces, "interface", nil, p.words.say("flag-interface"))
}

// checkGlobal refuses values that mean nothing.
func (p *program) checkGlobal(command *cobra.Command, _ []string) error {
	if p.global.discovery != discoveryAuto && p.global.discovery != discoveryOff {
		return p.badUsage("bad-value", "--discovery", p.global.discovery, "auto, off")
	}
	if _, _, err := p.level(slog.LevelError); err != nil {
		return err
	}
	return p.refuseEmpty(command, map[string]string{"name": p.global.name, "profile": p.global.profile})
}

// refuseEmpty refuses flags that were given without anything: an empty variable
// of a script must not stand for the default.
func (p *program) refuseEmpty(command *cobra.Command, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if command.Flags().Changed(name) && strings.TrimSpace(values[name]) == "" {
			return p.badUsage("empty-value", flagName(name))
		}
	}
	return nil
}

// level returns the least level that is logged; logged is false for none.
func (p *program) level(fallback slog.Level) (level slog.Level, logged bool, err error) {
	switch p.global.logLevel {
	case "":
		return fallback, true, nil
	case levelOff:
		return 0, false, nil
	}
	if err := level.UnmarshalText([]byte(p.global.logLevel)); err != nil {
		return 0, false, p.badUsage("bad-value", "--log-level", p.global.logLevel, "debug, info, warn, error, off")
	}
	return level, true, nil
}

// options is how a session is opened.
type options struct {
	profile    string // absolute; empty: the user's own
	name       string // empty: as set before
	listen     string // host:port; empty: the default
	quiet      bool   // nothing is announced
	offline    bool   // no network at all
	attachOnly bool   // only a copy that runs already will do
	stays      bool   // the copy runs until a signal
	interfaces []string
	log        *slog.Logger
}

// options returns what the global flags say.
func (p *program) options(fallback slog.Level) (options, error) {
	o := options{
		name: p.global.name, quiet: p.global.discovery == discoveryOff, interfaces: p.global.interfaces,
		log: slog.New(slog.DiscardHandler),
	}
	level, logged, err := p.level(fallback)
	if err != nil {
		return o, err
	}
	if logged {
		o.log = slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level}))
	}
	if p.global.profile != "" {
		o.profile, err = filepath.Abs(p.global.profile)
	}
	return o, err
}

// Where a copy listens that lives only as long as one command.
const (
	anyPort      = ":0"
	anyLocalPort = "127.0.0.1:0"
)

// toward returns the options for a command about a person. Given host:port
// nothing is announced, and somebody on this PC can dial back on it alone.
func (o options) toward(person string) options {
	o.listen = anyPort
	host, port, err := net.SplitHostPort(person)
	if err != nil {
		host = person
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return o // a name with a colon
	}
	address, err := netip.ParseAddr(host)
	o.quiet = o.quiet || err == nil || host != person
	if err == nil && address.IsLoopback() && address.Is4() || host == "localhost" && host != person {
		o.listen = anyLocalPort
	}
	return o
}

// alone returns the options for a command that needs no network.
func (o options) alone() options {
	o.listen, o.quiet, o.offline = anyLocalPort, true, true
	return o
}

// attaching returns the options for a command that means something only to a
// copy that goes on running.
func (o options) attaching() options {
	o.attachOnly = true
	return o
}
