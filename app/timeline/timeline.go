// Package timeline is the middle of the window: one conversation, and the
// entry to write to it.
package timeline

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/transfers"
	"lanyard/netcore"
)

// Node is what this view asks of the engine.
type Node interface {
	transfers.Actions
	Runs
	Items(ctx context.Context, person netcore.PersonID, before int64, limit int) ([]netcore.Item, error)
	Say(ctx context.Context, person netcore.PersonID, text string) (netcore.Item, error)
	MarkSeen(ctx context.Context, person netcore.PersonID) error
}

// Host is what this view asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Reveal    func(path string)
	Open      func(path string)
	Forward   func(paths []string) // ask to whom else files go
	Fail      func(message string)
	Focused   func() bool // the user is looking at the window
	Now       func() time.Time
	Trust     Trust
	Find      func(netcore.PersonID) (netcore.Person, bool)
	Commands  Commands
}

// readGap lies between two readings of a conversation.
const readGap = 40 * time.Millisecond

// View shows the conversation with one person. Except Trigger and Progress its
// methods belong to the drawing goroutine.
type View struct {
	ui   *kit.UI
	node Node
	host Host

	person  netcore.Person
	window  window
	rows    map[int64]itemRow
	days    map[string]*dayRow
	column  *column
	round   int  // of rendering; an older one stops
	loading bool // older items are being read
	placing bool // the rows are about to be placed again
	drafts  map[netcore.PersonID]string

	head     *header
	banners  *banners
	composer *composer
	newest   *widget.Button
	object   *fyne.Container
	reload   *kit.Reload

	runReload *kit.Reload

	mu      sync.Mutex // guards what other goroutines touch
	asked   request
	updates map[int64]netcore.Transfer
	runs    map[int64]bool // those shown, by key: true if they are to be read
}

// request says what the reload reads.
type request struct {
	person netcore.PersonID
	before int64
	limit  int
}

// New returns a view of nobody.
func New(ui *kit.UI, node Node, host Host) *View {
	v := &View{
		ui: ui, node: node, host: host,
		drafts:  map[netcore.PersonID]string{},
		updates: map[int64]netcore.Transfer{},
		runs:    map[int64]bool{},
	}
	v.runReload = kit.NewReload(ui, runGap, v.loadRuns)
	v.reload = kit.NewReload(ui, readGap, v.load)
	v.build()
	v.forget()
	return v
}

func (v *View) build() {
	v.head = newHeader(v.host)
	v.banners = newBanners(v.host)
	v.column = newColumn()
	v.column.scroll.OnScrolled = func(fyne.Position) { v.ui.Measure(v.scrolled) }
	v.newest = widget.NewButtonWithIcon(lang.L("Newest messages"), theme.MoveDownIcon(), v.toNewest)
	v.newest.Importance = widget.HighImportance
	v.newest.Hide()
	v.composer = newComposer()
	v.composer.SetPlaceHolder(lang.L("Write a message (Enter sends)"))
	v.composer.Send = v.say
	v.composer.Pasted = v.pasted
	v.composer.Paged = v.Page
	v.composer.Shortcuts = v.host.Shortcuts
	attach := widget.NewButtonWithIcon("", theme.MailAttachmentIcon(), v.Attach)
	send := widget.NewButtonWithIcon("", theme.MailSendIcon(), v.composer.send)
	send.Importance = widget.HighImportance
	bottom := container.New(composerLayout{}, attach, v.composer, send)
	body := container.New(bodyLayout{v.column}, v.column.scroll, v.newest)
	top := container.NewVBox(v.head.object, v.banners.box)
	v.object = container.NewBorder(top, bottom, nil, nil, body)
	v.object.Layout = talkLayout{border: v.object.Layout, banners: v.banners}
	v.composer.Grown = func() { v.object.Layout.Layout(v.object.Objects, v.object.Size()) }
}

// Object is what stands in the window.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Person returns whose conversation is shown; its ID is 0 if it is nobody's.
func (v *View) Person() netcore.Person { return v.person }

// Open shows the conversation with somebody, at its newest item.
func (v *View) Open(person netcore.Person) {
	if v.person.ID == person.ID {
		v.Update(person)
		v.FocusComposer()
		return
	}
	if v.person.ID != 0 {
		v.drafts[v.person.ID] = v.composer.Text
	}
	v.forget()
	v.person = person
	v.composer.SetText(v.drafts[person.ID])
	v.showPerson()
	v.column.set(nil, true, nil)
	v.ask()
	v.FocusComposer()
}

