package control

// Commands about clocks. Both have the same arguments.
const (
	CommandClock      = "clock"
	CommandClockWatch = "clock-watch" // again each second, until it is cancelled
)

// ClockArgs are the arguments of clock.
type ClockArgs struct {
	People     []string `json:"people,omitempty"`  // as in SayArgs; none: all who are verified and linked
	Samples    int      `json:"samples,omitempty"` // of each; 0: the usual number
	Format     string   `json:"format,omitempty"`  // of strftime: they write their time so
	TimeServer string   `json:"ntp,omitempty"`     // host or host:port that this PC is compared with too
	WaitMillis int64    `json:"wait_ms,omitempty"` // without people: how long to wait for links first
}

// Names of events about clocks.
const (
	EventClock      = "clock"
	EventNoClock    = "no-clock"
	EventClocks     = "clocks"
	EventTimeServer = "time-server"
)

// Clock is a line about somebody's clock. All durations are in nanoseconds.
type Clock struct {
	Event      string    `json:"event"`
	Person     string    `json:"person"`
	ID         string    `json:"id"`
	Offset     int64     `json:"offset_ns"` // theirs minus this PC's
	Bound      int64     `json:"bound_ns"`  // the true offset is within it
	RoundTrip  int64     `json:"round_trip_ns"`
	Jitter     int64     `json:"jitter_ns"`
	Samples    int       `json:"samples"`
	Zone       ClockZone `json:"zone"`
	Verdict    string    `json:"verdict"`                   // a netcore.ClockVerdict, beside this PC's
	Wrong      bool      `json:"wrong,omitempty"`           // the majority of all clocks says another time
	Drift      *float64  `json:"drift_ppm,omitempty"`       // as far as it is known
	DriftBound *float64  `json:"drift_bound_ppm,omitempty"` // of Drift
	Jumped     bool      `json:"jumped,omitempty"`          // one of the two clocks was set meanwhile
	Time       string    `json:"time"`                      // what their clock shows, RFC 3339 in their zone
	Text       string    `json:"text,omitempty"`            // their time as they write it, with a format
}

// LogClock is what the log says of a look at a clock, as in Clock.
type LogClock struct {
	Offset  int64  `json:"offset_ns"`
	Bound   int64  `json:"bound_ns"`
	Verdict string `json:"verdict"`
}

// ClockZone is the zone of a clock.
type ClockZone struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"` // seconds east of UTC
	DST    bool   `json:"dst"`
}

// NoClock is a line about somebody whose clock could not be looked at.
type NoClock struct {
	Event  string   `json:"event"`
	Person string   `json:"person"`
	ID     string   `json:"id,omitempty"`
	Reason string   `json:"reason"` // stranger, refused, unreachable, failed
	Word   Word     `json:"word"`
	Args   []string `json:"args,omitempty"`
	Error  string   `json:"error"` // in English
}

// Clocks is a line about who is wrong, of three or more.
type Clocks struct {
	Event    string   `json:"event"`
	Count    int      `json:"count"`              // this PC's too
	Agreeing int      `json:"agreeing"`           // 0: no majority agrees
	Here     bool     `json:"here"`               // this PC's is wrong
	Off      int64    `json:"off_ns"`             // what the majority is ahead of this PC's, roughly
	Wrong    []string `json:"wrong,omitempty"`    // their names
	WrongIDs []string `json:"wrong_id,omitempty"` // and devices
}

// TimeServer is a line about this PC's clock beside a time server.
type TimeServer struct {
	Event     string `json:"event"`
	Server    string `json:"server"`
	Offset    int64  `json:"offset_ns"` // the server's minus this PC's
	Bound     int64  `json:"bound_ns"`
	RoundTrip int64  `json:"round_trip_ns"`
	Samples   int    `json:"samples"`
}
