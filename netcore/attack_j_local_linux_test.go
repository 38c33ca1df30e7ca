package netcore_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// nobody is a user that is not root.
const nobody = 65534

// beStranger tries, as another user, all that is in a profile.
func beStranger(*testing.T) {
	profile := os.Getenv(profileVariable)
	got := map[string]string{}
	for _, name := range []string{"", "run", "identity.pem", "lanyard.db", "lanyard.db-wal", "lanyard.db-shm", "lock"} {
		path := filepath.Join(profile, name)
		if content, err := os.ReadFile(path); err == nil {
			got[name] = fmt.Sprintf("read %d bytes", len(content))
		} else if list, err := os.ReadDir(path); err == nil {
			got[name] = fmt.Sprintf("listed %d", len(list))
		}
		if file, err := os.OpenFile(filepath.Join(path, "planted"), os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
			_ = file.Close()
			got[name] += " planted a file"
		}
	}
	if conn, err := net.Dial("unix", filepath.Join(profile, "run", "control.sock")); err == nil {
		_ = conn.SetDeadline(time.Now().Add(patience))
		_, _ = conn.Write(frame(`{"kind":"request","command":"id"}`, ""))
		answer, _ := io.ReadAll(conn)
		got["control.sock"] = fmt.Sprintf("connected, and heard %d bytes", len(answer))
	}
	reply(got)
}

// asStranger runs beStranger as another user.
func asStranger(t *testing.T, profile string) (got map[string]string) {
	t.Helper()
	if os.Geteuid() != 0 {
		need(t, "becoming another user", errors.New("it takes root"))
	}
	dir, err := os.MkdirTemp("/tmp", "stranger") // where another user may go
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	self, err := os.ReadFile("/proc/self/exe")
	copied := filepath.Join(dir, "stranger.test")
	if err := errors.Join(err, os.WriteFile(copied, self, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run=^TestAttackRole$")
	cmd.Dir, cmd.Env = "/", []string{roleVariable + "=stranger", profileVariable + "=" + profile, "TMPDIR=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	decodeReply(t, out, &got)
	return got
}

// TestJ02AnotherUserOfThisPC gets nothing out of a profile, nor through its door.
func TestJ02AnotherUserOfThisPC(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	v.meet("somebody").say("a secret")
	for path := v.profile(); len(path) > len(os.TempDir()); path = filepath.Dir(path) {
		if path != v.profile() {
			chmod(t, path, 0o755) // up to the profile everybody may go
		}
	}
	if got := asStranger(t, v.profile()); len(got) != 0 {
		t.Errorf("another user: %q", got)
	}
	// A careless user opens the folder. What is in it is still closed.
	chmod(t, v.profile(), 0o777)
	got := asStranger(t, v.profile())
	for _, name := range []string{"identity.pem", "lanyard.db", "lanyard.db-wal", "lanyard.db-shm", "run", "control.sock"} {
		if got[name] != "" {
			t.Errorf("another user at %s in an open profile: %s", name, got[name])
		}
	}
	// And the folder of the door.
	chmod(t, filepath.Join(v.profile(), "run"), 0o777)
	chmod(t, filepath.Join(v.profile(), "run", "control.sock"), 0o777)
	if got := asStranger(t, v.profile())["control.sock"]; got != "connected, and heard 0 bytes" {
		t.Errorf("another user at an open door: %s", got)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	before, err := os.Stat(path)
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(path, before.Mode().Perm()) })
}

// TestJ03HTTPAtTheDoor: a page in a browser cannot talk to the door, whatever
// it can make a browser connect to.
func TestJ03HTTPAtTheDoor(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /say HTTP/1.1\r\nContent-Length: 40\r\n\r\n{\"kind\":\"request\",\"command\":\"id\"}",
		"\x00\x00\x00\x00", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	} {
		conn, err := net.Dial("unix", filepath.Join(v.profile(), "run", "control.sock"))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(patience))
		_, _ = io.WriteString(conn, request)
		_ = conn.(*net.UnixConn).CloseWrite()
		if answer, _ := io.ReadAll(conn); len(answer) != 0 {
			t.Errorf("%.20q was answered %q", request, answer)
		}
		_ = conn.Close()
	}
	if lines := v.lines(control.CommandID, nil); len(lines) != 1 {
		t.Errorf("its user is told %q", lines)
	}
}

// TestJ04SecondInstance of one profile, and another program on its port.
func TestJ04SecondInstanceAndPortSquatting(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	second, err := netcore.Open(t.Context(), netcore.Config{Profile: v.profile(), Listen: "127.0.0.1:0", Quiet: true})
	if !errors.Is(err, netcore.ErrHeld) {
		t.Errorf("a second copy of one profile: %v", err)
		_ = second.Close()
	}
	for _, host := range []string{"127.0.0.1", "0.0.0.0"} {
		if err := squat(host, portOf(t, v.address())); !errors.Is(err, unix.EADDRINUSE) {
			t.Errorf("another program on %s and its port: %v", host, err)
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	late, err := netcore.Open(t.Context(), netcore.Config{Profile: t.TempDir(), Listen: taken.Addr().String(), Quiet: true})
	if err == nil {
		t.Errorf("it listens on a port that another program has: %s", late.Self().Address)
		_ = late.Close()
	}
}

// squat tries to listen beside somebody, with all that helps.
func squat(host string, port int) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte(net.ParseIP(host).To4())}); err != nil {
		return err
	}
	return unix.Listen(fd, 1)
}

// TestJ04PlantedDoor: the folder of the door was made by somebody else, as a
// link to where the user keeps other things.
func TestJ04PlantedDoor(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	profile := t.TempDir()
	if err := os.Symlink(filepath.Join(v.home, "secret"), filepath.Join(profile, "run")); err != nil {
		t.Fatal(err)
	}
	node, err := netcore.Open(t.Context(), netcore.Config{Profile: profile, Listen: "127.0.0.1:0", Quiet: true})
	if err == nil {
		t.Error("it opened its door in a folder that somebody planted")
		_ = node.Close()
	}
}

// TestJ01SecretsAreInNoArgumentNorEnvironment of a process that runs a Node.
func TestJ01SecretsAreInNoArgumentNorEnvironment(t *testing.T) {
	t.Parallel()
	v := newTarget(t)
	raw, err := os.ReadFile(filepath.Join(v.profile, "identity.pem"))
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Split(string(raw), "\n")[1][:40]
	for _, name := range []string{"cmdline", "environ"} {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", v.pid, name))
		if err != nil || bytes.Contains(content, []byte(secret)) {
			t.Errorf("%s has the key in it: %v", name, err)
		}
	}
	newGuest(t, v.address).tells("hello")
}
