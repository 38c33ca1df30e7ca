package audit

import (
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

func TestDetailsAreSaidInWords(t *testing.T) {
	kittest.NewStage(t, fyne.NewSize(100, 100))
	for _, c := range []struct {
		what         netcore.AuditWhat
		detail, want string
	}{
		{netcore.AuditPermissions, "files=auto:104857600 commands=ask clock=off", "Files: Auto up to 100 MiB · Commands: Ask each time · Clock: off"},
		{netcore.AuditPermissions, "files=ask commands=off clock=on", "Files: Ask first · Commands: Never · Clock: on"},
		{netcore.AuditPermissions, netcore.Permissions{Files: netcore.FilesAuto, Commands: netcore.CommandsOff}.String(), "Files: Auto up to 1 GiB · Commands: Never · Clock: off"},
		{netcore.AuditReach, "stranger-texts=off invisible=on", "Texts of people not verified: off · Invisible: on"},
		{netcore.AuditReach, "something=new", "something=new"},
		{netcore.AuditFiles, "accepted: a (b).txt (1 files, 12000 bytes)", "Accepted · a (b).txt · 1 file · 12.0 KB"},
		{netcore.AuditFiles, "accepted by itself: x (2 files, 1 bytes)", "Accepted by itself · x · 2 files · 1 B"},
		{netcore.AuditFiles, "failed, disk-full: plans (12 files, 500 bytes)", "Failed · plans · 12 files · 500 B · The receiving disk is full."},
		{netcore.AuditFiles, "accepted a part, mixed: x (2 files, 1 bytes)", "Accepted in part · x · 2 files · 1 B · Chosen file by file"},
		{netcore.AuditFiles, "accepted, replace: x (2 files, 1 bytes)", "Accepted · x · 2 files · 1 B · Replace"},
		{netcore.AuditFiles, "paused: x (2 files, 1 bytes)", "Paused · x · 2 files · 1 B"},
		{netcore.AuditFiles, "sent again as asked: x (2 files, 1 bytes)", "Failed files sent again, as the other side asked · x · 2 files · 1 B"},
		{netcore.AuditFiles, "plans", "plans"},
		{netcore.AuditFiles, "accepted: x (99999999999999999999 files, 1 bytes)", "accepted: x (99999999999999999999 files, 1 bytes)"},
		{netcore.AuditVerify, "code", "by six digits"},
		{netcore.AuditVerify, "code: differ", "by six digits · the digits differed here"},
		{netcore.AuditVerify, "other: thing", "other: thing"},
		{netcore.AuditString, "made", "Made"},
		{netcore.AuditString, "string: dead", "by a pairing string · no valid string"},
		{netcore.AuditPassword, "taken away", "Turned off"},
		{netcore.AuditIdentity, "rotated", "New key"},
		{netcore.AuditCommand, "here asking ls -l", "on this PC · Starting · ls -l"},
		{netcore.AuditCommand, "here denied expired stdin ls", "on this PC · Denied: no answer in time · stdin ls"},
		{
			netcore.AuditCommand, "there exited by=once exit=3 took=12ms stdout=5:0af1 stderr=0:be folder=/tmp ls -l",
			"elsewhere · Exit code 3 · Allowed once · 12ms · folder=/tmp ls -l",
		},
		{netcore.AuditCommand, "here denied not-permitted exit=0 took=1s", "on this PC · Not permitted · exit=0 took=1s"},
		{netcore.AuditCommand, "nonsense", "nonsense"},
		{netcore.AuditConsent, "forever rm -r x", "This command allowed always · rm -r x"},
		{netcore.AuditConsent, "forgotten rm", "Forgotten · rm"},
		{netcore.AuditConsent, "else rm", "else rm"},
		{netcore.AuditButton, "set Backup: tar -c x", "Set · Backup: tar -c x"},
		{netcore.AuditButton, "removed Backup", "Removed · Backup"},
		{netcore.AuditMerge, "Zoe (ABCDEFG)", "Zoe (ABCDEFG)"},
	} {
		if got := detailWords(netcore.AuditEntry{What: c.what, Detail: c.detail}); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.what, c.detail, got, c.want)
		}
	}
}

func TestDetailsAreSaidInChinese(t *testing.T) {
	kittest.NewStage(t, fyne.NewSize(100, 100))
	if err := kit.UseLanguage(kit.LanguageChinese); err != nil {
		t.Fatal(err)
	}
	got := detailWords(netcore.AuditEntry{What: netcore.AuditPermissions, Detail: "files=ask commands=off clock=on"})
	if want := "文件：先询问 · 命令：不允许 · 时钟：开"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
