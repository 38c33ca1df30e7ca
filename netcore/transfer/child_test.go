//go:build unix

package transfer

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// socket is Links over plain connections to a Unix socket, for tests with two
// processes: each side listens on its own.
type socket struct {
	self identity.DeviceID
	peer string // path
}

type socketStream struct{ net.Conn }

func (s socketStream) Flush() error { return nil }
func (s socketStream) Reset() error { return s.Conn.Close() }

func (l socket) Open(ctx context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", l.peer)
	if err != nil {
		return nil, err
	}
	if err := wire.NewConn(conn).Write(kind, fields, nil); err != nil {
		return nil, err
	}
	return socketStream{conn}, nil
}

func (l socket) OpenBulk(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error) {
	return l.Open(ctx, id, kind, fields)
}

// listenAt serves streams of the peer.
func listenAt(path string, s *Service, peer identity.DeviceID) (stop func(), err error) {
	_ = os.Remove(path)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer func() { _ = conn.Close() }()
				first, err := wire.NewConn(conn).Next(wire.MaxHeader)
				if err != nil {
					return
				}
				if first.Kind == KindOffer {
					s.HandleOffer(context.Background(), socketStream{conn}, peer, first)
				} else {
					s.HandleData(context.Background(), socketStream{conn}, peer, first)
				}
			})
		}
	})
	return func() {
		_ = listener.Close()
		serving.Wait()
	}, nil
}

// deviceNamed is the device ID of a side.
func deviceNamed(name string) (id identity.DeviceID) {
	copy(id[:], name)
	return id
}

// side opens one side's profile in dir/name and listens there.
func side(dir, name, other string, edit func(*Config)) (*Service, func(), error) {
	profile := filepath.Join(dir, name)
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return nil, nil, err
	}
	db, err := store.Open(context.Background(), profile)
	if err != nil {
		return nil, nil, err
	}
	cfg := Config{Store: db, Links: socket{deviceNamed(name), filepath.Join(dir, other+".sock")}, GiveUp: 30 * time.Second, Dir: filepath.Join(profile, "transfers")}
	if os.Getenv("LANYARD_TRANSFER_CHILD") != "" {
		cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	edit(&cfg)
	s, err := New(context.Background(), cfg)
	if err != nil {
		return nil, nil, err
	}
	stop, err := listenAt(filepath.Join(dir, name+".sock"), s, deviceNamed(other))
	if err != nil {
		return nil, nil, err
	}
	return s, func() {
		_ = s.Close()
		stop()
		_ = db.Close()
	}, nil
}

// child is the process that a test kills: it receives into DIR/save, or sends
// DIR/src, until it is killed or its standard input ends.
func child(role string) int {
	dir := os.Getenv("LANYARD_TRANSFER_DIR")
	var s *Service
	ready := make(chan struct{})
	s, stop, err := side(dir, role, os.Getenv("LANYARD_TRANSFER_OTHER"), func(c *Config) {
		c.OnOffer = func(ctx context.Context, t store.Transfer) error {
			<-ready
			return s.Accept(ctx, t.Key, AcceptOptions{Folder: filepath.Join(dir, "save")})
		}
	})
	if err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	close(ready)
	defer stop()
	s.LinkUp(deviceNamed(os.Getenv("LANYARD_TRANSFER_OTHER")))
	if role == "sender" {
		if _, err := s.Offer(context.Background(), deviceNamed("receiver"), []string{filepath.Join(dir, "src")}); err != nil {
			fmt.Println("failed:", err)
			return 1
		}
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// spawn starts a child and waits until it is ready.
func spawn(t *testing.T, dir, role, other string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Env = append(os.Environ(), "LANYARD_TRANSFER_CHILD="+role, "LANYARD_TRANSFER_DIR="+dir, "LANYARD_TRANSFER_OTHER="+other)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	guard := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Signal(syscall.SIGQUIT) }) // it tells where it hangs
	defer guard.Stop()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		kill(cmd) // all that it said is there then
		t.Fatalf("child said %q, %v:\n%s", line, err, &said)
	}
	return cmd
}

