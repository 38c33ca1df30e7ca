package netcore_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// TestG09TheProgramsOwnSecretsStayHere: of its environment a command sees what
// any program may, and nothing else that it has open.
func TestG09TheProgramsOwnSecretsStayHere(t *testing.T) {
	for _, name := range []string{"LANYARD_SECRET", "SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "LD_PRELOAD"} {
		t.Setenv(name, "/nonexistent/secret")
	}
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	c := h.runs(v, "env").until("exit")
	if out := c.out.String(); strings.Contains(out, "secret") || !strings.Contains(out, "PATH=") || !strings.Contains(out, "HOME=") {
		t.Errorf("it sees:\n%s", out)
	}
	c = h.runs(v, "sh", "-c", "ls /proc/self/fd | wc -l").until("exit")
	if open, err := strconv.Atoi(strings.TrimSpace(c.out.String())); err != nil || open > 4 { // with the folder itself
		t.Errorf("%d are open", open)
	}
}

// TestG11AnIDServesOnce: a run that is asked for again, on the same link or a new
// one, does not run again.
func TestG11AnIDServesOnce(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	id := randomHex(16)
	h.asksFor(v, fields{"argv": []string{"true"}, "id": id}).until("exit")
	h.asksFor(v, fields{"argv": []string{"touch", "pwned"}, "id": id}).wantAnswer("a replay", `"duplicate"`)
	_ = h.conn.NetConn().Close()
	again, err := enter(t, v.address(), h.id, hello())
	if err != nil {
		t.Fatal(err)
	}
	again.asksFor(v, fields{"argv": []string{"touch", "pwned"}, "id": id}).wantAnswer("a replay on a new link", `"duplicate"`)
	for _, bad := range []string{"", "x", strings.ToUpper(id), id + "00"} {
		again.asksFor(v, fields{"argv": []string{"touch", "pwned"}, "id": bad}).wantAnswer("the ID "+bad, `"bad-request"`)
	}
	// An item of theirs may have the ID already: what runs is shown all the same.
	again.say("hello")
	s := again.open("text", nil)
	taken := randomHex(16)
	s.send(text(taken, "first"))
	s.wantAnswer("a text", `"stored"`)
	again.asksFor(v, fields{"argv": []string{"sleep", "600"}, "id": taken}).until("started")
	v.runningOf("sleep")
}

// beBurglar is a command that tries the local door of the profile.
func beBurglar(*testing.T) {
	conn, err := net.Dial("unix", filepath.Join(os.Getenv(profileVariable), "run", "control.sock"))
	if err != nil {
		reply(err.Error())
		return
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = conn.Write(encode("request", fields{"command": "id"}, ""))
	answer, _ := io.ReadAll(conn)
	reply(string(answer))
}

// TestJ07ACommandAtTheLocalDoor: what somebody has run here, nor anything that it
// leaves behind, cannot have this copy obey it; other programs can.
func TestJ07ACommandAtTheLocalDoor(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	burglar := []string{
		"env", roleVariable + "=burglar", profileVariable + "=" + v.profile(), os.Args[0], "-test.run=^TestAttackRole$",
	}
	for name, before := range map[string][]string{
		"itself":          nil,
		"another session": {"setsid", "-w"},
		"an orphan":       {"sh", "-c", `("$@" > out.$$ &) ; while ! grep -q PASS out.$$; do sleep 0.05; done; cat out.$$; rm out.$$`, "sh"},
	} {
		c := h.asksFor(v, fields{"argv": append(slices.Clone(before), burglar...), "dir": v.save}).until("exit")
		var said string
		decodeReply(t, []byte(c.out.String()), &said)
		if !strings.Contains(said, string(control.WordJailed)) || strings.Contains(said, v.Self().ID.Short()) {
			t.Errorf("%s was answered %q", name, said)
		}
	}
	client, err := control.Dial(t.Context(), v.profile())
	if err == nil {
		err = client.Run(t.Context(), control.Request{Command: "id"}, func([]byte) error { return nil })
	}
	if err != nil {
		t.Errorf("another program of this user: %v", err)
	}
}

// TestG08AnOwnersWordsAreTamed: what the PC that runs something says of it is
// shown only as far as it is a word, and output that was not sent is damage.
func TestG08AnOwnersWordsAreTamed(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	person := v.knows(h)
	nothing := fields{"bytes": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
	const escape = "\x1b[2J\u202e"
	for _, tc := range []struct {
		says   [][]byte
		state  netcore.RunState
		reason netcore.RunReason
	}{
		{[][]byte{
			encode("started", fields{"by": escape, "charset": escape}, ""),
			encode("exit", fields{"state": "exited", "exit": 1 << 60, "signal": escape, "reason": escape, "out": nothing, "err": nothing}, ""),
		}, netcore.RunExited, ""},
		{[][]byte{encode("denied", fields{"reason": escape}, "")}, netcore.RunDenied, ""},
		{[][]byte{
			encode("started", fields{"charset": "klingon"}, ""),
			encode("out", fields{"s": 1}, "abc"),
			encode("exit", fields{"state": "exited", "out": nothing, "err": nothing}, ""),
		}, netcore.RunFailed, netcore.RunDamaged},
		{[][]byte{encode("out", fields{"s": 1}, "before the start")}, netcore.RunFailed, netcore.RunProtocol},
		{[][]byte{encode("started", nil, ""), encode("exit", fields{"state": escape, "out": nothing, "err": nothing}, "")}, netcore.RunFailed, netcore.RunProtocol},
	} {
		run, err := v.StartRun(t.Context(), person.ID, netcore.RunRequest{Argv: []string{"true"}})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := h.mux.AcceptStream()
		if err != nil {
			t.Fatal(err)
		}
		s := newStream(t, raw)
		s.wantAnswer("what is asked for", `"run"`)
		s.send(tc.says...)
		end, err := v.WaitRun(t.Context(), run.Key)
		if err != nil || end.State != tc.state || end.Reason != tc.reason || end.Encoding != "auto" {
			t.Errorf("%q: %+v, %v", tc.says, end, err)
		}
		if unsafeOnScreen(end.Signal + string(end.Decision) + string(end.Reason) + string(end.State)) {
			t.Errorf("shown: %+v", end)
		}
	}
}
