package netcore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
	"lanyard/netcore/link"
)

// noon is when everything happens.
var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

var carol = Person{ID: 2, Name: "carol", Device: DeviceID{2}, Online: true}

// execute runs exec and returns its lines, with what it put out among them.
func execute(t *testing.T, ctx context.Context, node *fakeEngine, args control.ExecArgs) (string, error) {
	t.Helper()
	out := newTranscript()
	r := request(control.CommandExec, args)
	r.Pipes = newFakePipes(out)
	err := NewDoor(node).Run(ctx, r, out.emit)
	return strings.ReplaceAll(strings.ReplaceAll(out.text(t), bob.Device.String(), "BOB"), carol.Device.String(), "CAROL"), err
}

func TestExecFromAskingToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.onRun = func(key int64, r RunRequest) {
			if r.Dir != "/tmp" || r.Wall != time.Second {
				t.Errorf("asked for %+v", r)
			}
			node.alterRun(key, func(r *Run) { r.Until, r.Encoding = noon, "gbk" })
			synctest.Wait()
			node.begin(key)
			_ = node.print(key, Stdout, "one\n")
			_ = node.print(key, Stderr, "two\n")
			node.exit(key, command.StateExited, 3)
		}
		lines, err := execute(t, t.Context(), node, control.ExecArgs{People: []string{"bob"}, Argv: []string{"ls", "a b"}, Dir: "/tmp", WallMS: 1000})
		wantWord(t, err, 3, "run:exited")
		want := `{"event":"asked","run":1,"person":"bob","id":"BOB","until":"2026-05-04T12:00:00.000Z"}
{"event":"started","run":1,"direction":"out","person":"bob","id":"BOB","line":"ls \"a b\"","folder":"/tmp","by":"always","encoding":"gbk"}
{"put":"one\n","pipe":1}
{"put":"two\n","pipe":2}
{"event":"exit","run":1,"direction":"out","person":"bob","id":"BOB","state":"exited","exit":3,"result":3,"took_ms":1500,"out_bytes":4,"err_bytes":4,"out_sha256":"2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806","err_sha256":"27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a"}
`
		if lines != want {
			t.Errorf("got\n%swant\n%s", lines, want)
		}
	})
}

func TestExecExitCodes(t *testing.T) {
	for _, test := range []struct {
		state  RunState
		reason RunReason
		exit   int
		code   int
	}{
		{command.StateExited, "", 0, 0},
		{command.StateExited, "", 1, 1},
		{command.StateExited, "", 255, 255},
		{command.StateExited, "", 256, 255},
		{command.StateExited, "", -1073741510, 255},
		{command.StateSignalled, "", 137, 137},
		{command.StateSignalled, "", -1, 255},
		{command.StateTimeout, "", 143, 124},
		{command.StateKilledHere, "", 0, 130},
		{command.StateKilledHere, command.ReasonSink, 0, 125},
		{command.StateKilledThere, command.ReasonRevoked, 0, 126},
		{command.StateKilledThere, "", 0, 126},
		{command.StateKilledThere, command.ReasonClosing, 0, 128},
		{command.StateKilledHere, command.ReasonClosing, 0, 125},
		{command.StateDenied, command.ReasonDenied, 0, 126},
		{command.StateDenied, command.ReasonExpired, 0, 126},
		{command.StateDenied, command.ReasonNotPermitted, 0, 126},
		{command.StateDenied, command.ReasonTooLong, 0, 126},
		{command.StateDenied, command.ReasonBusy, 0, 126},
		{command.StateDenied, command.ReasonNoButton, 0, 127},
		{command.StateDenied, command.ReasonBadArgument, 0, 125},
		{command.StateDenied, command.ReasonBadRequest, 0, 125},
		{command.StateNotFound, "", 0, 127},
		{command.StateFailed, command.ReasonNotAllowed, 0, 126},
		{command.StateFailed, command.ReasonFolder, 0, 125},
		{command.StateFailed, command.ReasonDamaged, 0, 125},
		{command.StateFailed, command.ReasonUpdate, 0, 125},
		{command.StateFailed, command.ReasonNoAnswer, 0, 128},
		{command.StateLost, "", 0, 128},
	} {
		run := Run{State: test.state, Reason: test.reason, Exit: test.exit}
		if code := execCode(run); code != test.code {
			t.Errorf("%s %s %d: exit code %d, want %d", test.state, test.reason, test.exit, code, test.code)
		}
		if failure := control.AsFailure(execOutcome(run)); test.code != 0 && (failure.Exit != test.code || failure.Text == "") {
			t.Errorf("%s %s: %#v", test.state, test.reason, failure)
		}
	}
}

