package control

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/wire"
)

// noise returns bytes that are of no use to a compressor.
func noise(n int) []byte {
	raw := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(raw)
	return raw
}

// echoInput puts out what comes in, on the pipe of its turn.
func echoInput(ctx context.Context, request Request, emit Emit) error {
	total := 0
	for {
		p, err := request.Pipes.Input(ctx)
		if errors.Is(err, io.EOF) {
			return emit(map[string]int{"total": total})
		}
		if err == nil {
			err = request.Pipes.Put(Source{Run: 3, Pipe: 1}, p)
		}
		if err != nil {
			return err
		}
		total += len(p)
	}
}

// talk runs a command with raw bytes and returns its lines and its output.
func talk(t *testing.T, profile string, ends Ends) (lines []string, output []byte, err error) {
	t.Helper()
	client, err := Dial(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	ends.Output = func(from Source, p []byte) error {
		if from.Run != 3 {
			t.Errorf("output of %+v", from)
		}
		output = append(output, p...)
		return nil
	}
	err = client.RunWith(t.Context(), Request{Command: "echo"}, func(line []byte) error {
		lines = append(lines, string(line))
		return nil
	}, ends)
	return lines, output, err
}

func TestRawBytesGoBothWays(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, echoInput)
	for _, size := range []int{0, 1, smallPiece, inputWindow, 5<<20 + 7} {
		want := noise(size)
		lines, got, err := talk(t, profile, Ends{Input: bytes.NewReader(want)})
		if err != nil || len(lines) != 1 || lines[0] != fmt.Sprintf(`{"total":%d}`, size) || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %q, %d bytes came back: %v", size, lines, len(got), err)
		}
	}
}

