package clocks

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

var wide, narrow = fyne.NewSize(980, 1200), fyne.NewSize(460, 1600)

// pageStage is the page of clocks of an office.
type pageStage struct {
	*kittest.Stage
	page   *Page
	node   *fakeNode
	copied string
	now    time.Time
}

func newPageStage(t *testing.T, node *fakeNode, size fyne.Size) *pageStage {
	t.Helper()
	s := &pageStage{Stage: kittest.NewStage(t, size), node: node, now: now}
	s.page = New(s.UI, node, Host{Window: s.Window, Copy: func(text string) { s.copied = text }, Now: func() time.Time { return s.now }})
	s.Show(s.page.Object())
	return s
}

// open shows the page, and waits until all clocks were looked at.
func (s *pageStage) open() {
	s.Helper()
	s.page.Shown(true)
	s.T.Cleanup(func() { s.page.Shown(false) })
	s.looked()
}

func (s *pageStage) looked() {
	s.Helper()
	s.Until("all were looked at", func() bool { return !s.page.checkedAt.IsZero() && len(s.page.checking) == 0 })
	s.Queue.Drain()
}

func TestThePageSaysHowFarClocksAreOff(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": wide, "narrow": narrow} {
		t.Run(name, func(t *testing.T) {
			s := newPageStage(t, office(), size)
			s.open()
			for _, want := range []string{
				"Of 4 clocks, this PC's among them, no majority agrees", "1 person is not verified",
				"王小明", "22:03:22", "CST UTC+08:00", "Their clock is 1.284 s fast ± 0.6 ms", "✓ Good", "round trip 0.8 ms", "drift +12.5 ± 0.3 ppm",
				"Carol", "! Wrong zone", "CEST UTC+02:00, summer time", "Their clock is 1 h 0 min 0.2 s fast",
				"! Off", "They do not tell this PC their time.",
			} {
				s.WantText(want)
			}
			if s.Reads("stranger") {
				t.Error("a stranger's clock is shown")
			}
		})
	}
}

// Times go on each second, without anybody being asked; all are asked again
// after ten seconds, if the user wants that, and never while the page is not
// shown.
func TestClocksTick(t *testing.T) {
	s := newPageStage(t, office(), wide)
	s.page.Refresh()
	s.page.tick()
	if s.page.Shown(false); len(s.node.checked) != 0 || len(s.page.known.clocks) != 0 {
		t.Fatal("a page that is not shown asks")
	}
	s.open()
	asked := len(s.node.checked)
	s.now = now.Add(5 * time.Second)
	s.page.tick()
	s.WantText("22:03:27")
	s.WantText("14:03:26")
	if len(s.node.checked) != asked {
		t.Errorf("asked again after five seconds: %v", s.node.checked)
	}
	s.now = now.Add(10 * time.Second)
	s.page.tick()
	s.looked()
	if got := len(s.node.checked); got != asked+4 {
		t.Errorf("asked %d times, want %d", got, asked+4)
	}
	s.page.view.auto.SetChecked(false)
	s.now = now.Add(time.Minute)
	s.page.tick()
	if len(s.page.checking) != 0 {
		t.Error("asked by itself although that is off")
	}
	s.Tap("Check all")
	s.looked()
	if got := len(s.node.checked); got != asked+8 {
		t.Errorf("asked %d times, want %d", got, asked+8)
	}
}

