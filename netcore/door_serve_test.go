package netcore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"lanyard/netcore/control"
)

// serving is a serve command under way.
type serving struct {
	*transcript
	stop  context.CancelFunc
	ended chan error
}

// startServe begins to serve. Call it within a synctest bubble.
func startServe(t *testing.T, d *Door, args control.ServeArgs) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{transcript: newTranscript(), stop: stop, ended: make(chan error, 1)}
	go func() { s.ended <- d.Run(ctx, request(control.CommandServe, args), s.emit) }()
	synctest.Wait()
	return s
}

// end stops it and returns its lines after the ready line.
func (s *serving) end(t *testing.T) string {
	t.Helper()
	synctest.Wait()
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	first, rest, _ := strings.Cut(s.text(t), "\n")
	want := fmt.Sprintf(`{"event":"ready","id":"%s","address":"127.0.0.1:9527"}`, DeviceID{9})
	if first != want {
		t.Errorf("first line %s, want %s", first, want)
	}
	return rest
}

func TestServePrintsWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.add(Item{Kind: KindText, Text: "before", State: StateReceived})
		door := NewDoor(node)
		serve := startServe(t, door, control.ServeArgs{})
		node.add(Item{Kind: KindText, Text: "你好", State: StateReceived, ID: "11"})
		item := node.addFiles(Transfer{Name: "src", Count: 1, Bytes: 4, State: StateOffered})
		synctest.Wait()
		if _, exit, err := do(t, t.Context(), door, control.CommandAccept, control.DecideArgs{Transfer: item.Transfer.Key}); exit != 0 {
			t.Error(err)
		}
		synctest.Wait()
		node.finish(FileResult{Key: item.Transfer.Key, Path: "src/a", Raw: "src/a", Saved: "/s/src/a", Size: 4, MD5: "aa"})
		node.move(item.Transfer.Key, func(t *Transfer) { t.State, t.Done, t.MD5 = StateVerified, 1, "aa" })
		said := node.add(Item{Kind: KindText, Outgoing: true, Text: "out", State: StateQueued, ID: "22"})
		synctest.Wait()
		node.set(said.Seq, StateDelivered, "")
		id := bob.Device.String()
		want := `{"event":"message","from":"bob","id":"` + id + `","text":"你好","sent":"","added":"","message":"11","seq":2}
{"event":"offer","transfer":1,"from":"bob","id":"` + id + `","name":"src","count":1,"bytes":4,"accepted":false}
{"event":"progress","transfer":1,"direction":"in","person":"bob","name":"src","state":"running","done":0,"count":1,"done_bytes":0,"bytes":4,"speed":0,"left_ms":0}
{"event":"received","file_name":"src/a","file_size":4,"md5":"aa","path":"/s/src/a","transfer":1,"person":"bob","id":"` + id + `"}
{"event":"ended","transfer":1,"direction":"in","person":"bob","name":"src","state":"verified","done":1,"failed":0,"count":1,"bytes":4,"md5":"aa"}
{"event":"delivered","to":"bob","id":"` + id + `","message":"22","seq":4}
`
		if lines := serve.end(t); lines != want {
			t.Errorf("got\n%swant\n%s", lines, want)
		}
	})
}

func TestServeAcceptsAllIntoItsFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "save")
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		waiting := node.addFiles(Transfer{Name: "old", Count: 1, State: StateOffered}) // since before serve began
		door := NewDoor(node)
		serve := startServe(t, door, control.ServeArgs{Save: control.Path(dir), AcceptAll: true})
		fresh := node.addFiles(Transfer{Name: "new", Count: 1, State: StatePreparing})
		synctest.Wait()
		node.move(fresh.Transfer.Key, func(t *Transfer) { t.State = StateOffered })
		lines := serve.end(t)
		if strings.Count(lines, `"accepted":true`) != 2 {
			t.Errorf("lines:\n%s", lines)
		}
		for _, key := range []int64{waiting.Transfer.Key, fresh.Transfer.Key} {
			if node.accepted[key] != dir {
				t.Errorf("transfer %d goes to %q", key, node.accepted[key])
			}
		}
		if node.saves.newest("") != "" {
			t.Error("the folder outlives serve")
		}
	})
}

