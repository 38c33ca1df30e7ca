package run

import (
	"os"
	"slices"
	"strings"
)

// Environment returns those variables of this process that a command may see:
// who and where the user is, the language, the time zone, the screen, where
// programs are. What else this process was given (keys, tokens, addresses of
// agents) stays with it. An extra "NAME=value" is added or replaces what is
// there, an extra "NAME" lets that variable of this process through too.
func Environment(extra []string) []string {
	return environment(os.Environ(), extra)
}

func environment(own, extra []string) []string {
	var env []string
	for _, entry := range own {
		if name := nameOf(entry); allowed(name) || slices.ContainsFunc(extra, func(e string) bool { return sameName(e, name) }) {
			env = append(env, entry)
		}
	}
	for _, entry := range extra {
		if strings.Contains(entry, "=") {
			env = set(env, entry)
		}
	}
	if value(env, "PATH") == "" && usualPath != "" {
		env = set(env, "PATH="+usualPath)
	}
	return env
}

// allowed reports whether every command may see a variable.
func allowed(name string) bool {
	return slices.ContainsFunc(allowedNames, func(pattern string) bool {
		if prefix, any := strings.CutSuffix(pattern, "*"); any {
			return len(name) >= len(prefix) && sameName(name[:len(prefix)], prefix)
		}
		return sameName(name, pattern)
	})
}

// surroundings returns the environment of a command that runs in a folder.
func surroundings(spec Spec, dir string) []string {
	env := slices.Clone(spec.Env)
	if usesPWD && value(env, "PWD") == "" {
		env = set(env, "PWD="+dir)
	}
	if spec.Terminal != nil && value(env, "TERM") == "" {
		env = set(env, "TERM=xterm-256color")
	}
	return env
}

// nameOf returns the name of an entry. Those of Windows may begin with "=".
func nameOf(entry string) string {
	if entry == "" {
		return ""
	}
	end := strings.IndexByte(entry[1:], '=')
	if end < 0 {
		return entry
	}
	return entry[:end+1]
}

// value returns the value of a variable; the last one counts.
func value(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		if found := nameOf(entry); sameName(found, name) && len(found) < len(entry) {
			return entry[len(found)+1:]
		}
	}
	return ""
}

// set adds an entry in the place of all of its name.
func set(env []string, entry string) []string {
	name := nameOf(entry)
	env = slices.DeleteFunc(env, func(e string) bool { return sameName(nameOf(e), name) })
	return append(env, entry)
}
