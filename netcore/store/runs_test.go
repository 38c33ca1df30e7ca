package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// asks is a run of the n-th device's.
func asks(n int, line string) Run {
	return Run{
		Device: device(n), Here: true, Line: line, Asked: noon,
		Request:  RunRequest{Argv: []string{"echo", line}, Args: map[string]string{"a": "b"}, WallMS: 5},
		RunState: RunState{ID: "id", State: "asking"},
	}
}

// shows is the item of a run.
func shows(id string) func(Run) Item {
	return func(r Run) Item {
		return Item{ID: id + r.Line, Text: r.Line, State: "offered", Sent: noon, Added: noon, Unread: r.Here}
	}
}

func TestARunAndItsItemAreOne(t *testing.T) {
	db := opened(t)
	person := met(t, db, 1, nil)
	runs, items, err := db.AddRuns(t.Context(), []Run{asks(1, "x")}, false, shows("a"))
	if err != nil || len(runs) != 1 || items[0].Run != runs[0].Key || items[0].Kind != KindRun || items[0].Person != person {
		t.Fatalf("%+v, %+v, %v", runs, items, err)
	}
	got := must(db.Run(t.Context(), runs[0].Key))(t)
	if got.Person != person || got.Line != "x" || !slices.Equal(got.Request.Argv, []string{"echo", "x"}) || got.Request.Args["a"] != "b" || got.Group != 0 || !got.Began.IsZero() {
		t.Errorf("run %+v", got)
	}
	state := RunState{ID: "id", State: "exited", Exit: 3, Began: noon, Ended: noon.Add(time.Second), OutBytes: 7, OutSHA256: "ab", Charset: "gbk"}
	change := must(db.SetRun(t.Context(), got.Key, state, "exited"))(t)
	if change.Seq != items[0].Seq || change.Person != person {
		t.Errorf("changed %+v", change)
	}
	if now := must(db.Run(t.Context(), got.Key))(t); now.RunState != state {
		t.Errorf("state %+v", now.RunState)
	}
	if item := must(db.Item(t.Context(), items[0].Seq))(t); item.State != "exited" || !item.Unread || item.Outgoing {
		t.Errorf("item %+v", item)
	}
	if _, err := db.SetRun(t.Context(), got.Key, RunState{State: "lost"}, "lost"); !errors.Is(err, ErrNotFound) {
		t.Errorf("it ended twice: %v", err)
	}
	if p := must(db.Person(t.Context(), person))(t); p.Last.Kind != KindRun || p.Last.Text != "x" || p.Unread != 1 {
		t.Errorf("person %+v", p)
	}
	if _, _, err := db.AddRuns(t.Context(), []Run{asks(9, "x")}, false, shows("b")); !errors.Is(err, ErrNotFound) {
		t.Errorf("of a device that is not known: %v", err)
	}
}

func TestAGroupIsAllOrNone(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	met(t, db, 2, nil)
	if _, _, err := db.AddRuns(t.Context(), []Run{asks(1, "x"), asks(9, "x")}, true, shows("a")); err == nil {
		t.Error("one of an unknown device")
	}
	runs, _, err := db.AddRuns(t.Context(), []Run{asks(1, "y"), asks(2, "y")}, true, shows("b"))
	if err != nil || runs[0].Group != runs[0].Key || runs[1].Group != runs[0].Key {
		t.Fatalf("%+v, %v", runs, err)
	}
	if got := must(db.Runs(t.Context(), RunQuery{Group: runs[0].Key}))(t); len(got) != 2 || got[0].Key != runs[1].Key {
		t.Errorf("the group: %+v", got)
	}
	if got := must(db.Runs(t.Context(), RunQuery{}))(t); len(got) != 2 {
		t.Errorf("half a group was kept: %+v", got)
	}
}

