package identity

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func somePairString() PairString {
	return PairString{
		Addresses: []string{"127.0.0.1:9527", "[::1]:9527", "desk-3.lan:65535"},
		Device:    DeviceID{1, 2, 3},
		Secret:    [pairSecret]byte{0xff, 15: 0xff},
	}
}

func same(a, b PairString) bool {
	return slices.Equal(a.Addresses, b.Addresses) && a.Device == b.Device && a.Secret == b.Secret
}

func TestPairStringIsRead(t *testing.T) {
	p := somePairString()
	text := p.String()
	if strings.ContainsAny(text, " \n\t") || !strings.HasPrefix(text, "lanyard:127.0.0.1:9527,") {
		t.Errorf("text form is %q", text)
	}
	for _, pasted := range []string{
		text, "  " + text + "\r\n", "\ufeff" + text + "\u200b\u00a0", strings.ToUpper(text[:8]) + text[8:],
		strings.ToLower(text), strings.Replace(text, p.Device.String(), p.Device.Compact(), 1),
	} {
		if got, err := ParsePairString(pasted); err != nil || !same(got, p) {
			t.Errorf("ParsePairString(%q) = %#v, %v", pasted, got, err)
		}
	}
}

func TestBadPairStringsAreRefused(t *testing.T) {
	good := somePairString()
	device, secret := good.Device.String(), strings.Repeat("A", 26)
	of := func(address string) string { return "lanyard:" + address + "/" + device + "/" + secret }
	if _, err := ParsePairString(of("h:1")); err != nil {
		t.Fatalf("the one that is changed below: %v", err)
	}
	for name, text := range map[string]string{
		"empty":                  "",
		"another scheme":         strings.Replace(of("h:1"), "lanyard", "http", 1),
		"no scheme":              strings.TrimPrefix(of("h:1"), "lanyard:"),
		"a word behind it":       strings.Replace(of("h:1"), "lanyard", "lanyards", 1),
		"no address":             of(""),
		"an empty address":       of("h:1,"),
		"no port":                of("h"),
		"an empty port":          of("h:"),
		"port 0":                 of("h:0"),
		"port too large":         of("h:65536"),
		"a port in words":        of("h:http"),
		"a signed port":          of("h:+1"),
		"no host":                of(":1"),
		"a zone":                 of("[fe80::1%eth0]:1"),
		"an IPv6 without []":     of("::1:1"),
		"a broken IPv4":          of("256.0.0.1:1"),
		"a short IPv4":           of("127.1:1"),
		"a host of a number":     of("2130706433:1"),
		"a host with a user":     of("me@h:1"),
		"a host with a space":    of("h h:1"),
		"a host with a dash end": of("h-:1"),
		"a host with no label":   of("h..h:1"),
		"a long label":           of(strings.Repeat("h", 64) + ":1"),
		"a host with NUL":        of("h\x00:1"),
		"a host in Chinese":      of("邻传:1"),
		"17 addresses":           of(strings.Repeat("h:1,", 16) + "h:1"),
		"over 2 KiB":             of("h:1") + strings.Repeat(" ", maxPairText),
		"one part more":          of("h:1") + "/",
		"a damaged device ID":    "lanyard:h:1/" + device[1:] + "A/" + secret,
		"a blank in the ID":      "lanyard:h:1/" + strings.ReplaceAll(device, "-", " ") + "/" + secret,
		"no device ID":           "lanyard:h:1//" + secret,
		"no secret":              "lanyard:h:1/" + device + "/",
		"a short secret":         of("h:1")[:len(of("h:1"))-1],
		"a long secret":          of("h:1") + "A",
		"a secret of digits":     "lanyard:h:1/" + device + "/" + strings.Repeat("1", 26),
		"spare bits set":         "lanyard:h:1/" + device + "/" + strings.Repeat("A", 25) + "B",
		"a line end inside":      strings.Replace(of("h:1"), "/", "/\n", 1),
	} {
		if got, err := ParsePairString(text); !errors.Is(err, ErrPairString) || got.Addresses != nil {
			t.Errorf("%s: %#v, %v", name, got, err)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error tells the secret: %v", name, err)
		}
	}
}

func TestAPairStringOfALaterVersionIsCalledThat(t *testing.T) {
	for _, text := range []string{"lanyard2:whatever it is", " LANYARD10:/", "lanyard2:"} {
		if _, err := ParsePairString(text); !errors.Is(err, ErrPairVersion) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestThePairSecretStaysOutOfLogs(t *testing.T) {
	p := somePairString()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "string", p)
	_, secret, _ := strings.Cut(strings.TrimPrefix(p.String(), "lanyard:"), p.Device.String()+"/")
	for _, text := range []string{log.String(), fmt.Sprintf("%#v", p)} {
		if strings.Contains(text, secret) || !strings.Contains(text, p.Device.String()) {
			t.Errorf("logged as %s", text)
		}
	}
}

func FuzzParsePairString(f *testing.F) {
	f.Add(somePairString().String())
	f.Add("lanyard2:x")
	f.Add("lanyard:[::ffff:1.2.3.4]:1/" + DeviceID{}.Compact() + "/" + strings.Repeat("a", 26) + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePairString(text)
		if err != nil {
			return
		}
		if len(p.Addresses) == 0 || len(p.Addresses) > maxPairPlaces {
			t.Errorf("%q has %d addresses", text, len(p.Addresses))
		}
		if again, err := ParsePairString(p.String()); err != nil || !same(again, p) {
			t.Errorf("%q was read as %#v; its text form as %#v, %v", text, p, again, err)
		}
	})
}