// kill ends a child without a chance to clean up.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// sourceTree makes a tree that takes long enough to be killed in the middle.
func sourceTree(t *testing.T, dir string) {
	files := map[string]string{"src/big": noise(1, 24<<20), "src/e/": "", "src/z": "last"}
	for i := range 400 {
		files[fmt.Sprintf("src/d%d/%d", i%9, i)] = noise(uint64(i), 5000)
	}
	tree(t, dir, files)
}

// wholeOnly checks that what is under final names is whole.
func wholeOnly(t *testing.T, dir string) {
	t.Helper()
	save := filepath.Join(dir, "save")
	_ = filepath.WalkDir(save, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(p, "/.lanyard-") {
			return nil //nolint:nilerr // it may not be there yet
		}
		rel, _ := filepath.Rel(save, p)
		got, err1 := os.ReadFile(p)
		want, err2 := os.ReadFile(filepath.Join(dir, rel))
		if err1 != nil || err2 != nil || string(got) != string(want) {
			t.Errorf("%q is not whole: %d bytes of %d (%v, %v)", rel, len(got), len(want), err1, err2)
		}
		return nil
	})
}

// rest waits for a random moment of a transfer that takes about 300 ms.
func rest() { <-time.After(time.Duration(rand.IntN(400)) * time.Millisecond) }

func TestKilledReceiverGoesOnAfterItsRestart(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	sourceTree(t, dir)
	s, stop, err := side(dir, "sender", "receiver", func(*Config) {})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	receiver := spawn(t, dir, "receiver", "sender")
	key, err := s.Offer(context.Background(), deviceNamed("receiver"), []string{filepath.Join(dir, "src")})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		rest()
		kill(receiver)
		wholeOnly(t, dir)
		receiver = spawn(t, dir, "receiver", "sender")
		if list, _ := filepath.Glob(filepath.Join(dir, "save", ".lanyard-*")); len(list) > 1 {
			t.Errorf("left over: %q", list)
		}
		s.LinkUp(deviceNamed("receiver"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	shot, err := s.Wait(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	wantEnd(t, shot, StateVerified, ReasonNone)
	want := look(t, filepath.Join(dir, "src"))
	sameTrees(t, want, look(t, filepath.Join(dir, "save", "src")))
	if list, err := os.ReadDir(filepath.Join(dir, "save")); err != nil || len(list) != 1 {
		t.Errorf("the save folder holds %v, %v", list, err)
	}
}

func TestKilledSenderLeavesNothingHalf(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for range 3 {
		dir := t.TempDir()
		sourceTree(t, dir)
		keys := make(chan int64, 1)
		var s *Service
		ready := make(chan struct{})
		s, stop, err := side(dir, "receiver", "sender", func(c *Config) {
			c.GiveUp = 10 * time.Second
			c.OnOffer = func(ctx context.Context, t store.Transfer) error {
				<-ready
				keys <- t.Key
				return s.Accept(ctx, t.Key, AcceptOptions{Folder: filepath.Join(dir, "save")})
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		close(ready)
		sender := spawn(t, dir, "sender", "receiver")
		key := <-keys
		rest()
		kill(sender)
		again := spawn(t, dir, "sender", "receiver") // offers anew; the old offer ended with its program
		wholeOnly(t, dir)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		shot, err := s.Wait(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		if shot.State != string(StateVerified) && shot.Reason != string(ReasonLost) && shot.Reason != string(ReasonStopped) {
			t.Errorf("ended as %+v", shot)
		}
		shot, err = s.Wait(ctx, <-keys)
		if err != nil {
			t.Fatal(err)
		}
		wantEnd(t, shot, StateVerified, ReasonNone)
		if list, _ := filepath.Glob(filepath.Join(dir, "save", ".lanyard-*")); len(list) > 0 {
			t.Errorf("left over: %q", list)
		}
		cancel()
		kill(again)
		stop()
	}
}
