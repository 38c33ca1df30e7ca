package classic

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"lanyard/netcore/charset"
	"lanyard/netcore/identity"
)

func parsePort(t *testing.T, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// What may not be, is refused before anything listens.
func TestWhatIsNotStarted(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o     Options
		serve bool
		want  Reason
	}{
		"no protocol":              {Options{Protocol: "gopher"}, true, BadProtocol},
		"commands without consent": {Options{Protocol: TCPCommand, Address: ":0"}, true, NeedCommands},
		"UDP without consent":      {Options{Protocol: UDPCommand, Address: ":0"}, true, NeedCommands},
		"lengths without consent":  {Options{Protocol: LengthCommand, Address: ":0"}, true, NeedCommands},
		"structs without consent":  {Options{Protocol: StructCommand, Address: ":0"}, true, NeedCommands},
		"reverse without consent":  {Options{Protocol: ReverseCommand, Address: ":1"}, false, NeedCommands},
		"commands for all":         {Options{Protocol: TCPCommand, Address: "0.0.0.0:0", AllowCommands: true}, true, NeedRemote},
		"commands for all of IPv6": {Options{Protocol: UDPCommand, Address: "[::]:0", AllowCommands: true}, true, NeedRemote},
		"an address of many":       {Options{Protocol: UDPChat, Address: "224.0.0.5:0"}, true, BadAddress},
		"no such port":             {Options{Protocol: TCPChat, Address: "99999"}, true, BadAddress},
		"no port":                  {Options{Protocol: TCPChat, Address: "127.0.0.1:http!"}, true, BadAddress},
		"dialing port 0":           {Options{Protocol: TCPChat, Address: "127.0.0.1:0"}, false, BadAddress},
		"no path":                  {Options{Protocol: TCPChat, Address: "unix:"}, true, BadAddress},
		"no secret":                {Options{Protocol: HMACEcho, Address: ":0"}, true, NeedSecret},
		"the network password":     {Options{Protocol: HMACEcho, Address: ":0", Secret: identity.NewPassword()}, true, NetworkPassword},
		"the same, as typed":       {Options{Protocol: HMACEcho, Address: ":1", Secret: " " + strings.ToLower(strings.ReplaceAll(identity.NewPassword(), "-", "")) + " "}, false, NetworkPassword},
		"no digest":                {Options{Protocol: HMACEcho, Address: ":0", Secret: "x", Digest: "crc32"}, true, BadOption},
		"no folder":                {Options{Protocol: File, Address: ":0"}, true, NeedFolder},
		"no such folder":           {Options{Protocol: File, Address: ":0", SaveDir: file + "/none"}, true, NeedFolder},
		"a file as folder":         {Options{Protocol: File, Address: ":0", SaveDir: file}, true, NeedFolder},
		"a negative size":          {Options{Protocol: TCPChat, Address: ":0", RecvSize: -1}, true, BadOption},
		"nobody there":             {Options{Protocol: TCPChat, Address: "127.0.0.1:1"}, false, Unreachable},
	} {
		start := Dial
		if c.serve {
			start = Serve
		}
		if s, err := start(t.Context(), c.o); ReasonOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				_ = s.Close()
			}
		}
	}
}

