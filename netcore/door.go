package netcore

import (
	"context"
	"strconv"
	"sync"
	"time"

	"lanyard/netcore/control"
)

// How long the commands of the door wait.
const (
	// reachTime leaves a program time to start and end within the 15 s in
	// which it must say that somebody is not there.
	reachTime = 12 * time.Second
	// lostTime is how long a lost link is waited for: more than a minute, so
	// that whoever counts from the loss has had theirs.
	lostTime = 75 * time.Second
	// partingTime is for telling the other side that a command was cancelled.
	partingTime = 4 * time.Second
	// lookEvery is how often a waiting command looks again without being told.
	lookEvery = time.Second
)

// How many rows a command reads at once. Files come in batches of this many.
const (
	pageSize = 256
	filePage = 1024
)

// engine is what the door needs of a Node.
type engine interface {
	Self() Self
	Settings() Settings
	SetSettings(ctx context.Context, settings Settings) error
	People(ctx context.Context) ([]Person, error)
	Find(ctx context.Context, query string) (Person, error)
	Reach(ctx context.Context, query string) (Person, error)
	Items(ctx context.Context, person PersonID, before int64, limit int) ([]Item, error)
	ItemsAfter(ctx context.Context, seq int64, limit int) ([]Item, error)
	Item(ctx context.Context, seq int64) (Item, error)
	Say(ctx context.Context, person PersonID, text string) (Item, error)
	Fail(ctx context.Context, seq int64, reason Reason) error
	SendWith(ctx context.Context, person PersonID, paths []string, options SendOptions) (Item, error)
	Accept(ctx context.Context, key int64, options AcceptOptions) error
	SaveInto(dir string) (undo func())
	Decline(ctx context.Context, key int64) error
	Cancel(ctx context.Context, key int64) error
	Transfer(ctx context.Context, key int64) (Transfer, error)
	Files(ctx context.Context, key, after int64, limit int) ([]FileResult, error)
	FilesAfter(ctx context.Context, seq int64, limit int) ([]FileResult, error)
	LastSeq(ctx context.Context) (items, files int64, err error)
	clocker
	Subscribe(buffer int) *Subscription
	Raise(files []string) bool
	TransferActs
	truster
	Runs
}

// Door runs the commands of a terminal and of second starts on a Node. It is
// the [control.Backend] of every copy. All methods may be used at once.
type Door struct {
	node engine

	mu      sync.Mutex
	running int           // commands for which drain waits
	hosts   int           // host commands: this copy lives for one command only
	drains  int           // drain commands: a copy with a host begins nothing new
	drained bool          // one has ended in a copy with a host, which ends now
	idle    chan struct{} // closed, and replaced, whenever a command ends

	attempts map[int64]*attempt // to compare digits, that commands wait for
}

// NewDoor returns the door of a node.
func NewDoor(node engine) *Door {
	return &Door{node: node, idle: make(chan struct{})}
}

// Run runs one command; see package control for what there is.
func (d *Door) Run(ctx context.Context, request control.Request, emit control.Emit) error {
	switch request.Command {
	case control.CommandHost:
		return d.host(ctx)
	case control.CommandDrain:
		return d.drain(ctx)
	}
	if !d.begin(request.Command) {
		return control.Fail(control.ExitFailed, control.WordClosing)
	}
	defer d.end()
	return d.run(ctx, request, emit)
}

// run runs one of the commands that people know of.
func (d *Door) run(ctx context.Context, request control.Request, emit control.Emit) error {
	switch request.Command {
	case control.CommandID:
		return d.id(emit)
	case control.CommandPeople:
		return run(ctx, request, emit, d.people)
	case control.CommandSay:
		return run(ctx, request, emit, d.say)
	case control.CommandLog:
		return run(ctx, request, emit, d.log)
	case control.CommandSend:
		return run(ctx, request, emit, d.send)
	case control.CommandServe:
		return run(ctx, request, emit, d.serve)
	case control.CommandAccept:
		return run(ctx, request, emit, d.accept)
	case control.CommandDecline:
		return run(ctx, request, emit, d.decline)
	case control.CommandRename:
		return run(ctx, request, emit, d.rename)
	case control.CommandRaise:
		return run(ctx, request, emit, d.raise)
	case control.CommandClock:
		return run(ctx, request, emit, d.clock)
	case control.CommandClockWatch:
		return run(ctx, request, emit, d.clockWatch)
	}
	return d.runTrust(ctx, request, emit)
}

