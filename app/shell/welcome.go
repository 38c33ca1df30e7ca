package shell

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/assets"
	"lanyard/netcore"
)

// mostNamed is how many people near the welcome names.
const mostNamed = 5

// welcome is the page of the start: it asks for the name once, says who is
// near, and when nobody is what was tried and what to check.
type welcome struct {
	name   *kit.Entry
	naming *fyne.Container
	near   *widget.Label
	todo   *widget.Label
	tried  *widget.Label
	object fyne.CanvasObject
}

func (s *Shell) newWelcome() *welcome {
	w := &welcome{near: centered(""), todo: centered(""), tried: widget.NewLabel("")}
	w.tried.Wrapping = fyne.TextWrapWord
	w.name = kit.NewEntry(s.shortcut)
	w.name.SetText(s.applied.Name)
	w.name.OnSubmitted = func(string) { s.setName() }
	start := widget.NewButton(lang.L("Start"), s.setName)
	start.Importance = widget.HighImportance
	ask := centered(lang.L("What shall others call you?"))
	w.naming = container.NewVBox(ask, container.NewBorder(nil, nil, nil, start, w.name))
	if s.applied.Named {
		w.naming.Hide()
	}
	icon := canvas.NewImageFromResource(fyne.NewStaticResource("lanyard.png", assets.Icon))
	icon.FillMode = canvas.ImageFillContain
	icon.SetMinSize(fyne.NewSquareSize(72))
	head := kit.NewLine(lang.L("Welcome to Lanyard"), kit.SizeTitle, theme.ColorNameForeground)
	add := widget.NewButtonWithIcon(lang.L("Add by address"), theme.ContentAddIcon(), s.addPerson)
	w.object = container.NewVScroll(container.New(middleLayout(440), kit.Column(10,
		icon, container.NewCenter(head), w.naming, w.near, w.todo, w.tried, container.NewCenter(add))))
	w.show(s.everyone, s.Node.Search(), true)
	return w
}

func centered(text string) *widget.Label {
	label := widget.NewLabelWithStyle(text, fyne.TextAlignCenter, fyne.TextStyle{})
	label.Wrapping = fyne.TextWrapWord
	if kit.HasHan(text) {
		label.Wrapping = fyne.TextWrapBreak
	}
	return label
}

// setText changes a label, which is wrapped as its words want it.
func setText(label *widget.Label, text string) {
	if label.Text == text {
		return
	}
	label.Wrapping = fyne.TextWrapWord
	if kit.HasHan(text) {
		label.Wrapping = fyne.TextWrapBreak
	}
	label.SetText(text)
}

// show says who is near, or what to do about nobody.
func (w *welcome) show(everyone []netcore.Person, search netcore.Search, early bool) {
	names := online(everyone)
	switch {
	case len(names) > 0:
		setText(w.near, lang.L("Near you: {{.Names}}", map[string]any{"Names": kit.Drawable(strings.Join(names, lang.L(", ")))}))
		setText(w.todo, lang.L("Choose somebody on the left, write, or drop files on them."))
	case len(everyone) > 0:
		setText(w.near, lang.L("Nobody is online now."))
		setText(w.todo, lang.L("What you write to somebody on the left is delivered when they are back."))
	case early:
		setText(w.near, lang.L("Looking for people near you…"))
		setText(w.todo, lang.L("Start Lanyard on another PC in this network."))
	default:
		setText(w.near, lang.L("Nobody was found yet."))
		setText(w.todo, lang.L("Start Lanyard on another PC in this network, or add somebody by address."))
	}
	tried := ""
	if len(names) == 0 && !early || search.Problem != "" {
		tried = triedWords(search)
	}
	setText(w.tried, kit.Drawable(tried))
	if (tried != "") != w.tried.Visible() {
		if tried != "" {
			w.tried.Show()
		} else {
			w.tried.Hide()
		}
	}
}

// online names who is near.
func online(everyone []netcore.Person) []string {
	var names []string
	for _, person := range everyone {
		if person.Online {
			names = append(names, person.Name)
		}
	}
	slices.Sort(names)
	if len(names) > mostNamed {
		names = append(names[:mostNamed], fmt.Sprintf("+%d", len(names)-mostNamed))
	}
	return names
}

// triedWords says what was tried to find people and what to check.
func triedWords(search netcore.Search) string {
	var lines []string
	add := func(key string, value string) {
		lines = append(lines, "• "+lang.L(key, map[string]any{"Value": kit.Neutral(value)}))
	}
	if search.Problem != "" {
		add("There is a problem: {{.Value}}", search.Problem)
	}
	if search.Listening != "" {
		add("This PC listens at {{.Value}}", search.Listening)
	}
	switch {
	case !search.Discovery:
		add("Looking for others is turned off: people must be added by address.", "")
	case len(search.Interfaces) == 0:
		add("No network was found to look in. Check the cable or the Wi-Fi.", "")
	default:
		add("Looked in these networks: {{.Value}}", strings.Join(search.Interfaces, lang.L(", ")))
		add("Check that both PCs are in the same network, and that guests are not kept apart there.", "")
	}
	if len(search.Unreached) > 0 {
		add("Heard but not reached: {{.Value}}. Their firewall probably keeps Lanyard out.", strings.Join(search.Unreached[:min(len(search.Unreached), mostNamed)], lang.L(", ")))
	} else if search.Discovery {
		add("Check that the firewall lets Lanyard through on both PCs: port 9527, TCP and UDP.", "")
	}
	return strings.Join(lines, "\n")
}

// setName stores the name that was asked for.
func (s *Shell) setName() {
	name := strings.TrimSpace(s.welcome.name.Text)
	if name == "" {
		s.Window.Canvas().Focus(s.welcome.name)
		return
	}
	set := s.Node.Settings()
	set.Name = name
	kit.Do(s.UI, func(ctx context.Context) error { return s.Node.SetSettings(ctx, set) }, func(err error) {
		if err != nil {
			s.fail(lang.L("Not saved: {{.Problem}}", map[string]any{"Problem": kit.Neutral(err.Error())}))
			return
		}
		s.welcome.naming.Hide()
		s.side.setSelf(s.Node.Self(), name)
	})
}

// middleLayout puts its object into the middle, no wider than its number.
type middleLayout float32

func (m middleLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(240, objects[0].MinSize().Height+2*theme.Padding())
}

func (m middleLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width-40, float32(m))
	objects[0].Resize(fyne.NewSize(width, objects[0].MinSize().Height))
	height := objects[0].MinSize().Height
	objects[0].Resize(fyne.NewSize(width, height))
	objects[0].Move(fyne.NewPos((size.Width-width)/2, max((size.Height-height)/2.4, 0)))
}
