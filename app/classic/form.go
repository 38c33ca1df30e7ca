package classic

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore/charset"
	"lanyard/netcore/classic"
)

// formPane is the form for a new session: what is to be spoken, by which side,
// where, and the options that go with it.
type formPane struct {
	page     *Page
	protocol *widget.Select
	role     *widget.RadioGroup
	about    *kit.Paragraph
	address  *kit.Entry
	typed    bool // the address is not the one that the form proposed
	secret   *kit.Entry
	digest   *widget.Select
	name     *kit.Entry
	folder   *kit.Entry
	encoding *widget.Select
	recv     *widget.SelectEntry
	quiet    *kit.Entry
	once     *widget.Check
	fields   map[string]fyne.CanvasObject // those that only some protocols have
	start    *kit.Button
	status   *kit.Paragraph
	busy     bool
	object   fyne.CanvasObject
}

func newFormPane(page *Page) *formPane {
	f := &formPane{page: page}
	var names []string
	for _, one := range classic.Protocols() {
		names = append(names, string(one.Name))
	}
	f.protocol = widget.NewSelect(names, func(string) { f.chosen() })
	f.role = widget.NewRadioGroup([]string{roleWords(classic.RoleServe), roleWords(classic.RoleDial)}, func(string) { f.chosen() })
	f.role.Horizontal, f.role.Required = true, true
	f.about = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	f.address = f.entry("")
	f.address.OnChanged = func(string) { f.typed = true }
	f.address.OnSubmitted = func(string) { f.begin() }
	f.makeOptions()
	f.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	f.status.Hide()
	f.start = kit.NewButton(lang.L("Start"), f.begin)
	f.start.Importance, f.start.Escaped = widget.HighImportance, page.toList
	back := kit.NewButton(lang.L("Back"), page.toList)
	back.Escaped = page.toList
	where := kit.Column(4, kit.Field(lang.L("Address"), f.address),
		kit.Hint(lang.L("host:port, a port alone (on 127.0.0.1), [IPv6]:port, or unix:PATH, which only you can reach")))
	f.object = kit.Groups(
		kit.Group(lang.L("New session"), kit.Field(lang.L("Protocol"), f.protocol), f.about, f.role, where),
		kit.Group(lang.L("Options"), f.options()...),
		kit.Column(8, f.status, container.NewHBox(f.start, back)))
	f.role.SetSelected(roleWords(classic.RoleServe))
	f.protocol.SetSelectedIndex(0)
	return f
}

func (f *formPane) entry(hint string) *kit.Entry {
	entry := kit.NewEntry(f.page.host.Shortcuts)
	entry.SetPlaceHolder(hint)
	entry.Escaped = f.page.toList
	return entry
}

// makeOptions makes the fields of the options.
func (f *formPane) makeOptions() {
	f.secret = f.entry("")
	f.secret.Password = true
	f.digest = widget.NewSelect([]string{string(classic.MD5), string(classic.SHA256)}, nil)
	f.digest.SetSelectedIndex(0)
	f.name = f.entry(lang.L("none"))
	f.folder = f.entry("")
	if f.page.host.SaveDir != nil {
		f.folder.SetText(f.page.host.SaveDir())
	}
	var encodings []string
	for _, one := range charset.Choices() {
		encodings = append(encodings, string(one))
	}
	f.encoding = widget.NewSelect(encodings, nil)
	f.recv = widget.NewSelectEntry(recvSizes())
	f.recv.SetText(strconv.Itoa(classic.CourseRecvSize))
	f.quiet = f.entry("")
	f.quiet.SetText("0.5")
	f.once = widget.NewCheck(lang.L("Serve one client, then end"), nil)
}

// recvSizes are those of the courses.
func recvSizes() []string { return []string{"2", "10", "1024", "65536"} }

