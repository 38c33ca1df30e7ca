package link

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"lanyard/netcore/wire"
)

func TestWithPort(t *testing.T) {
	for in, want := range map[string]string{
		"192.168.1.5":            "192.168.1.5:9527",
		"192.168.1.5:80":         "192.168.1.5:80",
		"::1":                    "[::1]:9527",
		"[::1]":                  "[::1]:9527",
		"[::1]:80":               "[::1]:80",
		"fe80::1%eth0":           "[fe80::1%eth0]:9527",
		"[fe80::1%eth0]:1":       "[fe80::1%eth0]:1",
		"pc-7":                   "pc-7:9527",
		" pc-7.lan:80 ":          "pc-7.lan:80",
		"":                       "",
		"a:0":                    "",
		"a:65536":                "",
		"a:b":                    "",
		":80":                    "",
		"a:1:2":                  "",
		"http://a":               "",
		"a b":                    "",
		strings.Repeat("a", 999): "",
	} {
		got, err := WithPort(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.40q: %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestListenTakesTheNextPortOnlyWhenTold(t *testing.T) {
	taken := start(t, nil, "127.0.0.1:0")
	strict := start(t, nil, "")
	if _, err := strict.Listen(t.Context(), taken.address); err == nil {
		t.Error("the port was shared")
	}
	lenient := start(t, nil, "", func(c *Config) { c.Fallback = true })
	address, err := lenient.Listen(t.Context(), taken.address)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(address.String())
	if number, _ := strconv.Atoi(port); number <= taken.Port() || number > taken.Port()+portTries || lenient.Port() != number {
		t.Errorf("%s beside %s, hello says %d", address, taken.address, lenient.Port())
	}
}

func TestListeningOverIPv6AndByName(t *testing.T) {
	a := start(t, nil, "127.0.0.1:0")
	b := start(t, nil, "")
	if _, err := b.Listen(t.Context(), "[::1]:0"); err != nil {
		t.Skip("no IPv6 here:", err)
	}
	address := net.JoinHostPort("::1", strconv.Itoa(b.Port()))
	if peer, err := a.ConnectAddress(t.Context(), address); err != nil || peer.Address != address {
		t.Errorf("%+v, %v", peer, err)
	}
	named := net.JoinHostPort("localhost", strconv.Itoa(a.Port()))
	if peer, err := b.ConnectAddress(t.Context(), named); err != nil || peer.ID != a.id {
		t.Errorf("%+v, %v", peer, err)
	}
}

func TestLongNamesAreCut(t *testing.T) {
	memory := NewMemory()
	long := strings.Repeat("名", 5000)
	a := start(t, memory.Host("a"), "a:1", func(c *Config) { c.Name = func() string { return long } })
	b := start(t, memory.Host("b"), "b:1")
	if peer := connect(t, b, a); utf8.RuneCountInString(peer.Name) != maxName {
		t.Errorf("%d runes", utf8.RuneCountInString(peer.Name))
	}
}

// The time is virtual: on a busy machine a deadline of some milliseconds may be
// over before the first byte is written.
func TestMemoryKeepsDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		listener, err := memory.Host("a").Listen(t.Context(), "a:1")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		accepted := make(chan net.Conn, 1)
		go func() { conn, _ := listener.Accept(); accepted <- conn }()
		near, err := memory.Host("b").Dial(t.Context(), "a:1")
		if err != nil {
			t.Fatal(err)
		}
		far := <-accepted
		_ = near.SetDeadline(time.Now().Add(5 * time.Millisecond))
		if _, err := near.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read: %v", err)
		}
		_ = near.SetDeadline(time.Now().Add(5 * time.Millisecond))
		if _, err := near.Write(make([]byte, 2*memWindow)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write: %v", err)
		}
		_ = near.Close()
		if got, err := io.ReadAll(far); err != nil || len(got) != memWindow {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		_ = far.Close()
	})
}

// FuzzHello checks that no first frame of a peer does harm: what is accepted
// is within bounds and survives its own encoding.
func FuzzHello(f *testing.F) {
	f.Add([]byte(`{"kind":"hello","version":1,"oldest":1,"name":"x","instance":"0123456789abcdef","port":9527,"purpose":"control"}`))
	f.Add([]byte(`{"kind":"hello","version":1,"oldest":1,"NAME":"x","instance":"0123456789abcdef","port":1e3,"purpose":"bulk","token":"00"}`))
	f.Add([]byte(`{"kind":"hello","version":2,"oldest":2}`))
	f.Add([]byte(`{"kind":"error","code":"busy","message":"\u001b[31m"}`))
	f.Fuzz(func(t *testing.T, header []byte) {
		var in bytes.Buffer
		if err := wire.WriteHeader(&in, header); err != nil {
			t.Fatal(err)
		}
		got, err := readHello(wire.NewConn(&in))
		if err != nil {
			return
		}
		if utf8.RuneCountInString(got.Name) > maxName || len(got.Instance) != maxInstance || got.Port > maxPort || got.Port < 0 {
			t.Errorf("accepted %+v", got)
		}
		text, err := json.Marshal(got)
		var again hello
		if err != nil || json.Unmarshal(text, &again) != nil || again != got {
			t.Errorf("%s is %+v, was %+v", text, again, got)
		}
	})
}
