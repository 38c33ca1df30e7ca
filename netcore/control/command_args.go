package control

// Commands about commands.
const (
	// CommandExec runs something on other PCs: with raw output as "data" frames,
	// and input for one that asks for it.
	CommandExec = "exec"
	CommandRuns = "runs"
	CommandStop = "stop"

	CommandButtons      = "buttons"
	CommandButtonAdd    = "button-add"
	CommandButtonRemove = "button-remove"

	CommandConsents      = "consents" // that are waited for
	CommandConsentAnswer = "consent-answer"
	CommandRemembered    = "consents-remembered"
	CommandConsentForget = "consent-forget"
)

// ExecArgs are the arguments of exec.
type ExecArgs struct {
	People []string          `json:"people"` // each as in SayArgs
	Argv   []string          `json:"argv,omitempty"`
	Dir    string            `json:"dir,omitempty"` // absolute, over there; empty: the home of its user
	Button string            `json:"button,omitempty"`
	Values map[string]string `json:"values,omitempty"`  // of the button's parameters
	WallMS int64             `json:"wall_ms,omitempty"` // time limit; 0: none

	Stdin    bool  `json:"stdin,omitempty"`    // "input" frames are its standard input; for one person
	Terminal *Size `json:"terminal,omitempty"` // a terminal of this size instead of pipes, with input; for one person
	// Live has the output of several people sent as it comes, each piece with
	// its run. Otherwise it comes after all have ended, each output once, with
	// the runs that had it in a Same line in front.
	Live bool `json:"live,omitempty"`
}

// RunsArgs are the arguments of runs.
type RunsArgs struct {
	Last int `json:"last,omitempty"` // at most so many that have ended, the newest; 0: 20
}

// StopArgs are the arguments of stop.
type StopArgs struct {
	Run int64 `json:"run"` // as the lines of runs name it
}

// ButtonsArgs are the arguments of buttons.
type ButtonsArgs struct {
	Person string `json:"person,omitempty"` // whose, as in SayArgs; empty: this user's own
}

// ButtonArgs are the arguments of button-remove.
type ButtonArgs struct {
	Name string `json:"name"`
}

// ConsentArgs are the arguments of consent-answer.
type ConsentArgs struct {
	Number int64  `json:"number"` // that the consent line named
	Answer string `json:"answer"` // a netcore.ConsentAnswer: once, quarter, forever or deny
}

// ForgetArgs are the arguments of consent-forget.
type ForgetArgs struct {
	Key string `json:"key"` // hex, or a unique beginning of at least four digits
}
