package netcore_test

import (
	"context"
	"strings"

	"lanyard/netcore"
	"lanyard/netcore/wire"
)

// gift is an offer of files made by hand.
type gift struct {
	offer   fields
	entries []fields
	bodies  []string // of the entries; more than 1 MiB goes in chunks
}

// present is a gift of small files. Each root is what the offer names for it;
// a root that has files below it is a folder.
func present(paths ...string) *gift {
	g := &gift{}
	roots, bytes := map[string]bool{}, 0
	var order []string
	for _, path := range paths {
		top, _, below := strings.Cut(path, "/")
		if _, known := roots[top]; !known {
			order = append(order, top)
		}
		roots[top] = roots[top] || below
		body := "brought as " + path
		if len(body) > 64 {
			body = body[:64]
		}
		g.add(path, body)
		bytes += len(body)
	}
	var named []fields
	for _, top := range order {
		named = append(named, fields{"name": top, "dir": roots[top]})
	}
	g.offer = fields{"id": randomHex(16), "name": order[0], "count": len(paths), "bytes": bytes, "roots": named}
	return g
}

// add lists one more file.
func (g *gift) add(path, body string) {
	g.entries = append(g.entries, entry(path, len(body)))
	g.bodies = append(g.bodies, body)
}

// id is the sender's name for the transfer.
func (g *gift) id() string { return g.offer["id"].(string) }

// propose makes an offer; ok says that it was shown to the user.
func (h *hostile) propose(offer fields) (s *stream, ok bool) {
	h.t.Helper()
	s = h.open("offer", offer)
	frame, err := s.Next(wire.MaxHeader)
	return s, err == nil && frame.Kind == "offered"
}

// offered returns the transfer of an offer that the victim was shown.
func (v *victim) offered(h *hostile, id string) netcore.Transfer {
	v.t.Helper()
	var found *netcore.Transfer
	until(v.t, "the offer is shown", func() bool {
		person, known := v.person(h.id.ID())
		if !known {
			return false
		}
		for _, item := range v.items(person.ID) {
			if item.ID == id {
				found = item.Transfer
			}
		}
		return found != nil
	})
	return *found
}

// takes has the victim accept an offer, and waits until its sender knows.
func (v *victim) takes(h *hostile, offer fields) (netcore.Transfer, *stream) {
	v.t.Helper()
	s, ok := h.propose(offer)
	if !ok {
		v.t.Fatalf("an offer was not shown: %v", offer)
	}
	t := v.offered(h, offer["id"].(string))
	if err := v.Accept(context.Background(), t.Key, netcore.AcceptOptions{}); err != nil {
		v.t.Fatalf("accepting: %v", err)
	}
	s.wantAnswer("an accepted offer", "accept")
	return t, s
}

// ended waits for the end of a transfer.
func (v *victim) ended(key int64) netcore.Transfer {
	v.t.Helper()
	var t netcore.Transfer
	until(v.t, "the transfer ends", func() bool {
		var err error
		t, err = v.Transfer(context.Background(), key)
		return err == nil && t.State.Ended()
	})
	return t
}

// manifest is the frames that list the files.
func (g *gift) manifest() []byte {
	return append(encode("entries", fields{"entries": g.entries}, ""), encode("entries-end", nil, "")...)
}

// give offers, is accepted, and brings what the victim wants of it. The offer
// may be refused before that: then shown is false.
func (h *hostile) give(v *victim, g *gift) (t netcore.Transfer, shown bool) {
	v.t.Helper()
	s, ok := h.propose(g.offer)
	if !ok {
		_ = s.raw.Close()
		return t, false
	}
	t = v.offered(h, g.id())
	if err := v.Accept(context.Background(), t.Key, netcore.AcceptOptions{}); err != nil {
		v.t.Fatalf("accepting: %v", err)
	}
	s.wantAnswer("an accepted offer", "accept")
	h.bring(g)
	t = v.ended(t.Key)
	_ = s.raw.Close()
	return t, true
}

// bring sends what is wanted of an accepted gift. It ends early when the
// victim has had enough.
func (h *hostile) bring(g *gift) {
	h.t.Helper()
	data := h.open("data", fields{"id": g.id()})
	defer func() { _ = data.raw.Close() }()
	data.send(g.manifest())
	for _, f := range data.wanted() {
		for _, one := range g.file(f) {
			data.send(one)
		}
	}
	data.send(encode("end", nil, ""))
	for {
		if answer := data.answer(); answer == "" || !strings.Contains(answer, `"receipts"`) {
			return
		}
	}
}

// file is the frames of one file.
func (g *gift) file(f int) [][]byte {
	path, body := g.entries[f]["p"].(string), g.bodies[f]
	name := path[strings.LastIndex(path, "/")+1:]
	if len(name) > 300 {
		name = name[:300]
	}
	if len(body) > 1<<20 {
		return large(f, name, body)
	}
	return [][]byte{small(f, name, body)}
}

// wanted returns the files that are asked for.
func (s *stream) wanted() (files []int) {
	for more := true; more; {
		frame, err := s.Expect(wire.MaxManifest, "want", "alive", "receipts")
		if err != nil {
			return nil
		}
		var want struct {
			From [][2]int `json:"from"`
			More bool     `json:"more"`
		}
		if frame.Kind != "want" {
			continue
		}
		if err := frame.Decode(&want); err != nil {
			return nil
		}
		for _, span := range want.From {
			for f := span[0]; f <= span[1]; f++ {
				files = append(files, f)
			}
		}
		more = want.More
	}
	return files
}

// receives has the victim send to the friend, who accepts what comes.
func (f *friend) receives(paths []string) (sent, got netcore.Transfer) {
	f.v.t.Helper()
	ctx := f.v.t.Context()
	me, _ := f.v.person(f.Self().ID)
	item, err := f.v.Send(ctx, me.ID, paths)
	if err != nil {
		f.v.t.Fatal(err)
	}
	until(f.v.t, "what the victim sends ends", func() bool {
		list, _ := f.FindTransfers(ctx, netcore.TransferQuery{Limit: 1})
		for _, got = range list {
			if got.State == netcore.StateOffered {
				_ = f.Accept(ctx, got.Key, netcore.AcceptOptions{SaveDir: f.v.t.TempDir()})
			}
		}
		sent, err = f.v.Transfer(ctx, item.Transfer.Key)
		return err == nil && sent.State.Ended() && (len(list) == 0 || got.State.Ended())
	})
	return sent, got
}
