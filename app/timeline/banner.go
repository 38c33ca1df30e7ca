package timeline

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/clocks"
	"lanyard/app/kit"
	"lanyard/netcore"
)

// bannerName is how much of a name a banner holds, in runes.
const bannerName = 40

// banners stand over a conversation and say what must be known before anything
// is written. A person cannot make one say words of their own.
type banners struct {
	desk     Trust
	commands Commands
	find     func(netcore.PersonID) (netcore.Person, bool)
	person   netcore.Person
	said     bannerState
	later    map[netcore.PersonID]time.Time // when "not now" was said to their question
	now      func() time.Time
	box      *fyne.Container
	width    float32
}

// bannerState is what the banners depend on.
type bannerState struct {
	person netcore.PersonID
	name   string
	notice netcore.Notice
	other  netcore.Person
	trust  netcore.Trust
	asks   bool
	clock  string // what is wrong with their clock
}

// laterTime is how long "not now" holds, however often they ask meanwhile.
const laterTime = 2 * time.Minute

func newBanners(host Host) *banners {
	return &banners{
		desk: host.Trust, commands: host.Commands, find: host.Find, now: host.Now,
		later: map[netcore.PersonID]time.Time{}, box: kit.Column(0),
	}
}

// set shows what must be said of a person and reports whether that changed.
func (b *banners) set(person netcore.Person) bool {
	b.person = person
	now := b.state(person)
	if same(now, b.said) {
		return false
	}
	b.said = now
	b.box.Objects = nil
	if now.trust == netcore.TrustBlocked {
		b.addBlocked()
	} else {
		b.addNotice(now)
		b.addQuestion(now)
		b.addClock(now)
	}
	b.setWidth(b.width)
	b.box.Refresh()
	return true
}

func (b *banners) state(person netcore.Person) bannerState {
	now := bannerState{
		person: person.ID, name: person.Name, notice: person.Notice, trust: person.Trust,
		clock: clocks.Warning(person),
		asks:  person.Asks && b.now().Sub(b.later[person.ID]) >= laterTime,
	}
	if person.NoticeOf != 0 {
		now.other, _ = b.find(person.NoticeOf)
	}
	return now
}

func same(a, b bannerState) bool {
	return a.person == b.person && a.name == b.name && a.notice == b.notice && a.trust == b.trust && a.asks == b.asks && a.clock == b.clock &&
		a.other.ID == b.other.ID && a.other.Name == b.other.Name
}

// addNotice says that a name or a key is not what it was.
func (b *banners) addNotice(now bannerState) {
	words := noticeWords(now)
	if words == "" {
		return
	}
	var buttons []fyne.CanvasObject
	if now.trust != netcore.TrustVerified && !now.asks {
		buttons = append(buttons, widget.NewButton(lang.L("Verify…"), func() { b.desk.Verify(b.person) }))
	}
	if now.notice != netcore.NoticeTwin && now.other.ID != 0 {
		buttons = append(buttons, widget.NewButton(lang.L("It is the same person…"), func() { b.desk.Merge(b.person, b.said.other) }))
	}
	if now.notice == netcore.NoticeTwin {
		buttons = append(buttons, widget.NewButton(lang.L("Details"), func() { b.desk.Card(b.person) }))
	}
	b.add(theme.WarningIcon(), words, buttons...)
}

// noticeWords says what is to be known about a name or a key.
func noticeWords(now bannerState) string {
	data := map[string]any{"Name": kit.InQuotes(kit.Cut(now.name, bannerName)), "Known": kit.InQuotes(kit.Cut(now.other.Name, bannerName))}
	if now.other.ID == 0 {
		data["Known"] = data["Name"]
	}
	switch now.notice {
	case netcore.NoticeTwin:
		return lang.L("Somebody else is called “{{.Known}}”, or almost so. See by the device ID whom you are writing to.", data)
	case netcore.NoticeNewKey:
		return lang.L("This is not the “{{.Known}}” you know: it has another key. Perhaps “{{.Known}}” set up the PC anew, perhaps somebody uses the name. Compare digits before you trust it.", data)
	case netcore.NoticeRotated:
		return lang.L("The old key of “{{.Known}}” says that this is its new one. Whoever had the old key can say so. Compare digits before you permit anything.", data)
	}
	return ""
}

