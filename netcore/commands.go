package netcore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lanyard/netcore/command"
	"lanyard/netcore/link"
	cmdrun "lanyard/netcore/run"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

var _ Runs = (*Node)(nil)

// commands is what a Node does about commands, here and elsewhere: the service
// that speaks of them, the runner that starts them, and which runs of these the
// profile knows by which key.
type commands struct {
	node    *Node
	service *command.Service
	runner  *cmdrun.Runner
	outputs *outputs
	account string
	sampler *runSampler

	mu      sync.Mutex
	tag     int64
	tags    map[int64]*liveRun // those of this user
	numbers map[int64]*liveRun // those that run here, by the number of the service
	keys    map[int64]*liveRun // all that the profile knows
	buttons []Button
}

// liveRun is a run that has not ended.
type liveRun struct {
	tag     int64                                   // of one of this user's
	number  int64                                   // of one that runs here
	take    func(from command.Pipe, p []byte) error // of RunRequest
	output  *keptOutput                             // of one of this user's
	settled chan struct{}                           // closed once row counts, or will never
	ended   chan struct{}                           // closed once it is over and that is committed

	// Guarded by commands.mu.
	row    store.Run    // its Key is 0 if it could not be kept
	name   string       // of whose device it is, as shown when it began
	run    *command.Run // of one of this user's, once it was asked for
	cancel context.CancelFunc
	told   int64 // bytes of output at the last event
}

// startCommands makes what commands need. Nothing comes in yet.
func (n *Node) startCommands(ctx context.Context) error {
	c := &commands{
		node: n, account: account(),
		tags: map[int64]*liveRun{}, numbers: map[int64]*liveRun{}, keys: map[int64]*liveRun{},
	}
	c.sampler = newRunSampler(c)
	n.commands = c
	if err := c.loadButtons(ctx); err != nil {
		return err
	}
	if err := c.endForgotten(ctx); err != nil {
		return err
	}
	outputs, err := newOutputs(ctx, n.db, filepath.Join(n.config.Profile, outputFolder))
	if err != nil {
		return err
	}
	c.outputs = outputs
	c.runner = cmdrun.New(cmdrun.Config{Logger: n.config.Logger})
	n.onClose(c.runner.Close)
	c.service = command.New(c.config())
	n.guard.onChange(c.recheck)
	n.onClose(c.service.Close) // before the runner and the links: the others are told how each ended
	n.spawn(c.sampler.run)
	return nil
}

// config is what the service stands on.
func (c *commands) config() command.Config {
	n := c.node
	return command.Config{
		Open: c.open, Runner: localRunner{c.runner}, Level: n.guard.level,
		Buttons:  func(DeviceID) []command.Button { return c.ownButtons() },
		Consents: consents{n.db}, Charset: localCharset,
		Asks:     func(command.Ask, bool) { n.bus.publish(Event{Kind: EventAsk}) },
		OnChange: c.onChange, Audit: c.onAudit,
		Now: n.config.Now, Logger: n.config.Logger, Limits: n.config.commands,
	}
}

// recheck stops what a change of permissions does not allow any more. Consents
// that were remembered went with the permission.
func (c *commands) recheck() {
	c.service.Recheck()
	c.node.bus.publish(Event{Kind: EventButtons})
}

// open opens the streams of the service.
func (c *commands) open(ctx context.Context, id DeviceID, kind string, fields any, bulk bool) (command.Stream, error) {
	open := c.node.links.Open
	if bulk {
		open = c.node.links.OpenBulk
	}
	s, err := open(ctx, id, kind, fields)
	if err != nil {
		return nil, err // and no *link.Stream that is nil
	}
	return s, nil
}

// handle answers the streams of the service.
func (c *commands) handle(ctx context.Context, s *link.Stream, first wire.Frame) {
	c.service.Handle(ctx, s, s.Peer().ID, first)
}

