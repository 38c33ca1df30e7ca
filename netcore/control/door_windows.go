package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"time"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// pipeBuffer is the size of the pipe's buffers in bytes.
const pipeBuffer = 64 << 10

// dialTime is how long a busy pipe is waited for.
const dialTime = 2 * time.Second

// pipeName returns the name of a profile's pipe. Names of pipes are one space
// for all users, so what protects it is its owner, not its name.
func pipeName(profile string) (string, error) {
	path, err := realPath(profile)
	if err != nil {
		return "", err
	}
	return `\\.\pipe\lanyard-` + pathHash(path), nil
}

// thisUser returns the SID of the user of this process.
func thisUser() (*windows.SID, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("asking who this user is: %w", err)
	}
	return user.User.Sid, nil
}

// listen makes the pipe: owned by this user, with rights for nobody else. It
// must be the first of its name and takes no clients from other machines;
// go-winio sees to both.
func listen(profile string) (net.Listener, error) {
	name, err := pipeName(profile)
	if err != nil {
		return nil, err
	}
	user, err := thisUser()
	if err != nil {
		return nil, err
	}
	sid := user.String()
	return winio.ListenPipe(name, &winio.PipeConfig{
		SecurityDescriptor: "O:" + sid + "D:P(A;;GA;;;" + sid + ")",
		InputBufferSize:    pipeBuffer,
		OutputBufferSize:   pipeBuffer,
	})
}

// dial connects to the pipe and checks that it is this user's: another one
// may have made a pipe of that name first.
func dial(ctx context.Context, profile string) (net.Conn, error) {
	name, err := pipeName(profile)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := winio.DialPipeContext(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoCopy
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to the running copy: %w", err)
	}
	if err := checkOwner(conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// checkOwner insists that the pipe belongs to this user. Nobody can make a
// pipe that belongs to somebody else.
func checkOwner(conn net.Conn) error {
	handle, ok := conn.(interface{ Fd() uintptr })
	if !ok {
		return fmt.Errorf("%T: %w", conn, ErrUnsafe)
	}
	info, err := windows.GetSecurityInfo(windows.Handle(handle.Fd()),
		windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("asking whose the pipe is: %w", err)
	}
	owner, _, err := info.Owner()
	if err != nil {
		return fmt.Errorf("asking whose the pipe is: %w", err)
	}
	user, err := thisUser()
	if err != nil {
		return err
	}
	if !owner.Equals(user) {
		return fmt.Errorf("the pipe belongs to %s: %w", owner, ErrUnsafe)
	}
	return nil
}

// checkPeer has nothing to add to the rights on the pipe, which the system
// has checked when it was opened.
func checkPeer(net.Conn) error { return nil }
