package netcore

import (
	"errors"

	"lanyard/netcore/control"
)

// The words about clocks.
const (
	wordClockStranger control.Word = "clock-stranger"
	wordClockRefused  control.Word = "clock-refused"
	wordClockLost     control.Word = "clock-lost"
	wordClockBusy     control.Word = "clock-busy"
	wordClockAbsurd   control.Word = "clock-absurd"
	wordClockFailed   control.Word = "clock-failed"
	wordClockNobody   control.Word = "clock-nobody"
	wordTimeFormat    control.Word = "time-format"
	wordTimeServer    control.Word = "time-server"
)

// clockWords returns the sentences about clocks.
func clockWords() map[control.Word]string {
	return map[control.Word]string{
		wordClockStranger: "{1} is not verified, so their clock is not asked; `lanyard-cli verify` does that",
		wordClockRefused:  "{1} does not tell this PC the time: there you must be verified, with clock=on",
		wordClockLost:     "{1} cannot be reached now",
		wordClockBusy:     "{1} was asked for the time too often; try again later",
		wordClockAbsurd:   "{1} gave an answer about the time that cannot be",
		wordClockFailed:   "{1} could not tell the time; the Lanyard there may be too old",
		wordClockNobody:   "nobody who is verified is there",
		wordTimeFormat:    "this format is too long for a time, or is not UTF-8",
		wordTimeServer:    "the time server {1} gave no usable answer",
	}
}

// clockFailure says in a Failure why somebody's clock could not be looked at.
func clockFailure(name string, err error) error {
	for _, reason := range []struct {
		is   error
		exit int
		word control.Word
	}{
		{ErrClockRefused, control.ExitRefused, wordClockRefused},
		{ErrUnreachable, control.ExitUnreachable, wordClockLost},
		{ErrClockLost, control.ExitUnreachable, wordClockLost},
		{ErrClockBusy, control.ExitFailed, wordClockBusy},
		{ErrClockAbsurd, control.ExitFailed, wordClockAbsurd},
		{ErrClockFailed, control.ExitFailed, wordClockFailed},
		{ErrTimeFormat, control.ExitUsage, wordTimeFormat},
	} {
		if errors.Is(err, reason.is) {
			return fail(reason.exit, reason.word, name)
		}
	}
	return err
}

// What NoClock says.
const (
	noClockStranger    = "stranger"
	noClockRefused     = "refused"
	noClockUnreachable = "unreachable"
	noClockFailed      = "failed"
)

// noClockLine is the line about somebody whose clock could not be looked at.
func noClockLine(person Person, err error) control.NoClock {
	failure := control.AsFailure(err)
	line := control.NoClock{
		Event: control.EventNoClock, Person: person.Name, Reason: noClockFailed,
		Word: failure.Word, Args: failure.Args, Error: failure.Error(),
	}
	if !person.Device.IsZero() {
		line.ID = person.Device.String()
	}
	switch {
	case failure.Word == wordClockStranger:
		line.Reason = noClockStranger
	case failure.Exit == control.ExitRefused:
		line.Reason = noClockRefused
	case failure.Exit == control.ExitUnreachable:
		line.Reason = noClockUnreachable
	}
	return line
}
