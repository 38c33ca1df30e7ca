package netcore_test

import (
	"context"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
)

func TestB13CountsAndSizesThatOverflow(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	for name, change := range map[string]fields{
		"count of 2^31":      {"count": 1 << 31},
		"count of 2^63-1":    {"count": int64(1<<63 - 1)},
		"count and folders":  {"count": 1_000_000, "folders": 1_000_000},
		"folders of 2^63-1":  {"folders": int64(1<<63 - 1)},
		"folders, negative":  {"folders": -1},
		"bytes of 2^63-1":    {"bytes": int64(1<<63 - 1)},
		"a root of 2^62":     {"roots": []fields{{"name": "x", "size": int64(1) << 62}}},
		"a root, negative":   {"roots": []fields{{"name": "x", "size": -1}}},
		"bytes of no files":  {"count": 0, "folders": 1, "bytes": 1},
		"a hundred roots":    {"roots": slices.Repeat([]fields{{"name": "x"}}, 100)},
		"names of 60 KB":     {"roots": slices.Repeat([]fields{{"name": strings.Repeat("x", 1000)}}, 60)},
		"an id that is long": {"id": strings.Repeat("0", 33)},
		"an id of a path":    {"id": "../../../0123456789abcdef0123456"},
	} {
		offer := hidden("x", fields{"name": "x"}).offer
		maps.Copy(offer, change)
		s, shown := h.propose(offer)
		if shown {
			t.Errorf("%s: shown to the user", name)
		}
		_ = s.raw.Close()
	}
	half := int64(1) << 59
	g := hidden("d/x", fields{"name": "d", "dir": true})
	g.offer["count"], g.offer["bytes"] = 4, 1<<60
	var lines []fields
	for range 40 {
		lines = append(lines, fields{"p": "d/x", "s": half, "m": 1})
	}
	transfer, s := v.takes(h, g.offer)
	data := h.open("data", fields{"id": g.id()})
	data.send(encode("entries", fields{"entries": lines}, ""), encode("entries-end", nil, ""))
	if end := v.ended(transfer.Key); end.State != netcore.StateFailed || end.Reason != netcore.ReasonProtocol {
		t.Errorf("a sum over the limit: %+v", end)
	}
	_ = s.raw.Close()
	v.savedNothing("what overflows")
}

func TestB14OutOfOrder(t *testing.T) {
	t.Parallel()
	entries := func(path string) []byte { return encode("entries", fields{"entries": []fields{entry(path, 1)}}, "") }
	attackData(t, map[string]badData{
		"a file before the manifest": {one(1), [][]byte{small(0, "x", "x"), listed("1")}, protocol},
		"a chunk first":              {one(1), [][]byte{encode("chunk", fields{"i": 0, "b3": b3Of("x")}, "x")}, protocol},
		"the end first":              {one(1), [][]byte{encode("end", nil, "")}, protocol},
		"no entries":                 {one(1), [][]byte{encode("entries-end", nil, "")}, protocol},
		"entries after their end":    {one(1), [][]byte{listed("1"), entries("d/y")}, protocol},
		"two ends of the entries":    {one(1), [][]byte{listed("1"), encode("entries-end", nil, "")}, protocol},
		"what was not offered":       {one(1), [][]byte{entries("other/x"), encode("entries-end", nil, "")}, protocol},
		"the folder as a file":       {one(1), [][]byte{encode("entries", fields{"entries": []fields{{"p": "d/x", "d": true, "s": 1}}}, "")}, protocol},
		"an answer of the receiver":  {one(1), [][]byte{listed("1"), encode("done", fields{"state": "verified", "md5": md5OfX}, "")}, protocol},
		"a receipt":                  {one(1), [][]byte{listed("1"), encode("receipts", fields{"files": []fields{{"f": 0, "md5": md5OfX}}}, "")}, protocol},
		"a text":                     {one(1), [][]byte{listed("1"), text(randomHex(16), "x")}, protocol},
		"another offer":              {one(1), [][]byte{encode("offer", hidden("x", fields{"name": "x"}).offer, "")}, protocol},
	})
}

