package command

import (
	"crypto/sha256"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestARunSaysHowItEnded(t *testing.T) {
	for _, tc := range []struct {
		name   string
		r      Request
		state  State
		reason Reason
		exit   int
		signal string
	}{
		{"success", argv("true"), StateExited, "", 0, ""},
		{"exit code", argv("exit", "37"), StateExited, "", 37, ""},
		{"signal", argv("crash"), StateSignalled, "", 0, "SIGSEGV"},
		{"time limit", Request{Argv: []string{"sleep"}, Wall: time.Second}, StateTimeout, "", 0, "SIGTERM"},
		{"no program", argv("missing"), StateNotFound, "", 0, ""},
		{"not allowed", argv("locked"), StateFailed, ReasonNotAllowed, 0, ""},
		{"no folder", Request{Argv: []string{"true"}, Dir: "/missing"}, StateFailed, ReasonFolder, 0, ""},
		{"other fault", argv("broken"), StateFailed, ReasonStart, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			run(t, LevelAlways, func(w *world) {
				there, here := w.ends(tc.r, tc.state, tc.state, tc.reason)
				for _, info := range []Info{there, here} {
					if info.Exit != tc.exit || info.Signal != tc.signal {
						t.Errorf("exit %d, signal %q", info.Exit, info.Signal)
					}
				}
			})
		})
	}
}

func TestOutputComesInOrderAndWhole(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		var got taken
		there, here := w.end(w.start(argv("echo", "one", "two", "三", "四"), got.take))
		w.words(there, here, StateExited, StateExited, "")
		if got.text(Stdout) != "one\n三\n" || got.text(Stderr) != "two\n四\n" || len(got.order) != 4 || got.order[1] != Stderr {
			t.Errorf("%q, %q, %v", got.text(Stdout), got.text(Stderr), got.order)
		}
		for _, info := range []Info{there, here} {
			if info.Stdout.Bytes != 8 || info.Stdout.SHA256 != sha256.Sum256([]byte("one\n三\n")) {
				t.Errorf("stdout is %+v", info.Stdout)
			}
			if info.Stderr.SHA256 != sha256.Sum256([]byte("two\n四\n")) {
				t.Errorf("stderr is %+v", info.Stderr)
			}
		}
	})
}

func TestBothSidesKeepARecord(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		there, here := w.ends(Request{Argv: []string{"true", "a b"}, Dir: "/tmp/x/.."}, StateExited, StateExited, "")
		if here.Device != w.asker.id || there.Device != w.owner.id || !here.Here || there.Here {
			t.Errorf("who: %+v, %+v", here, there)
		}
		if here.Decision != DecidedAlways || there.Decision != DecidedAlways {
			t.Errorf("decided %q, %q", here.Decision, there.Decision)
		}
		if strings.Join(here.Argv, "|") != "true|a b" || here.Dir != "/tmp" || here.Ended.IsZero() || here.Began.IsZero() {
			t.Errorf("the owner's record is %+v", here)
		}
		for _, d := range []*device{w.asker, w.owner} {
			if len(d.audits) != 2 || d.audits[0].State != StateRunning {
				t.Errorf("%d entries, the first %s", len(d.audits), d.audits[0].State)
			}
		}
	})
}

func TestStopFromBothSides(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r := w.start(argv("stubborn"), nil)
		synctest.Wait()
		r.Stop()
		there, here := w.end(r)
		w.words(there, here, StateKilledHere, StateKilledThere, "")
		if there.Signal != "SIGKILL" || there.Stderr.Bytes == 0 {
			t.Errorf("it ended by %q, with %d bytes", there.Signal, there.Stderr.Bytes)
		}
		r = w.start(argv("stubborn"), nil)
		synctest.Wait()
		list := w.owner.List()
		if len(list) != 1 || list[0].State != StateRunning || !list[0].Here {
			t.Fatalf("the owner sees %+v", list)
		}
		if err := w.owner.Stop(list[0].Number); err != nil {
			t.Error(err)
		}
		there, here = w.end(r)
		w.words(there, here, StateKilledThere, StateKilledHere, "")
		if err := w.owner.Stop(list[0].Number); err != ErrNoRun {
			t.Errorf("a second Stop: %v", err)
		}
	})
}

func TestAProgramThatEndsItselfWhenStoppedHasExited(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r := w.start(argv("polite"), nil)
		synctest.Wait()
		r.Stop()
		there, here := w.end(r)
		w.words(there, here, StateExited, StateExited, "")
		if there.Exit != 7 || there.Stdout.Bytes != 4 {
			t.Errorf("%+v", there)
		}
	})
}

func TestLostLinkStopsTheRun(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r := w.start(argv("stubborn"), nil)
		synctest.Wait()
		began := time.Now()
		w.cut()
		there, _ := w.end(r)
		pass(5 * time.Second)
		here := w.owner.lastAudit(t, there.ID)
		w.words(there, here, StateLost, StateLost, "")
		if took := here.Ended.Sub(began); took > 5*time.Second {
			t.Errorf("it ended after %v", took)
		}
	})
}

