package netcore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

// comparing is a verify command under way.
type comparing struct {
	*transcript
	node  *fakeEngine
	door  *Door
	stop  context.CancelFunc
	ended chan error
}

// startVerify begins to compare. Call it within a synctest bubble.
func startVerify(t *testing.T, node *fakeEngine) *comparing {
	t.Helper()
	node.comparison = newFakeComparison()
	ctx, stop := context.WithCancel(t.Context())
	c := &comparing{newTranscript(), node, NewDoor(node), stop, make(chan error, 1)}
	go func() {
		c.ended <- c.door.Run(ctx, request(control.CommandVerify, control.PersonArgs{Person: "bob"}), c.emit)
	}()
	synctest.Wait()
	return c
}

// answer says what the user saw.
func (c *comparing) answer(t *testing.T, match bool) error {
	t.Helper()
	_, _, err := do(t, t.Context(), c.door, control.CommandAnswer, control.AnswerArgs{Attempt: 5, Match: match})
	synctest.Wait()
	return err
}

func TestVerifyComparesDigits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.people[0].Notice = NoticeTwin
		c := startVerify(t, node)
		id := bob.Device.String()
		waiting := `{"event":"waiting","person":"bob","id":"` + id + `","notice":"twin"}` + "\n"
		if lines := c.text(t); lines != waiting {
			t.Errorf("before the other side: %s", lines)
		}
		wantWord(t, c.answer(t, true), control.ExitFailed, wordNoAttempt)
		node.comparison.code <- "123456"
		synctest.Wait()
		code := waiting + `{"event":"code","code":"123456","person":"bob","id":"` + id + `","attempt":5,"notice":"twin"}` + "\n"
		if lines := c.text(t); lines != code {
			t.Errorf("with digits: %s", lines)
		}
		if err := c.answer(t, true); err != nil || !<-node.comparison.answers {
			t.Errorf("answered: %v", err)
		}
		wantWord(t, c.answer(t, true), control.ExitFailed, wordNoAttempt)
		node.comparison.end <- nil
		if err := <-c.ended; err != nil {
			t.Error(err)
		}
		if lines := c.text(t); lines != code+`{"event":"verified","person":"bob","id":"`+id+`","by":"code"}`+"\n" {
			t.Errorf("at the end: %s", lines)
		}
		if did := node.did(); did != "confirm verify bob 123456\nverify "+bob.Device.Short() {
			t.Errorf("did: %s", did)
		}
		wantWord(t, c.answer(t, true), control.ExitFailed, wordNoAttempt)
	})
}

func TestNoNeedsNoConfirmation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		c := startVerify(t, node)
		node.comparison.code <- "000001"
		synctest.Wait()
		if err := c.answer(t, false); err != nil || <-node.comparison.answers {
			t.Errorf("answered: %v", err)
		}
		wantWord(t, c.answer(t, true), control.ExitFailed, wordNoAttempt)
		node.comparison.end <- verify.ErrDiffer
		wantWord(t, <-c.ended, control.ExitRefused, wordDifferHere)
		if did := node.did(); did != "verify "+bob.Device.Short() {
			t.Errorf("did: %s", did)
		}
	})
}

func TestYesThatTheWindowRefusesCountsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.confirmErr = fmt.Errorf("a minute passed: %w", ErrNotConfirmed)
		node.onConfirm = func() {}
		c := startVerify(t, node)
		node.comparison.code <- "000001"
		synctest.Wait()
		out := newTranscript()
		err := c.door.Run(t.Context(), request(control.CommandAnswer, control.AnswerArgs{Attempt: 5, Match: true}), out.emit)
		wantWord(t, err, control.ExitRefused, wordNotConfirmed)
		if lines := out.text(t); lines != `{"event":"confirm","act":"verify"}`+"\n" {
			t.Errorf("said meanwhile: %s", lines)
		}
		wantWord(t, <-c.ended, control.ExitRefused, wordNotConfirmed)
		if len(node.comparison.answers) != 0 || len(node.comparison.cancels) == 0 {
			t.Error("the other side was told yes, or nothing")
		}
	})
}

func TestVerifyThatIsInterruptedIsGivenUp(t *testing.T) {
	for _, shown := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := startVerify(t, newFake())
			if shown {
				c.node.comparison.code <- "000001"
				synctest.Wait()
			}
			c.stop()
			wantWord(t, <-c.ended, control.ExitFailed, control.WordCancelled)
			if len(c.node.comparison.cancels) == 0 {
				t.Error("the attempt stays open")
			}
		})
	}
}

