package timeline

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// The test runs itself as another program, told what to do by its environment.
const (
	childMode = "LANYARD_TIMELINE_CHILD" // post, receive
	childDir  = "LANYARD_TIMELINE_DIR"   // its profile
	childPeer = "LANYARD_TIMELINE_PEER"  // post: where its texts go to
)

var (
	parentID = identity.DeviceID{'p'}
	childID  = identity.DeviceID{'c'}
)

// child is what the other program does until it is killed, or its input ends.
func child(mode string) int {
	run := map[string]func(*store.DB) error{"post": childPosts, "receive": childReceives}[mode]
	db, err := store.Open(context.Background(), os.Getenv(childDir))
	if err == nil {
		err = run(db)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// childPosts posts texts, prints the ID of each that was acknowledged, and
// sends them meanwhile.
func childPosts(db *store.DB) error {
	ctx := context.Background()
	if _, _, err := db.Seen(ctx, store.Sighting{ID: parentID, At: time.Now()}); err != nil {
		return err
	}
	s := New(Config{Store: db, Clock: time.Now, Open: dialer(os.Getenv(childPeer))})
	s.Up(parentID)
	for i := 0; ; i++ {
		item, err := s.Post(ctx, parentID, fmt.Sprint("text ", i))
		if err != nil {
			return err
		}
		fmt.Println(item.ID)
	}
}

// childReceives keeps what arrives at the address that it prints.
func childReceives(db *store.DB) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	s := New(Config{Store: db, Clock: time.Now, Limits: unhurried()})
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveTCP(context.Background(), s, parentID, conn)
	}
}

// serveTCP answers one stream of texts.
func serveTCP(ctx context.Context, s *Service, from identity.DeviceID, conn net.Conn) {
	first, err := wire.NewConn(conn).Next(wire.MaxHello)
	if err != nil {
		_ = conn.Close()
		return
	}
	s.HandleText(ctx, from, pipe{conn}, first)
}

// dialer opens each stream as a TCP connection.
func dialer(address string) Open {
	return func(ctx context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return pipe{conn}, wire.NewConn(conn).Write(kind, fields, nil)
	}
}

// spawn starts the other program, and returns the lines that it prints.
func spawn(t *testing.T, mode, dir, peer string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childMode+"="+mode, childDir+"="+dir, childPeer+"="+peer)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, bufio.NewScanner(out)
}

// kill kills the other program at once, and returns the lines that it had
// printed and nobody had read.
func kill(t *testing.T, cmd *exec.Cmd, lines *bufio.Scanner) []string {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var rest []string
	for lines.Scan() {
		rest = append(rest, lines.Text())
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Fatalf("the killed program ended with %v", err)
	}
	return rest
}

// TestKilledWhilePosting kills a program that posts and sends, again and
// again: whatever it acknowledged is in its profile, in order, and arrives
// exactly once.
func TestKilledWhilePosting(t *testing.T) {
	l := newLAN(t)
	here := l.node('p', unhurried())
	address, serving := listen(t, here)
	dir := t.TempDir()
	var posted []string
	for round := range 4 {
		cmd, lines := spawn(t, "post", dir, address)
		for range 50 + 30*round {
			if !lines.Scan() {
				t.Fatal("the program ended by itself")
			}
			posted = append(posted, lines.Text())
		}
		for _, line := range kill(t, cmd, lines) {
			if len(line) == 2*idBytes { // the last may be cut
				posted = append(posted, line)
			}
		}
	}
	there, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	kept := ids(t, there)
	if !isSubsequence(posted, kept) {
		t.Errorf("%d texts were acknowledged, %d are in the profile", len(posted), len(kept))
	}
	s := New(Config{Store: there, Clock: time.Now, Open: dialer(address)})
	s.Up(parentID)
	here.until(t, store.StateReceived, len(kept))
	if err := errors.Join(s.Close(), there.Close()); err != nil {
		t.Error(err)
	}
	serving()
	if arrived := ids(t, here.db); !slices.Equal(arrived, kept) {
		t.Errorf("%d texts were kept there, %d arrived here, or in another order", len(kept), len(arrived))
	}
}

// listen serves streams of texts from the child, until the function is called.
func listen(t *testing.T, n *node) (address string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serveTCP(ctx, n.service, childID, conn) })
		}
	})
	return listener.Addr().String(), func() {
		cancel()
		_ = listener.Close()
		serving.Wait()
	}
}

// ids returns the IDs of all items in their order.
func ids(t *testing.T, db *store.DB) []string {
	t.Helper()
	items, err := db.ItemsAfter(context.Background(), 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, item := range items {
		all = append(all, item.ID)
	}
	return all
}

// isSubsequence reports whether all of part is in whole, in the same order.
func isSubsequence(part, whole []string) bool {
	for _, id := range part {
		i := slices.Index(whole, id)
		if i < 0 {
			return false
		}
		whole = whole[i+1:]
	}
	return true
}

// TestKilledWhileReceiving kills the receiver again and again: whatever is
// shown as delivered is on its disk, and in the end all is there once, in order.
func TestKilledWhileReceiving(t *testing.T) {
	l := newLAN(t)
	a := l.node('p')
	if _, _, err := a.db.Seen(t.Context(), store.Sighting{ID: childID, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	const count = 1000
	var posting sync.WaitGroup
	for range 4 {
		posting.Go(func() {
			for range count / 4 {
				if _, err := a.service.Post(t.Context(), childID, strings.Repeat("长", 100)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	posting.Wait()
	dir := t.TempDir()
	for round := 1; round <= 4; round++ {
		cmd, lines := spawn(t, "receive", dir, "")
		if !lines.Scan() {
			t.Fatal(io.ErrUnexpectedEOF)
		}
		a.service.config.Open = dialer(lines.Text())
		a.service.Up(childID)
		a.until(t, store.StateDelivered, count*round/4)
		kill(t, cmd, lines)
		a.service.Down(childID)
		a.service.pumps.Wait()
		checkDelivered(t, a, dir)
	}
}

// checkDelivered looks into the profile of a killed receiver.
func checkDelivered(t *testing.T, a *node, dir string) {
	t.Helper()
	there, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := there.Close(); err != nil {
			t.Error(err)
		}
	}()
	arrived, sent := ids(t, there), ids(t, a.db)
	if delivered := a.count(t, store.StateDelivered); len(arrived) < delivered {
		t.Errorf("%d shown as delivered, %d are there", delivered, len(arrived))
	}
	if !slices.Equal(arrived, sent[:len(arrived)]) {
		t.Errorf("the %d that arrived are not the first that were sent", len(arrived))
	}
}
