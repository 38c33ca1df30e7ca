package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

// verifying is a verify command of the whole program under way.
type verifying struct {
	*stage
	typed *io.PipeWriter
	ended chan int
}

// verify begins to compare digits, with --json.
func (u person) verify(whom string) *verifying {
	u.t.Helper()
	s, global := u.program()
	in, typed := io.Pipe()
	s.in = in
	v := &verifying{s, typed, make(chan int, 1)}
	ctx, stop := context.WithCancel(context.Background())
	u.t.Cleanup(func() { stop(); typed.Close() })
	go func() { v.ended <- s.run(ctx, append(global, "verify", whom, "--json")) }()
	return v
}

// code waits for the digits.
func (v *verifying) code(t *testing.T) string {
	t.Helper()
	shown(t, &v.out, "\n")
	var l line
	first, _, _ := strings.Cut(v.out.String(), "\n")
	if err := json.Unmarshal([]byte(first), &l); err != nil || l.Event != control.EventCode || len(l.Code) != 6 {
		t.Fatalf("first line %s, %v", first, err)
	}
	return l.Code
}

// say types an answer.
func (v *verifying) say(t *testing.T, answer string) {
	t.Helper()
	if _, err := io.WriteString(v.typed, answer+"\n"); err != nil {
		t.Fatal(err)
	}
}

// trust is what people says of the only one it knows.
func (u person) trust() string {
	u.t.Helper()
	var l line
	if err := json.Unmarshal([]byte(u.cli(0, "people", "--json")), &l); err != nil {
		u.t.Fatal(err)
	}
	return l.Trust
}

// id is a person's device ID.
func (u person) id() string {
	u.t.Helper()
	var l line
	if err := json.Unmarshal([]byte(u.cli(0, "id", "--json")), &l); err != nil {
		u.t.Fatal(err)
	}
	return l.ID
}

func TestTwoPeopleCompareDigits(t *testing.T) {
	bob := newPerson(t, "bob").serve()
	alice := newPerson(t, "alice").serve()
	here := alice.verify(bob.address)
	bob.wait(control.EventVerifyRequest, 1)
	there := bob.verify("alice")
	if a, b := here.code(t), there.code(t); a != b {
		t.Errorf("digits %s and %s", a, b)
	}
	here.say(t, "yes")
	there.say(t, "yes")
	for _, v := range []*verifying{here, there} {
		if code := <-v.ended; code != 0 || !strings.Contains(v.out.String(), `{"event":"verified",`) {
			t.Errorf("exit %d, %s%s", code, v.out.String(), v.err.String())
		}
	}
	if by := alice.wait(control.EventVerified, 1).By + bob.wait(control.EventVerified, 1).By; by != "codecode" {
		t.Errorf("verified by %s", by)
	}
	if trust := alice.trust() + bob.trust(); trust != "verifiedverified" {
		t.Errorf("trust: %s", trust)
	}

	if said := alice.cli(0, "allow", "bob", "files=auto:5MB", "--json"); !strings.Contains(said, `"files":"auto","files_cap":5000000,"commands":"off","clock":"on"`) {
		t.Errorf("allow: %s", said)
	}
	if said := alice.cli(0, "audit", "--json"); !strings.Contains(said, `"what":"permissions"`) || !strings.Contains(said, `"what":"verify"`) {
		t.Errorf("audit: %s", said)
	}
	alice.cli(0, "unverify", "bob")
	alice.cli(control.ExitRefused, "allow", "bob", "clock=on")
	if trust := alice.trust(); trust != "stranger" {
		t.Errorf("unverified: %s", trust)
	}
	alice.cli(0, "block", "bob")
	alice.cli(control.ExitRefused, "verify", "bob")
	alice.cli(0, "unblock", "bob")
	if trust := alice.trust(); trust != "stranger" {
		t.Errorf("unblocked: %s", trust)
	}
}

func TestDigitsThatDifferVerifyNobody(t *testing.T) {
	bob := newPerson(t, "bob").serve()
	alice := newPerson(t, "alice").serve()
	here := alice.verify(bob.address)
	bob.wait(control.EventVerifyRequest, 1)
	there := bob.verify("alice")
	here.code(t)
	there.code(t)
	here.say(t, "no")
	there.say(t, "yes")
	if code := <-here.ended; code != control.ExitRefused || !strings.Contains(here.err.String(), "NOT verified") {
		t.Errorf("here: exit %d, %s", code, here.err.String())
	}
	if code := <-there.ended; code != control.ExitRefused || !strings.Contains(there.err.String(), "WARNING: alice sees OTHER digits") {
		t.Errorf("there: exit %d, %s", code, there.err.String())
	}
	if trust := alice.trust() + bob.trust(); trust != "strangerstranger" {
		t.Errorf("trust: %s", trust)
	}
}

