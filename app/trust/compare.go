package trust

import (
	"context"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// compareTime is how long a comparison stays open. The engine ends it; this is
// what the countdown shows.
const compareTime = 2 * time.Minute

// compare is the dialog in which two people compare six digits. Closing it,
// whatever it shows, ends the attempt.
type compare struct {
	desk     *Desk
	person   netcore.Person
	sheet    *kit.Sheet
	left     *kit.Line
	until    time.Time
	stop     func() // of the countdown
	abandon  context.CancelFunc
	attempt  netcore.Verification // nil until it is open
	code     string
	answered bool
	over     bool
}

func newCompare(desk *Desk, person netcore.Person) *compare {
	c := &compare{desk: desk, person: person, left: kit.Small("")}
	c.sheet = kit.NewSheet(desk.host.Window, lang.L("Compare digits with “{{.Name}}”", named(person)), 460, c.close)
	return c
}

// start opens the dialog and the attempt.
func (c *compare) start() {
	c.until = c.desk.host.Now().Add(compareTime)
	c.tick()
	c.stop = kit.EverySecond(c.desk.ui, c.tick)
	c.sheet.Open(c.showWaiting())
	ctx, cancel := context.WithCancel(context.Background())
	c.abandon = cancel
	c.desk.ui.Go(func(closing context.Context) {
		defer context.AfterFunc(closing, cancel)()
		c.run(ctx)
	})
}

// run follows the attempt to its end. It stands on a goroutine of its own.
func (c *compare) run(ctx context.Context) {
	attempt, err := c.desk.node.Verify(ctx, c.person.Device)
	if err != nil {
		c.desk.ui.Post(func() { c.end(err) })
		return
	}
	defer attempt.Cancel()
	c.desk.ui.Post(func() { c.attempt = attempt })
	code, err := attempt.Code(ctx)
	if err == nil {
		c.desk.ui.Post(func() { c.showCode(code) })
		err = attempt.Wait(ctx)
	}
	c.desk.ui.Post(func() { c.end(err) })
}

// close ends the attempt and takes the dialog away.
func (c *compare) close() {
	c.over = true
	c.stop()
	c.abandon()
	c.sheet.Close()
	if c.desk.compare == c {
		c.desk.compare = nil
	}
}

// tick shows the time left.
func (c *compare) tick() {
	left := max(c.until.Sub(c.desk.host.Now()), 0).Round(time.Second)
	c.left.SetText(fmt.Sprintf("%d:%02d", left/time.Minute, left%time.Minute/time.Second))
}

// who names the other side, so that nobody compares with somebody else.
func (c *compare) who() fyne.CanvasObject {
	avatar := kit.NewAvatar(kit.AvatarSize)
	avatar.Set(c.person.Name, c.person.Device, kit.NoPresence)
	name := kit.NewCutLine(cut(c.person.Name, nameMost), kit.SizeName, theme.ColorNameForeground)
	device := kit.NewCutLine(lang.L("Device ID begins with {{.ID}}", map[string]any{"ID": Beginning(c.person.Device)}), kit.SizeSmall, kit.ColorMuted)
	return container.NewBorder(nil, nil, container.NewCenter(avatar), container.NewCenter(c.left), container.NewPadded(kit.Column(2, name, device)))
}

// Beginning is as much of a device ID as a person compares at a glance.
func Beginning(id netcore.DeviceID) string {
	const groups = 15 // two groups of seven and the dash between them
	return id.String()[:groups]
}

func (c *compare) cancelButton() *kit.Button { return kit.NewButton(lang.L("Cancel"), c.close) }

// showWaiting returns the button that is to have the focus.
func (c *compare) showWaiting() *kit.Button {
	cancel := c.cancelButton()
	c.sheet.Fill([]fyne.CanvasObject{
		c.who(),
		paragraph(lang.L("Waiting until “{{.Name}}” opens the comparison too.", named(c.person))),
		kit.Hint(lang.L("Ask them to open the conversation with you and to press “Compare…” there.")),
	}, cancel)
	return cancel
}

func (c *compare) showCode(code string) {
	if c.over {
		return
	}
	c.code = code
	differ := kit.NewCareful(lang.L("They differ"), func() { c.answer(false) })
	match := strong(kit.NewCareful(lang.L("They match"), func() { c.answer(true) }), widget.HighImportance)
	c.sheet.Fill([]fyne.CanvasObject{
		c.who(),
		newDigits(code),
		paragraph(lang.L("Compare with the other screen: look at it, or ask by phone. Not by a message here.")),
	}, c.cancelButton(), kit.Arm(c.desk.ui, differ), kit.Arm(c.desk.ui, match))
}

// answer hands on what the user saw. The end comes from the attempt.
func (c *compare) answer(same bool) {
	if c.over || c.answered || c.attempt == nil {
		return
	}
	c.answered = true
	attempt := c.attempt
	c.desk.ui.Go(func(context.Context) { attempt.Answer(same) })
	if same {
		c.sheet.Fill([]fyne.CanvasObject{
			c.who(),
			newDigits(c.code), // the other side may still ask for them
			paragraph(lang.L("You said that they match. Waiting for the answer of “{{.Name}}”.", named(c.person))),
		}, c.cancelButton())
	}
}

// end says how the attempt ended.
func (c *compare) end(err error) {
	if c.over {
		return
	}
	c.over = true
	c.stop()
	c.left.SetText("")
	words := c.desk.endWords(err, c.person)
	mark := widget.NewIcon(words.icon())
	head := kit.NewParagraph(kit.Drawable(words.head), kit.SizeName, words.color())
	said := kit.Column(8, container.New(kit.Columns{Widths: []float32{22, -1}, Gap: 8}, mark, head), paragraph(words.body))
	if words.tone == loud {
		said = container.NewStack(kit.NewFill(kit.ColorNotice, 8), container.New(layout.NewCustomPaddedLayout(12, 12, 12, 12), said))
	}
	c.sheet.Fill([]fyne.CanvasObject{c.who(), said}, kit.NewButton(lang.L("Close"), c.close))
}
