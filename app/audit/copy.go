package audit

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// copyMost is how many lines are copied at once, the newest.
const copyMost = 2000

// copyAll copies what the filter chooses.
func (p *Page) copyAll() {
	query := p.wanted()
	p.view.copied.Disable()
	kit.Load(p.ui, func(ctx context.Context) ([]netcore.AuditEntry, error) { return p.gather(ctx, query) },
		func(entries []netcore.AuditEntry, err error) {
			p.view.copied.Enable()
			if err != nil {
				p.view.fail(err)
				return
			}
			lines := make([]string, 0, len(entries))
			for _, entry := range entries {
				lines = append(lines, line(entry))
			}
			p.host.Copy(strings.Join(lines, "\n") + "\n")
			p.view.say(copiedWords(len(entries)), kit.ColorMuted)
		})
}

func copiedWords(count int) string {
	words := lang.N("{{.Count}} lines copied.", count, map[string]any{"Count": count})
	if count == copyMost {
		words += " " + lang.L("There are more: narrow them down by person, kind or text.")
	}
	return words
}

// gather reads the newest entries that a query chooses.
func (p *Page) gather(ctx context.Context, query netcore.AuditQuery) ([]netcore.AuditEntry, error) {
	var all []netcore.AuditEntry
	query.Limit = chunkSize
	for len(all) < copyMost {
		entries, err := p.node.Audit(ctx, query)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
		if len(entries) < chunkSize {
			break
		}
		query.Before = entries[len(entries)-1].Seq
	}
	return all[:min(len(all), copyMost)], nil
}

// line is an entry as it is copied: fields with tabs between them, as tables
// take them.
func line(entry netcore.AuditEntry) string {
	device := ""
	if !entry.Device.IsZero() {
		device = entry.Device.String()
	}
	return strings.Join([]string{
		entry.At.Local().Format(time.RFC3339), kit.Cell(who(entry)), device,
		kit.AuditWords(entry.What), kit.Cell(detailWords(entry)), kit.OutcomeWords(entry.Outcome),
	}, "\t")
}
