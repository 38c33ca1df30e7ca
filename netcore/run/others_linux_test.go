package run

import (
	"slices"
	"testing"
)

func TestSupervisorsOfOtherCopiesAreFound(t *testing.T) {
	one, other := New(Config{}), New(Config{})
	t.Cleanup(func() { one.Close(); other.Close() })
	process, err := other.Start(t.Context(), Spec{Argv: []string{"sleep", "600"}, Env: Environment(nil)}, func(Stream, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	all := Supervisors()
	for _, id := range other.Roots() {
		if !slices.Contains(all, id) {
			t.Errorf("the supervisor %d is not among %v", id, all)
		}
	}
	if slices.Contains(all, process.PID()) || len(one.Roots()) != 0 {
		t.Errorf("the command itself, %d, is among %v, or another Runner has it", process.PID(), all)
	}
	process.Stop()
	process.Wait()
}
