package netcore_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore"
)

// wireTap stands in front of the victim, below TLS, and spoils what passes.
type wireTap struct {
	net.Listener
	to    string
	spoil func(n int64, part []byte) []byte // of what goes to the victim; n bytes went before
	legs  sync.WaitGroup
}

// newTap opens one.
func newTap(t *testing.T, to string, spoil func(int64, []byte) []byte) *wireTap {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tap := &wireTap{Listener: listener, to: to, spoil: spoil}
	tap.legs.Go(tap.run)
	t.Cleanup(func() {
		_ = listener.Close()
		tap.legs.Wait()
	})
	return tap
}

func (w *wireTap) run() {
	for {
		near, err := w.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		w.legs.Go(func() {
			w.legs.Go(func() { _, _ = io.Copy(near, far); _ = near.Close() })
			w.pass(far, near)
			_ = far.Close()
			_ = near.Close()
		})
	}
}

// pass copies until spoil returns nil: then the cable is cut with a reset.
func (w *wireTap) pass(to, from net.Conn) {
	buf := make([]byte, 16<<10)
	var sent int64
	for {
		n, err := from.Read(buf)
		part := buf[:n]
		if n > 0 {
			part = w.spoil(sent, part)
		}
		sent += int64(n)
		if part == nil || err != nil {
			_ = to.(*net.TCPConn).SetLinger(0)
			return
		}
		if _, err := to.Write(part); err != nil {
			return
		}
	}
}

// spoiled sends a file through a tap, and returns the victim's end of it.
func spoiled(t *testing.T, spoil func(int64, []byte) []byte) (*victim, netcore.Transfer) {
	t.Helper()
	v := newVictim(t)
	tap := newTap(t, v.address(), spoil)
	friend := newFriendAt(t, v, tap.Addr().String())
	body := strings.Repeat("every byte counts. ", 6<<20/19)
	item, err := friend.Send(t.Context(), friend.to, []string{v.write("Downloads/Lanyard/source.bin", body)})
	if err != nil {
		t.Fatal(err)
	}
	var got netcore.Transfer
	until(t, "what went through the tap has ended for its sender", func() bool {
		for _, one := range v.transfers() {
			if got = one; one.State == netcore.StateOffered {
				_ = v.Accept(t.Context(), one.Key, netcore.AcceptOptions{})
			}
		}
		sent, err := friend.Transfer(t.Context(), item.Transfer.Key)
		return err == nil && sent.State.Ended() && got.State.Ended()
	})
	for _, path := range got.Paths {
		if content, err := os.ReadFile(path); got.State == netcore.StateVerified && (err != nil || string(content) != body) {
			t.Errorf("verified, and other bytes are in %s", path)
		}
	}
	return v, got
}

// TestF03ResetInTheMiddle cuts each connection after some megabytes with a RST.
// The transfer goes on by itself, from the files and chunks that are verified.
func TestF03ResetInTheMiddle(t *testing.T) {
	t.Parallel()
	var cuts atomic.Int64
	_, got := spoiled(t, func(n int64, part []byte) []byte {
		if n > 2<<20 && cuts.Add(1) <= 2 {
			return nil
		}
		return part
	})
	if got.State != netcore.StateVerified || cuts.Load() == 0 {
		t.Errorf("after %d resets: %+v", cuts.Load(), got)
	}
}

// TestF05BitFlippedOnTheWire: TLS notices, the link is lost, nothing false is kept.
func TestF05BitFlippedOnTheWire(t *testing.T) {
	t.Parallel()
	var flips atomic.Int64
	_, got := spoiled(t, func(n int64, part []byte) []byte {
		if n > 3<<20 && flips.Add(1) == 1 {
			part = slices.Clone(part)
			part[len(part)/2] ^= 4
		}
		return part
	})
	if got.State != netcore.StateVerified || flips.Load() == 0 {
		t.Errorf("after a flipped bit: %+v", got)
	}
}

// TestF06SourceThatChangesWhileItIsSent: the header's MD5 is never one of
// content that was not sent, and both sides say what happened.
func TestF06SourceThatChangesWhileItIsSent(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"truncated": func(path string) error { return os.Truncate(path, 1<<20) },
		"grown":     func(path string) error { return os.Truncate(path, 64<<20) },
		"rewritten": func(path string) error { return os.WriteFile(path, make([]byte, 24<<20), 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for a bulk link that does not come
			v := newVictim(t)
			path := v.write("Downloads/Lanyard/mine.bin", strings.Repeat("mine", 6<<20))
			past := time.Now().Add(-time.Hour)
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
			h := v.meet("receiver")
			person := v.befriend(h)
			item, err := v.Send(t.Context(), person.ID, []string{path})
			if err != nil {
				t.Fatal(err)
			}
			kinds := h.receives(func() {
				if err := change(path); err != nil {
					t.Error(err)
				}
			})
			if end := v.ended(item.Transfer.Key); end.State != netcore.StateFailed || end.Reason != netcore.ReasonChanged {
				t.Errorf("ended as %+v", end)
			}
			if slices.Contains(kinds, "trailer") || !slices.Contains(kinds, "skip") {
				t.Errorf("the receiver got %q", slices.Compact(kinds))
			}
		})
	}
}

// receives takes what the victim sends, by hand, and calls meanwhile after the
// first chunk. It returns the kinds of what came.
func (h *hostile) receives(meanwhile func()) (kinds []string) {
	h.t.Helper()
	for {
		raw, err := h.mux.AcceptStream()
		if err != nil {
			h.t.Errorf("the victim hung up: %v", err)
			return kinds
		}
		s := newStream(h.t, raw)
		first, err := s.Next(1 << 20)
		if err != nil {
			continue
		}
		switch first.Kind {
		case "offer":
			s.send(encode("offered", nil, ""), encode("accept", nil, ""))
		case "data":
			return s.takesData(meanwhile)
		}
	}
}

