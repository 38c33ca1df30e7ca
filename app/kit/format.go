package kit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
)

// Bytes writes a size as people read it: 1 KB is 1,000 bytes, as on the
// labels of disks.
func Bytes(size int64) string {
	if size < 1000 {
		return fmt.Sprintf("%d B", max(size, 0))
	}
	value := float64(size) / 1000
	for _, unit := range []string{"KB", "MB", "GB", "TB"} {
		if value < 999.5 {
			return threeDigits(value) + " " + unit
		}
		value /= 1000
	}
	return threeDigits(value) + " PB"
}

func threeDigits(value float64) string {
	switch {
	case value < 9.995:
		return strconv.FormatFloat(value, 'f', 2, 64)
	case value < 99.95:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 0, 64)
}

// RoundBytes writes a size that people set: in units of 1024 where it is a round
// number of those, else like Bytes.
func RoundBytes(size int64) string {
	for unit, one := range map[string]int64{"MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40} {
		if count := size / one; size%one == 0 && count > 0 && count < 1024 {
			return fmt.Sprintf("%d %s", count, unit)
		}
	}
	for unit, one := range map[string]int64{"MB": 1e6, "GB": 1e9, "TB": 1e12} {
		if count := size / one; size%one == 0 && count > 0 && count < 1000 {
			return fmt.Sprintf("%d %s", count, unit)
		}
	}
	return Bytes(size)
}

// Speed writes bytes a second.
func Speed(perSecond float64) string { return Bytes(int64(perSecond)) + "/s" }

// Left writes an estimate of the time left, rounded to what it is worth.
func Left(left time.Duration) string {
	switch seconds := int(left.Round(time.Second) / time.Second); {
	case seconds < 60:
		return lang.N("{{.Count}} seconds left", max(seconds, 1), map[string]any{"Count": max(seconds, 1)})
	case seconds < 3600:
		minutes := (seconds + 30) / 60
		return lang.N("{{.Count}} minutes left", minutes, map[string]any{"Count": minutes})
	default:
		hours := (seconds + 1800) / 3600
		return lang.N("{{.Count}} hours left", hours, map[string]any{"Count": hours})
	}
}

// FileCount writes a number of files.
func FileCount(count int) string {
	return lang.N("{{.Count}} files", count, map[string]any{"Count": count})
}

// Day names the day of at beside today: today, yesterday, or its date.
func Day(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	switch {
	case sameDay(at, now):
		return lang.L("Today")
	case sameDay(at, now.AddDate(0, 0, -1)):
		return lang.L("Yesterday")
	}
	return at.Format("2006-01-02")
}

// Short names a moment in as few characters as will do: the time of today,
// else the day.
func Short(at, now time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case sameDay(at.Local(), now.Local()):
		return at.Local().Format("15:04")
	case sameDay(at.Local(), now.Local().AddDate(0, 0, -1)):
		return lang.L("Yesterday")
	case at.Local().Year() == now.Local().Year():
		return at.Local().Format("01-02")
	}
	return at.Local().Format("2006-01-02")
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// MD5 sets a digest in groups of four, so that it can be compared by eye.
func MD5(digest string) string {
	grouped := make([]byte, 0, len(digest)+len(digest)/4)
	for i := range len(digest) {
		if i > 0 && i%4 == 0 {
			grouped = append(grouped, ' ')
		}
		grouped = append(grouped, digest[i])
	}
	return string(grouped)
}

// DeviceLines sets a device ID on two lines, half of its groups on each.
func DeviceLines(id string) string {
	groups := strings.Split(id, "-")
	half := len(groups) / 2
	return strings.Join(groups[:half], "-") + "\n" + strings.Join(groups[half:], "-")
}
