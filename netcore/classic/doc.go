// Package classic speaks the small protocols of socket-programming courses, each
// as server and as client: plain bytes over TCP, UDP and Unix-domain sockets,
// with no identity (but for hmac-echo) and no encryption. Nothing of it runs
// unless somebody starts it, and nothing of it knows a Lanyard device.
//
// A face starts a [Session] with [Serve] or [Dial], hears of what happens through
// Options.Events, sees every read and write through Options.Wire, and says
// something with [Session.Send] or [Session.SendFile].
//
// # On the wire
//
// One file a protocol; each says at its top what goes over the wire. Where a
// protocol has no framing, one read is one message, as in the courses; the size
// of reads is Options.RecvSize, and [Session.SetRecvSize] changes it while a
// session runs.
//
// # Taking turns
//
// Peers written from a course have one blocking recv for each message, so that
// two messages sent at once arrive as one. Clients therefore send the next
// message when the answer to the last is there: complete where the protocol says
// how long it is, else once nothing has come for Options.QuietTime after its
// first byte.
//
// # What guards this PC
//
// Servers listen on loopback unless told otherwise; those that run commands need
// Options.AllowCommands, and Options.AllowRemote for any other address. They
// refuse peers that talk like a browser, and those of another user where the
// system tells (Unix-domain sockets; TCP and UDP over loopback on Linux). Commands run
// on package run, with limits for time and output, and die with their session.
// UDP servers answer each source at a limited rate, never to broadcast or
// multicast, and never what looks like an answer of their own kind.
//
// Texts in events are as others wrote them: who shows them makes them harmless.
package classic
