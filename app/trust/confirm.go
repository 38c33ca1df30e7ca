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
	sheet   *sheet                 // nil: none is
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
	c.sheet = newSheet(c.desk.host.Window, lang.L("Another program asks"), 480, refuse)
	c.left = kit.Small("")
	c.tick()
	c.stop = everySecond(c.desk.ui, c.second)
	words := kit.NewParagraph(kit.Drawable(confirmWords(question)), kit.SizeName, theme.ColorNameForeground)
	body := []fyne.CanvasObject{
		paragraph(lang.L("Another program on this PC (lanyard-cli, or something that pretends to be it) asks:")),
		words,
	}
	if detail := confirmDetail(question); detail != nil {
		body = append(body, detail)
	}
	body = append(body, kit.Hint(lang.L("Allow it only if you have just started this yourself.")), c.left)
	allow := newButton(lang.L("Allow"), func() { c.answer(question.ID, true) })
	c.sheet.fill(body, newSafe(lang.L("Refuse"), refuse).strong(widget.HighImportance), arm(c.desk.ui, allow))
	c.sheet.open()
}

// hide takes the question on the screen away.
func (c *confirms) hide() {
	if c.sheet != nil {
		c.stop()
		c.sheet.close()
		c.sheet = nil
	}
}

func (c *confirms) answer(id int64, yes bool) {
	c.desk.ui.Go(func(context.Context) { c.desk.node.AnswerConfirm(id, yes) })
	c.remove(id)
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

// confirmWords says what is asked.
func confirmWords(question netcore.Confirmation) string {
	data := map[string]any{"Name": cut(question.Name, nameMost), "Detail": cut(question.Detail, detailMost)}
	switch question.Act {
	case netcore.ConfirmVerify:
		return lang.L("Trust “{{.Name}}”, because both screens show these six digits?", data)
	case netcore.ConfirmUseString:
		return lang.L("Trust the maker of a pairing string? Their device ID is:", data)
	case netcore.ConfirmMakeString:
		return lang.L("Make a pairing string? Whoever uses it is trusted without comparing anything.", data)
	case netcore.ConfirmAllow:
		return lang.L("Let “{{.Name}}” do more on this PC?", data)
	case netcore.ConfirmUnblock:
		return lang.L("Unblock “{{.Name}}”?", data)
	}
	return ownConfirmWords(question.Act, data)
}

// ownConfirmWords are those of questions about this copy itself.
func ownConfirmWords(act netcore.ConfirmAct, data map[string]any) string {
	switch act {
	case netcore.ConfirmMerge:
		return lang.L("Put the conversations with “{{.Name}}” and somebody else together?", data)
	case netcore.ConfirmReach:
		return lang.L("Change who may reach this PC?", data)
	case netcore.ConfirmPassword:
		return lang.L("Show, set or take away the network password?", data)
	case netcore.ConfirmIdentity:
		return lang.L("Export, import or renew the identity of this PC?", data)
	}
	return lang.L("Do something that this window does not know?", data)
}

// confirmDetail shows what exactly is asked for; nil: there is nothing to add.
func confirmDetail(question netcore.Confirmation) fyne.CanvasObject {
	switch {
	case question.Detail == "":
		return nil
	case question.Act == netcore.ConfirmVerify:
		return newDigits(cut(question.Detail, 16))
	}
	text := widget.NewLabelWithStyle(kit.Drawable(cut(question.Detail, detailMost)), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	text.Wrapping = fyne.TextWrapBreak
	return text
}
