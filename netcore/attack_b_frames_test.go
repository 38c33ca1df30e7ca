package netcore_test

import (
	"encoding/binary"
	"io"
	"maps"
	"runtime"
	"strings"
	"testing"

	"lanyard/netcore/wire"
)

// lengths that no header may have.
func badLengths() map[string][]byte {
	prefix := func(n uint32, rest string) []byte { return append(binary.LittleEndian.AppendUint32(nil, n), rest...) }
	return map[string][]byte{
		"zero":            prefix(0, ""),
		"one":             prefix(1, "{"),
		"a byte over":     prefix(wire.MaxManifest+1, strings.Repeat(" ", 100)),
		"2 GiB":           prefix(1<<31-1, "{}"),
		"minus 2 GiB":     prefix(1<<31, "{}"),
		"4 GiB":           prefix(0xFFFFFFFF, "{}"),
		"big endian":      {0, 0, 0, 2, '{', '}'},
		"longer than is":  prefix(100, "{}"),
		"not an object":   frame(`["kind","text"]`, ""),
		"no JSON":         frame(`{kind: text}`, ""),
		"not UTF-8":       frame("{\"kind\":\"te\xffxt\"}", ""),
		"a NUL":           frame("{\"kind\":\"te\x00xt\"}", ""),
		"half a prefix":   {1, 0},
		"two objects":     frame(`{"kind":"x"}{"kind":"y"}`, ""),
		"an empty object": frame(`{}`, ""),
	}
}

func TestB01LengthPrefixes(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for name, data := range badLengths() {
		conn := secure(t, v.address(), newIdentity(t))
		_, _ = conn.Write(data)
		_ = conn.CloseWrite()
		if answer, _ := io.ReadAll(conn); strings.Contains(string(answer), `"kind":"hello"`) {
			t.Errorf("%s, as a hello: answered %q", name, answer)
		}
	}
	h := v.meet("mallory")
	for name, data := range badLengths() {
		for _, s := range []*stream{h.blank(), h.open("text", nil), h.open("seen", nil)} {
			s.send(data)
			_ = s.raw.Close()
			if answer := s.answer(); strings.Contains(answer, `"stored"`) {
				t.Errorf("%s, on a stream: answered %s", name, answer)
			}
			s.ends()
		}
	}
	if items := v.items(v.knows(h).ID); len(items) != 0 {
		t.Errorf("they became %+v", items)
	}
}

// Not parallel: it measures what is allocated.
func TestB02LengthOverTheCapBeforeAuthentication(t *testing.T) {
	v := newVictim(t)
	const tries = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range tries {
		conn := secure(t, v.address(), newIdentity(t))
		length := []uint32{8<<10 + 1, 64<<10 + 1, 1 << 30, 0xFFFFFFFF}[i%4]
		_, _ = conn.Write(binary.LittleEndian.AppendUint32(nil, length))
		if answer, _ := io.ReadAll(conn); strings.Contains(string(answer), `"kind":"hello"`) || len(answer) > 1<<10 {
			t.Errorf("a hello of %d bytes was answered %.200q", length, answer)
		}
		_ = conn.Close()
	}
	runtime.ReadMemStats(&after)
	// Both ends of a handshake cost some 200 KiB.
	if each := (after.TotalAlloc - before.TotalAlloc) / tries; each > costs<<20 {
		t.Errorf("%d bytes were allocated for each", each)
	}
}

func TestB07DuplicateKeysCasesAndDepth(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	id := func() string { return randomHex(16) }
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for name, one := range map[string]struct {
		header string
		stored bool
	}{
		"unknown keys":             {`{"kind":"text","id":"` + id() + `","body_size":4,"extra":[1,{"x":null}]}`, true},
		"the last kind counts":     {`{"kind":"text","id":"` + id() + `","body_size":4,"kind":"offer"}`, false},
		"a kind in capitals":       {`{"kind":"text","id":"` + id() + `","body_size":4,"KIND":"seen"}`, false},
		"a kind in disguise":       {`{"kind":"text","id":"` + id() + `","body_size":4,"\u006bind":"seen"}`, false},
		"a kind with Kelvin's k":   {`{"kind":"text","id":"` + id() + `","body_size":4,"` + "\u212a" + `ind":"seen"}`, false},
		"two sizes, the last less": {`{"kind":"text","id":"` + id() + `","body_size":40000,"Body_Size":4}`, true},
		"two sizes, the last over": {`{"kind":"text","id":"` + id() + `","body_size":4,"BODY_SIZE":40000}`, false},
		"two ids, the last bad":    {`{"kind":"text","id":"` + id() + `","ID":"../../x","body_size":4}`, false},
		"deep, within the limit":   {`{"kind":"text","id":"` + id() + `","body_size":4,"x":` + deep(14) + `}`, true},
		"too deep":                 {`{"kind":"text","id":"` + id() + `","body_size":4,"x":` + deep(17) + `}`, false},
		"a bomb of brackets":       {`{"kind":"text","id":"` + id() + `","body_size":4,"x":` + strings.Repeat("[", 7000) + `}`, false},
		"a bomb of objects":        {`{"kind":"text","id":"` + id() + `","body_size":4,"x":` + deep(1000) + `}`, false},
		"body_size null":           {`{"kind":"text","id":"` + id() + `","body_size":null}`, false},
	} {
		s := h.open("text", nil)
		s.send(frame(one.header, "good"))
		if answer := s.answer(); strings.Contains(answer, `"stored"`) != one.stored {
			t.Errorf("%s: answered %q", name, answer)
		}
		_ = s.raw.Close()
		s.ends()
	}
	for _, item := range v.items(v.knows(h).ID) {
		if item.Text != "good" {
			t.Errorf("shown as %q", item.Text)
		}
	}
}

