package settings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Consents is what this part asks of the engine.
type Consents interface {
	Consents(ctx context.Context) ([]netcore.RunConsent, error)
	ForgetConsent(ctx context.Context, key netcore.ConsentKey) error
}

// consentsMost is how many consents are listed, the newest.
const consentsMost = 200

// consents lists what this user allowed for longer than once.
type consents struct {
	ui     *kit.UI
	node   Consents
	reload *kit.Reload

	status *kit.Paragraph
	empty  *kit.Paragraph
	list   *fyne.Container
	object fyne.CanvasObject
}

func newConsents(ui *kit.UI, node Consents) *consents {
	c := &consents{ui: ui, node: node}
	c.reload = kit.NewReload(ui, listGap, c.load)
	c.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	c.status.Hide()
	c.empty = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	c.empty.Hide()
	c.list = kit.Column(10)
	c.object = kit.Groups(
		kit.Hint(lang.L("These commands run without a question when exactly the same is asked for again, in the same folder and without standard input. What is forgotten is asked for again, and what runs by it is stopped.")),
		c.status, c.empty, c.list)
	return c
}

func (c *consents) load(ctx context.Context) func() {
	all, err := c.node.Consents(ctx)
	return func() {
		if err != nil {
			c.fail(err)
			return
		}
		c.show(all)
	}
}

func (c *consents) fail(err error) {
	c.status.SetText(kit.Drawable(kit.ErrorWords(err)))
	c.status.Show()
}

// show lists the consents, the newest first.
func (c *consents) show(all []netcore.RunConsent) {
	kit.Show(c.empty, len(all) == 0)
	if len(all) == 0 {
		c.empty.SetText(lang.L("Nothing is remembered."))
	}
	c.list.Objects = nil
	for at := len(all) - 1; at >= max(len(all)-consentsMost, 0); at-- {
		c.list.Add(c.row(all[at]))
	}
	if more := len(all) - consentsMost; more > 0 {
		c.list.Add(kit.Small(fmt.Sprintf("+%d", more)))
	}
	c.list.Refresh()
}

// row is one consent.
func (c *consents) row(one netcore.RunConsent) fyne.CanvasObject {
	line := kit.NewMono(one.Line, theme.SizeNameText, theme.ColorNameForeground)
	line.Exact, line.Most = true, 6
	forget := widget.NewButtonWithIcon(lang.L("Forget"), theme.DeleteIcon(), nil)
	forget.OnTapped = func() {
		forget.Disable()
		kit.Do(c.ui, func(ctx context.Context) error { return c.node.ForgetConsent(ctx, one.Key) }, func(err error) {
			forget.Enable()
			if err != nil {
				c.fail(err)
			}
			c.reload.Trigger()
		})
	}
	who := kit.NewCutLine(kit.Cut(one.Name, paramNameMost)+"·"+one.Device.Short(), kit.SizeName, theme.ColorNameForeground)
	return onCard(kit.Column(4, container.NewBorder(nil, nil, nil, forget, who), line, kit.Hint(kit.Drawable(consentFacts(one)))))
}

// consentFacts says where a consent holds, and how long.
func consentFacts(one netcore.RunConsent) string {
	folder := lang.L("The home folder")
	if one.Folder != "" {
		folder = one.Folder
	}
	until := lang.L("until it is forgotten")
	if !one.Until.IsZero() {
		until = lang.L("until {{.Time}}", map[string]any{"Time": one.Until.Local().Format(time.TimeOnly)})
	}
	given := lang.L("given on {{.Time}}", map[string]any{"Time": one.Given.Local().Format("2006-01-02 15:04")})
	return strings.Join([]string{folder, given, until}, "·")
}
