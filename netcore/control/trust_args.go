package control

// Commands about who may do what.
const (
	CommandVerify     = "verify"     // compare digits
	CommandAnswer     = "answer"     // of the user, about the digits
	CommandVerifyID   = "verify-id"  // by the whole device ID
	CommandUseString  = "use-string" // by a pairing string
	CommandPairString = "pair-string"
	CommandAllow      = "allow"
	CommandBlock      = "block"
	CommandUnblock    = "unblock"
	CommandUnverify   = "unverify"
	CommandAlias      = "alias"
	CommandMerge      = "merge"
	CommandAudit      = "audit"
	CommandSettings   = "settings"
	CommandPassword   = "password"
	CommandIdentity   = "identity"
)

// PersonArgs are the arguments of verify, block, unblock and unverify.
type PersonArgs struct {
	Person string `json:"person"` // as in SayArgs
}

// AnswerArgs are the arguments of answer.
type AnswerArgs struct {
	Attempt int64 `json:"attempt"` // that the code line named
	Match   bool  `json:"match"`   // both screens show the same digits
}

// VerifyIDArgs are the arguments of verify-id.
type VerifyIDArgs struct {
	Person string `json:"person"`
	ID     string `json:"id"` // the whole device ID, as somebody read it on their screen
}

// UseStringArgs are the arguments of use-string.
type UseStringArgs struct {
	String string `json:"string"`
}

// AllowArgs are the arguments of allow. What is left out stays as it is; if all
// is, the permissions are only told.
type AllowArgs struct {
	Person   string `json:"person"`
	Files    string `json:"files,omitempty"`     // ask or auto
	FilesCap int64  `json:"files_cap,omitempty"` // bytes of one offer that auto takes
	Commands string `json:"commands,omitempty"`  // off, buttons, ask or always
	Clock    string `json:"clock,omitempty"`     // on or off
}

// AliasArgs are the arguments of alias.
type AliasArgs struct {
	Person string `json:"person"`
	Alias  string `json:"alias,omitempty"` // empty: none any more
}

// MergeArgs are the arguments of merge.
type MergeArgs struct {
	From string `json:"from"`
	Into string `json:"into"`
}

// AuditArgs are the arguments of audit. Empty fields choose all.
type AuditArgs struct {
	Last   int    `json:"last,omitempty"` // at most so many entries, the newest
	Person string `json:"person,omitempty"`
	What   string `json:"what,omitempty"` // a netcore.AuditWhat
	Search string `json:"search,omitempty"`
}

// SettingsArgs are the arguments of settings. What is left out stays as it is.
type SettingsArgs struct {
	StrangerTexts string `json:"stranger_texts,omitempty"` // on or off, as the others
	StrangerFiles string `json:"stranger_files,omitempty"`
	Invisible     string `json:"invisible,omitempty"`

	SendLimit    *int64 `json:"send_limit,omitempty"` // bytes a second; 0: none
	ReceiveLimit *int64 `json:"receive_limit,omitempty"`
	Clash        string `json:"on_conflict,omitempty"` // a netcore.Clash
	SaveDir      Path   `json:"save_dir,omitempty"`    // absolute, with the placeholders of netcore.Settings
}

// What password and identity do.
const (
	ActState  = ""       // password: say whether there is one
	ActShow   = "show"   // password
	ActNew    = "new"    // password: make one, and set it
	ActSet    = "set"    // password
	ActOff    = "off"    // password
	ActExport = "export" // identity
	ActImport = "import" // identity
	ActRotate = "rotate" // identity
)

// PasswordArgs are the arguments of password.
type PasswordArgs struct {
	Act      string `json:"act,omitempty"`
	Password string `json:"password,omitempty"` // set: one that Lanyard made
}

// IdentityArgs are the arguments of identity.
type IdentityArgs struct {
	Act        string `json:"act"`
	Path       Path   `json:"path,omitempty"` // absolute; export, import
	Passphrase string `json:"passphrase,omitempty"`
}
