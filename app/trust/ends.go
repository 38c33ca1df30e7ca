package trust

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

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
func endWords(err error, person netcore.Person) ending {
	data := named(person)
	switch {
	case err == nil:
		return ending{good, lang.L("{{.Name}} is verified.", data), lang.L("You both saw the same digits. You can now permit things on their card.")}
	case errors.Is(err, errDiffer):
		return ending{loud, lang.L("The digits differ: somebody may be between you two."), lang.L("Nothing was given. Do not write anything confidential to “{{.Name}}” in this network, and tell whoever looks after it.", data)}
	case errors.Is(err, errTheyDiffer):
		return ending{loud, lang.L("{{.Name}} says that the digits differ.", data), lang.L("Nothing was given. Either somebody made a mistake, or somebody is between you two. Compare again, by phone or side by side.")}
	}
	return quietEnd(err, data)
}

// quietEnd are the words of an attempt that came to nothing.
func quietEnd(err error, data map[string]any) ending {
	again := lang.L("Nothing was given. You can try again.")
	switch {
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		return ending{quiet, lang.L("The two minutes are over."), again}
	case errors.Is(err, errGaveUp):
		return ending{quiet, lang.L("{{.Name}} closed the comparison.", data), again}
	case errors.Is(err, errBusy):
		return ending{quiet, lang.L("Another comparison is open."), lang.L("One is open at a time, here and with {{.Name}}. End the other one first.", data)}
	case errors.Is(err, errLost):
		return ending{quiet, lang.L("The connection was lost."), again}
	case errors.Is(err, netcore.ErrBlocked):
		return ending{quiet, lang.L("They are blocked. Unblock them first."), ""}
	}
	return ending{quiet, lang.L("The comparison did not work."), kit.Neutral(err.Error())}
}

var (
	errDiffer     = errors.New("differ")
	errTheyDiffer = errors.New("they differ")
	errTimeout    = errors.New("timeout")
	errGaveUp     = errors.New("gave up")
	errBusy       = errors.New("busy")
	errLost       = errors.New("lost")
)
