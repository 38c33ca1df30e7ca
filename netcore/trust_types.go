package netcore

import "time"

// Trust says what this user decided about a device. It belongs to the key.
type Trust string

// The kinds of trust.
const (
	TrustStranger Trust = "stranger" // nobody has compared anything
	TrustVerified Trust = "verified" // the key was compared, or proved by a pairing string
	TrustBlocked  Trust = "blocked"  // no link, no text, no file
)

// VerifiedBy says how a key was compared.
type VerifiedBy string

// The ways of verifying.
const (
	VerifiedByCode   VerifiedBy = "code"   // the same six digits on both screens
	VerifiedByString VerifiedBy = "string" // a pairing string
	VerifiedByID     VerifiedBy = "id"     // the whole device ID was typed or pasted
)

// FilesPermission says what happens to an offer of files.
type FilesPermission string

// What may happen to an offer.
const (
	FilesAsk  FilesPermission = "ask"
	FilesAuto FilesPermission = "auto" // accepted by itself, up to FilesCap
)

// CommandsPermission says what somebody may run here.
type CommandsPermission string

// What somebody may run here.
const (
	CommandsOff     CommandsPermission = "off"
	CommandsButtons CommandsPermission = "buttons" // only what this user defined
	CommandsAsk     CommandsPermission = "ask"     // each is asked for
	CommandsAlways  CommandsPermission = "always"
)

// Permissions are what a verified device may do here. Nobody else has any.
type Permissions struct {
	Files    FilesPermission
	FilesCap int64 // bytes of one offer that FilesAuto accepts; 0: DefaultFilesCap
	Commands CommandsPermission
	Clock    bool // may ask what this PC's clock says
}

// DefaultFilesCap is what FilesAuto accepts of one offer, in bytes, unless the
// user named another cap.
const DefaultFilesCap = 1 << 30

// Notice is what must be said about somebody's name or key before anything else.
type Notice string

// The notices.
const (
	NoticeNone    Notice = ""
	NoticeTwin    Notice = "twin"    // somebody else has the same name, or one that looks like it
	NoticeNewKey  Notice = "new-key" // somebody whom this user knows has this name, with another key
	NoticeRotated Notice = "rotated" // the old key of somebody known named this one as its successor
)

// AuditWhat says what an entry of the audit log is about.
type AuditWhat string

// What is logged.
const (
	AuditVerify      AuditWhat = "verify"      // an attempt to compare keys
	AuditUnverify    AuditWhat = "unverify"    // this user took the verification back
	AuditPermissions AuditWhat = "permissions" // this user changed what somebody may do
	AuditBlock       AuditWhat = "block"
	AuditUnblock     AuditWhat = "unblock"
	AuditMerge       AuditWhat = "merge"    // two conversations became one
	AuditFiles       AuditWhat = "files"    // files that were accepted, and how they ended
	AuditString      AuditWhat = "string"   // a pairing string was made, used or killed
	AuditPassword    AuditWhat = "password" // the network password was set or taken away
	AuditIdentity    AuditWhat = "identity" // exported, imported, rotated
	AuditReach       AuditWhat = "reach"    // who may reach this copy at all: invisible, strangers
	AuditConfirm     AuditWhat = "confirm"  // a right asked for from outside the window
	AuditAlias       AuditWhat = "alias"    // this user gave somebody another name, or took it back: ""
	AuditCommand     AuditWhat = "command"  // a command that began, ended or was refused, here or there
	AuditConsent     AuditWhat = "consent"  // this user's answer to a command, or one that was taken back
	AuditButton      AuditWhat = "button"   // this user's buttons: set or removed
)

// AuditOutcome says how it went.
type AuditOutcome string

// The outcomes.
const (
	OutcomeAllowed AuditOutcome = "allowed" // by the permission, from here on
	OutcomeDone    AuditOutcome = "done"
	OutcomeRefused AuditOutcome = "refused"
	OutcomeFailed  AuditOutcome = "failed"
)

// AuditEntry is one line of the audit log. Its texts are ready to be shown.
type AuditEntry struct {
	Seq     int64
	At      time.Time
	Person  PersonID // 0: nobody, this profile's own
	Name    string   // what they were called then
	Device  DeviceID // zero: this profile's own
	What    AuditWhat
	Detail  string // in short: "files=auto", a file's name, a reason
	Outcome AuditOutcome
}

// AuditQuery chooses entries, the newest first. Zero fields choose all.
type AuditQuery struct {
	Before int64 // only entries with a smaller Seq
	Limit  int   // at most so many; 0: 200
	Device DeviceID
	What   AuditWhat
	Text   string // occurs in name or detail
}

// ConfirmAct says what is to be confirmed in the window.
type ConfirmAct string

// What is confirmed in the window when another program of this user asks for it.
const (
	ConfirmVerify     ConfirmAct = "verify"      // the digits match; Detail: the digits
	ConfirmUseString  ConfirmAct = "use-string"  // a pairing string is used; Detail: the device ID
	ConfirmMakeString ConfirmAct = "make-string" // a pairing string is made
	ConfirmAllow      ConfirmAct = "allow"       // permissions are raised; Detail: as in `allow`
	ConfirmUnblock    ConfirmAct = "unblock"
	ConfirmMerge      ConfirmAct = "merge"
	ConfirmAlias      ConfirmAct = "alias"    // a name of this user's own; Detail: the new one; empty: none
	ConfirmReach      ConfirmAct = "reach"    // strangers, invisible; Detail: as in `set`
	ConfirmPassword   ConfirmAct = "password" // the network password is shown, set or taken away
	ConfirmIdentity   ConfirmAct = "identity" // exported, imported, rotated; Detail: which
	ConfirmButton     ConfirmAct = "button"   // a button is set; Detail: its name and command line
	ConfirmConsent    ConfirmAct = "consent"  // a command is allowed; Detail: the answer and the command line
	ConfirmSaveDir    ConfirmAct = "save-dir" // files are saved elsewhere from now on; Detail: where
	ConfirmReplace    ConfirmAct = "replace"  // accepting with one press replaces files that are there already
)

// Confirmation asks the user in the window whether a right may be raised that
// another program of this user asked for through the local door.
type Confirmation struct {
	ID     int64
	Act    ConfirmAct
	Person PersonID // 0: nobody in particular
	Name   string   // theirs
	Device DeviceID // theirs that it is about; zero: none
	Trust  Trust    // what was decided about that device
	Notice Notice   // what must be said about its name or key
	Detail string
	Until  time.Time // no answer by then is a refusal
}
