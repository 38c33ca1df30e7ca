package netcore

import (
	"lanyard/netcore/charset"
	"lanyard/netcore/command"
	"lanyard/netcore/control"
)

// encodingUnknown is the Encoding of a run whose other side does not say.
const encodingUnknown = charset.Auto

// The words of commands about commands.
const (
	wordBadRun         control.Word = "bad-run"
	wordOnePerson      control.Word = "one-person"
	wordRunRefused     control.Word = "run-refused"
	wordNoRun          control.Word = "no-run"
	wordRunSignal      control.Word = "run:signal"
	wordRunOver        control.Word = "run-over"
	wordBadButton      control.Word = "bad-button"
	wordNoButton       control.Word = "no-button"
	wordNoConsent      control.Word = "no-consent"
	wordOnceOnly       control.Word = "once-only"
	wordNoRemembered   control.Word = "no-remembered"
	wordManyRemembered control.Word = "many-remembered"
)

// RunStateWord returns the word for the state of a run.
func RunStateWord(state RunState) control.Word { return control.Word("run:" + string(state)) }

// RunReasonWord returns the word for why a run ended as it did.
func RunReasonWord(reason RunReason) control.Word {
	return control.Word("run-reason:" + string(reason))
}

// commandWords returns the sentences about commands.
func commandWords() map[control.Word]string {
	return map[control.Word]string{
		wordBadRun:         "this cannot be run: {1}",
		wordOnePerson:      "input and a terminal are for one person only",
		wordRunRefused:     "{1} has no buttons for you: they have not allowed you to run anything",
		wordNoRun:          "there is no run {1}; `lanyard-cli runs` lists them",
		wordRunOver:        "run {1} has ended already",
		wordRunSignal:      "the command was ended by {1}",
		wordBadButton:      "this cannot be a button: {1}",
		wordNoButton:       "there is no button {1}",
		wordNoConsent:      "nobody waits for consent {1} any more; `lanyard-cli consent list` lists who does",
		wordOnceOnly:       "this can be allowed once only: what they would send to its input is not known beforehand",
		wordNoRemembered:   "no remembered consent begins with {1}; `lanyard-cli consent remembered` lists them",
		wordManyRemembered: "more than one remembered consent begins with {1}",
	}
}

// runWords returns the sentences about what became of a run.
func runWords() map[control.Word]string {
	all := map[control.Word]string{}
	for state, text := range map[RunState]string{
		command.StateAsking:      "waiting for consent",
		command.StateRunning:     "running",
		command.StateExited:      "ended",
		command.StateSignalled:   "ended by a signal",
		command.StateTimeout:     "its time limit was over",
		command.StateKilledHere:  "stopped here",
		command.StateKilledThere: "stopped on the other PC",
		command.StateDenied:      "refused",
		command.StateLost:        "the link was lost, or the other PC cannot be reached",
		command.StateFailed:      "failed",
		command.StateNotFound:    "there is no such program on the other PC",
	} {
		all[RunStateWord(state)] = text
	}
	for reason, text := range map[RunReason]string{
		command.ReasonNotPermitted: "you are not allowed to run this there; they can allow it on their PC (`lanyard-cli allow`)",
		command.ReasonDenied:       "they said no",
		command.ReasonExpired:      "nobody answered there in time",
		command.ReasonBusy:         "too much is asked for or runs there now; try again later",
		command.ReasonBadRequest:   "the other PC cannot run this",
		command.ReasonTooLong:      "the command is longer than a person can read and consent to",
		command.ReasonDuplicate:    "this was asked for before",
		command.ReasonNoButton:     "there is no such button there",
		command.ReasonBadArgument:  "a value of the button is missing, unknown or not within its rule",
		command.ReasonRevoked:      "the permission was taken back",
		command.ReasonOutput:       "it put out more than is taken",
		command.ReasonClosing:      "Lanyard ended",
		command.ReasonWithdrawn:    "stopped before it was decided",
		command.ReasonFolder:       "the folder is not there, or may not be entered",
		command.ReasonNotAllowed:   "the system there does not let this program be run",
		command.ReasonStart:        "it could not be started",
		command.ReasonSink:         "its output could not be taken",
		command.ReasonProtocol:     "the other side broke the protocol",
		command.ReasonDamaged:      "what arrived is not what was sent",
		command.ReasonNoAnswer:     "the Lanyard there does not answer",
		command.ReasonUpdate:       "the Lanyard there is too old for commands",
	} {
		all[RunReasonWord(reason)] = text
	}
	return all
}

// execCode is the exit code of exec for a run that has ended.
func execCode(r Run) int {
	switch r.State {
	case command.StateExited:
		if r.Exit < 0 || r.Exit > control.ExitOdd {
			return control.ExitOdd // the system would cut it, maybe to 0
		}
		return r.Exit
	case command.StateSignalled:
		if r.Exit <= control.ExitSignal || r.Exit >= control.ExitOdd {
			return control.ExitOdd
		}
		return r.Exit
	case command.StateTimeout:
		return control.ExitTimeout
	case command.StateNotFound:
		return control.ExitNotFound
	case command.StateLost:
		return control.ExitLost
	}
	return reasonCode(r)
}

// reasonCode is execCode of the states that have reasons of several kinds.
func reasonCode(r Run) int {
	switch r.Reason {
	case command.ReasonNoButton:
		return control.ExitNotFound
	case command.ReasonNoAnswer:
		return control.ExitLost
	case command.ReasonClosing:
		if r.State == command.StateKilledThere {
			return control.ExitLost // as if the link were gone, only said in time
		}
		return control.ExitOwn
	case command.ReasonNotAllowed:
		return control.ExitDenied
	case command.ReasonBadRequest, command.ReasonBadArgument, command.ReasonDuplicate, command.ReasonSink, command.ReasonOutput:
		return control.ExitOwn
	}
	switch r.State {
	case command.StateDenied, command.StateKilledThere:
		return control.ExitDenied
	case command.StateKilledHere:
		return control.ExitStopped
	}
	return control.ExitOwn
}

// execOutcome is the result of exec for a run that has ended.
func execOutcome(r Run) error {
	code := execCode(r)
	if code == control.ExitDone {
		return nil
	}
	switch {
	case r.Reason != "":
		return fail(code, RunReasonWord(r.Reason))
	case r.State == command.StateSignalled && r.Signal != "":
		return fail(code, wordRunSignal, r.Signal)
	}
	return fail(code, RunStateWord(r.State))
}
