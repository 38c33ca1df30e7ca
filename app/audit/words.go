package audit

import (
	"regexp"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// between stands between the parts of a detail.
const between = " · "

// detailWords says the detail of an entry in the user's language, as far as
// it is one of those that the engine writes; else it is shown as it is.
func detailWords(entry netcore.AuditEntry) string {
	text := kit.Cut(entry.Detail, detailMost)
	words := ""
	switch entry.What {
	case netcore.AuditCommand:
		words = kit.Cut(commandWords(entry.Detail), detailMost)
	case netcore.AuditConsent:
		words = consentWords(text)
	case netcore.AuditButton:
		words = buttonWords(text)
	case netcore.AuditFiles:
		words = filesWords(text)
	case netcore.AuditPermissions, netcore.AuditReach:
		words = pairsWords(text)
	case netcore.AuditVerify:
		words = comparedWords(text)
	case netcore.AuditAlias:
		if words = text; text == "" { // a name, whatever word of ours it is like
			words = lang.L("taken back")
		}
	case netcore.AuditString:
		if words = plainWords(text); words == "" {
			words = comparedWords(text)
		}
	default:
		words = plainWords(text)
	}
	if words == "" {
		return text
	}
	return words
}

// comparedWords are those of a way of verifying, and of why it failed:
// "code: the digits differ".
func comparedWords(text string) string {
	by, problem, failed := strings.Cut(text, ": ")
	words := kit.VerifiedWords(netcore.VerifiedBy(by))
	if failed && words != "" {
		words += between + endWords(problem)
	}
	return words
}

// endWords say how an attempt to compare keys ended.
func endWords(end string) string {
	switch end {
	case "differ":
		return lang.L("the digits differed here")
	case "differ-there":
		return lang.L("the digits differed there")
	case "timeout":
		return lang.L("the time was over")
	case "cancelled":
		return lang.L("given up here")
	case "aborted":
		return lang.L("given up there")
	case "forged":
		return lang.L("a forged proof")
	case "dead":
		return lang.L("no valid string")
	case "lost":
		return lang.L("the link was lost")
	}
	return end
}

// plainWords are those of details that are one word of the engine.
func plainWords(text string) string {
	switch text {
	case "made":
		return lang.L("Made")
	case "set":
		return lang.L("Set")
	case "taken away":
		return lang.L("Turned off")
	case "exported":
		return lang.L("Exported")
	case "imported":
		return lang.L("Imported")
	case "rotated":
		return lang.L("New key")
	}
	return ""
}

// filesWords are those of files that were accepted, or of how they ended:
// "failed, disk-full: plans (12 files, 500 bytes)".
func filesWords(text string) string {
	form := regexp.MustCompile(`^([a-z -]+)(?:, ([a-z-]+))?: (.*) \((\d+) files, (\d+) bytes\)$`)
	parts := form.FindStringSubmatch(text)
	if parts == nil {
		return ""
	}
	state := filesActWords(parts[1])
	if state == "" {
		state = kit.StateWords(netcore.State(parts[1]))
	}
	count, err1 := strconv.Atoi(parts[4])
	size, err2 := strconv.ParseInt(parts[5], 10, 64)
	if state == "" || err1 != nil || err2 != nil {
		return ""
	}
	words := strings.Join([]string{state, parts[3], kit.FileCount(count), kit.Bytes(size)}, between)
	for _, why := range []string{kit.ReasonWords(netcore.Reason(parts[2])), choiceWords(parts[2])} {
		if why != "" {
			words += between + why
		}
	}
	return words
}

// filesActWords are those of what somebody did about files.
func filesActWords(act string) string {
	switch act {
	case "accepted":
		return lang.L("Accepted")
	case "accepted a part":
		return lang.L("Accepted in part")
	case "accepted by itself":
		return lang.L("Accepted by itself")
	case "resumed":
		return lang.L("Resumed")
	case "asked again":
		return lang.L("Failed files asked for again")
	case "accepted again":
		return lang.L("Failed files accepted again")
	case "sent again":
		return lang.L("Failed files sent again")
	case "sent again as asked":
		return lang.L("Failed files sent again, as the other side asked")
	}
	return ""
}

// choiceWords are those of what a user chose about files that were there.
func choiceWords(choice string) string {
	switch choice {
	case string(netcore.ClashKeep):
		return lang.L("Keep both")
	case string(netcore.ClashReplace):
		return lang.L("Replace")
	case string(netcore.ClashSkip):
		return lang.L("Skip")
	case "mixed":
		return lang.L("Chosen file by file")
	}
	return ""
}

// pairsWords are those of settings: "files=auto:500 commands=off clock=on".
func pairsWords(text string) string {
	var all []string
	for pair := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(pair, "=")
		name, said := pairWords(key, value)
		if name == "" || said == "" {
			return ""
		}
		all = append(all, lang.L("{{.Name}}: {{.Value}}", map[string]any{"Name": name, "Value": said}))
	}
	return strings.Join(all, between)
}

func pairWords(key, value string) (name, said string) {
	switch key {
	case "files":
		kind, limit, _ := strings.Cut(value, ":")
		bytes, _ := strconv.ParseInt(limit, 10, 64) // none is the usual one
		return lang.L("Files"), kit.FilesWords(netcore.Permissions{Files: netcore.FilesPermission(kind), FilesCap: bytes})
	case "commands":
		return lang.L("Commands"), kit.CommandsWords(netcore.CommandsPermission(value))
	case "clock":
		return lang.L("Clock"), onOff(value)
	case "stranger-texts":
		return lang.L("Texts of people not verified"), onOff(value)
	case "stranger-files":
		return lang.L("Files of people not verified"), onOff(value)
	case "invisible":
		return lang.L("Invisible"), onOff(value)
	}
	return "", ""
}

func onOff(value string) string {
	switch value {
	case "on":
		return lang.L("on")
	case "off":
		return lang.L("off")
	}
	return ""
}
