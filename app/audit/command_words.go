package audit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// commandWords are those of a run: "here exited by=once exit=0 took=12ms
// stdout=5:… stderr=0:… ls -l". What is put out first comes from the engine;
// the command line is last, whatever it looks like.
func commandWords(text string) string {
	form := regexp.MustCompile(`^(here|there) ([a-z-]+) (.*)$`)
	parts := form.FindStringSubmatch(text)
	if parts == nil {
		return ""
	}
	run := netcore.Run{Here: parts[1] == "here", State: netcore.RunState(parts[2])}
	rest := parts[3]
	if word, after, _ := strings.Cut(rest, " "); run.State.Ended() && slices.Contains(runReasons(), netcore.RunReason(word)) {
		run.Reason, rest = netcore.RunReason(word), after
	}
	if by, after, found := strings.Cut(rest, " "); found && strings.HasPrefix(by, "by=") {
		run.Decision, rest = netcore.RunDecision(by[3:]), after
	}
	took := ""
	end := regexp.MustCompile(`^exit=(-?\d+)(?: signal=(\S+))? took=(\S+) stdout=\d+:[0-9a-f]* stderr=\d+:[0-9a-f]* `)
	if facts := end.FindStringSubmatch(rest); run.State.Ended() && facts != nil {
		run.Exit, _ = strconv.Atoi(facts[1]) // digits; too many are another code
		run.Signal, took = facts[2], facts[3]
		rest = rest[len(facts[0]):]
	}
	where := lang.L("elsewhere")
	if run.Here {
		where = lang.L("on this PC")
	}
	words := []string{where, kit.Words(run), kit.RunDecisionWords(run), took, rest}
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), between)
}

// runReasons are the reasons that may stand behind an end.
func runReasons() []netcore.RunReason {
	return []netcore.RunReason{
		netcore.RunNotPermitted, netcore.RunSaidNo, netcore.RunExpired, netcore.RunBusy, netcore.RunBadRequest,
		netcore.RunTooLong, netcore.RunDuplicate, netcore.RunNoButton, netcore.RunBadArgument, netcore.RunRevoked,
		netcore.RunOutputLimit, netcore.RunClosing, netcore.RunWithdrawn, netcore.RunFolder, netcore.RunNotAllowed,
		netcore.RunNoStart, netcore.RunSink, netcore.RunProtocol, netcore.RunDamaged, netcore.RunNoAnswer, netcore.RunUpdate,
	}
}

// consentWords are those of an answer of this user: "once ls -l".
func consentWords(text string) string {
	answer, line, _ := strings.Cut(text, " ")
	said := ""
	switch netcore.ConsentAnswer(answer) {
	case netcore.AllowOnce:
		said = lang.L("Allowed once")
	case netcore.AllowQuarter:
		said = lang.L("Allowed for 15 minutes")
	case netcore.AllowForever:
		said = lang.L("This command allowed always")
	case netcore.Deny:
		said = lang.L("Denied")
	case "forgotten":
		said = lang.L("Forgotten")
	default:
		return ""
	}
	return said + between + line
}

// buttonWords are those of a change of this user's buttons: "set NAME: ls -l".
func buttonWords(text string) string {
	did, what, _ := strings.Cut(text, " ")
	switch did {
	case "set":
		return lang.L("Set") + between + what
	case "removed":
		return lang.L("Removed") + between + what
	}
	return ""
}
