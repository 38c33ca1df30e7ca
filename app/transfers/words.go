package transfers

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// dot separates the parts of a line.
const dot = "·"

// countWords says how much an offer is.
func countWords(t netcore.Transfer) string {
	if t.State == netcore.StatePreparing && t.Count == 0 {
		return lang.L("Counting the files…")
	}
	words := kit.FileCount(t.Count) + dot + kit.Bytes(t.Bytes)
	if t.Retry {
		words += dot + lang.L("those that failed before")
	}
	return words
}

// ended is how many files of a transfer need nothing more.
func ended(t netcore.Transfer) int { return t.Done + t.Failed + t.Skipped }

// total is how many bytes are to come: what the receiver left out is not.
func total(t netcore.Transfer) int64 {
	if t.Decision != nil {
		return max(t.Decision.Left, t.DoneBytes)
	}
	return t.Bytes
}

// part is how much of a transfer is there, 0 to 1.
func part(t netcore.Transfer) float64 {
	switch all := total(t); {
	case t.State == netcore.StateVerified:
		return 1
	case all > 0:
		return min(float64(t.DoneBytes)/float64(all), 1)
	case t.Count > 0:
		return min(float64(ended(t))/float64(t.Count), 1)
	}
	return 0
}

// stateLine says how far it got, how fast it goes and how long it will take.
func stateLine(t netcore.Transfer) string {
	switch t.State {
	case netcore.StateRunning:
		return runningLine(t)
	case netcore.StatePaused:
		return pausedLine(t)
	case netcore.StateOffered:
		if !t.Outgoing {
			return lang.L("Do you want these files?")
		}
	case netcore.StateVerified:
		return verifiedLine(t)
	case netcore.StateFailed, netcore.StateCancelled:
		if t.State == netcore.StateFailed && t.Done > 0 && t.Failed > 0 {
			return lang.L("{{.Done}} of {{.All}} files arrived, {{.Failed}} did not", map[string]any{"Done": t.Done, "All": max(t.Count, t.Done+t.Failed), "Failed": max(t.Count-t.Done-t.Skipped, t.Failed)})
		}
		if t.Done > 0 {
			fields := map[string]any{"State": kit.StateWords(t.State), "Done": t.Done, "All": t.Count}
			return lang.L("{{.State}}, but {{.Done}} of {{.All}} files are across", fields)
		}
	}
	return kit.StateWords(t.State)
}

func verifiedLine(t netcore.Transfer) string {
	switch {
	case t.Done == 0 && t.Skipped > 0 && t.Failed == 0:
		return lang.L("Nothing had to come")
	case t.Outgoing:
		return lang.L("Verified: on their PC")
	}
	return lang.L("Verified: saved on this PC")
}

func runningLine(t netcore.Transfer) string {
	pieces := progress(t)
	if t.Away {
		return strings.Join(append(pieces, lang.L("waiting until they can be reached")), dot)
	}
	if t.Speed <= 0 {
		if t.Moving || t.Pending > 0 && ended(t) >= t.Count {
			return strings.Join(pieces, dot)
		}
		return strings.Join(append(pieces, lang.L("waiting")), dot)
	}
	pieces = append(pieces, kit.Speed(t.Speed))
	if left := timeLeft(t); left > 0 {
		pieces = append(pieces, kit.Left(left))
	}
	return strings.Join(pieces, dot)
}

// pausedLine says who holds a transfer, and how far it got.
func pausedLine(t netcore.Transfer) string {
	words := kit.ReasonWords(t.Reason)
	if words == "" {
		words = kit.StateWords(t.State)
	}
	if !begun(t) {
		return words
	}
	return words + " " + strings.Join(progress(t), dot)
}

// progress is how much of the bytes and of the files there is.
func progress(t netcore.Transfer) []string {
	pieces := []string{fmt.Sprintf("%d%%", int(part(t)*100))}
	if t.Count > 1 {
		pieces = append(pieces, fmt.Sprintf("%d/%d", ended(t), t.Count))
	}
	return pieces
}

// timeLeft is the engine's estimate, without what the receiver left out.
func timeLeft(t netcore.Transfer) time.Duration {
	if t.Decision == nil || t.Speed <= 0 || t.Left == 0 {
		return t.Left
	}
	return time.Duration(float64(total(t)-t.DoneBytes) / t.Speed * float64(time.Second))
}

