package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"
)

func TestEverythingCountsInACommitment(t *testing.T) {
	exporter, nonce, self, other := []byte("exporter"), []byte("nonce"), DeviceID{1}, DeviceID{2}
	due := Commit(RoleCaller, exporter, nonce, self, other)
	if due != Commit(RoleCaller, exporter, nonce, self, other) {
		t.Error("the same commitment differs from itself")
	}
	for name, changed := range map[string][sha256.Size]byte{
		"role":         Commit(RoleAnswerer, exporter, nonce, self, other),
		"session":      Commit(RoleCaller, []byte("another"), nonce, self, other),
		"nonce":        Commit(RoleCaller, exporter, []byte("another"), self, other),
		"sender":       Commit(RoleCaller, exporter, nonce, DeviceID{3}, other),
		"receiver":     Commit(RoleCaller, exporter, nonce, self, DeviceID{3}),
		"direction":    Commit(RoleCaller, exporter, nonce, other, self),
		"field border": Commit(RoleCaller, []byte("exportern"), []byte("once"), self, other),
	} {
		if changed == due {
			t.Errorf("another %s gives the same commitment", name)
		}
	}
}

func TestEverythingCountsInACode(t *testing.T) {
	exporter, first, second, caller, answerer := []byte("exporter"), []byte("a"), []byte("b"), DeviceID{1}, DeviceID{2}
	due := Code(exporter, first, second, caller, answerer)
	if len(due) != 6 || strings.Trim(due, "0123456789") != "" {
		t.Fatalf("code is %q", due)
	}
	if again := Code(exporter, first, second, caller, answerer); again != due {
		t.Errorf("the same code is %s, then %s", due, again)
	}
	for name, changed := range map[string]string{
		"session":          Code([]byte("another"), first, second, caller, answerer),
		"caller's nonce":   Code(exporter, []byte("c"), second, caller, answerer),
		"answerer's nonce": Code(exporter, first, []byte("c"), caller, answerer),
		"nonces swapped":   Code(exporter, second, first, caller, answerer),
		"caller":           Code(exporter, first, second, DeviceID{3}, answerer),
		"answerer":         Code(exporter, first, second, caller, DeviceID{3}),
		"devices swapped":  Code(exporter, first, second, answerer, caller),
		"field border":     Code(exporter, []byte("ab"), nil, caller, answerer),
	} {
		if changed == due {
			t.Errorf("another %s gives the same code %s", name, due)
		}
	}
}

func TestCodesAreSpreadEvenly(t *testing.T) {
	const draws, places, digits = 20000, 6, 10
	var seen [places][digits]int
	for i := range uint64(draws) {
		code := Code([]byte("exporter"), binary.BigEndian.AppendUint64(nil, i), []byte("b"), DeviceID{1}, DeviceID{2})
		for place, digit := range code {
			seen[place][digit-'0']++
		}
	}
	for place := range seen {
		for digit, count := range seen[place] {
			if count < draws/digits*9/10 || count > draws/digits*11/10 { // 4.7 standard deviations
				t.Errorf("digit %d stands %d times at place %d of %d codes", digit, count, place, draws)
			}
		}
	}
}
