package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

// places returns the {1}, {2}… of a sentence, in order.
func places(sentence string) []string {
	found := regexp.MustCompile(`\{\d\}`).FindAllString(sentence, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	for key, both := range phrases() {
		if both.en == "" || both.zh == "" {
			t.Errorf("%s is missing in one language", key)
		}
		if !slices.Equal(places(both.en), places(both.zh)) {
			t.Errorf("%s speaks of different things: %q, %q", key, both.en, both.zh)
		}
	}
	chinese := chineseFailures()
	for word, sentence := range englishFailures() {
		if !slices.Equal(places(sentence), places(chinese[word])) || chinese[word] == "" {
			t.Errorf("%s: %q, %q", word, sentence, chinese[word])
		}
	}
	if len(chinese) != len(englishFailures()) {
		t.Errorf("%d failures in Chinese, %d in English", len(chinese), len(englishFailures()))
	}
}

// A key that stands in two tables would say the words of one in the place of
// the other.
func TestNoKeyStandsInTwoTables(t *testing.T) {
	tables := []map[string]phrase{
		screenPhrases(), clockPhrases(), trustPhrases(), trustHelpPhrases(), commandPhrases(), commandHelpPhrases(),
		transferPhrases(), transferHelpPhrases(), classicPhrases(), classicReasons(), usagePhrases(), helpPhrases(),
	}
	keys := 0
	for _, table := range tables {
		keys += len(table)
	}
	if all := len(phrases()); keys != all {
		t.Errorf("%d phrases in all tables, %d keys: some stand in two of them", keys, all)
	}
}

// prefixes are the beginnings of keys that are put together.
func prefixes() []string {
	return []string{"state:", "text-", "file-", "short-", "trust-", "verified-", "allowed-", "notice-", "mark-", "what:", "outcome:", "classic:", "classic-", "limits-", "wish-", "ahead-kind:"}
}

func TestEveryPhraseExistsAndIsUsed(t *testing.T) {
	known, used := phrases(), map[string]int{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(node ast.Node) bool {
			literal, ok := node.(*ast.BasicLit)
			if ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					used[text]++
				}
			}
			if call, ok := node.(*ast.CallExpr); ok {
				checkKey(t, call, known)
			}
			return true
		})
	}
	for key := range known {
		begins := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		if used[key] < 2 && !slices.ContainsFunc(prefixes(), begins) { // once where it is made
			t.Errorf("%s is never said", key)
		}
	}
}

// checkKey insists that the key of a call of say, tell or badUsage is known.
func checkKey(t *testing.T, call *ast.CallExpr, known map[string]phrase) {
	t.Helper()
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 || !slices.Contains([]string{"say", "tell", "badUsage"}, method.Sel.Name) {
		return
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return
	}
	key, _ := strconv.Unquote(literal.Value)
	if _, ok := known[key]; !ok {
		t.Errorf("%s is not known", key)
	}
}

func TestKeysPutTogether(t *testing.T) {
	known := phrases()
	for prefix, ends := range map[string][]string{
		"state:":      {"queued", "delivered", "seen", "received", "preparing", "offered", "running", "paused", "verified", "declined", "cancelled", "failed"},
		"text-":       {control.EventDelivered, control.EventQueued},
		"file-":       {control.EventReceived, control.EventSent},
		"limits-":     {"disk", "network", "bandwidth", "processor"},
		"wish-":       {"keep", "replace", "skip"},
		"ahead-kind:": {"renamed", "identical", "doubtful", "different", "unsent"},
		"short-":      {control.CommandPause, control.CommandResume, control.CommandCancel, control.CommandBlock, control.CommandUnblock, control.CommandUnverify},

		"trust-": {
			control.EventBlocked, control.EventUnblocked, control.EventUnverified, control.EventAlias, control.EventMerged,
			control.EventExported, control.EventImported, control.EventRotated,
		},
		"verified-": {"code", "string", "id"},
		"allowed-":  {"stranger", "verified", "blocked"},
		"notice-":   {"twin", "new-key", "rotated"},
		"mark-":     {"verified", "blocked"},
		"what:":     auditWhats(),
		"outcome:":  {"allowed", "done", "refused", "failed"},
	} {
		for _, end := range ends {
			if _, ok := known[prefix+end]; !ok {
				t.Errorf("%s%s is not known", prefix, end)
			}
		}
	}
}

func TestLanguageOfTheTerminal(t *testing.T) {
	for _, test := range []struct {
		env     map[string]string
		chinese bool
	}{
		{nil, false},
		{map[string]string{"LANG": "C.UTF-8"}, false},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, true},
		{map[string]string{"LANG": "zh_CN.GBK", "LC_ALL": "en_US.UTF-8"}, false},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, true},
	} {
		words := lexiconFor(func(name string) string { return test.env[name] })
		if words.chinese != test.chinese {
			t.Errorf("%v: Chinese %v", test.env, words.chinese)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, words := range []lexicon{{}, {chinese: true}} {
		for _, args := range [][]string{{"help"}, {"--help"}, {"help", "serve"}, {"say", "-h"}, {"help", "json"}, {"verify", "-h"}, {"help", "allow"}, {"identity", "--help"}, {"help", "exec"}, {"shell", "-h"}, {"help", "run"}, {"help", "buttons", "add"}, {"consent", "-h"}, {"consent", "allow", "-h"}} {
			s := newStage(nil)
			s.words = words
			if code := s.run(t.Context(), args); code != 0 || s.out.String() == "" || s.err.String() != "" {
				t.Errorf("%q: exit %d, %q", args, code, s.err.String())
			}
			if words.chinese && regexp.MustCompile(`Usage|Flags|help for|Commands`).MatchString(s.out.String()) {
				t.Errorf("%q is English:\n%s", args, s.out.String())
			}
		}
	}
}

func TestHelpNamesEveryCommandAndFlag(t *testing.T) {
	s := newStage(nil)
	s.run(t.Context(), []string{"help"})
	for _, name := range []string{"id", "serve", "people", "say", "log", "send", "accept", "decline", "offer", "transfers", "pause", "resume", "cancel", "retry", "limit", "md5", "verify-md5", "help", "verify", "pair-string", "allow", "block", "unblock", "unverify", "alias", "merge", "clock", "exec", "run", "shell", "buttons", "consent", "runs", "stop", "audit", "settings", "password", "identity", "--profile", "--name", "--json", "--log-level", "--discovery", "--interface"} {
		if !strings.Contains(s.out.String(), name+" ") {
			t.Errorf("help does not name %s:\n%s", name, s.out.String())
		}
	}
}
