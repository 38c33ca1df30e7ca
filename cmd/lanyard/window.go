package main

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/shell"
	"lanyard/assets"
	"lanyard/netcore"
)

// statsFile names the variable that asks for what the callbacks of the window
// cost, written as JSON into the file it names, for tests.
const statsFile = "LANYARD_UI_STATS"

// eventBuffer is how many events the window may fall behind.
const eventBuffer = 512

// metadata says what the program is; FyneApp.toml says the same to packagers.
func metadata() fyne.AppMetadata {
	return fyne.AppMetadata{
		ID:         "lan.yard.Lanyard",
		Name:       "Lanyard",
		Version:    "0.1.0",
		Build:      1,
		Icon:       fyne.NewStaticResource("lanyard.png", assets.Icon),
		Migrations: map[string]bool{"fyneDo": true},
	}
}

// newApp makes the app, with what keeps an idle window from drawing.
func newApp() fyne.App {
	app.SetMetadata(metadata())
	running := kit.Calm(app.NewWithID(metadata().ID))
	fyne.SetCurrentApp(running)
	return running
}

// show runs the window on a node until it is closed, then closes the node.
func show(node *netcore.Node, files []string) error {
	running := newApp()
	window := running.NewWindow(metadata().Name)
	window.SetMaster()
	window.SetPadded(false)
	window.Resize(fyne.NewSize(1000, 680))
	ui := kit.NewUI(fyne.Do)
	events := node.Subscribe(eventBuffer)
	face, err := shell.New(shell.Config{Node: node, Events: events.C, App: running, Window: window, UI: ui, Ended: ended})
	if err != nil {
		return closeNode(node, ui, err)
	}
	face.Run()
	ui.Go(func(ctx context.Context) { quitOnSignal(ctx, running) })
	stats := os.Getenv(statsFile)
	if stats != "" {
		ui.Go(func(ctx context.Context) { reportStats(ctx, ui, stats) })
	}
	if len(files) > 0 {
		ui.Post(func() { face.Raise(files) })
	}
	window.ShowAndRun()
	if stats != "" {
		writeStats(ui, stats)
	}
	return closeNode(node, ui, nil)
}

// closeNode ends the work of the window first, then the node.
func closeNode(node *netcore.Node, ui *kit.UI, err error) error {
	ui.Close()
	if closed := node.Close(); err == nil {
		err = closed
	}
	return err
}

// quitOnSignal closes the window as a click would.
func quitOnSignal(ctx context.Context, running fyne.App) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	select {
	case <-signals:
		fyne.Do(running.Quit)
	case <-ctx.Done():
	}
}

// reportStats writes what the callbacks cost once a second.
func reportStats(ctx context.Context, ui *kit.UI, path string) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			writeStats(ui, path)
		case <-ctx.Done():
			return
		}
	}
}

// writeStats replaces the file; a test that reads it never sees half of it.
func writeStats(ui *kit.UI, path string) {
	text, err := json.Marshal(ui.Stats())
	if err != nil {
		return
	}
	if os.WriteFile(path+".new", append(text, '\n'), 0o600) == nil { // #nosec G703 -- who starts the program names the file
		_ = os.Rename(path+".new", path) // #nosec G703 -- as above; the next second tries again
	}
}

// showFailure says in a window why the program could not start: somebody who
// clicked an icon sees no terminal.
func showFailure(failure error) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && !hasDesktop() {
		return
	}
	running := newApp()
	if look, err := kit.NewTheme(""); err == nil {
		running.Settings().SetTheme(look)
	}
	window := running.NewWindow(metadata().Name)
	label := widget.NewLabel(kit.Neutral(failure.Error()))
	label.Wrapping = fyne.TextWrapWord
	window.SetContent(container.NewBorder(nil, container.NewCenter(widget.NewButton("OK", window.Close)), nil, nil, label))
	window.Resize(fyne.NewSize(460, 180))
	window.ShowAndRun()
}
