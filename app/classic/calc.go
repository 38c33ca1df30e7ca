package classic

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore/classic"
)

// calcPane is the calculator of addresses, with this PC's interfaces.
type calcPane struct {
	page    *Page
	address *kit.Entry
	mask    *kit.Entry
	other   *kit.Entry
	result  *kit.Mono
	said    *kit.Paragraph
	here    *kit.Mono
	scroll  *container.Scroll
	object  fyne.CanvasObject
}

func newCalcPane(page *Page) *calcPane {
	c := &calcPane{page: page}
	entry := func(text, hint string) *kit.Entry {
		e := kit.NewEntry(page.host.Shortcuts)
		e.SetText(text)
		e.SetPlaceHolder(hint)
		e.Escaped = page.host.Escaped
		return e
	}
	c.address = entry("192.168.1.7", "192.168.1.7, fe80::1")
	c.mask = entry("255.255.255.0", "/24, 255.255.255.0")
	c.other = entry("", lang.L("a second address, to compare"))
	c.result = kit.NewMono("", theme.SizeNameText, theme.ColorNameForeground)
	c.here = kit.NewMono("", theme.SizeNameText, theme.ColorNameForeground)
	c.said = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameForeground)
	read := kit.NewButton(lang.L("Read again"), c.read)
	read.Icon, read.Escaped = theme.ViewRefreshIcon(), page.host.Escaped
	c.scroll = kit.Groups(
		kit.Group(lang.L("Address calculator"),
			container.New(kit.Columns{Widths: []float32{-1, -1}, Gap: 8}, kit.Field(lang.L("Address"), c.address), kit.Field(lang.L("Mask or prefix"), c.mask)),
			kit.Field(lang.L("In the same subnet as"), c.other), c.said, c.result),
		kit.Group(lang.L("This PC"), container.NewHBox(read), c.here))
	c.object = c.scroll
	for _, e := range []*kit.Entry{c.address, c.mask, c.other} {
		e.OnChanged = func(string) { c.calculate() }
	}
	c.calculate()
	c.read()
	return c
}

// calculate works out what is typed.
func (c *calcPane) calculate() {
	words, result := "", ""
	color := theme.ColorNameForeground
	one, err := classic.Calculate(c.address.Text, c.mask.Text)
	switch {
	case err != nil:
		words, color = errorWords(err), theme.ColorNameError
	case strings.TrimSpace(c.other.Text) == "":
		result = networkText(one)
	default:
		var both classic.Comparison
		if both, err = classic.SameNetwork(c.address.Text, c.other.Text, c.mask.Text); err != nil {
			words, color, result = errorWords(err), theme.ColorNameError, networkText(one)
			break
		}
		words, color = sameWords(both)
		result = networkText(both.A) + "\n\n" + bitsText(both.A) + "\n\n" + bitsText(both.B)
	}
	c.said.Say(kit.Drawable(words), color)
	c.said.Hidden = words == ""
	c.result.SetText(result)
	if c.object != nil {
		c.scroll.Content.Refresh()
		c.scroll.Refresh()
	}
}

// sameWords says whether two addresses are in one subnet.
func sameWords(both classic.Comparison) (string, fyne.ThemeColorName) {
	about := data{"A": both.A.Address, "B": both.B.Address, "Net": both.A.Prefix, "Other": both.B.Prefix}
	if both.Same {
		return lang.L("{{.A}} and {{.B}} are in the same subnet, {{.Net}}: they talk without a gateway.", about), theme.ColorNameSuccess
	}
	return lang.L("{{.A}} is in {{.Net}} and {{.B}} in {{.Other}}: packets between them go through a gateway.", about), theme.ColorNameWarning
}

// networkText is a network in lines of a face of one width.
func networkText(n classic.Network) string {
	rows := [][2]string{
		{lang.L("Network"), n.Prefix},
		{lang.L("Mask"), n.Mask},
		{lang.L("Broadcast"), n.Broadcast},
		{lang.L("First host"), n.First},
		{lang.L("Last host"), n.Last},
		{lang.L("Hosts"), n.Hosts},
		{lang.L("Addresses in all"), n.Total},
	}
	var lines []string
	for _, row := range rows {
		if row[1] == "" {
			row[1] = lang.L("none")
		}
		lines = append(lines, row[0]+": "+row[1])
	}
	return strings.Join(lines, "\n")
}

// bitsText is the AND of an address with its mask, bit by bit.
func bitsText(n classic.Network) string {
	return strings.Join([]string{
		"    " + strings.Join(n.AddressBits, " ") + "  " + n.Address,
		"AND " + strings.Join(n.MaskBits, " ") + "  /" + lengthText(n),
		"  = " + strings.Join(n.NetworkBits, " ") + "  " + n.Network,
	}, "\n")
}

// lengthText is the length of the prefix.
func lengthText(n classic.Network) string {
	_, length, _ := strings.Cut(n.Prefix, "/")
	return length
}

// read reads this PC's interfaces and neighbours.
func (c *calcPane) read() {
	kit.Load(c.page.ui, func(context.Context) (string, error) { return hereText() }, func(text string, err error) {
		if err != nil {
			text = errorWords(err)
		}
		c.here.SetText(text)
		c.scroll.Content.Refresh()
		c.scroll.Refresh()
	})
}

// mostNeighbours is how many of the table of neighbours are shown.
const mostNeighbours = 100

// hereText says which interfaces this PC has, and whom it has heard of.
func hereText() (string, error) {
	interfaces, err := classic.Interfaces()
	if err != nil {
		return "", err
	}
	var lines []string
	for _, one := range interfaces {
		lines = append(lines, interfaceText(one))
	}
	neighbours, err := classic.Neighbours()
	if err != nil || len(neighbours) == 0 {
		return strings.Join(lines, "\n\n"), nil // a system that does not tell
	}
	table := []string{lang.L("Neighbours (ARP):")}
	for _, one := range neighbours[:min(len(neighbours), mostNeighbours)] {
		table = append(table, "  "+kit.Neutral(one.Address)+"  "+kit.Neutral(one.MAC)+"  "+kit.Neutral(one.Interface))
	}
	return strings.Join(append(lines, strings.Join(table, "\n")), "\n\n"), nil
}

// interfaceText is one interface in lines.
func interfaceText(one classic.Interface) string {
	state := lang.L("down")
	if one.Up {
		state = lang.L("up")
	}
	lines := []string{kit.Neutral(one.Name) + "  " + state}
	if one.MAC != "" {
		lines = append(lines, "  MAC "+one.MAC)
	}
	for _, address := range one.Addresses {
		lines = append(lines, "  "+kit.Neutral(address))
	}
	if one.Gateway != "" {
		lines = append(lines, "  "+lang.L("Gateway")+" "+one.Gateway)
	}
	return strings.Join(lines, "\n")
}
