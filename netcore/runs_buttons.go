package netcore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lanyard/netcore/command"
	"lanyard/netcore/link"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

const (
	maxOwnButtons = 200 // as many as others are told of
	maxSaved      = 1000
	maxSavedName  = 64 // characters
)

// keptButton is a button as the store keeps it.
type keptButton struct {
	Argv   []string    `json:"argv"`
	Dir    string      `json:"dir,omitempty"`
	Params []keptParam `json:"params,omitempty"`
	WallMS int64       `json:"wall_ms,omitempty"`
}

// keptParam is a parameter, with the folder that others are not told.
type keptParam struct {
	ButtonParam
	Folder string `json:"folder,omitempty"`
}

// loadButtons reads this user's buttons.
func (c *commands) loadButtons(ctx context.Context) error {
	rows, err := c.node.db.Buttons(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b, err := parseButton(row)
		if err != nil {
			c.node.config.Logger.Warn("a button cannot be read", "error", err)
			continue
		}
		c.buttons = append(c.buttons, b)
	}
	return nil
}

// parseButton reads a button as the store keeps it.
func parseButton(row store.NamedText) (Button, error) {
	var kept keptButton
	if err := json.Unmarshal([]byte(row.Text), &kept); err != nil {
		return Button{}, fmt.Errorf("button %q: %w", row.Name, err)
	}
	b := Button{Name: row.Name, Argv: kept.Argv, Dir: kept.Dir, Wall: time.Duration(kept.WallMS) * time.Millisecond}
	for _, p := range kept.Params {
		p.ButtonParam.Folder = p.Folder
		b.Params = append(b.Params, p.ButtonParam)
	}
	return b, nil
}

// ownButtons returns this user's buttons, by name.
func (c *commands) ownButtons() []Button {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.buttons)
}

// Buttons returns this user's buttons, by name.
func (n *Node) Buttons(context.Context) ([]Button, error) { return n.commands.ownButtons(), nil }

// SetButton adds a button or replaces the one of its name. It fails with
// ErrButton if the definition is not sound, or there are 200.
func (n *Node) SetButton(ctx context.Context, button Button) error {
	err := n.commands.setButton(ctx, button)
	n.note(ctx, logged{what: AuditButton, detail: "set " + button.Name + ": " + command.Line(button.Argv), outcome: outcomeOf(err)})
	if err != nil {
		return err
	}
	n.bus.publish(Event{Kind: EventButtons})
	return nil
}

// setButton commits a button.
func (c *commands) setButton(ctx context.Context, button Button) error {
	if err := button.Check(); err != nil {
		return err
	}
	kept := keptButton{Argv: button.Argv, Dir: button.Dir, WallMS: button.Wall.Milliseconds()}
	for _, p := range button.Params {
		kept.Params = append(kept.Params, keptParam{ButtonParam: p, Folder: p.Folder})
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("encoding a button: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i, found := slices.BinarySearchFunc(c.buttons, button.Name, byButtonName)
	if !found && len(c.buttons) >= maxOwnButtons {
		return fmt.Errorf("%w: there are %d already", command.ErrButton, maxOwnButtons)
	}
	if err := c.node.db.SetButton(ctx, store.NamedText{Name: button.Name, Text: string(text)}); err != nil {
		return err
	}
	buttons := slices.Clone(c.buttons) // others may be reading the old list
	if found {
		buttons[i] = button
	} else {
		buttons = slices.Insert(buttons, i, button)
	}
	c.buttons = buttons
	return nil
}

// byButtonName orders buttons.
func byButtonName(b Button, name string) int { return strings.Compare(b.Name, name) }

// RemoveButton removes a button. It fails with store.ErrNotFound.
func (n *Node) RemoveButton(ctx context.Context, name string) error {
	err := n.commands.removeButton(ctx, name)
	n.note(ctx, logged{what: AuditButton, detail: "removed " + name, outcome: outcomeOf(err)})
	if err != nil {
		return err
	}
	n.bus.publish(Event{Kind: EventButtons})
	return nil
}

// removeButton commits that a button is gone.
func (c *commands) removeButton(ctx context.Context, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.node.db.RemoveButton(ctx, name); err != nil {
		return err
	}
	c.buttons = slices.DeleteFunc(slices.Clone(c.buttons), func(b Button) bool { return b.Name == name })
	return nil
}

// ButtonsOf asks somebody's PC which buttons it has for this user. It fails with
// ErrRunRefused without the permission, and with ErrUnreachable.
func (n *Node) ButtonsOf(ctx context.Context, person PersonID) ([]Button, error) {
	to, err := n.roster.Person(ctx, int64(person))
	if err != nil {
		return nil, fmt.Errorf("asking for buttons: %w", err)
	}
	buttons, err := n.commands.service.Buttons(ctx, to.Device)
	if errors.Is(err, link.ErrNotConnected) {
		err = fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return buttons, err
}

// savedRequest is a saved command as the store keeps it.
type savedRequest struct {
	Argv   []string `json:"argv"`
	Dir    string   `json:"dir,omitempty"`
	WallMS int64    `json:"wall_ms,omitempty"`
}

// SavedCommands returns what this user saved, by name.
func (n *Node) SavedCommands(ctx context.Context) ([]SavedCommand, error) {
	rows, err := n.db.SavedCommands(ctx)
	if err != nil {
		return nil, err
	}
	saved := make([]SavedCommand, 0, len(rows))
	for _, row := range rows {
		var r savedRequest
		if err := json.Unmarshal([]byte(row.Text), &r); err != nil {
			n.config.Logger.Warn("a saved command cannot be read", "error", err)
			continue
		}
		saved = append(saved, SavedCommand{Name: row.Name, Argv: r.Argv, Dir: r.Dir, Wall: time.Duration(r.WallMS) * time.Millisecond})
	}
	return saved, nil
}

// SaveCommand saves a command under a name, in place of one of its name. It
// fails with ErrRunRequest if the name cannot be shown as it is, if it is no
// command, or if there are 1000.
func (n *Node) SaveCommand(ctx context.Context, saved SavedCommand) error {
	if err := (command.Request{Argv: saved.Argv, Dir: saved.Dir, Wall: saved.Wall}).Check(); err != nil {
		return err
	}
	if saved.Name == "" || utf8.RuneCountInString(saved.Name) > maxSavedName || safename.Display(saved.Name, maxSavedName) != saved.Name {
		return fmt.Errorf("%w: no name for it: %q", command.ErrRequest, saved.Name)
	}
	all, err := n.db.SavedCommands(ctx)
	if err != nil {
		return err
	}
	if len(all) >= maxSaved {
		return fmt.Errorf("%w: there are %d already", command.ErrRequest, maxSaved)
	}
	text, err := json.Marshal(savedRequest{Argv: saved.Argv, Dir: saved.Dir, WallMS: saved.Wall.Milliseconds()})
	if err != nil {
		return fmt.Errorf("encoding a command: %w", err)
	}
	if err := n.db.SaveCommand(ctx, store.NamedText{Name: saved.Name, Text: string(text)}); err != nil {
		return err
	}
	n.bus.publish(Event{Kind: EventButtons})
	return nil
}

// RemoveSavedCommand forgets a saved command. It fails with store.ErrNotFound.
func (n *Node) RemoveSavedCommand(ctx context.Context, name string) error {
	if err := n.db.RemoveSavedCommand(ctx, name); err != nil {
		return err
	}
	n.bus.publish(Event{Kind: EventButtons})
	return nil
}
