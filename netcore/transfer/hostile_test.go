//go:build unix

package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// peer is somebody who writes frames by hand.
type peer struct {
	t    testing.TB
	id   identity.DeviceID
	b    *member
	ctl  *pipeEnd
	conn *wire.Conn
}

// knock opens a stream to b by hand.
func (p *peer) knock(kind string, fields any) (*pipeEnd, *wire.Conn) {
	near, far := newPipe()
	go func() {
		first, err := wire.NewConn(far).Next(wire.MaxHeader)
		switch {
		case err != nil:
		case kind == KindOffer:
			p.b.HandleOffer(context.Background(), far, p.id, first)
		default:
			p.b.HandleData(context.Background(), far, p.id, first)
		}
		_ = far.Reset()
	}()
	conn := wire.NewConn(near)
	if err := conn.Write(kind, fields, nil); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = near.Reset() })
	return near, conn
}

// accepted offers by hand and has b accept.
func accepted(t testing.TB, b *member, offer map[string]any) (*peer, int64) {
	p := &peer{t: t, b: b}
	copy(p.id[:], fmt.Sprint(offer["id"]))
	p.ctl, p.conn = p.knock(KindOffer, offer)
	if _, err := p.conn.Expect(wire.MaxHello, kindOffered); err != nil {
		t.Fatal(err)
	}
	key := b.offered()
	if err := b.Accept(context.Background(), key, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.conn.Expect(wire.MaxHello, kindAccept); err != nil {
		t.Fatal(err)
	}
	return p, key
}

const handID = "0123456789abcdef0123456789abcdef"

type m = map[string]any

// handOffer is an offer of one folder with files.
func handOffer(count int, size int64) m {
	return m{"id": handID, "name": "d", "count": count, "folders": 0, "bytes": size, "roots": []m{{"name": "d", "dir": true, "size": size}}}
}

// frame is a header and a body by hand.
type frame struct {
	fields m
	body   string
}

func b3(text string) string {
	sum := blake3.Sum256([]byte(text))
	return hexOf(sum[:])
}

func md5Of(text string) string {
	sum, _ := digestOf(strings.NewReader(text))
	return sum.text()
}

// raw encodes frames as they stand on the wire, whatever they say.
func raw(t testing.TB, frames ...frame) []byte {
	var out bytes.Buffer
	for _, f := range frames {
		if _, own := f.fields["body_size"]; !own && f.body != "" {
			f.fields["body_size"] = len(f.body)
		}
		header, err := json.Marshal(f.fields)
		if err != nil {
			t.Fatal(err)
		}
		if err := wire.WriteHeader(&out, header); err != nil {
			t.Fatal(err)
		}
		out.WriteString(f.body)
	}
	return out.Bytes()
}

func entries(list ...m) frame { return frame{fields: m{"kind": "entries", "entries": list}} }
func kind(k string) frame     { return frame{fields: m{"kind": k}} }
func file(f int, name, text string) frame {
	return frame{m{"kind": "file", "f": f, "file_name": name, "file_size": len(text), "md5": md5Of(text), "b3": b3(text)}, text}
}

func TestAHostileSenderLeavesNothing(t *testing.T) {
	const big = 3<<20 + 5
	bigOffer := handOffer(1, big)
	bigEntries := entries(m{"p": "d/big", "s": big, "m": 1})
	bigFile := frame{fields: m{"kind": "file", "f": 0, "file_name": "big", "file_size": big}}
	chunk := func(i, size int) frame {
		text := noise(1, size)
		return frame{m{"kind": "chunk", "i": i, "b3": b3(text)}, text}
	}
	two := handOffer(2, 2)
	twoEntries := entries(m{"p": "d/1", "s": 1, "m": 1}, m{"p": "d/2", "s": 1, "m": 1})
	for name, test := range map[string]struct {
		offer  m
		frames []frame
		reason Reason
	}{
		"data before the manifest":   {two, []frame{file(0, "1", "x")}, ReasonProtocol},
		"unknown kind":               {two, []frame{kind("surprise")}, ReasonProtocol},
		"fewer files than offered":   {two, []frame{entries(m{"p": "d/1", "s": 1}), kind("entries-end")}, ReasonProtocol},
		"more files than offered":    {two, []frame{entries(m{"p": "d/1"}, m{"p": "d/2"}, m{"p": "d/3"})}, ReasonProtocol},
		"more bytes than offered":    {two, []frame{entries(m{"p": "d/1", "s": 100})}, ReasonProtocol},
		"negative size":              {two, []frame{entries(m{"p": "d/1", "s": -1})}, ReasonProtocol},
		"size of 2^63":               {two, []frame{entries(m{"p": "d/1", "s": json.Number("9223372036854775808")})}, ReasonProtocol},
		"size as a float":            {two, []frame{entries(m{"p": "d/1", "s": 1.5})}, ReasonProtocol},
		"sizes that overflow":        {two, []frame{entries(m{"p": "d/1", "s": int64(1) << 62}, m{"p": "d/2", "s": int64(1) << 62})}, ReasonProtocol},
		"a root that is not offered": {two, []frame{entries(m{"p": "e/1", "s": 1})}, ReasonProtocol},
		"the end with files missing": {two, []frame{twoEntries, kind("entries-end"), file(0, "1", "x"), kind("end")}, ReasonProtocol},
		"a file twice":               {two, []frame{twoEntries, kind("entries-end"), file(0, "1", "x"), file(0, "1", "x")}, ReasonProtocol},
		"index out of range":         {two, []frame{twoEntries, kind("entries-end"), file(7, "1", "x")}, ReasonProtocol},
		"negative index":             {two, []frame{twoEntries, kind("entries-end"), file(-1, "1", "x")}, ReasonProtocol},
		"another size than listed":   {two, []frame{twoEntries, kind("entries-end"), file(0, "1", "xyz")}, ReasonProtocol},
		"skip of a file twice":       {two, []frame{twoEntries, kind("entries-end"), {fields: m{"kind": "skip", "f": 0}}, {fields: m{"kind": "skip", "f": 0}}}, ReasonProtocol},
		"chunk out of order":         {bigOffer, []frame{bigEntries, kind("entries-end"), bigFile, chunk(1, 1<<20)}, ReasonProtocol},
		"chunk twice":                {bigOffer, []frame{bigEntries, kind("entries-end"), bigFile, chunk(0, 1<<20), chunk(0, 1<<20)}, ReasonProtocol},
		"chunk of another size":      {bigOffer, []frame{bigEntries, kind("entries-end"), bigFile, chunk(0, 1000)}, ReasonProtocol},
		"chunk after the last":       {bigOffer, []frame{bigEntries, kind("entries-end"), bigFile, chunk(0, 1<<20), chunk(1, 1<<20), chunk(2, 1<<20), chunk(3, 5), chunk(4, 5)}, ReasonProtocol},
		"trailer too early":          {bigOffer, []frame{bigEntries, kind("entries-end"), bigFile, chunk(0, 1<<20), kind("trailer")}, ReasonProtocol},
		"a file within a file":       {bigOffer, []frame{bigEntries, kind("entries-end"), bigFile, chunk(0, 1<<20), bigFile}, ReasonProtocol},
		"big file in one body":       {bigOffer, []frame{bigEntries, kind("entries-end"), {m{"kind": "file", "f": 0, "file_size": big}, noise(1, big)}}, ReasonProtocol},
		"wrong md5": {bigOffer, []frame{
			bigEntries, kind("entries-end"), bigFile, chunk(0, 1<<20), chunk(1, 1<<20), chunk(2, 1<<20), chunk(3, 5),
			{fields: m{"kind": "trailer", "md5": md5Of("lie"), "root": b3("lie")}},
			kind("end"),
		}, ReasonMismatch},
		"10 TB":   {handOffer(1, 10<<40), []frame{entries(m{"p": "d/1", "s": int64(10) << 40}), kind("entries-end")}, ReasonDiskFull},
		"cancel":  {two, []frame{twoEntries, kind("cancel")}, ReasonCancelledThere},
		"not one": {two, []frame{twoEntries, kind("entries-end"), {m{"kind": "file", "f": 0, "file_size": 1, "md5": md5Of("x"), "b3": b3("x")}, "y"}, {fields: m{"kind": "skip", "f": 1, "reason": "vanished"}}, kind("end")}, ReasonMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork()
			b := join(t, n, "b")
			p, key := accepted(t, b, test.offer)
			near, _ := p.knock(KindData, m{"id": handID})
			go func() { _, _ = io.Copy(io.Discard, near) }()
			_, _ = near.Write(raw(t, test.frames...)) // may fail once b had enough
			shot := b.await(key)
			if shot.Reason != string(test.reason) {
				t.Errorf("ended %s %q, want %q", shot.State, shot.Reason, test.reason)
			}
			for name, text := range look(t, b.dir) {
				if !strings.HasPrefix(text, "d") { // a folder
					t.Errorf("%q was left: %.40q", name, text)
				}
			}
		})
	}
}