// runTrust runs one of the commands about who may do what.
func (d *Door) runTrust(ctx context.Context, request control.Request, emit control.Emit) error {
	switch request.Command {
	case control.CommandVerify:
		return run(ctx, request, emit, d.verify)
	case control.CommandAnswer:
		return run(ctx, request, emit, d.answer)
	case control.CommandVerifyID:
		return run(ctx, request, emit, d.verifyID)
	case control.CommandUseString:
		return run(ctx, request, emit, d.useString)
	case control.CommandPairString:
		return run(ctx, request, emit, d.pairString)
	case control.CommandAllow:
		return run(ctx, request, emit, d.allow)
	case control.CommandBlock:
		return run(ctx, request, emit, d.block)
	case control.CommandUnblock:
		return run(ctx, request, emit, d.unblock)
	case control.CommandUnverify:
		return run(ctx, request, emit, d.unverify)
	}
	return d.runOwn(ctx, request, emit)
}

// runOwn runs one of the commands about what this user keeps.
func (d *Door) runOwn(ctx context.Context, request control.Request, emit control.Emit) error {
	switch request.Command {
	case control.CommandAlias:
		return run(ctx, request, emit, d.alias)
	case control.CommandMerge:
		return run(ctx, request, emit, d.merge)
	case control.CommandAudit:
		return run(ctx, request, emit, d.audit)
	case control.CommandSettings:
		return run(ctx, request, emit, d.settings)
	case control.CommandPassword:
		return run(ctx, request, emit, d.password)
	case control.CommandIdentity:
		return run(ctx, request, emit, d.identity)
	}
	return d.runCommand(ctx, request, emit)
}

// unknownCommand says that this copy has no such command.
func unknownCommand(name string) error {
	return control.Fail(control.ExitFailed, control.WordUnknownCommand, strconv.Quote(name))
}

// run decodes the arguments of a command and runs it.
func run[A any](ctx context.Context, request control.Request, emit control.Emit,
	command func(context.Context, A, control.Emit) error,
) error {
	var args A
	if err := request.Decode(&args); err != nil {
		return err
	}
	return command(ctx, args, emit)
}

// id says who this copy is.
func (d *Door) id(emit control.Emit) error {
	self := d.node.Self()
	return emit(control.Self{Name: self.Name, ID: self.ID.String()})
}

// rename gives this copy another name.
func (d *Door) rename(ctx context.Context, args control.RenameArgs, _ control.Emit) error {
	settings := d.node.Settings()
	if args.Name == "" || settings.Name == args.Name {
		return nil
	}
	settings.Name = args.Name
	return d.node.SetSettings(ctx, settings)
}

// raise shows the window, with files if there are any.
func (d *Door) raise(_ context.Context, args control.RaiseArgs, _ control.Emit) error {
	files := control.Strings(args.Files)
	if err := checkAbsolute(files...); err != nil {
		return err
	}
	if !d.node.Raise(files) {
		return control.Fail(control.ExitFailed, control.WordNoWindow)
	}
	return nil
}

// reasonFailure says in a Failure why something ended, as far as it concerns
// the person of that name.
func reasonFailure(reason Reason, name string) error {
	switch reason {
	case ReasonDeclined:
		return control.Fail(control.ExitRefused, control.WordDeclined, name)
	case ReasonCancelledHere:
		return control.Fail(control.ExitFailed, control.WordCancelled)
	case ReasonCancelledThere:
		return control.Fail(control.ExitFailed, control.WordCancelledThere, name)
	case ReasonLost:
		return control.Fail(control.ExitFailed, control.WordLost, name)
	case "":
		reason = ReasonFailed
	}
	return control.Fail(control.ExitFailed, control.ReasonWord(string(reason)), name)
}

// wait returns when there is news, when it is time to look again without, or
// with the error of a context that ended. A closed subscription means that
// the node is closing.
func wait(ctx context.Context, events *Subscription) error {
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	select {
	case _, open := <-events.C:
		return drain(events, open, nil)
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drain takes what else is waiting, so that a flood of events costs one look,
// and hands it to each.
func drain(events *Subscription, open bool, each func(Event)) error {
	for open {
		select {
		case event, more := <-events.C:
			open = more
			if more && each != nil {
				each(event)
			}
		default:
			return nil
		}
	}
	return control.Fail(control.ExitFailed, control.WordClosing)
}
