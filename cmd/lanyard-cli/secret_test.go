package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSecretsAreTypedUnseen(t *testing.T) {
	for _, test := range []struct {
		args  string
		typed []string
		want  string
		code  int
		says  string
	}{
		{"identity export k", []string{"correct horse", "correct horse"}, "correct horse", 0, "Passphrase of the identity: \nThe same again: \n"},
		{"identity export k", []string{"correct horse", "correct house"}, "", 1, "not the same"},
		{"identity import k", []string{"correct horse"}, "correct horse", 0, "Passphrase of the identity: \n"},
		{"identity import k", []string{""}, "", 2, "nothing was typed"},
		{"password set", []string{"AAAAA-BBBBB"}, "AAAAA-BBBBB", 0, "Network password: \n"},
		{"verify --string -", []string{"lanyard:x"}, "lanyard:x", 0, "Pairing string: \n"},
	} {
		var got string
		s := newStage(func(_ context.Context, _ string, args json.RawMessage, _ func(any)) error {
			var all struct{ Passphrase, Password, String string }
			err := json.Unmarshal(args, &all)
			got = all.Passphrase + all.Password + all.String
			return err
		})
		s.in, s.inTerminal = nil, true
		s.hidden = func(context.Context) (string, error) {
			next := test.typed[0]
			test.typed = test.typed[1:]
			return next, nil
		}
		code := s.run(t.Context(), strings.Fields(test.args))
		if code != test.code || got != test.want || !strings.Contains(s.err.String(), test.says) || len(test.typed) != 0 {
			t.Errorf("%s: exit %d, sent %q, said %q", test.args, code, got, s.err.String())
		}
		if s.out.String() != "" || test.want != "" && strings.Contains(s.err.String(), test.want) {
			t.Errorf("%s shows it: %s%s", test.args, s.out.String(), s.err.String())
		}
	}
}

func TestSecretsFromStdinAreItsFirstLine(t *testing.T) {
	for in, want := range map[string]string{
		"one\ntwo\n": "one", "one\r\ntwo": "one", "one": "one", "\ufeffone\n": "one", " a b \n": " a b ", "\ntwo\n": "", "": "",
		strings.Repeat("x", 2*maxSecret): strings.Repeat("x", maxSecret),
	} {
		if got, err := firstLine(strings.NewReader(in)); err != nil || got != want {
			t.Errorf("%.20q: %.20q, %v", in, got, err)
		}
	}
	failing := io.MultiReader(strings.NewReader("on"), errReader{})
	if _, err := firstLine(failing); err == nil {
		t.Error("half a line counts")
	}
}

// errReader cannot be read.
type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("unplugged") }

// Secrets have no place where other users of the PC can see them.
func TestNoSecretIsTakenFromTheCommandLineOrTheEnvironment(t *testing.T) {
	for _, name := range []string{"password", "identity"} {
		s := newStage(nil)
		s.run(t.Context(), []string{"help", name})
		if help := s.out.String(); strings.Contains(help, "--pass") || strings.Contains(help, "--secret") {
			t.Errorf("%s:\n%s", name, help)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		known := []string{"main.go", "lexicon.go"}
		if !strings.HasSuffix(file, "_test.go") && !slices.Contains(known, file) && strings.Contains(string(source), "Getenv") {
			t.Errorf("%s reads the environment", file)
		}
	}
}
