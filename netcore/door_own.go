package netcore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lanyard/netcore/control"
	"lanyard/netcore/identity"
	"lanyard/netcore/safename"
)

// settings tells or changes who may reach this copy, and what becomes of files.
func (d *Door) settings(ctx context.Context, args control.SettingsArgs, emit control.Emit) error {
	before := d.node.Settings()
	wanted, err := withSettings(before, args)
	if err != nil {
		return err
	}
	if err := d.confirmSettings(ctx, before, wanted, emit); err != nil {
		return err
	}
	// What was not asked for may have changed while the window asked.
	before = d.node.Settings()
	if wanted, err = withSettings(before, args); err != nil {
		return err
	}
	if wanted != before {
		if err := makeSaveDir(string(args.SaveDir)); err != nil {
			return err
		}
		if err := d.node.SetSettings(ctx, wanted); err != nil {
			return settingsFailure(err)
		}
	}
	return emit(settingsLine(d.node.Settings()))
}

// confirmSettings asks in the window for what other settings let in.
func (d *Door) confirmSettings(ctx context.Context, before, wanted Settings, emit control.Emit) error {
	if opened := opens(before, wanted); opened != "" {
		if err := d.confirm(ctx, ConfirmReach, Person{}, opened, emit); err != nil {
			return err
		}
	}
	if wanted.Clash == ClashReplace && before.Clash != ClashReplace {
		if err := d.confirm(ctx, ConfirmReplace, Person{}, "", emit); err != nil {
			return err
		}
	}
	if wanted.SaveDir != before.SaveDir {
		return d.confirm(ctx, ConfirmSaveDir, Person{}, safename.Escape(wanted.SaveDir), emit)
	}
	return nil
}

// settingsLine is the line about all settings.
func settingsLine(s Settings) control.Settings {
	return control.Settings{
		StrangerTexts: switchText(!s.NoStrangerTexts), StrangerFiles: switchText(!s.NoStrangerFiles), Invisible: switchText(s.Invisible),
		SendLimit: s.SendLimit, ReceiveLimit: s.ReceiveLimit, Clash: string(s.Clash), SaveDir: safename.Escape(s.SaveDir),
	}
}

// settingsFailure says in a Failure that settings cannot be used.
func settingsFailure(err error) error {
	if errors.Is(err, ErrSettings) {
		return fail(control.ExitUsage, wordBadValue, err.Error())
	}
	return err
}

// withSettings returns settings with what args name.
func withSettings(s Settings, args control.SettingsArgs) (Settings, error) {
	s, err := withReach(s, args)
	if err != nil {
		return s, err
	}
	clash, err := clashOf(args.Clash)
	if err != nil {
		return s, err
	}
	if clash != "" {
		s.Clash = clash
	}
	if args.SaveDir != "" {
		if err := checkAbsolute(string(args.SaveDir)); err != nil {
			return s, err
		}
		s.SaveDir = string(args.SaveDir)
	}
	if args.SendLimit != nil {
		s.SendLimit = *args.SendLimit
	}
	if args.ReceiveLimit != nil {
		s.ReceiveLimit = *args.ReceiveLimit
	}
	return s, nil
}

// withReach returns settings with what args name of who may reach this copy.
func withReach(s Settings, args control.SettingsArgs) (Settings, error) {
	texts, err := switchTo(args.StrangerTexts, !s.NoStrangerTexts)
	if err != nil {
		return s, err
	}
	files, err := switchTo(args.StrangerFiles, !s.NoStrangerFiles)
	if err != nil {
		return s, err
	}
	s.NoStrangerTexts, s.NoStrangerFiles = !texts, !files
	s.Invisible, err = switchTo(args.Invisible, s.Invisible)
	return s, err
}

// opens says what other settings let in that the former ones did not.
func opens(before, after Settings) string {
	var opened []string
	if before.NoStrangerTexts && !after.NoStrangerTexts {
		opened = append(opened, "stranger-texts=on")
	}
	if before.NoStrangerFiles && !after.NoStrangerFiles {
		opened = append(opened, "stranger-files=on")
	}
	if before.Invisible && !after.Invisible {
		opened = append(opened, "invisible=off")
	}
	return strings.Join(opened, " ")
}

