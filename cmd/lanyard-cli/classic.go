package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/netcore/charset"
	"lanyard/netcore/classic"
	"lanyard/netcore/control"
)

// classicFlags are the flags of classic serve and classic dial.
type classicFlags struct {
	allowCommands, allowRemote, once, wire bool

	recvSize   int
	quiet      string
	encoding   string
	secret     string
	secretFile string
	digest     string
	save       string
	formats    []string
	contacts   []string
}

// classicCommand is the plain-socket protocols of courses: it opens no profile
// and talks to no copy.
func (p *program) classicCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "classic", Short: p.words.say("short-classic"), Long: p.words.say("long-classic") + classicList(),
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return p.badUsage("unknown-command", "classic "+args[0])
			}
			return p.badUsage("argument-missing", "serve | dial")
		},
	}
	command.AddCommand(p.classicServeCommand(), p.classicDialCommand())
	return command
}

// classicList lists the protocols with what they are on.
func classicList() string {
	var all strings.Builder
	for _, protocol := range classic.Protocols() {
		on := "TCP"
		if protocol.Datagrams {
			on = "UDP"
		}
		fmt.Fprintf(&all, "\n  %-16s %s %d", protocol.Name, on, protocol.Port)
	}
	return all.String()
}

func (p *program) classicServeCommand() *cobra.Command {
	var f classicFlags
	command := &cobra.Command{
		Use: "serve PROTOCOL [ADDR] [-- COMMAND…]", Short: p.words.say("short-classic-serve"), Long: p.words.say("long-classic-serve"),
		Args: p.classicArgs(false, "PROTOCOL"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.classic(command, classic.RoleServe, f, args)
		},
	}
	p.addClassicFlags(command, &f)
	command.Flags().BoolVar(&f.once, "once", false, p.words.say("flag-classic-once"))
	command.Flags().BoolVar(&f.allowRemote, "allow-remote", false, p.words.say("flag-allow-remote"))
	command.Flags().StringVar(&f.save, "save", "", p.words.say("flag-classic-save"))
	return command
}

func (p *program) classicDialCommand() *cobra.Command {
	var f classicFlags
	command := &cobra.Command{
		Use: "dial PROTOCOL ADDR [PATH… | -- COMMAND…]", Short: p.words.say("short-classic-dial"), Long: p.words.say("long-classic-dial"),
		Args: p.classicArgs(true, "PROTOCOL", "ADDR"),
		RunE: func(command *cobra.Command, args []string) error {
			return p.classic(command, classic.RoleDial, f, args)
		},
	}
	p.addClassicFlags(command, &f)
	command.Flags().StringArrayVar(&f.formats, "format", nil, p.words.say("flag-classic-format"))
	command.Flags().StringArrayVar(&f.contacts, "contact", nil, p.words.say("flag-contact"))
	return command
}

// addClassicFlags adds the flags of both roles.
func (p *program) addClassicFlags(command *cobra.Command, f *classicFlags) {
	flags := command.Flags()
	flags.BoolVar(&f.allowCommands, "allow-commands", false, p.words.say("flag-allow-commands"))
	flags.BoolVar(&f.wire, "wire", false, p.words.say("flag-wire"))
	flags.IntVar(&f.recvSize, "recv-size", classic.DefaultRecvSize, p.words.say("flag-recv-size"))
	flags.StringVar(&f.quiet, "quiet-time", "0.5s", p.words.say("flag-quiet-time"))
	flags.StringVar(&f.encoding, "encoding", "", p.words.say("flag-classic-encoding"))
	flags.StringVar(&f.secret, "secret", "", p.words.say("flag-secret"))
	flags.StringVar(&f.secretFile, "secret-file", "", p.words.say("flag-secret-file"))
	flags.StringVar(&f.digest, "digest", string(classic.MD5), p.words.say("flag-digest"))
}

// classicArgs insists on the arguments before "--"; more only where files follow.
func (p *program) classicArgs(files bool, names ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		own := args
		if dash := command.ArgsLenAtDash(); dash >= 0 {
			own = args[:dash]
		}
		most := 2
		if files && isFile(own) {
			most = len(own)
		}
		if len(own) < len(names) {
			return p.badUsage("argument-missing", names[len(own)])
		}
		if len(own) > most {
			return p.badUsage("argument-extra", own[most])
		}
		return nil
	}
}

