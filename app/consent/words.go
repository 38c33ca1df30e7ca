package consent

import (
	"errors"
	"time"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/app/trust"
	"lanyard/netcore"
)

// nameMost is how much of a name a sentence holds, in runes.
const nameMost = 40

// named is the data of a sentence about a person.
func named(name string) map[string]any {
	return map[string]any{"Name": kit.InQuotes(kit.Cut(name, nameMost))}
}

// whoWords says what is known of the key of who asks.
func whoWords(ask netcore.RunAsk) string {
	words := trust.Words(ask.Trust)
	if ask.Trust == netcore.TrustVerified && !ask.Verified.IsZero() {
		words = lang.L("Identity verified on {{.Date}}", map[string]any{"Date": ask.Verified.Local().Format(time.DateOnly)})
	}
	return lang.L("{{.Trust}}. Device ID begins with {{.ID}}", map[string]any{"Trust": words, "ID": trust.Beginning(ask.Run.Device)})
}

// folderWords names the folder in which a command would run.
func folderWords(folder, home string) string {
	switch {
	case folder != "":
		return folder
	case home != "":
		return lang.L("The home folder, {{.Folder}}", map[string]any{"Folder": home})
	}
	return lang.L("The home folder")
}

// overWords says how a question ended that this window did not answer.
func overWords(ask netcore.RunAsk, run netcore.Run) string {
	data := named(ask.Run.Name)
	switch {
	case run.State == netcore.RunDenied && run.Reason == netcore.RunExpired:
		return lang.L("Nobody answered “{{.Name}}” in time, so it was denied.", data)
	case run.State == netcore.RunDenied && run.Reason == netcore.RunRevoked:
		return lang.L("“{{.Name}}” may not ask this any more, so it was denied.", data)
	case run.State == netcore.RunDenied:
		return lang.L("What “{{.Name}}” asked was denied.", data)
	case run.State == netcore.RunKilledThere:
		return lang.L("“{{.Name}}” took the question back. Nothing was run.", data)
	case run.State == netcore.RunLost:
		return lang.L("The connection with “{{.Name}}” was lost. Nothing was run.", data)
	case !run.State.Ended() || !run.Began.IsZero():
		return lang.L("What “{{.Name}}” asked was allowed elsewhere.", data)
	}
	return lang.L("What “{{.Name}}” asked is not asked any more.", data)
}

// answerWords says why an answer did not count.
func answerWords(ask netcore.RunAsk, err error) string {
	switch {
	case errors.Is(err, netcore.ErrNoAsk):
		return lang.L("The answer came too late: what “{{.Name}}” asked is not asked any more.", named(ask.Run.Name))
	case errors.Is(err, netcore.ErrNotRemembered):
		return lang.L("This cannot be remembered. Allow it once, or deny it.")
	}
	return kit.ErrorWords(err)
}