// password tells or changes the network password.
func (d *Door) password(ctx context.Context, args control.PasswordArgs, emit control.Emit) error {
	if args.Act == control.ActState {
		return emit(control.Password{Set: d.node.Password() != ""})
	}
	if args.Act == control.ActSet { // before anybody is asked
		if _, err := identity.ParsePassword(args.Password); err != nil {
			return fail(control.ExitRefused, wordWeakPassword)
		}
	}
	if args.Act == control.ActShow && d.node.Password() == "" {
		return fail(control.ExitFailed, wordNoPassword)
	}
	if err := d.confirm(ctx, ConfirmPassword, Person{}, args.Act, emit); err != nil {
		return err
	}
	line, err := d.setPassword(ctx, args)
	if errors.Is(err, ErrWeakPassword) {
		return fail(control.ExitRefused, wordWeakPassword)
	}
	if err != nil {
		return err
	}
	return emit(line)
}

// setPassword does what was confirmed, and returns what is told of it.
func (d *Door) setPassword(ctx context.Context, args control.PasswordArgs) (control.Password, error) {
	switch args.Act {
	case control.ActShow:
		password := d.node.Password()
		return control.Password{Set: password != "", Password: password}, nil
	case control.ActNew:
		password := d.node.NewPassword()
		return control.Password{Set: true, Password: password}, d.node.SetPassword(ctx, password)
	case control.ActSet:
		return control.Password{Set: true}, d.node.SetPassword(ctx, args.Password)
	case control.ActOff:
		return control.Password{}, d.node.SetPassword(ctx, "")
	}
	return control.Password{}, fail(control.ExitUsage, wordBadValue, args.Act)
}

// identity exports, imports or rotates the key of this profile.
func (d *Door) identity(ctx context.Context, args control.IdentityArgs, emit control.Emit) error {
	path := string(args.Path)
	if err := checkIdentityFile(args.Act, path); err != nil {
		return err
	}
	detail := args.Act
	if path != "" {
		detail += " " + filepath.Base(path)
	}
	if err := d.confirm(ctx, ConfirmIdentity, Person{}, detail, emit); err != nil {
		return err
	}
	line, err := d.changeIdentity(ctx, args)
	if err != nil {
		return identityFailure(path, err)
	}
	return emit(line)
}

// checkIdentityFile refuses a file that will not do, before anybody is asked.
func checkIdentityFile(act, path string) error {
	if act == control.ActRotate {
		return nil
	}
	if err := checkAbsolute(path); err != nil {
		return err
	}
	_, err := os.Lstat(path)
	switch {
	case act == control.ActExport && err == nil:
		return fail(control.ExitFailed, wordFileExists, path)
	case act == control.ActImport && err != nil:
		return fail(control.ExitFailed, wordFileProblem, path, pathProblem(err))
	}
	return nil
}

// changeIdentity does what was confirmed, and returns what is told of it.
func (d *Door) changeIdentity(ctx context.Context, args control.IdentityArgs) (control.Identity, error) {
	var id DeviceID
	var err error
	event, told := "", ""
	switch args.Act {
	case control.ActExport:
		event, told, id = control.EventExported, safename.Escape(string(args.Path)), d.node.Self().ID
		err = d.node.ExportIdentity(ctx, string(args.Path), args.Passphrase)
	case control.ActImport:
		event = control.EventImported
		id, err = d.node.ImportIdentity(ctx, string(args.Path), args.Passphrase)
	case control.ActRotate:
		event = control.EventRotated
		id, err = d.node.RotateIdentity(ctx)
	default:
		err = fail(control.ExitUsage, wordBadValue, args.Act)
	}
	return control.Identity{Event: event, ID: id.String(), Path: told}, err
}

// identityFailure says in a Failure why an identity was not moved.
func identityFailure(path string, err error) error {
	var problem *fs.PathError
	switch {
	case isAny(err, ErrPassphrase, identity.ErrPassphrase):
		return fail(control.ExitRefused, wordPassphrase)
	case errors.Is(err, identity.ErrBackup):
		return fail(control.ExitFailed, wordNoBackup, path)
	case errors.Is(err, fs.ErrExist):
		return fail(control.ExitFailed, wordFileExists, path)
	case errors.As(err, &problem):
		return fail(control.ExitFailed, wordFileProblem, path, problem.Err.Error())
	}
	return err
}
