package control

// Names of events about trust.
const (
	EventWaiting       = "waiting"        // verify: for the other side to open the comparison
	EventCode          = "code"           // verify
	EventConfirm       = "confirm"        // any: the window asks the user
	EventVerifyRequest = "verify-request" // serve
	EventVerified      = "verified"       // verify and serve
	EventBlocked       = "blocked"
	EventUnblocked     = "unblocked"
	EventUnverified    = "unverified"
	EventAlias         = "alias"
	EventMerged        = "merged"
	EventExported      = "exported"
	EventImported      = "imported"
	EventRotated       = "rotated"
)

// Code is the line of verify with the digits that both screens must show.
type Code struct {
	Event   string `json:"event"`
	Code    string `json:"code"` // six digits
	Person  string `json:"person"`
	ID      string `json:"id"`
	Attempt int64  `json:"attempt"` // for answer
	Notice  string `json:"notice,omitempty"`
}

// Trusted is a line about somebody and what this user thinks of them: that
// they wait to compare digits, were verified, blocked and so on.
type Trusted struct {
	Event  string `json:"event"`
	Person string `json:"person"`
	ID     string `json:"id"`
	By     string `json:"by,omitempty"`     // verified: a netcore.VerifiedBy
	Notice string `json:"notice,omitempty"` // waiting, verify-request: a netcore.Notice
}

// Confirming is a line of any command that raises a right, while the user is
// asked in the window whether it may.
type Confirming struct {
	Event string `json:"event"`
	Act   string `json:"act"` // a netcore.ConfirmAct
}

// PairString is the line of pair-string.
type PairString struct {
	String  string `json:"string"`
	Expires string `json:"expires"`
}

// Allowed is the line of allow.
type Allowed struct {
	Person string `json:"person"`
	ID     string `json:"id"`
	Trust  string `json:"trust"` // a netcore.Trust
	*Rights
}

// Rights is what a verified person may do here.
type Rights struct {
	Files    string `json:"files"`               // ask or auto
	FilesCap int64  `json:"files_cap,omitempty"` // bytes of one offer that auto takes
	Commands string `json:"commands"`            // off, buttons, ask or always
	Clock    string `json:"clock"`               // on or off
}

// AuditEntry is a line of audit.
type AuditEntry struct {
	Seq     int64  `json:"seq"`
	At      string `json:"at"`
	Person  string `json:"person,omitempty"` // as they were called then; left out of this profile's own
	ID      string `json:"id,omitempty"`
	What    string `json:"what"` // a netcore.AuditWhat
	Detail  string `json:"detail,omitempty"`
	Outcome string `json:"outcome"` // a netcore.AuditOutcome
}

// Settings is the line of settings.
type Settings struct {
	StrangerTexts string `json:"stranger_texts"` // on or off, as the next two
	StrangerFiles string `json:"stranger_files"`
	Invisible     string `json:"invisible"`
	SendLimit     int64  `json:"send_limit"` // bytes a second of all transfers; 0: none
	ReceiveLimit  int64  `json:"receive_limit"`
	Clash         string `json:"on_conflict"` // a netcore.Clash
	SaveDir       string `json:"save_dir"`    // absolute
}

// Password is the line of password.
type Password struct {
	Set      bool   `json:"set"`
	Password string `json:"password,omitempty"` // show, new
}

// Identity is the line of identity. Another ID than before holds from the next
// start on.
type Identity struct {
	Event string `json:"event"`
	ID    string `json:"id"`
	Path  string `json:"path,omitempty"` // exported
}
