package run

import (
	"fmt"
	"os"
)

// perform is what this test binary does as another program.
func perform(act string) int {
	switch act {
	case "exit":
		var code int
		_, _ = fmt.Sscan(os.Args[1], &code)
		return code
	case "args":
		for _, arg := range os.Args[1:] {
			fmt.Printf("%q\n", arg)
		}
		return 0
	}
	if more, known := moreActs[act]; known {
		return more()
	}
	return 99
}
