package output

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lanyard/netcore/charset"
)

// read makes lines of all that a document has.
func read(t testing.TB, d *Document) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = d.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func lines(t testing.TB, d *Document, from, count int) []Line {
	t.Helper()
	got, err := d.Lines(t.Context(), from, count)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// texts returns lines as text, those of stderr with a sign.
func texts(lines []Line) []string {
	all := []string{}
	for _, line := range lines {
		text := line.Text()
		if line.Stderr {
			text = "! " + text
		}
		all = append(all, text)
	}
	return all
}

func TestLinesStandAsTheyCame(t *testing.T) {
	for name, test := range map[string]struct {
		from *tape
		want []string
	}{
		"nothing":            {&tape{}, []string{}},
		"two":                {new(tape).add(1, "a\nb\n"), []string{"a", "b"}},
		"not ended":          {new(tape).add(1, "a\nb"), []string{"a", "b"}},
		"of Windows":         {new(tape).add(1, "a\r\n\r\nb\r\n"), []string{"a", "", "b"}},
		"both pipes":         {new(tape).add(1, "a\n").add(2, "e\n").add(1, "b\n"), []string{"a", "! e", "b"}},
		"in between":         {new(tape).add(1, "ab").add(2, "e\n").add(1, "cd\n"), []string{"ab", "! e", "cd"}},
		"stderr first":       {new(tape).add(2, "e\n").add(1, "a"), []string{"! e", "a"}},
		"redrawn":            {new(tape).add(1, "10%\r20%\r100%\n"), []string{"100%"}},
		"shorter":            {new(tape).add(1, "hello\rby\n"), []string{"byllo"}},
		"over wide":          {new(tape).add(1, "你好\rab\n"), []string{"ab好"}},
		"half of wide":       {new(tape).add(1, "你好\rx\n"), []string{"x 好"}},
		"backspace":          {new(tape).add(1, "abc\b\bX\n你好\b!\n"), []string{"aXc", "你!"}},
		"tabs":               {new(tape).add(1, "a\tb\n12345678\t|\n"), []string{"a       b", "12345678        |"}},
		"over the left edge": {new(tape).add(1, "\b\b\ba\n"), []string{"a"}},
		"sequences":          {new(tape).add(1, "\x1b[2Ja\x1b]0;t\x07b\x1b[5Cc\n"), []string{"abc"}},
		"bidi":               {new(tape).add(1, "a\u202eb\n"), []string{"a�b"}},
		"not finished":       {new(tape).add(1, "\x1b]0;abc\nd\n"), []string{"^[]0;abc", "d"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := New(test.from, charset.Auto, charset.Auto)
			read(t, d)
			got := texts(lines(t, d, 0, 100))
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, not %q", got, test.want)
			}
			if state := d.State(); state.Lines != len(test.want) {
				t.Errorf("%d lines", state.Lines)
			}
		})
	}
}

func TestLinesGrow(t *testing.T) {
	source := &tape{}
	d := New(source, charset.Auto, charset.Auto)
	for _, step := range []struct {
		pipe int
		text string
		want []string
	}{
		{1, "a", []string{"a"}},
		{1, "b\nc", []string{"ab", "c"}},
		{1, "\r", []string{"ab", "c"}},
		{1, "\n", []string{"ab", "c"}},
		{2, "e", []string{"ab", "c", "! e"}},
		{1, "\x1b[3", []string{"ab", "c", "! e", "^[[3"}},
		{1, "1mred", []string{"ab", "c", "! e", "red"}},
		{1, "\n\n", []string{"ab", "c", "! e", "red", ""}},
	} {
		source.add(step.pipe, step.text)
		read(t, d)
		if got := texts(lines(t, d, 0, 100)); !slices.Equal(got, step.want) {
			t.Errorf("after %q: %q, not %q", step.text, got, step.want)
		}
	}
}