// takesData reads a data stream to its end.
func (s *stream) takesData(meanwhile func()) (kinds []string) {
	for {
		frame, err := s.Next(1 << 20)
		if err != nil {
			return kinds
		}
		kinds = append(kinds, frame.Kind)
		switch frame.Kind {
		case "entries-end":
			s.send(encode("want", fields{"from": [][2]int{{0, 0}}}, ""))
		case "chunk":
			if err := s.Discard(); err != nil {
				return kinds
			}
			if meanwhile != nil {
				meanwhile()
				meanwhile = nil
			}
		case "end":
			s.send(encode("receipts", fields{"failed": []fields{{"f": 0, "reason": "changed"}}}, ""),
				encode("done", fields{"state": "failed", "reason": "changed"}, ""))
			return kinds
		}
	}
}

// TestF13FilesOfOddSizes arrive as they are: nothing, one byte, around a chunk.
func TestF13FilesOfOddSizes(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("honest enough")
	g := &gift{}
	total := 0
	for _, size := range []int{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 2 << 20} {
		g.add("d/"+time.Duration(size).String(), strings.Repeat("x", size))
		total += size
	}
	g.offer = fields{"id": randomHex(16), "name": "d", "count": len(g.entries), "bytes": total, "roots": []fields{{"name": "d", "dir": true}}}
	if got, _ := h.give(v, g); got.State != netcore.StateVerified || got.Done != 6 {
		t.Errorf("%+v", got)
	}
	for i, e := range g.entries {
		content, err := os.ReadFile(filepath.Join(v.save, e["p"].(string)))
		if err != nil || string(content) != g.bodies[i] {
			t.Errorf("%s: %d bytes, %v", e["p"], len(content), err)
		}
	}
}

// TestF14CancelledAtTheEnd: the user's no counts until the file is there.
func TestF14CancelledAtTheEnd(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	g := one(2<<20 + 1)
	g.offer["id"] = randomHex(16)
	transfer, s := v.takes(h, g.offer)
	data := h.open("data", fields{"id": g.id()})
	frames := g.file(0)
	data.send(g.manifest())
	data.send(frames[:len(frames)-1]...)
	until(t, "all bytes are there", func() bool {
		now, err := v.Transfer(t.Context(), transfer.Key)
		return err == nil && now.DoneBytes > 2<<20
	})
	if err := v.Cancel(t.Context(), transfer.Key); err != nil {
		t.Error(err)
	}
	data.send(frames[len(frames)-1], encode("end", nil, ""))
	s.wantAnswer("a cancelled offer", "cancel")
	data.ends()
	if end := v.ended(transfer.Key); end.State != netcore.StateCancelled || end.Reason != netcore.ReasonCancelledHere {
		t.Errorf("ended as %+v", end)
	}
	v.savedNothing("what was cancelled")
	v.tidySave()
}

// TestF15BothSendAtOnce files of one name to each other.
func TestF15BothSendAtOnce(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	friend := newFriend(t, v)
	mine := v.write("Downloads/Lanyard/out/same.bin", strings.Repeat("mine", 1<<20))
	hers := v.write("Downloads/Lanyard/hers/same.bin", strings.Repeat("hers", 1<<20))
	if _, err := friend.Send(t.Context(), friend.to, []string{hers}); err != nil {
		t.Fatal(err)
	}
	sent, got := friend.receives([]string{mine})
	if sent.State != netcore.StateVerified || got.MD5 != sent.MD5 {
		t.Errorf("sent %+v, got %+v", sent, got)
	}
	until(t, "hers has come", func() bool {
		for _, one := range v.transfers() {
			if one.State == netcore.StateOffered && !one.Outgoing {
				_ = v.Accept(t.Context(), one.Key, netcore.AcceptOptions{})
			}
			if one.State == netcore.StateVerified && !one.Outgoing {
				return true
			}
		}
		return false
	})
}

// TestF16DataUntilTheEndOfTheConnection: the size counts, not the connection's
// end, as the classic file protocol had it.
func TestF16DataUntilTheEndOfTheConnection(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	says, id := hello(), newIdentity(t)
	h, err := enter(t, v.address(), id, says)
	if err != nil {
		t.Fatal(err)
	}
	g := hidden("d/x", fields{"name": "d", "dir": true})
	transfer, _ := v.takes(h, g.offer)
	says["purpose"] = "bulk"
	conn := secure(t, v.address(), id)
	_, _ = conn.Write(encode("hello", says, ""))
	for _, part := range [][]byte{
		encode("data", fields{"id": g.id()}, ""), g.manifest(),
		encode("file", fields{"f": 0, "file_name": "x", "file_size": 5, "md5": md5Of("pwned"), "body_size": 5}, "pw"),
	} {
		_, _ = conn.Write(part)
	}
	_ = conn.CloseWrite() // a good end, in the middle of a file
	_, _ = io.Copy(io.Discard, struct{ io.Reader }{conn})
	if now, err := v.Transfer(t.Context(), transfer.Key); err != nil || now.State == netcore.StateVerified || now.Done != 0 {
		t.Errorf("two bytes of five: %+v, %v", now, err)
	}
	if err := v.Cancel(t.Context(), transfer.Key); err != nil {
		t.Error(err)
	}
	v.savedNothing("what ended early")
}
