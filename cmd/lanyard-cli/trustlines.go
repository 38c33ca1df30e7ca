package main

// trustLine is what people are shown of the lines about trust.
type trustLine struct {
	Code          string `json:"code"`
	Attempt       int64  `json:"attempt"`
	By            string `json:"by"`
	Notice        string `json:"notice"`
	Trust         string `json:"trust"`
	Files         string `json:"files"`
	FilesCap      int64  `json:"files_cap"`
	Commands      string `json:"commands"`
	Clock         string `json:"clock"`
	String        string `json:"string"`
	At            string `json:"at"`
	What          string `json:"what"`
	Detail        string `json:"detail"`
	Outcome       string `json:"outcome"`
	StrangerTexts string `json:"stranger_texts"`
	StrangerFiles string `json:"stranger_files"`
	Invisible     string `json:"invisible"`
	Set           bool   `json:"set"`
	Password      string `json:"password"`
}
