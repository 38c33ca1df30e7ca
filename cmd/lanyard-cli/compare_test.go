package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

// comparison plays a copy that compares digits.
type comparison struct {
	answers chan string
	failing error // of the answer
	end     chan error
}

func (c *comparison) play(ctx context.Context, command string, args json.RawMessage, emit func(any)) error {
	if command == control.CommandAnswer {
		emit(control.Confirming{Event: control.EventConfirm, Act: "verify"})
		c.answers <- string(args)
		return c.failing
	}
	emit(control.Trusted{Event: control.EventWaiting, Person: "bob", ID: whole})
	emit(control.Code{Event: control.EventCode, Code: "123456", Person: "bob", ID: whole, Attempt: 5})
	select {
	case err := <-c.end:
		if err == nil {
			emit(control.Trusted{Event: control.EventVerified, Person: "bob", ID: whole, By: "code"})
		}
		return err
	case <-ctx.Done():
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
}

func TestVerifyAsksAndAnswers(t *testing.T) {
	differ := control.Fail(control.ExitRefused, "differ-here", "bob")
	for _, test := range []struct {
		name, in, answer string
		end              error
		code             int
	}{
		{"yes", "yes\n", `{"attempt":5,"match":true}`, nil, 0},
		{"y", "Y", `{"attempt":5,"match":true}`, nil, 0},
		{"in Chinese", " 是 \r\n", `{"attempt":5,"match":true}`, nil, 0},
		{"what is no answer is asked again", "perhaps\n\nyes\n", `{"attempt":5,"match":true}`, nil, 0},
		{"no", "no\n", `{"attempt":5,"match":false}`, differ, control.ExitRefused},
		{"no in Chinese", "否\n", `{"attempt":5,"match":false}`, differ, control.ExitRefused},
		{"the end of the input", "", "", nil, control.ExitFailed},
		{"no answer at all", "perhaps", "", nil, control.ExitFailed},
	} {
		for _, asJSON := range []bool{false, true} {
			c := &comparison{answers: make(chan string, 1), end: make(chan error, 1)}
			s := newStage(c.play)
			s.in = strings.NewReader(test.in)
			args := []string{"verify", "bob"}
			if asJSON {
				args = append(args, "--json")
			}
			ended := make(chan int, 1)
			go func() { ended <- s.run(t.Context(), args) }()
			if test.answer != "" {
				if got := <-c.answers; got != test.answer {
					t.Errorf("%s: answers %s", test.name, got)
				}
				c.end <- test.end
			}
			if code := <-ended; code != test.code {
				t.Errorf("%s: exit %d, %s", test.name, code, s.err.String())
			}
			first, rest, _ := strings.Cut(s.out.String(), "\n")
			wantFirst := `{"event":"code","code":"123456","person":"bob","id":"` + whole + `","attempt":5}`
			if asJSON && (first != wantFirst || (test.code == 0) != strings.Contains(rest, `{"event":"verified","person":"bob"`)) {
				t.Errorf("%s: stdout %s", test.name, s.out.String())
			}
			if !asJSON && (!strings.Contains(rest, "    123 456\n") || !strings.Contains(rest, "AAAAAAA-BBBBBBB…") || !strings.Contains(rest, "[yes/no]")) {
				t.Errorf("%s: stdout %s", test.name, s.out.String())
			}
		}
	}
}

func TestAnswerThatIsNotConfirmedEndsIt(t *testing.T) {
	refused := control.Fail(control.ExitRefused, "not-confirmed")
	c := &comparison{answers: make(chan string, 1), failing: refused, end: make(chan error)}
	s := newStage(c.play)
	s.in = strings.NewReader("yes\n")
	if code := s.run(t.Context(), []string{"verify", "bob"}); code != control.ExitRefused {
		t.Errorf("exit %d", code)
	}
	if said := s.err.String(); !strings.Contains(said, "confirm this in the window") || !strings.HasSuffix(said, "it was not confirmed in the window of Lanyard\n") {
		t.Errorf("said: %s", said)
	}
}

func TestVerifyIsInterrupted(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close()
	c := &comparison{end: make(chan error)}
	s := newStage(c.play)
	s.in = in
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx, []string{"verify", "bob"}) }()
	shown(t, &s.out, "[yes/no]")
	stop()
	if code := <-ended; code != control.ExitFailed {
		t.Errorf("exit %d", code)
	}
}

func TestVerifyThatEndsIsNotAskedAboutAnyMore(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close()
	c := &comparison{end: make(chan error, 1)}
	s := newStage(c.play)
	s.in = in
	ended := make(chan int, 1)
	go func() { ended <- s.run(t.Context(), []string{"verify", "bob"}) }()
	shown(t, &s.out, "[yes/no]")
	c.end <- control.Fail(control.ExitRefused, "differ-there", "bob")
	if code := <-ended; code != control.ExitRefused || !strings.Contains(s.err.String(), "WARNING: bob sees OTHER digits") {
		t.Errorf("exit %d, %s", code, s.err.String())
	}
}

func TestWhatWasTypedBeforeTheDigitsAnswersNothing(t *testing.T) {
	in, typed := io.Pipe()
	c := &comparison{answers: make(chan string, 1), end: make(chan error, 1)}
	shownCode := make(chan struct{})
	s := newStage(func(ctx context.Context, command string, args json.RawMessage, emit func(any)) error {
		if command == control.CommandVerify {
			<-shownCode
		}
		return c.play(ctx, command, args, emit)
	})
	s.in, s.inTerminal = in, true
	ended := make(chan int, 1)
	go func() { ended <- s.run(t.Context(), []string{"verify", "bob"}) }()
	if _, err := io.WriteString(typed, "yes\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(typed, "y\n"); err != nil { // the first was read
		t.Fatal(err)
	}
	if _, err := io.WriteString(typed, "\n"); err != nil { // and the second
		t.Fatal(err)
	}
	close(shownCode)
	shown(t, &s.out, "[yes/no]")
	if _, err := io.WriteString(typed, "no\n"); err != nil {
		t.Fatal(err)
	}
	if got := <-c.answers; got != `{"attempt":5,"match":false}` {
		t.Errorf("answered %s", got)
	}
	c.end <- control.Fail(control.ExitRefused, "differ-here", "bob")
	typed.Close()
	<-ended
}
