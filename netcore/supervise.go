package netcore

import supervise "lanyard/netcore/run"

// Supervise must be called first in main, before anything else is done: a
// command that somebody runs here is watched over by this same program, started
// once more, and then Supervise does not return. In any other start it does
// nothing. Tests whose nodes run commands call it first in TestMain.
func Supervise() { supervise.Supervise() }
