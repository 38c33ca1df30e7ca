package trust

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// End says why a comparison did not verify anybody.
type End int

// The ends. This package does not know the engine's errors: whoever makes the
// window says which is which.
const (
	EndOther      End = iota
	EndDiffer         // this user saw other digits
	EndTheyDiffer     // the other user did
	EndForged         // what the other side sent contradicts itself
	EndLate           // the time was over
	EndGivenUp        // the other side closed it
	EndBusy           // another comparison is open, here or there
	EndTooMany        // too many failed; the next may begin later
	EndLost           // the link was lost
)

// Ended says which end an error is, and for EndTooMany when the next attempt
// may begin.
type Ended func(err error) (End, time.Time)

// ending is how a comparison ended, in words.
type ending struct {
	tone       tone
	head, body string
}

// tone says how loud an ending is.
type tone int

const (
	quiet tone = iota // nothing happened
	good
	loud // somebody may be between the two
)

func (e ending) color() fyne.ThemeColorName {
	switch e.tone {
	case good:
		return theme.ColorNameSuccess
	case loud:
		return theme.ColorNameError
	}
	return theme.ColorNameForeground
}

func (e ending) icon() fyne.Resource {
	switch e.tone {
	case good:
		return theme.NewSuccessThemedResource(theme.ConfirmIcon())
	case loud:
		return theme.NewErrorThemedResource(theme.WarningIcon())
	}
	return theme.InfoIcon()
}

// endWords says how a comparison ended and what that means.
func (d *Desk) endWords(err error, person netcore.Person) ending {
	data := named(person)
	if err == nil {
		return ending{good, lang.L("“{{.Name}}” is verified.", data), lang.L("You both saw the same digits. You can now permit things on their card.")}
	}
	end, until := EndOther, time.Time{}
	if d.host.Ended != nil {
		end, until = d.host.Ended(err)
	}
	switch end {
	case EndDiffer:
		return ending{loud, lang.L("The digits differ: somebody may be between you two."), lang.L("Nothing was given. Do not write anything confidential to “{{.Name}}” in this network, and tell whoever looks after it.", data)}
	case EndTheyDiffer:
		return ending{loud, lang.L("“{{.Name}}” says that the digits differ.", data), lang.L("Nothing was given. Either somebody made a mistake, or somebody is between you two. Compare again, by phone or side by side.")}
	case EndForged:
		return ending{loud, lang.L("What came from “{{.Name}}” is forged.", data), lang.L("Nothing was given. Either somebody is between you two, or their Lanyard is damaged. Tell whoever looks after this network.")}
	case EndTooMany:
		return ending{quiet, lang.L("Too many comparisons failed."), lang.L("So that nobody can try digits one after the other, the next can begin at {{.Time}}.", map[string]any{"Time": until.Local().Format(time.TimeOnly)})}
	case EndOther:
		return ending{quiet, lang.L("The comparison did not work."), otherWords(err)}
	}
	return quietEnd(end, data)
}

func otherWords(err error) string {
	if errors.Is(err, netcore.ErrBlocked) {
		return lang.L("They are blocked. Unblock them first.")
	}
	return kit.ErrorWords(err)
}

// quietEnd are the words of an attempt that came to nothing.
func quietEnd(end End, data map[string]any) ending {
	again := lang.L("Nothing was given. You can try again.")
	switch end {
	case EndLate:
		return ending{quiet, lang.L("The two minutes are over."), again}
	case EndGivenUp:
		return ending{quiet, lang.L("“{{.Name}}” closed the comparison.", data), again}
	case EndBusy:
		return ending{quiet, lang.L("Another comparison is open."), lang.L("One is open at a time, here and with “{{.Name}}”. End the other one first.", data)}
	}
	return ending{quiet, lang.L("The connection was lost."), again}
}
