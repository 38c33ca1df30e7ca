// Package command runs what other people ask for on this PC, as far as its user
// allows, and asks other PCs to run something for this one.
//
// Who may run what is decided on the PC that would run it, by the device that
// asks: nothing (everybody, to begin with), this user's own buttons, any command
// that this user consents to, or any command. "Any command" is the whole account
// of this user: no list of forbidden programs would change that, so there is
// none. A command is an argument vector, never a line for a shell; who asks for
// a shell names it, and the card shows it.
//
// # A run, frame by frame
//
// All frames are those of package wire. Names in quotes are kinds; fields that a
// side does not know it ignores. The asker opens a stream for each run, on the
// control link:
//
//	→ "run"        {"id","argv":[…],"dir","stdin","terminal":{"cols","rows"},"wall_ms"}, or
//	               {"id","button","args":{name:value…},"wall_ms"}
//	← "asked"      {"wait_ms"} the owner's user is asked, and has so long to answer
//	← "denied"     {"reason"} it never runs; the last frame
//	← "started"    {"by","charset"} it runs, by this decision; what programs there print in, if it is known
//	← "out"        {"s":1 stdout|2 stderr} + 1 to 65536 bytes, many
//	→ "stdin"      + 1 to 65536 bytes, many, if "stdin" or "terminal" was asked for
//	→ "stdin-end"
//	→ "resize"     {"cols","rows"} of the terminal
//	↔ "more"       {"n"} so much more of "out", or of "stdin", may be sent
//	← "moved"      the rest of "out" comes by the wide stream, see below
//	→ "stop"       kill the whole tree; also before "started"
//	← "exit"       {"state","reason","exit","signal","out":{"bytes","sha256"},"err":{…},"ms"}; the last frame
//
// id is 32 lower-case hex digits, fresh for each run; one that came before is
// denied. An argument vector has at most 1024 arguments and 32 KiB, each
// without a NUL, and may be left out with a terminal: the shell of the owner's
// user; dir is absolute on the owner's PC, empty for the home of its user. The
// state of "exit" is "exited", "signalled", "timeout", "failed", "not-found",
// "killed" (by the owner's side) or "stopped" (by the asker). "failed" and
// "not-found" may come without "started". out and err say how many bytes of
// each pipe were sent, and their SHA-256: if the asker counted something else,
// the run is "damaged".
//
// A frame that has no place there ends the run, on either side, as a breach of
// the protocol.
//
// Credit: of "out" 1 MiB and of "stdin" 256 KiB may be under way, each frame
// counted as 128 bytes more than its body has. Who receives gives back with "more" what
// it has used, so that a program is slowed down to what the asker takes, memory
// is bounded on both sides, and "stop" and "exit" never wait behind data. An
// asker may take as long as it likes; one that does not even read what it gave
// credit for is lost after 20 s.
//
// Much output gets a stream of its own, on a link of its own where there can be
// one: it holds up nothing else then, and most commands, which put out little,
// begin without the time that such a link takes. After 1 MiB of output the asker
// opens it:
//
//	→ "output"     {"id"} of the run
//	← "out"        as above, once the owner has said "moved" on the other stream
//
// It ends after the last "out", whenever "exit" comes. An owner that does not
// know of it, or whose run is over, resets it; then the output stays where it
// was. Credit is the same on both.
//
// The end of the stream without "stop", or of the link, is the loss of the
// asker: the run is ended. There is no run that nobody watches.
//
// # Which buttons are there
//
//	→ "buttons"
//	← "button"     {"name","params":[{"name","kind",…}…]}, one for each
//	← "end", or "denied" {"reason"}
//
// What a button runs is not told. A value becomes one whole argument, is checked
// on the owner's side, and cannot begin like an option unless the owner wants
// that, see Param.
//
// # Consent
//
// A consent is asked for if the level is LevelAsk. It shows the whole command
// (see Line), and a command that is too long to be read is denied. Silence of
// 60 s denies. The user may allow it once, for a quarter of an hour, or for good:
// the latter two hold for exactly the same argument vector in exactly the same
// folder, and never with standard input. A terminal is for LevelAlways alone.
//
// The permission is looked at when the run is asked for and again before the
// start, and from then on Recheck and Forget find it and stop it: there is no
// moment in which a permission that was taken back still lets something begin.
//
// # Words
//
// Each side has its own word for how a run ended:
//
//	on the owner's side       on the asker's side
//	exited, signalled         the same
//	timeout                   timeout
//	killed-here               killed-there: by the owner's user, or by a limit or a revocation of theirs
//	killed-there              killed-here: by the asker
//	denied                    denied
//	not-found, failed         the same
//	lost                      lost, if the link was; or any end that could not be told any more
//
// A program that ends by itself before it is killed has exited, whoever wanted
// to kill it.
//
// # Limits
//
//	16 runs of a device, 64 in all       with those that wait for a consent
//	4 consents of a device, 16 in all    and one in 5 s after the first ten
//	100 requests a second after 500      of devices that may run anything
//	2 requests a second after 30         of others
//	1024 IDs of a device                 are remembered, so that none runs twice
//	Limits.Output, Limits.Wall           if this user wants some
package command
