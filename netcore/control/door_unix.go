//go:build unix

package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

const (
	socketName = "control.sock"
	// maxSocketPath leaves room below the 104 bytes of macOS and the 108 of
	// Linux.
	maxSocketPath = 100
)

// errNotHere says that a folder cannot hold the door, though nothing is wrong
// with it: the next place is tried.
var errNotHere = errors.New("the door cannot be here")

// places returns the folders in which the door of a profile may be, best first.
func places(profile string) ([]string, error) {
	path, err := realPath(profile)
	if err != nil {
		return nil, err
	}
	name := "lanyard-" + strconv.Itoa(os.Geteuid()) + "-" + pathHash(path)
	all := []string{filepath.Join(path, "run")}
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/tmp"} {
		if filepath.IsAbs(parent) {
			all = append(all, filepath.Join(parent, name))
		}
	}
	return all, nil
}

// listen opens the socket in the first place that can hold it.
func listen(profile string) (net.Listener, error) {
	folders, err := places(profile)
	if err != nil {
		return nil, err
	}
	for i, folder := range folders {
		listener, err := listenIn(folder)
		if !elsewhere(i, err) {
			return listener, err
		}
	}
	return nil, fmt.Errorf("no place for a socket in %q: %w", folders, ErrUnsafe)
}

// listenIn opens the socket in folder, over what an earlier copy left there.
func listenIn(folder string) (net.Listener, error) {
	path := filepath.Join(folder, socketName)
	if len(path) > maxSocketPath {
		return nil, errNotHere
	}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: %w", errNotHere, err)
	}
	if err := checkFolder(folder); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing a stale socket: %w", err)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotHere, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("closing the socket to others: %w", err)
	}
	return listener, nil
}

// checkFolder insists that folder is a real one, this user's, closed to all
// others.
func checkFolder(folder string) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotHere, err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is no folder: %w", folder, ErrUnsafe)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int64(stat.Uid) != int64(os.Geteuid()) {
		return fmt.Errorf("%s belongs to somebody else: %w", folder, ErrUnsafe)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is open to others (%v): %w: %w", folder, info.Mode().Perm(), errNotHere, ErrUnsafe)
	}
	return nil
}

// dial connects to the first place where somebody listens.
func dial(ctx context.Context, profile string) (net.Conn, error) {
	folders, err := places(profile)
	if err != nil {
		return nil, err
	}
	for i, folder := range folders {
		conn, err := dialIn(ctx, folder)
		if !elsewhere(i, err) {
			return conn, err
		}
	}
	return nil, ErrNoCopy
}

// elsewhere reports whether the next place is to be tried. In the profile
// nobody else can have made an unsafe folder, so that is said; in a folder for
// all users anybody can, which must not keep Lanyard from starting.
func elsewhere(place int, err error) bool {
	return errors.Is(err, errNotHere) || place > 0 && errors.Is(err, ErrUnsafe)
}

// dialIn connects to the socket in folder.
func dialIn(ctx context.Context, folder string) (net.Conn, error) {
	path := filepath.Join(folder, socketName)
	if len(path) > maxSocketPath {
		return nil, errNotHere
	}
	if err := checkFolder(folder); err != nil {
		return nil, err
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNotHere
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to the running copy: %w", err)
	}
	return conn, nil
}

// checkPeer insists that the process at the other end is this user's.
func checkPeer(conn net.Conn) error {
	var uid uint32
	err := onSocket(conn, func(fd int) (err error) {
		uid, err = peerUser(fd)
		return err
	})
	if err != nil {
		return fmt.Errorf("asking who is at the local door: %w", err)
	}
	if int64(uid) != int64(os.Geteuid()) {
		return fmt.Errorf("user %d is at the local door: %w", uid, ErrUnsafe)
	}
	return nil
}

// onSocket runs ask on the descriptor of a connection.
func onSocket(conn net.Conn, ask func(fd int) error) error {
	unixConn, ok := conn.(*net.UnixConn)
	if !ok {
		return fmt.Errorf("%T: %w", conn, ErrUnsafe)
	}
	raw, err := unixConn.SyscallConn()
	if err != nil {
		return err
	}
	var asked error
	if err := raw.Control(func(fd uintptr) { asked = ask(int(fd)) }); err != nil {
		return err
	}
	return asked
}
