package clocks

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// namedMost is how many people a sentence names.
const namedMost = 3

// sentence says who is wrong, and in which colour, and who is not asked.
func (k *known) sentence() (words string, color fyne.ThemeColorName) {
	words, color = k.judgement()
	if k.strangers > 0 && len(k.clocks) > 0 {
		words = lang.L("{{.First}} {{.Second}}", map[string]any{"First": words, "Second": strangerWords(k.strangers)})
	}
	return words, color
}

// judgement says who is wrong, and in which colour.
func (k *known) judgement() (words string, color fyne.ThemeColorName) {
	jury := k.jury
	data := map[string]any{
		"Count": jury.Count, "Agreeing": jury.Agreeing, "Names": k.wrongNames(),
		"Offset": Offset(jury.Off.Round(time.Second), time.Second),
	}
	switch {
	case len(k.clocks) == 0 && k.strangers > 0:
		return lang.L("Only the clocks of verified people are compared. Compare digits with somebody first."), kit.ColorMuted
	case len(k.clocks) == 0:
		return lang.L("Nobody who is verified is there."), kit.ColorMuted
	case jury.Count < 2:
		return lang.L("No clock was looked at yet."), kit.ColorMuted
	case jury.Agreeing == 0 && jury.Count == 2:
		return lang.L("The two clocks differ. A third one would tell which of them is wrong."), theme.ColorNameWarning
	case jury.Agreeing == 0:
		return lang.L("Of {{.Count}} clocks, this PC's among them, no majority agrees: nobody can say who is wrong.", data), theme.ColorNameWarning
	case jury.Here && jury.Off > 0:
		return lang.L("This PC's clock is wrong: about {{.Offset}} slow, as {{.Agreeing}} of {{.Count}} clocks agree.", data) + k.alsoWrong(data), theme.ColorNameError
	case jury.Here:
		return lang.L("This PC's clock is wrong: about {{.Offset}} fast, as {{.Agreeing}} of {{.Count}} clocks agree.", data) + k.alsoWrong(data), theme.ColorNameError
	case len(jury.Wrong) > 0:
		return lang.L("{{.Agreeing}} of {{.Count}} clocks agree, this PC's among them. Wrong: {{.Names}}.", data), theme.ColorNameError
	case jury.Count == 2:
		return lang.L("The two clocks agree."), theme.ColorNameSuccess
	}
	return lang.L("All {{.Count}} clocks agree, this PC's among them.", data), theme.ColorNameSuccess
}

// alsoWrong names those who are wrong besides this PC.
func (k *known) alsoWrong(data map[string]any) string {
	if len(k.jury.Wrong) == 0 {
		return ""
	}
	return lang.L(" Wrong too: {{.Names}}.", data)
}

// wrongNames are the names of those who are wrong.
func (k *known) wrongNames() string {
	var names []string
	for at, id := range k.judged {
		if !k.jury.IsWrong(at) {
			continue
		}
		if len(names) == namedMost {
			names = append(names, "…")
			break
		}
		for _, clock := range k.clocks {
			if clock.person.ID == id {
				names = append(names, "“"+kit.InQuotes(kit.Cut(clock.person.Name, nameMost/2))+"”")
			}
		}
	}
	return kit.Drawable(strings.Join(names, lang.L(", ")))
}

// strangerWords say how many are left out.
func strangerWords(count int) string {
	return lang.N("{{.Count}} people are not verified and not asked.", count, map[string]any{"Count": count})
}

// serverWords say how far this PC's clock is off, by a time server.
func serverWords(server string, e netcore.ClockEstimate) string {
	data := map[string]any{"Server": kit.Cut(server, nameMost), "Offset": Offset(e.Offset, e.Bound), "Bound": Bound(e.Bound)}
	switch {
	case e.Offset.Abs() <= e.Bound:
		return lang.L("This PC's clock is as that of {{.Server}} ± {{.Bound}}.", data)
	case e.Offset > 0: // the server's is ahead
		return lang.L("This PC's clock is {{.Offset}} slow ± {{.Bound}}, by {{.Server}}.", data)
	}
	return lang.L("This PC's clock is {{.Offset}} fast ± {{.Bound}}, by {{.Server}}.", data)
}
