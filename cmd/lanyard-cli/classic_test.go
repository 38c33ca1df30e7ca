package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/classic"
	"lanyard/netcore/control"
	"lanyard/netcore/identity"
)

// classicPatience is how long these tests wait for what has to come.
const classicPatience = 30 * time.Second

// classicRun is a run of classic in this process.
type classicRun struct {
	t    *testing.T
	s    *stage
	in   *io.PipeWriter
	end  context.CancelFunc
	code chan int
}

// classicStart starts classic with an open stdin.
func classicStart(t *testing.T, args ...string) *classicRun {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	from, to := io.Pipe()
	r := &classicRun{t: t, s: newStage(nil), in: to, end: end, code: make(chan int, 1)}
	r.s.in = from
	go func() { r.code <- r.s.run(ctx, append([]string{"classic"}, args...)) }()
	t.Cleanup(func() {
		end()
		_ = to.Close()
		_ = from.Close()
	})
	return r
}

// say types lines.
func (r *classicRun) say(lines ...string) {
	r.t.Helper()
	for _, line := range lines {
		if _, err := io.WriteString(r.in, line+"\n"); err != nil {
			r.t.Fatal(err)
		}
	}
}

// sees waits until what was written matches, and returns the first group.
func (r *classicRun) sees(from *buffer, pattern string) string {
	r.t.Helper()
	look := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(classicPatience); time.Now().Before(deadline); runtime.Gosched() {
		if found := look.FindStringSubmatch(from.String()); found != nil {
			return found[len(found)-1]
		}
	}
	r.t.Fatalf("no %s in %q; stderr %q", pattern, r.s.out.String(), r.s.err.String())
	return ""
}

// address waits until a server listens.
func (r *classicRun) address() string {
	r.t.Helper()
	return r.sees(&r.s.err, `listens on (\S+)\. `)
}

// exits waits for the end.
func (r *classicRun) exits() int {
	r.t.Helper()
	select {
	case code := <-r.code:
		return code
	case <-time.After(classicPatience):
		r.t.Fatalf("it goes on; %q, %q", r.s.out.String(), r.s.err.String())
		return -1
	}
}

// interrupted ends it as a signal does.
func (r *classicRun) interrupted() int {
	r.t.Helper()
	began := time.Now()
	r.end()
	code := r.exits()
	if took := time.Since(began); took > classicPatience { // a second, on a PC with nothing else to do
		r.t.Errorf("it took %v to end", took)
	}
	return code
}

// classicOnce runs classic with lines for stdin to its end.
func classicOnce(t *testing.T, stdin string, args ...string) (code int, out, err string) {
	t.Helper()
	s := newStage(nil)
	s.in = strings.NewReader(stdin)
	code = s.run(t.Context(), append([]string{"classic"}, args...))
	return code, s.out.String(), s.err.String()
}

// pythonPeer starts a peer of the engine's tests; a server returns its address.
func pythonPeer(t *testing.T, args ...string) (address string, said func() string) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil && os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("the peers are in Python: %v", err)
	}
	script, err := filepath.Abs(filepath.Join("..", "..", "netcore", "classic", "testdata", "peer.py"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(t.Context()), classicPatience)
	c := exec.CommandContext(ctx, python, append([]string{script}, args...)...)
	c.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8", "PYTHONDONTWRITEBYTECODE=1", "LC_ALL=C.UTF-8", "TZ=UTC")
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = c.Wait() // it may have been waited for
	})
	lines := bufio.NewReader(out)
	if args[1] == "server" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %s", err, complaint.String())
		}
		address = strings.TrimSpace(strings.TrimPrefix(line, "listening "))
	}
	return address, func() string {
		t.Helper()
		all, _ := io.ReadAll(lines)
		if err := c.Wait(); err != nil {
			t.Errorf("the peer: %v\n%s", err, complaint.String())
		}
		return string(all)
	}
}

