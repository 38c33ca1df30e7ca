package kit

import (
	"fyne.io/fyne/v2/lang"

	"lanyard/netcore"
)

// StateWords says how far an item got.
func StateWords(state netcore.State) string {
	switch state {
	case netcore.StateQueued:
		return lang.L("Waiting until they can be reached")
	case netcore.StateDelivered:
		return lang.L("On their PC")
	case netcore.StateSeen:
		return lang.L("Seen")
	case netcore.StateReceived:
		return lang.L("Received")
	case netcore.StatePreparing:
		return lang.L("Preparing")
	case netcore.StateOffered:
		return lang.L("Waiting for a decision")
	case netcore.StateRunning:
		return lang.L("Under way")
	case netcore.StatePaused:
		return lang.L("Paused")
	case netcore.StateSkipped:
		return lang.L("Left out")
	case netcore.StateVerified:
		return lang.L("Verified")
	case netcore.StateDeclined:
		return lang.L("Declined")
	case netcore.StateCancelled:
		return lang.L("Cancelled")
	case netcore.StateFailed:
		return lang.L("Failed")
	}
	return ""
}

// StateGlyph is a sign for a state of a text that was sent.
func StateGlyph(state netcore.State) string {
	switch state {
	case netcore.StateQueued:
		return "○"
	case netcore.StateDelivered:
		return "✓"
	case netcore.StateSeen:
		return "✓✓"
	case netcore.StateFailed:
		return "!"
	}
	return ""
}

// ReasonWords says why something ended without success.
func ReasonWords(reason netcore.Reason) string {
	for _, words := range []string{endWords(reason), fileWords(reason), leftOutWords(reason)} {
		if words != "" {
			return words
		}
	}
	return ""
}

// leftOutWords are those of reasons that tell of no failure: somebody wants it so.
func leftOutWords(reason netcore.Reason) string {
	switch reason {
	case netcore.ReasonPausedHere:
		return lang.L("You paused it.")
	case netcore.ReasonPausedThere:
		return lang.L("The other side paused it.")
	case netcore.ReasonIdentical:
		return lang.L("It is there already.")
	case netcore.ReasonKept:
		return lang.L("Another of its name is there and stays.")
	case netcore.ReasonUnselected:
		return lang.L("It was not chosen.")
	case netcore.ReasonNoLink:
		return lang.L("It is a link that cannot be made there.")
	}
	return ""
}

// endWords are those of reasons that concern the whole exchange.
func endWords(reason netcore.Reason) string {
	switch reason {
	case netcore.ReasonCancelledHere:
		return lang.L("You stopped it.")
	case netcore.ReasonCancelledThere:
		return lang.L("The other side stopped it.")
	case netcore.ReasonDeclined:
		return lang.L("It was declined.")
	case netcore.ReasonLost:
		return lang.L("The connection was lost and did not come back.")
	case netcore.ReasonStopped:
		return lang.L("A program ended in the middle of it.")
	case netcore.ReasonTooMany:
		return lang.L("It is more than the other side takes.")
	case netcore.ReasonProtocol:
		return lang.L("The other program did not answer as it should.")
	case netcore.ReasonVersion:
		return lang.L("The other side must update Lanyard.")
	case netcore.ReasonUnreachable:
		return lang.L("Nobody answered there.")
	case netcore.ReasonNotAccepted:
		return lang.L("They take this from verified people only.")
	case netcore.ReasonFailed:
		return lang.L("Something went wrong.")
	}
	return ""
}

// fileWords are those of reasons that concern a file or a disk.
func fileWords(reason netcore.Reason) string {
	switch reason {
	case netcore.ReasonDiskFull:
		return lang.L("The receiving disk is full.")
	case netcore.ReasonReadOnly:
		return lang.L("The save folder cannot be written to.")
	case netcore.ReasonNoPermission:
		return lang.L("The system does not allow access to it.")
	case netcore.ReasonVanished:
		return lang.L("It is not there any more.")
	case netcore.ReasonChanged:
		return lang.L("It changed while it was being sent.")
	case netcore.ReasonMismatch:
		return lang.L("What arrived is not what was sent.")
	case netcore.ReasonNotRegular:
		return lang.L("It is a link or a device, not a file.")
	case netcore.ReasonBadName:
		return lang.L("Its name cannot be used on the receiving PC.")
	case netcore.ReasonTooDeep:
		return lang.L("It is nested too deep: in too many folders within one another.")
	case netcore.ReasonExists:
		return lang.L("Something of that name appeared meanwhile.")
	case netcore.ReasonReadFailed:
		return lang.L("It could not be read.")
	case netcore.ReasonWriteFailed:
		return lang.L("It could not be written.")
	}
	return ""
}

// PreviewWords is the last line of a conversation.
func PreviewWords(last netcore.Preview) string {
	text := last.Text
	switch last.Kind {
	case netcore.KindFile:
		name := map[string]any{"Name": text}
		text = lang.L("Files: {{.Name}}", name)
		if last.Paused {
			text = lang.L("Paused: {{.Name}}", name)
		}
	case netcore.KindRun:
		text = lang.L("Command: {{.Line}}", map[string]any{"Line": text})
	case netcore.KindClock:
		return lang.L("Clock check")
	}
	if last.Outgoing && text != "" {
		text = lang.L("You: {{.Text}}", map[string]any{"Text": text})
	}
	return text
}
