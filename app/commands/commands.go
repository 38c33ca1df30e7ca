// Package commands is the page "Commands": running something on the PCs of
// others, watching what runs, and looking at what came of it.
package commands

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what the page asks of the engine; see [netcore.Runs].
type Node interface {
	People(ctx context.Context) ([]netcore.Person, error)
	StartRuns(ctx context.Context, people []netcore.PersonID, request netcore.RunRequest) ([]netcore.Run, error)
	WriteRun(ctx context.Context, key int64, p []byte) error
	CloseRunInput(key int64) error
	StopRun(key int64) error
	Run(ctx context.Context, key int64) (netcore.Run, error)
	Runs(ctx context.Context, query netcore.RunQuery) ([]netcore.Run, error)
	RunOutput(ctx context.Context, key int64) (netcore.RunOutput, error)
	ButtonsOf(ctx context.Context, person netcore.PersonID) ([]netcore.Button, error)
	SavedCommands(ctx context.Context) ([]netcore.SavedCommand, error)
	SaveCommand(ctx context.Context, saved netcore.SavedCommand) error
	RemoveSavedCommand(ctx context.Context, name string) error
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
	p.object = kit.Page(lang.L("Commands"), container.NewStack())
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Shown says whether the page is what the window shows. One that is not costs
// nothing.
func (p *Page) Shown(bool) {}

// Refresh says that runs, people or saved commands may have changed: for
// EventRun, EventPerson, EventButtons and EventOverflow. It may be called from
// any goroutine, as often as it likes.
func (p *Page) Refresh() {}

// Open shows the run with a key.
func (p *Page) Open(int64) {}

// Compose begins a new command for somebody.
func (p *Page) Compose(netcore.PersonID) {}
