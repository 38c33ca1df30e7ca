package transfer

import (
	"context"

	"lanyard/netcore/wire"
)

// late reads what still comes of a large file that was skipped while chunks of it
// were on their way, and throws it away. It reports false for all other files. No
// more comes than the file has: who brings more sends for ever what nobody wants.
func (r *receiving) late(ctx context.Context, f int, frame wire.Frame) (bool, error) {
	r.mu.Lock()
	left, passed := r.passed[f]
	if passed {
		r.passed[f] = left - frame.BodySize
	}
	r.mu.Unlock()
	if !passed || frame.BodySize == 0 {
		return passed, nil
	}
	if frame.BodySize > min(left, chunkSize) {
		return true, broken("%d bytes of file %d, which was skipped", frame.BodySize, f)
	}
	body, err := r.body(ctx, int(frame.BodySize))
	if err != nil {
		return true, err
	}
	body.release()
	r.j.moved.Add(-frame.BodySize) // it was counted with the skip
	return true, nil
}
