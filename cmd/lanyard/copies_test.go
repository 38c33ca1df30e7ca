//go:build (e2e || bench) && linux

package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// line is one line of a program's output: the fields that tests look at, of all
// kinds of lines.
type line struct {
	Event     string   `json:"event"`
	Name      string   `json:"name"`
	ID        string   `json:"id"`
	Address   string   `json:"address"`
	Online    bool     `json:"online"`
	From      string   `json:"from"`
	Text      string   `json:"text"`
	Direction string   `json:"direction"`
	Kind      string   `json:"kind"`
	State     string   `json:"state"`
	Reason    string   `json:"reason"`
	FileName  string   `json:"file_name"`
	FileSize  int64    `json:"file_size"`
	MD5       string   `json:"md5"`
	Path      string   `json:"path"`
	Transfer  int64    `json:"transfer"`
	Count     int      `json:"count"`
	DoneBytes int64    `json:"done_bytes"`
	Paths     []string `json:"paths"`
	Code      string   `json:"code"`
	Trust     string   `json:"trust"`
	What      string   `json:"what"`
	Outcome   string   `json:"outcome"`
	Run       int64    `json:"run"`
	Number    int64    `json:"number"`
	Line      string   `json:"line"`
	By        string   `json:"by"`
	Exit      int      `json:"exit"`
	OutSHA256 string   `json:"out_sha256"`
	at        time.Time
}

// host is one PC: a network namespace, or this machine as it is.
type host struct {
	t     testing.TB
	space string // its namespace; empty: this machine
	lan   string // the namespace of the switch
	port  string // its port on the switch
	ip    string
}

