package transfer

import (
	"testing"
	"time"
)

func TestASpeedIsToldOnceThereIsASecondOfIt(t *testing.T) {
	const ms = time.Millisecond
	type at struct {
		after time.Duration
		count int64
		want  float64
	}
	moving := map[string][]bool{"it trickles first": {false, true, true, true, true}, "it stands, and again": {false, true, false, false, true, true}}
	for name, marks := range map[string][]at{
		"it trickles first":    {{0, 0, 0}, {100 * ms, 10, 0}, {500 * ms, 10, 0}, {900 * ms, 4000, 0}, {1000 * ms, 5000, 5000}},
		"nothing for a minute": {{0, 0, 0}, {60 * time.Second, 0, 0}, {60100 * ms, 500, 0}, {60900 * ms, 4500, 0}, {61 * time.Second, 5000, 5000}},
		"seldom looked at":     {{0, 0, 0}, {2 * time.Second, 4000, 2000}, {4 * time.Second, 8000, 2000}},
		"it stands, and again": {{0, 0, 0}, {time.Second, 900, 900}, {4 * time.Second, 900, 0}, {7 * time.Second, 900, 0}, {7100 * ms, 1000, 0}, {8 * time.Second, 1900, 1000}},
		"another try":          {{0, 0, 0}, {time.Second, 5000, 5000}, {1100 * ms, 100, 0}, {2100 * ms, 1100, 1000}},
	} {
		var m meter
		for i, one := range marks {
			if got := m.speed(time.Unix(1000, 0).Add(one.after), one.count); got != one.want {
				t.Errorf("%s: %v at mark %d, want %v", name, got, i, one.want)
			}
			if want, told := moving[name]; told && m.moving() != want[i] {
				t.Errorf("%s: moving at mark %d: %v", name, i, m.moving())
			}
		}
	}
}

// What an earlier try brought is no speed of this one.
func TestAJumpOfTheCountIsNoSpeed(t *testing.T) {
	var m meter
	now := time.Unix(1000, 0)
	m.speed(now, 0)
	m.jump()
	if got := m.speed(now.Add(2*time.Second), 1<<30); got != 0 {
		t.Errorf("%v after the jump", got)
	}
	if got := m.speed(now.Add(3*time.Second), 1<<30+1000); got != 1000 {
		t.Errorf("%v a second later", got)
	}
}
