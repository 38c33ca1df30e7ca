package command

import (
	"crypto/sha256"
	"hash"
	"sync"
)

// meter counts and hashes what came out of a run.
type meter struct {
	mu   sync.Mutex
	sums [3]Sum // by Pipe
	hash [3]hash.Hash
}

// count takes what came out. Its calls come one at a time.
func (m *meter) count(from Pipe, p []byte) {
	if m.hash[from] == nil {
		m.hash[from] = sha256.New()
	}
	_, _ = m.hash[from].Write(p) // it never fails
	m.mu.Lock()
	m.sums[from].Bytes += int64(len(p))
	m.mu.Unlock()
}

// total is how many bytes came out in all.
func (m *meter) total() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sums[Stdout].Bytes + m.sums[Stderr].Bytes
}

// bytes writes how many there are so far into an Info that has not ended.
func (m *meter) bytes(info *Info) {
	m.mu.Lock()
	defer m.mu.Unlock()
	info.Stdout.Bytes, info.Stderr.Bytes = m.sums[Stdout].Bytes, m.sums[Stderr].Bytes
}

// finish returns the sums with their hashes. Nothing is counted afterwards.
func (m *meter) finish() (stdout, stderr Sum) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for from := Stdout; from <= Stderr; from++ {
		if m.hash[from] == nil {
			m.hash[from] = sha256.New()
		}
		m.hash[from].Sum(m.sums[from].SHA256[:0])
	}
	return m.sums[Stdout], m.sums[Stderr]
}