func TestRunsAreChosen(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	two := met(t, db, 2, nil)
	for i := range 6 {
		r := asks(1+i%2, fmt.Sprintf("run 100%% %d", i))
		r.Here = i < 3
		if _, _, err := db.AddRuns(t.Context(), []Run{r}, false, shows("")); err != nil {
			t.Fatal(err)
		}
	}
	must(db.SetRun(t.Context(), 6, RunState{State: "lost", Ended: noon}, "lost"))(t)
	for _, tc := range []struct {
		q    RunQuery
		want []int64
	}{
		{RunQuery{}, []int64{6, 5, 4, 3, 2, 1}},
		{RunQuery{Before: 4, Limit: 2}, []int64{3, 2}},
		{RunQuery{Person: two}, []int64{6, 4, 2}},
		{RunQuery{Mine: true}, []int64{6, 5, 4}},
		{RunQuery{Open: true}, []int64{5, 4, 3, 2, 1}},
		{RunQuery{Text: "100% 3"}, []int64{4}},
		{RunQuery{Text: "100_"}, nil},
	} {
		var keys []int64
		for _, r := range must(db.Runs(t.Context(), tc.q))(t) {
			keys = append(keys, r.Key)
		}
		if !slices.Equal(keys, tc.want) {
			t.Errorf("%+v: %v", tc.q, keys)
		}
	}
	for _, query := range []string{
		`SELECT ` + runColumns + ` FROM runs r WHERE 1 ORDER BY r.key DESC LIMIT 5`,
		`SELECT ` + runColumns + ` FROM runs r WHERE 1 AND r.ended = 0 ORDER BY r.key DESC LIMIT 5`,
		`SELECT key, kept FROM runs WHERE kept <> 0 ORDER BY key`,
		`UPDATE items SET state = 'x' WHERE run = 5`,
	} {
		plan := explainPlan(t, db, query)
		if strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN items") || strings.Contains(plan, "SCAN devices") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
}

func TestTheOldestRunsGo(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	for i := range 4 {
		if _, _, err := db.AddRuns(t.Context(), []Run{asks(1, fmt.Sprint(i))}, false, shows("")); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []int64{1, 3} {
		must(db.SetRun(t.Context(), key, RunState{State: "exited", Ended: noon}, "exited"))(t)
	}
	tx := must(db.write.BeginTx(t.Context(), nil))(t)
	if err := errors.Join(trimRuns(t.Context(), tx, device(1), 10, 2), tx.Commit()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Run(t.Context(), 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("the oldest: %v", err)
	}
	if left := must(db.ItemsAfter(t.Context(), 0, 10))(t); len(left) != 3 || left[0].Run != 2 {
		t.Errorf("items %+v", left)
	}
}

// TestOneDeviceDoesNotPushOutTheRunsOfOthers: it has a cap of its own for what
// it had run here, and the cap for all counts what is left.
func TestOneDeviceDoesNotPushOutTheRunsOfOthers(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	met(t, db, 2, nil)
	mine := asks(1, "mine")
	mine.Here = false
	all := []Run{mine, asks(1, "theirs")}
	for i := range 9 {
		all = append(all, asks(2, fmt.Sprint(i)))
	}
	for _, run := range all {
		added, _, err := db.AddRuns(t.Context(), []Run{run}, false, shows(run.Line))
		if err != nil {
			t.Fatal(err)
		}
		must(db.SetRun(t.Context(), added[0].Key, RunState{State: "exited", Ended: noon}, "exited"))(t)
	}
	tx := must(db.write.BeginTx(t.Context(), nil))(t)
	if err := errors.Join(trimRuns(t.Context(), tx, device(2), 3, 5), tx.Commit()); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, run := range must(db.Runs(t.Context(), RunQuery{}))(t) {
		lines = append(lines, run.Line)
	}
	if want := []string{"8", "7", "6", "theirs", "mine"}; !slices.Equal(lines, want) {
		t.Errorf("left are %q, want %q", lines, want)
	}
	if left := must(db.ItemsAfter(t.Context(), 0, 20))(t); len(left) != 5 {
		t.Errorf("%d items", len(left))
	}
}

func TestWhatIsKeptOfOutput(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	for range 3 {
		if _, _, err := db.AddRuns(t.Context(), []Run{asks(1, "x")}, false, func(r Run) Item { return shows(fmt.Sprint(time.Now().UnixNano()))(r) }); err != nil {
			t.Fatal(err)
		}
	}
	for key, size := range map[int64]int64{1: 5, 2: 0, 3: 7} {
		if err := db.SetRunKept(t.Context(), key, size); err != nil {
			t.Fatal(err)
		}
	}
	if got := must(db.KeptOutputs(t.Context()))(t); !slices.Equal(got, []KeptOutput{{1, 5}, {3, 7}}) {
		t.Errorf("kept %v", got)
	}
}

// TestConsentsGoWithTheirPermission, in the commit that takes it.
func TestConsentsGoWithTheirPermission(t *testing.T) {
	consent := Consent{Key: [32]byte{1}, Device: device(1), Argv: []string{"a", "", "三"}, Dir: "/d", Given: noon}
	for name, take := range map[string]func(ctx context.Context, db *DB) error{
		"buttons": func(ctx context.Context, db *DB) error {
			return db.SetPermissions(ctx, device(1), Permissions{Files: "ask", Commands: "buttons"})
		},
		"unverified": func(ctx context.Context, db *DB) error { return db.SetVerified(ctx, device(1), "", time.Time{}) },
		"blocked":    func(ctx context.Context, db *DB) error { return db.SetBlocked(ctx, device(1), noon) },
	} {
		db := opened(t)
		met(t, db, 1, nil)
		if err := db.AddConsent(t.Context(), consent); !errors.Is(err, ErrNotVerified) {
			t.Errorf("of a stranger: %v", err)
		}
		verifies(t, db, 1)
		ask := Permissions{Files: "ask", Commands: "ask"}
		if err := errors.Join(db.SetPermissions(t.Context(), device(1), ask), db.AddConsent(t.Context(), consent), db.AddConsent(t.Context(), consent)); err != nil {
			t.Fatal(err)
		}
		all := must(db.Consents(t.Context()))(t)
		if has := must(db.HasConsent(t.Context(), consent.Key))(t); !has || len(all) != 1 || !slices.Equal(all[0].Argv, consent.Argv) || all[0].Dir != "/d" || all[0].Key != consent.Key {
			t.Errorf("remembered: %v, %+v", has, all)
		}
		if err := take(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if has := must(db.HasConsent(t.Context(), consent.Key))(t); has {
			t.Errorf("%s: still there", name)
		}
		if err := db.AddConsent(t.Context(), consent); !errors.Is(err, ErrNotVerified) {
			t.Errorf("%s: a late answer: %v", name, err)
		}
	}
	db := opened(t)
	met(t, db, 1, nil)
	verifies(t, db, 1)
	if err := errors.Join(
		db.SetPermissions(t.Context(), device(1), Permissions{Files: "ask", Commands: "ask"}),
		db.AddConsent(t.Context(), consent),
		db.SetPermissions(t.Context(), device(1), Permissions{Files: "ask", Commands: "always"}),
	); err != nil {
		t.Fatal(err)
	}
	if has := must(db.HasConsent(t.Context(), consent.Key))(t); !has {
		t.Error("more permission took a consent away")
	}
	if err := errors.Join(db.RemoveConsent(t.Context(), consent.Key), db.RemoveConsent(t.Context(), consent.Key)); err != nil {
		t.Error(err)
	}
}

func TestButtonsAndSavedCommandsHaveNames(t *testing.T) {
	db := opened(t)
	for _, kind := range []struct {
		set    func(context.Context, NamedText) error
		remove func(context.Context, string) error
		all    func(context.Context) ([]NamedText, error)
	}{{db.SetButton, db.RemoveButton, db.Buttons}, {db.SaveCommand, db.RemoveSavedCommand, db.SavedCommands}} {
		for _, n := range []NamedText{{"b", "1"}, {"a", "2"}, {"b", "3"}} {
			if err := kind.set(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		if got := must(kind.all(t.Context()))(t); !slices.Equal(got, []NamedText{{"a", "2"}, {"b", "3"}}) {
			t.Errorf("%v", got)
		}
		if err := kind.remove(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		if err := kind.remove(t.Context(), "a"); !errors.Is(err, ErrNotFound) {
			t.Errorf("removed twice: %v", err)
		}
	}
}
