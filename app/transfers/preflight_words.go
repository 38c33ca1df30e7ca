package transfers

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// clashes are what can become of files that are there already, in the order in
// which they are offered.
func clashes() []netcore.Clash {
	return []netcore.Clash{netcore.ClashKeep, netcore.ClashReplace, netcore.ClashSkip, netcore.ClashBeside}
}

func clashWords() []string {
	return []string{
		lang.L("Keep both"), lang.L("Replace them"), lang.L("Skip: what is there stays"), lang.L("Put all under a new name"),
	}
}

func clashIndex(clash netcore.Clash) int { return max(slices.Index(clashes(), clash), 0) }

// wishWords says what the sender would have done about files that are there
// already. It binds nobody; once the receiver decided there is nothing to say.
func wishWords(t netcore.Transfer) string {
	if t.State.Ended() || t.State == netcore.StateRunning || begun(t) {
		return ""
	}
	switch {
	case t.Wish == netcore.ClashKeep && t.Outgoing:
		return lang.L("You would like them to keep both where a file is there already. They decide.")
	case t.Wish == netcore.ClashReplace && t.Outgoing:
		return lang.L("You would like them to replace files that are there already. They decide.")
	case t.Wish == netcore.ClashSkip && t.Outgoing:
		return lang.L("You would like them to skip files that are there already. They decide.")
	case t.Wish == netcore.ClashKeep:
		return lang.L("They would like you to keep both where a file is there already. You decide.")
	case t.Wish == netcore.ClashReplace:
		return lang.L("They would like you to replace files that are there already. You decide.")
	case t.Wish == netcore.ClashSkip:
		return lang.L("They would like you to skip files that are there already. You decide.")
	}
	return ""
}

// showSummary says how much comes, and whether it fits.
func (p *preflight) showSummary() {
	if p.given == "" || p.ticking != nil {
		return
	}
	words, fits := summaryWords(p.look, p.picker)
	color := theme.ColorNameForeground
	if !fits {
		color = theme.ColorNameError
	}
	p.summary.Say(words, color)
	p.nameAccept()
	p.sheet.Arrange()
}

// nameAccept lets the button say how much is accepted if that is not all.
func (p *preflight) nameAccept() {
	words := lang.L("Accept")
	if p.picker != nil {
		chosen := p.picker.chosen
		if !chosen.whole() {
			words = lang.L("Accept {{.Part}} of {{.All}}", map[string]any{"Part": chosen.count, "All": len(chosen.sizes)})
		}
		if chosen.count == 0 {
			p.accept.Disable()
		} else if p.ticking == nil {
			p.accept.Enable()
		}
	}
	if p.accept.Text != words {
		p.accept.SetText(words)
	}
}

// summaryWords says how much comes, and whether it fits. Picked may be nil.
func summaryWords(look netcore.Preflight, picked *picker) (words string, fits bool) {
	pieces := []string{kit.FileCount(look.Count)}
	if look.Folders > 0 {
		pieces = append(pieces, lang.N("{{.Count}} folders", look.Folders, count(look.Folders)))
	}
	if look.Links > 0 {
		pieces = append(pieces, lang.N("{{.Count}} links", look.Links, count(look.Links)))
	}
	first := strings.Join(append(pieces, kit.Bytes(look.Bytes)), dot)
	needed := look.Needed
	if picked != nil && !picked.chosen.whole() {
		needed = min(needed, picked.chosen.bytes)
	}
	space, fits := spaceWords(look, needed)
	return first + "\n" + space, fits
}

// spaceWords says what of the disk is needed and what is free.
func spaceWords(look netcore.Preflight, needed int64) (words string, fits bool) {
	if look.Free < 0 {
		return lang.L("{{.Needed}} needed; how much is free there is not known.", map[string]any{"Needed": kit.Bytes(needed)}), true
	}
	reserve := max(look.Reserve, 0)
	fields := map[string]any{"Needed": kit.Bytes(needed), "Free": kit.Bytes(look.Free), "Reserve": kit.Bytes(reserve)}
	if fits = look.Free-reserve >= needed; fits {
		return lang.L("It fits: {{.Needed}} needed, {{.Free}} free, of which {{.Reserve}} stay untouched.", fields), true
	}
	return lang.L("It does not fit: {{.Needed}} needed, {{.Free}} free, of which {{.Reserve}} stay untouched. Choose another folder, or accept a part.", fields), false
}

// kindWords says what there is about a file.
func kindWords(file netcore.PreflightFile) string {
	switch file.Kind {
	case netcore.PreflightIdentical:
		return lang.L("The same, by size and time: does not come again")
	case netcore.PreflightDoubtful:
		return lang.L("Same size, another time: compared once you accept")
	case netcore.PreflightDifferent:
		return lang.L("Another file of this name is there")
	case netcore.PreflightRenamed:
		return lang.L("Becomes {{.Name}}", map[string]any{"Name": file.Becomes})
	case netcore.PreflightUnsent:
		if words := kit.ReasonWords(file.Reason); words != "" {
			return words
		}
		return lang.L("Cannot be sent, or has a name that cannot be held here")
	}
	return ""
}

// pickedWords counts what is chosen.
func pickedWords(s *selection) string {
	return lang.L("{{.Part}} of {{.All}} chosen", map[string]any{"Part": fmt.Sprint(s.count), "All": fmt.Sprint(len(s.sizes))}) +
		dot + kit.Bytes(s.bytes)
}

// pairLayout sets two fields side by side, in a narrow sheet one below the
// other.
type pairLayout struct{}

// pairWide is the width from which on they stand side by side.
const pairWide = 560

// MinSize is for Fyne.
func (pairLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize().Height, objects[1].MinSize().Height
	if objects[1].Position().X > 0 {
		return fyne.NewSize(200, max(first, second))
	}
	return fyne.NewSize(200, first+second+8)
}

// Layout is for Fyne.
func (pairLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first, second := objects[0].MinSize().Height, objects[1].MinSize().Height
	if size.Width < pairWide {
		objects[0].Resize(fyne.NewSize(size.Width, first))
		objects[1].Resize(fyne.NewSize(size.Width, second))
		objects[1].Move(fyne.NewPos(0, first+8))
		return
	}
	wide := (size.Width - 10) * 0.62
	objects[0].Resize(fyne.NewSize(wide, first))
	objects[1].Resize(fyne.NewSize(size.Width-10-wide, second))
	objects[1].Move(fyne.NewPos(wide+10, 0))
}
