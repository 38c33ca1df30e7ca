package link

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
)

// answering listens and hands every connection to answer, one at a time, which
// is closed afterwards.
func answering(t *testing.T, network Network, address string, answer func(net.Conn)) string {
	t.Helper()
	listener, err := network.Listen(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			answer(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
	})
	return listener.Addr().String()
}

func TestWhoeverHangsUpCannotBeReached(t *testing.T) {
	everywhere(t, func(t *testing.T, a, _ *node) {
		read := func(c net.Conn) { _, _ = c.Read(make([]byte, 1<<16)) }
		for name, test := range map[string]struct {
			answer func(net.Conn)
			want   error
		}{
			"closes":               {func(net.Conn) {}, ErrHungUp},
			"closes after reading": {read, ErrHungUp},
			"resets": {func(c net.Conn) {
				read(c)
				if tcp, ok := c.(*net.TCPConn); ok {
					_ = tcp.SetLinger(0)
				}
			}, ErrHungUp},
			"speaks something else": {func(c net.Conn) {
				read(c)
				_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n")
			}, ErrNotLanyard},
		} {
			address := answering(t, a.config.Network, hostOnly(a.address)+":0", test.answer)
			_, err := a.ConnectAddress(t.Context(), address)
			if !errors.Is(err, test.want) || errors.Is(err, ErrUnreachable) != (test.want == ErrHungUp) {
				t.Errorf("%s: %v, want %v", name, err, test.want)
			}
		}
	})
}

func TestWhoeverHangsUpInTheMiddleOfTheHandshakeCannotBeReached(t *testing.T) {
	everywhere(t, func(t *testing.T, a, _ *node) {
		address := answering(t, a.config.Network, hostOnly(a.address)+":0", func(c net.Conn) {
			config := lanyardConfig(newIdentity(t))
			config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
				_ = c.Close()
				return nil, nil
			}
			_ = tls.Server(c, config).HandshakeContext(t.Context())
		})
		if _, err := a.ConnectAddress(t.Context(), address); !errors.Is(err, ErrHungUp) || errors.Is(err, ErrNotLanyard) {
			t.Errorf("%v, want ErrHungUp", err)
		}
	})
}
