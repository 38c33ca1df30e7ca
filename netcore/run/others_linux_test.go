package run

import "testing"

func TestSupervisorsOfOtherCopiesAreTold(t *testing.T) {
	one, other := New(Config{}), New(Config{})
	t.Cleanup(func() { one.Close(); other.Close() })
	process, err := other.Start(t.Context(), Spec{Argv: []string{"sleep", "600"}, Env: Environment(nil)}, func(Stream, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range other.Roots() {
		if !Supervises(id) {
			t.Errorf("%d supervises no command", id)
		}
	}
	if Supervises(process.PID()) || len(one.Roots()) != 0 {
		t.Errorf("the command itself, %d, supervises one, or another Runner has it", process.PID())
	}
	process.Stop()
	process.Wait()
}
