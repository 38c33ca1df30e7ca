package consent

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/trust"
	"lanyard/netcore"
)

// cardWidth is how wide a card wants to be.
const cardWidth = 640

// card asks the user whether a command may run here, one question at a time. It
// stays on the screen from one question to the next.
type card struct {
	desk  *Desk
	sheet *kit.Sheet
	ask   netcore.RunAsk // its number is 0 once it is over

	command *command
	left    *kit.Line
	more    *kit.Line
	all     *kit.Button
	allow   []*kit.Button // all that let it run
	ready   bool          // the question stands long enough to be meant by a key or a click
	round   int           // of questions; an older moment passes unheard
}

func newCard(desk *Desk) *card {
	c := &card{desk: desk}
	c.sheet = kit.NewSheet(desk.host.Window, "", cardWidth, c.escape)
	return c
}

// escape is the safe answer, and closes what only tells.
func (c *card) escape() {
	if c.ask.Number == 0 {
		c.desk.close()
		return
	}
	c.deny()
}

func (c *card) deny() {
	if c.ready && c.ask.Number != 0 {
		c.desk.answer(netcore.Deny, c.ask)
	}
}

// denyAll answers all that wait: somebody may ask more than can be read.
func (c *card) denyAll() {
	if c.ready {
		c.desk.answer(netcore.Deny, c.desk.waiting...)
	}
}

// put shows a question, after a word about the one before it.
func (c *card) put(ask netcore.RunAsk, about string) {
	c.ask = ask
	c.settle()
	c.command = newCommand(ask.Run.Line, c.desk.host.Window.Canvas().Size(), c.deny, c.allowNow)
	c.left, c.more = kit.Small(""), kit.Small("")
	c.sheet.SetTitle(lang.L("Run this on your PC?"))
	c.sheet.Fill(c.body(about), c.buttons()...)
	c.count()
	c.tick()
	c.sheet.Open(c.command)
	c.desk.host.Window.Canvas().Focus(c.command)
}

// settle begins the moment in which no answer counts, so that neither a click
// nor a key meant for what was there before gives one.
func (c *card) settle() {
	c.ready = false
	c.round++
	round := c.round
	kit.After(c.desk.ui, kit.ArmDelay, func() {
		if round == c.round {
			c.ready = true
			c.allowNow()
		}
	})
}

// allowNow turns the buttons on that let it run, once the question has stood for
// a moment and the whole command was on the screen.
func (c *card) allowNow() {
	if !c.ready || !c.command.read {
		return
	}
	for _, button := range c.allow {
		if button.Disabled() {
			button.Enable()
		}
	}
}

// body says who wants to run what, where and as whom.
func (c *card) body(about string) []fyne.CanvasObject {
	run := c.ask.Run
	var body []fyne.CanvasObject
	if about != "" {
		body = append(body, noteOf(about))
	}
	body = append(body,
		paragraph(lang.L("“{{.Name}}” wants to run this command here:", named(run.Name)), kit.SizeName, theme.ColorNameForeground),
		paragraph(whoWords(c.ask), theme.SizeNameText, trust.Color(c.ask.Trust)))
	if person, known := c.desk.host.Find(run.Person); known {
		if notice := trust.NoticeWords(person.Notice); notice != "" {
			body = append(body, paragraph(notice, theme.SizeNameText, theme.ColorNameError))
		}
	}
	body = append(body, c.command.object,
		kit.Column(4, fact(lang.L("Folder"), folderWords(run.Folder, c.desk.host.Home)), fact(lang.L("Account"), c.ask.Account)))
	if run.Stdin {
		body = append(body, paragraph(lang.L("Its standard input comes from them: what they type goes into it while it runs."), theme.SizeNameText, theme.ColorNameError))
	}
	return append(body, paragraph(lang.L("It can do everything that you can do."), theme.SizeNameText, theme.ColorNameForeground),
		container.New(kit.Columns{Widths: []float32{-1, 150}, Gap: 8}, c.left, c.more))
}

