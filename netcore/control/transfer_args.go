package control

// Commands about transfers.
const (
	CommandTransfers      = "transfers"
	CommandTransfersClear = "transfers-clear"
	CommandTransfer       = "transfer" // one, with its files
	CommandPause          = "pause"
	CommandResume         = "resume"
	CommandCancel         = "cancel"
	CommandRetry          = "retry"
	CommandLimit          = "limit"
	CommandPreflight      = "preflight"
	// CommandMD5 sends the list as "data" frames, or writes it to a file.
	CommandMD5 = "md5"
)

// Clash values of arguments, each a netcore.Clash.
const (
	ClashKeep    = "keep"
	ClashReplace = "replace"
	ClashSkip    = "skip"
)

// TransfersArgs are the arguments of transfers. Empty fields choose all.
type TransfersArgs struct {
	Group  string `json:"group,omitempty"`  // a netcore.TransferGroup
	Search string `json:"search,omitempty"` // part of a name; letter case does not count
	Person string `json:"person,omitempty"` // as in SayArgs
	Last   int    `json:"last,omitempty"`   // at most so many, the newest; 0: 20
}

// TransfersClearArgs are the arguments of transfers-clear.
type TransfersClearArgs struct {
	Group string `json:"group,omitempty"` // done or failed; empty: both
}

// TransferArgs are the arguments of pause, resume, cancel and retry.
type TransferArgs struct {
	Transfer int64 `json:"transfer"` // as the lines of transfers name it; of retry 0: the newest with failed files
}

// TransferShowArgs are the arguments of transfer.
type TransferShowArgs struct {
	Transfer int64  `json:"transfer"`
	Failed   bool   `json:"failed,omitempty"` // only the files that failed
	Search   string `json:"search,omitempty"` // only files with this in their path
}

// LimitArgs are the arguments of limit, which holds for one transfer until it
// ends.
type LimitArgs struct {
	Transfer int64 `json:"transfer"`
	Limit    int64 `json:"limit,omitempty"` // bytes a second; 0: none
}

// PreflightArgs are the arguments of preflight.
type PreflightArgs struct {
	Transfer int64 `json:"transfer"`
	Save     Path  `json:"save,omitempty"`  // as in DecideArgs
	Files    bool  `json:"files,omitempty"` // list what is offered, too
	WaitMS   int64 `json:"wait_ms,omitempty"`
}

// Choice is what becomes of the files that fit a pattern, if they are there
// already.
type Choice struct {
	Files string `json:"files"` // as in DecideArgs.Only
	Clash string `json:"clash"`
}

// MD5Args are the arguments of md5.
type MD5Args struct {
	Transfer int64 `json:"transfer"`
	Path     Path  `json:"path,omitempty"` // absolute, of a new file; empty: "data" frames
}
