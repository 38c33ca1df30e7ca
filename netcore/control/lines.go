package control

// Every line of output is one of these. The fields of a line stand in this
// order and are always all there, except those marked omitempty. Times are
// RFC 3339 in UTC with milliseconds; sizes are bytes.

// Self is the line of id.
type Self struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// Person is a line of people.
type Person struct {
	Name     string `json:"name"`
	ID       string `json:"id"`
	Online   bool   `json:"online"`
	Address  string `json:"address,omitempty"` // host:port, where they are or were last
	Unread   int    `json:"unread"`
	LastSeen string `json:"last_seen,omitempty"`
	Trust    string `json:"trust,omitempty"`     // a netcore.Trust
	Notice   string `json:"notice,omitempty"`    // a netcore.Notice
	NoticeOf string `json:"notice_of,omitempty"` // the device of whom it is about
	*Rights         // of verified people only
}

// LogItem is a line of log: a text, the files of one offer, a command, or a look
// at a clock.
type LogItem struct {
	Direction string `json:"direction"` // "in" or "out"
	Person    string `json:"person"`
	ID        string `json:"id"`   // the person's device
	Kind      string `json:"kind"` // a netcore.ItemKind
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
	Sent      string `json:"sent"`  // by the author's clock, which may say anything
	Added     string `json:"added"` // by this PC's clock
	Seq       int64  `json:"seq"`
	Text      string `json:"text,omitempty"`
	*LogFiles        // of files only
	*LogRun          // of commands only
	*LogClock        // of looks at clocks only
}

// LogFiles is what the log says of files.
type LogFiles struct {
	Transfer int64    `json:"transfer"`
	Name     string   `json:"name"`
	Count    int      `json:"count"`
	Bytes    int64    `json:"bytes"`
	Done     int      `json:"done"`
	MD5      string   `json:"md5,omitempty"`
	Paths    []string `json:"paths,omitempty"`
}

// Names of events.
const (
	EventReady     = "ready"
	EventMessage   = "message"
	EventOffer     = "offer"
	EventProgress  = "progress"
	EventReceived  = "received"
	EventSent      = "sent"
	EventFailed    = "failed"
	EventDelivered = "delivered"
	EventQueued    = "queued"
	EventOffered   = "offered"
	EventEnded     = "ended"
	EventError     = "error"
)

// Ready is the first line of serve.
type Ready struct {
	Event   string `json:"event"`
	ID      string `json:"id"`
	Address string `json:"address"` // host:port
}

// Message is a text that arrived.
type Message struct {
	Event   string `json:"event"`
	From    string `json:"from"`
	ID      string `json:"id"` // the sender's device
	Text    string `json:"text"`
	Sent    string `json:"sent"`    // by the sender's clock
	Added   string `json:"added"`   // by this PC's clock
	Message string `json:"message"` // the sender's name for it, 32 hex digits
	Seq     int64  `json:"seq"`
}

// Offer is files that somebody wants to send.
type Offer struct {
	Event    string `json:"event"`
	Transfer int64  `json:"transfer"` // for accept and decline
	From     string `json:"from"`
	ID       string `json:"id"`
	Name     string `json:"name"`
	Count    int    `json:"count"`
	Bytes    int64  `json:"bytes"`
	Accepted bool   `json:"accepted"`        // by --accept all
	Retry    bool   `json:"retry,omitempty"` // the failed files of an earlier one
	Wish     string `json:"wish,omitempty"`  // what the sender wishes for files that are there already: a netcore.Clash
}

// Shipment is an offer of ours: "offered" when it stands on the other side's
// screen, "queued" when it waits until they can be reached.
type Shipment struct {
	Event    string `json:"event"`
	Transfer int64  `json:"transfer"`
	To       string `json:"to"`
	ID       string `json:"id"`
	Name     string `json:"name"`
	Count    int    `json:"count"`
	Bytes    int64  `json:"bytes"`
}

// Progress says how far a transfer is; at most two a second and transfer.
type Progress struct {
	Event     string `json:"event"`
	Transfer  int64  `json:"transfer"`
	Direction string `json:"direction"`
	Person    string `json:"person"`
	Name      string `json:"name"`
	State     string `json:"state"`
	Done      int    `json:"done"` // files
	Count     int    `json:"count"`
	DoneBytes int64  `json:"done_bytes"`
	Bytes     int64  `json:"bytes"`
	Speed     int64  `json:"speed"`             // bytes a second; 0: not moving
	LeftMS    int64  `json:"left_ms"`           // estimated; 0: unknown
	Limits    string `json:"limits,omitempty"`  // what keeps it from being faster: a netcore.TransferLimit
	Pending   int    `json:"pending,omitempty"` // of done: verified by the hashes of their chunks, MD5 is still to come
	Failed    int    `json:"failed,omitempty"`
	Skipped   int    `json:"skipped,omitempty"`
}

// File is one file that was verified: received here, or sent from here.
type File struct {
	Event    string `json:"event"` // "received" or "sent"
	FileName string `json:"file_name"`
	FileSize int64  `json:"file_size"`
	MD5      string `json:"md5,omitempty"`         // none of a symbolic link, and of what is pending
	Late     bool   `json:"md5_pending,omitempty"` // verified by the hashes of its chunks, MD5 is still to come
	Path     string `json:"path"`                  // absolute, on this PC
	Transfer int64  `json:"transfer"`
	Person   string `json:"person"`
	ID       string `json:"id"`
}

// FileFailed is one file that did not arrive, in either direction.
type FileFailed struct {
	Event     string `json:"event"`
	FileName  string `json:"file_name"`
	Reason    string `json:"reason"` // a netcore.Reason
	Transfer  int64  `json:"transfer"`
	Direction string `json:"direction"`
	Person    string `json:"person"`
	ID        string `json:"id"`
}

// TextState says how far an outgoing text got: "delivered" when it is
// committed on their PC, "queued" when it waits until they can be reached.
type TextState struct {
	Event   string `json:"event"`
	To      string `json:"to"`
	ID      string `json:"id"`
	Message string `json:"message"`
	Seq     int64  `json:"seq"`
}

// Ended says that nothing more will happen to a transfer.
type Ended struct {
	Event     string `json:"event"`
	Transfer  int64  `json:"transfer"`
	Direction string `json:"direction"`
	Person    string `json:"person"`
	Name      string `json:"name"`
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
	Done      int    `json:"done"`
	Failed    int    `json:"failed"`
	Count     int    `json:"count"`
	Bytes     int64  `json:"bytes"`
	MD5       string `json:"md5,omitempty"`
	Skipped   int    `json:"skipped,omitempty"`   // left out on purpose
	Restarted int    `json:"restarted,omitempty"` // files that began anew because their source changed
}

// Problem is something that went wrong and does not end the command.
type Problem struct {
	Event string   `json:"event"` // "error"
	Word  Word     `json:"word"`
	Args  []string `json:"args,omitempty"`
	Error string   `json:"error"` // in English
}

// NewProblem returns the line about err.
func NewProblem(err error) Problem {
	failure := AsFailure(err)
	return Problem{Event: EventError, Word: failure.Word, Args: failure.Args, Error: failure.Error()}
}
