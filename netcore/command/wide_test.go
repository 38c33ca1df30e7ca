package command

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// wides counts the streams for much output, and lets the test open each, or put
// another in its place.
func (w *world) wides(meet func(open func() (*end, error)) (*end, error)) *int {
	count := new(int)
	open := w.asker.config.Open
	w.asker.config.Open = func(ctx context.Context, id identity.DeviceID, kind string, fields any, bulk bool) (Stream, error) {
		if kind != KindOutput {
			return open(ctx, id, kind, fields, bulk)
		}
		*count++
		stream, err := meet(func() (*end, error) {
			stream, err := open(ctx, id, kind, fields, bulk)
			if err != nil {
				return nil, err
			}
			return stream.(*end), nil
		})
		if err != nil {
			return nil, err // and no *end that is nil
		}
		return stream, nil
	}
	return count
}

// plainly opens a stream as it is.
func plainly(open func() (*end, error)) (*end, error) { return open() }

// printed runs a program that prints so many bytes, and returns what came.
func (w *world) printed(size string) (there, here Info, text string) {
	w.t.Helper()
	var got taken
	there, here = w.end(w.start(argv("print", size), got.take))
	return there, here, got.text(Stdout)
}

func TestMuchOutputGetsAStreamOfItsOwn(t *testing.T) {
	for size, want := range map[string]int{"100": 0, "500000": 0, "3000001": 1} {
		run(t, LevelAlways, func(w *world) {
			count := w.wides(plainly)
			there, here, text := w.printed(size)
			if there.State != StateExited || here.State != StateExited || there.Stdout != here.Stdout {
				t.Errorf("%s bytes: %+v, %+v", size, there, here)
			}
			if *count != want || len(text) != int(there.Stdout.Bytes) || text != pattern(len(text)) {
				t.Errorf("%s bytes: %d streams, %d bytes came", size, *count, len(text))
			}
		})
	}
}

func TestOutputStaysWhereNoStreamCanBeHad(t *testing.T) {
	for name, meet := range map[string]func(func() (*end, error)) (*end, error){
		"no link": func(func() (*end, error)) (*end, error) { return nil, errNoLink },
		"an owner that does not know of it": func(func() (*end, error)) (*end, error) {
			near, far := newPipe(1 << 10)
			return near, far.Close()
		},
	} {
		run(t, LevelAlways, func(w *world) {
			w.wides(meet)
			there, here, text := w.printed("3000000")
			if there.State != StateExited || there.Stdout != here.Stdout || text != pattern(3_000_000) {
				t.Errorf("%s: %+v, %+v, %d bytes", name, there, here, len(text))
			}
		})
	}
}

func TestALostWideStreamIsALostRun(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		cut := make(chan *end, 1)
		w.wides(func(open func() (*end, error)) (*end, error) {
			stream, err := open()
			cut <- stream
			return stream, err
		})
		goOn := make(chan struct{})
		total := 0
		r := w.start(argv("yes"), func(_ Pipe, p []byte) error {
			if total += len(p); total > 3*wideAfter {
				<-goOn
			}
			return nil
		})
		stream := <-cut
		synctest.Wait() // it has moved, and waits for credit
		stream.cut()
		close(goOn)
		there, here := w.end(r)
		w.words(there, here, StateLost, StateLost, "")
	})
}

func TestStopEndsAWideRun(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		opened := make(chan struct{})
		w.wides(func(open func() (*end, error)) (*end, error) { defer close(opened); return open() })
		r := w.start(argv("yes"), nil)
		<-opened
		r.Stop()
		there, here := w.end(r)
		w.words(there, here, StateKilledHere, StateKilledThere, "")
		if there.Stdout != here.Stdout {
			t.Errorf("%+v, %+v", there.Stdout, here.Stdout)
		}
	})
}

// Streams for the output of what is not theirs, or for none, are reset.
func TestWideStreamsOfNobody(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		f := good("yes")
		i := w.intrude(KindRun, f)
		i.hears(kindOut)
		w.work.Go(func() { i.hears() }) // it takes what it gets, and gives no credit
		for name, id := range map[string]string{"another run": newID(), "no ID": ""} {
			if kinds, _ := w.intrude(KindOutput, outputFields{id}).hears(); strings.Join(kinds, " ") != "the end" {
				t.Errorf("%s: %q", name, kinds)
			}
		}
		stranger, err := w.dial(identity.DeviceID{9}, w.owner)
		if err != nil {
			t.Fatal(err)
		}
		other := &intruder{w, stranger, wire.NewConn(stranger)}
		other.say(KindOutput, outputFields{f.ID}, nil)
		if kinds, _ := other.hears(); strings.Join(kinds, " ") != "the end" {
			t.Errorf("a stranger: %q", kinds)
		}
		first := w.intrude(KindOutput, outputFields{f.ID})
		synctest.Wait()
		i.say(kindMore, fields{N: 300_000}, nil)
		if kinds, _ := first.hears(kindOut); strings.Join(kinds, " ") != kindOut {
			t.Errorf("its own: %q", kinds)
		}
		if kinds, _ := w.intrude(KindOutput, outputFields{f.ID}).hears(); strings.Join(kinds, " ") != "the end" {
			t.Errorf("a second one: %q", kinds)
		}
		_ = i.Reset()
	})
}