// buttons are the answers, the safe one first.
func (c *card) buttons() []*kit.Button {
	c.all = kit.NewButton("", c.denyAll)
	c.all.Hide()
	deny := kit.NewButton(lang.L("Deny"), c.deny)
	deny.Importance = widget.HighImportance
	buttons := []*kit.Button{deny, c.all, kit.NewButton(lang.L("Later"), c.desk.later)}
	c.allow = nil
	add := func(text string, answer netcore.ConsentAnswer) {
		ask := c.ask
		button := kit.NewCareful(text, func() { c.desk.answer(answer, ask) })
		button.Disable()
		c.allow = append(c.allow, button)
	}
	if c.ask.Forever {
		add(lang.L("Always allow exactly this"), netcore.AllowForever)
	}
	if c.ask.Quarter {
		add(lang.L("Allow for 15 minutes"), netcore.AllowQuarter)
	}
	add(lang.L("Allow once"), netcore.AllowOnce)
	return append(buttons, c.allow...)
}

// count says how many wait besides this one.
func (c *card) count() {
	others := len(c.desk.waiting) - 1
	if c.ask.Number == 0 || others < 1 {
		return
	}
	c.more.Align = fyne.TextAlignTrailing
	c.more.SetText(lang.N("{{.Count}} more wait", others, map[string]any{"Count": others}))
	words := lang.L("Deny all {{.Count}}", map[string]any{"Count": others + 1})
	if c.all.Text != words || !c.all.Visible() {
		c.all.SetText(words)
		c.all.Show()
		c.sheet.Arrange()
	}
}

// tick shows the time left.
func (c *card) tick() {
	if c.ask.Number == 0 {
		return
	}
	left := max(c.ask.Run.Until.Sub(c.desk.host.Now()).Round(time.Second), 0)
	c.left.SetText(lang.L("Without an answer it is denied in {{.Seconds}} s.", map[string]any{"Seconds": fmt.Sprint(int(left.Seconds()))}))
	if left == 0 {
		c.desk.Trigger()
	}
}

// over takes the answers away from a question that needs none any more.
func (c *card) over() {
	c.ask = netcore.RunAsk{}
	c.fillWords("")
}

// tell says how the question ended that was on the screen.
func (c *card) tell(about string) {
	c.ask = netcore.RunAsk{}
	c.fillWords(about)
}

func (c *card) fillWords(words string) {
	c.round++
	c.ready = false
	c.sheet.SetTitle(lang.L("The question is over"))
	c.sheet.Fill([]fyne.CanvasObject{paragraph(words, theme.SizeNameText, theme.ColorNameForeground)},
		kit.NewButton(lang.L("Close"), c.desk.close))
}

func (c *card) close() {
	c.round++
	c.ask = netcore.RunAsk{}
	c.sheet.Close()
}

// paragraph is a text of the card.
func paragraph(text string, size fyne.ThemeSizeName, color fyne.ThemeColorName) *kit.Paragraph {
	return kit.NewParagraph(kit.Drawable(text), size, color)
}

// noteOf sets words on a ground of their own.
func noteOf(words string) fyne.CanvasObject {
	return container.NewStack(kit.NewFill(kit.ColorNotice, 8),
		container.New(layout.NewCustomPaddedLayout(8, 8, 10, 10), paragraph(words, theme.SizeNameText, theme.ColorNameForeground)))
}

// fact is a name and a value, whole.
func fact(name, value string) fyne.CanvasObject {
	text := kit.NewMono(value, theme.SizeNameText, theme.ColorNameForeground)
	text.Exact = true
	return container.New(factLayout{}, kit.NewLine(name, theme.SizeNameText, kit.ColorMuted), text)
}

// factLayout sets a value beside its name, on as many lines as it needs.
type factLayout struct{}

const factName = 84

// MinSize is for Fyne: the height is that of the width laid out last.
func (factLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(160, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}

// Layout is for Fyne.
func (factLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(factName, objects[0].MinSize().Height))
	objects[1].Move(fyne.NewPos(factName, 0))
	objects[1].Resize(fyne.NewSize(max(size.Width-factName, 60), objects[1].MinSize().Height))
}