// options returns the fields, and remembers which are for some protocols only.
func (f *formPane) options() []fyne.CanvasObject {
	choose := kit.NewButton(lang.L("Choose…"), f.chooseFolder)
	choose.Escaped = f.page.toList
	f.fields = map[string]fyne.CanvasObject{
		"secret":   kit.Column(12, kit.Field(lang.L("Secret, the same on both sides"), f.secret), kit.Field(lang.L("Hash function"), f.digest)),
		"name":     kit.Field(lang.L("Your name in the chat"), f.name),
		"folder":   kit.Field(lang.L("Folder for what arrives"), container.NewBorder(nil, nil, nil, choose, f.folder)),
		"encoding": kit.Field(lang.L("Encoding of what comes"), f.encoding),
		"quiet":    kit.Field(lang.L("Seconds of silence that end an answer"), f.quiet),
		"once":     f.once,
	}
	recv := kit.Field(lang.L("Bytes that one recv asks for"), f.recv)
	return []fyne.CanvasObject{f.fields["secret"], f.fields["name"], f.fields["folder"], f.fields["encoding"], recv, f.fields["quiet"], f.fields["once"]}
}

// chooseFolder asks for the folder for files.
func (f *formPane) chooseFolder() {
	ask := dialog.NewFolderOpen(func(dir fyne.ListableURI, err error) {
		if err == nil && dir != nil {
			f.folder.SetText(dir.Path())
		}
	}, f.page.host.Window)
	if dir, err := storage.ListerForURI(storage.NewFileURI((&url.URL{Path: f.folder.Text}).Path)); err == nil {
		ask.SetLocation(dir)
	}
	ask.Show()
}

// side is the role that is chosen.
func (f *formPane) side() classic.Role {
	if f.role.Selected == roleWords(classic.RoleDial) {
		return classic.RoleDial
	}
	return classic.RoleServe
}

// chosen shows what goes with a protocol and a role.
func (f *formPane) chosen() {
	protocol, known := classic.Lookup(f.protocol.Selected)
	if !known || f.fields == nil {
		return
	}
	role := f.side()
	f.about.SetText(kit.Drawable(protocolWords(protocol.Name)))
	if !f.typed {
		f.address.SetText(fmt.Sprintf("127.0.0.1:%d", protocol.Port))
		f.typed = false
	}
	f.encoding.SetSelected(string(protocol.Encoding))
	for field, wanted := range map[string]bool{
		"secret":   protocol.Name == classic.HMACEcho,
		"name":     protocol.Name == classic.UDPChat,
		"folder":   protocol.Name == classic.File && role == classic.RoleServe,
		"encoding": protocol.Encoding != "",
		"quiet":    protocol.Unframed && protocol.Runs != role,
		"once":     role == classic.RoleServe,
	} {
		if wanted {
			f.fields[field].Show()
		} else {
			f.fields[field].Hide()
		}
	}
	f.say("")
}

// say shows a sentence below the form, or takes it away.
func (f *formPane) say(text string) {
	f.status.SetText(kit.Drawable(text))
	if text == "" {
		f.status.Hide()
	} else {
		f.status.Show()
	}
	f.object.Refresh()
}

// read returns what the form says.
func (f *formPane) read() (classic.Options, bool) {
	recv, err := strconv.Atoi(f.recv.Text)
	if err != nil || recv < 1 || recv > classic.MaxRecvSize {
		f.say(lang.L("The receive size is a number from 1 to {{.Most}}.", data{"Most": classic.MaxRecvSize}))
		return classic.Options{}, false
	}
	quiet, err := strconv.ParseFloat(f.quiet.Text, 64)
	if err != nil || !(quiet > 0 && quiet <= 600) {
		f.say(lang.L("The silence is a number of seconds."))
		return classic.Options{}, false
	}
	protocol, _ := classic.Lookup(f.protocol.Selected)
	options := classic.Options{
		Protocol: protocol.Name, Address: f.address.Text, RecvSize: recv,
		QuietTime: time.Duration(quiet * float64(time.Second)), Once: f.side() == classic.RoleServe && f.once.Checked,
		Encoding: charset.Encoding(f.encoding.Selected),
	}
	switch protocol.Name {
	case classic.HMACEcho:
		options.Secret, options.Digest = f.secret.Text, classic.Digest(f.digest.Selected)
	case classic.UDPChat:
		options.ChatName = f.name.Text
	case classic.File:
		options.SaveDir = f.folder.Text
	}
	return options, true
}
