package identity

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func newIdentity(t *testing.T) *Identity {
	t.Helper()
	id, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestDeviceIDText(t *testing.T) {
	id := newIdentity(t).ID()
	for _, text := range []string{
		id.String(), id.Compact(), strings.ToLower(id.String()), " " + strings.ReplaceAll(id.String(), "-", " "),
	} {
		if got, err := ParseDeviceID(text); err != nil || got != id {
			t.Errorf("ParseDeviceID(%q) = %v, %v", text, got, err)
		}
	}
	if got := len(strings.Split(id.String(), "-")); got != 8 {
		t.Errorf("%q has %d groups", id, got)
	}
	if !strings.HasPrefix(id.String(), id.Short()) || len(id.Short()) != 7 {
		t.Errorf("Short %q of %q", id.Short(), id)
	}
}

func TestEveryTypingErrorIsNoticed(t *testing.T) {
	id := newIdentity(t).ID()
	compact := id.Compact()
	for i := range compact {
		for _, wrong := range alphabet {
			typed := compact[:i] + string(wrong) + compact[i+1:]
			if got, err := ParseDeviceID(typed); typed != compact && err == nil {
				t.Fatalf("%q was taken for %v", typed, got)
			}
		}
	}
	for _, text := range []string{"", "A", compact[1:], compact + "A", strings.Repeat("0", 56), strings.Repeat("你", 56)} {
		if _, err := ParseDeviceID(text); !errors.Is(err, ErrDeviceID) {
			t.Errorf("ParseDeviceID(%q) = %v", text, err)
		}
	}
}

func FuzzParseDeviceID(f *testing.F) {
	f.Add(DeviceID{}.String())
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseDeviceID(text)
		if err == nil && id.Compact() != NormalizeText(text) {
			t.Errorf("%q was read as %v", text, id)
		}
	})
}

func TestIdentityIsKept(t *testing.T) {
	dir := t.TempDir()
	first, err := LoadOrCreate(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadOrCreate(dir)
	if err != nil || again.ID() != first.ID() {
		t.Errorf("second start is %v, %v; first was %v", again.ID(), err, first.ID())
	}
	info, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the key is %v", info.Mode())
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the profile holds %v, %v; want the key alone", entries, err)
	}
}

func TestADamagedKeyIsAnErrorNotANewIdentity(t *testing.T) {
	for _, text := range []string{"", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		dir := t.TempDir()
		path := filepath.Join(dir, keyFile)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if id, err := LoadOrCreate(dir); err == nil {
			t.Errorf("key %q gave identity %v", text, id.ID())
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != text {
			t.Errorf("key file changed to %q, %v", kept, err)
		}
	}
}

func TestIDFromCertificates(t *testing.T) {
	id := newIdentity(t)
	own, err := x509.ParseCertificate(id.Certificate().Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := IDFromCertificates([]*x509.Certificate{own}); err != nil || got != id.ID() {
		t.Errorf("own certificate: %v, %v", got, err)
	}
	for name, certs := range map[string][]*x509.Certificate{
		"none": nil, "two": {own, own}, "other key type": {ecdsaCertificate(t)},
	} {
		if got, err := IDFromCertificates(certs); !errors.Is(err, ErrCertificate) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestSignature(t *testing.T) {
	id := newIdentity(t)
	if !ed25519.Verify(id.Public(), []byte("label: x"), id.Sign([]byte("label: x"))) {
		t.Error("own signature does not verify")
	}
}

func ecdsaCertificate(t *testing.T) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
