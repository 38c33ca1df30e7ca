package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/output"
)

const (
	compareBytes = 1 << 20 // of an output that are compared
	compareLines = 5000
	foldNames    = 4 // people who are named; more are counted
)

// fold is runs whose output is the same, byte for byte on either pipe.
type fold struct {
	key  string
	runs []netcore.Run
}

// folds puts runs that have ended together by what they put out, the most
// frequent output first. Runs that never began have none.
func folds(runs []netcore.Run) []fold {
	var all []fold
	for _, run := range runs {
		if !run.State.Ended() || run.Began.IsZero() {
			continue
		}
		key := fmt.Sprint(run.OutBytes, run.OutSHA256, run.ErrBytes, run.ErrSHA256)
		if run.OutSHA256 == "" && run.OutBytes+run.ErrBytes > 0 {
			key = fmt.Sprint("run ", run.Key) // nothing is known of it
		}
		at := slices.IndexFunc(all, func(f fold) bool { return f.key == key })
		if at < 0 {
			all = append(all, fold{key: key})
			at = len(all) - 1
		}
		all[at].runs = append(all[at].runs, run)
	}
	slices.SortStableFunc(all, func(a, b fold) int { return cmp.Compare(len(b.runs), len(a.runs)) })
	return all
}

// empty reports that nothing was put out.
func (f fold) empty() bool { return f.runs[0].OutBytes+f.runs[0].ErrBytes == 0 }

// names are those of the people in a fold.
func (f fold) names() string {
	names := make([]string, 0, foldNames)
	for _, run := range f.runs[:min(len(f.runs), foldNames)] {
		names = append(names, kit.Drawable(kit.Cut(run.Name, nameMost/2)))
	}
	words := strings.Join(names, lang.L(", "))
	if rest := len(f.runs) - len(names); rest > 0 {
		words += " " + lang.N("and {{.Count}} more", rest, map[string]any{"Count": rest})
	}
	return words
}

// words names a fold; at is its place.
func (f fold) words(at int) string {
	words := fmt.Sprintf("%d. ", at+1)
	if len(f.runs) > 1 {
		words += lang.N("{{.Count}} alike: ", len(f.runs), map[string]any{"Count": len(f.runs)})
	}
	words += f.names()
	if f.empty() {
		words += " · " + lang.L("printed nothing")
	}
	return words
}

// readText reads the beginning of what a run put out.
func readText(ctx context.Context, node Node, run netcore.Run, most int) (text string, whole bool, err error) {
	if run.OutBytes+run.ErrBytes == 0 {
		return "", true, nil
	}
	out, err := node.RunOutput(ctx, run.Key)
	if err != nil {
		return "", false, err
	}
	defer func() { _ = out.Close() }() // it is only read
	doc := output.New(output.Of[netcore.Pipe](out), "auto", run.Encoding)
	for more := true; more && doc.State().Bytes < int64(2*most); {
		if more, err = doc.Step(ctx); err != nil {
			return "", false, err
		}
	}
	doc.End()
	text, whole, err = doc.Copy(ctx, 0, doc.State().Lines, most)
	return text, whole && out.Size() == run.OutBytes+run.ErrBytes, err
}
