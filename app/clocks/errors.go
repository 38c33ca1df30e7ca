package clocks

// ErrorWords says in a sentence why somebody's clock could not be looked at.
func ErrorWords(err error) string { return problemWords(err) }