// detailWords says what else there is to know: what is still to come, what the
// receiver decided, what began anew.
func detailWords(t netcore.Transfer) string {
	var lines []string
	add := func(words string) {
		if words != "" {
			lines = append(lines, words)
		}
	}
	add(wishWords(t))
	add(ownLimitWords(t))
	if t.Pending > 0 {
		add(lang.N("Verified, MD5 to follow: {{.Count}} files", t.Pending, count(t.Pending)))
	}
	add(decisionWords(t))
	if t.Restarted > 0 {
		add(lang.N("The source changed: begun anew {{.Count}} times", t.Restarted, count(t.Restarted)))
	}
	return strings.Join(lines, "\n")
}

func count(number int) map[string]any { return map[string]any{"Count": number} }

// limitWords says what keeps a transfer from being faster.
func limitWords(limit netcore.TransferLimit) string {
	switch limit {
	case netcore.LimitDisk:
		return lang.L("Limited by the disk")
	case netcore.LimitNetwork:
		return lang.L("Limited by the network")
	case netcore.LimitBandwidth:
		return lang.L("Limited by the limit you set")
	case netcore.LimitThere:
		return lang.L("Limited by a limit they set")
	case netcore.LimitProcessor:
		return lang.L("Limited by the processor")
	}
	return ""
}

// ownLimitWords says how fast this user lets a transfer be.
func ownLimitWords(t netcore.Transfer) string {
	if t.Bandwidth == 0 || t.State.Ended() {
		return ""
	}
	return lang.L("Your limit for it: {{.Speed}}", map[string]any{"Speed": kit.Speed(float64(t.Bandwidth))})
}

// decisionWords says what the receiver decided; both sides show it.
func decisionWords(t netcore.Transfer) string {
	d := t.Decision
	if d == nil {
		return leftOutWords(t)
	}
	var pieces []string
	add := func(words string, number int) {
		if number > 0 {
			pieces = append(pieces, lang.N(words, number, count(number)))
		}
	}
	add("{{.Count}} there already", d.Identical)
	add("{{.Count}} kept as they are there", d.Kept)
	add("{{.Count}} kept both", d.Beside)
	add("{{.Count}} replaced", d.Replaced)
	add("{{.Count}} not chosen", d.Unselected)
	add("{{.Count}} renamed", d.Renamed)
	if len(pieces) == 0 {
		return ""
	}
	words := strings.Join(pieces, lang.L(", "))
	if !t.State.Ended() {
		words += lang.L("; {{.Size}} to come", map[string]any{"Size": kit.Bytes(d.Left)})
	}
	return words
}

// leftOutWords counts what was left out on purpose where no decision tells of it.
func leftOutWords(t netcore.Transfer) string {
	if t.Skipped == 0 {
		return ""
	}
	return lang.N("{{.Count}} files left out", t.Skipped, count(t.Skipped))
}

// problemWords says what went wrong; empty: nothing did.
func problemWords(t netcore.Transfer) string {
	words := ""
	if t.State != netcore.StatePaused {
		words = kit.ReasonWords(t.Reason)
	}
	if t.Failed > 0 {
		words = strings.TrimSpace(lang.N("{{.Count}} files failed.", t.Failed, count(t.Failed)) + " " + words)
	}
	return words
}

func stateColor(t netcore.Transfer) fyne.ThemeColorName {
	switch {
	case t.Failed > 0 && t.Done > 0 && t.State.Ended():
		return theme.ColorNameWarning
	case t.State == netcore.StateVerified:
		return theme.ColorNameSuccess
	case t.State == netcore.StateFailed:
		return theme.ColorNameError
	}
	return kit.ColorMuted
}

// ErrorWords says why something could not be done with a transfer.
func ErrorWords(err error) string {
	switch {
	case errors.Is(err, netcore.ErrTransferState):
		return lang.L("That cannot be done with these files now: their state has changed.")
	case errors.Is(err, netcore.ErrTransferVersion):
		return lang.L("The other side must update Lanyard.")
	case errors.Is(err, netcore.ErrHopeless):
		return lang.L("These files would fail again.")
	case errors.Is(err, netcore.ErrNothingToRetry):
		return lang.L("None of these files failed.")
	}
	return kit.ErrorWords(err)
}
