package identity

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// quickWork keeps scrypt short where the passphrase is not what is tested.
const quickWork = 2

const goodPassphrase = "石破天惊 a passphrase"

func mustExport(t testing.TB, id *Identity, passphrase string) []byte {
	t.Helper()
	data, err := export(id, passphrase, quickWork)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestExportAndImport(t *testing.T) {
	if testing.Short() {
		t.Skip("two seconds of scrypt")
	}
	id := newIdentity(t)
	data, err := Export(id, goodPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, []byte(armor.Header)) || len(data) > 1<<10 {
		t.Errorf("exported %d bytes: %.60q", len(data), data)
	}
	back, err := Import(data, goodPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	if back.ID() != id.ID() || !back.key.Equal(id.key) {
		t.Errorf("%v came back as %v", id.ID(), back.ID())
	}
}

func TestExportedTwiceLooksDifferent(t *testing.T) {
	id := newIdentity(t)
	if bytes.Equal(mustExport(t, id, goodPassphrase), mustExport(t, id, goodPassphrase)) {
		t.Error("the same text twice: no salt")
	}
}

func TestImportTakesWhatEditorsAndMailDoToText(t *testing.T) {
	id := newIdentity(t)
	data := mustExport(t, id, goodPassphrase)
	for name, text := range map[string][]byte{
		"CRLF":   bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
		"blanks": append([]byte("\n \n"), append(data, "\n\n"...)...),
	} {
		if back, err := importKey(text, goodPassphrase, quickWork); err != nil || back.ID() != id.ID() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPassphrasesThatCannotBeUsed(t *testing.T) {
	id := newIdentity(t)
	data := mustExport(t, id, "八个汉字就够用了")
	for _, passphrase := range []string{"", "short", "1234567", "七个汉字还不够", strings.Repeat("x", maxPassphrase+1)} {
		if out, err := Export(id, passphrase); !errors.Is(err, ErrPassphrase) || out != nil {
			t.Errorf("Export with %.20q: %v", passphrase, err)
		}
		if _, err := Import(data, passphrase); !errors.Is(err, ErrPassphrase) || errors.Is(err, ErrBackup) {
			t.Errorf("Import with %.20q: %v", passphrase, err)
		}
	}
	if _, err := importKey(data, "another passphrase", quickWork); !errors.Is(err, ErrPassphrase) || errors.Is(err, ErrBackup) {
		t.Errorf("wrong passphrase: %v", err)
	}
	if _, err := importKey(data, "八个汉字就够用了", quickWork); err != nil {
		t.Errorf("right passphrase: %v", err)
	}
}

func TestImportRefusesWhatExportDidNotWrite(t *testing.T) {
	id := newIdentity(t)
	plain, err := encode(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(text string) []byte {
		data, err := seal([]byte(text), goodPassphrase, quickWork)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	data := mustExport(t, id, goodPassphrase)
	slow, err := export(id, goodPassphrase, quickWork+1)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing":              nil,
		"noise":                []byte("\x00\xff\x1b[2J" + strings.Repeat("noise", 1000)),
		"a bare key":           plain,
		"cut":                  data[:len(data)*2/3],
		"text behind":          append(bytes.Clone(data), "more"...),
		"too large":            append(bytes.Clone(data), bytes.Repeat([]byte(" "), MaxBackup)...),
		"too much work":        slow,
		"for another key":      forX25519(t, plain),
		"no key inside":        sealed("hello"),
		"empty inside":         sealed(""),
		"two keys inside":      sealed(string(plain) + string(plain)),
		"a certificate inside": sealed(strings.ReplaceAll(string(plain), pemType, "CERTIFICATE")),
		"large inside":         sealed(strings.Repeat("x", 100<<10)),
	} {
		back, err := importKey(data, goodPassphrase, quickWork)
		if !errors.Is(err, ErrBackup) || errors.Is(err, ErrPassphrase) || back != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\x00\x1b\n") {
			t.Errorf("%s: error quotes the file: %q", name, err)
		}
	}
}

// A file that asks for more work than Export uses is refused before any of it.
func TestImportRefusesHostileWorkAtOnce(t *testing.T) {
	data := mustExport(t, newIdentity(t), goodPassphrase)
	var text bytes.Buffer
	if _, err := text.ReadFrom(armor.NewReader(bytes.NewReader(data))); err != nil {
		t.Fatal(err)
	}
	for _, work := range []string{"19", "30", "99999999999999999999"} {
		head, rest, _ := bytes.Cut(text.Bytes(), []byte(" 2\n"))
		var hostile bytes.Buffer
		armored := armor.NewWriter(&hostile)
		armored.Write(append(append(bytes.Clone(head), " "+work+"\n"...), rest...))
		armored.Close()
		if _, err := Import(hostile.Bytes(), goodPassphrase); !errors.Is(err, ErrBackup) || !strings.Contains(err.Error(), "work factor") {
			t.Errorf("work factor %s: %v", work, err)
		}
	}
}

// A flipped bit is noticed wherever it is.
func TestImportNoticesEveryChange(t *testing.T) {
	data := mustExport(t, newIdentity(t), goodPassphrase)
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if back, err := importKey(changed, goodPassphrase, quickWork); err == nil {
			t.Fatalf("byte %d of %d changed, and %v came out", i, len(data), back.ID())
		}
	}
}

func forX25519(t *testing.T, text []byte) []byte {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer
	armored := armor.NewWriter(&data)
	sealed, err := age.Encrypt(armored, key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sealed.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sealed.Close(), armored.Close()); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func FuzzImport(f *testing.F) {
	id, err := Generate()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(mustExport(f, id, goodPassphrase))
	f.Add([]byte(armor.Header + "\n" + armor.Footer + "\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := importKey(data, goodPassphrase, quickWork)
		if err != nil && !errors.Is(err, ErrBackup) && !errors.Is(err, ErrPassphrase) {
			t.Errorf("error %v is neither", err)
		}
	})
}
