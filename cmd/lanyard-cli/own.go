package main

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

func (p *program) auditCommand() *cobra.Command {
	var args control.AuditArgs
	command := &cobra.Command{
		Use: "audit", Short: p.words.say("short-audit"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			if args.Last < 0 {
				return p.badUsage("bad-value", "--last", strconv.Itoa(args.Last), "0, 1, 2 …")
			}
			given := map[string]string{"person": args.Person, "what": args.What, "search": args.Search}
			if err := p.refuseEmpty(command, given); err != nil {
				return err
			}
			if args.What != "" && !slices.Contains(auditWhats(), args.What) {
				return p.badUsage("bad-value", "--what", args.What, p.words.list(auditWhats()))
			}
			args.Person, args.Search = plainText(args.Person), plainText(args.Search)
			return p.offline(command.Context(), control.CommandAudit, args, p.reporter(p.newAuditView()))
		},
	}
	command.Flags().IntVar(&args.Last, "last", 0, p.words.say("flag-last-entries"))
	command.Flags().StringVar(&args.Person, "person", "", p.words.say("flag-person"))
	command.Flags().StringVar(&args.What, "what", "", p.words.say("flag-what"))
	command.Flags().StringVar(&args.Search, "search", "", p.words.say("flag-search"))
	return command
}

// auditWhats returns what entries of the audit log are about.
func auditWhats() []string {
	return []string{
		string(netcore.AuditVerify), string(netcore.AuditUnverify), string(netcore.AuditPermissions), string(netcore.AuditBlock),
		string(netcore.AuditUnblock), string(netcore.AuditMerge), string(netcore.AuditFiles), string(netcore.AuditString),
		string(netcore.AuditPassword), string(netcore.AuditIdentity), string(netcore.AuditReach), string(netcore.AuditConfirm),
		string(netcore.AuditAlias), string(netcore.AuditCommand), string(netcore.AuditConsent), string(netcore.AuditButton),
	}
}

func (p *program) settingsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "settings [KEY=VALUE]…", Short: p.words.say("short-settings"),
		Long: p.words.say("long-settings"), Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			settings, err := p.settingsArgs(args)
			if err != nil {
				return err
			}
			return p.offline(command.Context(), control.CommandSettings, settings, p.reporter(settingsView{p}))
		},
	}
}

// settingsArgs reads the settings of settings.
func (p *program) settingsArgs(args []string) (control.SettingsArgs, error) {
	given, err := p.keyValues(args, []keyed{
		{"stranger-texts", onOff()},
		{"stranger-files", onOff()},
		{"invisible", onOff()},
		{"send-limit", nil},
		{"receive-limit", nil},
		{"on-conflict", clashes()},
		{"save-dir", nil},
	})
	settings := control.SettingsArgs{
		StrangerTexts: given["stranger-texts"], StrangerFiles: given["stranger-files"], Invisible: given["invisible"],
		Clash: given["on-conflict"],
	}
	if err != nil {
		return settings, err
	}
	if settings.SaveDir, err = absoluteDir(given["save-dir"]); err != nil {
		return settings, err
	}
	for key, limit := range map[string]**int64{"send-limit": &settings.SendLimit, "receive-limit": &settings.ReceiveLimit} {
		if text, set := given[key]; set {
			bytes, err := p.rate(key, text)
			if err != nil {
				return settings, err
			}
			*limit = &bytes
		}
	}
	return settings, nil
}

func (p *program) passwordCommand() *cobra.Command {
	acts := []string{control.ActShow, control.ActNew, control.ActSet, control.ActOff}
	return &cobra.Command{
		Use: "password [show | new | set | off]", Short: p.words.say("short-password"), Long: p.words.say("long-password"),
		Args: p.between(0, "show | new | set | off"),
		RunE: func(command *cobra.Command, args []string) error {
			var password control.PasswordArgs
			if len(args) > 0 {
				password.Act = args[0]
				if !slices.Contains(acts, password.Act) {
					return p.badUsage("bad-value", "password", password.Act, p.words.list(acts))
				}
			}
			if password.Act == control.ActSet {
				text, err := p.secret(command.Context(), "prompt-password")
				if err != nil {
					return err
				}
				password.Password = text
			}
			return p.offline(command.Context(), control.CommandPassword, password, p.reporter(passwordView{p}))
		},
	}
}

func (p *program) identityCommand() *cobra.Command {
	return &cobra.Command{
		Use: "identity export FILE | import FILE | rotate", Short: p.words.say("short-identity"),
		Long: p.words.say("long-identity"), Args: p.identityArgs,
		RunE: func(command *cobra.Command, args []string) error {
			identity := control.IdentityArgs{Act: args[0]}
			if identity.Act != control.ActRotate {
				path, err := filepath.Abs(args[1])
				if err != nil {
					return err
				}
				identity.Path = control.Path(path)
				if identity.Passphrase, err = p.passphrase(command.Context(), identity.Act == control.ActExport); err != nil {
					return err
				}
			}
			return p.offline(command.Context(), control.CommandIdentity, identity, p.reporter(p.newTrustView()))
		},
	}
}

// identityArgs insists on arguments that identity can have.
func (p *program) identityArgs(command *cobra.Command, args []string) error {
	names := []string{"export | import | rotate"}
	if len(args) > 0 {
		switch args[0] {
		case control.ActExport, control.ActImport:
			names = append(names, "FILE")
		case control.ActRotate:
		default:
			return p.badUsage("bad-value", "identity", args[0], "export, import, rotate")
		}
	}
	return p.exactly(names...)(command, args)
}

// passphrase asks for the passphrase of an identity; twice for a new one, which
// nobody sees being typed.
func (p *program) passphrase(ctx context.Context, fresh bool) (string, error) {
	first, err := p.secret(ctx, "prompt-passphrase")
	if err != nil || !fresh || !p.inTerminal {
		return first, err
	}
	second, err := p.secret(ctx, "prompt-again")
	if err == nil && second != first {
		err = control.Fail(control.ExitFailed, control.WordNotTheSame)
	}
	return first, err
}
