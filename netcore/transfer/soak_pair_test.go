//go:build linux

package transfer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// errGone says that a child ended before it answered.
var errGone = errors.New("the process ended")

// actor is a child process, one after the other of the same role.
type actor struct {
	pair    *pair
	role    string
	written int64 // bytes that earlier ones wrote in this transfer
	base    int64 // what the present one had written when the transfer began

	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	next int
	due  map[int]chan soakSay
	gone chan struct{} // closed when its output has ended
}

// pair are two sides with a relay between them, which make transfers one after
// the other.
type pair struct {
	dir              string
	relay            *relay
	sender, receiver *actor
	began            atomic.Int64 // processes
}

// newPair starts both sides.
func newPair(dir string) (*pair, error) {
	p := &pair{dir: dir}
	p.sender, p.receiver = &actor{pair: p, role: "sender"}, &actor{pair: p, role: "receiver"}
	var err error
	if p.relay, err = newRelay(); err != nil {
		return nil, err
	}
	if err := errors.Join(p.receiver.start(), p.sender.start()); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// close ends both sides and the relay.
func (p *pair) close() error {
	p.sender.kill()
	p.receiver.kill()
	return p.relay.close()
}

// start starts the process and waits until it listens.
func (a *actor) start() error {
	cmd := exec.Command(os.Args[0])
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), soakRole+"="+a.role, soakDir+"="+a.pair.dir,
		soakPeer+"="+a.pair.relay.addr("offers"), soakBulk+"="+a.pair.relay.addr("data"),
		"GOGC=off", "GOMEMLIMIT=512MiB") // the collector closes files that were forgotten: it is to come seldom
	if a.role == "receiver" {
		cmd.Env = append(cmd.Env, soakPeer+"="+a.pair.relay.addr("back"), soakBulk+"="+a.pair.relay.addr("back"))
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	first := make(chan soakSay, 1)
	a.mu.Lock()
	a.cmd, a.in, a.due, a.gone = cmd, in, map[int]chan soakSay{0: first}, make(chan struct{})
	gone := a.gone
	a.mu.Unlock()
	a.pair.began.Add(1)
	go a.listen(out, gone)
	select {
	case line := <-first:
		if line.Error != "" {
			return fmt.Errorf("the %s: %s", a.role, line.Error)
		}
		a.pair.relay.moved(a.role, line.Addr)
		return nil
	case <-gone:
		return fmt.Errorf("starting the %s: %w", a.role, errGone)
	case <-time.After(soakPatience):
		return fmt.Errorf("the %s does not start", a.role)
	}
}

// listen hands what the process says to those who wait for it.
func (a *actor) listen(out io.Reader, gone chan struct{}) {
	defer close(gone)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var line soakSay
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			continue
		}
		a.mu.Lock()
		to := a.due[line.No]
		delete(a.due, line.No)
		a.mu.Unlock()
		if to != nil {
			to <- line
		}
	}
}

// ask has the process do something and returns its answer.
func (a *actor) ask(ask soakAsk) (soakSay, error) {
	answer := make(chan soakSay, 1)
	a.mu.Lock()
	a.next++
	ask.No = a.next
	a.due[ask.No] = answer
	in, gone := a.in, a.gone
	a.mu.Unlock()
	if err := json.NewEncoder(in).Encode(ask); err != nil {
		return soakSay{}, fmt.Errorf("asking the %s to %s: %w", a.role, ask.Do, err)
	}
	select {
	case line := <-answer:
		if line.Error != "" {
			return line, fmt.Errorf("the %s, asked to %s: %s", a.role, ask.Do, line.Error)
		}
		return line, nil
	case <-gone:
		return soakSay{}, fmt.Errorf("the %s, asked to %s: %w", a.role, ask.Do, errGone)
	case <-time.After(soakPatience + 15*time.Second):
		return soakSay{}, fmt.Errorf("the %s, asked to %s, says nothing", a.role, ask.Do)
	}
}

// signal sends the process a signal.
func (a *actor) signal(s syscall.Signal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.cmd.Process.Signal(s)
}

// kill ends the process without a chance to clean up, in the middle of what it
// does. It notes how much it has written until then.
func (a *actor) kill() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cmd == nil || a.cmd.Process == nil {
		return
	}
	_ = a.cmd.Process.Signal(syscall.SIGSTOP)
	a.written += a.wrote() - a.base
	_ = a.cmd.Process.Kill()
	_ = a.cmd.Wait()
	_ = a.in.Close()
	a.cmd, a.base = nil, 0
}

// wrote is how many bytes the process has written so far, to files and else.
func (a *actor) wrote() int64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(a.cmd.Process.Pid), "io"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "wchar: "); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
			return n
		}
	}
	return 0
}

// writtenNow is how many bytes were written since the transfer began.
func (a *actor) writtenNow() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cmd == nil {
		return a.written
	}
	return a.written + a.wrote() - a.base
}

// begin starts to count for another transfer.
func (a *actor) begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.written, a.base = 0, a.wrote()
}
