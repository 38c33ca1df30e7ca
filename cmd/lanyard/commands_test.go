//go:build (e2e || bench) && linux

package main_test

import (
	"path/filepath"
	"sync"
	"time"
)

// running is a command of lanyard-cli under way.
type running struct {
	*process
	out tail
}

// begin starts a command of lanyard-cli.
func (u *user) begin(args ...string) *running {
	u.t.Helper()
	r := &running{}
	cmd := u.command(args...)
	cmd.Stdout = &r.out
	r.process = spawn(u.t, cmd)
	return r
}

// countSent counts the lines that say that a file was sent with this MD5.
func countSent(lines []line, name, sum string) int {
	n := 0
	for _, l := range lines {
		if l.Event == "sent" && filepath.Base(l.FileName) == name && l.MD5 == sum {
			n++
		}
	}
	return n
}

// chatter says numbered texts one after the other and keeps which of them were
// acknowledged.
type chatter struct {
	mu    sync.Mutex
	acked []string
	stop  chan struct{}
	done  chan struct{}
}

// chat starts to talk to somebody until quiet is called.
func (u *user) chat(person, prefix string) *chatter {
	c := &chatter{stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for {
			select {
			case <-c.stop:
				return
			default:
			}
			text := prefix + time.Now().Format(" 15:04:05.000000")
			if u.command("say", person, text).Run() == nil {
				c.mu.Lock()
				c.acked = append(c.acked, text)
				c.mu.Unlock()
			}
		}
	}()
	return c
}

// quiet stops it and returns the acknowledged texts.
func (c *chatter) quiet() []string {
	close(c.stop)
	<-c.done
	return c.acked
}
