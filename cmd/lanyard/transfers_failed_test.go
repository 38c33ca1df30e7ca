//go:build e2e && linux

package main_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// unprivileged has the person's programs run without root's right to read what
// nobody may.
func (u *user) unprivileged() *user {
	u.t.Helper()
	needTools(u.t, "setpriv")
	u.foreign = func(args ...string) *exec.Cmd {
		return u.host.command(u.env(), append([]string{"setpriv", "--bounding-set=-all", "--inh-caps=-all", program(u.t, "lanyard-cli")}, args...)...)
	}
	return u
}

// TestBadFilesStopNoOther sends a folder in which a file may not be read and
// another one vanishes: all else arrives, those two are named, and come when
// they are asked for again once they can.
func TestBadFilesStopNoOther(t *testing.T) {
	net := newLAN(t)
	alice := newUser(t, net.host(), "alice").unprivileged().serve()
	b := newUser(t, net.host(), "bob")
	bob := b.serveRaw("--save", b.save)
	alice.waitSees(bob.id, 10*time.Second)
	source := filepath.Join(alice.home, "src")
	writeSmall(t, source, 40)
	locked, gone := filepath.Join(source, "locked.bin"), filepath.Join(source, "gone.txt")
	writeBig(t, locked, 3*mib, 41)
	writeFile(t, gone, "was here")
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}

	send := alice.begin("send", "--json", bob.id, source)
	key := bob.offer(0)
	if err := os.Rename(gone, gone+".away"); err != nil {
		t.Fatal(err)
	}
	bob.do("accept", fmt.Sprint(key))
	r := result{code: send.wait(t, 30*time.Second), stderr: send.stderr.String()}
	refused(t, r, 1, "locked.bin")
	refused(t, r, 1, "gone.txt")
	for name, reason := range map[string]string{"locked.bin": "no-permission", "gone.txt": "vanished"} {
		for side, said := range map[string]string{"alice": send.out.String(), "bob": bob.raw.String()} {
			if got := reasonOf(said, name); got != reason {
				t.Errorf("%s says of %s %q, not %q", side, name, got, reason)
			}
		}
		if _, err := os.Lstat(filepath.Join(bob.save, "src", name)); err == nil {
			t.Errorf("%s is there", name)
		}
	}

	if err := errors.Join(os.Chmod(locked, 0o644), os.Rename(gone+".away", gone)); err != nil {
		t.Fatal(err)
	}
	bob.do("retry", fmt.Sprint(key))
	sameTrees(t, source, filepath.Join(bob.save, "src"))
	holdsOnly(t, bob.save, "src")
}
