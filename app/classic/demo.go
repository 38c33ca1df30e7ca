package classic

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore/charset"
	"lanyard/netcore/classic"
)

// demoPane shows what TCP and UDP do with messages, both ends in this program.
type demoPane struct {
	page   *Page
	demos  []classic.Demo
	pick   *widget.Select
	run    *kit.Button
	lesson *kit.Paragraph
	result *kit.Paragraph
	list   *recordList
	object fyne.CanvasObject
}

func newDemoPane(page *Page) *demoPane {
	d := &demoPane{page: page, demos: classic.Demonstrations()}
	var titles []string
	for _, one := range d.demos {
		titles = append(titles, demoTitle(one.Key))
	}
	d.pick = widget.NewSelect(titles, func(string) { d.chosen() })
	d.lesson = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameForeground)
	d.result = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	d.result.Hide()
	d.list = newRecordList(charset.UTF8)
	d.run = kit.NewButton(lang.L("Run"), d.start)
	d.run.Icon, d.run.Importance, d.run.Escaped = theme.MediaPlayIcon(), widget.HighImportance, page.host.Escaped
	head := container.New(layout.NewCustomPaddedLayout(0, 8, 20, 20), kit.Column(10,
		container.NewBorder(nil, nil, nil, d.run, d.pick), d.lesson, d.result))
	d.object = kit.Below(head, container.New(layout.NewCustomPaddedLayout(0, 12, 20, 20), d.list.object))
	d.pick.SetSelectedIndex(0)
	return d
}

// chosen shows what a demonstration is about.
func (d *demoPane) chosen() {
	d.lesson.SetText(kit.Drawable(demoLesson(d.demos[max(d.pick.SelectedIndex(), 0)].Key)))
	d.list.show(nil)
	d.result.Hide()
}

// start runs the chosen demonstration and shows its calls.
func (d *demoPane) start() {
	key := d.demos[max(d.pick.SelectedIndex(), 0)].Key
	d.run.Disable()
	d.result.Hide()
	kit.Load(d.page.ui, func(ctx context.Context) ([]classic.Record, error) {
		var records []classic.Record
		err := classic.Demonstrate(ctx, key, func(r classic.Record) { records = append(records, r) })
		return slices.Clip(records), err
	}, func(records []classic.Record, err error) {
		d.run.Enable()
		d.list.show(records)
		if err != nil {
			d.result.SetText(errorWords(err))
			d.result.Show()
		}
	})
}

func demoTitle(key string) string {
	switch key {
	case classic.DemoGlued:
		return lang.L("Two sends arrive as one")
	case classic.DemoSplit:
		return lang.L("One send arrives in two pieces")
	case classic.DemoBuffer:
		return lang.L("Pieces end where the buffer does")
	case classic.DemoLength:
		return lang.L("The cure: a length of four bytes")
	case classic.DemoUDPCut:
		return lang.L("A datagram loses what does not fit")
	case classic.DemoEmpty:
		return lang.L("An empty message: in UDP yes, in TCP no")
	case classic.DemoTooLong:
		return lang.L("Over 65,507 bytes there is no datagram")
	case classic.DemoShort:
		return lang.L("send takes less than it is given")
	case classic.DemoHalf:
		return lang.L("Half-close: one direction ends")
	case classic.DemoInUse:
		return lang.L("Address in use, and starting again")
	}
	return key
}

// demoLesson says what is to be seen.
func demoLesson(key string) string {
	switch key {
	case classic.DemoGlued:
		return lang.L("The client sends “hello” and “world”. The server reads late, 10 bytes at a time: one recv returns both, glued together. TCP is a stream; it knows no messages.")
	case classic.DemoSplit:
		return lang.L("The client sends “helloworld” once. The server asks for 2 bytes, then for 10: one send arrives in two pieces.")
	case classic.DemoBuffer:
		return lang.L("The client sends 1500 and 700 bytes. With recv(1024) the pieces are 1024, 1024 and 152 bytes: they end where the buffer does, not where the sends did.")
	case classic.DemoLength:
		return lang.L("Each message goes behind four bytes that say how long it is. The server reads 4 bytes, then exactly that many: no message is glued or split any more. Lanyard's own frames and the file protocol do the same.")
	case classic.DemoUDPCut:
		return lang.L("A datagram stays one message, but recvfrom(4) returns only “hell”: the rest is lost, and the next call returns the next datagram.")
	case classic.DemoEmpty:
		return lang.L("An empty datagram arrives, as 0 bytes. In TCP an empty send is nothing at all: the server only sees “hello”.")
	case classic.DemoTooLong:
		return lang.L("65,507 bytes fit into one datagram. One byte more is refused by the system.")
	case classic.DemoShort:
		return lang.L("While nobody reads, the buffers fill up: send takes a part and says how much. sendall goes on with the rest until all is gone.")
	case classic.DemoHalf:
		return lang.L("The client ends its direction. The server reads the end (0 bytes), and can still answer: a connection has two directions, and closing takes both.")
	case classic.DemoInUse:
		return lang.L("A second server cannot have the same address. Once the first has ended, a new one can, at once, though its old connection is still being closed.")
	}
	return ""
}
