package netcore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore/link"
	cmdrun "lanyard/netcore/run"
)

func TestMain(m *testing.M) {
	cmdrun.Supervise()
	goleak.VerifyTestMain(m)
}

// patience is a guard against a hang, not a measure.
const patience = time.Minute

// copyOn opens a Node on a host of an in-memory network.
func copyOn(t *testing.T, net *link.Memory, host string) *Node {
	t.Helper()
	return reopen(t, net, host, t.TempDir())
}

// reopen opens a Node with a profile folder.
func reopen(t *testing.T, net *link.Memory, host, profile string) *Node {
	t.Helper()
	n, err := Open(context.Background(), Config{
		Profile: profile, Name: host, Listen: host + ":9527", Quiet: true, Network: net.Host(host),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNode(t, n) })
	settings := n.Settings()
	settings.SaveDir = filepath.Join(profile, "saved")
	if err := n.SetSettings(context.Background(), settings); err != nil {
		t.Fatal(err)
	}
	return n
}

func closeNode(t *testing.T, n *Node) {
	t.Helper()
	if err := n.Close(); err != nil {
		t.Errorf("closing %s: %v", n.config.Name, err)
	}
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits for a condition that events announce.
func eventually(t *testing.T, n *Node, what string, holds func() bool) {
	t.Helper()
	events := n.Subscribe(1)
	defer events.Close()
	limit := time.After(patience)
	for !holds() {
		select {
		case <-events.C:
		case <-limit:
			t.Fatalf("%s never saw: %s", n.Self().Name, what)
		}
	}
}

func reach(t *testing.T, n *Node, address string) Person {
	t.Helper()
	person, err := n.Reach(soon(t), address)
	if err != nil {
		t.Fatalf("%s reaching %s: %v", n.Self().Name, address, err)
	}
	return person
}

// only returns the one person that a node has met.
func only(t *testing.T, n *Node) Person {
	t.Helper()
	var people []Person
	eventually(t, n, "one person", func() bool {
		var err error
		if people, err = n.People(context.Background()); err != nil {
			t.Fatal(err)
		}
		return len(people) == 1
	})
	return people[0]
}

func itemsOf(t *testing.T, n *Node, p Person) []Item {
	t.Helper()
	items, err := n.Items(context.Background(), p.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestTextIsDeliveredAndSeen(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	toBob := reach(t, ann, "bob:9527")
	if toBob.Name != "bob" || toBob.Device != bob.Self().ID || !toBob.Online {
		t.Errorf("ann sees %+v", toBob)
	}
	const text = "你好，Bob 😀\nsecond line"
	sent, err := ann.Say(soon(t), toBob.ID, text)
	if err != nil {
		t.Fatal(err)
	}
	fromAnn := only(t, bob)
	eventually(t, bob, "the text", func() bool { return len(itemsOf(t, bob, fromAnn)) == 1 })
	if got := itemsOf(t, bob, fromAnn)[0]; got.Text != text || got.Outgoing || got.State != StateReceived {
		t.Errorf("bob has %+v", got)
	}
	if got := only(t, bob); got.Unread != 1 || got.Last.Text == "" {
		t.Errorf("bob's list shows %+v", got)
	}
	eventually(t, ann, "delivered", func() bool { return stateOf(t, ann, sent.Seq) == StateDelivered })
	if err := bob.MarkSeen(soon(t), fromAnn.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "seen", func() bool { return stateOf(t, ann, sent.Seq) == StateSeen })
	if got := only(t, bob); got.Unread != 0 {
		t.Errorf("still %d unread", got.Unread)
	}
}

func stateOf(t *testing.T, n *Node, seq int64) State {
	t.Helper()
	item, err := n.Item(context.Background(), seq)
	if err != nil {
		t.Fatal(err)
	}
	return item.State
}

func TestFolderArrivesWithTheSameDigestOnBothSides(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	source := filepath.Join(t.TempDir(), "照片")
	for name, content := range map[string]string{"a.txt": "hello", "空.txt": "", "sub/深.bin": strings.Repeat("x", 3<<20)} {
		path := filepath.Join(source, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	sent, err := ann.Send(soon(t), reach(t, ann, "bob:9527").ID, []string{source})
	if err != nil {
		t.Fatal(err)
	}
	fromAnn := only(t, bob)
	eventually(t, bob, "the offer", func() bool { return len(itemsOf(t, bob, fromAnn)) == 1 })
	offer := itemsOf(t, bob, fromAnn)[0]
	if offer.State != StateOffered || offer.Transfer.Count != 3 || offer.Transfer.Name != "照片" {
		t.Errorf("bob is offered %+v %+v", offer, offer.Transfer)
	}
	if err := bob.Accept(soon(t), offer.Transfer.Key, AcceptOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "verified", func() bool { return stateOf(t, ann, sent.Seq) == StateVerified })
	eventually(t, bob, "verified", func() bool { return stateOf(t, bob, offer.Seq) == StateVerified })
	here, there := transferOf(t, ann, sent.Seq), transferOf(t, bob, offer.Seq)
	if here.MD5 == "" || here.MD5 != there.MD5 || here.Done != 3 || there.Done != 3 {
		t.Errorf("ann shows %+v, bob %+v", here, there)
	}
	want := filepath.Join(bob.Settings().SaveDir, "照片")
	if len(there.Paths) != 1 || there.Paths[0] != want {
		t.Errorf("bob is told %q, want %q", there.Paths, want)
	}
	if got, err := os.ReadFile(filepath.Join(want, "a.txt")); err != nil || string(got) != "hello" {
		t.Errorf("a.txt is %q, %v", got, err)
	}
	_, last, err := bob.LastSeq(soon(t))
	files, wrong := bob.FilesAfter(soon(t), 0, 10)
	if err = errors.Join(err, wrong); err != nil || len(files) != 3 || files[2].Seq != last {
		t.Errorf("LastSeq says %d, the files are %+v, %v", last, files, err)
	}
}

func transferOf(t *testing.T, n *Node, seq int64) Transfer {
	t.Helper()
	item, err := n.Item(context.Background(), seq)
	if err != nil || item.Transfer == nil {
		t.Fatalf("item %d: %+v, %v", seq, item, err)
	}
	return *item.Transfer
}

func TestAConversationSurvivesARestartAndFindsItsWay(t *testing.T) {
	net := link.NewMemory()
	profile := t.TempDir()
	ann, bob := reopen(t, net, "ann", profile), copyOn(t, net, "bob")
	if _, err := ann.Say(soon(t), reach(t, ann, "bob:9527").ID, "before"); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "the text", func() bool { return len(itemsOf(t, bob, only(t, bob))) == 1 })
	closeNode(t, ann)
	eventually(t, bob, "ann gone", func() bool { return !only(t, bob).Online })

	ann = reopen(t, net, "ann", profile)
	toBob := only(t, ann)
	eventually(t, ann, "bob again, by himself", func() bool { return only(t, ann).Online })
	if _, err := ann.Say(soon(t), toBob.ID, "after"); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "the second text", func() bool { return len(itemsOf(t, bob, only(t, bob))) == 2 })
	if got := len(itemsOf(t, ann, toBob)); got != 2 {
		t.Errorf("ann has %d items after the restart", got)
	}
}

func TestANewNameIsTold(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	reach(t, ann, "bob:9527")
	only(t, bob)
	settings := ann.Settings()
	settings.Name = "安\u202eevil\x1b[31m"
	if err := ann.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "the new name", func() bool { return strings.HasPrefix(only(t, bob).Name, "安") })
	if name := only(t, bob).Name; strings.ContainsAny(name, "\u202e\x1b") {
		t.Errorf("bob shows %q", name)
	}
}

func TestOneProfileOneCopy(t *testing.T) {
	net := link.NewMemory()
	ann := copyOn(t, net, "ann")
	_, err := Open(soon(t), Config{Profile: ann.config.Profile, Listen: "ann:1", Quiet: true, Network: net.Host("ann")})
	if !errors.Is(err, ErrHeld) {
		t.Errorf("second copy: %v, want ErrHeld", err)
	}
}

func TestReachSaysWhyNot(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	reach(t, ann, "bob:9527")
	closeNode(t, bob)
	eventually(t, ann, "bob gone", func() bool { return !only(t, ann).Online })
	for query, want := range map[string]error{"bob": ErrUnreachable, "nobody": ErrUnknownPerson} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		if _, err := ann.Reach(ctx, query); !errors.Is(err, want) {
			t.Errorf("Reach(%q) = %v, want %v", query, err, want)
		}
		cancel()
	}
}

func TestSettingsAreChecked(t *testing.T) {
	ann := copyOn(t, link.NewMemory(), "ann")
	good := ann.Settings()
	for name, change := range map[string]func(*Settings){
		"no name":          func(s *Settings) { s.Name = " \u200b" },
		"relative folder":  func(s *Settings) { s.SaveDir = "x" },
		"unknown language": func(s *Settings) { s.Language = "xx" },
		"unknown theme":    func(s *Settings) { s.Theme = "pink" },
	} {
		bad := good
		change(&bad)
		if err := ann.SetSettings(soon(t), bad); !errors.Is(err, ErrSettings) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := ann.Settings(); got != good {
		t.Errorf("settings are now %+v", got)
	}
}

func TestIsAddress(t *testing.T) {
	for query, want := range map[string]bool{
		"10.0.0.1": true, "10.0.0.1:9527": true, "host:1": true, "[fe80::1%eth0]:9527": true, "::1": true,
		"bob": false, "bob: the builder": false, "": false, "a:b:c": false, "host:99999": false,
	} {
		if isAddress(query) != want {
			t.Errorf("isAddress(%q) = %v", query, !want)
		}
	}
}
