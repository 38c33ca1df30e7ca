// Package run runs commands: with their streams told apart, with limits, and
// so that nothing of them is left when a run ends.
//
// A command is an argument vector. No shell is between; who wants one names it.
// Programs are found in the absolute folders of the PATH that the command gets,
// never in the current one. It sees the environment of its Spec, for which
// Environment picks what every program may see, its three streams, and nothing
// else that this process has open.
//
// # How a run ends
//
// A run ends with its first process, or by its time limit, by Stop, by the end
// of its context, when its Output fails, or with the Runner. Whatever it is, all
// that the command has started is ended too: also what it leaves behind when it
// ends by itself, such as a program put into the background.
//
//	Linux    All processes are asked to end (TERM, then CONT), and what is left
//	         after Config.Grace is killed, again and again until none is left.
//	         Nothing gets away by leaving its session, its process group or its
//	         parents. The same happens when this process is killed outright.
//	macOS    The same for what is below the command, in its session or in its
//	         process group. What leaves the session and outlives its parents
//	         gets away: the system has nothing to hold it by.
//	Windows  All processes are killed at once, for there is no TERM. Nothing
//	         gets away: they are in a job object from their first instruction
//	         on, which dies with this process.
//
// What other programs do at a command's request is theirs: a service that is
// asked to start something (systemd-run, at, a scheduled task, a server of
// containers) does so outside. A process of another user, which sudo starts,
// cannot be killed by this one; a run waits ten seconds for such, and is over
// then. A command that wants to harm its user can, for it is that user: it may
// kill its supervisor. Then the command and its process group die, the run is
// StateFailed, and what had left that group is on its own.
//
// # Supervisors
//
// On Unix a command runs below a supervisor: this same program once more, which
// Supervise recognises first thing in main, in a session of its own. On Linux
// the supervisor is a subreaper, so that orphans become its children. It learns
// of the end of its owner by a socket, not by PR_SET_PDEATHSIG, which tells the
// end of a thread; the command itself has that signal, for a supervisor that is
// killed. One child after the other is signalled and reaped by one goroutine,
// so that no signal can reach a process that was given an ID again.
//
// A supervisor whose command is gone to the last process takes the next one, so
// that a start costs about a millisecond more than that of any program, not
// the time that this whole program needs to start. One without work stays for
// a minute; Prepare has one ready for the first command.
//
// # Output
//
// Pieces are handed on as they come, also half lines and half characters. Each
// stream is in order. Two pipes keep no order between them: on Linux the pieces
// come in the order in which their pipes got something to read, so that what a
// command writes to one while the other has been read to its end is in order;
// elsewhere in the order in which they were read. A terminal is one stream, in
// order. No more than one piece of 64 KiB and what a pipe holds (256 KiB on Linux)
// waits between a command and its Output; a command that writes faster waits.
//
// # Terminals
//
// On Unix the terminal is the controlling one of the command, in UTF-8; closing
// Stdin types the end-of-file character if lines are read. On Windows it is a
// pseudo console (Windows 10, 1809); there, as always with that, what the
// program wrote comes as the console draws it, and the end of Stdin types
// Ctrl-Z.
//
// # Batch files
//
// Windows runs .bat and .cmd files through its shell, which takes arguments
// apart by rules of its own. Arguments with a quote, a percent sign or a line
// end are refused for those; all others arrive, in quotes.
package run
