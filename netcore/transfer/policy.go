package transfer

import (
	"encoding/json"
	"fmt"
	"slices"

	"lanyard/netcore/store"
)

// Policy says what becomes of a file that is there already.
type Policy string

// The policies. With all but the first, folders that are there are shared, and
// files of equal content are skipped.
const (
	PolicyBeside  Policy = ""        // everything that was chosen to be sent gets a name of its own; nothing is compared
	PolicyKeep    Policy = "keep"    // a different one stays, the new one gets another name
	PolicyReplace Policy = "replace" // a different one goes, once the new one is verified
	PolicySkip    Policy = "skip"    // a different one stays, the new one does not come
)

// valid reports whether a policy is one of those.
func (p Policy) valid() bool {
	switch p {
	case PolicyBeside, PolicyKeep, PolicyReplace, PolicySkip:
		return true
	}
	return false
}

// AcceptOptions is what a user decides about an offer.
type AcceptOptions struct {
	// Folder is where the files go, made if it is not there.
	Folder string `json:"-"`
	// Policy is for all files that are there already, but those in Choices.
	Policy Policy `json:"policy,omitempty"`
	// Choices are for single files, by their index in the list; only with a
	// policy other than PolicyBeside.
	Choices map[int]Policy `json:"choices,omitempty"`
	// Select are the ranges, first and last index, of the files and folders
	// that are accepted; nil: all.
	Select [][2]int `json:"select,omitempty"`
	// Seen is set by Accept: what the list of files said, if it was there before.
	// The choices are about that one, and no other is taken.
	Seen string `json:"seen,omitempty"`
	// Failed is set where failed files come again as they were asked for: no other
	// files are taken.
	Failed bool `json:"failed,omitempty"`
}

// check refuses options that mean nothing.
func (o *AcceptOptions) check() error {
	if !o.Policy.valid() || o.Policy == PolicyBeside && len(o.Choices) > 0 {
		return fmt.Errorf("policy %q: %w", o.Policy, ErrOptions)
	}
	for f, p := range o.Choices {
		if f < 0 || !p.valid() || p == PolicyBeside {
			return fmt.Errorf("policy %q for file %d: %w", p, f, ErrOptions)
		}
	}
	for _, span := range o.Select {
		if span[0] < 0 || span[1] < span[0] {
			return fmt.Errorf("files %v: %w", span, ErrOptions)
		}
	}
	return nil
}

// of is the policy for one file.
func (o *AcceptOptions) of(f int) Policy {
	if p, ok := o.Choices[f]; ok {
		return p
	}
	return o.Policy
}

// selects returns which of n entries are accepted, or nil for all.
func (o *AcceptOptions) selects(n int) []bool {
	if o.Select == nil {
		return nil
	}
	chosen := make([]bool, n)
	for _, span := range o.Select {
		for f := span[0]; f <= min(span[1], n-1); f++ {
			chosen[f] = true
		}
	}
	return chosen
}

// text is how options are kept.
func (o *AcceptOptions) text() (string, error) {
	if o.Policy == PolicyBeside && o.Select == nil && o.Seen == "" && !o.Failed {
		return "", nil
	}
	text, err := json.Marshal(o)
	return string(text), err
}

// chosen returns what the user decided.
func (j *job) chosen() AcceptOptions {
	rec := j.record()
	o := AcceptOptions{Folder: rec.Folder}
	if rec.Options != "" {
		_ = json.Unmarshal([]byte(rec.Options), &o) // of our own making
	}
	return o
}

// Decision is what a receiver decided about an offer, in numbers. The sender is
// told before the first byte.
type Decision struct {
	Left       int64 `json:"left"`                 // bytes that are still to come
	Identical  int   `json:"identical,omitempty"`  // skipped: there already
	Kept       int   `json:"kept,omitempty"`       // skipped: another is there and stays
	Beside     int   `json:"beside,omitempty"`     // saved beside another of the same name
	Replaced   int   `json:"replaced,omitempty"`   // saved in place of another
	Unselected int   `json:"unselected,omitempty"` // not accepted
	Renamed    int   `json:"renamed,omitempty"`    // saved under another name, which the system can hold
}

// DecisionOf returns the decision about a transfer, on either side; ok says
// whether there is one that leaves something out or does not save it as it is.
func DecisionOf(t store.Transfer) (d Decision, ok bool) {
	return d, t.Decision != "" && json.Unmarshal([]byte(t.Decision), &d) == nil
}

// decide records a decision.
func (j *job) decide(d Decision) error {
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("keeping a decision: %w", err)
	}
	if (d == Decision{Left: d.Left}) || j.record().Decision != "" {
		return nil // the first counts: later ones have no more to skip
	}
	_, err = j.change(j.ctx, func(t *store.Transfer) { t.Decision = string(text) })
	return err
}

// restarted counts a file that begins anew because its source changed.
func (j *job) restarted(f int) {
	j.mu.Lock()
	if !slices.Contains(j.anew, f) && len(j.anew) < maxAnew {
		j.anew = append(j.anew, f)
	}
	j.mu.Unlock()
	if _, err := j.change(j.ctx, func(t *store.Transfer) { t.Restarted++ }); err != nil {
		j.s.log.Debug("counting a file that begins anew", "key", j.key, "error", err)
	}
}

// maxAnew is how many files that began anew are named.
const maxAnew = 100

// grow notes that the sources have so many bytes more than was offered, as far
// as the user's yes reaches.
func (j *job) grow(by int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	most := j.rec.Bytes/8 + 16<<20
	if j.rec.Auto {
		most = 0
	}
	if j.grown+by > most && by > 0 {
		return &fault{ReasonChanged, fmt.Errorf("the source grew by %d bytes, more than was accepted", j.grown+by)}
	}
	j.grown += by
	return nil
}