func TestClassicDialsPython(t *testing.T) {
	words := "echo 你好; echo 错误 >&2"
	for _, c := range []struct {
		name, stdin string
		server      []string
		args        []string
		out, heard  string
		code        int
	}{
		{"tcp-chat", "你好\n\n有空吗\nbyebye\n", []string{"你也好", "再见"}, nil, "你也好\n再见\n", "'你好'\n'有空吗'\n'byebye'\n", 0},
		{"tcp-chat", "你好\n有空吗", []string{"你也好", "再见"}, nil, "你也好\n再见\n", "'你好'\n'有空吗'\n''\n", 0}, // the end of stdin cuts no answer
		{"udp-chat", "你好\n\n再见\n", []string{"你也好", "再见"}, []string{"--name", "小明"}, "你也好\n再见\n", "'小明: 你好'\n'小明: 再见'\n", 0},
		{"udp-time", "", []string{"3"}, []string{"--format", "%Y年%m月%d日", "--format", "", "--format", "%H"}, "2023年11月14日\n2023-11-14 22:13:20\n22\n", "'%Y年%m月%d日'\n'%Y-%m-%d %X'\n'%H'\n", 0},
		{"udp-time", "", []string{"1"}, nil, "2023-11-14 22:13:20\n", "'%Y-%m-%d %X'\n", 0},
		{"tcp-command", words + "\necho 二\nquit\n", nil, nil, "错误\n你好\n二\n", "'" + words + "'\n'echo 二'\n", 0},
		{"tcp-command", "sleep 1; echo late", nil, nil, "late\n", "'sleep 1; echo late'\n", 0},
		{"tcp-command", "", nil, []string{"--", "echo", "a  b", "c"}, "a b c\n", "'echo a  b c'\n", 0},
		{"udp-command", words + "\nquit\n", nil, nil, "错误\n你好\n", "'" + words + "'\n'quit'\n", 0},
		{"length-command", words + "\ntrue\necho 二", nil, nil, "错误\n二\n", "'" + words + "'\nb'recv_ready'\n'true'\nb'recv_ready'\n'echo 二'\nb'recv_ready'\n", 0},
		{"struct-command", words + "\nquit\nnever\n", nil, nil, "错误\n", "'" + words + "'\n", 0},
		{"struct-command", "echo 你好\n", []string{"gbk"}, []string{"--encoding", "gbk", "--recv-size", "3"}, "你好\n", "'echo 你好'\n", 0},
		{"struct-command", "", []string{"gbk"}, []string{"--", "echo 你好，世界"}, "你好，世界\n", "'echo 你好，世界'\n", 0},
		{"hmac-echo", "hello\n\nzwei ß\nquit\n", []string{"一个秘密", "md5"}, []string{"--secret", "一个秘密"}, "HELLO\nZWEI ß\n", "'hello'\n'zwei ß'\n", 0},
		{"hmac-echo", "一个秘密\nhello", []string{"一个秘密", "sha256"}, []string{"--secret", "-", "--digest", "sha256"}, "HELLO\n", "'hello'\n", 0},
		{"hmac-echo", "hello\n", []string{"another", "md5"}, []string{"--secret", "一个秘密"}, "", "'wrong'\n", control.ExitRefused},
		{"hmac-echo", "", []string{"another", "md5"}, []string{"--secret", "一个秘密"}, "", "'wrong'\n", control.ExitRefused},
		{"upper-echo", " hello, 世界 \n\ntwo\nquit\n", []string{"2"}, nil, "HELLO, 世界\nTWO\n", "' hello, 世界 '\n'two'\n", 0},
		{"reverse-command", "", []string{words, "q"}, []string{"--allow-commands"}, "", "'你好\\n错误\\n'\nb''\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address, heard := pythonPeer(t, append([]string{c.name, "server", "127.0.0.1:0"}, c.server...)...)
			code, out, err := classicOnce(t, c.stdin, append([]string{"dial", c.name, address}, c.args...)...)
			if c.name == "reverse-command" {
				out = ""
			}
			if code != c.code || out != c.out {
				t.Errorf("exit %d, %q, want %d, %q; stderr %q", code, out, c.code, c.out, err)
			}
			if got := heard(); got != c.heard {
				t.Errorf("the server got\n%s, want\n%s", got, c.heard)
			}
		})
	}
}

