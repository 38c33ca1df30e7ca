package netcore

import (
	"context"
	"path"
	"strings"

	"lanyard/netcore/control"
)

// acceptOptions are what the arguments of accept ask for. Patterns are looked
// for in the list of the offer, as it is shown.
func (d *Door) acceptOptions(ctx context.Context, person Person, t Transfer, args control.DecideArgs) (AcceptOptions, error) {
	options := AcceptOptions{SaveDir: string(args.Save)}
	clash, err := clashOf(args.Clash)
	if err != nil {
		return options, err
	}
	if options.Clash = clash; args.Clash == "" {
		options.Clash = d.usualClash(t)
	}
	chooser, err := newChooser(args)
	if err != nil || chooser.idle() {
		return options, err
	}
	if err := d.eachOffered(ctx, args.Transfer, person.Name, chooser.take); err != nil {
		return options, err
	}
	if unused := chooser.unused(); unused != "" {
		return options, control.Fail(control.ExitFailed, control.WordNothingFits, unused)
	}
	options.Select, options.Choices = chooser.spans, chooser.clashes
	return options, nil
}

// usualClash is what becomes of files that are there already if this user says
// nothing about them when an offer is accepted: the setting or, where that is the
// usual one, what the sender wishes, unless something would be replaced.
func (d *Door) usualClash(t Transfer) Clash {
	setting := d.node.Settings().Clash
	if setting == ClashKeep && t.Wish == ClashSkip {
		return ClashSkip
	}
	return setting
}

// quietClash is usualClash for an offer that nobody looks at: then nothing is
// replaced.
func (d *Door) quietClash(t Transfer) Clash {
	if clash := d.usualClash(t); clash != ClashReplace {
		return clash
	}
	return ClashKeep
}

// clashOf reads an argument that may be left out.
func clashOf(argument string) (Clash, error) {
	switch clash := Clash(argument); clash {
	case "", ClashKeep, ClashReplace, ClashSkip:
		return clash, nil
	}
	return "", control.Fail(control.ExitUsage, control.WordBadClash, argument)
}

// chooser finds the files of an offer that patterns are about.
type chooser struct {
	only    []pattern
	choices []choice
	spans   [][2]int
	clashes map[int]Clash
}

// choice is what becomes of the files that fit a pattern.
type choice struct {
	pattern
	clash Clash
}

func newChooser(args control.DecideArgs) (*chooser, error) {
	c := &chooser{clashes: map[int]Clash{}}
	for _, text := range args.Only {
		p, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		c.only = append(c.only, p)
	}
	for _, each := range args.Choices {
		p, err := parsePattern(each.Files)
		if err != nil {
			return nil, err
		}
		clash, err := clashOf(each.Clash)
		if err != nil || clash == "" {
			return nil, control.Fail(control.ExitUsage, control.WordBadClash, each.Clash)
		}
		c.choices = append(c.choices, choice{p, clash})
	}
	return c, nil
}

// idle reports whether there is nothing to look for.
func (c *chooser) idle() bool { return len(c.only)+len(c.choices) == 0 }

// take looks at one file.
func (c *chooser) take(file OfferFile) error {
	parts := strings.Split(file.Path, "/")
	selected := false
	for i := range c.only {
		selected = c.only[i].fits(parts) || selected
	}
	if selected {
		c.add(file.Index)
	}
	for i := range c.choices {
		if c.choices[i].fits(parts) && !file.Folder {
			c.clashes[file.Index] = c.choices[i].clash
		}
	}
	return nil
}

// add selects a file; they come in order.
func (c *chooser) add(index int) {
	if last := len(c.spans) - 1; last >= 0 && c.spans[last][1] == index-1 {
		c.spans[last][1] = index
		return
	}
	c.spans = append(c.spans, [2]int{index, index})
}

// unused returns the first pattern that fits nothing, or nothing.
func (c *chooser) unused() string {
	for _, p := range c.only {
		if !p.used {
			return p.text
		}
	}
	for _, each := range c.choices {
		if !each.used {
			return each.text
		}
	}
	return ""
}

// pattern is a path or a pattern of paths, as control.DecideArgs describes them.
type pattern struct {
	text  string
	parts []string
	used  bool // something fits
}

// parsePattern reads a pattern. One without a slash is for names at any depth.
func parsePattern(text string) (pattern, error) {
	p := pattern{text: text, parts: strings.Split(strings.Trim(text, "/"), "/")}
	for _, part := range p.parts {
		if _, err := path.Match(part, ""); err != nil || part == "" {
			return p, control.Fail(control.ExitUsage, control.WordBadPattern, text)
		}
	}
	if len(p.parts) == 1 {
		p.parts = []string{"**", p.parts[0]}
	}
	return p, nil
}

// fits reports whether the pattern is about a file: it fits its path, or that of
// a folder above it.
func (p *pattern) fits(file []string) bool {
	for end := 1; end <= len(file); end++ {
		if strings.Join(file[:end], "/") == strings.Trim(p.text, "/") || fitParts(p.parts, file[:end]) {
			p.used = true
			return true
		}
	}
	return false
}

// fitParts matches a path with a pattern, part by part; "**" is any number of
// parts. It goes back to the last "**" only, so that no pattern is slow.
func fitParts(pattern, file []string) bool {
	at, star, back := 0, -1, 0
	for i := 0; i < len(file); {
		if at < len(pattern) && pattern[at] == "**" {
			star, back = at, i
			at++
			continue
		}
		if at < len(pattern) {
			if fits, _ := path.Match(pattern[at], file[i]); fits {
				at, i = at+1, i+1
				continue
			}
		}
		if star < 0 {
			return false
		}
		back++
		at, i = star+1, back
	}
	for at < len(pattern) && pattern[at] == "**" {
		at++
	}
	return at == len(pattern)
}