// Data that nobody has accepted, or not from this device, is refused.
func TestB14DataWithoutConsent(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	alice, mallory := v.meet("alice"), v.meet("mallory")
	push := func(h *hostile, g *gift, what string) {
		data := h.open("data", fields{"id": g.id()})
		data.send(g.manifest(), small(0, "x", "pwned"), encode("end", nil, ""))
		data.wantAnswer(what, `"refused"`)
		data.ends()
		v.savedNothing(what)
	}
	g := hidden("x", fields{"name": "x"})
	push(mallory, g, "data without an offer")
	_, shown := mallory.propose(g.offer)
	if push(mallory, g, "data before the answer"); !shown {
		t.Error("an honest offer was not shown")
	}
	if err := v.Decline(t.Context(), v.offered(mallory, g.id()).Key); err != nil {
		t.Error(err)
	}
	push(mallory, g, "data after a no")

	hers := hidden("hers.txt", fields{"name": "hers.txt"})
	transfer, s := v.takes(alice, hers.offer)
	push(mallory, hers, "data for somebody else's offer")
	s2 := mallory.open("offer", hers.offer) // the same name for a transfer, from another device
	s2.wantAnswer("an offer under alice's ID", `"offered"`)
	push(mallory, hers, "data for an offer of the same ID")
	alice.bring(hers)
	if end := v.ended(transfer.Key); end.State != netcore.StateVerified {
		t.Errorf("alice's file: %+v", end)
	}
	_ = s.raw.Close()
	for _, end := range []fields{{"ended": "cancelled-here"}, {"ended": "lost"}} {
		o := maps.Clone(hers.offer)
		maps.Copy(o, end)
		mallory.open("offer", o).ends()
	}
	if now, err := v.Transfer(context.Background(), transfer.Key); err != nil || now.State != netcore.StateVerified {
		t.Errorf("alice's file after mallory ended its like: %+v, %v", now, err)
	}
}

// B16: not in the list: the multiplexer below the frames.
func TestB16GarbageForTheMultiplexer(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	mux := func(version, kind byte, flags uint16, id, length uint32) []byte {
		raw := append([]byte{version, kind}, binary.BigEndian.AppendUint16(nil, flags)...)
		return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(raw, id), length)
	}
	const syn, ack, fin = 1, 2, 4
	open := mux(0, 0, syn, 1, 0)
	for name, data := range map[string][]byte{
		"noise":                        []byte(strings.Repeat("\xee\xa5\x00\xff", 4096)),
		"another version":              mux(9, 0, 0, 1, 0),
		"an unknown type":              mux(0, 77, 0, 1, 0),
		"data of nobody's stream":      append(mux(0, 0, 0, 99, 4), "data"...),
		"4 GiB of data":                append(open, mux(0, 0, 0, 1, 0xFFFFFFFF)...),
		"data over the window":         append(open, append(mux(0, 0, 0, 1, 300<<10), make([]byte, 300<<10)...)...),
		"a window of 4 GiB, twice":     append(open, append(mux(0, 1, 0, 1, 0xFFFFFFFF), mux(0, 1, 0, 1, 0xFFFFFFFF)...)...),
		"a stream opened twice":        append(open, open...),
		"a stream of the other's side": mux(0, 0, syn, 2, 0),
		"stream zero":                  mux(0, 0, syn, 0, 0),
		"all flags":                    mux(0, 0, 0xFFFF, 1, 0),
		"an end of what never was":     mux(0, 0, fin|ack, 7, 0),
		"a flood of pings":             []byte(strings.Repeat(string(mux(0, 2, syn, 0, 7)), 20_000)),
		"goodbye":                      mux(0, 3, 0, 0, 0x4c02),
	} {
		conn := secure(t, v.address(), newIdentity(t))
		_, _ = conn.Write(encode("hello", hello(), ""))
		go func() {
			_, _ = conn.Write(data)
			_ = conn.CloseWrite()
		}()
		start := time.Now()
		if _, err := io.Copy(io.Discard, conn); time.Since(start) > patience/2 {
			t.Errorf("%s: kept for %v: %v", name, time.Since(start), err)
		}
	}
}
