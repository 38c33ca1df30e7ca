package discovery

import (
	"bytes"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"lanyard/netcore/identity"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// generate makes an identity.
func generate(t testing.TB) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestBeaconSaysWhatWasSigned(t *testing.T) {
	id := generate(t)
	want := beacon{kind: kindAnswer, port: 9530, key: [32]byte(id.Public()), instance: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, counter: 1 << 60}
	d := encode(want, id)
	got, err := decode(d)
	if err != nil || got != want || !d.verified() {
		t.Fatalf("%+v, %v, verified %v; want %+v", got, err, d.verified(), want)
	}
	if len(d) > 256 {
		t.Errorf("%d bytes", len(d))
	}
	for i := range d {
		forged := *d
		forged[i] ^= 1
		if _, err := decode(&forged); err == nil && forged.verified() {
			t.Errorf("changed byte %d is not noticed", i)
		}
	}
}

func TestDecodeRefusesWhatIsNoBeacon(t *testing.T) {
	id := generate(t)
	good := beacon{kind: kindAnnounce, port: 1, counter: 1}
	for name, change := range map[string]func(*datagram){
		"magic":       func(d *datagram) { d[3] = '2' },
		"kind 0":      func(d *datagram) { d[4] = 0 },
		"kind 4":      func(d *datagram) { d[4] = 4 },
		"reserved":    func(d *datagram) { d[5] = 1 },
		"port 0":      func(d *datagram) { d[6], d[7] = 0, 0 },
		"counter 0":   func(d *datagram) { copy(d[48:56], make([]byte, 8)) },
		"all zero":    func(d *datagram) { *d = datagram{} },
		"all 0xFF":    func(d *datagram) { copy(d[:], bytes.Repeat([]byte{0xFF}, len(d))) },
		"JSON header": func(d *datagram) { copy(d[:], `{"kind":"announce"}`) },
	} {
		d := *encode(good, id)
		change(&d)
		if _, err := decode(&d); !errors.Is(err, errBeacon) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDecodeAllocatesLittle: whoever sends datagrams decides how many there are.
func TestDecodeAllocatesLittle(t *testing.T) {
	good := encode(beacon{kind: kindAnnounce, port: 1, counter: 1}, generate(t))
	for name, d := range map[string]*datagram{"good": good, "none": {}} {
		if allocs := testing.AllocsPerRun(100, func() { _, _ = decode(d) }); allocs > 8 {
			t.Errorf("%s: %v allocations", name, allocs)
		}
	}
}

func FuzzBeacon(f *testing.F) {
	id := generate(f)
	f.Add(encode(beacon{kind: kindAnnounce, port: 9527, counter: 1}, id)[:])
	f.Add(encode(beacon{kind: kindBye, port: 65535, counter: 1 << 63}, id)[:])
	f.Add([]byte(beaconMagic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var d datagram
		if copy(d[:], data); len(data) != beaconSize {
			return
		}
		b, err := decode(&d)
		if err != nil {
			return
		}
		again, err := decode(encode(b, id))
		b.key = [32]byte(id.Public())
		if err != nil || again != b {
			t.Fatalf("%+v became %+v, %v", b, again, err)
		}
		if unsigned := *encode(b, id); !bytes.Equal(unsigned[:keyOffset], d[:keyOffset]) || !bytes.Equal(unsigned[keyEnd:signedSize], d[keyEnd:signedSize]) {
			t.Fatal("the same beacon has two forms")
		}
		d.verified()
	})
}