func TestPairingStringBetweenTwoPrograms(t *testing.T) {
	bob := newPerson(t, "bob").serve()
	alice := newPerson(t, "alice")
	alice.cli(control.ExitFailed, "pair-string") // no copy runs
	text := strings.TrimSpace(bob.cli(0, "pair-string"))
	if !strings.Contains(text, bob.address) || strings.ContainsAny(text, " \n") {
		t.Errorf("the string: %q", text)
	}
	s, global := alice.program()
	s.in = strings.NewReader(text + "\n")
	if code := s.run(t.Context(), append(global, "verify", "--string", "-", "--json")); code != 0 {
		t.Fatalf("exit %d: %s", code, s.err.String())
	}
	if got := bob.wait(control.EventVerified, 1); got.By != "string" || got.Person != "alice" {
		t.Errorf("the maker is told %+v", got)
	}
	if trust := alice.trust() + bob.trust(); trust != "verifiedverified" {
		t.Errorf("trust: %s", trust)
	}
	eve := newPerson(t, "eve")
	eve.cli(control.ExitRefused, "verify", "--string", text) // it works once
	fresh := strings.TrimSpace(bob.cli(0, "pair-string"))
	last := "A"
	if strings.HasSuffix(fresh, last) {
		last = "E" // the last character holds three bits
	}
	eve.cli(control.ExitRefused, "verify", "--string", fresh[:len(fresh)-1]+last)
	eve.cli(control.ExitRefused, "verify", "--string", text[:len(text)/2])
}

func TestVerifyByIDBetweenTwoPrograms(t *testing.T) {
	bob := newPerson(t, "bob").serve()
	alice := newPerson(t, "alice")
	alice.cli(control.ExitRefused, "verify", bob.address, "--id", alice.id())
	alice.cli(0, "verify", bob.address, "--id", bob.id())
	if trust := alice.trust(); trust != "verified" {
		t.Errorf("trust: %s", trust)
	}
}

func TestIdentityAndPasswordWithAndWithoutACopy(t *testing.T) {
	alice, bob := newPerson(t, "alice"), newPerson(t, "bob")
	file := filepath.Join(t.TempDir(), "alice.key")
	withInput := func(u person, code int, in string, args ...string) string {
		t.Helper()
		s, global := u.program()
		s.in = strings.NewReader(in)
		if got := s.run(t.Context(), append(global, args...)); got != code {
			t.Fatalf("%q: exit %d, %s%s", args, got, s.out.String(), s.err.String())
		}
		return s.out.String()
	}
	withInput(alice, control.ExitRefused, "short\n", "identity", "export", file)
	withInput(alice, 0, "correct horse\n", "identity", "export", file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	withInput(alice, control.ExitFailed, "correct horse\n", "identity", "export", file) // never over something
	withInput(bob, control.ExitRefused, "wrong horse\n", "identity", "import", file)
	withInput(bob, control.ExitFailed, "correct horse\n", "identity", "import", file+"x")
	withInput(bob, 0, "correct horse\n", "identity", "import", file)
	if bob.id() != alice.id() {
		t.Error("the import took no effect at the next start")
	}

	served := alice.serve()
	before := served.id()
	if served.cli(0, "identity", "rotate"); served.id() != before {
		t.Error("the key changed under a running copy")
	}
	password := strings.TrimSpace(served.cli(0, "password", "new"))
	if shown := served.cli(0, "password", "show"); strings.TrimSpace(shown) != password {
		t.Errorf("new %q, then shown %q", password, shown)
	}
	withInput(bob, 0, strings.ToLower(password)+"\n", "password", "set")
	withInput(bob, control.ExitRefused, "hunter2\n", "password", "set")
	if said := bob.cli(0, "password", "--json"); said != `{"set":true}`+"\n" {
		t.Errorf("bob: %s", said)
	}
	bob.cli(0, "password", "off")
	bob.cli(control.ExitFailed, "password", "show")
	if said := bob.cli(0, "settings", "invisible=on", "stranger-files=off", "--json"); !strings.HasPrefix(said, `{"stranger_texts":"on","stranger_files":"off","invisible":"on","send_limit":0,`) {
		t.Errorf("settings: %s", said)
	}
	if said := bob.cli(0, "settings"); !strings.HasPrefix(said, "stranger-texts=on\nstranger-files=off\ninvisible=on\nsend-limit=off\n") {
		t.Errorf("settings again: %s", said)
	}
}
