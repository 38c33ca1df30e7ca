package control

// Names of events about commands.
const (
	EventAsked   = "asked"   // exec: their user is asked for consent
	EventStarted = "started" // exec and serve
	EventSame    = "same"    // exec: whose output comes next
	EventOut     = "out"     // exec of lanyard-cli --json: the door sends "data" frames
	EventExit    = "exit"    // exec and serve

	EventConsent     = "consent"      // serve: somebody waits for this user's consent
	EventConsentOver = "consent-over" // serve: they do no more
)

// RunAsked is the line of exec that says that a consent is waited for.
type RunAsked struct {
	Event  string `json:"event"`
	Run    int64  `json:"run"`
	Person string `json:"person"`
	ID     string `json:"id"`
	Until  string `json:"until"` // when silence denies
}

// RunStarted is the line of exec and serve that says that a command runs.
type RunStarted struct {
	Event     string `json:"event"`
	Run       int64  `json:"run"`
	Direction string `json:"direction"` // "in": it runs on this PC
	Person    string `json:"person"`
	ID        string `json:"id"`
	Line      string `json:"line"` // the whole command, in which nothing is lost
	Folder    string `json:"folder,omitempty"`
	Button    string `json:"button,omitempty"`
	By        string `json:"by"`                 // a netcore.RunDecision
	Encoding  string `json:"encoding,omitempty"` // what programs over there print in, as their side says
}

// RunSame is the line of exec in front of output that these runs had in common.
type RunSame struct {
	Event  string  `json:"event"`
	Runs   []int64 `json:"runs"`             // the "data" frames name the first
	Bytes  int64   `json:"bytes"`            // of all pipes
	Missed int64   `json:"missed,omitempty"` // of these, at the end, are not kept and do not follow
}

// RunOut is a piece of output, as lanyard-cli --json prints it: text, or with
// --encoding raw the bytes in base64.
type RunOut struct {
	Event  string `json:"event"`
	Run    int64  `json:"run"`
	Pipe   string `json:"pipe"` // "stdout" or "stderr"
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

// RunExit is the line of exec and serve that says how a command ended, or why
// it never ran.
type RunExit struct {
	Event     string `json:"event"`
	Run       int64  `json:"run,omitempty"` // left out: it could not even be asked for
	Direction string `json:"direction"`
	Person    string `json:"person"`
	ID        string `json:"id,omitempty"`
	State     string `json:"state"`            // a netcore.RunState
	Reason    string `json:"reason,omitempty"` // a netcore.RunReason
	Exit      int    `json:"exit"`             // of the command itself
	Signal    string `json:"signal,omitempty"`
	Result    int    `json:"result"`  // what exec ends with for it
	TookMS    int64  `json:"took_ms"` // from start to end; 0: it never ran
	OutBytes  int64  `json:"out_bytes"`
	ErrBytes  int64  `json:"err_bytes"`
	OutSHA256 string `json:"out_sha256,omitempty"`
	ErrSHA256 string `json:"err_sha256,omitempty"`
}

// Consent is a line of consents, and of serve: somebody waits for this user's
// consent.
type Consent struct {
	Event   string `json:"event"`
	Number  int64  `json:"number"` // for consent-answer
	Person  string `json:"person"`
	ID      string `json:"id"`
	Line    string `json:"line"`
	Folder  string `json:"folder,omitempty"` // left out: this user's home
	Account string `json:"account"`          // whose rights it would have
	Stdin   bool   `json:"stdin"`            // what they send to it is not known beforehand
	Until   string `json:"until"`            // when silence denies
	Quarter bool   `json:"quarter"`          // may be allowed for a quarter of an hour
	Forever bool   `json:"forever"`          // may be allowed for good
}

// ConsentOver is the line of serve that says that a consent is no more waited
// for.
type ConsentOver struct {
	Event  string `json:"event"`
	Number int64  `json:"number"`
}

// Remembered is a line of consents-remembered.
type Remembered struct {
	Key    string `json:"key"` // for consent-forget
	Person string `json:"person"`
	ID     string `json:"id"`
	Line   string `json:"line"`
	Folder string `json:"folder,omitempty"` // left out: this user's home
	Given  string `json:"given"`
	Until  string `json:"until,omitempty"` // left out: until it is forgotten
}

// Run is a line of runs.
type Run struct {
	Run       int64  `json:"run"`
	Direction string `json:"direction"`
	Person    string `json:"person"`
	ID        string `json:"id"`
	LogRun
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	Asked  string `json:"asked"`
}

// LogRun is what the log says of a command.
type LogRun struct {
	Line      string `json:"line"`
	Folder    string `json:"folder,omitempty"`
	Button    string `json:"button,omitempty"`
	Terminal  bool   `json:"terminal,omitempty"`
	Exit      int    `json:"exit"`
	Signal    string `json:"signal,omitempty"`
	Began     string `json:"began,omitempty"`
	Ended     string `json:"ended,omitempty"`
	OutBytes  int64  `json:"out_bytes"`
	ErrBytes  int64  `json:"err_bytes"`
	OutSHA256 string `json:"out_sha256,omitempty"`
	ErrSHA256 string `json:"err_sha256,omitempty"`
}

// Button is a line of buttons, and the arguments of button-add. Of somebody
// else's, what it runs is not told.
type Button struct {
	Name   string   `json:"name"`
	Argv   []string `json:"argv,omitempty"` // an argument "{name}" stands for the parameter of this name
	Dir    string   `json:"dir,omitempty"`  // absolute; left out: this user's home
	WallMS int64    `json:"wall_ms,omitempty"`
	Params []Param  `json:"params,omitempty"`
	Line   string   `json:"line,omitempty"` // of Argv, ready to be shown
}

// Param is one parameter of a button.
type Param struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind"` // text, number, choice or file
	Optional bool     `json:"optional,omitempty"`
	Default  string   `json:"default,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	MaxLen   int      `json:"max_len,omitempty"` // characters of a text
	Pattern  string   `json:"pattern,omitempty"` // that a whole text must match
	Dashes   bool     `json:"dashes,omitempty"`  // a text may begin like an option
	Folder   string   `json:"folder,omitempty"`  // where a file must be; absolute
}
