package clocks

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// columnNames are the first line of the table: the same in all languages, for
// programs that read it.
func columnNames() []string {
	return []string{
		"person", "device", "looked_at", "their_time", "zone", "utc_offset", "dst", "offset_s", "bound_s",
		"round_trip_s", "jitter_s", "samples", "drift_ppm", "drift_bound_ppm", "verdict",
	}
}

// table is all looks that are known, as comma-separated values.
func (p *Page) table() (text string, count int) {
	var out strings.Builder
	w := csv.NewWriter(&out)
	_ = w.Write(columnNames()) // a Builder takes everything
	for _, clock := range p.known.clocks {
		for at, look := range clock.history {
			_ = w.Write(p.fields(clock, look, at == len(clock.history)-1))
			count++
		}
	}
	w.Flush()
	return out.String(), count
}

// fields are one look. What is known of the latest one only stands there.
func (p *Page) fields(clock one, e netcore.ClockEstimate, latest bool) []string {
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 9, 64) }
	zone := e.Zone
	zone.Name, zone.DST = "", false
	drift, driftBound, verdict := "", "", ""
	if latest {
		word, _ := p.known.verdict(clock)
		verdict = string(word)
		if clock.rated && !clock.rate.Jumped {
			drift, driftBound = strconv.FormatFloat(clock.rate.PPM, 'f', 3, 64), strconv.FormatFloat(clock.rate.Bound, 'f', 3, 64)
		}
	}
	return []string{
		kit.Cell(clock.person.Name), clock.person.Device.String(), e.At.Local().Format(time.RFC3339Nano), e.There(e.At).Format(time.RFC3339Nano),
		kit.Cell(e.Zone.Name), zone.String(), strconv.FormatBool(e.Zone.DST), seconds(e.Offset), seconds(e.Bound),
		seconds(e.RoundTrip), seconds(e.Jitter), strconv.Itoa(e.Samples), drift, driftBound, verdict,
	}
}

// copyCSV copies all looks.
func (p *Page) copyCSV() {
	text, count := p.table()
	p.host.Copy(text)
	p.view.say(lang.N("{{.Count}} lines copied.", count, map[string]any{"Count": count}), kit.ColorMuted)
}

// saveCSV asks for a file and writes all looks to it.
func (p *Page) saveCSV() {
	text, _ := p.table()
	ask := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if file == nil && err == nil {
			return // the user thought better of it
		}
		if err != nil {
			p.view.fail(kit.ErrorWords(err))
			return
		}
		name := file.URI().Name()
		kit.Do(p.ui, func(context.Context) error { return write(file, text) }, func(err error) {
			if err != nil {
				p.view.fail(kit.ErrorWords(err))
				return
			}
			p.view.say(lang.L("Saved as {{.Name}}.", map[string]any{"Name": kit.Cut(name, nameMost)}), kit.ColorMuted)
		})
	}, p.host.Window)
	ask.SetFileName("clocks-" + p.host.Now().Local().Format("2006-01-02-150405") + ".csv")
	ask.Show()
}

// byteOrderMark tells spreadsheets that a file is UTF-8.
const byteOrderMark = "\ufeff"

// write writes a table to a file and closes it.
func write(file io.WriteCloser, text string) error {
	_, err := io.WriteString(file, byteOrderMark+text)
	return errors.Join(err, file.Close())
}
