//go:build bench && linux

package main_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const scpName = "scp aes128-gcm (sftp)"

// plainTCP is what a first program does: a connection a file, io.Copy on both
// ends (Go uses sendfile and splice), no encryption, no digest.
func plainTCP() mover {
	tree := func(source, into string) error {
		return filepath.WalkDir(source, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(source, name) // name is below source
			target := filepath.Join(into, rel)
			if d.IsDir() {
				return os.MkdirAll(target, 0o755)
			}
			return overTCP(name, target)
		})
	}
	big := func(source, into string) error { return overTCP(source, filepath.Join(into, filepath.Base(source))) }
	return mover{name: "plain TCP in Go, a connection a file", big: big, tree: tree}
}

// overTCP brings one file through a connection of its own.
func overTCP(source, target string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	sent := make(chan error, 1)
	go func() { sent <- sendTCP(listener.Addr().String(), source) }()
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, conn)
	return errors.Join(err, file.Close(), <-sent)
}

func sendTCP(address, source string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer file.Close()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	_, err = io.Copy(conn, file)
	return errors.Join(err, conn.Close())
}

// leftOut says why a rival is not in the table.
func leftOut(name string, missing ...string) (mover, bool) {
	for _, tool := range missing {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Printf("%s is left out: %s is not installed\n", name, tool)
			return mover{}, true
		}
	}
	return mover{}, false
}

// freePort is a port of loopback that nobody uses right now.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// listening waits until something answers at a port of loopback.
func listening(t *testing.T, port int) {
	t.Helper()
	eventually(t, 10*time.Second, "a server answers", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// sshServer is an sshd of this run on loopback, with keys of this run.
type sshServer struct {
	keys string
	port int
}

// newSSH starts an sshd; false: this machine has none.
func newSSH(t *testing.T, dir string) (sshServer, bool) {
	t.Helper()
	for _, tool := range []string{"ssh", "scp", "sshd", "ssh-keygen"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Printf("ssh and scp are left out: %s is not installed\n", tool)
			return sshServer{}, false
		}
	}
	sshd, err := exec.LookPath("sshd") // it insists on its absolute path
	if err != nil {
		t.Fatal(err)
	}
	s := sshServer{keys: filepath.Join(dir, "keys"), port: freePort(t)}
	if err := os.Mkdir(s.keys, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"host", "user"} {
		must(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(s.keys, name))
	}
	// With that SHLVL bash does not read .bashrc, whose time would count as ssh's.
	config := fmt.Sprintf(`Port %d
ListenAddress 127.0.0.1
HostKey %[2]s/host
AuthorizedKeysFile %[2]s/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
SetEnv SHLVL=2
`, s.port, s.keys)
	writeFile(t, s.keys+"/sshd_config", config)
	if os.Geteuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755) // sshd says what is wrong, if it is
	}
	spawn(t, exec.Command(sshd, "-D", "-e", "-f", s.keys+"/sshd_config"))
	listening(t, s.port)
	return s, true
}

// client is a command of ssh or scp, as fast as it can be.
func (s sshServer) client(name string, args ...string) *exec.Cmd {
	return s.plain(name, append([]string{"-c", "aes128-gcm@openssh.com"}, args...)...)
}

// plain is client with the cipher that the two agree on by themselves.
func (s sshServer) plain(name string, args ...string) *exec.Cmd {
	base := []string{
		"-q", "-o", fmt.Sprintf("Port=%d", s.port), "-i", s.keys + "/user", "-F", "none",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes",
	}
	return exec.Command(name, append(base, args...)...)
}

// secureCopy is scp to an sshd of this run.
func secureCopy(t *testing.T, dir string) mover {
	t.Helper()
	server, ok := newSSH(t, dir)
	if !ok {
		return mover{}
	}
	scp := func(args ...string) error {
		if out, err := server.client("scp", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	return mover{
		name: scpName,
		big:  func(source, into string) error { return scp(source, "127.0.0.1:"+into+"/") },
		tree: func(source, into string) error { return scp("-r", source, "127.0.0.1:"+into+"/") },
	}
}

// syncDaemon is rsync to a daemon of this run, not encrypted.
func syncDaemon(t *testing.T, dir string) mover {
	t.Helper()
	const name = "rsync -a to a daemon (not encrypted)"
	if m, missing := leftOut(name, "rsync"); missing {
		return m
	}
	port := freePort(t)
	config := filepath.Join(dir, "rsyncd.conf")
	user := "" // who runs it
	if os.Geteuid() == 0 {
		user = "uid = root\ngid = root\n"
	}
	writeFile(t, config, fmt.Sprintf("address = 127.0.0.1\nport = %d\nuse chroot = no\n%s[into]\npath = %s/into\nread only = no\n", port, user, dir))
	spawn(t, exec.Command("rsync", "--daemon", "--no-detach", "--config="+config))
	listening(t, port)
	move := func(source, _ string) error {
		out, err := exec.Command("rsync", "-a", "-W", source, fmt.Sprintf("rsync://127.0.0.1:%d/into/", port)).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	return mover{name: name, big: move, tree: move}
}
