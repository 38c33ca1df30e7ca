package output

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lanyard/netcore/charset"
)

func TestFindingForwardAndBackward(t *testing.T) {
	var all strings.Builder
	for i := range 50_000 {
		text := "nothing here"
		switch {
		case i%10_000 == 5000:
			text = "an ERROR occurred"
		case i == 123:
			text = "er\x1b[31mror\x1b[0m in colours"
		case i == 40_001:
			text = "出现错误"
		}
		fmt.Fprintf(&all, "%d %s\n", i, text)
	}
	d := New(new(tape).add(1, all.String()), charset.Auto, charset.Auto)
	read(t, d)
	for _, test := range []struct {
		query string
		from  int
		back  bool
		want  int // negative: not found
	}{
		{"error", 0, false, 123},
		{"error", 123, false, 123},
		{"Error", 124, false, 5000},
		{"error", 45_001, false, -1},
		{"error", 49_999, true, 45_000},
		{"error", 44_999, true, 35_000},
		{"error", 122, true, -1},
		{"错误", 0, false, 40_001},
		{"错误", 49_000, true, 40_001},
		{"none of it", 0, false, -1},
		{"", 0, false, -1},
	} {
		line, found, err := d.Find(t.Context(), NewQuery(test.query), test.from, test.back)
		if err != nil || found != (test.want >= 0) || found && line != test.want {
			t.Errorf("%q from %d, back %v: %d %v %v", test.query, test.from, test.back, line, found, err)
		}
	}
}

func TestFindingIsMarkedInColumns(t *testing.T) {
	d := New(new(tape).add(1, "a你好 Hello, HELLO\n"), charset.Auto, charset.Auto)
	read(t, d)
	line := lines(t, d, 0, 1)[0]
	for query, want := range map[string][]Range{
		"hello": {{6, 5}, {13, 5}}, "好": {{3, 2}}, "a你": {{0, 3}}, "x": nil, "": nil,
	} {
		if got := NewQuery(query).In(line); !slices.Equal(got, want) {
			t.Errorf("%q: %v", query, got)
		}
	}
}

func TestSearchingCanBeStopped(t *testing.T) {
	d := New(&repeated{"line\n", 256 << 20}, charset.Auto, charset.Auto)
	read(t, d)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := d.Find(ctx, NewQuery("x"), 0, false); err == nil {
		t.Error("it went on")
	}
}

func TestHitsAreCountedWhileLinesCome(t *testing.T) {
	source := &tape{}
	d := New(source, charset.Auto, charset.Auto)
	finder := NewFinder(d, NewQuery("b"))
	step := func() {
		t.Helper()
		read(t, d)
		for more := true; more; {
			var err error
			if more, err = finder.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := 0
	for i := range 300 {
		source.add(1, strings.Repeat("abc\nxyz\n", 50))
		want += 50
		if step(); finder.Count() != want {
			t.Fatalf("after %d: %d, not %d", i, finder.Count(), want)
		}
	}
	source.add(1, "b")
	if step(); finder.Count() != want+1 {
		t.Errorf("%d with the open line", finder.Count())
	}
	if place, known := finder.Place(2); place != 2 || !known {
		t.Errorf("line 2 is at %d", place)
	}
	if place, _ := finder.Place(30_000); place != want+1 {
		t.Errorf("the open line is at %d", place)
	}
	source.add(1, "b\n")
	if step(); finder.Count() != want+1 {
		t.Errorf("%d once it has ended", finder.Count())
	}
	d.Use(charset.GBK)
	if step(); finder.Count() != want+1 {
		t.Errorf("%d in another encoding", finder.Count())
	}
}

// FuzzLines compares lines that were read in one go with those that came in
// pieces, and sees to it that nothing harmful is shown.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\x1b[31mb\nc\r\n\td\b\be\x1b]0;t\x07"), uint8(3), uint8(0))
	f.Add([]byte("\xc4\xe3\xba\xc3\n\xff\xfea\x00\n\x00"), uint8(1), uint8(2))
	f.Add([]byte("\u202e\u200b👨\u200d👩\n"), uint8(2), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, size, which uint8) {
		want := charset.Choices()[int(which)%len(charset.Choices())]
		if want == charset.Raw {
			want = charset.Auto
		}
		source, whole := &tape{}, &tape{}
		d := New(source, want, charset.GBK)
		for at, pipe := 0, 1; at < len(data); pipe = 3 - pipe {
			end := min(len(data), at+1+int(size)%16)
			source.add(pipe, string(data[at:end]))
			whole.add(pipe, string(data[at:end]))
			at = end
			read(t, d)
		}
		d.End()
		once := New(whole, want, charset.GBK)
		read(t, once)
		once.End()
		read(t, once)
		read(t, d)
		got, all := lines(t, d, 0, 1<<20), lines(t, once, 0, 1<<20)
		if !slices.Equal(texts(got), texts(all)) {
			t.Errorf("%q in pieces, %q at once", texts(got), texts(all))
		}
		for at, line := range all {
			checkHarmless(t, line.Text())
			if one := lines(t, once, at, 1); one[0].Text() != line.Text() {
				t.Errorf("line %d is %q by itself and %q among others", at, one[0].Text(), line.Text())
			}
		}
		if len(all) != once.State().Lines {
			t.Errorf("%d lines, said to be %d", len(all), once.State().Lines)
		}
	})
}