func TestServeSaysWhyAnOfferCannotBeAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.acceptErr = errors.New("no room")
		serve := startServe(t, NewDoor(node), control.ServeArgs{AcceptAll: true})
		node.addFiles(Transfer{Name: "big", Count: 1, State: StateOffered})
		lines := serve.end(t)
		if !strings.Contains(lines, `"accepted":false`) || !strings.Contains(lines, `{"event":"error","word":"other","args":["no room"],"error":"no room"}`) {
			t.Errorf("lines:\n%s", lines)
		}
	})
}

func TestServeLosesNoLineToASlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		release := make(chan struct{})
		out := newTranscript()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- NewDoor(node).Run(ctx, request(control.CommandServe, control.ServeArgs{}), func(line any) error {
				if _, ready := line.(control.Ready); !ready {
					<-release
				}
				return out.emit(line)
			})
		}()
		synctest.Wait()
		const texts = 5000
		offer := node.addFiles(Transfer{Name: "src", Count: texts, State: StateOffered})
		synctest.Wait() // it is being told: of one that has ended, only the end is
		for i := range texts {
			node.add(Item{Kind: KindText, Text: fmt.Sprint(i), State: StateReceived})
			node.finish(FileResult{Key: offer.Transfer.Key, Path: fmt.Sprint(i), Raw: fmt.Sprint(i)})
		}
		node.move(offer.Transfer.Key, func(t *Transfer) { t.State = StateVerified })
		close(release)
		synctest.Wait()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		counts := map[string]int{}
		next := map[string]int{}
		for _, line := range out.lines {
			kind := fmt.Sprintf("%T", line)
			counts[kind]++
			var number string
			switch line := line.(type) {
			case control.Message:
				number = line.Text
			case control.File:
				number = line.FileName
			default:
				continue
			}
			if number != fmt.Sprint(next[kind]) {
				t.Fatalf("%s %s where %d was due", kind, number, next[kind])
			}
			next[kind]++
		}
		if counts["control.Message"] != texts || counts["control.File"] != texts || counts["control.Offer"] != 1 || counts["control.Ended"] != 1 {
			t.Errorf("lines: %v", counts)
		}
	})
}

func TestServeOnlyWhereItListens(t *testing.T) {
	for _, test := range []struct {
		has, asked string
		ok         bool
	}{
		{"127.0.0.1:9527", "", true},
		{"127.0.0.1:9527", "127.0.0.1:9527", true},
		{"127.0.0.1:9527", "localhost:9527", true},
		{"127.0.0.1:9527", "127.0.0.1:0", true},
		{"127.0.0.1:9527", "127.0.0.1:1", false},
		{"127.0.0.1:9527", ":9527", false},
		{"[::]:9527", ":9527", true},
		{"[::]:9527", "0.0.0.0:9527", true},
		{"[::]:9527", "192.0.2.1:9527", false},
		{"[::]:9527", "nonsense", false},
	} {
		if got := listensOn(test.has, test.asked); got != test.ok {
			t.Errorf("%s for %s: %v", test.has, test.asked, got)
		}
	}
	_, _, err := do(t, t.Context(), NewDoor(newFake()), control.CommandServe, control.ServeArgs{Listen: "127.0.0.1:1"})
	wantWord(t, err, control.ExitFailed, control.WordListenOther)
}

func TestServeRefusesASaveFolderThatCannotBe(t *testing.T) {
	for _, save := range []control.Path{"relative", source(t), source(t) + "/below"} {
		if _, exit, err := do(t, t.Context(), NewDoor(newFake()), control.CommandServe, control.ServeArgs{Save: save}); exit == 0 {
			t.Errorf("%s: %v", save, err)
		}
	}
}

func TestServeEndsWithItsNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		serve := startServe(t, NewDoor(node), control.ServeArgs{})
		node.bus.close()
		wantWord(t, <-serve.ended, control.ExitFailed, control.WordClosing)
	})
}