// classicJob is one run of classic.
type classicJob struct {
	program  *program
	flags    classicFlags
	protocol classic.Protocol
	role     classic.Role
	options  classic.Options
	paths    []string          // of file
	command  string            // after "--"
	given    bool              // something stood after "--"
	contacts map[string]string // of udp-chat
	out      *classicOut
	lines    *lineReader
}

// classic reads the command line and runs it.
func (p *program) classic(command *cobra.Command, role classic.Role, f classicFlags, args []string) error {
	j := &classicJob{program: p, flags: f, role: role, contacts: map[string]string{}}
	if dash := command.ArgsLenAtDash(); dash >= 0 && !isFile(args) {
		j.given, j.command = true, plainText(strings.Join(args[dash:], " "))
		args = args[:dash]
	}
	if err := j.read(command, args); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(command.Context())
	defer stop(nil)
	j.out = &classicOut{job: j, fail: stop, asked: map[string]int{}}
	j.options.Events = j.out.event
	if f.wire {
		j.options.Wire = j.out.record
	}
	if err := j.readSecret(command); err != nil {
		return err
	}
	err := j.run(ctx)
	if lost := j.out.problem(); lost != nil {
		return lost
	}
	return j.failure(err)
}

// isFile reports whether the protocol is that of files, whose paths may stand
// after "--".
func isFile(args []string) bool {
	return len(args) > 0 && strings.EqualFold(args[0], string(classic.File))
}

// read fills in what the command line says.
func (j *classicJob) read(command *cobra.Command, args []string) error {
	p, f := j.program, j.flags
	protocol, known := classic.Lookup(args[0])
	if !known {
		return p.badUsage("bad-value", "PROTOCOL", args[0], p.words.list(protocolNames()))
	}
	j.protocol = protocol
	if len(args) > 1 {
		if at := slices.Index(args[1:], ""); at >= 0 { // an empty variable of a script is no default
			return p.badUsage("empty-value", []string{"ADDR", "PATH"}[min(at, 1)])
		}
		var err error
		if j.paths, err = absolute(args[2:]); err != nil {
			return err
		}
	}
	if err := j.fits(command); err != nil {
		return err
	}
	quiet, err := parseSeconds(f.quiet)
	if err != nil {
		return p.badUsage("bad-value", "--quiet-time", f.quiet, "0.5s, 2s …")
	}
	if f.recvSize < 1 || f.recvSize > classic.MaxRecvSize {
		return p.badUsage("bad-value", "--recv-size", strconv.Itoa(f.recvSize), "1 … "+strconv.Itoa(classic.MaxRecvSize))
	}
	if f.digest != string(classic.MD5) && f.digest != string(classic.SHA256) {
		return p.badUsage("bad-value", "--digest", f.digest, "md5, sha256")
	}
	j.options = classic.Options{
		Protocol: protocol.Name, AllowCommands: f.allowCommands, AllowRemote: f.allowRemote, Once: f.once,
		RecvSize: f.recvSize, QuietTime: quiet, ChatName: p.global.name, Digest: classic.Digest(f.digest), SaveDir: f.save,
	}
	if f.encoding != "" {
		if j.options.Encoding, err = charset.ParseEncoding(f.encoding); err != nil {
			return p.badUsage("bad-value", "--encoding", f.encoding, p.words.list(encodingNames()))
		}
	}
	if len(args) > 1 {
		j.options.Address = plainText(args[1])
	}
	return j.readContacts()
}

