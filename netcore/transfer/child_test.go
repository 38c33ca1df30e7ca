package transfer

// child runs one side of a test that kills it.
func child(string) int { return 0 }
