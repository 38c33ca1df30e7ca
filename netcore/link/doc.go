// Package link connects this device with others: mutual TLS 1.3 links that are
// pinned to device IDs, streams over them in both directions, keep-alive,
// reconnecting, and limits against hostile strangers.
//
// # On the wire
//
// A link is one TCP connection under TLS 1.3. Both sides present their device
// certificate and agree on the ALPN name "lanyard/1". Then, if there is no
// network password, the dialer sends one frame (see package wire) of kind
// "hello", and the acceptor answers with its own:
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
// # The network password
//
// A device with a network password says nothing of itself, on a control link
// and on a bulk link, before the other side has proved that it has the same
// password. Four frames without a body go before the hellos; the dialer proves
// first, and the acceptor only to who has proved:
//
//	dialer    {"kind":"auth","nonce":"…"}
//	acceptor  {"kind":"auth","nonce":"…"}
//	dialer    {"kind":"proof","mac":"…"}
//	acceptor  {"kind":"proof","mac":"…"}
//
//	nonce  64 hex digits: 32 random bytes, another one for each connection
//	mac    64 hex digits: the 32 bytes of HMAC-SHA-256, keyed by what was
//	       derived from the password
//
// The MAC is over seven fields, each with its length in front as 8 bytes in
// network order (see [identity.NetworkKey.Proof]):
//
//	"lanyard network password proof 1"
//	role, 1 byte: 1 the dialer, 2 the acceptor
//	TLS exporter of the connection, 32 bytes: label
//	    "EXPORTER-lanyard-password", no context
//	nonce of the dialer
//	nonce of the acceptor
//	device ID of the dialer, 32 bytes
//	device ID of the acceptor, 32 bytes
//
// An error frame with the code "password" answers a wrong proof, a first frame
// "hello" where there is a password, and a first frame "auth" where there is
// none. The code "busy" answers a proof that is not looked at, since too many
// from the same address, or in all, were wrong in the last minute.
//
// # Strangers and trusted devices
//
// Device keys cost nothing, so what strangers hold is bounded in all and by
// remote address, with no address holding more than it leaves free (see
// [Limits]); trusted devices have places of their own for all of it. Who dials
// is known after TLS alone: until then, the addresses of trusted devices have
// places and rates of their own. Of each step there is a deadline: TLS, proofs
// and hellos share one, then a stream's first frame has one, and what follows is
// its handler's. A link ends when a probe goes unanswered, and when a peer cuts
// its data into crumbs, which would cost many times their size to hold.
//
// # Bulk links
//
// The kind "dial-bulk" belongs to this package: {"token":"32 hex digits"} asks
// the side that dialed the control link to dial a bulk link to the same
// address and to present the token there. The answer is "dialed", or an error.
package link
