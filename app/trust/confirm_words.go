package trust

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// confirmWords says what is asked.
func confirmWords(question netcore.Confirmation) string {
	data := map[string]any{
		"Name": kit.InQuotes(cut(question.Name, nameMost)), "Detail": kit.InQuotes(cut(question.Detail, nameMost+10)),
	}
	switch question.Act {
	case netcore.ConfirmVerify:
		if !isCode(question.Detail) {
			return lang.L("Trust “{{.Name}}”, because this is the device ID that they told you?", data)
		}
		return lang.L("Trust “{{.Name}}”, because both screens show these six digits?", data)
	case netcore.ConfirmUseString:
		return lang.L("Trust the maker of a pairing string? Their device ID is:", data)
	case netcore.ConfirmMakeString:
		return lang.L("Make a pairing string? Whoever uses it is trusted without comparing anything.", data)
	case netcore.ConfirmAllow:
		return lang.L("Let “{{.Name}}” do more on this PC?", data)
	case netcore.ConfirmUnblock:
		return lang.L("Unblock “{{.Name}}”?", data)
	case netcore.ConfirmMerge:
		return lang.L("Put the conversations with “{{.Name}}” and “{{.Detail}}” together?", data)
	case netcore.ConfirmAlias:
		if question.Detail == "" {
			return lang.L("Call “{{.Name}}” by the name that they give themselves again?", data)
		}
		return lang.L("Call “{{.Name}}” “{{.Detail}}” from now on?", data)
	}
	return ownConfirmWords(question)
}

// ownConfirmWords are those of questions about this copy itself.
func ownConfirmWords(question netcore.Confirmation) string {
	act, _, _ := strings.Cut(question.Detail, " ")
	switch question.Act {
	case netcore.ConfirmReach:
		return lang.L("Let more people reach this PC?")
	case netcore.ConfirmPassword:
		return passwordWords(act)
	case netcore.ConfirmIdentity:
		return identityWords(act)
	case netcore.ConfirmButton:
		return lang.L("Set this button? Everybody who may press your buttons can then run it:")
	case netcore.ConfirmConsent:
		return consentWords(question, act)
	case netcore.ConfirmSaveDir:
		return lang.L("Save the files that arrive in another folder from now on?")
	case netcore.ConfirmReplace:
		return lang.L("Replace files that are there already, whenever an offer is accepted without choosing?")
	}
	return lang.L("Do something that this window does not know?")
}

// consentWords are those of a command that is to be allowed for longer than once.
func consentWords(question netcore.Confirmation, answer string) string {
	data := map[string]any{"Name": kit.InQuotes(cut(question.Name, nameMost))}
	if answer == string(netcore.AllowForever) {
		return lang.L("Always allow “{{.Name}}” to run exactly this command on this PC?", data)
	}
	return lang.L("Allow “{{.Name}}” for 15 minutes to run exactly this command on this PC?", data)
}

func passwordWords(act string) string {
	switch act {
	case "show":
		return lang.L("Show the network password?")
	case "off":
		return lang.L("Take away the network password, so that everybody in the network can connect?")
	}
	return lang.L("Set another network password, so that only those who have it can connect?")
}

func identityWords(act string) string {
	switch act {
	case "export":
		return lang.L("Write the key of this PC to a file? Whoever has the file and its passphrase can pass for you.")
	case "import":
		return lang.L("Replace the key of this PC by that of a file from the next start on?")
	}
	return lang.L("Replace the key of this PC by a new one from the next start on? Everybody must verify you anew.")
}

// isCode reports whether a detail is six digits.
func isCode(detail string) bool {
	return len(detail) == 6 && strings.Trim(detail, "0123456789") == ""
}

