package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"lanyard/netcore/safename"
)

// Widths and times of what moves on the screen.
const (
	barWidth   = 30                     // cells
	barRefresh = 150 * time.Millisecond // between two pictures
	plainEvery = 5 * time.Second        // between two plain lines about one transfer
	nameRunes  = 40                     // the longest name on a bar
)

// screen writes lines to stdout and, on a terminal, keeps progress bars below
// them.
type screen struct {
	program *program
	mu      sync.Mutex // questions are asked beside what happens
	bars    *mpb.Progress
	byKey   map[int64]*bar
	plain   map[int64]time.Time // when a plain progress line was written last
}

// bar is the bar of one transfer.
type bar struct {
	*mpb.Bar
	text atomic.Pointer[string] // share, counts, speed and time left
}

func (p *program) newScreen() *screen {
	return &screen{program: p, byKey: map[int64]*bar{}, plain: map[int64]time.Time{}}
}

// print writes one line to stdout, above the bars.
func (s *screen) print(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out io.Writer = s.program.out
	if s.bars != nil && s.program.outTerminal {
		out = s.bars
	}
	if _, err := fmt.Fprintln(out, text); err != nil {
		return fmt.Errorf("writing a line: %w", err)
	}
	return nil
}

// progress shows how far a transfer is.
func (s *screen) progress(l line) error {
	if s.program.errTerminal || s.program.outTerminal {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.moveBar(l)
		return nil
	}
	last, known := s.plain[l.Transfer]
	if known && time.Since(last) < plainEvery {
		return nil
	}
	s.plain[l.Transfer] = time.Now()
	if !known {
		return nil // most have ended before anybody wonders
	}
	return s.print(safename.Display(l.Name, nameRunes) + "  " + progressText(s.program.words, l))
}

// moveBar moves the bar of a transfer, making it first if there is none.
func (s *screen) moveBar(l line) {
	b := s.byKey[l.Transfer]
	if b == nil {
		b = s.newBar(l)
		s.byKey[l.Transfer] = b
	}
	b.SetTotal(max(l.Bytes, 1), false)
	b.SetCurrent(min(l.DoneBytes, max(l.Bytes-1, 0))) // the end is told, not guessed
	text := progressText(s.program.words, l)
	b.text.Store(&text)
}

// newBar adds a bar below the others.
func (s *screen) newBar(l line) *bar {
	if s.bars == nil {
		out := s.program.out
		if !s.program.outTerminal {
			out = s.program.err
		}
		s.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(barWidth), mpb.WithRefreshRate(barRefresh), mpb.WithAutoRefresh())
	}
	b := &bar{}
	b.text.Store(new(string))
	b.Bar = s.bars.AddBar(max(l.Bytes, 1),
		mpb.PrependDecorators(decor.Name(safename.Display(l.Name, nameRunes), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return *b.text.Load() })),
	)
	return b
}

// end takes the bar of a transfer away.
func (s *screen) end(key int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(key)
}

func (s *screen) drop(key int64) {
	delete(s.plain, key)
	if b := s.byKey[key]; b != nil {
		b.Abort(true)
		b.Wait()
		delete(s.byKey, key)
	}
}

// finish takes all bars away and puts the terminal back.
func (s *screen) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.byKey {
		s.drop(key)
	}
	if s.bars != nil {
		s.bars.Wait()
		s.bars = nil
	}
}

// size returns a number of bytes for people.
func size(bytes int64) string {
	return humanize.Bytes(uint64(max(bytes, 0)))
}

// progressText is what is said of a transfer that moves.
func progressText(words lexicon, l line) string {
	share := int64(100)
	if l.Bytes > 0 {
		share = l.DoneBytes * 100 / l.Bytes
	}
	text := fmt.Sprintf("%3d %%  %s / %s", share, size(l.DoneBytes), size(l.Bytes))
	if l.Count > 1 {
		text += "  " + words.say("files-of", fmt.Sprint(l.Done), fmt.Sprint(l.Count))
	}
	if l.Speed > 0 {
		text += "  " + size(l.Speed) + "/s"
	}
	if l.Pending > 0 && l.DoneBytes >= l.Bytes {
		return text + "  " + words.say("md5-follows")
	}
	if l.LeftMS > 0 {
		left := time.Duration(l.LeftMS) * time.Millisecond
		text += "  " + words.say("left", left.Round(time.Second).String())
	}
	if l.Limits != "" {
		text += "  " + words.known("limits-", l.Limits)
	}
	return text
}
