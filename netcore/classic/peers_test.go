package classic

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lanyard/netcore/charset"
)

// reprs returns texts as Python's repr() writes them, one a line.
func reprs(texts ...string) string {
	var all strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&all, "'%s'\n", strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(text))
	}
	return all.String()
}

// byteReprs is reprs for bytes.
func byteReprs(texts ...string) string {
	var all strings.Builder
	for _, text := range texts {
		all.WriteString("b'")
		for _, b := range []byte(text) {
			switch {
			case b == '\n':
				all.WriteString(`\n`)
			case b < ' ' || b > '~':
				fmt.Fprintf(&all, `\x%02x`, b)
			default:
				all.WriteByte(b)
			}
		}
		all.WriteString("'\n")
	}
	return all.String()
}

// everywhere runs a test on each kind of address.
func everywhere(t *testing.T, test func(t *testing.T, address string)) {
	for name, address := range map[string]string{"IPv4": "127.0.0.1:0", "IPv6": "[::1]:0", "Unix": "unix:"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if raced && name != "Unix" {
				t.Skip("one is enough when it is slow")
			}
			if name == "Unix" && (runtime.GOOS == "windows") {
				t.Skip("Python has no Unix-domain sockets on this system")
			}
			if name == "Unix" {
				address = unixPath(t)
			}
			test(t, address)
		})
	}
}

// words is a command whose output is Chinese, on both streams.
const words = `echo 你好 世界; echo 错误 >&2`

// Each server of ours talks with a client of somebody else.
func TestServersTalkWithPython(t *testing.T) {
	for _, c := range []struct {
		name Name
		args []string
		want string
	}{
		{TCPCommand, []string{words, "echo second"}, byteReprs("错误\n你好 世界\n", "second\n")},
		{UDPCommand, []string{words, "true", "echo second", "quit"}, byteReprs("错误\n", "你好 世界\n", "", "", "", "second\n")},
		{LengthCommand, []string{words, "echo 二", "echo third"}, byteReprs("错误\n", "二\n", "third\n")},
		{StructCommand, []string{words, "true", "echo third"}, byteReprs("错误\n", "", "third\n")},
		{HMACEcho, []string{"一个秘密", "md5", "hello, 世界", "Zwei ß"}, byteReprs("HELLO, 世界", "ZWEI ß")},
		{UpperEcho, []string{"  hello, 世界 ß\n", "two"}, byteReprs("HELLO, 世界 ß", "TWO")},
	} {
		t.Run(string(c.name), func(t *testing.T) {
			everywhere(t, func(t *testing.T, address string) {
				stage := newStage()
				server := serving(t, stage.options(c.name, address))
				client := newPeer(t, append([]string{string(c.name), "client", server.Address()}, c.args...)...)
				if got := client.rest(); got != c.want {
					t.Errorf("the client got\n%s, want\n%s", got, c.want)
				}
			})
		})
	}
}

func TestTimeServerTalksWithPython(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		server := serving(t, newStage().options(UDPTime, address))
		client := newPeer(t, "udp-time", "client", server.Address(), "%Y", "%Y年 %%", "")
		lines := strings.Split(client.rest(), "\n")
		if len(lines) != 4 || len(lines[0]) != len("'2024'") || !strings.HasSuffix(lines[1], "年 %'") || len(lines[2]) != len("'2024-05-06 07:08:09'") {
			t.Errorf("%q", lines)
		}
	})
}

func TestChatServersTalkWithPython(t *testing.T) {
	for _, name := range []Name{TCPChat, UDPChat} {
		t.Run(string(name), func(t *testing.T) {
			everywhere(t, func(t *testing.T, address string) {
				stage := newStage()
				server := serving(t, stage.options(name, address))
				client := newPeer(t, string(name), "client", server.Address(), "你好", "小明: 再见")
				for i, answer := range []string{"你也好", "再见，小明"} {
					stage.await(t, Received, i+1)
					if err := server.Send(t.Context(), "", answer); err != nil {
						t.Fatal(err)
					}
				}
				if got := client.rest(); got != reprs("你也好", "再见，小明") {
					t.Errorf("the client got %s", got)
				}
				heard := stage.await(t, Received, 2)
				if heard[0].Text != "你好" || heard[1].Text != "小明: 再见" || name == UDPChat && heard[1].Name != "小明" {
					t.Errorf("the server got %+v", heard)
				}
			})
		})
	}
}

