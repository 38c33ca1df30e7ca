//go:build (e2e || bench) && linux

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// trusts makes two copies verified, and lets the other do something here.
func (s *served) trusts(other *served, rights ...string) {
	s.t.Helper()
	other.do("verify", "--string", strings.TrimSpace(s.do("pair-string").stdout))
	s.do(append([]string{"allow", other.id}, rights...)...)
}

// runs are the commands that a copy knows of, the newest last.
func (u *user) runs() []line {
	u.t.Helper()
	return u.do("runs", "--last", "100", "--json").lines
}

// newestRun names the newest command that a copy knows of.
func (u *user) newestRun() string {
	u.t.Helper()
	runs := u.runs()
	if len(runs) == 0 {
		u.t.Fatalf("%s knows of no command", u.name)
	}
	return fmt.Sprint(runs[len(runs)-1].Run)
}

// alive are the process IDs on the host whose command line has this in it.
func (h *host) alive(part string) []string {
	h.t.Helper()
	out, err := exec.Command("ip", "netns", "pids", h.space).Output()
	if err != nil {
		h.t.Fatal(err)
	}
	var found []string
	for pid := range strings.FieldsSeq(string(out)) {
		line, err := os.ReadFile("/proc/" + pid + "/cmdline") // empty for what is dead and not reaped
		if err == nil && strings.Contains(strings.ReplaceAll(string(line), "\x00", " "), part) {
			found = append(found, pid)
		}
	}
	return found
}
