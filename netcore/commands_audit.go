package netcore

import (
	"fmt"
	"strings"

	"lanyard/netcore/command"
	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// onAudit is told by the service that a run began, ended, or was refused. It
// may come from several goroutines.
func (c *commands) onAudit(info command.Info) {
	row := store.Run{
		Device: info.Device, Here: info.Here, Line: lineOf(info), Request: requestOf(info), RunState: runStateOf(info),
	}
	c.noteRun(info.Device, runFacts(row))
}

// facts are what the audit log says of a run.
type facts struct {
	what    AuditWhat
	detail  string
	outcome AuditOutcome
}

// runFacts says what a run is and where it stands: the facts first, since a
// long command line is cut.
func runFacts(row store.Run) facts {
	words := []string{map[bool]string{true: "here", false: "there"}[row.Here], row.State}
	add := func(format string, values ...any) { words = append(words, fmt.Sprintf(format, values...)) }
	if row.Reason != "" {
		add("%s", row.Reason)
	}
	if row.Decision != "" {
		add("by=%s", row.Decision)
	}
	ended := command.State(row.State).Ended()
	if ended && !row.Began.IsZero() {
		add("exit=%d", row.Exit)
		if row.Signal != "" {
			add("signal=%s", row.Signal)
		}
		add("took=%s", since(row.Began, row.Ended).Round(1e6))
		add("stdout=%d:%s stderr=%d:%s", row.OutBytes, row.OutSHA256, row.ErrBytes, row.ErrSHA256)
	}
	if row.Request.Stdin {
		add("stdin")
	}
	if row.Request.Button != "" && row.Here {
		add("button=%q", row.Request.Button)
	}
	if row.Request.Dir != "" {
		add("folder=%s", command.Line([]string{row.Request.Dir}))
	}
	add("%s", row.Line)
	return facts{AuditCommand, strings.Join(words, " "), runOutcome(row)}
}

// runOutcome says in the words of the log where a run stands.
func runOutcome(row store.Run) AuditOutcome {
	switch command.State(row.State) {
	case command.StateAsking, command.StateRunning:
		return OutcomeAllowed
	case command.StateDenied:
		return OutcomeRefused
	case command.StateFailed, command.StateNotFound, command.StateLost:
		return OutcomeFailed
	}
	return OutcomeDone
}

// noteRun writes into the audit log.
func (c *commands) noteRun(device DeviceID, f facts) {
	entry := logged{device: device, what: f.what, detail: f.detail, outcome: f.outcome}
	if row, err := c.node.roster.ByDevice(patiently(), device); err == nil {
		entry.person, entry.name = PersonID(row.ID), roster.Shown(row)
	}
	c.node.note(patiently(), entry)
}
