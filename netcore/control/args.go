package control

import "encoding/json"

// Path is a file's path as the system has it. Names need not be UTF-8, so it
// travels as base64.
type Path string

// MarshalJSON encodes the bytes of the path.
func (p Path) MarshalJSON() ([]byte, error) { return json.Marshal([]byte(p)) }

// UnmarshalJSON is the reverse of MarshalJSON.
func (p *Path) UnmarshalJSON(raw []byte) error {
	var bytes []byte
	if err := json.Unmarshal(raw, &bytes); err != nil {
		return err
	}
	*p = Path(bytes)
	return nil
}

// Paths returns names as paths.
func Paths(names []string) []Path {
	paths := make([]Path, len(names))
	for i, name := range names {
		paths[i] = Path(name)
	}
	return paths
}

// Strings returns paths as plain strings.
func Strings(paths []Path) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = string(path)
	}
	return names
}

// Commands.
const (
	CommandID      = "id"
	CommandPeople  = "people"
	CommandSay     = "say"
	CommandLog     = "log"
	CommandSend    = "send"
	CommandServe   = "serve"
	CommandAccept  = "accept"
	CommandDecline = "decline"
	CommandRename  = "rename"
	CommandRaise   = "raise"

	// CommandHost runs in a copy that lives for one command only, from its
	// beginning on. While it runs, serve is answered with WordClosing: it
	// would end with that copy.
	CommandHost = "host"
	// CommandDrain ends when the last of the other commands has; until then
	// all new ones are answered with WordClosing.
	CommandDrain = "drain"
)

// PeopleArgs are the arguments of people.
type PeopleArgs struct {
	WaitMillis int64 `json:"wait_ms,omitempty"` // how long to listen for more people first
}

// SayArgs are the arguments of say.
type SayArgs struct {
	Person string `json:"person"` // a name, a device ID, a unique prefix of one, or host:port
	Text   string `json:"text"`   // at most netcore.MaxText bytes
	Later  bool   `json:"later,omitempty"`
}

// LogArgs are the arguments of log.
type LogArgs struct {
	Person string `json:"person"`
	Last   int    `json:"last,omitempty"` // at most so many items, the newest; 0: all
}

// SendArgs are the arguments of send.
type SendArgs struct {
	Person string `json:"person"`
	Paths  []Path `json:"paths"` // absolute
	// Later: it is enough that it is queued, and a command that is ended leaves
	// it so.
	Later bool `json:"later,omitempty"`
	// GiveUp cancels the transfer when the link is lost for long; else it is
	// waited for.
	GiveUp bool   `json:"give_up,omitempty"`
	Limit  int64  `json:"limit,omitempty"` // bytes a second, as long as this copy runs; 0: none
	Wish   string `json:"wish,omitempty"`  // a netcore.Clash that the receiver is told of
}

// ServeArgs are the arguments of serve.
type ServeArgs struct {
	Listen    string `json:"listen,omitempty"`     // the address that the copy must listen on; empty: any
	Save      Path   `json:"save,omitempty"`       // absolute folder for what arrives while this runs; empty: the setting
	AcceptAll bool   `json:"accept_all,omitempty"` // accept every offer by itself
	Clash     string `json:"clash,omitempty"`      // with AcceptAll: a netcore.Clash; empty: the setting
	Limit     int64  `json:"limit,omitempty"`      // bytes a second, of each transfer that comes in while this runs
}

// DecideArgs are the arguments of accept and decline.
type DecideArgs struct {
	Transfer int64 `json:"transfer"`       // the key that the offer line named
	Save     Path  `json:"save,omitempty"` // accept: absolute folder; empty: that of serve, or the setting
	// Clash is what becomes of files that are there already, a netcore.Clash;
	// empty: the setting. Choices are for some of them, the last that fits.
	Clash   string   `json:"clash,omitempty"`
	Choices []Choice `json:"choices,omitempty"`
	// Only are the files and folders that are accepted: paths as they were
	// offered, with all that is below; or patterns with *, ? and [], in which **
	// stands for any folders, and one without a slash is for names at any depth.
	Only []string `json:"only,omitempty"`
}

// RenameArgs are the arguments of rename, which gives this copy a name.
type RenameArgs struct {
	Name string `json:"name"`
}

// RaiseArgs are the arguments of raise, a second start of the app.
type RaiseArgs struct {
	Files []Path `json:"files,omitempty"` // absolute
}
