//go:build unix

package netcore

import (
	"context"
	"io"
	"testing"

	"lanyard/netcore/command"
	"lanyard/netcore/link"
)

// office is two nodes that know each other: ann asks, bob's PC runs.
type office struct {
	t        *testing.T
	net      *link.Memory
	ann, bob *Node
	toBob    PersonID // in ann's profile
	fromAnn  PersonID // in bob's profile
}

// newOffice returns two nodes; ann may run what level says on bob's PC.
func newOffice(t *testing.T, level CommandsPermission) *office {
	t.Helper()
	net := link.NewMemory()
	o := &office{t: t, net: net, ann: copyOn(t, net, "ann"), bob: copyOn(t, net, "bob")}
	o.meet(level)
	return o
}

// meet has the two meet, and says what ann may run.
func (o *office) meet(level CommandsPermission) {
	o.t.Helper()
	o.toBob = reach(o.t, o.ann, "bob:9527").ID
	o.fromAnn = only(o.t, o.bob).ID
	if level != CommandsOff {
		o.permit(level)
	}
}

// openAs opens a Node with a profile folder, and a configuration of the test's.
func openAs(t *testing.T, net *link.Memory, host, profile string, change func(*Config)) *Node {
	t.Helper()
	config := Config{Profile: profile, Name: host, Listen: host + ":9527", Quiet: true, Network: net.Host(host)}
	change(&config)
	n, err := Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNode(t, n) })
	return n
}

// asked waits for a consent that is waited for.
func (o *office) asked() RunAsk {
	o.t.Helper()
	eventually(o.t, o.bob, "the question", func() bool { return len(o.bob.Asks()) == 1 })
	return o.bob.Asks()[0]
}

// answers answers the consent that is waited for.
func (o *office) answers(answer ConsentAnswer) {
	o.t.Helper()
	if err := o.bob.AnswerAsk(soon(o.t), o.asked().Number, answer); err != nil {
		o.t.Fatal(err)
	}
}

// runs waits until bob's PC runs something, and returns it.
func (o *office) runs() Run {
	o.t.Helper()
	var running []Run
	eventually(o.t, o.bob, "it runs", func() bool {
		running = o.bob.Running()
		return len(running) == 1 && running[0].State == RunRunning
	})
	return running[0]
}

// permit verifies ann, if she is not, and says what she may run.
func (o *office) permit(level CommandsPermission) {
	o.t.Helper()
	id := o.ann.Self().ID
	if err := o.bob.VerifyID(soon(o.t), o.fromAnn, id.String()); err != nil {
		o.t.Fatal(err)
	}
	if err := o.bob.SetPermissions(soon(o.t), id, Permissions{Files: FilesAsk, Commands: level}); err != nil {
		o.t.Fatal(err)
	}
}

// start asks for a run.
func (o *office) start(request RunRequest) Run {
	o.t.Helper()
	r, err := o.ann.StartRun(soon(o.t), o.toBob, request)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// argv is a request without more.
func argv(words ...string) RunRequest { return RunRequest{Argv: words} }

// over waits for the end of a run on the asker's side.
func (o *office) over(key int64) Run {
	o.t.Helper()
	r, err := o.ann.WaitRun(soon(o.t), key)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// there returns the newest run on the owner's side, once it has ended.
func (o *office) there() Run {
	o.t.Helper()
	var r Run
	eventually(o.t, o.bob, "the end of the run", func() bool {
		runs, err := o.bob.Runs(context.Background(), RunQuery{Limit: 1})
		if err != nil {
			o.t.Fatal(err)
		}
		if len(runs) == 1 {
			r = runs[0]
		}
		return len(runs) == 1 && r.State.Ended()
	})
	return r
}

// output reads all that is kept of the output of a run.
func output(t *testing.T, n *Node, key int64) string {
	t.Helper()
	out, err := n.RunOutput(soon(t), key)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	all, err := io.ReadAll(io.NewSectionReader(out, 0, out.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestACommandRunsAndIsInBothConversations(t *testing.T) {
	o := newOffice(t, CommandsAlways)
	r := o.start(argv("sh", "-c", "echo out; echo err >&2; exit 3"))
	if r.Key == 0 || r.Line != `sh -c "echo out; echo err >&2; exit 3"` || r.Here || r.Name != "bob" {
		t.Errorf("begun: %+v", r)
	}
	end := o.over(r.Key)
	if end.State != command.StateExited || end.Exit != 3 || end.Decision != command.DecidedAlways || end.OutBytes != 4 || end.ErrBytes != 4 || end.Kept != 8 {
		t.Errorf("ended: %+v", end)
	}
	there := o.there()
	if there.State != command.StateExited || there.Exit != 3 || !there.Here || there.Name != "ann" || there.OutSHA256 != end.OutSHA256 || there.Line != r.Line {
		t.Errorf("there: %+v", there)
	}
	if got := output(t, o.ann, r.Key); got != "out\nerr\n" {
		t.Errorf("output %q", got)
	}
	for _, n := range []*Node{o.ann, o.bob} {
		p := only(t, n)
		eventually(t, n, "the item", func() bool {
			items := itemsOf(t, n, p)
			return len(items) == 1 && items[0].State == State(command.StateExited)
		})
		item := itemsOf(t, n, p)[0]
		if item.Kind != KindRun || item.Run == nil || item.Run.Exit != 3 || item.Outgoing != (n == o.ann) {
			t.Errorf("item %+v", item)
		}
		if p = only(t, n); p.Last.Kind != KindRun || p.Last.Text != r.Line || (p.Unread == 1) != (n == o.bob) {
			t.Errorf("shown in the list: %+v", p)
		}
		eventually(t, n, "two entries of the audit log", func() bool {
			log, err := n.Audit(soon(t), AuditQuery{What: AuditCommand})
			return err == nil && len(log) == 2
		})
	}
}

func TestAConsentIsAskedForAndGiven(t *testing.T) {
	o := newOffice(t, CommandsAsk)
	r := o.start(argv("echo", "hello"))
	eventually(t, o.bob, "the question", func() bool { return len(o.bob.Asks()) == 1 })
	ask := o.bob.Asks()[0]
	if ask.Run.Line != "echo hello" || ask.Run.Name != "ann" || ask.Trust != TrustVerified || !ask.Forever || ask.Account == "" || ask.Run.Until.IsZero() || ask.Run.Key == 0 {
		t.Errorf("asked: %+v", ask)
	}
	if err := o.bob.AnswerAsk(soon(t), ask.Number, command.AllowForever); err != nil {
		t.Fatal(err)
	}
	if end := o.over(r.Key); end.State != command.StateExited || end.Decision != command.DecidedForever {
		t.Errorf("ended: %+v", end)
	}
	if end := o.over(o.start(argv("echo", "hello")).Key); end.State != command.StateExited || end.Decision != command.DecidedRemembered {
		t.Errorf("again: %+v", end)
	}
}