func TestHostileNamesStayInside(t *testing.T) {
	names := []string{
		"d/../../out", "d/../out", "../out", "/etc/out", "d//x", "d/./x", "d/", "C:\\out", "d/..\\..\\out", "d/a\x00b",
		"d/" + strings.Repeat("x/", 40) + "deep", "d/" + strings.Repeat("n", 300), "d/CON", "d/a:b", "d/x\u202etxt.exe", "d/ok", "d/ok",
	}
	n := newNetwork()
	b := join(t, n, "b")
	canary := filepath.Dir(b.dir)
	before := look(t, canary)
	for i, name := range names {
		offer := handOffer(1, 1)
		offer["id"] = fmt.Sprintf("%032x", i)
		top, _, _ := strings.Cut(name, "/")
		offer["roots"] = []m{{"name": top + "", "dir": strings.Contains(name, "/")}}
		if top == "" {
			offer["roots"] = []m{{"name": "d", "dir": true}}
		}
		p, key := accepted(t, b, offer)
		near, _ := p.knock(KindData, m{"id": offer["id"]})
		go func() { _, _ = io.Copy(io.Discard, near) }()
		_, _ = near.Write(raw(t, entries(m{"p": name, "s": 1, "m": 1}), kind("entries-end")))
		_, _ = near.Write(raw(t, file(0, name, "x"), kind("end")))
		if shot := b.await(key); shot.State == string(StateVerified) && shot.Roots[0].Path == "" {
			t.Errorf("%q: saved nowhere: %+v", name, shot)
		}
		_ = p.ctl.Reset()
	}
	inside, _ := filepath.Rel(canary, b.dir)
	for name, text := range look(t, canary) {
		if before[name] == "" && !strings.HasPrefix(name, inside+"/") {
			t.Errorf("%q appeared outside: %.40q", name, text)
		}
	}
}

