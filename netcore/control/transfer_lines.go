package control

// Names of events about transfers, beside those of lines.go.
const (
	EventTransfer      = "transfer"
	EventPlan          = "plan"
	EventPending       = "pending" // every file is in place and verified, MD5s are still to come
	EventSkipped       = "skipped"
	EventPaused        = "paused"
	EventResumed       = "resumed"
	EventAway          = "away" // send: the link is down; the transfer waits for it
	EventBack          = "back" // send: it is up again
	EventCleared       = "cleared"
	EventLimited       = "limited"
	EventPreflight     = "preflight"
	EventPreflightFile = "preflight-file"
	EventOfferFile     = "offer-file"
	EventExportedMD5   = "md5"
)

// Transfer is a line of transfers, and the first of transfer.
type Transfer struct {
	Event     string   `json:"event"`
	Transfer  int64    `json:"transfer"`
	Group     string   `json:"group"` // a netcore.TransferGroup
	Direction string   `json:"direction"`
	Person    string   `json:"person"`
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	State     string   `json:"state"`
	Reason    string   `json:"reason,omitempty"`
	Count     int      `json:"count"` // files
	Bytes     int64    `json:"bytes"`
	Done      int      `json:"done"`
	Failed    int      `json:"failed"`
	Skipped   int      `json:"skipped"`
	Pending   int      `json:"pending,omitempty"`   // of done: their MD5 is still to come
	Restarted int      `json:"restarted,omitempty"` // files that began anew because their source changed
	DoneBytes int64    `json:"done_bytes"`
	Speed     int64    `json:"speed"`
	LeftMS    int64    `json:"left_ms"`
	Away      bool     `json:"away,omitempty"`     // it waits for the other side, which cannot be reached
	Limits    string   `json:"limits,omitempty"`   // a netcore.TransferLimit
	Limit     int64    `json:"limit,omitempty"`    // bytes a second, as set here for this one; 0: none
	Accepted  bool     `json:"accepted,omitempty"` // the receiver said yes
	Here      bool     `json:"paused_here,omitempty"`
	There     bool     `json:"paused_there,omitempty"`
	Wish      string   `json:"wish,omitempty"`  // until the receiver decided: what the sender wishes for files that are there already
	Retry     bool     `json:"retry,omitempty"` // the failed files of an earlier one
	MD5       string   `json:"md5,omitempty"`
	Created   string   `json:"created"`
	Ended     string   `json:"ended,omitempty"`
	Paths     []string `json:"paths,omitempty"` // absolute, on this PC
	Under     []Under  `json:"under_way,omitempty"`
	*Decision          // once the receiver decided
}

// Under is a file of a transfer of which a part is there: one of more than 1
// MiB, of which a few are told of.
type Under struct {
	Path      string `json:"path"` // as offered
	Size      int64  `json:"size"`
	DoneBytes int64  `json:"done_bytes"`
	Speed     int64  `json:"speed"`
	LeftMS    int64  `json:"left_ms"`
}

// Decision is what a receiver decided about an offer, in numbers.
type Decision struct {
	Left       int64 `json:"left"` // bytes that were to come
	Identical  int   `json:"identical"`
	Kept       int   `json:"kept"`
	Beside     int   `json:"beside"`
	Replaced   int   `json:"replaced"`
	Unselected int   `json:"unselected"`
	Renamed    int   `json:"renamed"`
}

// Plan is the line that says what was decided, before the first byte.
type Plan struct {
	TransferNote
	Decision
}

// TransferNote says that something became of a transfer: paused and resumed
// (with By), away, back and pending (with Pending).
type TransferNote struct {
	Event     string `json:"event"`
	Transfer  int64  `json:"transfer"`
	Direction string `json:"direction"`
	Person    string `json:"person"`
	ID        string `json:"id"`
	Name      string `json:"name"`
	By        string `json:"by,omitempty"`      // paused: here or there
	Pending   int    `json:"pending,omitempty"` // files
}

// Who holds a transfer.
const (
	ByHere  = "here"
	ByThere = "there"
)

// FileSkipped is one file that was left out on purpose.
type FileSkipped struct {
	Event     string `json:"event"`
	FileName  string `json:"file_name"`
	Reason    string `json:"reason"` // a netcore.Reason
	Transfer  int64  `json:"transfer"`
	Direction string `json:"direction"`
	Person    string `json:"person"`
	ID        string `json:"id"`
}

// Cleared is the line of transfers-clear.
type Cleared struct {
	Event string `json:"event"`
	Count int    `json:"count"` // transfers
}

// Limited is the line of limit.
type Limited struct {
	Event    string `json:"event"`
	Transfer int64  `json:"transfer"`
	Limit    int64  `json:"limit"` // bytes a second; 0: none
}

// Preflight is the first line of preflight: what accepting would mean.
type Preflight struct {
	Event     string `json:"event"`
	Transfer  int64  `json:"transfer"`
	From      string `json:"from"`
	ID        string `json:"id"`
	Name      string `json:"name"`
	SaveDir   string `json:"save_dir"` // absolute
	Count     int    `json:"count"`    // files
	Folders   int    `json:"folders"`
	Links     int    `json:"links"`
	Bytes     int64  `json:"bytes"`
	Needed    int64  `json:"needed"`  // on the disk
	Free      int64  `json:"free"`    // on that disk; -1: unknown
	Reserve   int64  `json:"reserve"` // of it that is left alone
	Fits      bool   `json:"fits"`
	Renamed   int    `json:"renamed"`   // files with names that this system cannot hold as they are
	Identical int    `json:"identical"` // there already, by size and time
	Doubtful  int    `json:"doubtful"`  // there with the same size and another time
	Different int    `json:"different"` // another of the name is there
	Unsent    int    `json:"unsent"`    // files that cannot be sent
	Wish      string `json:"wish,omitempty"`
}

// PreflightFile is one of the files of which preflight has something to say.
type PreflightFile struct {
	Event   string `json:"event"`
	Index   int    `json:"index"`
	Path    string `json:"path"`
	Becomes string `json:"becomes,omitempty"` // below the save folder
	Size    int64  `json:"size"`
	Kind    string `json:"kind"`             // a netcore.PreflightKind
	Reason  string `json:"reason,omitempty"` // a netcore.Reason, of what cannot be sent
}

// OfferFile is one file or folder of an offer, of preflight with its list.
type OfferFile struct {
	Event  string `json:"event"`
	Index  int    `json:"index"`
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	Folder bool   `json:"is_folder,omitempty"`
	Link   string `json:"link,omitempty"`
	Reason string `json:"reason,omitempty"` // why it will not come
}

// ExportedMD5 is the line of md5 to a file.
type ExportedMD5 struct {
	Event    string `json:"event"`
	Transfer int64  `json:"transfer"`
	Path     string `json:"path"`
}
