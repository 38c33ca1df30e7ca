package identity

import (
	"bytes"
	"crypto/sha256"
	"testing"
)

// proofOf is what goes into a proof, so that tests change one thing at a time.
type proofOf struct {
	key                              []byte
	label                            string
	role                             Role
	exporter, nonceCall, nonceAnswer []byte
	caller, answerer                 DeviceID
}

func (p proofOf) mac() [sha256.Size]byte {
	return Proof(p.key, p.label, p.role, p.exporter, p.nonceCall, p.nonceAnswer, p.caller, p.answerer)
}

func someProof() proofOf {
	return proofOf{
		key: []byte("key"), label: "label", role: RoleCaller, exporter: []byte("exporter"),
		nonceCall: []byte("nonce of the caller"), nonceAnswer: []byte("nonce of the other"),
		caller: DeviceID{1}, answerer: DeviceID{2},
	}
}

func TestEverythingCountsInAProof(t *testing.T) {
	due := someProof().mac()
	if again := someProof().mac(); !ProofEqual(due, again[:]) {
		t.Error("the same proof does not equal itself")
	}
	for name, change := range map[string]func(*proofOf){
		"key":              func(p *proofOf) { p.key = []byte("another") },
		"empty key":        func(p *proofOf) { p.key = nil },
		"label":            func(p *proofOf) { p.label = "another" },
		"role":             func(p *proofOf) { p.role = RoleAnswerer },
		"session":          func(p *proofOf) { p.exporter = []byte("another") },
		"caller's nonce":   func(p *proofOf) { p.nonceCall = []byte("another") },
		"answerer's nonce": func(p *proofOf) { p.nonceAnswer = []byte("another") },
		"nonces swapped":   func(p *proofOf) { p.nonceCall, p.nonceAnswer = p.nonceAnswer, p.nonceCall },
		"caller":           func(p *proofOf) { p.caller = DeviceID{3} },
		"answerer":         func(p *proofOf) { p.answerer = DeviceID{3} },
		"devices swapped":  func(p *proofOf) { p.caller, p.answerer = p.answerer, p.caller },
		"a field's border": func(p *proofOf) { p.label, p.exporter = "label\x01", []byte("xporter") },
		"bytes moved along": func(p *proofOf) {
			p.nonceCall, p.nonceAnswer = nil, bytes.Join([][]byte{p.nonceCall, p.nonceAnswer}, nil)
		},
	} {
		other := someProof()
		change(&other)
		if mac := other.mac(); ProofEqual(due, mac[:]) {
			t.Errorf("another %s gives the same proof", name)
		}
	}
}

func TestAProofOfAnotherLengthIsWrong(t *testing.T) {
	due := someProof().mac()
	for _, came := range [][]byte{nil, {}, due[:31], append(due[:], 0), make([]byte, sha256.Size)} {
		if ProofEqual(due, came) {
			t.Errorf("%x was taken", came)
		}
	}
}
