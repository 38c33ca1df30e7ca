package netcore

import (
	"maps"

	"lanyard/netcore/control"
)

// The words that only the door of a Node says; those that all of its faces say
// are in package control.
const (
	wordNoPerson       control.Word = "no-person"
	wordBadAddress     control.Word = "bad-address"
	wordNobodySeen     control.Word = "nobody-seen"
	wordSelf           control.Word = "self"
	wordBusy           control.Word = "busy"
	wordNotLanyard     control.Word = "not-lanyard"
	wordWrongDevice    control.Word = "wrong-device"
	wordVersion        control.Word = "version"
	wordTheyMustUpdate control.Word = "they-must-update"
	wordWeMustUpdate   control.Word = "we-must-update"
)

// DoorWords returns the English sentences of the words that are not among
// [control.English]. A Failure of one of them carries its sentence as its Text.
func DoorWords() map[control.Word]string {
	all := trustWords()
	maps.Copy(all, clockWords())
	maps.Copy(all, reachWords())
	maps.Copy(all, commandWords())
	maps.Copy(all, runWords())
	return all
}

// reachWords returns the sentences about who cannot be reached.
func reachWords() map[control.Word]string {
	return map[control.Word]string{
		wordNoPerson:       "no name, device ID or address was given",
		wordBadAddress:     "{1} is not an address of the form host:port, with a port from 1 to 65535",
		wordNobodySeen:     "nobody called {1} is known, and none was seen; nothing was queued",
		wordSelf:           "{1} is this PC's own Lanyard; there is nobody else to reach",
		wordBusy:           "{1} has too many connections now; nothing was queued; try again later",
		wordNotLanyard:     "what answers at {1} is not Lanyard",
		wordWrongDevice:    "what answers at {1} is another device",
		wordVersion:        "the Lanyard at {1} and this one do not understand each other; update both",
		wordTheyMustUpdate: "the Lanyard at {1} is too old for this one; it must be updated",
		wordWeMustUpdate:   "this Lanyard is too old for the one at {1}; it must be updated",
	}
}

// fail returns a Failure of one of the words of the door.
func fail(exit int, word control.Word, args ...string) error {
	return &control.Failure{Exit: exit, Word: word, Args: args, Text: control.Fill(DoorWords()[word], args)}
}
