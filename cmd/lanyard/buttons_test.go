//go:build e2e && linux

package main_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
	"time"
)

// mainButton is the colour of the button that a person is meant to press, in
// the dark theme.
var mainButton = color.RGBA{R: 0x5A, G: 0xA2, B: 0xFF, A: 0xFF}

// stopButton is that of a button that stops or deletes.
var stopButton = color.RGBA{R: 0xFF, G: 0x7B, B: 0x72, A: 0xFF}

// The composer's own button has that colour too; it is at the bottom. A count
// of unread messages is smaller than any button.
const (
	composerHeight = 60
	leastButton    = 1000 // pixels
)

// pressMain waits for a main button above the composer and clicks it.
func (s *screen) pressMain() {
	s.t.Helper()
	s.press(s.waitButton(mainButton))
}

// press clicks a button in this frame, left of its words.
func (s *screen) press(at image.Rectangle) {
	s.t.Helper()
	s.click(at.Min.X+8, (at.Min.Y+at.Max.Y)/2)
}

// waitButton waits for a button of a colour above the composer and returns its
// frame.
func (s *screen) waitButton(is color.RGBA) image.Rectangle {
	s.t.Helper()
	var at image.Rectangle
	eventually(s.t, 20*time.Second, "a button to press", func() bool {
		at = biggest(s.look(), is)
		return !at.Empty()
	})
	return at
}

// look takes a picture of the screen above the composer.
func (s *screen) look() image.Image {
	s.t.Helper()
	file, err := os.Open(s.shot("last"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		s.t.Fatal(err)
	}
	part, ok := picture.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok {
		s.t.Fatalf("a picture of an unknown kind: %T", picture)
	}
	return part.SubImage(image.Rect(0, 0, screenWidth, screenHeight-composerHeight))
}

// biggest is the frame of the biggest patch of a colour, if it is big enough
// for a button.
func biggest(picture image.Image, want color.RGBA) image.Rectangle {
	seen := map[image.Point]bool{}
	var best image.Rectangle
	most := leastButton - 1
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			if frame, pixels := patch(picture, want, image.Pt(x, y), seen); pixels > most {
				best, most = frame, pixels
			}
		}
	}
	return best
}

// patch follows a colour from a point to all its neighbours.
func patch(picture image.Image, want color.RGBA, from image.Point, seen map[image.Point]bool) (image.Rectangle, int) {
	var frame image.Rectangle
	pixels := 0
	for todo := []image.Point{from}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[p] || !p.In(picture.Bounds()) || !near(picture.At(p.X, p.Y), want) {
			continue
		}
		seen[p] = true
		pixels++
		frame = frame.Union(image.Rectangle{Min: p, Max: p.Add(image.Pt(1, 1))})
		for _, step := range []image.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}} {
			todo = append(todo, p.Add(step))
		}
	}
	return frame, pixels
}

func near(got color.Color, want color.RGBA) bool {
	const tolerance = 6
	r, g, b, _ := got.RGBA()
	far := func(a uint32, b uint8) bool { d := int(a>>8) - int(b); return d > tolerance || d < -tolerance }
	return !far(r, want.R) && !far(g, want.G) && !far(b, want.B)
}

// cover puts another window over all of the screen.
func cover(t *testing.T, s *screen) {
	t.Helper()
	spawn(t, s.tool("display", "-title", "cover", "-size", "1280x800", "xc:gray"))
	eventually(t, 20*time.Second, "something else is in front", func() bool { return s.active() == "cover" })
}
