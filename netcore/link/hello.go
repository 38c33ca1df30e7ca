package link

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"lanyard/netcore/wire"
)

// Protocol versions of this program.
const (
	version = 1 // spoken
	oldest  = 1 // still understood
)

// Kinds of frames of this package.
const (
	kindHello    = "hello"
	kindDialBulk = "dial-bulk"
	kindDialed   = "dialed"
)

// Purposes of a link.
const (
	purposeControl = "control"
	purposeBulk    = "bulk"
)

const (
	maxName     = 64 // runes
	maxInstance = 16 // hex digits
	tokenBytes  = 16
	maxPort     = 65535
)

// hello is the first frame on a link, in both directions; see the package
// documentation.
type hello struct {
	Version  int    `json:"version"`
	Oldest   int    `json:"oldest"`
	Name     string `json:"name"`
	Instance string `json:"instance"`
	Port     int    `json:"port"`
	Purpose  string `json:"purpose"`
	Token    string `json:"token,omitempty"`
}

// hello returns this side's hello.
func (m *Manager) hello(purpose, token string) hello {
	return hello{
		Version: version, Oldest: oldest,
		Name:     cutRunes(m.config.Name(), maxName),
		Instance: m.config.Instance,
		Port:     m.Port(),
		Purpose:  purpose,
		Token:    token,
	}
}

// readHello reads the other side's hello. The versions are compared first:
// nothing else needs to make sense between versions.
func readHello(frames *wire.Conn) (hello, error) {
	frame, err := frames.Expect(wire.MaxHello, kindHello, kindAuth)
	if err != nil {
		return hello{}, helloError(err)
	}
	if frame.Kind == kindAuth {
		return hello{}, fmt.Errorf("it has a network password, here is none: %w", ErrPassword)
	}
	var theirs hello
	if err := frame.Decode(&theirs); err != nil {
		return hello{}, err
	}
	if frame.BodySize != 0 {
		return hello{}, fmt.Errorf("hello with a body: %w", wire.ErrMalformed)
	}
	if err := theirs.compatible(); err != nil {
		return theirs, err
	}
	return theirs, theirs.check()
}

// helloError says in the terms of this package why no hello came. What is no
// frame at all is left as it is.
func helloError(err error) error {
	switch {
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge):
		return err
	case errors.Is(err, &wire.RemoteError{Code: wire.CodeVersion}):
		return fmt.Errorf("%w: %w", ErrVersion, err)
	case errors.Is(err, &wire.RemoteError{Code: wire.CodeBusy}):
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case errors.Is(err, &wire.RemoteError{Code: codePassword}):
		return fmt.Errorf("%w: %w", ErrPassword, err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no hello came: %w: %w", ErrUnreachable, err)
	}
	return fmt.Errorf("no hello came: %w: %w", ErrRefused, err)
}

// compatible returns which side must update, if the versions do not meet.
func (h hello) compatible() error {
	switch {
	case h.Version < oldest:
		return fmt.Errorf("it speaks %d, needed is %d: %w", h.Version, oldest, ErrTheyMustUpdate)
	case h.Oldest > version:
		return fmt.Errorf("it needs %d, spoken is %d: %w", h.Oldest, version, ErrWeMustUpdate)
	}
	return nil
}

// check refuses field values that no program of ours sends.
func (h *hello) check() error {
	h.Name = cutRunes(h.Name, maxName)
	_, hexErr := hex.DecodeString(h.Instance)
	if hexErr != nil || len(h.Instance) != maxInstance {
		return fmt.Errorf("instance %.40q: %w", h.Instance, wire.ErrMalformed)
	}
	if h.Port < 0 || h.Port > maxPort {
		return fmt.Errorf("port %d: %w", h.Port, wire.ErrMalformed)
	}
	if h.Purpose != purposeControl && h.Purpose != purposeBulk {
		return fmt.Errorf("purpose %.40q: %w", h.Purpose, wire.ErrMalformed)
	}
	if len(h.Token) > hex.EncodedLen(tokenBytes) {
		return fmt.Errorf("token of %d bytes: %w", len(h.Token), wire.ErrMalformed)
	}
	return nil
}

// answer sends the acceptor's side of a hello: its own, or why not.
func answer(frames *wire.Conn, mine hello, refusal error) error {
	switch {
	case refusal == nil:
		return frames.Write(kindHello, mine, nil)
	case errors.Is(refusal, ErrVersion):
		return errors.Join(frames.Write(kindHello, mine, nil),
			frames.WriteError(wire.CodeVersion, refusal.Error()))
	}
	return frames.WriteError(refusalCode(refusal), refusal.Error())
}

// refusalCode returns the code of the error frame that refuses a link.
func refusalCode(refusal error) string {
	switch {
	case errors.Is(refusal, ErrPassword):
		return codePassword
	case errors.Is(refusal, ErrBusy):
		return wire.CodeBusy
	case errors.Is(refusal, wire.ErrMalformed), errors.Is(refusal, wire.ErrTooLarge):
		return wire.CodeMalformed
	}
	return wire.CodeRefused
}

// newToken returns a secret of one use.
func newToken() string {
	var raw [tokenBytes]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand
	return hex.EncodeToString(raw[:])
}

// cutRunes returns at most limit runes of s.
func cutRunes(s string, limit int) string {
	count := 0
	for i := range s {
		if count == limit {
			return s[:i]
		}
		count++
	}
	return s
}
