package identity

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// fixedPassword is one that NewPassword could have made; being fixed makes the tests
// of typing errors certain.
func fixedPassword() string {
	return passwordText([passwordBytes]byte{0x4c, 0x61, 0x6e, 0x79, 0x61, 0x72, 0x64, 0xf0, 0x9f, 0x94})
}

// secretOf is the key that a password gives, or nil.
func secretOf(t *testing.T, text string) []byte {
	t.Helper()
	key, err := ParsePassword(text)
	if err != nil {
		if !errors.Is(err, ErrWeakPassword) || key.secret != nil {
			t.Fatalf("ParsePassword fails with a key, or with %v", err)
		}
		return nil
	}
	return key.secret()
}

func TestNewPasswordsAreAcceptedAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		text := NewPassword()
		if groups := strings.Split(text, "-"); len(groups) != 4 || len(text) != 23 || strings.ContainsAny(text, "ILOU") {
			t.Fatalf("password is %q", text)
		}
		if secretOf(t, text) == nil || seen[text] {
			t.Fatalf("%q: refused, or seen before: %v", text, seen[text])
		}
		seen[text] = true
	}
}

func TestPasswordsDeriveDifferentKeys(t *testing.T) {
	one, two := secretOf(t, NewPassword()), secretOf(t, NewPassword())
	if bytes.Equal(one, two) {
		t.Error("two passwords give one key")
	}
}

func TestPasswordAsPeopleTypeIt(t *testing.T) {
	text := fixedPassword()
	want := secretOf(t, text)
	plain := strings.ReplaceAll(text, "-", "")
	wideLetters := strings.Map(func(r rune) rune { return r + wide }, text)
	letters := strings.NewReplacer("0", "o", "1", "l").Replace(text)
	for _, typed := range []string{
		text, plain, strings.ToLower(text), " " + strings.ReplaceAll(text, "-", " ") + "\r\n", wideLetters,
		strings.ReplaceAll(text, "-", "–"), strings.ReplaceAll(text, "-", "\u3000"), letters,
		strings.NewReplacer("1", "I", "0", "O").Replace(text),
	} {
		if got := secretOf(t, typed); !bytes.Equal(got, want) {
			t.Errorf("%q gives another key", typed)
		}
		if tidy, err := TidyPassword(typed); err != nil || tidy != text {
			t.Errorf("TidyPassword(%q) = %q, %v", typed, tidy, err)
		}
	}
}

func TestPasswordTypingErrorsAreNoticed(t *testing.T) {
	plain := strings.ReplaceAll(fixedPassword(), "-", "")
	for i := range plain {
		for _, wrong := range passwordAlphabet {
			if typed := plain[:i] + string(wrong) + plain[i+1:]; typed != plain && secretOf(t, typed) != nil {
				t.Fatalf("%q was taken for a password", typed)
			}
		}
		if i > 0 {
			swapped := plain[:i-1] + plain[i:i+1] + plain[i-1:i] + plain[i+1:]
			if swapped != plain && secretOf(t, swapped) != nil {
				t.Fatalf("%q was taken for a password", swapped)
			}
		}
		if secretOf(t, plain[:i]+plain[i+1:]) != nil || secretOf(t, plain[:i]+"0"+plain[i:]) != nil {
			t.Fatalf("a character less or more at %d went unnoticed", i)
		}
	}
}

func TestPasswordsOfPeopleAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "-", "hunter2", "correct horse battery staple", "passwordpasswordpass", "00000-00000-00000-00000",
		"11111111111111111111", "ABCDE-FGHJK-MNPQR-STVWX", "12345678901234567890", "qwertyuiopasdfghjklz", "公司的网络密码公司的网络密码公司的网络密",
		"\x00\xff", strings.Repeat("0", 1<<20), strings.Repeat(" ", 300) + fixedPassword(), fixedPassword() + "\x00",
	} {
		if secretOf(t, text) != nil {
			t.Errorf("%.40q was accepted", text)
		}
		if tidy, err := TidyPassword(text); !errors.Is(err, ErrWeakPassword) || tidy != "" {
			t.Errorf("TidyPassword(%.40q) = %q, %v", text, tidy, err)
		}
	}
}

func TestARefusalDoesNotQuoteThePassword(t *testing.T) {
	typed := strings.Replace(fixedPassword(), "-", "%", 1)
	if _, err := ParsePassword(typed); err == nil || strings.Contains(err.Error(), typed[:4]) {
		t.Errorf("error is %v", err)
	}
}

func TestNetworkKeyShowsItselfNowhere(t *testing.T) {
	key, err := ParsePassword(fixedPassword())
	if err != nil {
		t.Fatal(err)
	}
	inside := struct {
		Key   NetworkKey
		inner NetworkKey
		point *NetworkKey
	}{key, key, &key}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, key, &key, inside, &inside)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("key", "value", key, "pointer", &key, "inside", inside)
	}
	for _, verb := range []string{"%v", "%x", "%X", "%#v", "%s"} {
		if bytesText := strings.Trim(fmt.Sprintf(verb, key.secret()[:8]), "[]{}"); strings.Contains(out.String(), bytesText) {
			t.Errorf("the key is printed as %s", verb)
		}
	}
	if !strings.Contains(out.String(), redacted) {
		t.Errorf("printed: %s", out.String())
	}
}

func TestNetworkKeyProof(t *testing.T) {
	one, err := ParsePassword(fixedPassword())
	if err != nil {
		t.Fatal(err)
	}
	same, _ := ParsePassword(strings.ToLower(fixedPassword()))
	other, _ := ParsePassword(NewPassword())
	caller, answerer := DeviceID{1}, DeviceID{2}
	prove := func(k NetworkKey, role Role) [32]byte {
		return k.Proof(role, []byte("exporter"), []byte("caller's"), []byte("answerer's"), caller, answerer)
	}
	if prove(one, RoleCaller) != prove(same, RoleCaller) {
		t.Error("one password, two proofs")
	}
	if prove(one, RoleCaller) == prove(other, RoleCaller) || prove(one, RoleCaller) == prove(one, RoleAnswerer) {
		t.Error("the proof depends on neither key nor role")
	}
}

func FuzzParsePassword(f *testing.F) {
	f.Add(fixedPassword())
	f.Add(strings.ToLower(fixedPassword()))
	f.Add("correct horse battery staple")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParsePassword(text)
		if err != nil {
			return
		}
		tidy, err := TidyPassword(text)
		if err != nil {
			t.Fatalf("accepted, but TidyPassword: %v", err)
		}
		again, err := ParsePassword(tidy)
		if err != nil || !bytes.Equal(again.secret(), key.secret()) {
			t.Errorf("%q is not %q: %v", text, tidy, err)
		}
	})
}
