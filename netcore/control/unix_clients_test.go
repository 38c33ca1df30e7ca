//go:build unix

package control

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/wire"
)

// raw connects without a client of ours.
func raw(t *testing.T, profile string) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", filepath.Join(profile, "run", socketName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestGarbageGetsNoAnswer(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(context.Context, Request, Emit) error {
		t.Error("a command was run")
		return nil
	})
	for name, bytes := range map[string][]byte{
		"nothing":           nil,
		"half a length":     {1, 2},
		"a giant header":    binary.LittleEndian.AppendUint32(nil, 0xffffffff),
		"a short header":    {1, 0, 0, 0, '{'},
		"no JSON":           append([]byte{8, 0, 0, 0}, "GET / HT"...),
		"another kind":      append([]byte{16, 0, 0, 0}, `{"kind":"begun"}`...),
		"a body over cap":   append([]byte{41, 0, 0, 0}, `{"kind":"request","body_size":4194304001}`...),
		"a negative body":   append([]byte{33, 0, 0, 0}, `{"kind":"request","body_size":-1}`...),
		"the body cut off":  append([]byte{33, 0, 0, 0}, `{"kind":"request","body_size":90}[`...),
		"a command of null": append([]byte{32, 0, 0, 0}, `{"kind":"request","command":[1]}`...),
	} {
		t.Run(name, func(t *testing.T) {
			conn := raw(t, profile)
			if _, err := conn.Write(bytes); err != nil {
				t.Fatal(err)
			}
			conn.(*net.UnixConn).CloseWrite()
			if answer, _ := io.ReadAll(conn); len(answer) != 0 {
				t.Errorf("answered %q", answer)
			}
		})
	}
}

func TestClientThatVanishesCancelsItsCommand(t *testing.T) {
	profile := shortDir(t)
	begun, ended := make(chan struct{}), make(chan struct{})
	open(t, profile, func(ctx context.Context, _ Request, _ Emit) error {
		close(begun)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	})
	conn := raw(t, profile)
	if err := wire.NewConn(conn).Write(kindRequest, requestFrame{"send"}, nil); err != nil {
		t.Fatal(err)
	}
	<-begun
	conn.Close()
	<-ended
}

func TestTooManyClientsAreSentAway(t *testing.T) {
	profile := shortDir(t)
	release := make(chan struct{})
	open(t, profile, func(ctx context.Context, _ Request, _ Emit) error {
		<-release
		return nil
	})
	for range maxClients {
		frames := wire.NewConn(raw(t, profile))
		if err := frames.Write(kindRequest, requestFrame{"x"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := frames.Expect(maxHeader, kindBegun); err != nil {
			t.Fatal(err)
		}
	}
	if answer, _ := io.ReadAll(raw(t, profile)); len(answer) != 0 {
		t.Errorf("one over the limit was answered %q", answer)
	}
	close(release)
}

func TestClientThatDoesNotReadBlocksItsCommandAlone(t *testing.T) {
	profile := shortDir(t)
	stuck := make(chan struct{}, 1)
	open(t, profile, func(_ context.Context, request Request, emit Emit) error {
		if request.Command == "id" {
			return emit("here")
		}
		for i := 0; ; i++ {
			if i == 100 {
				stuck <- struct{}{}
			}
			if err := emit(strings.Repeat("x", 100)); err != nil {
				return err
			}
		}
	})
	conn := raw(t, profile)
	if err := wire.NewConn(conn).Write(kindRequest, requestFrame{"serve"}, nil); err != nil {
		t.Fatal(err)
	}
	<-stuck
	if lines, err := ask(t, t.Context(), profile, "id", nil); err != nil || len(lines) != 1 {
		t.Errorf("%q, %v", lines, err)
	}
}
