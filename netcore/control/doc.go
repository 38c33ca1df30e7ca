// Package control is the local door: how a second program of the same user
// talks to the copy that has a profile open.
//
// # Who may open it
//
// One copy at a time holds a profile, by [Lock]. It opens the door with
// [Listen]; everybody else of the same user comes in through [Dial].
//
// On Unix the door is the socket PROFILE/run/control.sock of mode 0600 in a
// folder of mode 0700 that belongs to this user. A path too long for a socket,
// or a file system that cannot hold one, moves it to a folder of the same kind
// under $XDG_RUNTIME_DIR or the folder for temporary files, named by a hash of
// the profile's path. A folder that is a symbolic link or somebody else's is
// refused, and both sides ask the kernel who is at the other end: only the
// same user is. There is no abstract name, which has no owner. On Windows it is a named
// pipe of which only this user has rights, first instance, no remote clients;
// the client checks that the pipe's owner is itself.
//
// What this copy itself runs for others is that user too, and is kept out by
// its descent; see [Jailed]. It is told so, before a byte of it is read.
//
// Nothing listens on a network, not even on this PC's own address, so that no
// page in a browser can come here; and what begins like HTTP is a length over
// the cap, at which the connection ends without an answer.
//
// # What is said
//
// Frames of package wire. A connection carries one command:
//
//	client  {"kind":"request","command":"say"}, body: the arguments as JSON
//	server  {"kind":"begun"}, at once
//	server  {"kind":"event"}, body: lines of output, each a JSON object and a
//	        line end; any number
//	server  {"kind":"data","run":7,"pipe":1}, body: 1 to 262144 bytes of output as
//	        they are, in order with the lines; run is left out where there is one
//	        only, pipe is 1 for standard output and 2 for standard error; any number
//	server  {"kind":"more","n":65536}: so many more bytes of input may be sent
//	client  {"kind":"input"}, body: 1 to 65536 bytes of input as they are; any
//	        number, at first 262144 bytes in all, then as "more" allows
//	client  {"kind":"input-end"}: there is no more input
//	client  {"kind":"resize","cols":80,"rows":24}: the size of its terminal, each
//	        from 1 to 1000
//	client  {"kind":"cancel"}, or it goes away: the command's context ends
//	server  {"kind":"exit","code":4,"word":"unreachable","args":["bob"],"error":"…"}
//
// "data", "input" and "resize" are for commands that have raw bytes (exec); what a
// command does not take is held, within those bounds, and dropped with it. A
// reader that is slow slows the command down, whichever of the two it is. A
// frame that has no place there ends the connection.
//
// A client that is refused because it is one of our own commands gets an exit
// frame in the place of begun. The file args.go and those that end in _args.go name
// every argument, lines.go and those that end in _lines.go every line.
package control
