package strftime

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// all is every directive of the classic time server.
const all = "%a|%A|%b|%B|%c|%d|%H|%I|%j|%m|%M|%p|%S|%U|%w|%W|%x|%X|%y|%Y|%z|%Z|%%"

var shanghai = time.FixedZone("CST", 8*60*60)

// The answers are those of strftime in Python on Linux, in the C locale.
func TestAnswersAreThoseOfC(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2024, 1, 1, 0, 0, 0, 0, shanghai), "Mon|Monday|Jan|January|Mon Jan  1 00:00:00 2024|01|00|12|001|01|00|AM|00|00|1|01|01/01/24|00:00:00|24|2024|+0800|CST|%"},
		{time.Date(2024, 2, 29, 12, 0, 59, 0, shanghai), "Thu|Thursday|Feb|February|Thu Feb 29 12:00:59 2024|29|12|12|060|02|00|PM|59|08|4|09|02/29/24|12:00:59|24|2024|+0800|CST|%"},
		{time.Date(2023, 1, 1, 23, 59, 59, 0, shanghai), "Sun|Sunday|Jan|January|Sun Jan  1 23:59:59 2023|01|23|11|001|01|59|PM|59|01|0|00|01/01/23|23:59:59|23|2023|+0800|CST|%"},
		{time.Date(2026, 11, 22, 1, 2, 3, 0, shanghai), "Sun|Sunday|Nov|November|Sun Nov 22 01:02:03 2026|22|01|01|326|11|02|AM|03|47|0|46|11/22/26|01:02:03|26|2026|+0800|CST|%"},
		{time.Date(2000, 12, 31, 13, 30, 0, 0, shanghai), "Sun|Sunday|Dec|December|Sun Dec 31 13:30:00 2000|31|13|01|366|12|30|PM|00|53|0|52|12/31/00|13:30:00|00|2000|+0800|CST|%"},
		{time.Date(1999, 7, 4, 11, 11, 11, 0, shanghai), "Sun|Sunday|Jul|July|Sun Jul  4 11:11:11 1999|04|11|11|185|07|11|AM|11|27|0|26|07/04/99|11:11:11|99|1999|+0800|CST|%"},
		{time.Date(2017, 1, 2, 8, 5, 9, 0, shanghai), "Mon|Monday|Jan|January|Mon Jan  2 08:05:09 2017|02|08|08|002|01|05|AM|09|01|1|01|01/02/17|08:05:09|17|2017|+0800|CST|%"},
		{time.Date(2021, 12, 31, 12, 59, 0, 0, shanghai), "Fri|Friday|Dec|December|Fri Dec 31 12:59:00 2021|31|12|12|365|12|59|PM|00|52|5|52|12/31/21|12:59:00|21|2021|+0800|CST|%"},
		{time.Date(2037, 6, 15, 0, 30, 0, 0, shanghai), "Mon|Monday|Jun|June|Mon Jun 15 00:30:00 2037|15|00|12|166|06|30|AM|00|24|1|24|06/15/37|00:30:00|37|2037|+0800|CST|%"},
		{time.Date(1970, 1, 5, 18, 0, 0, 0, shanghai), "Mon|Monday|Jan|January|Mon Jan  5 18:00:00 1970|05|18|06|005|01|00|PM|00|01|1|01|01/05/70|18:00:00|70|1970|+0800|CST|%"},
	} {
		if got, err := Format(all, c.at); err != nil || got != c.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, c.want)
		}
	}
}

func TestLayouts(t *testing.T) {
	at := time.Date(2024, 5, 6, 7, 8, 9, 123456789, shanghai)
	newfoundland := time.Date(2024, 1, 2, 3, 4, 5, 0, time.FixedZone("NST", -(3*60*60+30*60)))
	for _, c := range []struct {
		layout string
		at     time.Time
		want   string
	}{
		{"", at, ""},
		{Default, at, "2024-05-06 07:08:09"},
		{"%Y年%m月%d日 %H时%M分%S秒", at, "2024年05月06日 07时08分09秒"},
		{"现在是%p%I点", at, "现在是AM07点"},
		{"no directive at all", at, "no directive at all"},
		{"100%", at, "100%"},
		{"%%Y", at, "%Y"},
		{"%年", at, "%年"},
		{"%-年", at, "%-年"},
		{"%E年", at, "%E年"},
		{"%Q %!", at, "1714950489123 %!"},
		{"%-d.%-m.%y", at, "6.5.24"},
		{"%H:%M:%S.%f", at, "07:08:09.123456"},
		{"%F %T", at, "2024-05-06 07:08:09"},
		{"%:z", at, "+08:00"},
		{"%G-W%V-%u", at, "2024-W19-1"},
		{"%Z %z", newfoundland, "NST -0330"},
		{"😀%S\t\n", at, "😀09\t\n"},
		{"\x1b[31m%Y", at, "\x1b[31m2024"},
		{"Jan Mon MST PM 2006 %Y", at, "Jan Mon MST PM 2006 2024"},
	} {
		if got, err := Format(c.layout, c.at); err != nil || got != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.layout, got, err, c.want)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, c := range []struct {
		name, layout string
		check, want  error
	}{
		{"the longest", strings.Repeat("x", MaxLayout), nil, nil},
		{"one more", strings.Repeat("x", MaxLayout+1), ErrTooLong, ErrTooLong},
		{"a flood", strings.Repeat("%c", 1<<20), ErrTooLong, ErrTooLong},
		{"what grows", strings.Repeat("%c", MaxLayout/2), nil, ErrTooLong},
		{"no UTF-8", "%Y\xc4\xea", ErrNotText, ErrNotText},
	} {
		if err := Check(c.layout); !errors.Is(err, c.check) {
			t.Errorf("%s: checked: %v, want %v", c.name, err, c.check)
		}
		got, err := Format(c.layout, at)
		if !errors.Is(err, c.want) || (err != nil) != (got == "") {
			t.Errorf("%s: got %d bytes, %v, want %v", c.name, len(got), err, c.want)
		}
	}
}

// Whatever comes, the answer is text and not too long, for times out of all
// calendars, too.
func FuzzFormat(f *testing.F) {
	for _, layout := range []string{"", Default, all, "%Y年", "%", "%-", "%E", "%O年", "%:", "%%%", "%s%f%N%Q%G%V", "\xff"} {
		f.Add(layout, int64(1714950489), int64(0), 8*60*60)
		f.Add(layout, int64(-1)<<62, int64(1), -1)
	}
	f.Fuzz(func(t *testing.T, layout string, sec, nsec int64, offset int) {
		at := time.Unix(sec, nsec).In(time.FixedZone("X", offset%(24*60*60)))
		got, err := Format(layout, at)
		switch {
		case err != nil && got != "":
			t.Fatalf("%q beside %v", got, err)
		case err == nil && (!utf8.ValidString(got) || len(got) > MaxOutput):
			t.Fatalf("%q became %d bytes, %q", layout, len(got), got)
		case err == nil && !strings.Contains(layout, "%") && got != layout:
			t.Fatalf("%q became %q", layout, got)
		case (Check(layout) == nil) && err != nil && !errors.Is(err, ErrTooLong):
			t.Fatalf("%q is right, but: %v", layout, err)
		}
	})
}
