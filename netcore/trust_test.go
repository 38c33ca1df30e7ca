package netcore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

// met opens two copies that are linked, and returns how each sees the other.
func met(t *testing.T) (ann, bob *Node, toBob, toAnn Person) {
	t.Helper()
	net := link.NewMemory()
	ann, bob = copyOn(t, net, "ann"), copyOn(t, net, "bob")
	toBob = reach(t, ann, "bob:9527")
	toAnn = only(t, bob)
	return ann, bob, toBob, toAnn
}

// verified is met for two who have verified each other.
func verified(t *testing.T) (ann, bob *Node, toBob, toAnn Person) {
	t.Helper()
	ann, bob, toBob, toAnn = met(t)
	pair(t, ann, bob)
	return ann, bob, toBob, toAnn
}

// pair verifies two copies with a string of the first.
func pair(t *testing.T, ann, bob *Node) {
	t.Helper()
	text, err := ann.MakePairString(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bob.UsePairString(soon(t), text); err != nil {
		t.Fatal(err)
	}
}

// seen returns somebody as a copy sees them now.
func seen(t *testing.T, n *Node, id PersonID) Person {
	t.Helper()
	people, err := n.People(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(people, func(p Person) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("%s does not know person %d any more", n.Self().Name, id)
	}
	return people[i]
}

// logOf returns the audit log as lines, the newest first.
func logOf(t *testing.T, n *Node) []string {
	t.Helper()
	entries, err := n.Audit(context.Background(), AuditQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range entries {
		lines = append(lines, strings.Join([]string{string(e.What), e.Name, e.Detail, string(e.Outcome)}, "|"))
	}
	return lines
}

// opened opens the comparison on one side.
func opened(t *testing.T, n *Node, person Person) Verification {
	t.Helper()
	v, err := n.Verify(soon(t), person.Device)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// code returns the digits of one side.
func code(t *testing.T, v Verification) string {
	t.Helper()
	digits, err := v.Code(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return digits
}

func TestTheSameDigitsVerifyBoth(t *testing.T) {
	ann, bob, toBob, toAnn := met(t)
	a := opened(t, ann, toBob)
	eventually(t, bob, "that ann asks", func() bool { return seen(t, bob, toAnn.ID).Asks })
	b := opened(t, bob, toAnn)
	if ours, theirs := code(t, a), code(t, b); ours != theirs || len(ours) != 6 {
		t.Errorf("the screens show %q and %q", ours, theirs)
	}
	a.Answer(true)
	b.Answer(true)
	for _, v := range []Verification{a, b} {
		if err := v.Wait(soon(t)); err != nil {
			t.Fatal(err)
		}
	}
	for _, side := range []Person{seen(t, ann, toBob.ID), seen(t, bob, toAnn.ID)} {
		least := Permissions{Files: FilesAsk, Commands: CommandsOff, Clock: true}
		if side.Trust != TrustVerified || side.VerifiedBy != VerifiedByCode || side.Permissions != least || side.Asks {
			t.Errorf("after it: %+v", side)
		}
	}
	if lines := logOf(t, ann); !slices.Contains(lines, "verify|bob|code|done") {
		t.Errorf("ann's log: %q", lines)
	}
}

func TestDigitsThatDifferVerifyNobody(t *testing.T) {
	ann, bob, toBob, toAnn := met(t)
	a, b := opened(t, ann, toBob), opened(t, bob, toAnn)
	code(t, a)
	code(t, b)
	a.Answer(true)
	b.Answer(false)
	if err := a.Wait(soon(t)); !errors.Is(err, verify.ErrDifferThere) {
		t.Errorf("ann is told %v", err)
	}
	if err := b.Wait(soon(t)); !errors.Is(err, verify.ErrDiffer) {
		t.Errorf("bob is told %v", err)
	}
	if one, other := seen(t, ann, toBob.ID).Trust, seen(t, bob, toAnn.ID).Trust; one != TrustStranger || other != TrustStranger {
		t.Errorf("ann sees bob as %s, bob ann as %s", one, other)
	}
	eventually(t, bob, "the failure in the log", func() bool {
		return slices.ContainsFunc(logOf(t, bob), func(line string) bool {
			return strings.HasPrefix(line, "verify|ann|code") && strings.HasSuffix(line, "|refused")
		})
	})
}

func TestAPairingStringWorksOnce(t *testing.T) {
	net := link.NewMemory()
	ann, bob, eve := copyOn(t, net, "ann"), copyOn(t, net, "bob"), copyOn(t, net, "eve")
	text, err := ann.MakePairString(soon(t))
	if err != nil || strings.ContainsAny(text, " \n") || !strings.Contains(text, "ann:9527") {
		t.Fatalf("%q, %v", text, err)
	}
	toAnn, err := bob.UsePairString(soon(t), text+"\n")
	if err != nil || toAnn.Trust != TrustVerified || toAnn.VerifiedBy != VerifiedByString {
		t.Errorf("bob sees %+v, %v", toAnn, err)
	}
	if toBob := only(t, ann); toBob.Trust != TrustVerified || toBob.Device != bob.Self().ID {
		t.Errorf("ann sees %+v", toBob)
	}
	if _, err := eve.UsePairString(soon(t), text); !errors.Is(err, verify.ErrString) {
		t.Errorf("the second use: %v", err)
	}
	if toAnn := only(t, eve); toAnn.Trust != TrustStranger {
		t.Errorf("eve sees %+v", toAnn)
	}
}

func TestWhoIsLinkedButForgottenCanBeVerified(t *testing.T) {
	ann, bob, _, _ := met(t)
	if _, err := ann.db.Purge(soon(t), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := ann.roster.ByDevice(soon(t), bob.Self().ID); !errors.Is(err, ErrUnknownPerson) {
		t.Fatalf("bob is still known: %v", err)
	}
	pair(t, ann, bob)
	person, err := ann.Find(soon(t), bob.Self().ID.String())
	if err != nil || person.Trust != TrustVerified || person.Name != "bob" {
		t.Errorf("%+v, %v", person, err)
	}
}

func TestComparingTheDeviceID(t *testing.T) {
	ann, bob, toBob, _ := met(t)
	if err := ann.VerifyID(soon(t), toBob.ID, ann.Self().ID.String()); !errors.Is(err, ErrOtherID) {
		t.Errorf("another ID: %v", err)
	}
	if got := seen(t, ann, toBob.ID).Trust; got != TrustStranger {
		t.Errorf("after another ID bob is %s", got)
	}
	typed := strings.ToLower(bob.Self().ID.String())
	if err := ann.VerifyID(soon(t), toBob.ID, typed); err != nil {
		t.Fatal(err)
	}
	if got := seen(t, ann, toBob.ID); got.Trust != TrustVerified || got.VerifiedBy != VerifiedByID {
		t.Errorf("after the right one: %+v", got)
	}
	if err := ann.Unverify(soon(t), toBob.ID); err != nil {
		t.Fatal(err)
	}
	if got := seen(t, ann, toBob.ID); got.Trust != TrustStranger || got.Permissions.Clock {
		t.Errorf("taken back: %+v", got)
	}
}

func TestPermissionsAreForTheVerified(t *testing.T) {
	ann, bob, toBob, _ := met(t)
	wish := Permissions{Files: FilesAuto, Commands: CommandsAsk, Clock: true}
	if err := ann.SetPermissions(soon(t), toBob.Device, wish); !errors.Is(err, ErrNotVerified) {
		t.Errorf("for a stranger: %v", err)
	}
	pair(t, ann, bob)
	if err := ann.SetPermissions(soon(t), toBob.Device, wish); err != nil {
		t.Fatal(err)
	}
	if got := seen(t, ann, toBob.ID).Permissions; got != wish {
		t.Errorf("kept: %+v", got)
	}
	wish.Commands = "sometimes"
	if err := ann.SetPermissions(soon(t), toBob.Device, wish); err == nil {
		t.Error("a permission that does not exist was taken")
	}
	want := "permissions|bob|files=auto commands=ask clock=on|done"
	if lines := logOf(t, ann); !slices.Contains(lines, want) {
		t.Errorf("the log: %q", lines)
	}
}

// gift makes a file to send.
func gift(t *testing.T, name string, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesComeByThemselvesWithinTheCap(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	may := Permissions{Files: FilesAuto, FilesCap: 1000, Commands: CommandsOff}
	if err := ann.SetPermissions(soon(t), toBob.Device, may); err != nil {
		t.Fatal(err)
	}
	small, err := bob.Send(soon(t), toAnn.ID, []string{gift(t, "small", 1000)})
	if err != nil {
		t.Fatal(err)
	}
	large, err := bob.Send(soon(t), toAnn.ID, []string{gift(t, "large", 1001)})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "the small one verified, the large one offered", func() bool {
		return stateOf(t, bob, small.Seq) == StateVerified && stateOf(t, bob, large.Seq) == StateOffered
	})
	want := []string{
		"files|bob|verified: small (1 files, 1000 bytes)|done",
		"files|bob|accepted by itself: small (1 files, 1000 bytes)|allowed",
	}
	eventually(t, ann, "both in the log", func() bool {
		lines := logOf(t, ann)
		return slices.Contains(lines, want[0]) && slices.Contains(lines, want[1])
	})
}

func TestAPermissionTakenBackStopsWhatItStarted(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	if err := ann.SetPermissions(soon(t), toBob.Device, Permissions{Files: FilesAuto, Commands: CommandsOff}); err != nil {
		t.Fatal(err)
	}
	large := gift(t, "large", 0)
	if err := os.Truncate(large, 512<<20); err != nil { // takes seconds to send
		t.Fatal(err)
	}
	sent, err := bob.Send(soon(t), toAnn.ID, []string{large})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "the file coming", func() bool {
		items := itemsOf(t, ann, toBob)
		return len(items) == 1 && items[0].State == StateRunning
	})
	if err := ann.SetPermissions(soon(t), toBob.Device, Permissions{Files: FilesAsk, Commands: CommandsOff}); err != nil {
		t.Fatal(err)
	}
	if got := itemsOf(t, ann, toBob)[0]; got.State != StateCancelled {
		t.Errorf("ann's side is %s", got.State)
	}
	eventually(t, bob, "that it was stopped", func() bool {
		return stateOf(t, bob, sent.Seq) == StateCancelled && reasonOf(t, bob, sent.Seq) == ReasonCancelledThere
	})
	if left, err := os.ReadDir(ann.Settings().SaveDir); err != nil || len(left) != 0 {
		t.Errorf("left in the save folder: %v, %v", left, err)
	}
}
