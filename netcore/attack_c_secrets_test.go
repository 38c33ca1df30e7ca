package netcore_test

import (
	"bytes"
	"encoding/pem"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// key is the victim's own, as a thief of its profile would have it.
func (v *victim) key() *identity.Identity {
	v.t.Helper()
	id, err := identity.LoadOrCreate(v.profile())
	if err != nil || id.ID() != v.Self().ID {
		v.t.Fatalf("reading the victim's key: %v", err)
	}
	return id
}

// portOf is the port of a host:port.
func portOf(t *testing.T, address string) int {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	number, _ := strconv.Atoi(port)
	return number
}

// secrets are the forms in which the victim's key could leak.
func (v *victim) secrets() map[string][]byte {
	v.t.Helper()
	raw, err := os.ReadFile(filepath.Join(v.profile(), "identity.pem"))
	if err != nil {
		v.t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		v.t.Fatal("the key file has no PEM block")
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	seed := block.Bytes[len(block.Bytes)-32:]
	return map[string][]byte{
		"the PEM text": []byte(lines[1][:40]), "the seed": seed, "the seed in hex": []byte(strings.ToLower(hexOf(seed))),
	}
}

func hexOf(raw []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(raw))
	for _, b := range raw {
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}

// leaksNowhere looks for secrets in the log and in every file of the profile
// but those that are there to hold them.
func (v *victim) leaksNowhere(secrets map[string][]byte, holders ...string) {
	v.t.Helper()
	for name, secret := range secrets {
		if bytes.Contains([]byte(v.log.String()), secret) {
			v.t.Errorf("%s is in the log", name)
		}
	}
	err := filepath.WalkDir(v.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		for name, secret := range secrets {
			allowed := false
			for _, holder := range holders {
				allowed = allowed || strings.HasPrefix(d.Name(), holder)
			}
			if bytes.Contains(content, secret) && !allowed {
				v.t.Errorf("%s is in %s", name, path)
			}
		}
		return err
	})
	if err != nil {
		v.t.Error(err)
	}
}

func TestC12TheKeyIsNowhereButInItsFile(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	h.say("who are you?")
	h.give(v, present("d/x"))
	h.open("surprise", nil).ends()
	for _, config := range badTLS(t) {
		v.knock(config)
	}
	v.leaksNowhere(v.secrets(), "identity.pem")
}

// TestC14ProfileIsForItsUserAlone asks for the modes of everything in a
// profile, in a folder that was open to all before.
func TestC14ProfileIsForItsUserAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no modes: a profile is in the user's own folder")
	}
	v := newVictim(t)
	v.meet("mallory").say("some text")
	v.modes()
	open := filepath.Join(t.TempDir(), "open to all")
	if err := os.Mkdir(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil { // whatever the umask
		t.Fatal(err)
	}
	node := openNode(t, open, "careless", nil)
	private(t, open)
	if err := node.Close(); err != nil {
		t.Error(err)
	}
	private(t, open)
}

func (v *victim) modes() { private(v.t, v.profile()) }

// private fails if a file below a folder can be read by others.
func private(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestC14ACopiedProfileOnTwoPCs has two programs with one key at once.
func TestC14ACopiedProfileOnTwoPCs(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	id := newIdentity(t)
	for i := range 6 {
		h, err := enter(t, v.address(), id, hello())
		if err != nil {
			t.Fatalf("copy %d: %v", i, err)
		}
		if answer := h.say("copy " + strconv.Itoa(i)); !strings.Contains(answer, "stored") {
			t.Errorf("copy %d was answered %q", i, answer)
		}
	}
	if people := v.people(); len(people) != 1 || len(v.items(people[0].ID)) != 6 {
		t.Errorf("listed are %+v", people)
	}
}

// TestC18TruncationIsNotTheEnd cuts the connection below TLS in the middle of a
// file and of a text.
func TestC18TruncationIsNotTheEnd(t *testing.T) {
	t.Parallel()
	for _, bulk := range []bool{false, true} {
		v := newVictim(t)
		says, id := hello(), newIdentity(t)
		h, err := enter(t, v.address(), id, says)
		if err != nil {
			t.Fatal(err)
		}
		g := one(2 << 20)
		g.offer["id"] = randomHex(16)
		transfer, _ := v.takes(h, g.offer)
		cut := h.conn.NetConn()
		data := func(frames ...[]byte) { h.open("data", fields{"id": g.id()}).send(frames...) }
		if bulk {
			says["purpose"] = "bulk"
			conn := secure(t, v.address(), id)
			_, _ = conn.Write(encode("hello", says, ""))
			cut = conn.NetConn()
			data = func(frames ...[]byte) {
				for _, one := range append([][]byte{encode("data", fields{"id": g.id()}, "")}, frames...) {
					_, _ = conn.Write(one)
				}
			}
		}
		frames := g.file(0)
		data(listed(strconv.Itoa(2<<20)), frames[0], frames[1])
		texts := h.open("text", nil)
		texts.send(text(randomHex(16), "a text that is cut off")[:60])
		until(t, "half of the file arrives", func() bool {
			now, err := v.Transfer(t.Context(), transfer.Key)
			return err == nil && now.DoneBytes >= 1<<20
		})
		_ = cut.(*net.TCPConn).CloseWrite() // a FIN, without close_notify
		_ = cut.Close()
		_ = h.conn.NetConn().Close()
		until(t, "the link is gone", func() bool { return !v.knows(h).Online })
		if now, err := v.Transfer(t.Context(), transfer.Key); err != nil || now.State != netcore.StateRunning || now.Done != 0 {
			t.Errorf("half a file, bulk %v: %+v, %v", bulk, now, err)
		}
		for _, item := range v.items(v.knows(h).ID) {
			if item.Kind == netcore.KindText {
				t.Errorf("half a text was taken: %+v", item)
			}
		}
		if err := v.Cancel(t.Context(), transfer.Key); err != nil {
			t.Error(err)
		}
		v.savedNothing("half a file")
	}
}
