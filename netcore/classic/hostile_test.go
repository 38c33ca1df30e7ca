package classic

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// raw connects as a stranger does.
func raw(t *testing.T, s *Session) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), s.target.network, strings.TrimPrefix(s.Address(), unixPrefix))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patient)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// framed is a header with its length.
func framed(header string) string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(len(header)))) + header
}

func headed(size int64, name, content string) string {
	sum := md5.Sum([]byte(content))
	return framed(fmt.Sprintf(`{"file_size": %d, "file_name": %q, "md5": %q}`, size, name, hex.EncodeToString(sum[:]))) + content
}

// What a hostile sender of files does is told, and leaves nothing.
func TestHostileFiles(t *testing.T) {
	for name, c := range map[string]struct {
		says string
		want Reason
	}{
		"nothing":           {"", ""},
		"half a length":     {"\x10\x00", PeerClosed},
		"half a header":     {framed(`{"file_size": 5}`)[:8], PeerClosed},
		"negative":          {"\xff\xff\xff\xff" + strings.Repeat("x", 100), BadLength},
		"2 GiB":             {"\x00\x00\x00\x80", BadLength},
		"just over":         {string(binary.LittleEndian.AppendUint32(nil, maxHeader+1)), BadLength},
		"zero":              {"\x00\x00\x00\x00", BadHeader},
		"no JSON":           {framed("this is no JSON at all"), BadHeader},
		"a list":            {framed("[1,2]"), BadHeader},
		"broken JSON":       {framed(`{"file_size": }`), BadHeader},
		"no size":           {framed(`{"file_name": "a", "md5": "d41d8cd98f00b204e9800998ecf8427e"}`), BadHeader},
		"other case":        {framed(`{"FILE_SIZE": 1, "file_name": "a", "md5": "d41d8cd98f00b204e9800998ecf8427e"}`), BadHeader},
		"a text as size":    {framed(`{"file_size": "5", "file_name": "a", "md5": "d41d8cd98f00b204e9800998ecf8427e"}`), BadHeader},
		"a negative size":   {framed(`{"file_size": -5, "file_name": "a", "md5": "d41d8cd98f00b204e9800998ecf8427e"}`), BadHeader},
		"a size over all":   {framed(`{"file_size": 9223372036854775808, "file_name": "a", "md5": "d41d8cd98f00b204e9800998ecf8427e"}`), BadHeader},
		"null":              {framed(`{"file_size": null, "file_name": "a", "md5": "d41d8cd98f00b204e9800998ecf8427e"}`), BadHeader},
		"a short MD5":       {framed(`{"file_size": 0, "file_name": "a", "md5": "d41d"}`), BadHeader},
		"no UTF-8":          {framed("{\"file_size\": 0, \"file_name\": \"\xff\", \"md5\": \"d41d8cd98f00b204e9800998ecf8427e\"}"), BadHeader},
		"deep":              {framed(`{"x":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`), BadHeader},
		"no name":           {headed(1, "", "x"), BadName},
		"a folder":          {headed(1, "a/b/", "x"), BadName},
		"the folder above":  {headed(1, "a/..", "x"), BadName},
		"above on Windows":  {headed(1, `C:\x\..`, "x"), BadName},
		"this folder":       {headed(1, ".", "x"), BadName},
		"wrong MD5":         {strings.Replace(headed(5, "a.txt", "hello"), "hello", "jello", 1), WrongMD5},
		"fewer than told":   {headed(10, "a.txt", "hello"), WrongSize},
		"more than told":    {headed(4, "a.txt", "hello"), WrongSize},
		"more, right MD5":   {headed(5, "a.txt", "hello") + "!", WrongSize},
		"10 TB":             {headed(10<<40, "a.txt", "hello"), WrongSize},
		"a web page":        {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", BadLength},
		"right after all":   {headed(5, "../../a.txt", "hello"), ""},
		"upper case is MD5": {strings.Replace(headed(5, "b.txt", "hello"), "5d41402abc4b2a76b9719d911017c592", "5D41402ABC4B2A76B9719D911017C592", 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stage := newStage()
			o := stage.options(File, ":0")
			o.SaveDir = t.TempDir()
			s := serving(t, o)
			conn := raw(t, s)
			_, _ = io.WriteString(conn, c.says) // the server may have closed by then
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn) // until it closes
			stage.await(t, Closed, 1)
			if c.want == "" && c.says == "" {
				c.want = PeerClosed
			}
			checkRefusal(t, stage, c.want)
			checkFolderHas(t, o.SaveDir, c.want == "")
		})
	}
}