func TestClassicServesPython(t *testing.T) {
	words := "echo 你好; echo 错误 >&2"
	for _, c := range []struct {
		name   string
		client []string
		args   []string
		stdin  []string
		want   string // what the client got
		out    string // in stdout
	}{
		{"tcp-chat", []string{"你好", "再见"}, nil, []string{"你也好", "走好"}, "'你也好'\n'走好'\n", "你好\n再见\n"},
		{"udp-chat", []string{"小明: 你好"}, nil, []string{"你也好"}, "'你也好'\n", "小明: 你好\n"},
		{"udp-time", []string{"%Y年"}, nil, nil, "", "%Y年 → 20"},
		{"tcp-command", []string{words}, []string{"--allow-commands"}, nil, `b'\xe9\x94\x99\xe8\xaf\xaf\n\xe4\xbd\xa0\xe5\xa5\xbd\n'` + "\n", words + "\n"},
		{"udp-command", []string{words, "quit"}, []string{"--allow-commands"}, nil, `b'\xe9\x94\x99\xe8\xaf\xaf\n'` + "\n" + `b'\xe4\xbd\xa0\xe5\xa5\xbd\n'` + "\n", words + "\n"},
		{"length-command", []string{words}, []string{"--allow-commands"}, nil, `b'\xe9\x94\x99\xe8\xaf\xaf\n'` + "\n", words + "\n"},
		{"struct-command", []string{words}, []string{"--allow-commands"}, nil, `b'\xe9\x94\x99\xe8\xaf\xaf\n'` + "\n", words + "\n"},
		{"hmac-echo", []string{"一个秘密", "md5", "hello"}, []string{"--secret", "一个秘密"}, nil, "b'HELLO'\n", "hello\n"},
		{"upper-echo", []string{" hello "}, nil, nil, "b'HELLO'\n", " hello \n"},
		{"reverse-command", nil, nil, []string{words, "q"}, "'" + words + "'\n'q'\n", "你好\n错误\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := classicStart(t, append([]string{"serve", c.name, "127.0.0.1:0", "--once"}, c.args...)...)
			address := server.address()
			go func() { _, _ = io.WriteString(server.in, strings.Join(append(c.stdin, ""), "\n")) }()
			_, said := pythonPeer(t, append([]string{c.name, "client", address}, c.client...)...)
			if got := said(); got != c.want && c.want != "" {
				t.Errorf("the client got\n%s, want\n%s", got, c.want)
			}
			_ = server.in.Close()
			if code := server.exits(); code != 0 || !strings.Contains(server.s.out.String(), c.out) {
				t.Errorf("exit %d, %q, want %q; stderr %q", code, server.s.out.String(), c.out, server.s.err.String())
			}
		})
	}
}

func TestClassicFiles(t *testing.T) {
	from, save := t.TempDir(), t.TempDir()
	path := filepath.Join(from, "报告.txt")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := classicStart(t, "serve", "file", ":0", "--save", save)
	address := server.address()
	code, out, complaint := classicOnce(t, "", "dial", "file", address, path, path)
	if code != 0 || strings.Count(out, "报告.txt: 5 bytes, MD5 5d41402abc4b2a76b9719d911017c592, sent from "+path) != 2 {
		t.Errorf("exit %d, %q, %q", code, out, complaint)
	}
	_, said := pythonPeer(t, "file", "client", address, path, "/a/../报告.txt")
	said()
	server.sees(&server.s.out, `报告 \(2\)\.txt: 5 bytes, MD5 5d41402abc4b2a76b9719d911017c592, saved as (.*)\n`)
	if code := server.interrupted(); code != 0 {
		t.Errorf("exit %d", code)
	}
	receiver := t.TempDir()
	there, heard := pythonPeer(t, "file", "server", "127.0.0.1:0", receiver)
	if code, out, complaint := classicOnce(t, "", "--json", "dial", "file", there, path); code != 0 || !strings.Contains(out, `"event":"sent"`) || !strings.Contains(out, `"md5":"5d41402abc4b2a76b9719d911017c592"`) {
		t.Errorf("exit %d, %q, %q", code, out, complaint)
	}
	if got := heard(); got != "'报告.txt'\nTrue\n" {
		t.Error(got)
	}
}

// A file that lies ends a server of --once with 1, and leaves nothing.
func TestClassicRefusesALyingFile(t *testing.T) {
	save := t.TempDir()
	server := classicStart(t, "serve", "file", ":0", "--save", save, "--once")
	if code, _, _ := classicOnce(t, "GET / HTTP/1.1\n", "dial", "upper-echo", server.address()); code != 0 && code != 1 {
		t.Errorf("exit %d", code)
	}
	if code := server.exits(); code != control.ExitFailed || !strings.Contains(server.s.err.String(), "the length is wrong") {
		t.Errorf("exit %d, %q", code, server.s.err.String())
	}
	if found, err := os.ReadDir(save); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
}

