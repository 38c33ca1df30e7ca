package commands

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	cellMost   = 30_000  // bytes of an output in one cell: tables take no more
	exportMost = 8 << 20 // bytes of each different output in a text
)

// writeTable writes a table of runs, with a mark in front that lets Excel read
// Chinese.
func writeTable(ctx context.Context, w io.Writer, node Node, runs []netcore.Run) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	places := map[int64]int{}
	for at, fold := range folds(runs) {
		for _, run := range fold.runs {
			places[run.Key] = at + 1
		}
	}
	table := csv.NewWriter(w)
	table.UseCRLF = true
	err := table.Write([]string{
		lang.L("Person"), lang.L("Device ID"), lang.L("Command"), lang.L("State"), lang.L("Exit code"), lang.L("Seconds"),
		lang.L("Began"), lang.L("Ended"), lang.L("Bytes of output"), lang.L("Bytes of error output"), lang.L("Same output"), lang.L("Output"),
	})
	for _, run := range runs {
		if err != nil {
			break
		}
		text, _, problem := readText(ctx, node, run, cellMost)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if problem != nil {
			text = lang.L("The output was not kept.")
		}
		err = table.Write(record(run, places[run.Key], text))
	}
	if table.Flush(); err == nil {
		err = table.Error()
	}
	if err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// record is the row of a run.
func record(run netcore.Run, place int, text string) []string {
	exit, seconds, same := "", "", ""
	if run.State == netcore.RunExited {
		exit = strconv.Itoa(run.Exit)
	}
	if !run.Began.IsZero() && !run.Ended.IsZero() {
		seconds = strconv.FormatFloat(run.Ended.Sub(run.Began).Seconds(), 'f', 3, 64)
	}
	if place > 0 {
		same = strconv.Itoa(place)
	}
	return []string{
		cell(run.Name), cell(run.Device.String()), cell(run.Line), cell(kit.Words(run)), exit, seconds, moment3339(run.Began), moment3339(run.Ended),
		strconv.FormatInt(run.OutBytes, 10), strconv.FormatInt(run.ErrBytes, 10), same, cell(text),
	}
}

func moment3339(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Local().Format(time.RFC3339)
}

// cell is a text of somebody else as a field that no table runs as a formula.
func cell(text string) string {
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠|%", firstRune(text)) && text != "" {
		return "'" + text
	}
	return text
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

// writeText writes who put out what, each different output once.
func writeText(ctx context.Context, w io.Writer, node Node, runs []netcore.Run) error {
	var head strings.Builder
	fmt.Fprintf(&head, "%s\n\n", runs[0].Line)
	for _, run := range runs {
		fmt.Fprintf(&head, "%s (%s): %s", kit.Neutral(run.Name), run.Device.Short(), kit.Words(run))
		if time := took(run, run.Ended); time != "" {
			fmt.Fprintf(&head, ", %s", time)
		}
		head.WriteByte('\n')
	}
	if _, err := io.WriteString(w, head.String()); err != nil {
		return fmt.Errorf("writing the text: %w", err)
	}
	for at, fold := range folds(runs) {
		text, whole, err := readText(ctx, node, fold.runs[0], exportMost)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			text = lang.L("The output was not kept.") + "\n"
		}
		if err == nil && !whole {
			text += "… " + lang.L("That was not all.") + "\n"
		}
		if _, err := fmt.Fprintf(w, "\n=== %s ===\n%s", fold.all(at), text); err != nil {
			return fmt.Errorf("writing the text: %w", err)
		}
	}
	return nil
}

// all names everybody in a fold.
func (f fold) all(at int) string {
	names := make([]string, len(f.runs))
	for at, run := range f.runs {
		names[at] = kit.Neutral(run.Name)
	}
	return fmt.Sprintf("%d. %s", at+1, strings.Join(names, lang.L(", ")))
}