// Update shows newer facts about the person.
func (v *View) Update(person netcore.Person) {
	v.person = person
	v.showPerson()
	v.seen()
}

// showPerson shows who it is, and what must be said about them.
func (v *View) showPerson() {
	v.head.set(v.person)
	if v.banners.set(v.person) {
		v.object.Layout.Layout(v.object.Objects, v.object.Size())
		canvas.Refresh(v.object)
	}
}

// FocusComposer lets the keyboard write to the person.
func (v *View) FocusComposer() { v.host.Window.Canvas().Focus(v.composer) }

// Trigger asks for a new reading. It may be called from any goroutine.
func (v *View) Trigger(person netcore.PersonID) {
	v.mu.Lock()
	shown := v.asked.person
	v.mu.Unlock()
	if shown != 0 && (person == 0 || person == shown) {
		v.reload.Trigger()
	}
}

// Attention tells that the user looks at the window now.
func (v *View) Attention() { v.seen() }

// forget drops all that belongs to the person shown.
func (v *View) forget() {
	v.round++
	v.window = window{atEnd: true}
	v.rows, v.days = map[int64]itemRow{}, map[string]*dayRow{}
	v.loading = false
	v.newest.Hide()
	v.mu.Lock()
	clear(v.runs)
	v.mu.Unlock()
}

// ask reads what is shown again.
func (v *View) ask() {
	v.mu.Lock()
	v.asked = request{v.person.ID, v.window.before(), v.window.limit()}
	v.mu.Unlock()
	v.reload.Trigger()
}

func (v *View) load(ctx context.Context) func() {
	v.mu.Lock()
	asked := v.asked
	v.mu.Unlock()
	items, err := v.node.Items(ctx, asked.person, asked.before, asked.limit)
	return func() {
		if asked.person != v.person.ID {
			return
		}
		if err != nil {
			v.host.Fail(lang.L("The conversation could not be read."))
			return
		}
		if asked.before != v.window.before() && asked.before != 0 {
			return // the window has moved on meanwhile
		}
		v.window.newest(items, asked.limit, !v.sticking())
		v.render()
	}
}

// sticking reports whether new items are to be scrolled into view.
func (v *View) sticking() bool { return v.window.atEnd && v.column.atEnd() }

// seen tells that the newest items have been looked at.
func (v *View) seen() {
	person := v.person
	if person.ID == 0 || person.Unread == 0 || !v.host.Focused() || !v.sticking() || !v.object.Visible() {
		return
	}
	v.ui.Go(func(ctx context.Context) {
		if err := v.node.MarkSeen(ctx, person.ID); err != nil && ctx.Err() == nil {
			v.ui.Post(func() { v.host.Fail(lang.L("The conversation could not be read.")) })
		}
	})
}

func (v *View) scrolled() {
	switch {
	case v.column.nearTop():
		v.loadOlder()
	case v.column.atEnd():
		v.seen()
	}
	v.showNewest()
}

// showNewest shows the way back to the end while it is not in view.
func (v *View) showNewest() {
	if v.sticking() {
		v.newest.Hide()
	} else {
		v.newest.Show()
	}
}

func (v *View) toNewest() {
	if !v.window.atEnd {
		v.window = window{atEnd: true}
		v.column.set(nil, true, nil)
		v.ask()
	}
	v.column.toEnd()
	v.newest.Hide()
	v.FocusComposer()
	v.seen()
}

func (v *View) loadOlder() {
	if v.loading || v.window.complete || len(v.window.items) == 0 {
		return
	}
	v.loading = true
	person, before := v.person.ID, v.window.items[0].Seq
	kit.Load(v.ui, func(ctx context.Context) ([]netcore.Item, error) {
		return v.node.Items(ctx, person, before, pageItems)
	}, func(items []netcore.Item, err error) {
		v.loading = false
		if err != nil || person != v.person.ID || len(v.window.items) == 0 || v.window.items[0].Seq != before {
			return
		}
		v.window.older(items, pageItems)
		v.mu.Lock()
		v.asked = request{person, v.window.before(), v.window.limit()}
		v.mu.Unlock()
		v.render()
	})
}

// Page scrolls by pages: up when negative, down when positive. Older items are
// read when the first ones come into view.
func (v *View) Page(by float32) {
	size := v.column.scroll.Size().Height
	most := max(v.column.total-size, 0)
	offset := min(max(v.column.scroll.Offset.Y+by*size*0.9, 0), most)
	v.column.scroll.ScrollToOffset(fyne.NewPos(0, offset))
	v.scrolled()
}
