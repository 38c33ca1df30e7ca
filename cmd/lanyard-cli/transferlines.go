package main

// underLine is one file that is under way.
type underLine struct {
	Path      string `json:"path"`
	Size      int64  `json:"size"`
	DoneBytes int64  `json:"done_bytes"`
	Speed     int64  `json:"speed"`
	LeftMS    int64  `json:"left_ms"`
}

// transferLine is what people are shown of the lines about transfers, beside
// what those of serve have.
type transferLine struct {
	Group     string   `json:"group"`
	Skipped   int      `json:"skipped"`
	Pending   int      `json:"pending"`
	Restarted int      `json:"restarted"`
	Away      bool     `json:"away"`
	Limits    string   `json:"limits"`
	Retry     bool     `json:"retry"`
	Late      bool     `json:"md5_pending"`
	Created   string   `json:"created"`
	Paths     []string `json:"paths"`
	Wish      string   `json:"wish"`
	Limit     int64    `json:"limit"`

	Under []underLine `json:"under_way"`

	Left       int64 `json:"left"`
	Identical  int   `json:"identical"`
	Kept       int   `json:"kept"`
	Beside     int   `json:"beside"`
	Replaced   int   `json:"replaced"`
	Unselected int   `json:"unselected"`
	Renamed    int   `json:"renamed"`

	SaveDir   string `json:"save_dir"`
	Folders   int    `json:"folders"`
	Links     int    `json:"links"`
	Needed    int64  `json:"needed"`
	Free      int64  `json:"free"`
	Reserve   int64  `json:"reserve"`
	Fits      bool   `json:"fits"`
	Doubtful  int    `json:"doubtful"`
	Different int    `json:"different"`
	Unsent    int    `json:"unsent"`
	Becomes   string `json:"becomes"`
	Size      int64  `json:"size"`
	IsFolder  bool   `json:"is_folder"`
	Link      string `json:"link"`

	SendLimit    int64  `json:"send_limit"`
	ReceiveLimit int64  `json:"receive_limit"`
	Clash        string `json:"on_conflict"`
}
