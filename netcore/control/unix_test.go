//go:build unix

package control

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"lanyard/netcore/wire"
)

func TestMain(m *testing.M) {
	if os.Getenv(strangerProfile) != "" {
		os.Exit(beStranger())
	}
	goleak.VerifyTestMain(m)
}

// strangerProfile is where this test binary, run as another user, knocks.
const strangerProfile = "LANYARD_TEST_STRANGER_PROFILE"

// stranger is a user that is not root.
const stranger = 65534

// beStranger connects to the socket as it stands, without the checks of a
// client of ours, and reports what it gets.
func beStranger() int {
	last, err := takeStep()
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	if !last {
		return 0
	}
	return knockAlone()
}

// knockAlone knocks in this process.
func knockAlone() int {
	conn, err := net.Dial("unix", filepath.Join(os.Getenv(strangerProfile), "run", socketName))
	if err != nil {
		os.Stdout.WriteString("kept out: " + err.Error())
		return 0
	}
	frames := wire.NewConn(conn)
	_ = frames.Write(kindRequest, requestFrame{"id"}, nil)
	frame, err := frames.Next(maxHeader)
	switch {
	case err == nil && frame.Kind == kindExit:
		os.Stdout.WriteString("told: " + string(frame.Raw))
		return 0
	case err == nil:
		os.Stdout.WriteString("let in: " + string(frame.Raw))
		return 0
	}
	os.Stdout.WriteString("sent away")
	return 0
}

// knock runs this test binary as another user.
func knock(t *testing.T, profile string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Skipf("no copy of this program to run: %v", err)
	}
	dir := shortDir(t)
	copied := filepath.Join(dir, "stranger")
	if err := errors.Join(os.WriteFile(copied, self, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(copied)
	command.Dir = "/"
	command.Env = []string{strangerProfile + "=" + profile}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: stranger, Gid: stranger}}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestAnotherUserIsKeptOut(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, echo)
	if said := knock(t, profile); !strings.HasPrefix(said, "kept out") {
		t.Errorf("through closed folders: %s", said)
	}
	// Even with every folder and the socket opened, by whatever mistake.
	for _, path := range []string{profile, filepath.Join(profile, "run"), filepath.Join(profile, "run", socketName)} {
		if err := os.Chmod(path, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if said := knock(t, profile); said != "sent away" {
		t.Errorf("through open folders: %s", said)
	}
}

func TestModesOfTheDoor(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, echo)
	for path, mode := range map[string]os.FileMode{
		filepath.Join(profile, "run"):             0o700,
		filepath.Join(profile, "run", socketName): 0o600,
	} {
		if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestFolderThatIsNotOursIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(run string) error{
		"a symbolic link": func(run string) error {
			other := run + "-other"
			return errors.Join(os.Mkdir(other, 0o700), os.Symlink(other, run))
		},
		"a file": func(run string) error { return os.WriteFile(run, nil, 0o600) },
		"somebody else's": func(run string) error {
			if os.Geteuid() != 0 {
				return os.WriteFile(run, nil, 0o600)
			}
			return errors.Join(os.Mkdir(run, 0o700), os.Chown(run, stranger, stranger))
		},
	} {
		t.Run(name, func(t *testing.T) {
			profile := shortDir(t)
			if err := spoil(filepath.Join(profile, "run")); err != nil {
				t.Fatal(err)
			}
			if server, err := Listen(profile, backendFunc(echo), nil); !errors.Is(err, ErrUnsafe) {
				t.Errorf("opened: %v", err)
				server.Close()
			}
			if _, err := Dial(t.Context(), profile); !errors.Is(err, ErrUnsafe) {
				t.Errorf("dialed: %v", err)
			}
		})
	}
}

func TestOtherPlaceForTheSocket(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, profile string) string{
		"a path too long for a socket": func(_ *testing.T, profile string) string {
			return filepath.Join(profile, strings.Repeat("长", 40))
		},
		"a folder that stays open to others": func(t *testing.T, profile string) string {
			run := filepath.Join(profile, "run")
			if err := errors.Join(os.Mkdir(run, 0o700), os.Chmod(run, 0o755)); err != nil {
				t.Fatal(err)
			}
			return profile
		},
	} {
		t.Run(name, func(t *testing.T) {
			runtime := shortDir(t)
			t.Setenv("XDG_RUNTIME_DIR", runtime)
			profile := spoil(t, shortDir(t))
			open(t, profile, echo)
			if _, err := ask(t, t.Context(), profile, "id", nil); err != nil {
				t.Errorf("asked there: %v", err)
			}
			entries, err := os.ReadDir(runtime)
			if err != nil || len(entries) != 1 {
				t.Fatalf("%v, %v", entries, err)
			}
			if info, _ := entries[0].Info(); info.Mode().Perm() != 0o700 {
				t.Errorf("the folder has mode %v", info.Mode())
			}
		})
	}
}

func TestProfilesThroughALinkAreOne(t *testing.T) {
	dir := shortDir(t)
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(real, 0o700), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	open(t, real, echo)
	if _, err := Dial(t.Context(), link); err != nil {
		t.Error(err)
	}
}

func TestStaleSocketIsReplaced(t *testing.T) {
	profile := shortDir(t)
	run := filepath.Join(profile, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(run, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	left.Close()
	if _, err := Dial(t.Context(), profile); !errors.Is(err, ErrNoCopy) {
		t.Errorf("a stale socket answers: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(run, socketName)); err != nil {
		t.Errorf("a client removed what is not its own: %v", err)
	}
	open(t, profile, echo)
	if _, err := ask(t, t.Context(), profile, "id", nil); err != nil {
		t.Error(err)
	}
}

// In a folder for all users anybody can make a folder of the door's name.
func TestAFolderThatSomebodyPlantedIsPassedOver(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("needs root to plant a folder of somebody else; a file stands for it")
	}
	runtime, profile := shortDir(t), shortDir(t)
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	folders, err := places(profile)
	if err != nil {
		t.Fatal(err)
	}
	planted := folders[1]
	if err := os.WriteFile(planted, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := errors.Join(os.Remove(planted), os.Mkdir(planted, 0o700), os.Chown(planted, stranger, stranger)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Dial(t.Context(), profile); !errors.Is(err, ErrNoCopy) {
		t.Errorf("nobody is there, and dialing says %v", err)
	}
	open(t, profile, echo)
	if _, err := ask(t, t.Context(), profile, "id", nil); err != nil {
		t.Error(err)
	}
}