func TestClassicContacts(t *testing.T) {
	first, firstSaid := pythonPeer(t, "udp-chat", "server", "127.0.0.1:0", "一", "三")
	second, secondSaid := pythonPeer(t, "udp-chat", "server", "127.0.0.1:0", "二")
	r := classicStart(t, "dial", "udp-chat", first, "--name", "我", "--contact", "小红="+second, "--contact", "小明="+first)
	r.say("to the first")
	r.sees(&r.s.out, "一\n")
	r.say("@小红", "to the second")
	r.sees(&r.s.out, "二\n")
	r.say("@nobody", "q", "to nobody", "@小明", "once more")
	r.sees(&r.s.out, "三\n")
	_ = r.in.Close()
	if code := r.exits(); code != 0 {
		t.Errorf("exit %d", code)
	}
	if got := firstSaid(); got != "'我: to the first'\n'我: once more'\n" {
		t.Error(got)
	}
	if got := secondSaid(); got != "'我: to the second'\n" {
		t.Error(got)
	}
	if got := r.s.err.String(); !strings.Contains(got, "there is no contact nobody") || !strings.Contains(got, "to whom?") {
		t.Error(got)
	}
	if r.s.opened != nil {
		t.Error("a profile was opened")
	}
}

// What is typed goes to the client that wrote last, when it is its turn.
func TestClassicAnswersWhoWroteLast(t *testing.T) {
	server := classicStart(t, "serve", "tcp-chat", ":0")
	address := server.address()
	server.say("for whoever comes")
	first, second := classicStart(t, "dial", "tcp-chat", address), classicStart(t, "dial", "tcp-chat", address)
	first.say("one")
	first.sees(&first.s.out, "for whoever comes\n")
	second.say("two")
	server.sees(&server.s.out, "two\n")
	server.say("for the second")
	second.sees(&second.s.out, "for the second\n")
	first.say("three")
	server.sees(&server.s.out, "three\n")
	server.say("for the first")
	first.sees(&first.s.out, "for the first\n")
	if code := server.interrupted(); code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, client := range []*classicRun{first, second} { // whose server has gone
		if code := client.exits(); code != 0 {
			t.Errorf("exit %d, %q", code, client.s.err.String())
		}
	}
}

func TestClassicReverseCommandOnce(t *testing.T) {
	server := classicStart(t, "serve", "reverse-command", ":0", "--", "echo", "你好")
	client := classicStart(t, "dial", "reverse-command", server.address(), "--allow-commands")
	if code := server.exits(); code != 0 || server.s.out.String() != "你好\n" {
		t.Errorf("exit %d, %q, %q", code, server.s.out.String(), server.s.err.String())
	}
	if code := client.exits(); code != 0 || !strings.Contains(client.s.out.String(), "echo 你好") {
		t.Errorf("exit %d, %q", code, client.s.out.String())
	}
}

func TestClassicExitCodes(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(identity.NewPassword()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"", control.ExitUsage, "serve | dial"},
		{"listen", control.ExitUsage, "no command classic listen"},
		{"serve", control.ExitUsage, "PROTOCOL is missing"},
		{"dial tcp-chat", control.ExitUsage, "ADDR is missing"},
		{"serve gopher :0", control.ExitUsage, "gopher"},
		{"serve tcp-chat :0 extra", control.ExitUsage, "extra"},
		{"serve tcp-chat nowhere:port", control.ExitUsage, "no address"},
		{"serve tcp-command :0", control.ExitUsage, "--allow-commands"},
		{"serve udp-command :0", control.ExitUsage, "--allow-commands"},
		{"serve length-command :0", control.ExitUsage, "--allow-commands"},
		{"serve struct-command :0", control.ExitUsage, "--allow-commands"},
		{"dial reverse-command :1", control.ExitUsage, "--allow-commands"},
		{"serve tcp-command 0.0.0.0:0 --allow-commands", control.ExitUsage, "--allow-remote"},
		{"serve file :0", control.ExitUsage, "--save DIR is missing"},
		{"serve file :0 --save /nonexistent", control.ExitUsage, "no folder"},
		{"dial file :1", control.ExitUsage, "PATH is missing"},
		{"dial file 127.0.0.1:1 /nonexistent", control.ExitFailed, "cannot be read"},
		{"serve hmac-echo :0", control.ExitUsage, "--secret"},
		{"serve hmac-echo :0 --secret=", control.ExitUsage, "secret is missing"},
		{"serve hmac-echo :0 --secret a --secret-file b", control.ExitUsage, "do not go together"},
		{"serve hmac-echo :0 --secret-file " + secret, control.ExitUsage, "network password"},
		{"dial hmac-echo :1 --secret " + identity.NewPassword(), control.ExitUsage, "network password"},
		{"dial hmac-echo :1 --secret x --digest crc32", control.ExitUsage, "md5, sha256"},
		{"dial hmac-echo :1 --secret-file /nonexistent", control.ExitFailed, "nonexistent"},
		{"dial tcp-chat :1 --format %Y", control.ExitUsage, "--format does not go with tcp-chat"},
		{"dial tcp-chat :1 --recv-size 0", control.ExitUsage, "--recv-size"},
		{"dial tcp-chat :1 --quiet-time long", control.ExitUsage, "--quiet-time"},
		{"dial tcp-chat :1 --encoding klingon", control.ExitUsage, "--encoding"},
		{"dial udp-chat :1 --contact bob", control.ExitUsage, "NAME=ADDR"},
		{"dial tcp-command :1 --", control.ExitUsage, "COMMAND is missing"},
		{"dial tcp-chat :1 -- hello", control.ExitUsage, "--"},
		{"dial tcp-chat 127.0.0.1:1", control.ExitUnreachable, "nobody is there"},
		{"dial tcp-chat unix:/nonexistent", control.ExitUnreachable, "nobody is there"},
		{"dial udp-time 127.0.0.1:1", control.ExitUnreachable, "nobody is there"},
		{"dial udp-command 127.0.0.1:1 -- ls", control.ExitUnreachable, "nobody is there"},
		{"dial upper-echo 127.0.0.1:1", control.ExitUnreachable, "nobody is there"},
	} {
		code, _, complaint := classicOnce(t, "hello\n", strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(complaint, c.says) {
			t.Errorf("%s: exit %d, %q; want %d, %q", c.args, code, complaint, c.code, c.says)
		}
	}
}

