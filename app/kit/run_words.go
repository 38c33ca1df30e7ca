package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/netcore"
)

// Words says where a run stands, or how it ended, in a few words: each end has
// its own. [RunReasonWords] says more.
func Words(run netcore.Run) string {
	switch run.State {
	case netcore.RunAsking:
		if run.Until.IsZero() {
			return lang.L("Starting")
		}
		return lang.L("Waiting for consent")
	case netcore.RunRunning:
		return lang.L("Running")
	case netcore.RunExited:
		if run.Exit == 0 {
			return lang.L("Finished")
		}
		return lang.L("Exit code {{.Code}}", map[string]any{"Code": run.Exit})
	case netcore.RunSignalled:
		return lang.L("Ended by signal {{.Signal}}", map[string]any{"Signal": Cut(run.Signal, signalMost)})
	case netcore.RunTimeout:
		return lang.L("Timed out")
	case netcore.RunLost:
		return lang.L("Connection lost")
	case netcore.RunNotFound:
		return lang.L("No such program")
	case netcore.RunFailed:
		return failedWords(run.Reason)
	case netcore.RunDenied:
		return deniedWords(run.Reason)
	}
	return killedWords(run)
}

// signalMost is how many characters of the name of a signal are shown.
const signalMost = 16

func deniedWords(reason netcore.RunReason) string {
	switch reason {
	case netcore.RunNotPermitted:
		return lang.L("Not permitted")
	case netcore.RunExpired:
		return lang.L("Denied: no answer in time")
	case netcore.RunRevoked:
		return lang.L("Denied: permission revoked")
	case netcore.RunBusy:
		return lang.L("Denied: too many at once")
	case netcore.RunWithdrawn:
		return lang.L("Withdrawn")
	case netcore.RunSaidNo, "":
		return lang.L("Denied")
	}
	return lang.L("Not accepted")
}

func failedWords(reason netcore.RunReason) string {
	switch reason {
	case netcore.RunFolder:
		return lang.L("No such folder")
	case netcore.RunDamaged:
		return lang.L("Output damaged")
	case netcore.RunNoAnswer:
		return lang.L("No answer")
	case netcore.RunUpdate:
		return lang.L("Update needed")
	}
	return lang.L("Failed")
}

// killedWords tells by whom a run was stopped.
func killedWords(run netcore.Run) string {
	here := run.State == netcore.RunKilledHere
	switch run.Reason {
	case netcore.RunRevoked:
		return lang.L("Stopped: permission revoked")
	case netcore.RunOutputLimit:
		return lang.L("Stopped: too much output")
	case netcore.RunClosing:
		if here {
			return lang.L("Stopped: Lanyard was closed")
		}
		return lang.L("Stopped: Lanyard was closed there")
	case netcore.RunWithdrawn:
		if here {
			return lang.L("Withdrawn")
		}
		return lang.L("Withdrawn by the other side")
	}
	if here {
		return lang.L("Stopped by you")
	}
	return lang.L("Stopped by the other side")
}

// RunReasonWords says in a sentence why a run ended as it did; empty where
// [Words] say all.
func RunReasonWords(run netcore.Run) string {
	if words := requestWords(run); words != "" {
		return words
	}
	switch run.Reason {
	case netcore.RunRevoked:
		if run.Here {
			return lang.L("You took back the permission or the consent that it ran by.")
		}
		return lang.L("The permission or the consent that it ran by was taken back.")
	case netcore.RunOutputLimit:
		return lang.L("It printed more than is allowed on the PC where it ran.")
	case netcore.RunFolder:
		return lang.L("The folder is not there, or may not be entered.")
	case netcore.RunNotAllowed:
		return lang.L("The system does not let this program be run.")
	case netcore.RunNoStart:
		return lang.L("The system could not start it.")
	case netcore.RunSink:
		return lang.L("The output could not be taken on the PC that asked.")
	case netcore.RunProtocol:
		return lang.L("The other program did not answer as it should.")
	case netcore.RunDamaged:
		return lang.L("What arrived is not what was sent.")
	case netcore.RunNoAnswer:
		return lang.L("The other PC is there, but does not answer.")
	case netcore.RunUpdate:
		return lang.L("The other side must update Lanyard.")
	}
	return ""
}

// requestWords are those of reasons for which a run never began.
func requestWords(run netcore.Run) string {
	switch run.Reason {
	case netcore.RunNotPermitted:
		if run.Here {
			return lang.L("You do not permit them to run this.")
		}
		return lang.L("They do not permit you to run this. They can change it in their Settings, under Permissions.")
	case netcore.RunExpired:
		return lang.L("Nobody answered the question on the screen.")
	case netcore.RunBusy:
		return lang.L("Too much runs or waits there already. Try again later.")
	case netcore.RunBadRequest:
		return lang.L("This cannot be run there.")
	case netcore.RunTooLong:
		return lang.L("It is too long to be read and allowed by a person.")
	case netcore.RunDuplicate:
		return lang.L("It was sent twice; only the first counts.")
	case netcore.RunNoButton:
		return lang.L("This button is not there any more.")
	case netcore.RunBadArgument:
		return lang.L("A value was not accepted.")
	}
	return ""
}

// RunDecisionWords says what let a run begin; empty while nothing did.
func RunDecisionWords(run netcore.Run) string {
	switch run.Decision {
	case netcore.DecidedButton:
		return lang.L("One of the buttons of that PC")
	case netcore.DecidedAlways:
		return lang.L("Always permitted")
	case netcore.DecidedOnce:
		return lang.L("Allowed once")
	case netcore.DecidedQuarter:
		return lang.L("Allowed for 15 minutes")
	case netcore.DecidedForever:
		return lang.L("This command allowed always")
	case netcore.DecidedRemembered:
		return lang.L("Allowed earlier")
	}
	return ""
}

// RunColor is the colour in which [Words] stand.
func RunColor(run netcore.Run) fyne.ThemeColorName {
	switch {
	case run.State == netcore.RunExited && run.Exit == 0:
		return theme.ColorNameSuccess
	case run.State == netcore.RunRunning:
		return theme.ColorNamePrimary
	case !run.State.Ended(), run.State == netcore.RunKilledHere:
		return ColorMuted
	}
	return theme.ColorNameError
}
