package main

import (
	"strings"
	"testing"
)

// TestLinesOfJSONThatComeTogetherAreWrittenTogether, and not kept back for long.
func TestLinesOfJSONThatComeTogetherAreWrittenTogether(t *testing.T) {
	s := newStage(nil)
	r := &jsonReporter{program: s.program}
	for _, line := range []string{`{"event":"sent"}`, `{"event":"sent","file_name":"a` + "\u202e" + `"}`} {
		if err := r.line([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if text := s.out.String(); text != "" {
		t.Errorf("written one by one: %s", text)
	}
	if err := r.pause(); err != nil {
		t.Fatal(err)
	}
	if want := `{"event":"sent"}` + "\n" + `{"event":"sent","file_name":"a\u202e"}` + "\n"; s.out.String() != want {
		t.Errorf("got %q", s.out.String())
	}
	long := `{"event":"` + strings.Repeat("x", gathered) + `"}`
	if err := r.line([]byte(long)); err != nil || !strings.HasSuffix(s.out.String(), long+"\n") {
		t.Errorf("%d bytes wait for more, %v", len(r.ready), err)
	}
}
