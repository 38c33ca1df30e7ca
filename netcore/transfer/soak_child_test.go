//go:build unix

package transfer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lanyard/netcore/store"
)

// What the environment of a soak child says: its role, the folder of its pair,
// and where the other side is reached, for control and in bulk.
const (
	soakRole = "LANYARD_SOAK_CHILD"
	soakDir  = "LANYARD_SOAK_DIR"
	soakPeer = "LANYARD_SOAK_PEER"
	soakBulk = "LANYARD_SOAK_BULK"
)

// soakShared ends the name of what goes into a folder that is there already.
const soakShared = " shared"

// soakUnheard is said of a transfer that a side has never heard of.
const soakUnheard = "no such transfer came"

// soakStall is the stall time of both sides.
const soakStall = time.Second

// soakPatience is how long a transfer may take with its fault, on a machine
// that is busy.
const soakPatience = 90 * time.Second

// soakAsk is a line that a child reads, and soakSay one that it writes.
type soakAsk struct {
	No   int    `json:"no"`
	Do   string `json:"do"`
	Path string `json:"path,omitempty"`
	ID   string `json:"id,omitempty"`
}

type soakSay struct {
	No    int            `json:"no"`
	Addr  string         `json:"addr,omitempty"`
	ID    string         `json:"id,omitempty"`
	End   store.Transfer `json:"end"`
	Bad   string         `json:"bad,omitempty"`
	Error string         `json:"error,omitempty"`
}

// soakChild is one side of a transfer, in a process of its own, until it is
// killed or its standard input ends.
type soakChild struct {
	role, dir string
	db        *store.DB
	s         *Service
	host      *tcpHost
	handles   int // open before the first transfer
	out       sync.Mutex
}

// soakMain runs a child.
func soakMain(role string) int {
	c := &soakChild{role: role, dir: os.Getenv(soakDir)}
	stop, err := c.start()
	if err != nil {
		c.say(soakSay{Error: err.Error()})
		return 1
	}
	defer stop()
	c.say(soakSay{Addr: c.host.addr()})
	var asks sync.WaitGroup
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var ask soakAsk
		if err := json.Unmarshal(in.Bytes(), &ask); err != nil {
			return 1
		}
		asks.Go(func() { c.answer(ask) })
	}
	return 0
}

// start opens the profile, and goes on with what an earlier run left.
func (c *soakChild) start() (stop func(), err error) {
	profile := filepath.Join(c.dir, c.role)
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return nil, err
	}
	if c.db, err = store.Open(context.Background(), profile); err != nil {
		return nil, err
	}
	if c.host, err = listenTCP(); err != nil {
		return nil, err
	}
	c.handles = len(openHandles())
	ready := make(chan struct{})
	cfg := Config{
		Store: c.db, Links: tcpLinks{os.Getenv(soakPeer), os.Getenv(soakBulk)}, Dir: filepath.Join(profile, "transfers"),
		Stall: soakStall, GiveUp: time.Minute,
		OnOffer: func(ctx context.Context, t store.Transfer) error {
			go func() { // New calls this, too, before there is a service
				<-ready
				options := AcceptOptions{Folder: filepath.Join(c.dir, "save", t.Name)}
				if strings.HasSuffix(t.Name, soakShared) {
					options.Policy = PolicyKeep
				}
				_ = c.s.Accept(context.Background(), t.Key, options)
			}()
			return nil
		},
	}
	if os.Getenv("LANYARD_SOAK_LOG") != "" {
		cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})).With("at", c.role)
	}
	if c.s, err = New(context.Background(), cfg); err != nil {
		return nil, err
	}
	close(ready)
	c.host.serve(c.s, c.peer())
	return func() {
		_ = c.s.Close()
		c.host.close()
		_ = c.db.Close()
	}, nil
}

// peer is the device ID of the other side.
func (c *soakChild) peer() [32]byte {
	if c.role == "sender" {
		return deviceNamed("receiver")
	}
	return deviceNamed("sender")
}

func (c *soakChild) say(line soakSay) {
	c.out.Lock()
	defer c.out.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(line)
}

// answer does what is asked, and says how it went.
func (c *soakChild) answer(ask soakAsk) {
	line := soakSay{No: ask.No}
	ctx, cancel := context.WithTimeout(context.Background(), soakPatience)
	defer cancel()
	var err error
	switch ask.Do {
	case "send":
		line.ID, err = c.send(ctx, ask.Path)
	case "wait":
		line.End, err = c.wait(ctx, ask.ID)
	case "cancel":
		err = c.cancel(ctx, ask.ID)
	case "linkup":
		c.s.LinkUp(c.peer())
	case "calm":
		line.Bad = c.calm(ctx)
	}
	if err != nil {
		line.Error = err.Error()
	}
	c.say(line)
}

// send offers a path and returns the ID of the transfer.
func (c *soakChild) send(ctx context.Context, path string) (string, error) {
	key, err := c.s.Offer(ctx, c.peer(), []string{path})
	if err != nil {
		return "", err
	}
	t, err := c.db.Transfer(ctx, key)
	return t.ID, err
}

// find returns the key of a transfer, once there is one of that ID.
func (c *soakChild) find(ctx context.Context, id string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, soakPatience/3)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		t, err := c.db.FindTransfer(ctx, c.peer(), c.role == "sender", id)
		if !errors.Is(err, store.ErrNotFound) {
			return t.Key, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, errors.New(soakUnheard)
		}
	}
}

// wait waits until a transfer has ended.
func (c *soakChild) wait(ctx context.Context, id string) (store.Transfer, error) {
	key, err := c.find(ctx, id)
	if err != nil {
		return store.Transfer{}, err
	}
	shot, err := c.s.Wait(ctx, key)
	if err != nil {
		now, _ := c.s.Snapshot(context.Background(), key)
		err = fmt.Errorf("%w: it is %s %s, %d of %d files, %d pending", err, now.State, now.Reason, now.Done, now.Count, now.Pending)
	}
	return shot.Transfer, err
}

// cancel cancels a transfer; one that has ended already counts as cancelled.
func (c *soakChild) cancel(ctx context.Context, id string) error {
	key, err := c.find(ctx, id)
	if err == nil {
		err = c.s.Cancel(ctx, key)
	}
	if errors.Is(err, ErrState) {
		return nil
	}
	return err
}

// calm waits until nothing of a transfer is left in this process, and says what
// is, if that does not come true.
func (c *soakChild) calm(ctx context.Context) string {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	buf := make([]byte, 1<<20) // one for all: what is thrown away brings the collector
	for {
		bad := c.left(buf)
		if bad == "" {
			return ""
		}
		select {
		case <-tick.C:
		case <-deadline:
			return bad
		case <-ctx.Done():
			return bad
		}
	}
}

// left names what is left of transfers: goroutines, and file handles.
func (c *soakChild) left(buf []byte) string {
	var list []string
	for _, stack := range goroutines(buf) {
		if strings.Contains(stack, "netcore/transfer.") && !strings.Contains(stack, "netcore/transfer.soakMain") && !strings.Contains(stack, "(*tcpHost).accept(") {
			list = append(list, stack)
		}
	}
	now := openHandles()
	if len(now) > c.handles {
		list = append(list, fmt.Sprintf("%d handles were open, now %d: %q", c.handles, len(now), now))
	}
	return strings.Join(list, "\n\n")
}
