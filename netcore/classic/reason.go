package classic

import (
	"errors"
	"fmt"
)

// Reason says why something was refused or failed. Its value is a key: faces
// have a sentence for each.
type Reason string

// The reasons.
const (
	// Of the options of a session.
	BadProtocol     Reason = "bad-protocol"     // there is no such protocol
	BadAddress      Reason = "bad-address"      // the address is none
	BadOption       Reason = "bad-option"       // an option is out of range
	NeedCommands    Reason = "need-commands"    // Options.AllowCommands is missing
	NeedRemote      Reason = "need-remote"      // Options.AllowRemote is missing
	NeedSecret      Reason = "need-secret"      // #nosec G101 -- a key of a sentence: there is no secret
	NetworkPassword Reason = "network-password" // #nosec G101 -- a key of a sentence: the secret is a network password
	NeedFolder      Reason = "need-folder"      // there is no folder to save to
	Unsupported     Reason = "unsupported"      // this system cannot do it

	// Of sockets.
	InUse       Reason = "in-use"      // another program has the address
	NoListen    Reason = "no-listen"   // listening failed otherwise
	Unreachable Reason = "unreachable" // nobody is at the address
	NoAnswer    Reason = "no-answer"   // nothing came back in time
	PeerClosed  Reason = "peer-closed" // the other side ended in the middle
	Lost        Reason = "lost"        // the connection broke
	TooLong     Reason = "too-long"    // a message does not fit into a datagram
	Busy        Reason = "busy"        // too many clients at once
	Ended       Reason = "ended"       // the session is over
	NobodyThere Reason = "nobody"      // no client has written yet, or it is gone

	// Of what the other side sent.
	LooksLikeHTTP Reason = "http"         // a browser talks
	LooksLikeTLS  Reason = "tls"          // an encrypted connection was begun
	OtherUser     Reason = "other-user"   // another user of this PC
	UnknownUser   Reason = "unknown-user" // the system knows no owner of the connection any more
	LooksLikeOwn  Reason = "own-kind"     // it is an answer, not a question
	Broadcast     Reason = "broadcast"    // it was sent to many
	TooOften      Reason = "too-often"    // a source sends too much
	NotText       Reason = "not-text"     // it cannot be read in its encoding
	BadLength     Reason = "bad-length"   // a length is no number, negative or over its cap
	BadHeader     Reason = "bad-header"   // the header of a file is none
	BadName       Reason = "bad-name"     // the name of a file is none
	WrongSize     Reason = "wrong-size"   // fewer or more bytes than announced
	WrongMD5      Reason = "wrong-md5"    // the bytes are not those announced
	WrongProof    Reason = "wrong-proof"  // the answer to the challenge is wrong
	BrokenRules   Reason = "protocol"     // the peer breaks the protocol otherwise
	Denied        Reason = "denied"       // the other side closed after our proof

	// Of this PC.
	NoRead    Reason = "no-read"    // a file cannot be read
	NoSave    Reason = "no-save"    // a file cannot be written
	Changed   Reason = "changed"    // a file changed while it was sent
	NoStart   Reason = "no-start"   // a command cannot be started
	TimeLimit Reason = "time-limit" // a command ran too long
	SizeLimit Reason = "size-limit" // a command wrote too much
	NotInGBK  Reason = "not-in-gbk" // a text cannot be written in the encoding
	Other     Reason = "other"      // see the detail
)

// refusal reports whether this end did not want to, rather than could not.
func (r Reason) refusal() bool {
	switch r {
	case Busy, LooksLikeHTTP, LooksLikeTLS, OtherUser, UnknownUser, LooksLikeOwn, Broadcast, TooOften, NotText,
		BadLength, BadHeader, BadName, WrongSize, WrongMD5, WrongProof, BrokenRules:
		return true
	}
	return false
}

// Problem is an error with a Reason.
type Problem struct {
	Reason Reason
	Detail string // what it is about, in English; may quote the other side
	Err    error
}

// Error returns all of it, in English.
func (p *Problem) Error() string {
	text := string(p.Reason)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	if p.Err != nil {
		text += ": " + p.Err.Error()
	}
	return text
}

// Unwrap returns what the system said.
func (p *Problem) Unwrap() error { return p.Err }

// ReasonOf returns the Reason of an error, Other if it has none, empty for nil.
func ReasonOf(err error) Reason {
	var problem *Problem
	switch {
	case err == nil:
		return ""
	case errors.As(err, &problem):
		return problem.Reason
	}
	return Other
}

// DetailOf returns what an error is about, without its Reason.
func DetailOf(err error) string {
	var problem *Problem
	if !errors.As(err, &problem) {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	switch {
	case problem.Err == nil:
		return problem.Detail
	case problem.Detail == "":
		return problem.Err.Error()
	}
	return problem.Detail + ": " + problem.Err.Error()
}

// problem returns a Problem with a detail.
func problem(reason Reason, format string, args ...any) *Problem {
	return &Problem{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// Reasons returns all reasons, for faces to have a sentence for each.
func Reasons() []Reason {
	return []Reason{
		BadProtocol, BadAddress, BadOption, NeedCommands, NeedRemote, NeedSecret, NetworkPassword, NeedFolder, Unsupported,
		InUse, NoListen, Unreachable, NoAnswer, PeerClosed, Lost, TooLong, Busy, Ended, NobodyThere,
		LooksLikeHTTP, LooksLikeTLS, OtherUser, UnknownUser, LooksLikeOwn, Broadcast, TooOften, NotText,
		BadLength, BadHeader, BadName, WrongSize, WrongMD5, WrongProof, BrokenRules, Denied,
		NoRead, NoSave, Changed, NoStart, TimeLimit, SizeLimit, NotInGBK, Other,
	}
}
