package timeline

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// answering is a node's link to somebody who answers texts in a way of their own.
func answering(n *node, answer func(frames *wire.Conn, id string) error) {
	n.service.config.Open = func(context.Context, identity.DeviceID, string, any) (Stream, error) {
		near, far := net.Pipe()
		n.lan.handlers.Go(func() {
			defer func() { _ = far.Close() }()
			frames := wire.NewConn(far)
			for {
				frame, err := frames.Next(wire.MaxHello)
				if err != nil {
					return
				}
				var fields textFields
				if frame.Decode(&fields) != nil || frames.Discard() != nil || answer(frames, fields.ID) != nil {
					return
				}
			}
		})
		return pipe{near}, nil
	}
}

func TestARefusedTextDoesNotHoldUpTheOthers(t *testing.T) {
	for code, reason := range map[string]string{
		wire.CodeRefused: ReasonDeclined, wire.CodeMalformed: ReasonProtocol,
	} {
		t.Run(code, func(t *testing.T) {
			l := newLAN(t)
			a, b := l.node('a'), l.node('b')
			meet(t, a, b)
			a.post(t, b, numbered(5)...)
			bad := a.items(t)[2].ID
			answering(a, func(frames *wire.Conn, id string) error {
				if id == bad {
					return errors.Join(frames.WriteError(code, "no"), io.EOF)
				}
				return frames.Write(kindStored, textFields{ID: id}, nil)
			})
			a.service.Up(b.id)
			a.until(t, store.StateDelivered, 4)
			if got := a.items(t)[2]; got.State != store.StateFailed || got.Reason != reason {
				t.Errorf("the refused one is %s, %s", got.State, got.Reason)
			}
		})
	}
}

func TestAWrongAnswerDeliversNothing(t *testing.T) {
	for name, answer := range map[string]func(frames *wire.Conn, id string) error{
		"another id":   func(f *wire.Conn, _ string) error { return f.Write(kindStored, textFields{ID: goodID}, nil) },
		"another kind": func(f *wire.Conn, id string) error { return f.Write("ok", textFields{ID: id}, nil) },
		"an end":       func(*wire.Conn, string) error { return io.EOF },
		"busy":         func(f *wire.Conn, _ string) error { return f.WriteError(wire.CodeBusy, "") },
		"unknown":      func(f *wire.Conn, _ string) error { return f.WriteError(wire.CodeUnknownKind, "") },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLAN(t)
			a, b := l.node('a'), l.node('b')
			meet(t, a, b)
			a.post(t, b, "hello")
			tried := make(chan struct{}, 1)
			a.service.config.Logger = logTo(func() { signal(tried) })
			answering(a, answer)
			a.service.Up(b.id)
			<-tried
			if got := a.items(t)[0].State; got != store.StateQueued {
				t.Errorf("state = %s", got)
			}
		})
	}
}
