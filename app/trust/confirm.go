package trust

import (
	"context"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// confirms are the questions of other programs of this user, shown one after
// the other.
type confirms struct {
	desk    *Desk
	waiting []netcore.Confirmation // the first is on the screen
	sheet   *kit.Sheet             // nil: none is
	left    *kit.Line
	stop    func()
}

func (c *confirms) add(question netcore.Confirmation) {
	c.waiting = append(c.waiting, question)
	c.show()
	c.desk.host.Front()
}

// remove takes a question back that needs no answer any more.
func (c *confirms) remove(id int64) {
	for at, question := range c.waiting {
		if question.ID != id {
			continue
		}
		c.waiting = append(c.waiting[:at:at], c.waiting[at+1:]...)
		if at == 0 {
			c.hide()
			c.show()
		}
		return
	}
}

// show asks the first question, if none is on the screen.
func (c *confirms) show() {
	if c.sheet != nil || len(c.waiting) == 0 {
		return
	}
	question := c.waiting[0]
	refuse := func() { c.answer(question.ID, false) }
	c.sheet = kit.NewSheet(c.desk.host.Window, lang.L("Another program asks"), 480, refuse)
	c.left = kit.Small("")
	c.tick()
	c.stop = kit.EverySecond(c.desk.ui, c.second)
	body := []fyne.CanvasObject{
		paragraph(lang.L("Another program on this PC (lanyard-cli, or something that pretends to be it) asks:")),
		kit.NewParagraph(kit.Drawable(confirmWords(question)), kit.SizeName, theme.ColorNameForeground),
	}
	body = append(body, confirmWho(question)...)
	body = append(body, confirmDetail(question)...)
	body = append(body, kit.Hint(lang.L("Allow it only if you have just started this yourself.")), c.left)
	allow := kit.NewCareful(lang.L("Allow"), func() { c.answer(question.ID, true) })
	no := strong(kit.NewButton(lang.L("Refuse"), refuse), widget.HighImportance)
	c.sheet.Fill(body, no, kit.Arm(c.desk.ui, allow))
	c.sheet.Open(no)
}

// hide takes the question on the screen away.
func (c *confirms) hide() {
	if c.sheet != nil {
		c.stop()
		c.sheet.Close()
		c.sheet = nil
	}
}

func (c *confirms) answer(id int64, yes bool) {
	c.remove(id)
	kit.Do(c.desk.ui, func(context.Context) error {
		c.desk.node.AnswerConfirm(id, yes)
		return nil
	}, func(error) {})
}

// second shows the time left, and takes a question away whose time is over,
// which the engine has refused by then.
func (c *confirms) second() {
	if c.sheet == nil {
		return
	}
	if question := c.waiting[0]; !question.Until.IsZero() && !question.Until.After(c.desk.host.Now()) {
		c.remove(question.ID)
		return
	}
	c.tick()
}

func (c *confirms) tick() {
	left := max(c.waiting[0].Until.Sub(c.desk.host.Now()).Round(time.Second), 0)
	c.left.SetText(lang.L("Without an answer it is refused in {{.Seconds}} s.", map[string]any{"Seconds": fmt.Sprint(int(left.Seconds()))}))
}
