package transfers

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// countWords says how much an offer is.
func countWords(t netcore.Transfer) string {
	if t.State == netcore.StatePreparing && t.Count == 0 {
		return lang.L("Counting the files…")
	}
	return kit.FileCount(t.Count) + "·" + kit.Bytes(t.Bytes)
}

// stateLine says how far it got, how fast it goes and how long it will take.
func stateLine(t netcore.Transfer, part float64) string {
	switch t.State {
	case netcore.StateRunning:
		return runningLine(t, part)
	case netcore.StateOffered:
		if !t.Outgoing {
			return lang.L("Do you want these files?")
		}
	case netcore.StateVerified:
		if t.Outgoing {
			return lang.L("Verified: on their PC")
		}
		return lang.L("Verified: saved on this PC")
	}
	return kit.StateWords(t.State)
}

func runningLine(t netcore.Transfer, part float64) string {
	pieces := []string{fmt.Sprintf("%d%%", int(part*100))}
	if t.Count > 1 {
		pieces = append(pieces, fmt.Sprintf("%d/%d", t.Done+t.Failed, t.Count))
	}
	if t.Speed <= 0 {
		return strings.Join(append(pieces, lang.L("waiting")), "·")
	}
	pieces = append(pieces, kit.Speed(t.Speed))
	if t.Left > 0 {
		pieces = append(pieces, kit.Left(t.Left))
	}
	return strings.Join(pieces, "·")
}

func stateColor(state netcore.State) fyne.ThemeColorName {
	switch state {
	case netcore.StateVerified:
		return theme.ColorNameSuccess
	case netcore.StateFailed:
		return theme.ColorNameError
	}
	return kit.ColorMuted
}