// command is a command on the host, not yet started.
func (h *host) command(env []string, args ...string) *exec.Cmd {
	if h.space != "" {
		args = append([]string{"ip", "netns", "exec", h.space}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, env...)
	return cmd
}

// user is one person's profile on a host, whether a copy of it runs or not.
type user struct {
	t       testing.TB
	host    *host
	name    string
	home    string
	profile string
	save    string
	dress   func(cmd *exec.Cmd) // changes how a copy is started; nil: as it is

	// Of a person on another system than this one; nil elsewhere.
	foreign func(args ...string) *exec.Cmd // runs lanyard-cli there
	here    func(name string) string       // where a file of that system stands on this one
}

// newUser makes a new home for a person.
func newUser(t testing.TB, h *host, name string) *user {
	t.Helper()
	home := workDir(t)
	u := &user{t: t, host: h, name: name, home: home, profile: filepath.Join(home, "profile"), save: filepath.Join(home, "saved")}
	for _, dir := range []string{u.save, filepath.Join(home, "run")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func (u *user) env(more ...string) []string {
	return append([]string{
		"HOME=" + u.home,
		"XDG_CONFIG_HOME=" + u.home + "/config",
		"XDG_DATA_HOME=" + u.home + "/data",
		"XDG_CACHE_HOME=" + u.home + "/cache",
		"XDG_STATE_HOME=" + u.home + "/state",
		"XDG_RUNTIME_DIR=" + u.home + "/run",
	}, more...)
}

// command is lanyard-cli on this person's profile.
func (u *user) command(args ...string) *exec.Cmd {
	all := append([]string{"--profile", u.profile, "--name", u.name}, args...)
	if u.foreign != nil {
		return u.foreign(all...)
	}
	return u.host.command(u.env(), append([]string{program(u.t, "lanyard-cli")}, all...)...)
}

// disk is where a file of this person's PC stands on this one.
func (u *user) disk(name string) string {
	if u.here != nil {
		return u.here(name)
	}
	return name
}

// result is how a command of lanyard-cli ended.
type result struct {
	code   int
	stdout string
	stderr string
	lines  []line // of stdout, where they are JSON
}

// cli runs lanyard-cli to its end.
func (u *user) cli(args ...string) result {
	u.t.Helper()
	return u.cliWithin(90*time.Second, args...)
}

func (u *user) cliWithin(limit time.Duration, args ...string) result {
	u.t.Helper()
	cmd := u.command(args...)
	var stdout strings.Builder
	cmd.Stdout = &stdout
	p := start(u.t, cmd)
	code := p.wait(u.t, limit)
	return result{code: code, stdout: stdout.String(), stderr: p.stderr.String(), lines: parse(stdout.String())}
}

func parse(text string) []line {
	var lines []line
	for raw := range strings.Lines(text) {
		var l line
		if json.Unmarshal([]byte(raw), &l) == nil {
			lines = append(lines, l)
		}
	}
	return lines
}

// do is cli for a command that must succeed.
func (u *user) do(args ...string) result {
	u.t.Helper()
	r := u.cli(args...)
	if r.code != 0 {
		u.t.Fatalf("%s: %s: exit code %d\n%s%s", u.name, strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
	return r
}

// served is a running `lanyard-cli serve`.
type served struct {
	*user
	*process
	id      string
	address string
	started time.Time // the ready line

	mu    sync.Mutex
	heard []heard // what was not looked at yet
	lines []line
	raw   tail
}

// heard is a line as it came. It is parsed when somebody looks: to parse those of
// thousands of files a second would take time from what is measured.
type heard struct {
	text []byte
	at   time.Time
}

// serve starts a copy that accepts everything and waits until it is ready.
func (u *user) serve(args ...string) *served {
	u.t.Helper()
	return u.serveRaw(append([]string{"--accept", "all", "--save", u.save}, args...)...)
}

// serveRaw starts a copy with just the given options.
func (u *user) serveRaw(args ...string) *served {
	u.t.Helper()
	s := &served{user: u}
	cmd := u.command(append([]string{"serve", "--json"}, args...)...)
	pipe, out := io.Pipe()
	cmd.Stdout = out
	if u.dress != nil {
		u.dress(cmd)
	}
	s.process = spawn(u.t, cmd)
	go s.read(pipe)
	go func() {
		<-s.ended
		_ = out.Close() // never fails
	}()
	eventually(u.t, 20*time.Second, u.name+" is ready", func() bool { return s.count("") > 0 || !s.running() })
	first := s.snapshot()
	if len(first) == 0 || first[0].Event != "ready" || first[0].ID == "" || first[0].Address == "" {
		u.t.Fatalf("%s: the first line is not ready with id and address: %s\n%s", u.name, s.raw.String(), s.stderr.String())
	}
	s.id, s.address, s.started = first[0].ID, first[0].Address, first[0].at
	u.t.Cleanup(func() {
		if u.t.Failed() {
			raw := s.raw.String()
			u.t.Logf("the last that %s printed:\n%s", u.name, raw[max(0, len(raw)-2000):])
		}
	})
	return s
}

func (s *served) read(pipe io.Reader) {
	scan := bufio.NewScanner(io.TeeReader(pipe, &s.raw))
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		one := heard{slices.Clone(scan.Bytes()), time.Now()}
		s.mu.Lock()
		s.heard = append(s.heard, one)
		s.mu.Unlock()
	}
}

func (s *served) snapshot() []line {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.heard {
		l := line{at: one.at}
		if err := json.Unmarshal(one.text, &l); err != nil {
			l.Event = fmt.Sprintf("not JSON: %q", one.text)
		}
		s.lines = append(s.lines, l)
	}
	s.heard = nil
	return slices.Clone(s.lines)
}

// count says how many lines of an event there were; "" counts all.
func (s *served) count(event string) int {
	return s.countIf(func(l line) bool { return event == "" || l.Event == event })
}

func (s *served) countIf(wanted func(line) bool) int {
	n := 0
	for _, l := range s.snapshot() {
		if wanted(l) {
			n++
		}
	}
	return n
}

// waitText waits until a text of somebody has arrived.
func (s *served) waitText(text string) {
	s.t.Helper()
	eventually(s.t, 20*time.Second, fmt.Sprintf("%s gets %.40q", s.name, text), func() bool {
		return s.countIf(func(l line) bool { return l.Event == "message" && l.Text == text }) > 0
	})
}

// people is what a running copy says of whom it knows.
func (u *user) people() []line {
	u.t.Helper()
	return u.do("people", "--json").lines
}

// sees reports whether a person is in the list and online.
func (u *user) sees(id string) bool {
	u.t.Helper()
	return slices.ContainsFunc(u.people(), func(l line) bool { return l.ID == id && l.Online })
}

// waitSees waits until a person is online and returns when that was.
func (u *user) waitSees(id string, limit time.Duration) time.Time {
	u.t.Helper()
	eventually(u.t, limit, u.name+" sees the other", func() bool { return u.sees(id) })
	return time.Now()
}

// waitGone waits until a person is not online any more.
func (u *user) waitGone(id string, limit time.Duration) time.Duration {
	u.t.Helper()
	return eventually(u.t, limit, u.name+" sees that the other is gone", func() bool { return !u.sees(id) })
}

// texts are the texts of a conversation in one direction ("in", "out"), in order.
func (u *user) texts(person, direction string) []string {
	u.t.Helper()
	var texts []string
	for _, l := range u.do("log", person, "--json").lines {
		if l.Kind == "text" && l.Direction == direction {
			texts = append(texts, l.Text)
		}
	}
	return texts
}

// moved is how many bytes of a transfer the last progress line told of.
func (s *served) moved() int64 {
	var bytes int64
	for _, l := range s.snapshot() {
		if l.Event == "progress" {
			bytes = l.DoneBytes
		}
	}
	return bytes
}
