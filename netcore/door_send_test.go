package netcore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
)

// source makes a file to send.
func source(t *testing.T) control.Path {
	t.Helper()
	path := filepath.Join(t.TempDir(), "src")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return control.Path(path)
}

func TestDoorSend(t *testing.T) {
	offered := `{"event":"offered","transfer":1,"to":"bob","id":"` + bob.Device.String() + `","name":"src","count":2,"bytes":10}` + "\n"
	tail := `,"transfer":1,"person":"bob","id":"` + bob.Device.String() + `"}` + "\n"
	for _, test := range []struct {
		name  string
		reach error
		later bool
		play  func(e *fakeEngine, key int64)
		lines string // without the ended line
		ended string // the state and reason of the ended line
		exit  int
		word  control.Word
	}{
		{
			name: "verified",
			play: func(e *fakeEngine, key int64) {
				e.move(key, func(t *Transfer) { t.State = StateOffered })
				synctest.Wait()
				e.finish(FileResult{Key: key, Path: "src/a", Raw: "src/a", Saved: "/x/src/a", Size: 4, MD5: "aa", Outgoing: true})
				e.finish(FileResult{Key: key, Path: "src/b", Raw: "src/b", Saved: "/x/src/b", Size: 6, MD5: "bb", Outgoing: true})
				e.move(key, func(t *Transfer) { t.State, t.Done = StateVerified, 2 })
			},
			lines: offered +
				`{"event":"sent","file_name":"src/a","file_size":4,"md5":"aa","path":"/x/src/a"` + tail +
				`{"event":"sent","file_name":"src/b","file_size":6,"md5":"bb","path":"/x/src/b"` + tail,
			ended: `"state":"verified","done":2,"failed":0`,
		},
		{
			name: "one file failed",
			play: func(e *fakeEngine, key int64) {
				e.finish(FileResult{Key: key, Path: "src/a", Raw: "src/a", Saved: "/x/src/a", Size: 4, MD5: "aa", Outgoing: true})
				e.finish(FileResult{Key: key, Path: "src/b", Raw: "src/b", State: StateFailed, Reason: ReasonVanished, Outgoing: true})
				e.move(key, func(t *Transfer) { t.State, t.Done, t.Failed = StateFailed, 1, 1 })
			},
			lines: `{"event":"sent","file_name":"src/a","file_size":4,"md5":"aa","path":"/x/src/a"` + tail +
				`{"event":"failed","file_name":"src/b","reason":"vanished","transfer":1,"direction":"out","person":"bob","id":"` + bob.Device.String() + `"}` + "\n",
			ended: `"state":"failed","done":1,"failed":1`,
			exit:  control.ExitFailed, word: control.WordSomeFailed,
		},
		{
			name: "declined",
			play: func(e *fakeEngine, key int64) {
				e.move(key, func(t *Transfer) { t.State = StateDeclined })
			},
			ended: `"state":"declined","done":0,"failed":0`,
			exit:  control.ExitRefused, word: control.WordDeclined,
		},
		{
			name: "cancelled there",
			play: func(e *fakeEngine, key int64) {
				e.move(key, func(t *Transfer) { t.State, t.Reason = StateCancelled, ReasonCancelledThere })
			},
			ended: `"state":"cancelled","reason":"cancelled-there","done":0,"failed":0`,
			exit:  control.ExitFailed, word: control.WordCancelledThere,
		},
		{
			name: "disk full there",
			play: func(e *fakeEngine, key int64) {
				e.move(key, func(t *Transfer) { t.State, t.Reason = StateFailed, ReasonDiskFull })
			},
			ended: `"state":"failed","reason":"disk-full","done":0,"failed":0`,
			exit:  control.ExitFailed, word: "reason:disk-full",
		},
		{
			name: "not there, later will do", reach: ErrUnreachable, later: true,
			play: func(e *fakeEngine, key int64) {
				e.move(key, func(t *Transfer) { t.State = StateQueued })
			},
			lines: strings.Replace(offered, "offered", "queued", 1),
		},
		{name: "not there", reach: ErrUnreachable, exit: control.ExitUnreachable, word: control.WordUnreachable},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := source(t)
			synctest.Test(t, func(t *testing.T) {
				node := newFake()
				node.reachErr = test.reach
				node.onSend = func(key int64) { test.play(node, key) }
				lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandSend,
					control.SendArgs{Person: "bob", Paths: []control.Path{path}, Later: test.later})
				if test.ended != "" {
					test.lines += `{"event":"ended","transfer":1,"direction":"out","person":"bob","name":"src",` + test.ended + `,"count":2,"bytes":10}` + "\n"
				}
				if lines != test.lines || exit != test.exit {
					t.Errorf("exit %d, %v, lines:\n%swant\n%s", exit, err, lines, test.lines)
				}
				if test.word != "" {
					wantWord(t, err, test.exit, test.word)
				}
			})
		})
	}
}

func TestDoorSendCountsWhatCouldNotBeListed(t *testing.T) {
	path := source(t)
	for _, test := range []struct {
		count, done, failed int
		want                string
	}{{0, 0, 1, "1 of 1 files failed"}, {2, 2, 1, "1 of 3 files failed"}, {3, 2, 1, "1 of 3 files failed"}} {
		synctest.Test(t, func(t *testing.T) {
			node := newFake()
			node.onSend = func(key int64) {
				node.move(key, func(t *Transfer) {
					t.State, t.Reason, t.Count, t.Done, t.Failed = StateFailed, ReasonNotRegular, test.count, test.done, test.failed
				})
			}
			_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSend, control.SendArgs{Person: "bob", Paths: []control.Path{path}})
			if err == nil || err.Error() != test.want {
				t.Errorf("%+v: %v", test, err)
			}
		})
	}
}