func TestOutputAndLinesKeepTheirOrder(t *testing.T) {
	profile := shortDir(t)
	big := noise(3 * MaxData / 2)
	open(t, profile, func(_ context.Context, request Request, emit Emit) error {
		put := func(pipe int, p []byte) error { return request.Pipes.Put(Source{Pipe: pipe}, p) }
		return errors.Join(emit("one"), put(1, []byte("a")), put(1, []byte("b")), put(2, []byte("c")), emit("two"),
			put(2, big), put(1, []byte("d")), emit("three"))
	})
	client, err := Dial(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	err = client.RunWith(t.Context(), Request{Command: "x"}, func(line []byte) error {
		seen = append(seen, string(line))
		return nil
	}, Ends{Output: func(from Source, p []byte) error {
		text := string(p)
		if len(p) > smallPiece {
			text = fmt.Sprint(len(p))
		}
		seen = append(seen, fmt.Sprintf("%d:%s", from.Pipe, text))
		return nil
	}})
	want := fmt.Sprintf(`"one" 1:ab 2:c "two" 2:%d 2:%d 1:d "three"`, MaxData, MaxData/2)
	if got := strings.Join(seen, " "); err != nil || got != want {
		t.Errorf("got  %s\nwant %s: %v", got, want, err)
	}
}

func TestSizesOfTheTerminal(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(ctx context.Context, request Request, emit Emit) error {
		size, err := request.Pipes.Resized(ctx)
		return errors.Join(err, emit(size))
	})
	sizes := make(chan Size, 2)
	sizes <- Size{Cols: 0, Rows: -1} // never sent
	sizes <- Size{Cols: 132, Rows: 43}
	lines, _, err := talk(t, profile, Ends{Sizes: sizes})
	if err != nil || len(lines) != 1 || lines[0] != `{"cols":132,"rows":43}` {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestInputThatIsNotTakenDoesNotHoldUpTheEnd(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(ctx context.Context, request Request, _ Emit) error {
		_, err := request.Pipes.Input(ctx)
		return err
	})
	input, typed := io.Pipe()
	defer typed.Close()
	go func() { _, _ = typed.Write(noise(10 * inputWindow)) }()
	if _, _, err := talk(t, profile, Ends{Input: input}); err != nil {
		t.Error(err)
	}
}

func TestCancelPassesInputThatIsNotTaken(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(ctx context.Context, _ Request, _ Emit) error {
		<-ctx.Done()
		return Fail(ExitFailed, WordCancelled)
	})
	client, err := Dial(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	full := make(chan struct{})
	input := &counting{Reader: bytes.NewReader(noise(10 * inputWindow)), at: inputWindow, reached: full}
	go func() { <-full; cancel() }()
	err = client.RunWith(ctx, Request{Command: "exec"}, func([]byte) error { return nil }, Ends{Input: input})
	if !errors.Is(err, &Failure{Word: WordCancelled}) {
		t.Errorf("got %v", err)
	}
}

// counting closes reached when so many bytes were read.
type counting struct {
	io.Reader
	at      int
	reached chan struct{}
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.at -= n; c.at < 0 && c.at+n >= 0 {
		close(c.reached)
	}
	return n, err
}

func TestOutputThatIsNotTakenHoldsTheCommand(t *testing.T) {
	profile := shortDir(t)
	put := make(chan int, 1<<10)
	open(t, profile, func(_ context.Context, request Request, _ Emit) error {
		piece := noise(MaxData)
		for i := range 1 << 10 {
			if err := request.Pipes.Put(Source{Pipe: 1}, piece); err != nil {
				close(put)
				return err
			}
			put <- i
		}
		return nil
	})
	client, err := Dial(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	stuck := errors.New("no room")
	err = client.RunWith(t.Context(), Request{Command: "exec"}, nil, Ends{Output: func(Source, []byte) error {
		for { // until nothing more goes in
			select {
			case <-put:
			case <-time.After(200 * time.Millisecond):
				return stuck
			}
		}
	}})
	sent := 0
	for range put {
		sent++
	}
	if !errors.Is(err, stuck) || sent > 8 {
		t.Errorf("%v; %d pieces more went nowhere", err, sent)
	}
}

func TestClientThatSendsMoreThanItMay(t *testing.T) {
	for name, overdo := range map[string]func(*wire.Conn) error{
		"too long a piece": func(c *wire.Conn) error {
			_ = c.Write(kindInput, nil, noise(maxInput+1)) // the door may shut before the last of it
			return nil
		},
		"over its credit": func(c *wire.Conn) error {
			for range inputWindow/maxInput + 1 {
				if err := c.Write(kindInput, nil, noise(maxInput)); err != nil {
					return nil // the door is shut already
				}
			}
			return nil
		},
		"after the end": func(c *wire.Conn) error {
			return errors.Join(c.Write(kindInputEnd, nil, nil), c.Write(kindInput, nil, []byte("x")))
		},
		"no terminal": func(c *wire.Conn) error { return c.Write(kindResize, Size{Cols: 1001, Rows: 1}, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			profile := shortDir(t)
			open(t, profile, func(ctx context.Context, _ Request, _ Emit) error {
				<-ctx.Done()
				return ctx.Err()
			})
			conn, err := dialChecked(t.Context(), profile)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			frames := wire.NewConn(conn)
			if err := begin(conn, frames, Request{Command: "exec"}); err != nil {
				t.Fatal(err)
			}
			if err := overdo(frames); err != nil {
				t.Fatal(err)
			}
			if frame, err := frames.Next(maxHeader); err != nil || frame.Kind != kindExit {
				t.Errorf("the command goes on: %s, %v", frame.Kind, err)
			}
		})
	}
}

func BenchmarkOutput(b *testing.B) {
	profile := b.TempDir()
	piece := noise(64 << 10)
	server, err := Listen(profile, backendFunc(func(_ context.Context, request Request, _ Emit) error {
		for range b.N {
			if err := request.Pipes.Put(Source{Pipe: 1}, piece); err != nil {
				return err
			}
		}
		return nil
	}), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	client, err := Dial(b.Context(), profile)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(piece)))
	if err := client.RunWith(b.Context(), Request{Command: "exec"}, nil, Ends{}); err != nil {
		b.Fatal(err)
	}
}
