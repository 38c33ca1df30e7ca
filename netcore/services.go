package netcore

import (
	"context"
	"log/slog"
	"path/filepath"

	"lanyard/netcore/command"
	"lanyard/netcore/discovery"
	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
	"lanyard/netcore/timeline"
	"lanyard/netcore/transfer"
	"lanyard/netcore/verify"
	"lanyard/netcore/wire"
)

// startServices makes the services and ties them. Nothing comes in yet.
func (n *Node) startServices(ctx context.Context) error {
	guard, err := newGuard(ctx, n.db, n.settings)
	if err != nil {
		return err
	}
	n.guard, n.auto = guard, &auto{node: n}
	n.links = link.New(link.Config{
		Identity: n.identity,
		Instance: n.instance,
		Network:  n.config.Network,
		Name:     func() string { return n.settings.get().Name },
		Logger:   n.config.Logger,
		OnUp:     n.onUp,
		OnDown:   n.onDown,

		OnUnreached: n.onUnreached,
		Fallback:    n.config.Listen == DefaultListen,

		Admit:    guard.admit,
		Trusted:  guard.trusted,
		Password: n.password.key,
	})
	n.kept = newKeeper(n)
	n.startVerifier()
	n.roster = roster.New(roster.Config{
		Store: n.db, Clock: n.config.Now, Logger: n.config.Logger,
		Linked: n.linked,
		OnGone: func(person int64) { n.bus.publish(Event{Kind: EventPerson, Person: PersonID(person)}) },
	})
	n.timeline = timeline.New(timeline.Config{
		Store: n.db, Open: n.openText, Clock: n.config.Now, Logger: n.config.Logger, OnItem: n.onItem,
		Takes: guard.takesTexts,
	})
	n.onClose(func() error { n.tasks.Wait(); return nil })
	n.onClose(n.timeline.Close)
	n.onClose(n.links.Close) // before the timeline: no text comes in any more
	n.sampler = newSampler(n)
	if err := n.startCommands(ctx); err != nil {
		return err
	}
	transfers, err := transfer.New(ctx, transfer.Config{
		Store: n.db, Links: fileLinks{n.links}, Logger: n.config.Logger, Now: n.config.Now,
		Dir:   filepath.Join(n.config.Profile, "transfers"),
		Takes: guard.takesFiles, OnOffer: n.onOffer, OnRetry: n.onRetry, OnChange: n.onTransfer, OnFiles: func() { n.bus.publish(Event{Kind: EventFiles}) },
	})
	if err != nil {
		return err
	}
	n.transfers = transfers
	n.transfers.SetBandwidth(n.Settings().SendLimit, n.Settings().ReceiveLimit)
	n.spawn(n.sampler.run)
	n.onClose(n.transfers.Close) // before the links: it tells the others what ended
	n.startClocks()
	n.handle()
	return nil
}

// handle says which service answers to which kind of stream.
func (n *Node) handle() {
	n.links.Handle(timeline.KindText, func(ctx context.Context, s *link.Stream, first wire.Frame) {
		n.timeline.HandleText(ctx, s.Peer().ID, s, first)
	})
	n.links.Handle(timeline.KindSeen, func(ctx context.Context, s *link.Stream, first wire.Frame) {
		n.timeline.HandleSeen(ctx, s.Peer().ID, s, first)
	})
	n.links.Handle(transfer.KindOffer, func(ctx context.Context, s *link.Stream, first wire.Frame) {
		n.transfers.HandleOffer(ctx, s, s.Peer().ID, first)
	})
	n.links.Handle(transfer.KindData, func(ctx context.Context, s *link.Stream, first wire.Frame) {
		n.transfers.HandleData(ctx, s, s.Peer().ID, first)
	})
	n.links.Handle(command.KindRun, n.commands.handle)
	n.links.Handle(command.KindButtons, n.commands.handle)
	n.links.Handle(command.KindOutput, n.commands.handle)
	n.links.Handle(transfer.KindRetry, func(ctx context.Context, s *link.Stream, first wire.Frame) {
		n.transfers.HandleRetry(ctx, s, s.Peer().ID, first)
	})
	n.links.Handle(kindRename, n.handleRename)
	n.links.Handle(kindRotation, n.handleRotation)
	for _, kind := range []string{verify.KindCompare, verify.KindAsk, verify.KindString} {
		n.links.Handle(kind, func(ctx context.Context, s *link.Stream, first wire.Frame) {
			n.verifier.Handle(ctx, s, s.Peer().ID, first)
		})
	}
}