// checkRefusal insists that a session has told a reason, or none.
func checkRefusal(t *testing.T, stage *stage, want Reason) {
	t.Helper()
	stage.mu.Lock()
	defer stage.mu.Unlock()
	var got Reason
	for _, e := range stage.events {
		if e.What == Refused || e.What == Failed {
			got = e.Reason
			if e.Reason == "" {
				t.Errorf("no reason: %+v", e)
			}
		}
	}
	if got != want {
		t.Errorf("told %q, want %q; %+v", got, want, stage.events)
	}
}

// checkFolderHas insists that a folder holds one file, or nothing.
func checkFolderHas(t *testing.T, dir string, one bool) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil || (len(found) == 1) != one || len(found) > 1 {
		t.Errorf("in the folder: %v, %v", found, err)
	}
}

// A sender that vanishes in the middle leaves no file, and the server lives.
func TestASenderVanishes(t *testing.T) {
	stage := newStage()
	o := stage.options(File, ":0")
	o.SaveDir = t.TempDir()
	s := serving(t, o)
	for i := range 3 {
		conn := raw(t, s)
		if _, err := io.WriteString(conn, headed(1<<20, "a.txt", strings.Repeat("x", 300<<10))); err != nil {
			t.Fatal(err)
		}
		stage.await(t, Progress, i+1)
		if i == 1 {
			_ = conn.(*net.TCPConn).SetLinger(0) // with a reset
		}
		_ = conn.Close()
		stage.await(t, Closed, i+1)
	}
	checkFolderHas(t, o.SaveDir, false)
	conn := raw(t, s)
	_, _ = io.WriteString(conn, headed(2, "b", "ok"))
	_ = conn.Close()
	stage.await(t, Saved, 1)
	checkFolderHas(t, o.SaveDir, true)
}