func TestColoursReachOverLines(t *testing.T) {
	d := New(new(tape).add(1, "\x1b[31mred\nstill\n").add(2, "plain\n").add(1, "again\x1b[0m not\n"), charset.Auto, charset.Auto)
	read(t, d)
	red := Style{Fore: Palette(1)}
	want := [][]Span{
		{{Text: "red", Style: red, Width: 3}},
		{{Text: "still", Style: red, Width: 5}},
		{{Text: "plain", Width: 5}},
		{{Text: "again", Style: red, Width: 5}, {Text: " not", Column: 5, Width: 4}},
	}
	for at := range want {
		if got := lines(t, d, at, 1)[0].Spans; !slices.Equal(got, want[at]) {
			t.Errorf("line %d: %+v", at, got)
		}
	}
}

func TestWideCharactersTakeTwoColumns(t *testing.T) {
	d := New(new(tape).add(1, "a你好b\n"), charset.UTF8, charset.Auto)
	read(t, d)
	want := []Span{{Text: "a", Width: 1}, {Text: "你好", Column: 1, Width: 4, Wide: true}, {Text: "b", Column: 5, Width: 1}}
	if got := lines(t, d, 0, 1)[0].Spans; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func gbk(text string) string {
	encoded, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return encoded
}

func TestTheEncodingIsFoundAndCanBeSwitched(t *testing.T) {
	source := new(tape).add(1, "plain\n")
	d := New(source, charset.Auto, charset.GBK)
	read(t, d)
	before := d.State()
	source.add(1, gbk("当前代码页: 936\n编码"))
	read(t, d)
	d.End()
	after := d.State()
	if before.Encoding != charset.Auto || after.Encoding != charset.GBK || before.Round == after.Round {
		t.Errorf("%+v became %+v", before, after)
	}
	if got := texts(lines(t, d, 0, 9)); !slices.Equal(got, []string{"plain", "当前代码页: 936", "编码"}) {
		t.Errorf("%q", got)
	}
	d.Use(charset.UTF8)
	if got := texts(lines(t, d, 1, 1)); !strings.Contains(got[0], "�") {
		t.Errorf("%q", got)
	}
	d.Use(charset.Auto)
	if got := texts(lines(t, d, 1, 1)); got[0] != "当前代码页: 936" {
		t.Errorf("%q", got)
	}
}

func TestHalfACharacterIsWaitedFor(t *testing.T) {
	text := gbk("汉字")
	source := new(tape).add(1, "x "+text[:3])
	d := New(source, charset.GBK, charset.GBK)
	read(t, d)
	if got := texts(lines(t, d, 0, 1)); got[0] != "x 汉" {
		t.Errorf("%q", got)
	}
	source.add(1, text[3:])
	read(t, d)
	if got := texts(lines(t, d, 0, 1)); got[0] != "x 汉字" {
		t.Errorf("%q", got)
	}
}

func TestUTF16OfWindows(t *testing.T) {
	text := "上海\r\nline 2 上\r\n\x1b[31mred\r\n"
	for name, order := range map[string]unicode.Endianness{"low": unicode.LittleEndian, "high": unicode.BigEndian} {
		t.Run(name, func(t *testing.T) {
			encoded, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			d := New(new(tape).add(1, encoded), charset.Auto, charset.GBK)
			read(t, d)
			read(t, d)
			if got := texts(lines(t, d, 0, 9)); !slices.Equal(got, []string{"上海", "line 2 上", "red"}) {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestAMillionLines(t *testing.T) {
	source := &tape{}
	var all strings.Builder
	const count = 1_000_000
	for i := range count {
		fmt.Fprintf(&all, "line %d\n", i)
	}
	source.add(1, all.String())
	d := New(source, charset.Auto, charset.Auto)
	read(t, d)
	if got := d.State().Lines; got != count {
		t.Fatalf("%d lines", got)
	}
	for _, at := range []int{0, 1, 63, 64, 1023, 123_456, 777_777, count - 1} {
		if got := lines(t, d, at, 1)[0]; got.Text() != fmt.Sprintf("line %d", at) || got.Number != at {
			t.Errorf("line %d is %+v", at, got)
		}
	}
	if got := lines(t, d, count-3, 100); len(got) != 3 {
		t.Errorf("%d lines at the end", len(got))
	}
}

func TestMemoryIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"short lines": "y\n", "no lines": "0123456789", "long lines": strings.Repeat("x", 99_999) + "\n",
		"coloured": strings.Repeat("\x1b[31m"+strings.Repeat("c", 4000)+"\x1b[0m\n", 4),
	} {
		t.Run(name, func(t *testing.T) {
			size := int64(32) << 20
			if name == "short lines" && !testing.Short() {
				size = 512 << 20
			}
			d := New(&repeated{text, size}, charset.Auto, charset.Auto)
			before := heap()
			read(t, d)
			if grown := heap() - before; grown > 10<<20 {
				t.Errorf("%d MB for %d MB of output", grown>>20, size>>20)
			}
			last := lines(t, d, d.State().Lines-1, 1)
			if len(last) != 1 || last[0].Number != d.State().Lines-1 {
				t.Errorf("the last line is %v", len(last))
			}
			runtime.KeepAlive(d)
		})
	}
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestTheIndexIsThinnedAndStaysRight(t *testing.T) {
	var all strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&all, "%d %s\n", i, strings.Repeat("x", i%7*100))
	}
	d := New(new(tape).add(1, all.String()), charset.Auto, charset.Auto)
	d.most = 100 // far fewer than it needs
	read(t, d)
	if len(d.places) > 200 || d.gap == firstGap {
		t.Fatalf("%d places, %d apart", len(d.places), d.gap)
	}
	for i := 0; i < 200_000; i += 997 {
		if got := lines(t, d, i, 1)[0].Text(); !strings.HasPrefix(got, fmt.Sprint(i)) {
			t.Fatalf("line %d is %.20q", i, got)
		}
	}
}

func TestALongLineIsCutForTheScreenOnly(t *testing.T) {
	long := strings.Repeat("长", 100_000) + "END"
	d := New(new(tape).add(1, "a\n"+long+"\nb\n"), charset.Auto, charset.Auto)
	read(t, d)
	got := lines(t, d, 0, 9)
	if len(got) != 3 || got[2].Text() != "b" || got[1].More != int64(len(long)+1-maxHead) || len(got[1].Text()) > maxHead {
		t.Fatalf("%d lines, %d more bytes", len(got), got[1].More)
	}
	text, whole, err := d.Copy(t.Context(), 1, 3, 1<<20)
	if err != nil || !whole || text != long+"\nb\n" {
		t.Errorf("%d bytes copied, %v, %v", len(text), whole, err)
	}
	text, whole, err = d.Copy(t.Context(), 0, 3, 1000)
	if err != nil || whole || len(text) < 990 || len(text) > 1000 {
		t.Errorf("%d bytes copied, %v, %v", len(text), whole, err)
	}
	line, found, err := d.Find(t.Context(), NewQuery("end"), 0, false)
	if err != nil || !found || line != 1 {
		t.Errorf("line %d, %v, %v", line, found, err)
	}
}

func TestALineThatIsRedrawnForHoursStaysShort(t *testing.T) {
	source := &tape{}
	for i := range 100_000 {
		source.add(1, fmt.Sprintf("%6d of many\r", i))
	}
	d := New(source, charset.Auto, charset.Auto)
	read(t, d)
	state := d.State()
	if state.Lines > 60 {
		t.Errorf("%d lines", state.Lines)
	}
	if got := lines(t, d, state.Lines-1, 1)[0]; got.Text() != " 99999 of many" || !got.Open {
		t.Errorf("%q", got.Text())
	}
}

func TestEverythingIsWritten(t *testing.T) {
	d := New(new(tape).add(1, "a\tb\n\x1b[31mred\x1b[0m\r\n").add(2, gbk("错误: 没有权限\n")).add(1, "10%\r20%\nlast"), charset.Auto, charset.GBK)
	read(t, d)
	d.End()
	var out strings.Builder
	if err := d.Write(t.Context(), &out, nil); err != nil {
		t.Fatal(err)
	}
	if want := "a\tb\nred\n错误: 没有权限\n20%\nlast\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
}

func TestWritingCanBeStopped(t *testing.T) {
	d := New(&repeated{"line\n", 64 << 20}, charset.Auto, charset.Auto)
	read(t, d)
	ctx, stop := context.WithCancel(t.Context())
	err := d.Write(ctx, io.Discard, func(int64) { stop() })
	if err == nil {
		t.Error("it went on")
	}
}