func TestExecThatIsNotBegun(t *testing.T) {
	long := []string{strings.Repeat("x", 40<<10)}
	for _, test := range []struct {
		name  string
		args  control.ExecArgs
		alter func(*fakeEngine)
		exit  int
		word  control.Word
	}{
		{"nobody", control.ExecArgs{Argv: []string{"true"}}, nil, control.ExitUsage, wordNoPerson},
		{"nothing", control.ExecArgs{People: []string{"bob"}}, nil, control.ExitUsage, wordBadRun},
		{"too much", control.ExecArgs{People: []string{"bob"}, Argv: long}, nil, control.ExitUsage, wordBadRun},
		{"an unknown name", control.ExecArgs{People: []string{"eve"}, Argv: []string{"true"}}, nil, control.ExitUnreachable, wordNobodySeen},
		{"a name of two", control.ExecArgs{People: []string{"twins"}, Argv: []string{"true"}}, nil, control.ExitFailed, control.WordAmbiguous},
		{"a name of two among others", control.ExecArgs{People: []string{"bob", "twins"}, Argv: []string{"true"}}, nil, control.ExitFailed, control.WordAmbiguous},
		{"input for two", control.ExecArgs{People: []string{"bob", "carol"}, Argv: []string{"cat"}, Stdin: true}, nil, control.ExitUsage, wordOnePerson},
		{
			"somebody who is not there",
			control.ExecArgs{People: []string{"bob"}, Argv: []string{"true"}},
			func(e *fakeEngine) { e.reachErr = ErrUnreachable }, control.ExitUnreachable, control.WordUnreachable,
		},
		{
			"somebody who has just gone",
			control.ExecArgs{People: []string{"bob"}, Argv: []string{"true"}},
			func(e *fakeEngine) { e.startErr = fmt.Errorf("%w: %w", ErrUnreachable, link.ErrLinkLost) }, control.ExitUnreachable, control.WordUnreachable,
		},
		{
			"somebody blocked",
			control.ExecArgs{People: []string{"bob"}, Argv: []string{"true"}},
			func(e *fakeEngine) { e.people[0].Trust = TrustBlocked }, control.ExitRefused, wordBlocked,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				node := newFake()
				if test.alter != nil {
					test.alter(node)
				}
				lines, err := execute(t, t.Context(), node, test.args)
				wantWord(t, err, test.exit, test.word)
				if lines != "" || len(node.fakeRuns.runs) > 0 {
					t.Errorf("%d runs, %s", len(node.fakeRuns.runs), lines)
				}
			})
		})
	}
}

func TestExecIsStoppedWithItsCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		ctx, cancel := context.WithCancel(t.Context())
		node.onRun = func(key int64, _ RunRequest) {
			node.begin(key)
			synctest.Wait()
			cancel()
		}
		lines, err := execute(t, ctx, node, control.ExecArgs{People: []string{"bob"}, Argv: []string{"sleep", "9"}})
		wantWord(t, err, control.ExitStopped, "run:killed-here")
		if !strings.Contains(lines, `"state":"killed-here"`) {
			t.Errorf("the end is not told:\n%s", lines)
		}
	})
}

func TestExecDoesNotWaitForeverForTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		ctx, cancel := context.WithCancel(t.Context())
		node.onRun = func(key int64, _ RunRequest) { node.begin(key); cancel() }
		node.onStop = func(int64) {} // they do not answer
		began := time.Now()
		_, err := execute(t, ctx, node, control.ExecArgs{People: []string{"bob"}, Argv: []string{"sleep", "9"}})
		wantWord(t, err, control.ExitStopped, "run:killed-here")
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("waited for %v", took)
		}
	})
}

func TestExecStopsWhatNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		gone := errors.New("nobody listens")
		printed := make(chan error, 1)
		node.onRun = func(key int64, _ RunRequest) {
			node.begin(key)
			printed <- node.print(key, Stdout, "x")
			node.exit(key, command.StateKilledHere, 0)
		}
		r := request(control.CommandExec, control.ExecArgs{People: []string{"bob"}, Argv: []string{"yes"}})
		r.Pipes = &fakePipes{err: gone}
		if err := NewDoor(node).Run(t.Context(), r, newTranscript().emit); err == nil {
			t.Error("it succeeded")
		}
		if err := <-printed; !errors.Is(err, gone) {
			t.Errorf("the producer hears %v", err)
		}
	})
}

func TestExecWithInputAndTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.typedEnd, node.resized = make(chan struct{}), make(chan TerminalSize, 1)
		node.onRun = func(key int64, r RunRequest) {
			if r.Terminal == nil || *r.Terminal != (TerminalSize{Cols: 80, Rows: 24}) {
				t.Errorf("terminal of %v", r.Terminal)
			}
			node.begin(key)
			<-node.typedEnd
			if size := <-node.resized; size != (TerminalSize{Cols: 100, Rows: 30}) {
				t.Errorf("resized to %v", size)
			}
			node.exit(key, command.StateExited, 0)
		}
		out := newTranscript()
		pipes := newFakePipes(out)
		pipes.input <- []byte("ab")
		pipes.input <- []byte("c")
		close(pipes.input)
		pipes.sizes <- control.Size{Cols: 100, Rows: 30}
		r := request(control.CommandExec, control.ExecArgs{
			People: []string{"bob"}, Argv: []string{"sh"}, Terminal: &control.Size{Cols: 80, Rows: 24},
		})
		r.Pipes = pipes
		if err := NewDoor(node).Run(t.Context(), r, out.emit); err != nil {
			t.Error(err)
		}
		if node.typed.String() != "abc" {
			t.Errorf("typed %q", node.typed.String())
		}
	})
}

// two is a node with two other people.
func two() *fakeEngine {
	node := newFake()
	node.people = append(node.people, carol)
	return node
}

func TestExecOnSeveralFoldsWhatIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := two()
		dave := Person{ID: 3, Name: "dave", Device: DeviceID{3}, Online: true}
		node.people = append(node.people, dave)
		node.onRun = func(key int64, _ RunRequest) {
			node.begin(key)
			if key == 2 {
				_ = node.print(key, Stderr, "odd\n")
				node.exit(key, command.StateExited, 7)
				return
			}
			_ = node.print(key, Stdout, "same\n")
			node.exit(key, command.StateExited, 0)
		}
		lines, err := execute(t, t.Context(), node, control.ExecArgs{People: []string{"bob", "carol", "dave", "bob"}, Argv: []string{"ls"}})
		wantWord(t, err, 7, "run:exited")
		_, outputs, _ := strings.Cut(lines, `{"event":"same"`)
		want := `,"runs":[1,3],"bytes":5}
{"put":"same\n","run":1,"pipe":1}
{"event":"same","runs":[2],"bytes":4}
{"put":"odd\n","run":2,"pipe":2}
`
		if outputs != want || strings.Count(lines, `"event":"exit"`) != 3 {
			t.Errorf("got\n%swant\n%s", lines, want)
		}
	})
}

func TestExecOnSeveralLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := two()
		node.onRun = func(key int64, _ RunRequest) {
			node.begin(key)
			for _, text := range []string{"a", "b"} {
				_ = node.print(key, Stdout, text)
				pause(t.Context(), time.Second)
			}
			_ = node.print(key, Stderr, "c")
			node.exit(key, command.StateExited, 0)
		}
		lines, err := execute(t, t.Context(), node, control.ExecArgs{People: []string{"bob", "carol"}, Argv: []string{"ls"}, Live: true})
		if err != nil {
			t.Error(err)
		}
		for key := 1; key <= 2; key++ {
			if !strings.Contains(lines, fmt.Sprintf(`{"put":"b","run":%d,"pipe":1}`, key)) {
				t.Errorf("run %d:\n%s", key, lines)
			}
			last := strings.Index(lines, fmt.Sprintf(`{"put":"c","run":%d,"pipe":2}`, key))
			if end := strings.Index(lines, fmt.Sprintf(`{"event":"exit","run":%d,`, key)); last < 0 || end < last {
				t.Errorf("run %d ends before its output:\n%s", key, lines)
			}
		}
	})
}

func TestExecOnSeveralOfWhomOneIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := two()
		node.reachErrs = []error{ErrUnreachable}
		node.onRun = func(key int64, _ RunRequest) {
			node.begin(key)
			node.exit(key, command.StateExited, 0)
		}
		lines, err := execute(t, t.Context(), node, control.ExecArgs{People: []string{"bob", "carol"}, Argv: []string{"ls"}})
		wantWord(t, err, control.ExitLost, "run:lost")
		if strings.Count(lines, `"state":"lost","exit":0,"result":128`) != 1 || strings.Count(lines, `"state":"exited"`) != 1 {
			t.Errorf("lines:\n%s", lines)
		}
	})
}

func TestExecOnSeveralIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := two()
		ctx, cancel := context.WithCancel(t.Context())
		node.onRun = func(key int64, _ RunRequest) {
			node.begin(key)
			pause(t.Context(), time.Second)
			cancel()
		}
		lines, err := execute(t, ctx, node, control.ExecArgs{People: []string{"bob", "carol"}, Argv: []string{"sleep", "9"}})
		wantWord(t, err, control.ExitStopped, "run:killed-here")
		if strings.Count(lines, `"state":"killed-here"`) != 2 {
			t.Errorf("lines:\n%s", lines)
		}
	})
}
