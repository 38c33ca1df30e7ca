package link

import (
	"bytes"
	"encoding/hex"
	"io"
	"testing"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// duplex reads from one buffer and writes to another.
type duplex struct {
	io.Reader
	io.Writer
}

// FuzzProving feeds the frames of the network password to the one who is
// dialed: nothing but the right proof for this very exchange gets through, and
// nothing of the answerer's proof goes out before.
func FuzzProving(f *testing.F) {
	text := identity.NewPassword()
	key, err := identity.ParsePassword(text)
	if err != nil {
		f.Fatal(err)
	}
	mine, theirs := newIdentity(f), newIdentity(f)
	m := New(Config{Identity: mine, Instance: newInstance()})
	f.Cleanup(func() { _ = m.Close() })
	nonce := someNonce("1")
	f.Add(frameOf(kindAuth, nonce), frameOf(kindProof, proof{hex.EncodeToString(make([]byte, 32))}))
	f.Add(frameOf(kindAuth, auth{}), frameOf(kindProof, proof{}))
	f.Add(frameOf(kindHello, goodHello()), frameOf(kindAuth, nonce))
	f.Add(frameOf(kindAuth, map[string]any{"nonce": nonce.Nonce, "body_size": 1}), []byte{0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		m.guesses.forget()
		var said bytes.Buffer
		p := &proving{
			m: m, key: &key, host: "evil", theirID: theirs.ID(),
			frames:   wire.NewConn(duplex{bytes.NewReader(append(first, second...)), &said}),
			exporter: make([]byte, exportedBytes), mine: bytes.Repeat([]byte{7}, nonceBytes),
		}
		err := p.readNonce()
		if err == nil && len(p.theirs) != nonceBytes {
			t.Fatalf("nonce of %d bytes", len(p.theirs))
		}
		if err == nil && p.checkProof() == nil {
			t.Fatal("a proof was made up")
		}
		if said.Len() != 0 {
			t.Fatalf("said %q", said.Bytes())
		}
	})
}

// FuzzFrugal checks that the watcher decides the same however the bytes are
// cut.
func FuzzFrugal(f *testing.F) {
	f.Add(append(muxFrame(3), muxFrame(70)...), uint16(5))
	f.Add(bytes.Repeat(muxFrame(0), 9), uint16(13))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255, 1}, uint16(12))
	f.Add([]byte{0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9}, uint16(1))
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) {
		at := min(int(cut), len(data))
		whole, cuts, ones := frugal{credit: 64}, frugal{credit: 64}, frugal{credit: 64}
		whole.watch(data)
		cuts.watch(data[:at])
		cuts.watch(data[at:])
		for i := range data {
			ones.watch(data[i : i+1])
		}
		if whole != cuts || whole != ones {
			t.Fatalf("%+v, %+v, %+v", whole, cuts, ones)
		}
	})
}
