//go:build unix

package transfer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// rewrite changes a source in place, with its size and time kept.
func rewrite(t *testing.T, path string, at int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt([]byte("other content"), at)
	if err = errors.Join(err, file.Close(), os.Chtimes(path, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
}

// What was sent of a file as a whole is not what the file is at its end, and
// neither its size nor its time tells.
func TestASourceThatIsWrittenToWithSizeAndTimeKeptComesAsItIsThen(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 40<<20), "src/small": "small"})
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	rewrite(t, filepath.Join(a.dir, "src", "big"), 100)
	close(goOn)
	sent, got := arrives(t, a, b, mine, theirs)
	if sent.Restarted != 1 || got.Restarted != 1 {
		t.Errorf("begun anew %d and %d times", sent.Restarted, got.Restarted)
	}
}

// A source that becomes another, and then again what was listed.
func TestASourceThatChangesThereAndBackArrives(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	second := &slow{left: 44 << 20, reached: make(chan struct{}), goOn: make(chan struct{})}
	first := n.tamper
	n.tamper = func(kind string, s Stream) Stream {
		if s = first(kind, s); kind == KindData && second.Stream == nil {
			second.Stream = s
			return second
		}
		return s
	}
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, 40<<20), "src/small": "small"})
	path := filepath.Join(a.dir, "src", "big")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	// At a stroke: one that takes its time would be seen to change more often than
	// is allowed.
	if err := os.Truncate(path, 41<<20); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	<-second.reached // the other has begun
	if err := errors.Join(os.Truncate(path, 40<<20), os.Chtimes(path, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	close(second.goOn)
	arrives(t, a, b, mine, theirs)
}

// handed is Links to a receiver whose frames a test writes.
type handed struct {
	data func(*wire.Conn)
	over *sync.WaitGroup
}

func (h handed) Open(_ context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	return h.open(kind, fields, func(conn *wire.Conn) {
		_ = errors.Join(conn.Write(kindOffered, offeredFrame{V: spoken}, nil), conn.Write(kindAccept, nil, nil))
		_, _ = conn.Next(wire.MaxHello) // to its end
	})
}

func (h handed) OpenBulk(_ context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	return h.open(kind, fields, h.data)
}

func (h handed) open(kind string, fields any, serve func(*wire.Conn)) (Stream, error) {
	near, far := newPipe()
	if err := wire.NewConn(near).Write(kind, fields, nil); err != nil {
		return nil, err
	}
	h.over.Go(func() {
		conn := wire.NewConn(far)
		if _, err := conn.Next(wire.MaxHeader); err == nil {
			serve(conn)
		}
		_ = far.Reset()
	})
	return near, nil
}

// What a receiver wanted before it heard that a file is skipped, or begins anew, is
// nothing that it still waits for.
func TestAWishThatWasOvertakenIsNotMet(t *testing.T) {
	for name, want := range map[string]struct {
		spoil func(string) error
		first string
	}{
		"by a skip":      {os.Remove, kindSkip},
		"by a new begin": {func(p string) error { return os.WriteFile(p, []byte(noise(5, 4<<20)), 0o600) }, kindFile},
	} {
		t.Run(name, func(t *testing.T) {
			var over sync.WaitGroup
			heads := make(chan string, 64)
			var wishes wantFrame
			h := handed{over: &over, data: func(conn *wire.Conn) {
				defer close(heads)
				for i := range wishes.Parts {
					_ = conn.Write(kindWant, wantFrame{From: [][2]int{}, Parts: wishes.Parts[i : i+1], Again: i > 0, More: true}, nil)
				}
				_ = conn.Write(kindWant, wantFrame{From: [][2]int{{2, 2}}, More: true}, nil)
				for {
					frame, err := conn.Next(wire.MaxHeader)
					var head fileFrame
					if err == nil {
						err = errors.Join(frame.Decode(&head), conn.Discard())
					}
					if err != nil || head.F == 2 {
						return
					}
					if frame.Kind == kindFile || frame.Kind == kindSkip {
						heads <- frame.Kind
					}
				}
			}}
			a := join(t, newNetwork(), "a", func(c *Config) { c.Links = h })
			tree(t, a.dir, map[string]string{"src/big": noise(1, 3<<20), "src/small": "small"})
			path := filepath.Join(a.dir, "src", "big")
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 3 {
				wishes.Parts = append(wishes.Parts, partWant{F: 1, Size: 3 << 20, MTime: info.ModTime().UnixNano(), C: [][2]int{{i, i}}})
			}
			roots, err := rootsOf([]string{filepath.Join(a.dir, "src")})
			if err != nil {
				t.Fatal(err)
			}
			list, err := walk(context.Background(), roots)
			if err != nil {
				t.Fatal(err)
			}
			j := a.sendingBy(list, roots)
			if err := want.spoil(path); err != nil {
				t.Fatal(err)
			}
			stream, err := h.OpenBulk(context.Background(), deviceNamed("b"), KindData, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = j.send(stream, true, false)
			var all []string
			for kind := range heads {
				all = append(all, kind)
			}
			over.Wait()
			j.cancel()
			j.md5s.tasks.Wait()
			if len(all) != 1 || all[0] != want.first {
				t.Errorf("sent of it was %q", all)
			}
		})
	}
}

// sendingBy returns the job of a transfer that is accepted, which nobody runs.
func (m *member) sendingBy(list *listing, roots []store.TransferRoot) *job {
	m.t.Helper()
	rec := store.Transfer{Outgoing: true, ID: handID, Roots: roots, Count: list.files, Bytes: list.bytes, State: string(StateRunning), Created: time.Now()}
	var err error
	if rec.Key, err = m.db.AddTransfer(context.Background(), rec); err != nil {
		m.t.Fatal(err)
	}
	j := m.newJob(rec)
	j.list, j.sums = &list.manifest, make([]sum, len(list.entries))
	return j
}

// A source that changes while the rest of it is hashed for the root ends with a
// trailer that fits nothing.
func TestASourceThatChangesBeforeItsTrailerIsWantedAnew(t *testing.T) {
	a := join(t, newNetwork(), "a")
	tree(t, a.dir, map[string]string{"big": noise(1, 3<<20)})
	path := filepath.Join(a.dir, "big")
	roots, err := rootsOf([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	list, err := walk(context.Background(), roots)
	if err != nil {
		t.Fatal(err)
	}
	j := a.sendingBy(list, roots)
	near, _ := newPipe()
	s := j.newSending(near, true, false)
	src, err := openSource(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	if err := os.WriteFile(path, []byte(noise(2, 4<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.wishes.end(0)
	s.tail(context.Background(), &outFile{source: src, hashes: make([]hash32, 3), known: make([]bool, 3)}, nil)
	sent := <-s.packets
	if trailer, ok := sent[0].fields.(*trailerFrame); !ok || trailer.Root != "" {
		t.Errorf("sent %+v", sent[0].fields)
	}
	// A receiver that has it from an earlier wish compares it with nothing.
	row, news, err := j.receipted(receipt{F: 0, MD5: md5Of("what was sent before")}, true)
	if err != nil || !news || row.State != string(StateVerified) || row.Reason != string(ReasonChanged) {
		t.Errorf("recorded %+v, %v, %v", row, news, err)
	}
	j.cancel()
}

// changedBig are the frames of a file of three chunks that begins anew.
func changedBig() []frame {
	frames := bigByHand(0, 3)
	frames[0].fields["changed"] = true
	return frames
}

func TestATrailerThatFitsNothingHasTheFileWantedAnew(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	near, key := bringing(t, b, 2, 2*chunkSize+1, entries(m{"p": "d/big", "s": 2 * chunkSize, "m": 1}, m{"p": "d/small", "s": 1, "m": 1}))
	big := bigByHand(0, 2)
	big[3] = frame{fields: m{"kind": "trailer", "f": 0, "root": ""}}
	_, _ = near.Write(raw(t, big...))
	until(t, "it is wanted anew", func() bool {
		shot, err := b.Snapshot(context.Background(), key)
		return err == nil && shot.Restarted == 1
	})
	anew := changedBig()
	sum := md5Of(anew[1].body + anew[2].body + anew[3].body)
	_, _ = near.Write(raw(t, append(anew, frame{fields: m{"kind": "digests", "files": []m{{"f": 0, "md5": sum}}}}, file(1, "small", "x"))...))
	until(t, "both are recorded", func() bool {
		shot, err := b.Snapshot(context.Background(), key)
		return err == nil && (shot.Done == 2 && shot.Pending == 0 || State(shot.State).Ended())
	})
	_, _ = near.Write(raw(t, kind("end")))
	wantEnd(t, b.await(key), StateVerified, ReasonNone)
}

// A sender that had two wishes for a file skips it twice.
func TestAFileIsSkippedTwice(t *testing.T) {
	skip := frame{fields: m{"kind": "skip", "f": 0, "reason": ReasonVanished}}
	for name, frames := range map[string][]frame{
		"before it begins":        {skip, skip},
		"while it is under way":   {bigByHand(0, 2)[0], skip, skip},
		"and its trailer is late": {bigByHand(0, 2)[0], skip, bigByHand(0, 2)[3]},
		"and its chunks are late": {bigByHand(0, 2)[0], bigByHand(0, 2)[1], skip, bigByHand(0, 2)[2], bigByHand(0, 2)[3]},
		"and it begins late":      append([]frame{bigByHand(0, 2)[0], skip}, bigByHand(0, 2)...),
		"and it begins anew late": append([]frame{bigByHand(0, 2)[0], skip}, changedBig()[:2]...),
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork()
			b := join(t, n, "b")
			near, key := bringing(t, b, 2, 2*chunkSize+1, entries(m{"p": "d/big", "s": 2 * chunkSize, "m": 1}, m{"p": "d/small", "s": 1, "m": 1}))
			_, _ = near.Write(raw(t, append(frames, file(1, "small", "x"))...))
			until(t, "both are recorded", func() bool {
				shot, err := b.Snapshot(context.Background(), key)
				return err == nil && (shot.Done+shot.Failed == 2 || State(shot.State).Ended())
			})
			_, _ = near.Write(raw(t, kind("end")))
			wantEnd(t, b.await(key), StateFailed, ReasonVanished)
		})
	}
}