// A secret is never repeated.
func TestClassicKeepsSecrets(t *testing.T) {
	password := identity.NewPassword()
	_, out, complaint := classicOnce(t, "", "serve", "hmac-echo", ":0", "--secret", password)
	if strings.Contains(out+complaint, password[:5]) {
		t.Errorf("%q %q", out, complaint)
	}
}

func TestClassicWireAndJSON(t *testing.T) {
	address, heard := pythonPeer(t, "upper-echo", "server", "127.0.0.1:0", "2")
	_, _, wire := classicOnce(t, "你好 abc\n", "dial", "upper-echo", address, "--wire", "--recv-size", "4")
	for _, want := range []string{"write", "10/10", "e4 bd a0 e5 a5 bd 20 61 62 63", "你好 abc", "read", "4/4", "EOF", "close"} {
		if !strings.Contains(wire, want) {
			t.Errorf("no %q in %s", want, wire)
		}
	}
	_, out, wire := classicOnce(t, "hi\n", "--json", "dial", "upper-echo", address, "--wire")
	var received bool
	for line := range strings.Lines(out + wire) {
		var l struct {
			Event, Text, Hex, Direction string
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		received = received || l.Event == "received" && l.Text == "HI"
	}
	if !received || !strings.Contains(wire, `"hex":"4849"`) {
		t.Errorf("%s%s", out, wire)
	}
	heard()
}

// What others write gives no orders to a terminal.
func TestClassicNeutralisesTexts(t *testing.T) {
	server := classicStart(t, "serve", "upper-echo", ":0", "--once")
	if code, out, _ := classicOnce(t, "\x1b[31mred\x07 \u202e two  blanks\n", "dial", "upper-echo", server.address()); code != 0 || out != `\x1b[31MRED\x07 \u202e TWO  BLANKS`+"\n" {
		t.Errorf("exit %d, %q", code, out)
	}
	server.exits()
}

func TestEveryClassicReasonHasASentence(t *testing.T) {
	known := classicReasons()
	for _, reason := range classic.Reasons() {
		if _, ok := known["classic:"+string(reason)]; !ok {
			t.Errorf("%s has no sentence", reason)
		}
		delete(known, "classic:"+string(reason))
	}
	for key := range known {
		t.Errorf("%s is the sentence of nothing", key)
	}
}

// Every line goes out at once, and each answer is printed as it comes.
func TestClassicFlushesEachLine(t *testing.T) {
	server := classicStart(t, "serve", "tcp-command", ":0", "--allow-commands")
	client := classicStart(t, "dial", "tcp-command", server.address())
	client.say("echo first")
	client.sees(&client.s.out, "first\n")
	client.say("echo second")
	client.sees(&client.s.out, "second\n")
	if code := client.interrupted(); code != control.ExitFailed {
		t.Errorf("exit %d", code)
	}
	if code := server.interrupted(); code != 0 {
		t.Errorf("exit %d", code)
	}
}