// confirmDetail shows what exactly is asked for.
func confirmDetail(question netcore.Confirmation) []fyne.CanvasObject {
	switch question.Act {
	case netcore.ConfirmVerify:
		if isCode(question.Detail) {
			return []fyne.CanvasObject{newDigits(question.Detail)}
		}
	case netcore.ConfirmAllow, netcore.ConfirmReach:
		return changes(question)
	case netcore.ConfirmMerge, netcore.ConfirmPassword, netcore.ConfirmAlias:
		return nil // it stands in the sentence
	case netcore.ConfirmConsent:
		_, line, _ := strings.Cut(question.Detail, " ")
		return exact(line)
	case netcore.ConfirmButton:
		return exact(question.Detail)
	}
	if question.Detail == "" {
		return nil
	}
	text := widget.NewLabelWithStyle(kit.Drawable(cut(question.Detail, detailMost)), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	text.Wrapping = fyne.TextWrapBreak
	return []fyne.CanvasObject{text}
}

// exact shows a command whole, whatever stands in it.
func exact(line string) []fyne.CanvasObject {
	text := kit.NewMono(kit.Cut(line, exactMost), theme.SizeNameText, theme.ColorNameForeground)
	text.Exact = true
	return []fyne.CanvasObject{text}
}

// exactMost is more than the engine hands on of a command, in runes.
const exactMost = 4000

// confirmWho says who is meant: a name alone can be anybody's.
func confirmWho(question netcore.Confirmation) []fyne.CanvasObject {
	if question.Device.IsZero() {
		return nil
	}
	facts := lang.L("{{.Trust}}. Device ID begins with {{.ID}}", map[string]any{
		"Trust": Words(question.Trust), "ID": Beginning(question.Device),
	})
	who := []fyne.CanvasObject{kit.NewParagraph(kit.Drawable(facts), theme.SizeNameText, Color(question.Trust))}
	if notice := NoticeWords(question.Notice); notice != "" {
		who = append(who, kit.NewParagraph(kit.Drawable(notice), theme.SizeNameText, theme.ColorNameError))
	}
	return who
}

// NoticeWords is what must be known about a name or a key.
func NoticeWords(notice netcore.Notice) string {
	switch notice {
	case netcore.NoticeTwin:
		return lang.L("Somebody else has the same name, or almost so. See by the device ID who is meant.")
	case netcore.NoticeNewKey:
		return lang.L("Somebody whom you know has this name, with another key. Perhaps this is not them.")
	case netcore.NoticeRotated:
		return lang.L("The old key of somebody whom you know says that this is its new one. Whoever had the old key can say so.")
	}
	return ""
}

// changesMost is how many changes a question lists.
const changesMost = 8

// changes says line by line what would be allowed.
func changes(question netcore.Confirmation) []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	fields := strings.Fields(question.Detail)
	for _, field := range fields[:min(len(fields), changesMost)] {
		lines = append(lines, paragraph("• "+changeWords(field)))
		if field == "commands="+string(netcore.CommandsAlways) {
			data := map[string]any{"Name": kit.InQuotes(cut(question.Name, nameMost))}
			lines = append(lines, kit.NewParagraph(kit.Drawable(lang.L("Then “{{.Name}}” can do everything on this PC that you can do: read, change and delete files, install programs. Nobody asks you first. Permit it only for a PC that you look after yourself.", data)),
				theme.SizeNameText, theme.ColorNameError))
		}
	}
	return lines
}

// changeWords says one change as it stands in a command line in words; one
// that is not known is quoted.
func changeWords(field string) string {
	name, value, _ := strings.Cut(field, "=")
	switch field {
	case "stranger-texts=on":
		return lang.L("Take messages from people who are not verified")
	case "stranger-files=on":
		return lang.L("Take offers of files from people who are not verified")
	case "invisible=off":
		return lang.L("Be seen by everybody in the network")
	case "clock=on":
		return lang.L("May ask what the clock of this PC says")
	}
	switch name {
	case "files":
		return lang.L("Files") + ": " + filesWords(value)
	case "commands":
		for _, kind := range commandsKinds() {
			if value == string(kind) {
				return lang.L("Commands") + ": " + kit.CommandsWords(kind)
			}
		}
	}
	return cut(field, nameMost)
}

// filesWords says what stands behind files= in a command line.
func filesWords(value string) string {
	kind, size, _ := strings.Cut(value, ":")
	if kind != string(netcore.FilesAuto) {
		return lang.L("Ask first")
	}
	limit, err := strconv.ParseInt(size, 10, 64)
	if err != nil || limit <= 0 {
		limit = netcore.DefaultFilesCap
	}
	return lang.L("Accept by itself") + " " + lang.L("up to {{.Size}}", map[string]any{"Size": kit.RoundBytes(limit)})
}
