package main

import "lanyard/netcore/control"

// commandLine is what people are shown of the lines about commands.
type commandLine struct {
	Run      int64           `json:"run"`
	Runs     []int64         `json:"runs"`
	Missed   int64           `json:"missed"`
	Line     string          `json:"line"`
	Folder   string          `json:"folder"`
	Button   string          `json:"button"`
	Encoding string          `json:"encoding"`
	Exit     int             `json:"exit"`
	Signal   string          `json:"signal"`
	TookMS   int64           `json:"took_ms"`
	Asked    string          `json:"asked"`
	Began    string          `json:"began"`
	Ended    string          `json:"ended"`
	Number   int64           `json:"number"`
	Account  string          `json:"account"`
	Stdin    bool            `json:"stdin"`
	Until    string          `json:"until"`
	Quarter  bool            `json:"quarter"`
	Forever  bool            `json:"forever"`
	Key      string          `json:"key"`
	Given    string          `json:"given"`
	Dir      string          `json:"dir"`
	WallMS   int64           `json:"wall_ms"`
	Params   []control.Param `json:"params"`
}
