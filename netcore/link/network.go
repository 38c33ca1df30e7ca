package link

import (
	"context"
	"net"
	"time"
)

// tcpNetwork is TCP of this machine. net.Dialer knows no proxies.
type tcpNetwork struct{}

// keepAlive finds a dead peer on a bulk link that only reads: 5 s of silence
// and 3 probes. Control links ping more often and never get there.
func keepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}
}

// Listen implements Network.
func (tcpNetwork) Listen(ctx context.Context, address string) (net.Listener, error) {
	config := net.ListenConfig{KeepAliveConfig: keepAlive(), Control: claimPort}
	return config.Listen(ctx, "tcp", address)
}

// Dial implements Network.
func (tcpNetwork) Dial(ctx context.Context, address string) (net.Conn, error) {
	dialer := net.Dialer{KeepAliveConfig: keepAlive()}
	return dialer.DialContext(ctx, "tcp", address)
}