func TestALinkInTheSaveFolderIsNotFollowed(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	outside := t.TempDir()
	p, key := accepted(t, b, handOffer(1, 1))
	j := b.job(key)
	for _, name := range []string{stagingName(j.record()), "d"} {
		if err := os.Symlink(outside, filepath.Join(b.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	near, _ := p.knock(KindData, m{"id": handID})
	go func() { _, _ = io.Copy(io.Discard, near) }()
	_, _ = near.Write(raw(t, entries(m{"p": "d/x", "s": 1, "m": 1}), kind("entries-end"), file(0, "x", "x"), kind("end")))
	if shot := b.await(key); shot.State != string(StateVerified) || shot.Roots[0].Path != "d (1)" {
		t.Errorf("ended as %+v", shot)
	}
	if list, err := os.ReadDir(outside); err != nil || len(list) > 0 {
		t.Errorf("outside there is %v, %v", list, err)
	}
}

func TestOffersAreLimited(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	p := &peer{t: t, b: b}
	copy(p.id[:], "peer")
	for i := range pendingOfOne + 1 {
		offer := handOffer(1, 1)
		offer["id"] = fmt.Sprintf("%032x", i)
		_, conn := p.knock(KindOffer, offer)
		frame, err := conn.Expect(wire.MaxHello, kindOffered, kindDecline)
		if want := map[bool]string{true: kindOffered, false: kindDecline}[i < pendingOfOne]; err != nil || frame.Kind != want {
			t.Errorf("offer %d was answered %q, %v; want %q", i, frame.Kind, err, want)
		}
	}
	for name, spoil := range map[string]func(m){
		"count below 0":    func(o m) { o["count"] = -1 },
		"nothing":          func(o m) { o["count"], o["bytes"] = 0, 0 },
		"bytes below 0":    func(o m) { o["bytes"] = -1 },
		"bytes of 2^62":    func(o m) { o["bytes"] = int64(1) << 62 },
		"no roots":         func(o m) { o["roots"] = []m{} },
		"65 roots":         func(o m) { o["roots"] = make([]m, 65) },
		"count as text":    func(o m) { o["count"] = "1" },
		"upper-case ID":    func(o m) { o["id"] = strings.ToUpper(handID) },
		"ID with a path":   func(o m) { o["id"] = "../../0123456789abcdef0123456789" },
		"root without one": func(o m) { o["roots"] = []m{{"name": ""}} },
	} {
		offer := handOffer(1, 1)
		spoil(offer)
		_, conn := p.knock(KindOffer, offer)
		if _, err := conn.Expect(wire.MaxHello, kindOffered); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestASilentSenderIsGivenUp(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b", func(c *Config) { c.Stall, c.GiveUp = 50*time.Millisecond, 200*time.Millisecond })
	p, key := accepted(t, b, handOffer(1, 1))
	near, _ := p.knock(KindData, m{"id": handID})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, near)
	}()
	<-ended // b reset the stream
	_ = p.ctl.Reset()
	wantEnd(t, b.await(key), StateFailed, ReasonLost)
}