func TestTheEndOfEitherProgramIsTold(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r := w.start(argv("stubborn"), nil)
		synctest.Wait()
		if err := w.owner.Close(); err != nil {
			t.Error(err)
		}
		there, here := w.end(r)
		w.words(there, here, StateKilledThere, StateKilledHere, ReasonClosing)
	})
	run(t, LevelAlways, func(w *world) {
		r := w.start(argv("sleep"), nil)
		synctest.Wait()
		if err := w.asker.Close(); err != nil {
			t.Error(err)
		}
		there, here := w.end(r)
		if there.State != StateKilledHere || there.Reason != ReasonClosing || here.State != StateKilledThere {
			t.Errorf("the asker sees %s (%s), the owner %s", there.State, there.Reason, here.State)
		}
	})
}

func TestStandardInput(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		var got taken
		r := w.start(Request{Argv: []string{"cat"}, Stdin: true}, got.take)
		text := strings.Repeat("0123456789", 100_000) // four windows
		if n, err := io.WriteString(r, text); n != len(text) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if err := r.CloseInput(); err != nil {
			t.Error(err)
		}
		there, here := w.end(r)
		w.words(there, here, StateExited, StateExited, "")
		if got.text(Stdout) != text {
			t.Errorf("%d bytes came back", len(got.text(Stdout)))
		}
		if _, err := r.Write([]byte("x")); err == nil {
			t.Error("a run that has ended takes input")
		}
	})
}

func TestInputThatNobodyReadsHoldsUpNoStop(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r := w.start(Request{Argv: []string{"sleep"}, Stdin: true}, nil)
		wrote := make(chan error, 1)
		go func() { _, err := r.Write(make([]byte, 10<<20)); wrote <- err }()
		synctest.Wait()
		r.Stop()
		there, here := w.end(r)
		w.words(there, here, StateKilledHere, StateKilledThere, "")
		if err := <-wrote; err == nil {
			t.Error("ten megabytes were taken")
		}
	})
}

func TestWithoutInputThereIsNone(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r := w.start(argv("cat"), nil)
		if _, err := r.Write([]byte("x")); err != ErrEnded {
			t.Errorf("Write = %v", err)
		}
		w.end(r)
		if spec := w.owner.runner.seen()[0]; spec.Stdin != nil {
			t.Error("the program has a standard input")
		}
	})
}

func TestTerminalWithoutACommandIsTheShellOfItsUser(t *testing.T) {
	runWith(t, LevelAlways, Config{Shell: []string{"tty"}}, func(w *world) {
		var got taken
		r := w.start(Request{Terminal: &Size{80, 24}}, got.take)
		synctest.Wait()
		r.Stop()
		if _, here := w.end(r); len(here.Argv) != 1 || here.Argv[0] != "tty" || got.text(Stdout) != "80x24\n" {
			t.Errorf("the owner saw %q, the asker %q", here.Argv, got.text(Stdout))
		}
	})
	runWith(t, LevelAlways, Config{}, func(w *world) {
		if shell := w.owner.Service.config.Shell; len(shell) != 1 || shell[0] == "" {
			t.Errorf("the shell of this user is %q", shell)
		}
	})
}

func TestTerminal(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		var got taken
		r := w.start(Request{Argv: []string{"tty"}, Terminal: &Size{80, 24}}, got.take)
		synctest.Wait()
		if err := r.Resize(Size{132, 43}); err != nil {
			t.Error(err)
		}
		if err := r.Resize(Size{0, 1}); err == nil {
			t.Error("a terminal without columns")
		}
		synctest.Wait()
		r.Stop()
		w.end(r)
		if got.text(Stdout) != "80x24\n132x43\n" {
			t.Errorf("it saw %q", got.text(Stdout))
		}
	})
}

func TestTheEndOfTheCallersContextStopsTheRun(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		r, cancel := w.startCancel(argv("sleep"))
		synctest.Wait()
		cancel()
		there, here := w.end(r)
		w.words(there, here, StateKilledHere, StateKilledThere, "")
	})
}

func TestTheChangesAreTold(t *testing.T) {
	run(t, LevelAsk, func(w *world) {
		r := w.start(argv("polite"), nil)
		w.answer(AllowOnce)
		synctest.Wait() // one that has ended by now would not be told to run
		r.Stop()
		w.end(r)
		for name, d := range map[string]*device{"asker": w.asker, "owner": w.owner} {
			var states []string
			for _, info := range d.changes {
				states = append(states, string(info.State))
			}
			if got := strings.Join(states, " "); !strings.HasPrefix(got, "asking") || !strings.HasSuffix(got, "asking running exited") {
				t.Errorf("the %s saw %s", name, got)
			}
		}
		if len(w.asker.List())+len(w.owner.List()) != 0 {
			t.Error("it is still listed")
		}
	})
}
