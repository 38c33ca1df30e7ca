//go:build unix

package netcore

import (
	"errors"
	"testing"
	"time"

	"lanyard/netcore/command"
)

// word is how one side calls the end of a run.
type word struct {
	state  RunState
	reason RunReason
}

// TestEachEndHasItsOwnWordOnBothSides: what a user sees of a command that ended,
// on the PC that asked and on the one where it ran.
func TestEachEndHasItsOwnWordOnBothSides(t *testing.T) {
	sleep := argv("sleep", "600")
	running := func(act func(o *office, key, there int64) error) func(*office, int64) error {
		return func(o *office, key int64) error { return act(o, key, o.runs().Key) }
	}
	asking := func(act func(o *office, ask RunAsk) error) func(*office, int64) error {
		return func(o *office, _ int64) error { return act(o, o.asked()) }
	}
	for name, tc := range map[string]struct {
		level   CommandsPermission
		request RunRequest
		act     func(o *office, key int64) error
		asker   word
		owner   word // zero: it is no run there, only an entry of the log
	}{
		"exited":    {CommandsAlways, argv("sh", "-c", "exit 7"), nil, word{RunExited, ""}, word{RunExited, ""}},
		"signalled": {CommandsAlways, argv("sh", "-c", "kill -9 $$"), nil, word{RunSignalled, ""}, word{RunSignalled, ""}},
		"timeout": {
			CommandsAlways,
			RunRequest{Argv: []string{"sleep", "600"}, Wall: 50 * time.Millisecond},
			nil,
			word{RunTimeout, ""},
			word{RunTimeout, ""},
		},
		"not found": {CommandsAlways, argv("no-such-program-here"), nil, word{RunNotFound, ""}, word{RunNotFound, ""}},
		"no folder": {
			CommandsAlways,
			RunRequest{Argv: []string{"true"}, Dir: "/no/such/folder"},
			nil,
			word{RunFailed, RunFolder},
			word{RunFailed, RunFolder},
		},
		"not permitted": {CommandsOff, sleep, nil, word{RunDenied, RunNotPermitted}, word{}},
		"buttons only":  {CommandsButtons, sleep, nil, word{RunDenied, RunNotPermitted}, word{}},
		"no such button": {
			CommandsAlways, RunRequest{Button: "backup"}, nil, word{RunDenied, RunNoButton}, word{},
		},
		"denied": {
			CommandsAsk, sleep, asking(func(o *office, ask RunAsk) error { return o.bob.AnswerAsk(soon(o.t), ask.Number, Deny) }),
			word{RunDenied, RunSaidNo},
			word{RunDenied, RunSaidNo},
		},
		"stopped while it is asked for": {
			CommandsAsk, sleep, asking(func(o *office, ask RunAsk) error { return o.bob.StopRun(ask.Run.Key) }),
			word{RunDenied, RunSaidNo},
			word{RunDenied, RunSaidNo},
		},
		"withdrawn": {
			CommandsAsk, sleep, func(o *office, key int64) error { o.asked(); return o.ann.StopRun(key) },
			word{RunKilledHere, RunWithdrawn},
			word{RunKilledThere, RunWithdrawn},
		},
		"expired": {CommandsAsk, sleep, func(*office, int64) error { return nil }, word{RunDenied, RunExpired}, word{RunDenied, RunExpired}},
		"killed by the asker": {
			CommandsAlways, sleep, running(func(o *office, key, _ int64) error { return o.ann.StopRun(key) }),
			word{RunKilledHere, ""},
			word{RunKilledThere, ""},
		},
		"killed by the owner": {
			CommandsAlways, sleep, running(func(o *office, _, there int64) error { return o.bob.StopRun(there) }),
			word{RunKilledThere, ""},
			word{RunKilledHere, ""},
		},
		"revoked": {
			CommandsAlways, sleep, running(func(o *office, _, _ int64) error {
				return o.bob.SetPermissions(soon(o.t), o.ann.Self().ID, Permissions{Files: FilesAsk, Commands: CommandsAsk})
			}),
			word{RunKilledThere, RunRevoked},
			word{RunKilledHere, RunRevoked},
		},
		"revoked while it is asked for": {
			CommandsAsk, sleep, asking(func(o *office, _ RunAsk) error {
				return o.bob.SetPermissions(soon(o.t), o.ann.Self().ID, Permissions{Files: FilesAsk, Commands: CommandsButtons})
			}),
			word{RunDenied, RunRevoked},
			word{RunDenied, RunRevoked},
		},
		"lost link": {
			CommandsAlways, sleep, running(func(o *office, _, _ int64) error {
				o.ann.links.Drop(o.bob.Self().ID, errors.New("a cable was pulled"))
				return nil
			}),
			word{RunLost, ""},
			word{RunLost, ""},
		},
		"the asker's program ends": {
			CommandsAlways, sleep, running(func(o *office, _, _ int64) error { return o.ann.Close() }),
			word{RunKilledHere, RunClosing},
			word{RunKilledThere, ""},
		},
		"the owner's program ends": {
			CommandsAlways, sleep, running(func(o *office, _, _ int64) error { return o.bob.Close() }),
			word{RunKilledThere, RunClosing},
			word{RunKilledHere, RunClosing},
		},
		"too much output": {
			CommandsAlways, argv("sh", "-c", "yes & wait"), nil, word{RunKilledHere, RunOutputLimit}, word{RunKilledThere, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, tc.level)
			if name == "expired" {
				o = hastyOffice(t)
			}
			o.ann.commands.outputs.most = 1 << 20
			r := o.start(tc.request)
			if tc.act != nil {
				if err := tc.act(o, r.Key); err != nil {
					t.Fatal(err)
				}
			}
			o.checkAsker(r.Key, tc.asker)
			o.checkOwner(tc.owner)
		})
	}
}

