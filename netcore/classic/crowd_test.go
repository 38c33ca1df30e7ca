package classic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// Servers that lie to our clients are told as what they are.
func TestHostileServers(t *testing.T) {
	for name, c := range map[string]struct {
		protocol Name
		says     string
		want     Reason
	}{
		"negative length":  {StructCommand, "\xff\xff\xff\xff", BadLength},
		"2 GiB":            {StructCommand, "\x00\x00\x00\x80", BadLength},
		"half a length":    {StructCommand, "\x05\x00", BadLength},
		"no length":        {StructCommand, "", PeerClosed},
		"too few":          {StructCommand, "\x05\x00\x00\x00abc", WrongSize},
		"no digits":        {LengthCommand, "many", BadLength},
		"negative digits":  {LengthCommand, "-5", BadLength},
		"a sign":           {LengthCommand, "+5", BadLength},
		"2 GiB of digits":  {LengthCommand, "2147483648", BadLength},
		"endless digits":   {LengthCommand, strings.Repeat("9", 1000), BadLength},
		"fewer than told":  {LengthCommand, "5", WrongSize},
		"no answer at all": {TCPChat, "", PeerClosed},
		"no challenge":     {HMACEcho, "short", PeerClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = listener.Close() })
			go func() {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer func() { _ = conn.Close() }()
				if c.protocol != HMACEcho {
					_, _ = conn.Read(make([]byte, 1024))
				}
				_, _ = io.WriteString(conn, c.says)
				if c.protocol == LengthCommand && c.want == WrongSize {
					_, _ = conn.Read(make([]byte, 1024)) // recv_ready
				}
			}()
			client := dialing(t, newStage().options(c.protocol, listener.Addr().String()))
			if err := client.Send(t.Context(), "", "hello"); ReasonOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// Two hundred clients at once, each with its own text.
func TestManyAtOnce(t *testing.T) {
	const many = 200
	for _, name := range []Name{UpperEcho, HMACEcho, TCPCommand} {
		t.Run(string(name), func(t *testing.T) {
			s := serving(t, newStage().options(name, ":0"))
			ready, failed := make(chan struct{}), make(chan error, many)
			for i := range many {
				go func() {
					<-ready
					failed <- oneOfMany(t.Context(), s, name, i)
				}()
			}
			close(ready)
			for range many {
				if err := <-failed; err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// oneOfMany is a client as a course has it.
func oneOfMany(ctx context.Context, s *Session, name Name, i int) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	says, want := fmt.Sprintf("客户 number %d", i), fmt.Sprintf("客户 NUMBER %d", i)
	if name == TCPCommand {
		says, want = fmt.Sprintf("echo 客户 %d", i), fmt.Sprintf("客户 %d\n", i)
	}
	if name == HMACEcho {
		challenge := make([]byte, challengeSize)
		if _, err := io.ReadFull(conn, challenge); err != nil {
			return err
		}
		if _, err := conn.Write(s.proof(challenge)); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(conn, says); err != nil {
		return err
	}
	got := make([]byte, len(want))
	_, err = io.ReadFull(conn, got)
	if err == nil && !bytes.Equal(got, []byte(want)) {
		err = fmt.Errorf("got %q, want %q", got, want)
	}
	return errors.Join(err)
}
