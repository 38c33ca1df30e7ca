package classic

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // for systems without it
)

// directives are all that a time server has to know.
const directives = "%a %A %b %B %c %d %H %I %j %m %M %p %S %U %w %W %x %X %y %Y %z %Z %% %Y年%m月%d日"

// cTimes writes times as the C library does, a line each.
const cTimes = `
import sys, time
layout = sys.stdin.readline().rstrip("\n")
for line in sys.stdin:
    print("|".join(time.strftime(one, time.localtime(int(line))) for one in layout.split(" ")))
`

// The answers of the time server are those of the C library, for every
// directive, at a thousand times in three zones.
func TestAnswersAreThoseOfTheCLibrary(t *testing.T) {
	const times = 1000
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- a test
	for _, zone := range []string{"Asia/Shanghai", "America/St_Johns", "Europe/Berlin"} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		var seconds []int64
		question := directives + "\n"
		for range times {
			at := random.Int64N(2145916800) // up to 2038
			seconds = append(seconds, at)
			question += fmt.Sprintf("%d\n", at)
		}
		c := exec.CommandContext(t.Context(), python(t), "-c", cTimes)
		c.Env = append(os.Environ(), "TZ="+zone, "LC_ALL=C", "PYTHONUTF8=1")
		c.Stdin = strings.NewReader(question)
		answer, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(answer)), "\n")
		if len(lines) != times {
			t.Fatalf("%d answers", len(lines))
		}
		for i, want := range lines {
			var got []string
			for one := range strings.SplitSeq(directives, " ") {
				got = append(got, formatTime(one, time.Unix(seconds[i], 0).In(place)))
			}
			if strings.Join(got, "|") != want {
				t.Errorf("%s, %d:\ngot  %s\nwant %s", zone, seconds[i], strings.Join(got, "|"), want)
			}
		}
	}
}

// No answer is longer than 256 bytes, and none is cut within a character.
func TestLongTimeAnswers(t *testing.T) {
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, c := range []struct{ layout, want string }{
		{"", "2024-05-06 07:08:09"},
		{"%Y", "2024"},
		{strings.Repeat("%c", 100), strings.Repeat("Mon May  6 07:08:09 2024", 11)[:maxTimeAnswer]},
		{strings.Repeat("年", 200) + "%Y", strings.Repeat("年", 85)},
		{strings.Repeat("%c", 60000), strings.Repeat("Mon May  6 07:08:09 2024", 11)[:maxTimeAnswer]},
	} {
		if got := formatTime(c.layout, at); got != c.want {
			t.Errorf("%.20s…: %d bytes, %q", c.layout, len(got), got)
		}
	}
}
