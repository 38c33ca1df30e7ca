package clocks

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine; see [netcore.Clocks].
type Node interface {
	People(ctx context.Context) ([]netcore.Person, error)
	CheckClock(ctx context.Context, person netcore.PersonID, samples int) (netcore.ClockEstimate, error)
	FormatTime(ctx context.Context, person netcore.PersonID, layout string) (string, error)
	ClockHistory(person netcore.PersonID) []netcore.ClockEstimate
	ClockDrift(person netcore.PersonID) (netcore.ClockRate, bool)
	CheckNTP(ctx context.Context, server string) (netcore.ClockEstimate, error)
}

// Host is what the page asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func()           // the user leaves the page
	Now       func() time.Time // nil: the system's clock
}

// Page is what stands in the window. Except Refresh its methods belong to the
// drawing goroutine.
type Page struct {
	ui     *kit.UI
	node   Node
	host   Host
	object fyne.CanvasObject
}

// New returns the page, empty until it is shown.
func New(ui *kit.UI, node Node, host Host) *Page {
	if host.Now == nil {
		host.Now = time.Now
	}
	p := &Page{ui: ui, node: node, host: host}
	p.object = kit.Page(lang.L("Clocks"), container.NewStack())
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Shown says whether the page is what the window shows. One that is not costs
// nothing.
func (p *Page) Shown(bool) {}

// Refresh says that people or what is known of their clocks may have changed:
// for EventClock, EventPerson and EventOverflow. It may be called from any
// goroutine, as often as it likes.
func (p *Page) Refresh() {}