// After byebye the server goes on with the next client, and serves others
// meanwhile.
func TestByebyeEndsOneConversation(t *testing.T) {
	stage := newStage()
	server := serving(t, stage.options(TCPChat, ":0"))
	for range 2 {
		client := newPeer(t, "tcp-chat", "client", server.Address(), "hi", "byebye")
		if err := server.Send(t.Context(), "", "ho"); err != nil {
			t.Fatal(err)
		}
		if got := client.rest(); got != reprs("ho") {
			t.Error(got)
		}
	}
	stage.await(t, Closed, 2)
}

func TestReverseServerTalksWithPython(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		stage := newStage()
		server := serving(t, stage.options(ReverseCommand, address))
		client := newPeer(t, "reverse-command", "client", server.Address())
		for _, command := range []string{"echo 你好; echo 错误 >&2", "echo 二", "q"} {
			if err := server.Send(t.Context(), "", command); err != nil {
				t.Fatal(err)
			}
		}
		if got := client.rest(); got != reprs("echo 你好; echo 错误 >&2", "echo 二", "q") {
			t.Error(got)
		}
		if got := stage.texts(); got != "你好\n错误\n二\n" {
			t.Errorf("%q", got)
		}
	})
}

func TestFileServerTalksWithPython(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		stage := newStage()
		o := stage.options(File, address)
		o.SaveDir = t.TempDir()
		server := serving(t, o)
		from := filepath.Join(t.TempDir(), "from")
		content := strings.Repeat("中文\x00\xff", 50000)
		if err := os.WriteFile(from, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"报告.txt", "/a/b/../c/报告.txt", `C:\x\报告.txt`} {
			newPeer(t, "file", "client", server.Address(), from, name).rest()
		}
		saved := stage.await(t, Saved, 3)
		for i, want := range []string{"报告.txt", "报告 (1).txt", "报告 (2).txt"} {
			got, err := os.ReadFile(filepath.Join(o.SaveDir, want))
			if err != nil || string(got) != content || filepath.Base(saved[i].Path) != want || saved[i].Total != int64(len(content)) || len(saved[i].MD5) != 32 {
				t.Errorf("%s: %v, %d bytes; %+v", want, err, len(got), saved[i])
			}
		}
	})
}

// Each client of ours talks with a server of somebody else.
func TestClientsTalkWithPython(t *testing.T) {
	for _, c := range []struct {
		name     Name
		args     []string
		say      []string
		received string
		heard    string // by the server
	}{
		{TCPChat, []string{"你也好", "再见"}, []string{"你好", "", "有空吗", "byebye"}, "你也好再见", reprs("你好", "有空吗", "byebye")},
		{UDPTime, []string{"2"}, []string{"%Y年%m月%d日", ""}, "2023年11月14日2023-11-14 22:13:20", reprs("%Y年%m月%d日", "%Y-%m-%d %X")},
		{TCPCommand, nil, []string{words, "", "echo 二", "quit"}, "错误\n你好 世界\n二\n", reprs(words, "echo 二")},
		{UDPCommand, nil, []string{words, "true", "echo 二", "quit"}, "错误\n你好 世界\n二\n", reprs(words, "true", "echo 二", "quit")},
		{LengthCommand, nil, []string{words, "true", "echo 二", "quit"}, "错误\n二\n", reprs(words) + byteReprs("recv_ready") + reprs("true") + byteReprs("recv_ready") + reprs("echo 二") + byteReprs("recv_ready")},
		{StructCommand, nil, []string{words, "true", "echo 二", "quit"}, "错误\n二\n", reprs(words, "true", "echo 二")},
		{StructCommand, []string{"gbk"}, []string{"echo 你好，世界", "quit"}, "你好，世界\n", reprs("echo 你好，世界")},
		{HMACEcho, []string{"一个秘密", "md5"}, []string{"hello, 世界", "", "zwei ß", "quit"}, "HELLO, 世界ZWEI ß", reprs("hello, 世界", "zwei ß")},
		{HMACEcho, []string{"一个秘密", "sha256"}, []string{"hello", "quit"}, "HELLO", reprs("hello")},
		{UpperEcho, []string{"2"}, []string{" hello, 世界 ", "", "two", "quit"}, "HELLO, 世界TWO", reprs(" hello, 世界 ", "two")},
	} {
		t.Run(string(c.name), func(t *testing.T) {
			everywhere(t, func(t *testing.T, address string) {
				server := newPeer(t, append([]string{string(c.name), "server", address}, c.args...)...)
				stage := newStage()
				o := stage.options(c.name, server.address())
				if c.name == HMACEcho {
					o.Digest = Digest(c.args[1])
				}
				client := dialing(t, o)
				for _, text := range c.say {
					if err := client.Send(t.Context(), "", text); err != nil {
						t.Fatalf("%q: %v", text, err)
					}
				}
				if err := client.Close(); err != nil {
					t.Error(err)
				}
				if got := stage.texts(); got != c.received {
					t.Errorf("the client got %q, want %q", got, c.received)
				}
				if got := server.rest(); got != c.heard {
					t.Errorf("the server got\n%s, want\n%s", got, c.heard)
				}
			})
		})
	}
}