func TestDoorSendRefusesPathsBeforeItBothersAnybody(t *testing.T) {
	node := newFake()
	node.reachErr = errors.New("somebody was bothered")
	for _, test := range []struct {
		paths []control.Path
		exit  int
		word  control.Word
	}{
		{nil, control.ExitUsage, control.WordNoPaths},
		{[]control.Path{"relative"}, control.ExitUsage, control.WordNotAbsolute},
		{[]control.Path{source(t), control.Path(filepath.Join(t.TempDir(), "none"))}, control.ExitFailed, control.WordNoFile},
	} {
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSend, control.SendArgs{Person: "bob", Paths: test.paths})
		wantWord(t, err, test.exit, test.word)
	}
}

func TestDoorSendCancelledCancelsTheTransfer(t *testing.T) {
	path := source(t)
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		ctx, cancel := context.WithCancel(t.Context())
		node.onSend = func(int64) { cancel() }
		_, _, err := do(t, ctx, NewDoor(node), control.CommandSend, control.SendArgs{Person: "bob", Paths: []control.Path{path}})
		wantWord(t, err, control.ExitFailed, control.WordCancelled)
		if len(node.cancelled) != 1 {
			t.Errorf("cancelled %v", node.cancelled)
		}
	})
}

// losing is a fake whose transfers run until the link is lost after a time.
func losing(after time.Duration, then func(node *fakeEngine, key int64)) *fakeEngine {
	node := newFake()
	node.onSend = func(key int64) {
		node.move(key, func(t *Transfer) { t.State = StateRunning })
		time.Sleep(after)
		node.online(false)
		then(node, key)
	}
	return node
}

func TestDoorSendGivesUpAMinuteAfterTheLinkWasLost(t *testing.T) {
	path := source(t)
	synctest.Test(t, func(t *testing.T) {
		node := losing(100*time.Second, func(*fakeEngine, int64) {})
		begun := time.Now()
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSend,
			control.SendArgs{Person: "bob", Paths: []control.Path{path}, GiveUp: true})
		wantWord(t, err, control.ExitFailed, control.WordLost)
		if took := time.Since(begun); took < 160*time.Second || took > 200*time.Second {
			t.Errorf("gave up after %v", took)
		}
	})
}

func TestDoorSendWaitsForTheLink(t *testing.T) {
	path := source(t)
	synctest.Test(t, func(t *testing.T) {
		node := losing(time.Minute, func(node *fakeEngine, key int64) {
			time.Sleep(3 * time.Hour)
			node.online(true)
			time.Sleep(time.Minute)
			node.move(key, func(t *Transfer) { t.State, t.Done = StateVerified, 2 })
		})
		lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandSend,
			control.SendArgs{Person: "bob", Paths: []control.Path{path}})
		if exit != 0 || !strings.Contains(events(lines), "away back ended") {
			t.Errorf("exit %d, %v: %s", exit, err, lines)
		}
	})
}

// events are the events of lines, but progress.
func events(lines string) string {
	var names []string
	for line := range strings.Lines(lines) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, `{"event":"`), `"`)
		if name != control.EventProgress {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func TestDoorSendThatIsLeftStaysInTheQueue(t *testing.T) {
	path := source(t)
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		ctx, cancel := context.WithCancel(t.Context())
		node.onSend = func(key int64) {
			node.move(key, func(t *Transfer) { t.State = StateRunning })
			synctest.Wait()
			cancel()
		}
		lines, exit, err := do(t, ctx, NewDoor(node), control.CommandSend,
			control.SendArgs{Person: "bob", Paths: []control.Path{path}, Later: true})
		if exit != 0 || events(lines) != "queued" || len(node.cancelled) != 0 {
			t.Errorf("exit %d, %v, cancelled %v: %s", exit, err, node.cancelled, lines)
		}
	})
}

func TestDoorSendSaysWhatBecomesOfIt(t *testing.T) {
	path := source(t)
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.onSend = func(key int64) {
			for _, change := range []func(*Transfer){
				func(t *Transfer) { t.State, t.Decision = StateRunning, &Decision{Left: 4, Identical: 1} },
				func(t *Transfer) { t.State, t.Reason = StatePaused, ReasonPausedThere },
				func(t *Transfer) { t.PausedHere = true },
				func(t *Transfer) { t.State, t.PausedHere, t.Limit = StateRunning, false, LimitDisk },
				func(t *Transfer) { t.Done, t.Skipped, t.Pending = 1, 1, 1 },
				func(t *Transfer) { t.Pending, t.State = 0, StateVerified },
			} {
				time.Sleep(time.Second)
				node.move(key, change)
			}
		}
		lines, exit, _ := do(t, t.Context(), NewDoor(node), control.CommandSend,
			control.SendArgs{Person: "bob", Paths: []control.Path{path}, Limit: 1 << 20, Wish: "skip"})
		if got := events(lines); exit != 0 || got != "plan paused paused resumed pending ended" {
			t.Errorf("exit %d, %s: %s", exit, got, lines)
		}
		for _, want := range []string{
			`"left":4,"identical":1,"kept":0`, `"name":"src","by":"there"}`, `"name":"src","by":"here"}`, `"limits":"disk"`,
			`"event":"pending","transfer":1,"direction":"out"`, `"skipped":1`,
		} {
			if !strings.Contains(lines, want) {
				t.Errorf("no %s in %s", want, lines)
			}
		}
		if node.bandwidths[1] != 1<<20 || node.wish != ClashSkip {
			t.Errorf("limits: %v", node.bandwidths)
		}
	})
}
