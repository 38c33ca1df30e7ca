package verify

// The kinds of streams of this package, and of their first frames.
const (
	KindCompare = "verify"        // from the caller: let us compare digits
	KindAsk     = "verify-ask"    // from the answerer: open a "verify" stream, please
	KindString  = "verify-string" // from who holds a pairing string, to who made it
)

// The kinds of the other frames, see the documentation of the package.
const (
	kindReady  = "ready"
	kindCommit = "commit"
	kindNonce  = "nonce"
	kindReveal = "reveal"
	kindMatch  = "match"
	kindDiffer = "differ"
	kindDone   = "done"
	kindAbort  = "abort"
	kindProof  = "proof"
)

const (
	maxFrame  = 1 << 10 // bytes of a header
	nonceSize = 32      // bytes; commitments and proofs have as many
)

// fields are the fields of all frames. Each frame has at most one of them.
type fields struct {
	Commitment []byte `json:"commitment,omitempty"`
	Nonce      []byte `json:"nonce,omitempty"`
	Proof      []byte `json:"proof,omitempty"`
}

// message is one frame that came, or why none will come any more.
type message struct {
	kind   string
	fields fields
	err    error
}
