package kit

import (
	"context"
	"errors"
	"io/fs"

	"fyne.io/fyne/v2/lang"

	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// FilesWords says what happens to somebody's offers of files.
func FilesWords(p netcore.Permissions) string {
	if p.Files != netcore.FilesAuto {
		return lang.L("Ask first")
	}
	limit := p.FilesCap
	if limit <= 0 {
		limit = netcore.DefaultFilesCap
	}
	return lang.L("Auto up to {{.Size}}", map[string]any{"Size": RoundBytes(limit)})
}

// CommandsWords says what somebody may run on this PC.
func CommandsWords(commands netcore.CommandsPermission) string {
	switch commands {
	case netcore.CommandsButtons:
		return lang.L("Buttons only")
	case netcore.CommandsAsk:
		return lang.L("Ask each time")
	case netcore.CommandsAlways:
		return lang.L("Always")
	}
	return lang.L("Never")
}

// VerifiedWords says how a key was compared.
func VerifiedWords(by netcore.VerifiedBy) string {
	switch by {
	case netcore.VerifiedByCode:
		return lang.L("by six digits")
	case netcore.VerifiedByString:
		return lang.L("by a pairing string")
	case netcore.VerifiedByID:
		return lang.L("by the device ID")
	}
	return ""
}

// AuditWords says what an entry of the audit log is about.
func AuditWords(what netcore.AuditWhat) string {
	switch what {
	case netcore.AuditVerify:
		return lang.L("Comparing keys")
	case netcore.AuditUnverify:
		return lang.L("No longer verified")
	case netcore.AuditPermissions:
		return lang.L("Permissions")
	case netcore.AuditBlock:
		return lang.L("Blocked")
	case netcore.AuditUnblock:
		return lang.L("Unblocked")
	case netcore.AuditMerge:
		return lang.L("Conversations joined")
	case netcore.AuditFiles:
		return lang.L("Files")
	case netcore.AuditCommand:
		return lang.L("Command")
	case netcore.AuditConsent:
		return lang.L("Consent")
	case netcore.AuditButton:
		return lang.L("Own buttons")
	}
	return ownAuditWords(what)
}

// ownAuditWords are those of entries about this copy itself.
func ownAuditWords(what netcore.AuditWhat) string {
	switch what {
	case netcore.AuditString:
		return lang.L("Pairing string")
	case netcore.AuditPassword:
		return lang.L("Network password")
	case netcore.AuditIdentity:
		return lang.L("This PC's identity")
	case netcore.AuditReach:
		return lang.L("Who may reach me")
	case netcore.AuditConfirm:
		return lang.L("Another program")
	case netcore.AuditAlias:
		return lang.L("Your own names")
	}
	return ""
}

// OutcomeWords says how an entry of the audit log went.
func OutcomeWords(outcome netcore.AuditOutcome) string {
	switch outcome {
	case netcore.OutcomeAllowed:
		return lang.L("Allowed")
	case netcore.OutcomeDone:
		return lang.L("Done")
	case netcore.OutcomeRefused:
		return lang.L("Refused")
	case netcore.OutcomeFailed:
		return lang.L("Failed")
	}
	return ""
}

// ErrorWords says in a sentence what went wrong; an error that it does not
// know is quoted.
func ErrorWords(err error) string {
	if words := KnownErrorWords(err); words != "" {
		return words
	}
	return lang.L("It did not work: {{.Problem}}", map[string]any{"Problem": Cut(err.Error(), errorMost)})
}

// KnownErrorWords is ErrorWords for errors that have a sentence of their own;
// of others it is empty.
func KnownErrorWords(err error) string {
	for _, known := range []struct {
		is    error
		words string
	}{
		{netcore.ErrNotVerified, lang.L("Only verified people can be given permissions.")},
		{netcore.ErrOtherID, lang.L("That is another device ID. Do not trust this person before you know why.")},
		{netcore.ErrWeakPassword, lang.L("Lanyard did not make this password, or it was mistyped. Only generated ones are taken: one that people think up could be guessed by any PC in the network.")},
		{netcore.ErrNotConfirmed, lang.L("It was not confirmed in the window.")},
		{netcore.ErrBlocked, lang.L("This person is blocked.")},
		{netcore.ErrPassphrase, lang.L("This passphrase does not open the file.")},
		{identity.ErrBackup, lang.L("This file holds no exported identity, or is damaged.")},
		{identity.ErrDeviceID, lang.L("This is no whole device ID, or it was mistyped.")},
		{identity.ErrPairString, lang.L("This is no pairing string, or not the whole of it.")},
		{identity.ErrPairVersion, lang.L("This pairing string is of a later version. Update this Lanyard.")},
		{netcore.ErrPairString, lang.L("This string has been used already, is older than ten minutes, or its maker has closed Lanyard.")},
		{netcore.ErrForged, lang.L("The other side could not prove that it is the right one. Do not trust it before you know why.")},
		{netcore.ErrPassword, lang.L("The other PC has another network password, or only one of the two has one.")},
		{netcore.ErrSelf, lang.L("That is this PC itself.")},
		{netcore.ErrVersion, lang.L("One of the two must be updated: they do not understand each other.")},
		{netcore.ErrUnreachable, lang.L("Nobody answered there.")},
		{netcore.ErrSettings, lang.L("These settings cannot be used.")},
		{fs.ErrExist, lang.L("There is already a file of that name. Nothing was overwritten.")},
		{fs.ErrNotExist, lang.L("It is not there any more.")},
		{fs.ErrPermission, lang.L("The system does not allow access to it.")},
		{context.Canceled, lang.L("You stopped it.")},
		{context.DeadlineExceeded, lang.L("Nobody answered there.")},
	} {
		if errors.Is(err, known.is) {
			return known.words
		}
	}
	return ""
}

// errorMost is how many characters of an unknown error are quoted.
const errorMost = 300
