package transfers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

// fakeNode is an engine in memory that notes what it is told to do.
type fakeNode struct {
	mu       sync.Mutex
	settings netcore.Settings
	all      []netcore.Transfer // the newest first
	files    []netcore.FileResult
	offer    []netcore.OfferFile
	look     netcore.Preflight
	lookErr  error
	hold     chan struct{} // Preflight waits for it; nil: not
	asked    []netcore.TransferQuery
	folders  []string // that Preflight was asked about
	done     []string
	accepted []netcore.AcceptOptions
	fail     error // what all acts answer
}

func (f *fakeNode) act(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, fmt.Sprintf(format, args...))
	return f.fail
}

// did returns what was done so far.
func (f *fakeNode) did() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.done)
}

func (f *fakeNode) Settings() netcore.Settings                 { return f.settings }
func (f *fakeNode) Pause(_ context.Context, key int64) error   { return f.act("pause %d", key) }
func (f *fakeNode) Resume(_ context.Context, key int64) error  { return f.act("resume %d", key) }
func (f *fakeNode) Retry(_ context.Context, key int64) error   { return f.act("retry %d", key) }
func (f *fakeNode) Decline(_ context.Context, key int64) error { return f.act("decline %d", key) }
func (f *fakeNode) Cancel(_ context.Context, key int64) error  { return f.act("cancel %d", key) }
func (f *fakeNode) SetTransferBandwidth(key, limit int64) error {
	return f.act("limit %d %d", key, limit)
}

func (f *fakeNode) Accept(_ context.Context, key int64, options netcore.AcceptOptions) error {
	f.mu.Lock()
	f.accepted = append(f.accepted, options)
	f.mu.Unlock()
	return f.act("accept %d", key)
}

func (f *fakeNode) Send(_ context.Context, person netcore.PersonID, paths []string) (netcore.Item, error) {
	return netcore.Item{}, f.act("send to %d: %s", person, strings.Join(paths, " "))
}

func (f *fakeNode) ExportMD5(_ context.Context, key int64, path string) error {
	return f.act("export %d %s", key, path)
}

func (f *fakeNode) ClearTransfers(_ context.Context, group netcore.TransferGroup) (int, error) {
	f.mu.Lock()
	f.all = slices.DeleteFunc(f.all, func(t netcore.Transfer) bool { return t.State.Ended() })
	f.mu.Unlock()
	return 1, f.act("clear %q", group)
}

func (f *fakeNode) Preflight(ctx context.Context, _ int64, folder string) (netcore.Preflight, error) {
	f.mu.Lock()
	f.folders = append(f.folders, folder)
	look, err, hold := f.look, f.lookErr, f.hold
	f.mu.Unlock()
	if folder != "" {
		look.SaveDir = folder
	}
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return look, f.act("gave up: %v", ctx.Err())
		}
	}
	return look, err
}

func (f *fakeNode) OfferFiles(_ context.Context, _ int64, from, limit int) ([]netcore.OfferFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.offer[min(from, len(f.offer)):min(from+limit, len(f.offer))], nil
}

func (f *fakeNode) FindTransfers(_ context.Context, query netcore.TransferQuery) ([]netcore.Transfer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, query)
	var found []netcore.Transfer
	for _, t := range f.all {
		if len(found) < query.Limit && (query.Before == 0 || t.Key < query.Before) &&
			(query.Group == netcore.GroupAll || netcore.GroupOf(t) == query.Group) && strings.Contains(t.Name, query.Text) {
			found = append(found, t)
		}
	}
	return found, nil
}

func (f *fakeNode) FindFiles(_ context.Context, query netcore.FileQuery) ([]netcore.FileResult, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []netcore.FileResult
	for _, file := range f.files {
		if len(found) < query.Limit && file.Key == query.Key && file.Seq > query.After &&
			(!query.Failed || file.State == netcore.StateFailed) && strings.Contains(file.Path, query.Text) {
			found = append(found, file)
		}
	}
	return found, nil
}

func (f *fakeNode) Files(ctx context.Context, key, after int64, limit int) ([]netcore.FileResult, error) {
	return f.FindFiles(ctx, netcore.FileQuery{Key: key, After: after, Limit: limit})
}

// stage is a window on a fake node.
type stage struct {
	*kittest.Stage
	node   *fakeNode
	page   *Page
	copied string
	passed string // what was opened, shown or passed on
	failed string
}

func newStage(t *testing.T, node *fakeNode) *stage {
	t.Helper()
	s := &stage{Stage: kittest.NewStage(t, fyne.NewSize(900, 700)), node: node}
	return s
}

func (s *stage) host() Host {
	return Host{
		Window: s.Window, Copy: func(text string) { s.copied = text },
		Reveal:  func(path string) { s.passed = "reveal " + path },
		Open:    func(path string) { s.passed = "open " + path },
		Forward: func(paths []string) { s.passed = "forward " + strings.Join(paths, " ") },
		Fail:    func(message string) { s.failed = message }, Resized: func() {}, Escaped: func() {},
		Named: func(t netcore.Transfer) string { return fmt.Sprintf("with person %d", t.Person) },
	}
}

// open shows the page and waits until it has read.
func (s *stage) open() {
	s.Helper()
	s.page = NewPage(s.UI, s.node, s.host())
	s.Show(container.NewStack(s.page.Object()))
	s.page.Trigger()
	s.Until("the page has counted", func() bool { return s.page.head.counts != nil })
}

// card shows one card as wide as in a conversation.
func (s *stage) card(t netcore.Transfer) *Card {
	card := NewCard(s.UI, s.node, s.host(), t)
	box := container.NewWithoutLayout(card.Object())
	s.Show(box)
	card.HeightAt(CardWidth)
	return card
}

// untilDid waits until something was done.
func (s *stage) untilDid(what string) {
	s.Helper()
	s.Until(what, func() bool { return slices.Contains(s.node.did(), what) })
}