// A server of an earlier run, or of another program, has its address.
func TestAnAddressInUse(t *testing.T) {
	for _, name := range []Name{UpperEcho, UDPTime} {
		s := serving(t, newStage().options(name, ":0"))
		if _, err := Serve(t.Context(), newStage().options(name, s.Address())); ReasonOf(err) != InUse {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A server on a port alone is on loopback, and so is one without an address.
func TestTheDefaultAddressIsLoopback(t *testing.T) {
	for _, address := range []string{":0", "0", "localhost:0"} {
		s := serving(t, newStage().options(UpperEcho, address))
		if at := netip.MustParseAddrPort(s.Address()); !at.Addr().IsLoopback() {
			t.Errorf("%q: %s", address, s.Address())
		}
	}
	p, _ := Lookup("TCP-Chat")
	for text, want := range map[string]string{
		"": "127.0.0.1:8001", "9000": "127.0.0.1:9000", "host": "host:8001", "::1": "[::1]:8001", "[::1]": "[::1]:8001", "10.0.0.1": "10.0.0.1:8001",
	} {
		if at, err := parseTarget(p, text, RoleDial); err != nil || at.String() != want {
			t.Errorf("%q: %s, %v", text, at, err)
		}
	}
}

// Another user of this PC can run nothing.
func TestOtherUsersAreRefused(t *testing.T) {
	sudo := []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}
	if os.Geteuid() != 0 {
		leaveOut(t, "only root can be two users")
	}
	if _, err := exec.LookPath(sudo[0]); err != nil {
		leaveOut(t, err)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		leaveOut(t, err)
	}
	script := `
import socket, sys
kind = socket.SOCK_DGRAM if sys.argv[1] == "udp" else socket.SOCK_STREAM
s = socket.socket(socket.AF_INET, kind)
s.settimeout(1)
s.connect(("127.0.0.1", int(sys.argv[2])))
s.send(b"echo ran")
try:
    print(s.recv(1024))
except OSError:
    pass
`
	for _, c := range []struct {
		name Name
		kind string
	}{{TCPCommand, "tcp"}, {UDPCommand, "udp"}} {
		stage := newStage()
		s := serving(t, stage.options(c.name, ":0"))
		other := exec.CommandContext(t.Context(), sudo[0], append(sudo[1:], "/usr/bin/env", "python3", "-c", script, c.kind, strconv.Itoa(parsePort(t, s.Address())))...)
		out, err := other.CombinedOutput()
		if err != nil {
			leaveOut(t, fmt.Sprintf("another user cannot run Python here: %v\n%s", err, out))
		}
		if refused := stage.await(t, Refused, 1); refused[0].Reason != OtherUser && refused[0].Reason != UnknownUser {
			t.Errorf("%+v", refused)
		}
		if strings.Contains(string(out), "ran") {
			t.Errorf("%s: %s", c.name, out)
		}
	}
}

// What GBK cannot write is not altered on its way into a command, and is a
// question mark in an output.
func TestGBK(t *testing.T) {
	for text, want := range map[string]string{"中文 abc": "\xd6\xd0\xce\xc4 abc", "a€b": "a?b", "😀": "?", "㐀": "?"} {
		raw, fine := toEncoding(text, charset.GBK)
		if string(raw) != want || fine == strings.Contains(want, "?") {
			t.Errorf("%s: %q, %v", text, raw, fine)
		}
	}
	stage := newStage()
	server := serving(t, stage.options(ReverseCommand, ":0"))
	client := dialing(t, newStage().options(ReverseCommand, server.Address()))
	if err := server.Send(t.Context(), "", "echo 😀"); ReasonOf(err) != NotInGBK {
		t.Error(err)
	}
	if err := server.Send(t.Context(), "", "printf '中\\360\\237\\230\\200'"); err != nil {
		t.Error(err)
	}
	if got := stage.texts(); got != "中?" {
		t.Errorf("%q", got)
	}
	_ = client.Close()
}

// Demonstrations show what they are there for.
func TestDemonstrations(t *testing.T) {
	for _, demo := range Demonstrations() {
		t.Run(demo.Key, func(t *testing.T) {
			var all []Record
			if err := Demonstrate(t.Context(), demo.Key, func(r Record) { all = append(all, r) }); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range all {
				text := strconv.Itoa(r.Size)
				if len(r.Bytes) <= 10 && r.Size > 0 {
					text = string(r.Bytes)
				}
				if r.Err != "" {
					text = "error"
				}
				if r.Direction == Read || r.Err != "" || demo.Key == DemoInUse {
					got = append(got, text)
				}
			}
			want := map[string]string{
				DemoGlued: "helloworld 0", DemoSplit: "he lloworld", DemoBuffer: "1024 1024 152",
				DemoLength: "\x05\x00\x00\x00 hello \x05\x00\x00\x00 world", DemoUDPCut: "hell world",
				DemoEmpty: "0 hello hello 0", DemoTooLong: "error", DemoHalf: "hello 0 HELLO", DemoInUse: "error 0", DemoShort: "",
			}[demo.Key]
			if strings.Join(got, " ") != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	if err := Demonstrate(t.Context(), "none", nil); ReasonOf(err) != BadOption {
		t.Error(err)
	}
}
