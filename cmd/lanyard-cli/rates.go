package main

import (
	"math"
	"strings"

	"github.com/dustin/go-humanize"

	"lanyard/netcore/control"
)

// minRate is the smallest limit of a bandwidth, in bytes a second.
const minRate = 16 << 10

// rateOff is a limit that is none.
const rateOff = "off"

// rateExamples are limits as they can be typed.
const rateExamples = "800K, 5M, 1.5G, 20MiB, off"

// rate reads bytes a second, such as 5M or 800KB/s; off and 0 are no limit. What
// is asked for under name must be at least minRate.
func (p *program) rate(name, text string) (int64, error) {
	if text == "" || text == rateOff || text == "0" {
		return 0, nil
	}
	bytes, err := humanize.ParseBytes(strings.TrimSuffix(text, "/s"))
	if err != nil || bytes < minRate || bytes > math.MaxInt64 {
		return 0, p.badUsage("bad-rate", name, text, rateExamples)
	}
	return int64(bytes), nil
}

// rateText says what a limit is.
func (w lexicon) rateText(limit int64) string {
	if limit <= 0 {
		return rateOff
	}
	return strings.ReplaceAll(size(limit), " ", "") + "/s"
}

// clashes are what can become of a file that is there already.
func clashes() []string { return []string{control.ClashKeep, control.ClashReplace, control.ClashSkip} }

// clash checks what is to become of files that are there already.
func (p *program) clash(value string) error {
	switch value {
	case "", control.ClashKeep, control.ClashReplace, control.ClashSkip:
		return nil
	}
	return p.badUsage("bad-value", "--on-conflict", value, p.words.list(clashes()))
}