func TestWhoIsWrongIsSaidInASentence(t *testing.T) {
	zone := netcore.ClockZone{}
	for _, c := range []struct {
		name    string
		offsets []time.Duration
		want    string
		badges  []string
	}{
		{"all agree", []time.Duration{0, 900 * time.Millisecond}, "All 3 clocks agree, this PC's among them.", []string{"✓ Good", "✓ Good"}},
		{"one is wrong", []time.Duration{0, time.Minute}, "2 of 3 clocks agree, this PC's among them. Wrong: “p2”.", []string{"✓ Good", "! Off"}},
		{"this PC is", []time.Duration{time.Minute, 61 * time.Second}, "This PC's clock is wrong: about 60 s slow, as 2 of 3 clocks agree.", []string{"✓ Good", "✓ Good"}},
		{"and another one", []time.Duration{-time.Hour, -time.Hour, -time.Hour, 0}, "This PC's clock is wrong: about 1 h 0 min 0 s fast, as 3 of 5 clocks agree. Wrong too: “p4”.", nil},
		{"two agree", []time.Duration{0}, "The two clocks agree.", nil},
		{"two differ", []time.Duration{time.Minute}, "The two clocks differ. A third one would tell which of them is wrong.", nil},
		{"nobody", nil, "Nobody who is verified is there.", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fakeNode{clocks: map[netcore.PersonID][]netcore.ClockEstimate{}}
			for i, offset := range c.offsets {
				id := netcore.PersonID(i + 1)
				f.clocks[id] = looks(2, offset, 0, zone)
				f.people = append(f.people, netcore.Person{
					ID: id, Name: "p" + string(rune('1'+i)), Device: netcore.DeviceID{byte(id)}, Online: true, Trust: netcore.TrustVerified,
				})
			}
			s := newPageStage(t, f, wide)
			s.open()
			s.WantText(c.want)
			var got []string
			for _, text := range s.Texts() {
				if strings.HasPrefix(text, "✓") || strings.HasPrefix(text, "!") {
					got = append(got, text)
				}
			}
			if c.badges != nil && !slices.Equal(got, c.badges) {
				t.Errorf("the verdicts are %q, want %q", got, c.badges)
			}
		})
	}
}

func TestTimesInWords(t *testing.T) {
	s := newPageStage(t, office(), wide)
	s.open()
	s.page.view.common.SetSelected("%Y年%m月%d日 %H时%M分%S秒")
	s.WantText("2026年05月06日 22时03分22秒")
	if s.page.view.format.Text != "%Y年%m月%d日 %H时%M分%S秒" {
		t.Errorf("the field has %q", s.page.view.format.Text)
	}
	s.page.view.format.SetText(strings.Repeat("x", 300))
	s.WantText("This format is too long.")
	s.page.view.format.SetText("%H")
	s.Until("the words are as asked", func() bool { return s.page.texts[1] == "22" })
	if s.Reads("This format is too long.") || slices.ContainsFunc(s.node.formats, func(f string) bool { return len(f) > 256 }) {
		t.Error("the long format is still there, or was sent")
	}
}

func TestThisPCBesideATimeServer(t *testing.T) {
	s := newPageStage(t, office(), wide)
	s.open()
	s.Tap("Ask the server") // nothing is typed: nobody is asked
	s.page.view.server.SetText(" ntp.example ")
	s.Tap("Ask the server")
	s.WantText("This PC's clock is 1.50 s slow ± 12 ms, by ntp.example.")
	s.page.view.server.SetText("other.example")
	s.page.view.server.OnSubmitted("")
	s.WantText("The server gave no usable answer.")
}

