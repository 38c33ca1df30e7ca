package classic

import (
	"crypto/md5" // #nosec G501 -- what the protocol names
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/classic"
)

func TestATimeServerAnswersInChinese(t *testing.T) {
	s := newStage(t)
	server := s.begin(classic.UDPTime, classic.RoleServe, "127.0.0.1:0")
	client := s.begin(classic.UDPTime, classic.RoleDial, server.address())
	s.page.detail.say.SetText("%Y年%m月%d日")
	s.page.detail.send()
	s.reads(client, time.Now().Format("2006年01月02日"))
	s.reads(server, "%Y年%m月%d日 →")
}

func TestAFileArrivesWithItsMD5(t *testing.T) {
	s := newStage(t)
	data := []byte(strings.Repeat("邻传 and some bytes\n", 20_000))
	source := filepath.Join(t.TempDir(), "报告.txt")
	if err := os.WriteFile(source, data, 0o600); err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum(data) // #nosec G401 -- what the protocol names
	server := s.begin(classic.File, classic.RoleServe, "127.0.0.1:0")
	client := s.begin(classic.File, classic.RoleDial, server.address())
	if !s.page.Dropped([]string{source}) {
		t.Fatal("the file was not taken")
	}
	for _, one := range []*live{server, client} {
		s.reads(one, hex.EncodeToString(sum[:]))
	}
	got, err := os.ReadFile(filepath.Join(s.page.host.SaveDir(), "报告.txt"))
	if err != nil || string(got) != string(data) {
		t.Errorf("%d bytes arrived, %v", len(got), err)
	}
}

func TestADemonstrationShowsItsLesson(t *testing.T) {
	for key, want := range map[string]string{
		classic.DemoGlued:  "helloworld",
		classic.DemoSplit:  "he|lloworld",
		classic.DemoLength: "\x05\x00\x00\x00|hello|\x05\x00\x00\x00|world",
	} {
		s := newStage(t)
		d := newDemoPane(s.page)
		for at, one := range d.demos {
			if one.Key == key {
				d.pick.SetSelectedIndex(at)
			}
		}
		d.start()
		pieces := func() string {
			var all []string
			for _, r := range d.list.records {
				if r.Direction == classic.Read && r.Size > 0 {
					all = append(all, string(r.Bytes))
				}
			}
			return strings.Join(all, "|")
		}
		s.queue.Until(t, key+" shows "+want, func() bool { return pieces() == want })
		if d.lesson.Text() == "" || d.lesson.Text() == key {
			t.Errorf("%s has no lesson", key)
		}
	}
}

func TestAContactHasAnAddress(t *testing.T) {
	s := newStage(t)
	one := s.begin(classic.UDPChat, classic.RoleServe, "127.0.0.1:0")
	other := s.begin(classic.UDPChat, classic.RoleServe, "127.0.0.1:0")
	s.begin(classic.UDPChat, classic.RoleDial, one.address())
	d := s.page.detail
	d.live.addContact(contact{"小明", other.address()})
	d.fillContacts("小明")
	d.say.SetText("只给你")
	d.send()
	s.reads(other, "只给你")
	d.whom.SetSelectedIndex(0)
	d.say.SetText("to the dialed one")
	d.send()
	s.reads(one, "to the dialed one")
	if strings.Contains(said(one), "只给你") {
		t.Error("what was for a contact went to the dialed address")
	}
}