func TestB08NumbersThatAreNone(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	for _, number := range []string{
		"-1", "1.5", "1e0", "1e400", "-0", "1E+2", `"1"`, "[1]", "true", "0x10", "01", "1_000", "NaN", "Infinity", "9223372036854775808",
		"-9223372036854775809", "18446744073709551616", strings.Repeat("9", 5000), "0." + strings.Repeat("0", 5000) + "1", "١",
	} {
		s := h.open("text", nil)
		s.send(frame(`{"kind":"text","id":"`+randomHex(16)+`","body_size":`+number+`}`, "x"))
		_ = s.raw.Close()
		if answer := s.answer(); strings.Contains(answer, `"stored"`) {
			t.Errorf("a body of %.40s bytes: %s", number, answer)
		}
		for _, field := range []string{"count", "bytes", "folders"} {
			o := h.blank()
			o.send(frame(`{"kind":"offer","id":"`+randomHex(16)+`","name":"x","`+field+`":`+number+`,"roots":[{"name":"x","size":`+number+`}]}`, ""))
			if answer := o.answer(); strings.Contains(answer, `"offered"`) {
				t.Errorf("an offer with %s of %.40s was shown: %s", field, number, answer)
			}
			_ = o.raw.Close()
		}
		conn := secure(t, v.address(), newIdentity(t))
		_, _ = conn.Write(frame(`{"kind":"hello","version":1,"oldest":1,"name":"x","instance":"0123456789abcdef","purpose":"control","port":`+number+`1}`, ""))
		_ = conn.CloseWrite()
		if answer, _ := io.ReadAll(conn); strings.Contains(string(answer), `"kind":"hello"`) {
			t.Errorf("a port of %.40s1 was taken", number)
		}
	}
	if items := v.items(v.knows(h).ID); len(items) != 0 {
		t.Errorf("they became %+v", items)
	}
}

func TestB09OneByteAtATime(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	s := h.open("text", nil)
	for _, b := range text(randomHex(16), "slow but honest") {
		s.send([]byte{b})
	}
	s.wantAnswer("a text in small pieces", `"stored"`)
	if items := v.items(v.knows(h).ID); len(items) != 1 || items[0].Text != "slow but honest" {
		t.Errorf("shown: %+v", items)
	}
}

func TestB10FramesGluedTogether(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	s := h.blank()
	s.send(append(append(encode("text", nil, ""), text(randomHex(16), "one")...), text(randomHex(16), "two")...))
	s.wantAnswer("the first", `"stored"`)
	s.wantAnswer("the second", `"stored"`)
	// A second hello, and a text, behind the first one before it is answered.
	conn := secure(t, v.address(), newIdentity(t))
	greeting := encode("hello", hello(), "")
	_, _ = conn.Write(append(append(greeting, greeting...), text(randomHex(16), "smuggled")...))
	_, _ = io.Copy(io.Discard, conn)
	if items := v.items(v.knows(h).ID); len(items) != 2 {
		t.Errorf("shown: %+v", items)
	}
	for _, person := range v.people() {
		if strings.Contains(person.Last.Text, "smuggled") {
			t.Errorf("shown: %+v", person)
		}
	}
}

func TestB15UnknownVersionsAndKinds(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for _, one := range []struct {
		change fields
		word   string
	}{
		{fields{"version": 99, "oldest": 99}, `"version"`},
		{fields{"version": 0, "oldest": 0}, `"version"`},
		{fields{"version": -1}, `"version"`},
		{fields{"version": "1"}, `"malformed"`},
		{fields{"purpose": "root"}, `"malformed"`},
		{fields{"purpose": nil}, `"malformed"`},
		{fields{"instance": 7}, `"malformed"`},
		{fields{"instance": "../../../../../x"}, `"malformed"`},
	} {
		says := hello()
		maps.Copy(says, one.change)
		conn := secure(t, v.address(), newIdentity(t))
		_, _ = conn.Write(encode("hello", says, ""))
		if answer, _ := io.ReadAll(conn); !strings.Contains(string(answer), one.word) {
			t.Errorf("a hello with %v: answered %q", one.change, answer)
		}
	}
	if people := v.people(); len(people) != 0 {
		t.Errorf("they became people: %+v", people)
	}
	h := v.meet("mallory")
	for _, kind := range []string{"surprise", "hello", "stored", "error", "dialed", "TEXT", "../text", "\u0000", strings.Repeat("k", 32)} {
		h.open(kind, nil).wantAnswer("a stream of kind "+kind, `"unknown-kind"`)
	}
	s := h.open(strings.Repeat("k", 33), nil)
	s.ends()
}
