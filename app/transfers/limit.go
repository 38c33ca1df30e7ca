package transfers

import (
	"context"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
)

// askLimit asks how fast this one transfer may be.
func (c *Card) askLimit() {
	rate := kit.NewRate(nil, nil, nil)
	ask := kit.NewAsk(c.ui, c.host.Window, lang.L("Limit the speed"), lang.L("Set the limit"), lang.L("Cancel"),
		kit.NewParagraph(kit.Cut(c.shown.Name, 60), theme.SizeNameText, theme.ColorNameForeground),
		kit.Field(lang.L("Highest speed"), rate.Object()),
		kit.Hint(lang.L("For this transfer until it ends, on this PC only. The limits for all transfers are in the settings; the lower one counts.")))
	rate.Set(c.shown.Bandwidth)
	rate.Entry.Escaped = ask.Hide
	key := c.shown.Key
	set := func() {
		perSecond, ok := rate.Value()
		if !ok {
			ask.Fail(kit.RateProblem())
			return
		}
		ask.RunSaying("", func(context.Context) error { return c.actions.SetTransferBandwidth(key, perSecond) }, ErrorWords, ask.Hide)
	}
	ask.OnAct(set)
	rate.Entry.OnSubmitted = func(string) { set() }
	ask.Show(rate.Entry)
}