// fits refuses flags and arguments that mean nothing to a protocol.
func (j *classicJob) fits(command *cobra.Command) error {
	p, kind := j.program, j.protocol.Kind
	if err := j.flagsFit(command); err != nil {
		return err
	}
	asks := kind == classic.KindCommand && j.protocol.Asks == j.role
	switch {
	case j.given && !asks:
		return p.badUsage("argument-extra", "--")
	case j.given && strings.TrimSpace(j.command) == "":
		return p.badUsage("argument-missing", "COMMAND")
	case kind == classic.KindFile && j.role == classic.RoleDial && len(j.paths) == 0:
		return p.badUsage("argument-missing", "PATH")
	case kind == classic.KindFile && j.role == classic.RoleServe && j.flags.save == "":
		return p.badUsage("argument-missing", "--save DIR")
	}
	return nil
}

// flagsFit refuses the flags of other protocols.
func (j *classicJob) flagsFit(command *cobra.Command) error {
	of := map[string]bool{
		"format":  j.protocol.Name == classic.UDPTime,
		"contact": j.protocol.Name == classic.UDPChat,
		"save":    j.protocol.Name == classic.File,
		"secret":  j.protocol.Name == classic.HMACEcho, "secret-file": j.protocol.Name == classic.HMACEcho, "digest": j.protocol.Name == classic.HMACEcho,
	}
	for name, fine := range of {
		if flag := command.Flags().Lookup(name); flag != nil && flag.Changed && !fine {
			return j.program.badUsage("classic-flag", flagName(name), string(j.protocol.Name))
		}
	}
	return nil
}

// readContacts reads --contact.
func (j *classicJob) readContacts() error {
	for _, text := range j.flags.contacts {
		name, address, found := strings.Cut(plainText(text), "=")
		if !found || strings.TrimSpace(name) == "" || address == "" {
			return j.program.badUsage("bad-value", "--contact", text, "NAME=ADDR")
		}
		j.contacts[strings.TrimSpace(name)] = address
	}
	return nil
}

// readSecret reads the secret of hmac-echo, from where the flags say.
func (j *classicJob) readSecret(command *cobra.Command) error {
	j.lines = newLineReader(j.program.in)
	if j.protocol.Name != classic.HMACEcho {
		return nil
	}
	p, f := j.program, j.flags
	given, fromFile := command.Flags().Changed("secret"), command.Flags().Changed("secret-file")
	switch {
	case given && fromFile:
		return p.badUsage("one-of", "--secret", "--secret-file")
	case fromFile:
		raw, err := os.ReadFile(f.secretFile) // #nosec G304 -- the user's own choice
		if err != nil {
			return control.Fail(control.ExitFailed, control.WordNoFile, f.secretFile, reasonOf(err))
		}
		text, _, _ := strings.Cut(strings.TrimPrefix(string(raw), "\ufeff"), "\n")
		j.options.Secret = strings.TrimSuffix(text, "\r")
	case given && f.secret == "-":
		return j.askSecret(command.Context())
	case given:
		j.options.Secret = f.secret
	default:
		return p.badUsage("argument-missing", "--secret | --secret-file")
	}
	return nil
}

// askSecret reads the secret from stdin: at a terminal without showing what is
// typed. A signal ends the waiting.
func (j *classicJob) askSecret(ctx context.Context) error {
	if j.program.inTerminal && j.program.hidden != nil {
		text, err := j.program.secret(ctx, "hmac-secret")
		j.options.Secret = text
		return err
	}
	read := make(chan string, 1)
	go func() {
		line, _ := j.lines.next()
		read <- line
	}()
	select {
	case j.options.Secret = <-read:
		return nil
	case <-ctx.Done():
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
}

// reasonOf returns what the system said, without the path that it names.
func reasonOf(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// parseSeconds reads a time: 0.5s, 500ms, or a number of seconds.
func parseSeconds(text string) (time.Duration, error) {
	quiet, err := time.ParseDuration(text)
	if err != nil {
		quiet, err = time.ParseDuration(text + "s")
	}
	if err == nil && (quiet <= 0 || quiet > time.Hour) {
		err = errors.New("out of range")
	}
	return quiet, err
}

func protocolNames() []string {
	var names []string
	for _, protocol := range classic.Protocols() {
		names = append(names, string(protocol.Name))
	}
	return names
}

func encodingNames() []string {
	var names []string
	for _, encoding := range charset.Choices() {
		names = append(names, string(encoding))
	}
	return names
}
