package run

// Supervise must be called by main, and by TestMain of tests that run
// commands, before anything else. On this system it does nothing.
func Supervise() {}