// account names the account that commands run in: login name, PC and home.
func account() string {
	name := "?"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil && !strings.Contains(name, `\`) { // Windows has it in the name
		name += "@" + host
	}
	if home, err := os.UserHomeDir(); err == nil {
		name += " (" + home + ")"
	}
	return safename.Display(name, maxAccount)
}

// maxAccount is the longest account on a card, in characters.
const maxAccount = 200

// live begins a run of this user.
func (c *commands) live(request RunRequest) *liveRun {
	l := &liveRun{take: request.Take, settled: make(chan struct{}), ended: make(chan struct{}), cancel: func() {}}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tag++
	l.tag = c.tag
	c.tags[l.tag] = l
	return l
}

// settle says that a run with somebody of that name is known to the profile; a
// key of 0: it never will.
func (c *commands) settle(l *liveRun, row store.Run, name string) {
	c.mu.Lock()
	l.row, l.name = row, name
	if row.Key == 0 {
		delete(c.tags, l.tag)
		delete(c.numbers, l.number)
	} else {
		c.keys[row.Key] = l
	}
	c.mu.Unlock()
	close(l.settled)
	if row.Key == 0 {
		close(l.ended)
	}
}

// byKey returns a run that has not ended; nil: it has.
func (c *commands) byKey(key int64) *liveRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keys[key]
}

// leave takes a run off the lists; its end is committed.
func (c *commands) leave(l *liveRun) {
	c.mu.Lock()
	delete(c.tags, l.tag)
	delete(c.numbers, l.number)
	delete(c.keys, l.row.Key)
	c.mu.Unlock()
	l.cancel()
	close(l.ended)
}

// info returns what is known of a live run besides its row.
func (c *commands) info(l *liveRun) (command.Info, bool) {
	c.mu.Lock()
	asked := l.run
	c.mu.Unlock()
	if asked != nil {
		return asked.Info(), true
	}
	if l.number == 0 {
		return command.Info{}, false
	}
	return c.service.Info(l.number)
}

// endForgotten ends the runs that an earlier start of this program left open:
// it died. Nothing is left of those that ran here, for their supervisors ended
// them; of those elsewhere it is not known how they ended.
func (c *commands) endForgotten(ctx context.Context) error {
	for {
		open, err := c.node.db.Runs(ctx, store.RunQuery{Open: true, Limit: 1000})
		if err != nil {
			return err
		}
		for _, row := range open {
			if err := c.endLost(ctx, row); err != nil {
				return err
			}
		}
		if len(open) == 0 {
			return nil
		}
	}
}

// endLost ends one run as an earlier start of this program left it. When it
// ended is when this one knows it.
func (c *commands) endLost(ctx context.Context, row store.Run) error {
	state := row.RunState
	state.Reason, state.Ended = string(command.ReasonClosing), c.node.config.Now()
	switch {
	case !row.Here:
		state.State = string(command.StateLost)
	case row.Began.IsZero():
		state.State = string(command.StateDenied)
	default:
		state.State = string(command.StateKilledHere)
	}
	if _, err := c.node.db.SetRun(ctx, row.Key, state, itemState(state.State)); err != nil {
		return err
	}
	row.RunState = state
	c.noteRun(row.Device, runFacts(row))
	return nil
}

// patiently is the context of what must be committed though the program ends.
func patiently() context.Context { return context.Background() }

// newItemID returns a fresh name for an item. It is never one that a peer
// chose: an item of theirs could have it already.
func newItemID() string {
	var raw [16]byte
	rand.Read(raw[:]) // never fails, see crypto/rand
	return hex.EncodeToString(raw[:])
}

// maxItemLine is how much of a command line an item carries, in bytes: for
// previews. The run has all of it.
const maxItemLine = 4 << 10

// item returns the item that shows a run.
func (c *commands) item(row store.Run) store.Item {
	return store.Item{
		ID: newItemID(), Text: row.Line[:min(len(row.Line), maxItemLine)], State: itemState(row.State), Reason: row.Reason,
		Sent: row.Asked, Added: c.node.config.Now(), Unread: row.Here,
	}
}

// itemState is the state of an item whose run is in a state.
func itemState(state string) string {
	switch command.State(state) {
	case command.StateAsking:
		return string(StateOffered)
	case command.StateRunning:
		return string(StateRunning)
	}
	return state
}

// since is a duration that a clock which was set back does not make negative.
func since(from, to time.Time) time.Duration { return max(to.Sub(from), 0) }