// What exists already stays as it is, whatever it is.
func TestNothingIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "victim"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("victim", filepath.Join(dir, "a (1).txt")); err != nil {
		leaveOut(t, err)
	}
	p, err := newPlace(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if _, err := io.WriteString(p, "theirs"); err != nil {
		t.Fatal(err)
	}
	path, err := p.keep("a.txt")
	if err != nil || filepath.Base(path) != "a (2).txt" {
		t.Errorf("%s, %v", path, err)
	}
	for name, want := range map[string]string{"a.txt": "mine", "victim": "mine", "a (2).txt": "theirs"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// Browsers are refused, whatever the size of reads.
func TestCommandServersRefuseBrowsers(t *testing.T) {
	for _, name := range []Name{TCPCommand, LengthCommand, StructCommand} {
		for first, want := range map[string]Reason{
			"GET / HTTP/1.1\r\n\r\n": LooksLikeHTTP, "POST /x HTTP/1.1\r\n\r\ntouch /tmp/x": LooksLikeHTTP, "OPTIONS * HTTP/1.1\r\n": LooksLikeHTTP,
			"BREW / HTTP/1.1\r\n": LooksLikeHTTP, "\x16\x03\x01\x02\x00\x01": LooksLikeTLS,
		} {
			for _, size := range []int{0, 2, 1} {
				stage := newStage()
				o := stage.options(name, ":0")
				o.RecvSize = size
				if size != 0 && strings.HasPrefix(first, "BREW") {
					continue // no browser has that
				}
				s := serving(t, o)
				conn := raw(t, s)
				_, _ = io.WriteString(conn, first)
				if got, _ := io.ReadAll(conn); len(got) != 0 {
					t.Errorf("%s answered %q", name, got)
				}
				stage.await(t, Closed, 1)
				checkRefusal(t, stage, want)
				for _, e := range stage.events {
					if e.What == Running {
						t.Errorf("%s ran %q", name, e.Text)
					}
				}
				_ = s.Close()
			}
		}
	}
}

// A client that vanishes takes its command with it.
func TestAVanishedClientLeavesNoProcess(t *testing.T) {
	for _, name := range []Name{TCPCommand, LengthCommand, StructCommand} {
		everywhere(t, func(t *testing.T, address string) {
			stage := newStage()
			s := serving(t, stage.options(name, address))
			for i, reset := range []bool{false, true} {
				conn := raw(t, s)
				if _, err := io.WriteString(conn, "sleep 1000 & sleep 1000"); err != nil {
					t.Fatal(err)
				}
				stage.await(t, Running, i+1)
				if tcp, is := conn.(*net.TCPConn); is && reset {
					_ = tcp.SetLinger(0)
				}
				_ = conn.Close()
				stage.await(t, Ran, i+1)
			}
			checkNoProcess(t, s)
		})
	}
}

// checkNoProcess insists that no command of a session is left.
func checkNoProcess(t *testing.T, s *Session) {
	t.Helper()
	deadline := time.Now().Add(patient)
	for len(s.runner.Roots()) > 0 { // a supervisor is free a moment after its command has ended
		if time.Now().After(deadline) {
			t.Fatalf("processes are left: %v", s.runner.Roots())
		}
		runtime.Gosched()
	}
}

// A client that has ended its direction only, gets its answer.
func TestAHalfClosedClientIsAnswered(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		s := serving(t, newStage().options(TCPCommand, address))
		conn := raw(t, s)
		if _, err := io.WriteString(conn, "sleep 1; echo done"); err != nil {
			t.Fatal(err)
		}
		if err := conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(conn); err != nil || string(got) != "done\n" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// Closing a session ends the commands of its clients, in time.
func TestClosingEndsCommands(t *testing.T) {
	stage := newStage()
	s := serving(t, stage.options(TCPCommand, ":0"))
	for range 5 {
		if _, err := io.WriteString(raw(t, s), "trap '' TERM; while :; do sleep 1; done"); err != nil {
			t.Fatal(err)
		}
	}
	stage.await(t, Running, 5)
	began := time.Now()
	if err := s.Close(); err != nil || time.Since(began) > patient { // a second on a PC with nothing else to do
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if roots := s.runner.Roots(); len(roots) != 0 {
		t.Errorf("processes are left: %v", roots)
	}
}

// Limits of commands are told in the answer.
func TestLimitsOfCommands(t *testing.T) {
	stage := newStage()
	o := stage.options(StructCommand, ":0")
	o.Limits = Limits{Time: 300 * time.Millisecond, Output: 100}
	s := serving(t, o)
	asking := newStage()
	client := dialing(t, asking.options(StructCommand, s.Address()))
	for i, c := range []struct {
		command, want string
		reason        Reason
	}{
		{"sleep 1000", "lanyard: stopped after 300ms\n", TimeLimit},
		{"yes", "lanyard: stopped after 100 bytes of output\n", SizeLimit},
		{"printf '\\377' | cat", "\ufffd", ""},
	} {
		before := len(asking.texts())
		if err := client.Send(t.Context(), "", c.command); err != nil {
			t.Fatal(err)
		}
		if got := asking.texts()[before:]; got != c.want {
			t.Errorf("%s: %q", c.command, got)
		}
		if ran := stage.await(t, Ran, i+1); ran[i].Reason != c.reason {
			t.Errorf("%+v", ran[i])
		}
	}
}

// Those who just talk to hmac-echo are sent away, and soon.
func TestWhoAnswersNoChallenge(t *testing.T) {
	for name, says := range map[string]string{
		"hello": "hello", "nothing": "", "16 bytes": "0123456789abcdef", "more": strings.Repeat("x", 100), "15": "0123456789abcde",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stage := newStage()
			s := serving(t, stage.options(HMACEcho, ":0"))
			conn := raw(t, s)
			_, _ = io.WriteString(conn, says)
			if says == "" {
				_ = conn.(*net.TCPConn).CloseWrite()
			}
			began := time.Now()
			got, _ := io.ReadAll(conn)
			if len(got) != challengeSize || time.Since(began) >= challengeTime {
				t.Errorf("%d bytes after %v", len(got), time.Since(began))
			}
			stage.await(t, Closed, 1)
			checkRefusal(t, stage, WrongProof)
		})
	}
}

// A proof that comes with the first message, or byte by byte, is one.
func TestProofsInPieces(t *testing.T) {
	stage := newStage()
	s := serving(t, stage.options(HMACEcho, ":0"))
	for _, size := range []int{1, 5, 100} {
		conn := raw(t, s)
		challenge := make([]byte, challengeSize)
		if _, err := io.ReadFull(conn, challenge); err != nil {
			t.Fatal(err)
		}
		says := append(s.proof(challenge), "hello"...)
		for len(says) > 0 {
			n := min(size, len(says))
			if _, err := conn.Write(says[:n]); err != nil {
				t.Fatal(err)
			}
			says = says[n:]
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != "HELLO" {
			t.Errorf("by %d: %q, %v", size, got, err)
		}
	}
}