// A name that a spreadsheet would run stands there as text.
func TestCSV(t *testing.T) {
	f := office()
	f.people[0].Name = "=HYPERLINK(\"http://x\",\"王, 小明\")"
	f.clocks[2][0].Zone.Name = "+08"
	s := newPageStage(t, f, wide)
	s.open()
	s.Tap("Copy CSV")
	rows, err := csv.NewReader(strings.NewReader(s.copied)).ReadAll()
	if err != nil || len(rows) != 1+60+20+1+3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for i, field := range row {
			if strings.IndexAny(field, "=+@") == 0 || strings.HasPrefix(field, "-") && columnNames()[i] != "offset_s" && columnNames()[i] != "drift_ppm" {
				t.Errorf("%s is %q", columnNames()[i], field)
			}
		}
	}
	at := slices.IndexFunc(rows, func(row []string) bool { return strings.Contains(row[0], "王") })
	if want := "'=HYPERLINK"; !strings.HasPrefix(rows[at][0], want) {
		t.Errorf("the name is %q", rows[at][0])
	}
	latest := rows[at+59]
	for i, want := range map[int]string{5: "UTC+08:00", 6: "false", 11: "8", 12: "12.540", 14: "good"} {
		if latest[i] != want {
			t.Errorf("%s is %q, want %q", columnNames()[i], latest[i], want)
		}
	}
	var file sink
	if err := write(&file, "a,b\n"); err != nil || file.String() != "\ufeffa,b\n" {
		t.Errorf("wrote %q, %v", file.String(), err)
	}
	if err := write(&sink{fails: true}, "a"); err == nil {
		t.Error("a file that could not be written is taken for good")
	}
}

// sink is a file in memory.
type sink struct {
	bytes.Buffer
	fails bool
}

func (s *sink) Close() error {
	if s.fails {
		return errors.New("full")
	}
	return nil
}

// Hundreds of people cost what is seen of them.
func TestManyClocks(t *testing.T) {
	f := &fakeNode{clocks: map[netcore.PersonID][]netcore.ClockEstimate{}}
	for i := range 500 {
		id := netcore.PersonID(i + 1)
		f.clocks[id] = looks(256, 0, 0, netcore.ClockZone{})
		f.people = append(f.people, netcore.Person{ID: id, Name: "p", Device: netcore.DeviceID{byte(i), byte(i >> 8)}, Online: true, Trust: netcore.TrustVerified})
	}
	s := newPageStage(t, f, wide)
	s.open()
	if rows := len(s.page.view.rows); rows == 0 || rows > 30 {
		t.Errorf("%d rows are shown", rows)
	}
	for _, chart := range kittest.All[*chart](s.Stage) {
		if len(chart.looks) > chartMost {
			t.Errorf("a chart of %d looks", len(chart.looks))
		}
	}
	if longest := s.UI.Stats().Longest; longest > 2*time.Second { // a guard; the race detector is slow
		t.Errorf("held the drawing goroutine for %v", longest)
	}
}

func TestCard(t *testing.T) {
	s := kittest.NewStage(t, fyne.NewSize(420, 200))
	again := 0
	e := looks(1, 1284*time.Millisecond, 0, netcore.ClockZone{Name: "CST", Offset: 8 * time.Hour})[0]
	s.Show(NewCard(&netcore.ClockCheck{Estimate: e, Verdict: netcore.ClockOff}, func() { again++ }).Object())
	for _, want := range []string{"Clock check", "Off", "Their clock is 1.284 s fast ± 0.4 ms", "2026-05-06 22:03:12 there", "CST UTC+08:00", "round trip 0.8 ms", "8 samples"} {
		s.WantText(want)
	}
	if s.Tap("Check again"); again != 1 {
		t.Errorf("tapped %d times", again)
	}
	s.Show(NewCard(nil, nil).Object())
	s.WantText("Update Lanyard to read this.")
}

func TestWarning(t *testing.T) {
	kittest.NewStage(t, narrow)
	if got := Warning(netcore.Person{}); got != "" {
		t.Errorf("warns: %q", got)
	}
	got := Warning(netcore.Person{ClockOff: -90 * time.Minute, ClockBound: time.Millisecond})
	if !strings.HasPrefix(got, "Their clock is 1 h 30 min 0 s slow, compared with this PC's.") {
		t.Errorf("got %q", got)
	}
	if err := kit.UseLanguage(kit.LanguageChinese); err != nil {
		t.Fatal(err)
	}
	if got := Words(1284*time.Millisecond, 400*time.Microsecond); got != "他的钟快 1.284 s ± 0.4 ms" {
		t.Errorf("got %q", got)
	}
}
