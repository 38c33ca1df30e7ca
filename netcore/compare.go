package netcore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

var (
	// ErrPairString says that a pairing string was used already, is too old or
	// was spoiled, or that its maker's program has ended since.
	ErrPairString = verify.ErrString
	// ErrForged says that the other side of a verification could not prove what
	// it had to: an attack, or a fault.
	ErrForged = verify.ErrForged
	// ErrPassword says that the other copy has another network password, or that
	// only one of the two has one.
	ErrPassword = link.ErrPassword
	// ErrSelf says that somebody is this copy itself.
	ErrSelf = link.ErrSelf
	// ErrVersion says that one of the two copies must be updated.
	ErrVersion = link.ErrVersion
)

// Verification is one attempt to compare digits with somebody.
type Verification interface {
	// ID names the attempt in this run of the program.
	ID() int64
	// Code waits until both users have opened the comparison and returns the
	// six digits that both screens must show.
	Code(ctx context.Context) (string, error)
	// Answer says whether the user saw the same digits on both screens.
	Answer(match bool)
	// Wait waits for the end: nil means that both said yes, and that the
	// device is verified now. The other errors are those of package verify.
	Wait(ctx context.Context) error
	// Cancel ends the attempt. After the end it does nothing.
	Cancel()
}

// startVerifier makes the service that compares keys.
func (n *Node) startVerifier() {
	n.verifier = verify.New(verify.Config{
		Self: n.identity.ID(), Now: n.config.Now, Logger: n.config.Logger,
		Open: func(ctx context.Context, id identity.DeviceID, kind string, fields any) (verify.Stream, error) {
			s, err := n.links.Open(ctx, id, kind, fields)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
		Verified: func(ctx context.Context, id identity.DeviceID, by string) error {
			return n.setVerified(ctx, id, VerifiedBy(by))
		},
		Attempted: n.onAttempted,
		Asks:      n.onAsks,
		Allowed:   func(id identity.DeviceID) bool { return !n.guard.of(id).Blocked },
		Known:     n.guard.trusted,
	})
	n.onClose(n.verifier.Close)
}

// onAttempted notes an attempt that failed; setVerified notes the others.
func (n *Node) onAttempted(id identity.DeviceID, by string, err error) {
	if err == nil {
		return
	}
	what := AuditVerify
	if by == string(VerifiedByString) {
		what = AuditString
	}
	if row, found := n.byDevice(n.ctx, id); found == nil {
		n.noteAbout(n.ctx, row, what, by+": "+attemptWord(err), err)
	}
}

// attemptWord names the end of an attempt in the audit log, for each face to
// say it in its own words.
func attemptWord(err error) string {
	for _, end := range []struct {
		is   error
		word string
	}{
		{verify.ErrDiffer, "differ"},
		{verify.ErrDifferThere, "differ-there"},
		{verify.ErrTimeout, "timeout"},
		{verify.ErrCanceled, "cancelled"},
		{verify.ErrAborted, "aborted"},
		{verify.ErrForged, "forged"},
		{verify.ErrString, "dead"},
		{verify.ErrLost, "lost"},
		{verify.ErrBusy, "busy"},
	} {
		if errors.Is(err, end.is) {
			return end.word
		}
	}
	return "failed"
}

// onAsks is told that somebody waits for this user to compare digits, or does
// so no more.
func (n *Node) onAsks(id identity.DeviceID, _ bool) {
	if row, err := n.roster.ByDevice(n.ctx, id); err == nil {
		n.bus.publish(Event{Kind: EventVerify, Person: PersonID(row.ID)})
	}
}

// Verify opens the comparison of digits with a device that is linked, for two
// minutes: with that device, whichever its person is shown with by now. One
// attempt is open at a time. The errors of it and of the Verification are those
// of package verify, ErrBlocked and ErrUnknownPerson.
func (n *Node) Verify(ctx context.Context, device DeviceID) (Verification, error) {
	row, err := n.byDevice(ctx, device)
	if err != nil {
		return nil, err
	}
	if !row.Blocked.IsZero() {
		return nil, fmt.Errorf("comparing digits: %w", ErrBlocked)
	}
	attempt, err := n.verifier.Begin(device)
	if err != nil {
		return nil, err
	}
	return attempt, nil
}

// MakePairString returns a pairing string of this copy: whoever uses it within
// ten minutes is verified, and verifies this copy. One is valid at a time.
func (n *Node) MakePairString(ctx context.Context) (string, error) {
	made, err := n.verifier.MakeString(listensAt(n.address, ownAddresses()))
	n.note(ctx, logged{what: AuditString, detail: "made", outcome: outcomeOf(err)})
	if err != nil {
		return "", err
	}
	return made.String(), nil
}

// maxPairAddresses is how many addresses a pairing string names.
const maxPairAddresses = 16

// listensAt returns the addresses at which a copy that listens at bound can be
// dialed, from other PCs first, from this one last.
func listensAt(bound string, own []netip.Addr) []string {
	where, err := netip.ParseAddrPort(bound)
	if err != nil || !where.Addr().IsUnspecified() {
		return []string{bound}
	}
	port := strconv.Itoa(int(where.Port()))
	var all []string
	for _, address := range own[:min(len(own), maxPairAddresses-1)] {
		if where.Addr().Is6() || address.Is4() {
			all = append(all, net.JoinHostPort(address.Unmap().String(), port))
		}
	}
	return append(all, net.JoinHostPort("127.0.0.1", port))
}

// UsePairString dials the maker of a pairing string; on success both sides are
// verified. It waits for the network. It fails with identity.ErrPairString,
// and with the errors of package verify and of link's Connect.
func (n *Node) UsePairString(ctx context.Context, text string) (Person, error) {
	pair, err := identity.ParsePairString(text)
	if err != nil {
		return Person{}, err
	}
	if pair.Device == n.identity.ID() {
		return Person{}, fmt.Errorf("using a pairing string: %w", link.ErrSelf)
	}
	peer, err := n.links.Connect(ctx, pair.Device, pair.Addresses)
	if err != nil {
		return Person{}, fmt.Errorf("dialing the maker of the string: %w", err)
	}
	if _, _, err := n.roster.Seen(ctx, peer.ID, peer.Name, peer.Address); err != nil {
		return Person{}, err
	}
	if err := n.verifier.UseString(ctx, pair); err != nil {
		return Person{}, err
	}
	row, err := n.roster.ByDevice(ctx, pair.Device)
	if err != nil {
		return Person{}, err
	}
	return n.person(row), nil
}
