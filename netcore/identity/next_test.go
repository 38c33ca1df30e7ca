package identity

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// profileOf makes a profile folder with these files.
func profileOf(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func mustEncode(t testing.TB, id *Identity, statement *Rotation) []byte {
	t.Helper()
	text, err := encode(id, statement)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestStagedKeyIsThatOfTheNextStart(t *testing.T) {
	dir := t.TempDir()
	old, err := LoadOrCreate(dir)
	if err != nil {
		t.Fatal(err)
	}
	next := newIdentity(t)
	statement := NewRotation(old, next)
	for range 2 { // asked for twice before the restart
		if err := Stage(dir, next, &statement); err != nil {
			t.Fatal(err)
		}
	}
	if told, err := LoadRotation(dir); err != nil || told != nil {
		t.Errorf("before the restart there is a statement: %v, %v", told, err)
	}
	for range 2 { // the start after it, and the one after that
		id, err := LoadOrCreate(dir)
		if err != nil || id.ID() != next.ID() || id.Warning() != nil {
			t.Fatalf("started with %v, want %v: %v, %v", id, next.ID(), err, id.Warning())
		}
		told, err := LoadRotation(dir)
		if err != nil || told == nil {
			t.Fatalf("statement: %v, %v", told, err)
		}
		if from, to, err := told.IDs(); err != nil || from != old.ID() || to != next.ID() {
			t.Errorf("statement is of %v and %v: %v", from, to, err)
		}
	}
	if names := namesIn(t, dir); !slices.Equal(names, []string{keyFile}) {
		t.Errorf("the profile holds %v", names)
	}
	text, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil || bytes.Contains(text, mustEncode(t, old, nil)[30:90]) {
		t.Errorf("the old private key is still there: %v", err)
	}
}

func TestStagedImportHasNoStatement(t *testing.T) {
	first, second := newIdentity(t), newIdentity(t)
	statement := NewRotation(first, second)
	dir := profileOf(t, map[string][]byte{keyFile: mustEncode(t, second, &statement)})
	imported := newIdentity(t)
	if err := Stage(dir, imported, nil); err != nil {
		t.Fatal(err)
	}
	if id, err := LoadOrCreate(dir); err != nil || id.ID() != imported.ID() {
		t.Fatalf("started with %v, %v", id, err)
	}
	if told, err := LoadRotation(dir); err != nil || told != nil {
		t.Errorf("statement of another key: %v, %v", told, err)
	}
}

// Every state in which a kill can leave a profile.
func TestKilledWhileStagingOrPromoting(t *testing.T) {
	old, next := newIdentity(t), newIdentity(t)
	statement := NewRotation(old, next)
	present, staged := mustEncode(t, old, nil), mustEncode(t, next, &statement)
	for name, test := range map[string]struct {
		files map[string][]byte
		want  *Identity
	}{
		"before":                    {map[string][]byte{keyFile: present}, old},
		"staged file made":          {map[string][]byte{keyFile: present, nextFile + tempEnd: nil}, old},
		"staged file half written":  {map[string][]byte{keyFile: present, nextFile + tempEnd: staged[:70]}, old},
		"staged file written":       {map[string][]byte{keyFile: present, nextFile + tempEnd: staged}, old},
		"staged":                    {map[string][]byte{keyFile: present, nextFile: staged}, next},
		"staged again half written": {map[string][]byte{keyFile: present, nextFile: staged, nextFile + tempEnd: present[:9]}, next},
		"promoted":                  {map[string][]byte{keyFile: staged}, next},
		"imported before any key":   {map[string][]byte{nextFile: staged}, next},
		"first key half written":    {map[string][]byte{keyFile + tempEnd: present[:50]}, nil},
	} {
		dir := profileOf(t, test.files)
		id, err := LoadOrCreate(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if test.want != nil && id.ID() != test.want.ID() {
			t.Errorf("%s: started with %v, want %v", name, id.ID(), test.want.ID())
		}
		if again, err := LoadOrCreate(dir); err != nil || again.ID() != id.ID() {
			t.Errorf("%s: the start after that: %v", name, err)
		}
		if told, err := LoadRotation(dir); err != nil || (told != nil) != (test.want == next) {
			t.Errorf("%s: statement %v, %v", name, told, err)
		}
		if names := namesIn(t, dir); !slices.Equal(names, []string{keyFile}) {
			t.Errorf("%s: the profile holds %v", name, names)
		}
	}
}

func TestADamagedStagedKeyCostsNothing(t *testing.T) {
	present := mustEncode(t, newIdentity(t), nil)
	files := map[string][]byte{keyFile: present, nextFile: []byte("garbage")}
	dir := profileOf(t, files)
	if _, err := LoadOrCreate(dir); err == nil || !strings.Contains(err.Error(), nextFile) {
		t.Errorf("error does not name the file: %v", err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
}

func TestADamagedStatementDoesNotKeepAProfileShut(t *testing.T) {
	old, next, other := newIdentity(t), newIdentity(t), newIdentity(t)
	statement, foreign := NewRotation(old, next), NewRotation(old, other)
	statement.Signature[0] ^= 1
	for name, r := range map[string]*Rotation{"forged": &statement, "about another key": &foreign} {
		dir := profileOf(t, map[string][]byte{keyFile: mustEncode(t, next, r)})
		if id, err := LoadOrCreate(dir); err != nil || id.ID() != next.ID() {
			t.Errorf("%s: started with %v, %v", name, id, err)
		}
		if told, err := LoadRotation(dir); !errors.Is(err, ErrRotation) || told != nil {
			t.Errorf("%s: statement %v, %v", name, told, err)
		}
		if err := Stage(t.TempDir(), next, r); !errors.Is(err, ErrRotation) {
			t.Errorf("%s: staged: %v", name, err)
		}
	}
}

func TestRotationStatementThroughJSON(t *testing.T) {
	old, next := newIdentity(t), newIdentity(t)
	text, err := json.Marshal(NewRotation(old, next))
	if err != nil || len(text) > MaxRotation {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	r, err := ParseRotation(text)
	if err != nil {
		t.Fatal(err)
	}
	if from, to, err := r.IDs(); err != nil || from != old.ID() || to != next.ID() {
		t.Errorf("%v to %v: %v", from, to, err)
	}
}

func TestForgedRotationsAreRefused(t *testing.T) {
	old, next, thief := newIdentity(t), newIdentity(t), newIdentity(t)
	honest := NewRotation(old, next)
	backwards := NewRotation(next, old)
	for name, r := range map[string]Rotation{
		"empty":                   {},
		"no signature":            {Old: honest.Old, New: honest.New},
		"signed by another":       {Old: honest.Old, New: thief.Public(), Signature: thief.Sign(Rotation{Old: honest.Old, New: thief.Public()}.message())},
		"another new key":         {Old: honest.Old, New: thief.Public(), Signature: honest.Signature},
		"another old key":         {Old: thief.Public(), New: honest.New, Signature: honest.Signature},
		"turned round":            {Old: honest.New, New: honest.Old, Signature: honest.Signature},
		"signature of the other":  {Old: honest.Old, New: honest.New, Signature: backwards.Signature},
		"same key":                NewRotation(old, old),
		"signed without a label":  {Old: honest.Old, New: honest.New, Signature: old.Sign(slices.Concat(honest.Old, honest.New))},
		"keys cut elsewhere":      {Old: slices.Concat(honest.Old, honest.New[:1]), New: honest.New[1:], Signature: honest.Signature},
		"short keys":              {Old: honest.Old[:31], New: honest.New[:1], Signature: honest.Signature},
		"long signature":          {Old: honest.Old, New: honest.New, Signature: append(bytes.Clone(honest.Signature), 0)},
		"new key is nothing":      {Old: honest.Old, Signature: honest.Signature},
		"new key is a megabyte":   {Old: honest.Old, New: make(ed25519.PublicKey, 1<<20), Signature: honest.Signature},
		"signature is a megabyte": {Old: honest.Old, New: honest.New, Signature: make([]byte, 1<<20)},
	} {
		if err := r.Check(); !errors.Is(err, ErrRotation) {
			t.Errorf("%s: Check: %v", name, err)
		}
		if _, _, err := r.IDs(); !errors.Is(err, ErrRotation) {
			t.Errorf("%s: IDs: %v", name, err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseRotation(text); !errors.Is(err, ErrRotation) || got.Old != nil {
			t.Errorf("%s: ParseRotation: %v", name, err)
		}
	}
}

func TestMalformedRotationsAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "null", "[]", "{}", `{"old":1}`, `{"old":"%%%"}`, strings.Repeat("[", 1000),
		`{"old":"` + strings.Repeat("A", 2000) + `"}`,
	} {
		if _, err := ParseRotation([]byte(text)); !errors.Is(err, ErrRotation) {
			t.Errorf("ParseRotation(%.40q) = %v", text, err)
		}
	}
}

func FuzzParseRotation(f *testing.F) {
	one, err := Generate()
	if err != nil {
		f.Fatal(err)
	}
	two, err := Generate()
	if err != nil {
		f.Fatal(err)
	}
	honest, err := json.Marshal(NewRotation(one, two))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(honest), `{"old":"","new":"","signature":""}`, "null"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRotation(text)
		if err != nil {
			if !errors.Is(err, ErrRotation) {
				t.Errorf("error %v is not ErrRotation", err)
			}
			return
		}
		if old, next, err := r.IDs(); err != nil || old == next || !ed25519.Verify(r.Old, r.message(), r.Signature) {
			t.Errorf("accepted: %v, %v, %v", old, next, err)
		}
	})
}
