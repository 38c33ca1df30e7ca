package kit

import "fyne.io/fyne/v2"

// Calm returns the app with animations off. A blinking cursor repaints the
// whole window a dozen times a second for as long as an entry has the focus,
// which an idle messenger must not do; Fyne offers no setting of its own for
// it, but asks the current app.
func Calm(app fyne.App) fyne.App { return calmApp{app} }

type calmApp struct{ fyne.App }

func (a calmApp) Settings() fyne.Settings { return calmSettings{a.App.Settings()} }

type calmSettings struct{ fyne.Settings }

func (calmSettings) ShowAnimations() bool { return false }
