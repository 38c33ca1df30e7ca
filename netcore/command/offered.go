package command

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

const (
	kindButton = "button"
	kindEnd    = "end"
	// maxButtons is how many are told.
	maxButtons = 200
	// maxButton is the longest header that tells of one, in bytes.
	maxButton = 64 << 10
)

// buttonFields are those of a "button" frame.
type buttonFields struct {
	Name   string  `json:"name"`
	Params []Param `json:"params,omitempty"`
}

// tellButtons answers a "buttons" stream. What a button runs is not told.
func (s *Service) tellButtons(t *talk, peer identity.DeviceID, first wire.Frame) {
	defer t.close()
	level := s.config.Level(peer)
	reason := Reason("")
	switch {
	case !level.allows(LevelButtons):
		reason = ReasonNotPermitted
	case first.BodySize != 0:
		reason = ReasonBadRequest
	case !s.mayAsk(peer, level):
		reason = ReasonBusy
	}
	if reason != "" {
		_ = t.say(kindDenied, fields{Reason: reason})
		return
	}
	buttons := s.config.Buttons(peer)
	for _, b := range buttons[:min(len(buttons), maxButtons)] {
		if b.Check() != nil || t.write(kindButton, buttonFields{b.Name, b.Params}, nil, false) != nil {
			continue // one that is not sound cannot be pressed; a stream that is dead says so below
		}
	}
	_ = t.say(kindEnd, nil)
}

// Buttons asks which buttons another device has for this one. Their Argv is
// empty. ErrRefused says that there is no permission.
func (s *Service) Buttons(ctx context.Context, peer identity.DeviceID) ([]Button, error) {
	done, err := s.enter()
	if err != nil {
		return nil, err
	}
	defer done()
	stream, err := s.open(ctx, peer, KindButtons, nil, false)
	if err != nil {
		return nil, fmt.Errorf("asking for buttons: %w", err)
	}
	defer func() { _ = stream.Reset() }() // nothing after Close
	defer context.AfterFunc(ctx, func() { _ = stream.Reset() })()
	defer context.AfterFunc(s.base, func() { _ = stream.Reset() })()
	_ = stream.SetReadDeadline(time.Now().Add(answerTime)) // on failure the read fails, too
	list, err := readButtons(wire.NewConn(stream))
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = stream.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("asking for buttons: %w", err)
	}
	return list, nil
}

// readButtons reads the answer to a "buttons" stream.
func readButtons(conn *wire.Conn) ([]Button, error) {
	var list []Button
	for len(list) <= maxButtons {
		frame, err := conn.Expect(maxButton, kindButton, kindEnd, kindDenied)
		if err != nil {
			return nil, broken(err)
		}
		if err := bare(frame); err != nil {
			return nil, err
		}
		switch frame.Kind {
		case kindDenied:
			return nil, ErrRefused
		case kindEnd:
			return list, nil
		}
		var f buttonFields
		if err := frame.Decode(&f); err != nil {
			return nil, broken(err)
		}
		if err := f.check(); err != nil {
			return nil, err
		}
		list = append(list, Button{Name: f.Name, Params: f.Params})
	}
	return nil, fmt.Errorf("%w: more than %d buttons", ErrProtocol, maxButtons)
}

// check insists that a button can be shown and pressed.
func (f buttonFields) check() error {
	if !isName(f.Name) || len(f.Params) > maxParams {
		return fmt.Errorf("%w: no button: %.80q with %d parameters", ErrProtocol, f.Name, len(f.Params))
	}
	for _, p := range f.Params {
		known := slices.Contains([]Kind{Text, Number, Choice, File}, p.Kind)
		if !isName(p.Name) || !known || p.Kind == Choice && p.checkChoices() != nil || utf8.RuneCountInString(p.Default) > maxText {
			return fmt.Errorf("%w: no parameter: %.80q of kind %.20q", ErrProtocol, p.Name, p.Kind)
		}
	}
	return nil
}
