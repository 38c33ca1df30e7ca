//go:build bench && linux

package main_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// leftOut says why a rival is not in the table.
func leftOut(name string, missing ...string) bool {
	for _, tool := range missing {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Printf("%s is left out: %s is not installed\n", name, tool)
			return true
		}
	}
	return false
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

// listening waits until something answers at a port of a host.
func listening(t *testing.T, at *host, port int) {
	t.Helper()
	eventually(t, 10*time.Second, "a server answers", func() bool {
		return at.inside(func() error {
			conn, err := net.DialTimeout("tcp", net.JoinHostPort(at.ip, strconv.Itoa(port)), time.Second)
			if err == nil {
				_ = conn.Close()
			}
			return err
		}) == nil
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
	if leftOut("ssh and scp", "ssh", "scp", "sshd", "ssh-keygen") {
		return sshServer{}, false
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
	listening(t, &host{t: t, ip: "127.0.0.1"}, s.port)
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
func secureCopy(t *testing.T, dir, source string, amount float64) way {
	t.Helper()
	w := way{name: "scp -r aes128-gcm (sftp)", source: source, amount: amount}
	server, ok := newSSH(t, dir)
	if !ok {
		return w
	}
	w.move = once(func(source, into string) error {
		if out, err := server.client("scp", "-r", source, "127.0.0.1:"+into+"/").CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
	return w
}

// rsyncPort is free on loopback, and in a namespace all are.
func rsyncPort(t *testing.T, at *host) int {
	if at.space != "" {
		return 8730
	}
	return freePort(t)
}

// syncDaemon is rsync from one host to a daemon on another, not encrypted.
func syncDaemon(t *testing.T, from, to *host, dir, source string, amount float64) way {
	t.Helper()
	w := way{name: "rsync -a to a daemon (not encrypted)", source: source, amount: amount}
	if leftOut(w.name, "rsync") {
		return w
	}
	port := rsyncPort(t, to)
	config := filepath.Join(dir, "rsyncd.conf")
	user := "" // who runs it
	if os.Geteuid() == 0 {
		user = "uid = root\ngid = root\n"
	}
	writeFile(t, config, fmt.Sprintf("address = %s\nport = %d\nuse chroot = no\n%s[into]\npath = %s/into\nread only = no\n", to.ip, port, user, dir))
	spawn(t, to.command(nil, "rsync", "--daemon", "--no-detach", "--config="+config))
	listening(t, to, port)
	w.move = once(func(source, _ string) error {
		out, err := from.command(nil, "rsync", "-a", "-W", source, fmt.Sprintf("rsync://%s:%d/into/", to.ip, port)).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
		}
		return nil
	})
	return w
}