// addQuestion says that the person waits for a comparison.
func (b *banners) addQuestion(now bannerState) {
	if !now.asks {
		return
	}
	compare := widget.NewButton(lang.L("Compare…"), func() { b.desk.Verify(b.person) })
	compare.Importance = widget.HighImportance
	notNow := widget.NewButton(lang.L("Not now"), func() {
		b.later[b.person.ID] = b.now()
		b.set(b.person)
	})
	words := lang.L("“{{.Name}}” wants to compare digits with you.", map[string]any{"Name": kit.InQuotes(kit.Cut(now.name, bannerName))})
	b.add(theme.QuestionIcon(), words, compare, notNow)
}

// addClock warns of a clock that is off.
func (b *banners) addClock(now bannerState) {
	if now.clock != "" {
		b.add(theme.HistoryIcon(), now.clock, widget.NewButton(lang.L("Check their clock"), func() { b.commands.CheckClock(b.person) }))
	}
}

func (b *banners) addBlocked() {
	unblock := widget.NewButton(lang.L("Unblock…"), func() { b.desk.Unblock(b.person) })
	b.add(theme.VisibilityOffIcon(), lang.L("Blocked: nothing comes from them and nothing goes to them."), unblock)
}

// add puts one banner below the others.
func (b *banners) add(icon fyne.Resource, words string, buttons ...fyne.CanvasObject) {
	text := kit.NewParagraph(kit.Drawable(words), theme.SizeNameText, theme.ColorNameForeground)
	inside := container.New(bannerLayout{}, append([]fyne.CanvasObject{widget.NewIcon(icon), text}, buttons...)...)
	b.box.Add(container.NewStack(kit.NewFill(kit.ColorNotice, 0), inside, container.NewBorder(nil, widget.NewSeparator(), nil, nil)))
}

// setWidth lets the texts wrap before anybody asks how high they are.
func (b *banners) setWidth(width float32) {
	b.width = width
	for range 2 {
		b.box.Resize(fyne.NewSize(width, b.box.MinSize().Height))
	}
}

// bannerLayout sets the icon, the text beside it, and the buttons below the
// text, on as many lines as they need.
type bannerLayout struct{}

const (
	bannerPad  = 10
	bannerSide = 16
	bannerIcon = 20
	bannerGap  = 8
)

// MinSize is for Fyne: the height is that of the width laid out last.
func (bannerLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	bottom := float32(bannerIcon)
	for _, object := range objects[1:] {
		bottom = max(bottom, object.Position().Y+object.MinSize().Height)
	}
	return fyne.NewSize(200, bottom+bannerPad)
}

// Layout is for Fyne.
func (bannerLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	icon, text := objects[0], objects[1]
	left := float32(bannerSide + bannerIcon + bannerGap)
	wide := max(size.Width-left-bannerSide, 60)
	icon.Resize(fyne.NewSquareSize(bannerIcon))
	icon.Move(fyne.NewPos(bannerSide, bannerPad))
	text.Resize(fyne.NewSize(wide, text.MinSize().Height))
	text.Resize(fyne.NewSize(wide, text.MinSize().Height))
	text.Move(fyne.NewPos(left, bannerPad))
	at, high := fyne.NewPos(left, bannerPad+text.MinSize().Height+bannerGap), float32(0)
	for _, button := range objects[2:] {
		wants := button.MinSize()
		wants.Width = min(wants.Width, wide)
		if at.X > left && at.X+wants.Width > left+wide {
			at = fyne.NewPos(left, at.Y+high+6)
		}
		button.Resize(wants)
		button.Move(at)
		at.X += wants.Width + 6
		high = max(high, wants.Height)
	}
}

// talkLayout is that of a conversation: the head, below it the banners, whose
// height depends on the width, and the composer at the bottom.
type talkLayout struct {
	border  fyne.Layout
	banners *banners
}

// MinSize is for Fyne.
func (l talkLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return l.border.MinSize(objects) }

// Layout is for Fyne.
func (l talkLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if l.banners.width != size.Width {
		l.banners.setWidth(size.Width)
	}
	l.border.Layout(objects, size)
}
