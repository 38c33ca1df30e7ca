package main

import (
	"fmt"
	"strings"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// preflightView shows what accepting an offer would mean.
type preflightView struct{ program *program }

func (preflightView) begin(*session) {}
func (preflightView) finish()        {}

func (v preflightView) show(l line) error {
	text := ""
	switch l.Event {
	case control.EventPreflight:
		text = preflightText(v.program.words, l)
	case control.EventPreflightFile:
		text = "  " + aheadText(v.program.words, l)
	case control.EventOfferFile:
		text = offeredText(v.program.words, l)
	default:
		return nil
	}
	_, err := fmt.Fprintln(v.program.out, text)
	return err
}

// preflightText says what is offered and what is there, in a few lines.
func preflightText(words lexicon, l line) string {
	lines := []string{
		words.say("offer-of", name(l.From), filesText(words, l)),
		words.say("ahead-save", safename.Display(l.SaveDir, maxPath)),
		roomText(words, l),
	}
	for _, one := range []struct {
		key   string
		count int
	}{
		{"ahead-identical", l.Identical},
		{"ahead-doubtful", l.Doubtful},
		{"ahead-different", l.Different},
		{"ahead-renamed", l.Renamed},
		{"ahead-unsent", l.Unsent},
	} {
		if one.count > 0 {
			lines = append(lines, words.say(one.key, words.count(one.count)))
		}
	}
	if wish := wishText(words, l); wish != "" {
		lines = append(lines, wish)
	}
	return strings.Join(lines, "\n  ")
}

// roomText says whether there is room for an offer.
func roomText(words lexicon, l line) string {
	switch {
	case l.Free < 0:
		return words.say("room-unknown", size(l.Needed))
	case !l.Fits:
		return words.say("room-none", size(l.Needed), size(l.Free), size(l.Reserve))
	}
	return words.say("room", size(l.Needed), size(l.Free))
}

// wishText says what the sender wishes for files that are there already.
func wishText(words lexicon, l line) string {
	if l.Wish == "" {
		return ""
	}
	return words.known("wish-", l.Wish)
}

// aheadText says what there is about one file.
func aheadText(words lexicon, l line) string {
	text := words.say("ahead-file", safename.Display(l.Path, maxPath), size(l.Size), words.known("ahead-kind:", l.Kind))
	if l.Reason != "" {
		text += words.say("because", words.reason(l.Reason))
	}
	if l.Becomes != "" && l.Becomes != l.Path {
		text += words.say("ahead-becomes", safename.Display(l.Becomes, maxPath))
	}
	return text
}

// offeredText is one line of the list of an offer.
func offeredText(words lexicon, l line) string {
	path := safename.Display(l.Path, maxPath)
	switch {
	case l.IsFolder:
		return path + "/"
	case l.Link != "":
		path += " -> " + safename.Display(l.Link, maxPath)
	default:
		path += "  " + size(l.Size)
	}
	if l.Reason != "" {
		path += words.say("because", words.reason(l.Reason))
	}
	return path
}
