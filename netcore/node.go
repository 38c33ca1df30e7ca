package netcore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"lanyard/netcore/audit"
	"lanyard/netcore/clock"
	"lanyard/netcore/control"
	"lanyard/netcore/discovery"
	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/roster"
	cmdrun "lanyard/netcore/run"
	"lanyard/netcore/store"
	"lanyard/netcore/timeline"
	"lanyard/netcore/transfer"
	"lanyard/netcore/verify"
)

// ErrHeld says that another copy has the profile open: talk to that one.
var ErrHeld = control.ErrHeld

// Node is one running copy of Lanyard: it holds a profile, listens, is seen and
// sees others. Its methods may be called from any goroutine; those that take a
// context may wait for the disk, and where their comment says so for the network.
type Node struct {
	config   Config
	identity *identity.Identity
	instance string // names this start of the program
	address  string // host:port listened on

	db        *store.DB
	links     *link.Manager
	roster    *roster.Roster
	timeline  *timeline.Service
	transfers *transfer.Service
	discovery *discovery.Service // nil when Quiet
	settings  *settingsBox
	unreached *unreached
	kept      *keeper
	renames   *renameLimits
	told      toldNames
	sampler   *sampler
	guard     *guard
	auto      *auto
	verifier  *verify.Service
	audit     *audit.Log
	commands  *commands
	password  passwordBox
	rotated   *identity.Rotation // what is told of a key that replaced another; nil: nothing
	confirms  confirms
	saves     saveDirs
	clocks    *clock.Service
	watch     *clockWatch
	bus       bus

	ctx     context.Context // ends with Close
	stop    context.CancelFunc
	mu      sync.Mutex // guards closing, and tasks against growing after it
	closing bool
	tasks   sync.WaitGroup
	closers []func() error // what Close does, last first
	once    sync.Once
	failed  error // of Close
}

// Open takes a profile and brings it to life: when it returns, the copy listens
// and its local door is open. It fails with ErrHeld if another copy holds the
// profile. ctx is for the opening only.
func Open(ctx context.Context, config Config) (*Node, error) {
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	n := &Node{config: config, unreached: newUnreached(config.Now), renames: &renameLimits{}}
	n.ctx, n.stop = context.WithCancel(context.Background())
	if err := n.open(ctx); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// open goes through the steps of starting; Close undoes those that were done.
func (n *Node) open(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		n.takeProfile, n.openStore, n.startServices, n.listen, n.startDiscovery, n.openDoor, n.keepContacts,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close ends this copy: others see it gone at once, running commands and
// transfers are ended, everything is written. It waits until all is done, and
// may be called more than once.
func (n *Node) Close() error {
	n.once.Do(func() {
		n.mu.Lock()
		n.closing = true
		n.mu.Unlock()
		n.stop()
		n.bus.close()
		for i := len(n.closers) - 1; i >= 0; i-- {
			n.failed = errors.Join(n.failed, n.closers[i]())
		}
	})
	return n.failed
}

// onClose adds something to be undone, before all that was added earlier.
func (n *Node) onClose(undo func() error) { n.closers = append(n.closers, undo) }

// takeProfile makes sure that this copy alone works on the profile.
func (n *Node) takeProfile(context.Context) error {
	if err := makeProfile(n.config.Profile, n.config.Logger); err != nil {
		return err
	}
	hold, err := control.Lock(n.config.Profile)
	if err != nil {
		return err
	}
	n.onClose(hold.Release)
	if n.identity, err = identity.LoadOrCreate(n.config.Profile); err != nil {
		return err
	}
	n.instance = randomInstance()
	if err := n.identity.Warning(); err != nil {
		n.config.Logger.Warn("the device key", "warning", err)
	}
	if n.rotated, err = identity.LoadRotation(n.config.Profile); err != nil {
		n.config.Logger.Warn("others will not be told of the new key", "error", err)
	}
	return nil
}

// openStore opens what the profile remembers.
func (n *Node) openStore(ctx context.Context) error {
	db, err := store.Open(ctx, n.config.Profile)
	if err != nil {
		return err
	}
	n.db = db
	n.onClose(db.Close)
	if n.settings, err = loadSettings(ctx, db, n.config.Name); err != nil {
		return err
	}
	n.audit = audit.New(audit.Config{
		Store: db, Clock: n.config.Now, Logger: n.config.Logger,
		OnAdd: func() { n.bus.publish(Event{Kind: EventAudit}) },
	})
	n.onClose(func() error { return n.audit.Close(context.Background()) })
	return n.password.load(ctx, db)
}

// listen opens the port to the others. The port that nobody asked for by number
// may be another one when it is taken.
func (n *Node) listen(ctx context.Context) error {
	address, err := n.links.Listen(ctx, n.config.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", n.config.Listen, err)
	}
	n.address = address.String()
	return nil
}

// openDoor lets in other programs of this user.
func (n *Node) openDoor(context.Context) error {
	server, err := control.Listen(n.config.Profile, NewDoor(n), n.config.Logger,
		control.Jailed(n.commands.runner.Roots, cmdrun.Supervises)) // what others run here must not obey them by it
	if err != nil {
		return fmt.Errorf("opening the local door: %w", err)
	}
	n.onClose(server.Close)
	return nil
}

// Self returns who this copy is.
func (n *Node) Self() Self {
	return Self{
		ID: n.identity.ID(), Name: n.settings.get().Name,
		Address: n.address, Dial: whereToDial(n.address, ownAddresses()),
	}
}

// Subscribe starts listening to events. A subscriber that falls more than
// buffer events behind loses some, and is told so.
func (n *Node) Subscribe(buffer int) *Subscription { return n.bus.subscribe(buffer) }

// Raise asks the window to come to the front, with files that a second start
// was given, as absolute paths. It returns false if this copy has no window.
func (n *Node) Raise(files []string) bool {
	if !n.config.Window {
		return false
	}
	n.bus.publish(Event{Kind: EventRaise, Files: files})
	return true
}

// spawn runs task on a goroutine for which Close waits. ctx ends with the Node;
// once that is closing nothing is begun any more.
func (n *Node) spawn(task func(ctx context.Context)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closing {
		return
	}
	n.tasks.Add(1)
	go func() {
		defer n.tasks.Done()
		task(n.ctx)
	}()
}

// randomInstance names one start of the program, 16 hex digits.
func randomInstance() string {
	var random [8]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	return hex.EncodeToString(random[:])
}
