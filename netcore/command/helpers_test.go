package command

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore/identity"
	cmdrun "lanyard/netcore/run"
	"lanyard/netcore/wire"
)

func TestMain(m *testing.M) {
	cmdrun.Supervise()
	goleak.VerifyTestMain(m)
}

// world joins two devices in memory: the asker and the owner.
type world struct {
	t            *testing.T
	asker, owner *device
	mu           sync.Mutex
	links        []cable // one for each stream
	down         bool
	work         sync.WaitGroup
}

// cable is what lies below a stream.
type cable struct {
	near, far *end
	cancel    context.CancelFunc
}

// device is one of the two.
type device struct {
	*Service
	id     identity.DeviceID
	runner *fakeRunner

	mu      sync.Mutex
	level   Level
	buttons []Button
	changes []Info
	audits  []Info
	opened  []Ask
	shut    []Ask
}

// memory is Consents.
type memory struct {
	mu   sync.Mutex
	kept map[Key]Consent
	fail error
}

func (m *memory) Has(_ context.Context, key Key) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, found := m.kept[key]
	return found, m.fail
}

func (m *memory) Add(_ context.Context, c Consent) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.kept[c.Key] = c
	}
	return m.fail
}

func (m *memory) Remove(_ context.Context, key Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, key)
	return m.fail
}

func (m *memory) All(context.Context) ([]Consent, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Consent
	for _, c := range m.kept {
		all = append(all, c)
	}
	return all, m.fail
}

// run runs a test in a bubble, in which the owner gives the asker a level.
func run(t *testing.T, level Level, test func(w *world)) {
	t.Helper()
	runWith(t, level, Config{}, test)
}

// runWith is run with some of the owner's Config.
func runWith(t *testing.T, level Level, config Config, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t}
		w.asker = w.device(1, Config{})
		w.owner = w.device(2, config)
		w.owner.level = level
		test(w)
		for _, d := range []*device{w.asker, w.owner} {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
		w.cut()
		w.work.Wait()
		if n := w.owner.runner.alive(); n != 0 {
			t.Errorf("%d programs are left running", n)
		}
	})
}

// device makes one of the two.
func (w *world) device(id byte, config Config) *device {
	d := &device{id: identity.DeviceID{id}, runner: &fakeRunner{}, level: LevelOff}
	config.Open = func(ctx context.Context, to identity.DeviceID, kind string, fields any, _ bool) (Stream, error) {
		return w.open(ctx, d, to, kind, fields)
	}
	config.Runner = d.runner
	config.Level = func(identity.DeviceID) Level { d.mu.Lock(); defer d.mu.Unlock(); return d.level }
	config.Buttons = func(identity.DeviceID) []Button { d.mu.Lock(); defer d.mu.Unlock(); return d.buttons }
	config.OnChange = func(info Info) { d.mu.Lock(); defer d.mu.Unlock(); d.changes = append(d.changes, info) }
	config.Audit = func(info Info) { d.mu.Lock(); defer d.mu.Unlock(); d.audits = append(d.audits, info) }
	config.Asks = func(ask Ask, open bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if open {
			d.opened = append(d.opened, ask)
		} else {
			d.shut = append(d.shut, ask)
		}
	}
	d.Service = New(config)
	return d
}

// set changes a level, as the user of a device does.
func (d *device) set(level Level) {
	d.mu.Lock()
	d.level = level
	d.mu.Unlock()
	d.Recheck()
}

// open is Config.Open of a device: the other one serves the stream.
func (w *world) open(ctx context.Context, from *device, to identity.DeviceID, kind string, fields any) (Stream, error) {
	target := w.owner
	if to == w.asker.id {
		target = w.asker
	}
	if to != target.id || ctx.Err() != nil {
		return nil, errNoLink
	}
	near, err := w.dial(from.id, target)
	if err != nil {
		return nil, err
	}
	return near, wire.NewConn(near).Write(kind, fields, nil)
}

// dial opens a stream that a device serves, as its links do.
func (w *world) dial(from identity.DeviceID, target *device) (*end, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return nil, errNoLink
	}
	near, far := newPipe(256 << 10)
	ctx, cancel := context.WithCancel(context.Background())
	w.links = append(w.links, cable{near, far, cancel})
	w.work.Go(func() {
		defer cancel()
		first, err := wire.NewConn(far).Next(wire.MaxHeader)
		if err == nil {
			target.Handle(ctx, far, from, first)
		}
		_ = far.Reset() // nothing after Close
	})
	return near, nil
}

// cut pulls the cable.
func (w *world) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for _, l := range w.links {
		l.near.cut()
		l.cancel()
	}
}

// argv is a Request for a program.
func argv(args ...string) Request { return Request{Argv: args} }

// start asks the owner to run something.
func (w *world) start(r Request, take Output) *Run {
	w.t.Helper()
	run, err := w.asker.Start(context.Background(), w.owner.id, r, take)
	if err != nil {
		w.t.Fatal(err)
	}
	return run
}

// startCancel is start with a context that the test ends.
func (w *world) startCancel(r Request) (*Run, context.CancelFunc) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	run, err := w.asker.Start(ctx, w.owner.id, r, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return run, cancel
}

// taken collects output.
type taken struct {
	mu    sync.Mutex
	pipes [3]bytes.Buffer
	order []Pipe
}

func (c *taken) take(from Pipe, p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pipes[from].Write(p)
	c.order = append(c.order, from)
	return nil
}

func (c *taken) text(from Pipe) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pipes[from].String()
}

// end waits for the end of a run and says how it ended on both sides.
func (w *world) end(r *Run) (asker, owner Info) {
	w.t.Helper()
	asker, err := r.Wait(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
	return asker, w.owner.lastAudit(w.t, asker.ID)
}

// lastAudit returns what the audit log was told last of a run.
func (d *device) lastAudit(t *testing.T, id string) Info {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, info := range slices.Backward(d.audits) {
		if info.ID == id {
			return info
		}
	}
	t.Errorf("the audit log of %s knows nothing of run %s", d.id.Short(), id)
	return Info{}
}

// ends runs something to its end and insists on the words of both sides.
func (w *world) ends(r Request, asker, owner State, reason Reason) (there, here Info) {
	w.t.Helper()
	there, here = w.end(w.start(r, nil))
	w.words(there, here, asker, owner, reason)
	return there, here
}

// words insists on the words of both sides.
func (w *world) words(there, here Info, asker, owner State, reason Reason) {
	w.t.Helper()
	if there.State != asker || there.Reason != reason {
		w.t.Errorf("the asker sees %s (%s), want %s (%s)", there.State, there.Reason, asker, reason)
	}
	if here.State != owner || here.Reason != reason {
		w.t.Errorf("the owner sees %s (%s), want %s (%s)", here.State, here.Reason, owner, reason)
	}
}

// ask waits for the one consent that is asked for.
func (w *world) ask() Ask {
	w.t.Helper()
	synctest.Wait()
	asks := w.owner.Asks()
	if len(asks) != 1 {
		w.t.Fatalf("%d consents are waited for", len(asks))
	}
	return asks[0]
}

// answer answers the one consent that is asked for.
func (w *world) answer(answer Answer) {
	w.t.Helper()
	if err := w.owner.Answer(context.Background(), w.ask().Run.Number, answer); err != nil {
		w.t.Error(err)
	}
}

// pass lets time pass.
func pass(d time.Duration) { <-time.After(d); synctest.Wait() }
