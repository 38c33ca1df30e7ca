package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

func (p *program) runsCommand() *cobra.Command {
	var last int
	command := &cobra.Command{
		Use: "runs", Short: p.words.say("short-runs"), Args: p.exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			if last < 1 {
				return p.badUsage("bad-value", "--last", strconv.Itoa(last), "1, 2, 3 …")
			}
			return p.offline(command.Context(), control.CommandRuns, control.RunsArgs{Last: last}, p.reporter(runsView{p}))
		},
	}
	command.Flags().IntVar(&last, "last", 20, p.words.say("flag-last-runs"))
	return command
}

func (p *program) stopCommand() *cobra.Command {
	return &cobra.Command{
		Use: "stop RUN", Short: p.words.say("short-stop"), Args: p.exactly("RUN"),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := p.number("RUN", args[0])
			if err != nil {
				return err
			}
			return p.attached(command.Context(), control.CommandStop, control.StopArgs{Run: key}, nil)
		},
	}
}

// runsView shows runs, one a line.
type runsView struct{ program *program }

func (runsView) begin(*session) {}
func (runsView) finish()        {}

func (v runsView) show(l line) error {
	words := v.program.words
	who := "runs-out"
	if l.Direction == "in" {
		who = "runs-in"
	}
	parts := []string{fmt.Sprintf("#%d", l.Run), v.program.localTime(l.Asked), words.say(who, name(l.Person)), runText(words, l)}
	return outputError(fmt.Fprintln(v.program.out, strings.Join(parts, "  ")))
}

// runText is a command and what became of it: "ls -l  [ended, exit 0, 1.2s]".
func runText(words lexicon, l line) string {
	state := []string{runStateText(words, l)}
	switch l.State {
	case "exited":
		state = append(state, words.say("run-exit", strconv.Itoa(l.Exit)))
	case "signalled":
		state = append(state, safename.Display(l.Signal, maxName))
	}
	if took := tookBetween(l.Began, l.Ended); took != "" {
		state = append(state, took)
	}
	return safename.Display(l.Line, maxText) + "  [" + strings.Join(state, words.say("comma")) + "]"
}

// tookBetween is how long something took between two times of lines; nothing if
// one of them is not there.
func tookBetween(began, ended string) string {
	from, err := time.Parse(time.RFC3339, began)
	if err != nil {
		return ""
	}
	to, err := time.Parse(time.RFC3339, ended)
	if err != nil || to.Before(from) {
		return ""
	}
	return tookText(to.Sub(from).Milliseconds())
}

// happenedText says what happens about commands on this PC.
func happenedText(p *program, l line) string {
	words, run := p.words, fmt.Sprint(l.Run)
	switch l.Event {
	case control.EventConsent:
		return consentText(p, l)
	case control.EventConsentOver:
		return words.say("consent-over", fmt.Sprint(l.Number))
	case control.EventStarted:
		return words.say("run-here", run, name(l.Person), safename.Display(l.Line, maxText))
	}
	ended := runStateText(words, l)
	if l.State == "exited" {
		ended += words.say("comma") + words.say("run-exit", fmt.Sprint(l.Exit))
	}
	return words.say("run-over", run, name(l.Person), ended)
}

// localClock shows the hour of a time of a line by this PC's clock.
func (p *program) localClock(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "?"
	}
	return at.In(p.zone).Format("15:04:05")
}