func TestUDPChatClientTalksWithPython(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		first := newPeer(t, "udp-chat", "server", address, "你也好")
		stage := newStage()
		o := stage.options(UDPChat, first.address())
		o.ChatName = "小明"
		client := dialing(t, o)
		for _, text := range []string{"", "你好", "q"} {
			if err := client.Send(t.Context(), "", text); err != nil {
				t.Fatal(err)
			}
			if text == "你好" {
				if heard := stage.await(t, Received, 1); heard[0].Text != "你也好" {
					t.Errorf("%+v", heard)
				}
			}
		}
		<-client.Done() // q ended the talk
		if got := first.rest(); got != reprs("小明: 你好") {
			t.Error(got)
		}
	})
}

func TestReverseClientTalksWithPython(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		server := newPeer(t, "reverse-command", "server", address, "echo 你好; echo 错误 >&2", "echo 二", "q")
		stage := newStage()
		client := dialing(t, stage.options(ReverseCommand, server.address()))
		<-client.Done()
		if got := server.rest(); got != reprs("你好\n错误\n", "二\n")+"b''\n" {
			t.Error(got)
		}
		if ran := stage.await(t, Ran, 2); ran[0].Text != "echo 你好; echo 错误 >&2" {
			t.Errorf("%+v", ran)
		}
	})
}

func TestFileClientTalksWithPython(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		dir, from := t.TempDir(), t.TempDir()
		server := newPeer(t, "file", "server", address, dir, "2")
		stage := newStage()
		client := dialing(t, stage.options(File, server.address()))
		content := strings.Repeat("中文\x00\xff", 50000)
		for name, content := range map[string]string{"报告 <1>.txt": content, "empty": ""} {
			path := filepath.Join(from, name)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := client.SendFile(t.Context(), path); err != nil {
				t.Fatal(err)
			}
		}
		if got := server.rest(); strings.Count(got, "True") != 2 || !strings.Contains(got, "报告 <1>.txt") {
			t.Error(got)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "报告 <1>.txt")); err != nil || string(got) != content {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if sent := stage.await(t, Sent, 2); len(sent[0].MD5) != 32 {
			t.Errorf("%+v", sent)
		}
	})
}

// A wrong secret is told as what it is.
func TestAWrongSecretIsDenied(t *testing.T) {
	server := newPeer(t, "hmac-echo", "server", "127.0.0.1:0", "another", "md5", "2")
	o := newStage().options(HMACEcho, server.address())
	client := dialing(t, o)
	<-client.Done()
	if got := ReasonOf(client.Err()); got != Denied {
		t.Errorf("%v", client.Err())
	}
	o.QuietTime = 1 // nothing was heard yet when the first line goes out
	client = dialing(t, o)
	if err := client.Send(t.Context(), "", "hello"); ReasonOf(err) != Denied {
		t.Errorf("%v", err)
	}
	server.rest()
}

// What comes is read in the encoding that the user says.
func TestEncodingOfAnswers(t *testing.T) {
	server := newPeer(t, "struct-command", "server", "127.0.0.1:0", "gbk")
	stage := newStage()
	o := stage.options(StructCommand, server.address())
	o.Encoding = charset.GBK
	client := dialing(t, o)
	if err := client.Send(t.Context(), "", "printf 模"); err != nil { // reads as Latvian in UTF-8
		t.Fatal(err)
	}
	if got := stage.texts(); got != "模" {
		t.Errorf("%q", got)
	}
}
