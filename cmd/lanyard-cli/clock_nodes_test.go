package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

func TestClocksBetweenTwoPrograms(t *testing.T) {
	alice, bob := newPerson(t, "alice"), newPerson(t, "bob").serve()
	alice.cli(control.ExitRefused, "clock", bob.address) // a stranger there
	text := strings.TrimSpace(bob.cli(0, "pair-string"))
	alice.cli(0, "verify", "--string", text)

	out := alice.cli(0, "clock", "bob", "--samples", "2", "--json")
	var l control.Clock
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		t.Fatal(err)
	}
	if l.Person != "bob" || l.ID != bob.id() || l.Samples != 2 || l.Offset > l.Bound || -l.Offset > l.Bound || l.Verdict != "good" {
		t.Errorf("got %s", out)
	}
	form := regexp.MustCompile(`^bob  \d{4}年\d\d时  .* ± [0-9.]+ ms  round trip [0-9.]+ ms\n$`)
	if out := alice.cli(0, "clock", "bob", "--format", "%Y年%H时"); !form.MatchString(out) {
		t.Errorf("got %q", out)
	}
	bob.cli(0, "allow", "alice", "clock=off")
	alice.cli(control.ExitRefused, "clock", "bob")
	alice.cli(control.ExitUnreachable, "clock", "127.0.0.1:1")
}
