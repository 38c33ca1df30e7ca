// Package link connects this device with others: mutual TLS 1.3 links that are
// pinned to device IDs, streams over them in both directions, keep-alive,
// reconnecting, and limits against hostile strangers.
//
// # On the wire
//
// A link is one TCP connection under TLS 1.3. Both sides present their device
// certificate and agree on the ALPN name "lanyard/1". Then the dialer sends one
// frame (see package wire) of kind "hello", and the acceptor answers with its
// own:
//
//	{"kind":"hello","version":1,"oldest":1,"name":"…","instance":"…","port":9527,"purpose":"control"}
//
//	version   newest protocol version that the sender speaks
//	oldest    oldest one that it still speaks
//	name      what its user is called; text of others, to be neutralised
//	instance  16 hex digits, random for each start of the program
//	port      TCP port that it listens on; 0: none
//	purpose   "control" or "bulk"; the answer repeats it
//	token     only with "bulk", only when asked for by "dial-bulk": its token
//
// An acceptor that refuses sends an error frame and closes. If no version is
// common to both, it sends its hello first, so that the dialer can tell which
// of the two must be updated.
//
// After the hello a control link carries yamux (github.com/libp2p/go-yamux v5,
// wire-compatible with hashicorp/yamux). Every stream begins with one frame
// whose kind chooses the handler. A bulk link carries exactly one such stream,
// without any framing below it; its opener sends the first frame.
//
// The kind "dial-bulk" belongs to this package: {"token":"32 hex digits"} asks
// the side that dialed the control link to dial a bulk link to the same
// address and to present the token there. The answer is "dialed", or an error.
package link
