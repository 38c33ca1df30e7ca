package timeline

import (
	"testing"

	"lanyard/netcore"
)

func page(from, to int64) []netcore.Item {
	var items []netcore.Item
	for seq := from; seq <= to; seq++ {
		items = append(items, netcore.Item{Seq: seq})
	}
	return items
}

func (w *window) span() [2]int64 {
	if len(w.items) == 0 {
		return [2]int64{}
	}
	return [2]int64{w.items[0].Seq, w.items[len(w.items)-1].Seq}
}

func TestWindowStaysBoundedAndInOnePiece(t *testing.T) {
	cases := []struct {
		name string
		do   func(w *window)
		want [2]int64
		end  bool
	}{
		{"first page", func(w *window) { w.newest(page(71, 100), 30, false) }, [2]int64{71, 100}, true},
		{"joined", func(w *window) {
			w.newest(page(71, 100), 30, false)
			w.newest(page(73, 102), 30, false)
		}, [2]int64{71, 102}, true},
		{"a gap", func(w *window) {
			w.newest(page(1, 30), 30, false)
			w.newest(page(171, 200), 30, false)
		}, [2]int64{171, 200}, true},
		{"older", func(w *window) {
			w.newest(page(71, 100), 30, false)
			w.older(page(41, 70), 30)
		}, [2]int64{41, 100}, true},
		{"older over the bound", func(w *window) {
			w.newest(page(301, 500), 200, false)
			w.older(page(271, 300), 30)
		}, [2]int64{271, 470}, false},
		{"newer over the bound", func(w *window) {
			w.newest(page(1, 200), 200, false)
			w.newest(page(11, 210), 200, false)
		}, [2]int64{11, 210}, true},
		{"newer over the bound while reading further up", func(w *window) {
			w.newest(page(1, 200), 200, false)
			w.newest(page(11, 210), 200, true)
		}, [2]int64{1, 200}, false},
	}
	for _, c := range cases {
		w := window{atEnd: true}
		c.do(&w)
		if w.span() != c.want || w.atEnd != c.end {
			t.Errorf("%s: %v at the end %v, want %v %v", c.name, w.span(), w.atEnd, c.want, c.end)
		}
	}
}

func TestWindowKnowsItsBeginning(t *testing.T) {
	w := window{atEnd: true}
	w.newest(page(1, 5), 30, false)
	if !w.complete {
		t.Error("a short page is the whole conversation")
	}
	w = window{atEnd: true}
	w.newest(page(31, 60), 30, false)
	w.older(page(1, 30), 30)
	if w.complete {
		t.Error("a full page says nothing about what is before it")
	}
	w.older(nil, 30)
	if !w.complete {
		t.Error("nothing is before it")
	}
}