// linked returns the devices that are linked now.
func (n *Node) linked() []DeviceID {
	var ids []DeviceID
	for _, peer := range n.links.Peers() {
		ids = append(ids, peer.ID)
	}
	return ids
}

// onUp is told by the links, one call at a time, that a device can be reached.
func (n *Node) onUp(peer link.Peer) {
	var person roster.Person
	err := n.told.greet(peer.ID, peer.Name, func(name string) (err error) {
		person, _, err = n.roster.Seen(n.ctx, peer.ID, name, peer.Address)
		return err
	})
	if err != nil {
		n.config.Logger.Warn("remembering a device", "device", peer.ID.Short(), "error", err)
		return
	}
	n.unreached.remove(peer.ID)
	n.bus.publish(Event{Kind: EventPerson, Person: PersonID(person.ID)})
	n.verifier.Up(peer.ID)
	n.tellRotation(peer.ID)
	n.timeline.Up(peer.ID)
	n.transfers.LinkUp(peer.ID)
	n.watch.up(peer.ID)
}

// onDown is told that a device is gone.
func (n *Node) onDown(id identity.DeviceID, reason error) {
	level := slog.LevelDebug // of strangers there may be any number
	if n.guard.trusted(id) {
		level = slog.LevelInfo
	}
	n.config.Logger.Log(n.ctx, level, "a device is gone", "device", id.Short(), "reason", reason)
	n.told.forget(id)
	n.verifier.Down(id)
	n.timeline.Down(id)
	n.transfers.LinkDown(id)
	n.watch.down(id)
	if err := n.roster.Left(n.ctx, id); err != nil {
		n.config.Logger.Warn("remembering when a device was there", "error", err)
	}
	if person, err := n.roster.ByDevice(n.ctx, id); err == nil {
		n.bus.publish(Event{Kind: EventPerson, Person: PersonID(person.ID)})
	}
}

// onItem is told by the timeline that an item is new or changed.
func (n *Node) onItem(person, seq int64) {
	n.bus.publish(Event{Kind: EventItem, Person: PersonID(person), Seq: seq})
	n.bus.publish(Event{Kind: EventPerson, Person: PersonID(person)})
	n.kept.contact(person)
}

// openText opens the streams of the timeline.
func (n *Node) openText(ctx context.Context, id identity.DeviceID, kind string, fields any) (timeline.Stream, error) {
	return stream(n.links.Open(ctx, id, kind, fields))
}

// fileLinks opens the streams of the transfers.
type fileLinks struct{ links *link.Manager }

func (f fileLinks) Open(ctx context.Context, id identity.DeviceID, kind string, fields any) (transfer.Stream, error) {
	return stream(f.links.Open(ctx, id, kind, fields))
}

func (f fileLinks) OpenBulk(ctx context.Context, id identity.DeviceID, kind string, fields any) (transfer.Stream, error) {
	return stream(f.links.OpenBulk(ctx, id, kind, fields))
}

// wholeStream is what a link's stream is to every service.
type wholeStream interface {
	timeline.Stream
	transfer.Stream
}

// stream keeps a nil *link.Stream from becoming an interface that is not nil.
func stream(s *link.Stream, err error) (wholeStream, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// startDiscovery announces this copy and listens for others.
func (n *Node) startDiscovery(context.Context) error {
	if n.config.Quiet {
		return nil
	}
	n.discovery = discovery.New(discovery.Config{
		Identity:        n.identity,
		Instance:        n.instance,
		Port:            n.links.Port,
		Interfaces:      n.config.Interfaces,
		Only:            boundTo(n.address),
		Logger:          n.config.Logger,
		OnHeard:         func(h discovery.Heard) { n.links.Hint(h.ID, h.Address) },
		Silent:          func() bool { return n.settings.get().Invisible },
		OnNetworkChange: n.onNetworkChange,
		Known:           n.kept.known,
		Live:            func(id identity.DeviceID) bool { _, ok := n.links.Peer(id); return ok },
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.discovery.Run(ctx) }()
	n.onClose(func() error { stop(); return <-ended }) // says goodbye, while the links are still up
	return nil
}

// onNetworkChange looks at once what of the links is still true.
func (n *Node) onNetworkChange() {
	n.unreached.clear()
	n.links.Wake()
	n.bus.publish(Event{Kind: EventSearch})
}

// onOffer shows an offer of files in its conversation. The sender is told that
// it is here only after this has committed.
func (n *Node) onOffer(ctx context.Context, t store.Transfer) error {
	_, err := n.addFiles(ctx, t)
	if err == nil && n.transfers != nil && !n.transfers.Wanted(t) { // not for one that waited for this start
		n.auto.consider(ctx, t)
	}
	return err
}