func TestAcceptAndDeclineOnlyWhatWaits(t *testing.T) {
	node := newFake()
	door := NewDoor(node)
	incoming := node.addFiles(Transfer{State: StateOffered})
	outgoing := node.addFiles(Transfer{State: StateOffered, Outgoing: true})
	for _, command := range []string{control.CommandAccept, control.CommandDecline} {
		_, _, err := do(t, t.Context(), door, command, control.DecideArgs{Transfer: 99})
		wantWord(t, err, control.ExitFailed, control.WordNoOffer)
		_, _, err = do(t, t.Context(), door, command, control.DecideArgs{Transfer: outgoing.Transfer.Key})
		wantWord(t, err, control.ExitFailed, control.WordNoOffer)
	}
	if _, exit, err := do(t, t.Context(), door, control.CommandDecline, control.DecideArgs{Transfer: incoming.Transfer.Key}); exit != 0 {
		t.Error(err)
	}
	_, _, err := do(t, t.Context(), door, control.CommandAccept, control.DecideArgs{Transfer: incoming.Transfer.Key})
	wantWord(t, err, control.ExitFailed, control.WordOfferOver)
}

func TestSaveFolderOfTheNewestServeCounts(t *testing.T) {
	var saves saveDirs
	undoFirst, undoSecond := saves.use("/first"), saves.use("/second")
	defer saves.use("")()
	if dir := saves.newest("/usual"); dir != "/second" {
		t.Error(dir)
	}
	undoFirst()
	undoSecond()
	if dir := saves.newest("/usual"); dir != "/usual" {
		t.Error(dir)
	}
}

func TestNobodyClosesTheDoorOfAWindowForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		door := NewDoor(newFake())
		works := func(when string) {
			t.Helper()
			if lines, _, err := do(t, t.Context(), door, control.CommandID, nil); err != nil || lines == "" {
				t.Errorf("%s: %v", when, err)
			}
		}
		if err := door.Run(t.Context(), request(control.CommandDrain, nil), nil); err != nil {
			t.Error(err)
		}
		works("drained without a host")
		hosting, stopHost := context.WithCancel(t.Context())
		hosted := make(chan error, 1)
		go func() { hosted <- door.Run(hosting, request(control.CommandHost, nil), nil) }()
		synctest.Wait()
		if err := door.Run(t.Context(), request(control.CommandDrain, nil), nil); err != nil {
			t.Error(err)
		}
		_, _, err := do(t, t.Context(), door, control.CommandID, nil)
		wantWord(t, err, control.ExitFailed, control.WordClosing)
		stopHost()
		<-hosted
		works("the host has gone away, and this copy has not")
	})
}

func TestCopyOfOneCommandWaitsForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		door := NewDoor(node)
		hosting, stopHost := context.WithCancel(t.Context())
		hosted := make(chan error, 1)
		go func() { hosted <- door.Run(hosting, request(control.CommandHost, nil), nil) }()
		synctest.Wait()
		_, _, err := do(t, t.Context(), door, control.CommandServe, control.ServeArgs{})
		wantWord(t, err, control.ExitFailed, control.WordClosing)
		said := make(chan error, 1)
		go func() {
			said <- door.Run(t.Context(), request(control.CommandSay, control.SayArgs{Person: "bob", Text: "hi"}), newTranscript().emit)
		}()
		synctest.Wait()
		drained := make(chan error, 1)
		go func() { drained <- door.Run(t.Context(), request(control.CommandDrain, nil), nil) }()
		synctest.Wait()
		_, _, err = do(t, t.Context(), door, control.CommandID, nil)
		wantWord(t, err, control.ExitFailed, control.WordClosing)
		if len(drained) != 0 {
			t.Fatal("drained while a command runs")
		}
		node.set(1, StateDelivered, "")
		if err := errors.Join(<-said, <-drained); err != nil {
			t.Error(err)
		}
		stopHost()
		<-hosted
	})
}