// hastyOffice is one where silence denies at once.
func hastyOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, CommandsOff)
	closeNode(t, o.bob)
	o.bob = openAs(t, o.net, "bob", o.bob.config.Profile, func(c *Config) { c.commands = command.Limits{AskTime: 50 * time.Millisecond} })
	o.meet(CommandsAsk)
	return o
}

// checkAsker checks what the PC that asked shows of the end, in its conversation
// too, whether its program runs or was started again.
func (o *office) checkAsker(key int64, want word) {
	o.t.Helper()
	n := o.again(o.ann, "ann")
	r, err := n.WaitRun(soon(o.t), key)
	if err != nil {
		o.t.Fatal(err)
	}
	if got := (word{r.State, r.Reason}); got != want || r.Ended.IsZero() {
		o.t.Errorf("the asker sees %+v", r)
	}
	o.checkItem(n, o.toBob, want)
}

// checkOwner is checkAsker on the other PC.
func (o *office) checkOwner(want word) {
	o.t.Helper()
	n := o.again(o.bob, "bob")
	eventually(o.t, n, "the audit log", func() bool {
		log, err := n.Audit(soon(o.t), AuditQuery{What: AuditCommand, Limit: 1})
		return err == nil && len(log) == 1 && (log[0].Outcome == OutcomeDone || log[0].Outcome == OutcomeRefused || log[0].Outcome == OutcomeFailed)
	})
	if want != (word{}) {
		o.checkItem(n, o.fromAnn, want)
		return
	}
	if runs, err := n.Runs(soon(o.t), RunQuery{}); err != nil || len(runs) != 0 {
		o.t.Errorf("a refusal is a run: %+v, %v", runs, err)
	}
}

// checkItem checks the one item of a conversation.
func (o *office) checkItem(n *Node, person PersonID, want word) {
	o.t.Helper()
	var items []Item
	eventually(o.t, n, "the end of the item", func() bool {
		items = itemsOf(o.t, n, Person{ID: person})
		return len(items) == 1 && items[0].Run != nil && items[0].Run.State.Ended()
	})
	if got := (word{items[0].Run.State, items[0].Run.Reason}); got != want || string(items[0].State) != string(want.state) {
		o.t.Errorf("%s's conversation shows %+v of %+v", n.Self().Name, items[0].Run, items[0])
	}
	if left := n.Running(); len(left) != 0 {
		o.t.Errorf("%s still runs %+v", n.Self().Name, left)
	}
}

// again returns a node, started once more if it was closed.
func (o *office) again(n *Node, host string) *Node {
	o.t.Helper()
	if n.ctx.Err() == nil {
		return n
	}
	return openAs(o.t, o.net, host, n.config.Profile, func(*Config) {})
}
