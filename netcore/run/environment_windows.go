package run

import "strings"

// allowedNames are the variables that every command may see; "*" stands for
// any ending. A variable belongs here if programs misbehave without it and it
// opens nothing that the user's files do not open.
var allowedNames = []string{
	"SystemRoot", "SystemDrive", "windir", "ComSpec", "Path", "PATHEXT", "TEMP", "TMP", "OS",
	"USERNAME", "USERDOMAIN", "USERDOMAIN_ROAMINGPROFILE", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "PUBLIC",
	"APPDATA", "LOCALAPPDATA", "ProgramData", "ALLUSERSPROFILE", "COMPUTERNAME", "SESSIONNAME", "LOGONSERVER",
	"ProgramFiles*", "ProgramW6432", "CommonProgramFiles*", "CommonProgramW6432",
	"NUMBER_OF_PROCESSORS", "PROCESSOR_*", "DriverData", "PSModulePath",
	"LANG", "LANGUAGE", "LC_*", "TZ",
}

const (
	usualPath = ""
	usesPWD   = false
)

// sameName reports whether two variables are the same.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }
