package wire

import "fmt"

// Codes of error frames. A code is for programs; the message beside it is for
// the log of the other side, never for its screen.
const (
	// CodeUnknownKind answers a kind that this version does not know.
	CodeUnknownKind = "unknown-kind"
	// CodeVersion answers a hello of a version that this one cannot talk to.
	CodeVersion = "version"
	// CodeMalformed answers a frame that breaks the protocol.
	CodeMalformed = "malformed"
	// CodeRefused answers what the person or their settings do not allow.
	CodeRefused = "refused"
	// CodeUnverified answers what only verified people may do here.
	CodeUnverified = "unverified"
	// CodeBusy answers what goes over a limit and may be tried again later.
	CodeBusy = "busy"
	// CodeFailed answers what was allowed and did not work.
	CodeFailed = "failed"
)

// RemoteError is an error that the other side named in an error frame.
type RemoteError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error quotes what the other side wrote, cut and escaped: it is their text.
func (e *RemoteError) Error() string {
	return fmt.Sprintf("the other side answered %.40q: %.200q", e.Code, e.Message)
}

// Is reports whether target is a RemoteError of the same code, so that
// errors.Is(err, &RemoteError{Code: CodeRefused}) asks for the code alone.
func (e *RemoteError) Is(target error) bool {
	other, ok := target.(*RemoteError)
	return ok && other.Code == e.Code && other.Message == ""
}

// WriteError sends an error frame.
func (c *Conn) WriteError(code, message string) error {
	return c.Write(KindError, RemoteError{Code: code, Message: message}, nil)
}
