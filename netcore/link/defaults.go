package link

import (
	"cmp"
	"log/slog"
	"time"
)

// withDefaults returns the configuration with every zero field filled in.
func (c Config) withDefaults() Config {
	if c.Network == nil {
		c.Network = tcpNetwork{}
	}
	if c.Name == nil {
		c.Name = func() string { return "" }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.withDefaults()
	c.Timeouts = c.Timeouts.withDefaults()
	return c
}

// withDefaults returns the limits with every zero field filled in.
func (l Limits) withDefaults() Limits {
	return Limits{
		HalfOpen:              cmp.Or(l.HalfOpen, 64),
		HalfOpenPerIP:         cmp.Or(l.HalfOpenPerIP, 8),
		HandshakesPerS:        cmp.Or(l.HandshakesPerS, 300),
		TrustedHalfOpen:       cmp.Or(l.TrustedHalfOpen, 32),
		TrustedHandshakesPerS: cmp.Or(l.TrustedHandshakesPerS, 100),

		Links:             cmp.Or(l.Links, 512),
		LinksPerIP:        cmp.Or(l.LinksPerIP, 64),
		KeptLinks:         cmp.Or(l.KeptLinks, 1024),
		StrangerStreams:   cmp.Or(l.StrangerStreams, 64),
		StrangerWindows:   cmp.Or(l.StrangerWindows, 64<<20),
		StrangerBulkLinks: cmp.Or(l.StrangerBulkLinks, 128),

		Streams:       cmp.Or(l.Streams, 128),
		BulkLinks:     cmp.Or(l.BulkLinks, 256),
		BulkPerDevice: cmp.Or(l.BulkPerDevice, 8),

		Hints:            cmp.Or(l.Hints, 64),
		WrongProofs:      cmp.Or(l.WrongProofs, 60),
		WrongProofsPerIP: cmp.Or(l.WrongProofsPerIP, 5),
	}
}

// withDefaults returns the timeouts with every zero field filled in.
func (t Timeouts) withDefaults() Timeouts {
	return Timeouts{
		Dial:       cmp.Or(t.Dial, 5*time.Second),
		Handshake:  cmp.Or(t.Handshake, 5*time.Second),
		FirstFrame: cmp.Or(t.FirstFrame, 10*time.Second),
		KeepAlive:  cmp.Or(t.KeepAlive, 2500*time.Millisecond),
		Dead:       cmp.Or(t.Dead, 5*time.Second),
		Probe:      cmp.Or(t.Probe, 2*time.Second),
		Stall:      cmp.Or(t.Stall, 30*time.Second),
		Bulk:       cmp.Or(t.Bulk, 3*time.Second),
		Drain:      cmp.Or(t.Drain, 10*time.Second),
		Linger:     cmp.Or(t.Linger, 5*time.Second),
		HintDelay:  cmp.Or(t.HintDelay, 250*time.Millisecond),
		RedialMin:  cmp.Or(t.RedialMin, time.Second),
		RedialMax:  cmp.Or(t.RedialMax, time.Minute),
		Goodbye:    cmp.Or(t.Goodbye, time.Second),
	}
}