func TestWhyNobodyWasVerified(t *testing.T) {
	until := time.Date(2026, 11, 23, 12, 34, 56, 0, time.UTC)
	for _, test := range []struct {
		err  error
		word control.Word
		says string
	}{
		{verify.ErrDiffer, wordDifferHere, "NOT verified"},
		{verify.ErrDifferThere, wordDifferThere, "WARNING"},
		{verify.ErrTimeout, wordVerifyLate, "two minutes"},
		{verify.ErrAborted, wordVerifyAborted, "gave up"},
		{verify.ErrForged, wordVerifyForged, "FORGED"},
		{verify.ErrBusy, wordVerifyBusy, "another comparison"},
		{&verify.BackoffError{Until: until}, wordVerifyBackoff, "12:34:56"},
		{verify.ErrLost, wordVerifyLost, "lost"},
		{link.ErrLinkLost, wordVerifyLost, "lost"},
		{ErrBlocked, wordBlocked, "blocked"},
	} {
		for _, early := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				node := newFake()
				err := fmt.Errorf("stream 3: %w: %w", test.err, errors.New("read tcp 127.0.0.1:5"))
				if early {
					node.failing = err
				}
				c := startVerify(t, node)
				if !early {
					node.comparison.end <- err
				}
				got := <-c.ended
				wantWord(t, got, control.ExitRefused, test.word)
				if text := got.Error(); !strings.Contains(text, test.says) || !strings.Contains(text, "bob") && test.word != wordVerifyBackoff || strings.Contains(text, "tcp") {
					t.Errorf("said: %s", text)
				}
			})
		}
	}
}

func TestVerifyReachesFirst(t *testing.T) {
	for _, test := range []struct {
		err  error
		exit int
		word control.Word
	}{
		{link.ErrNotLanyard, control.ExitFailed, wordNotLanyard},
		{link.ErrPassword, control.ExitRefused, wordPassword},
		{ErrBlocked, control.ExitRefused, wordBlocked},
		{ErrUnreachable, control.ExitUnreachable, control.WordUnreachable},
	} {
		synctest.Test(t, func(t *testing.T) {
			node := newFake()
			node.reachErr = test.err
			wantWord(t, <-startVerify(t, node).ended, test.exit, test.word)
		})
	}
}

func TestWhoIsBlockedIsNotDialed(t *testing.T) {
	node := newFake()
	node.people[0].Trust = TrustBlocked
	node.reachErr = errors.New("somebody was bothered")
	path := source(t)
	for command, args := range map[string]any{
		control.CommandVerify: control.PersonArgs{Person: "bob"},
		control.CommandSay:    control.SayArgs{Person: "bob", Text: "hi", Later: true},
		control.CommandSend:   control.SendArgs{Person: "bob", Paths: []control.Path{path}},
	} {
		_, _, err := do(t, t.Context(), NewDoor(node), command, args)
		wantWord(t, err, control.ExitRefused, wordBlocked)
	}
}

func TestVerifyByTheWholeDeviceID(t *testing.T) {
	whole := bob.Device.String()
	for _, test := range []struct {
		typed, did string
		confirm    error
		exit       int
		word       control.Word
	}{
		{whole, "confirm verify bob " + whole + "\nverify-id 1 " + whole, nil, 0, ""},
		{strings.ToLower(strings.ReplaceAll(whole, "-", " ")), "confirm verify bob " + whole + "\nverify-id 1 " + whole, nil, 0, ""},
		{whole, "confirm verify bob " + whole, ErrNotConfirmed, control.ExitRefused, wordNotConfirmed},
		{DeviceID{2}.String(), "", nil, control.ExitRefused, wordOtherID},
		{whole[:20], "", nil, control.ExitRefused, wordBadID},
		{"", "", nil, control.ExitRefused, wordBadID},
	} {
		node := newFake()
		node.confirmErr = test.confirm
		lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandVerifyID, control.VerifyIDArgs{Person: "bob", ID: test.typed})
		if did := node.did(); exit != test.exit || did != test.did {
			t.Errorf("%q: exit %d, %s", test.typed, exit, did)
		}
		if exit != 0 {
			wantWord(t, err, test.exit, test.word)
		} else if lines != `{"event":"verified","person":"bob","id":"`+whole+`","by":"id"}`+"\n" {
			t.Errorf("%q: %s", test.typed, lines)
		}
	}
}

func TestPairingStrings(t *testing.T) {
	good := identity.PairString{Addresses: []string{"127.0.0.1:9527"}, Device: bob.Device}.String()
	for _, test := range []struct {
		text, did string
		failing   error
		exit      int
		word      control.Word
	}{
		{good, "confirm use-string bob " + bob.Device.String() + "\nuse-string", nil, 0, ""},
		{good, "confirm use-string bob " + bob.Device.String(), verify.ErrString, control.ExitRefused, wordStringDead},
		{good, "confirm use-string bob " + bob.Device.String(), verify.ErrForged, control.ExitRefused, wordVerifyForged},
		{good, "confirm use-string bob " + bob.Device.String(), link.ErrUnreachable, control.ExitUnreachable, wordStringNowhere},
		{good, "confirm use-string bob " + bob.Device.String(), link.ErrSelf, control.ExitFailed, wordSelf},
		{good[:30], "", nil, control.ExitRefused, wordBadString},
		{"lanyard2" + good[7:], "", nil, control.ExitRefused, wordStringVersion},
		{"", "", nil, control.ExitRefused, wordBadString},
	} {
		node := newFake()
		node.failing = test.failing
		lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandUseString, control.UseStringArgs{String: test.text})
		if did := node.did(); exit != test.exit || did != test.did {
			t.Errorf("%q: exit %d, %s", test.text, exit, did)
		}
		if exit == 0 {
			if want := `{"event":"verified","person":"bob","id":"` + bob.Device.String() + `","by":"string"}` + "\n"; lines != want {
				t.Errorf("%s, want %s", lines, want)
			}
			continue
		}
		wantWord(t, err, test.exit, test.word)
		if secret := strings.TrimPrefix(test.text[max(0, len(test.text)-26):], ":"); secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("the secret is told: %v", err)
		}
	}
}

func TestPairStringSaysHowLongItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.pairString = "lanyard:x"
		begun := time.Now()
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandPairString, nil)
		want := `{"string":"lanyard:x","expires":"` + timeText(begun.Add(10*time.Minute)) + `"}` + "\n"
		if lines != want || err != nil || node.did() != "confirm make-string\nmake-string" {
			t.Errorf("got %s, %v", lines, err)
		}
		node.confirmErr = ErrNotConfirmed
		_, _, err = do(t, t.Context(), NewDoor(node), control.CommandPairString, nil)
		wantWord(t, err, control.ExitRefused, wordNotConfirmed)
		if did := node.did(); did != "confirm make-string" {
			t.Errorf("did: %s", did)
		}
	})
}

func TestCopyOfOneCommandMakesNoPairingString(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		door := NewDoor(newFake())
		hosting, stop := context.WithCancel(t.Context())
		go func() { _ = door.Run(hosting, request(control.CommandHost, nil), nil) }()
		synctest.Wait()
		_, _, err := do(t, t.Context(), door, control.CommandPairString, nil)
		wantWord(t, err, control.ExitFailed, control.WordClosing)
		stop()
	})
}

func TestServeTellsOfTrust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.people = append(node.people, Person{ID: 2, Name: "eve", Device: DeviceID{2}, Asks: true, Trust: TrustVerified, Verified: time.Unix(5, 0)})
		serve := startServe(t, NewDoor(node), control.ServeArgs{})
		asks := func(on bool) func(*Person) { return func(p *Person) { p.Asks = on } }
		node.alter(bob.ID, EventVerify, asks(true))
		synctest.Wait()
		node.alter(bob.ID, EventVerify, asks(true)) // still
		synctest.Wait()
		node.alter(bob.ID, EventVerify, asks(false))
		synctest.Wait()
		node.alter(bob.ID, EventVerified, func(p *Person) {
			p.Trust, p.Verified, p.VerifiedBy = TrustVerified, time.Unix(9, 0), VerifiedByString
		})
		synctest.Wait()
		node.alter(bob.ID, EventVerify, asks(true))
		synctest.Wait()
		node.bus.publish(Event{Kind: EventOverflow})
		id, eve := bob.Device.String(), DeviceID{2}.String()
		want := `{"event":"verify-request","person":"eve","id":"` + eve + `"}
{"event":"verify-request","person":"bob","id":"` + id + `"}
{"event":"verified","person":"bob","id":"` + id + `","by":"string"}
{"event":"verify-request","person":"bob","id":"` + id + `"}
`
		if lines := serve.end(t); lines != want {
			t.Errorf("got\n%swant\n%s", lines, want)
		}
	})
}

// TestServeTellsOfWhoAskedBeforeTheyWereKnown: a newcomer's request may be faster
// than what makes them a person.
func TestServeTellsOfWhoAskedBeforeTheyWereKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		serve := startServe(t, NewDoor(node), control.ServeArgs{})
		node.bus.publish(Event{Kind: EventVerify, Person: 2})
		synctest.Wait()
		node.mu.Lock()
		node.people = append(node.people, Person{ID: 2, Name: "eve", Device: DeviceID{2}, Asks: true})
		node.mu.Unlock()
		node.bus.publish(Event{Kind: EventPerson, Person: 2})
		eve := DeviceID{2}.String()
		if lines := serve.end(t); lines != `{"event":"verify-request","person":"eve","id":"`+eve+`"}`+"\n" {
			t.Errorf("got %s", lines)
		}
	})
}

func TestServeTellsOfTrustWhenEventsWereLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		serve := startServe(t, NewDoor(node), control.ServeArgs{})
		node.mu.Lock()
		node.people[0].Trust, node.people[0].Verified, node.people[0].VerifiedBy = TrustVerified, time.Unix(9, 0), VerifiedByCode
		node.mu.Unlock()
		node.bus.publish(Event{Kind: EventOverflow})
		if lines := serve.end(t); lines != `{"event":"verified","person":"bob","id":"`+bob.Device.String()+`","by":"code"}`+"\n" {
			t.Errorf("got %s", lines)
		}
	})
}
