package md5sum

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	sumOfEmpty = "d41d8cd98f00b204e9800998ecf8427e"
	sumOfHello = "5d41402abc4b2a76b9719d911017c592"
)

// parsed returns the lines of a list.
func parsed(list string) ([]Line, error) {
	var lines []Line
	err := Parse(strings.NewReader(list), func(line Line) error {
		lines = append(lines, line)
		return nil
	})
	return lines, err
}

func TestParseReadsWhatProgramsPrint(t *testing.T) {
	for name, c := range map[string]struct{ list, path string }{
		"GNU text":           {sumOfHello + "  a b.txt\n", "a b.txt"},
		"GNU binary":         {sumOfHello + " *a.bin\n", "a.bin"},
		"one blank":          {sumOfHello + " a.bin\n", "a.bin"},
		"a tab":              {sumOfHello + "\ta.bin\n", "a.bin"},
		"a blank leads":      {sumOfHello + "   a\n", " a"},
		"a star leads":       {sumOfHello + "  *a\n", "*a"},
		"upper case":         {strings.ToUpper(sumOfHello) + "  a\n", "a"},
		"no line end":        {sumOfHello + "  a", "a"},
		"CRLF":               {sumOfHello + "  a\r\n", "a"},
		"BOM":                {"\ufeff" + sumOfHello + "  a\r\n", "a"},
		"indented":           {"  " + sumOfHello + "  a\n", "a"},
		"remarks":            {"# one\n; two\n\n\r\n" + sumOfHello + "  #a\n", "#a"},
		"escaped":            {`\` + sumOfHello + `  a\\b\nc\rd` + "\n", "a\\b\nc\rd"},
		"not escaped":        {sumOfHello + `  dir\new.txt` + "\r\n", `dir\new.txt`},
		"BSD":                {"MD5 (a (1)) = b.txt) = " + sumOfHello + "\n", "a (1)) = b.txt"},
		"GNU --tag, escaped": {`\MD5 (a\\b) = ` + sumOfHello + "\n", `a\b`},
		"OpenSSL":            {"MD5(a.txt)= " + sumOfHello + "\n", "a.txt"},
		"Chinese":            {sumOfHello + "  照片/一.jpg\n", "照片/一.jpg"},
		"GBK":                {sumOfHello + "  \xd5\xd5\xc6\xac/\xd2\xbb.jpg\n", "\xd5\xd5\xc6\xac/\xd2\xbb.jpg"},
		"long":               {sumOfHello + "  " + strings.Repeat("x", 32<<10) + "\n", strings.Repeat("x", 32<<10)},
	} {
		lines, err := parsed(c.list)
		if want := []Line{{Path: c.path, MD5: sumOfHello}}; err != nil || !reflect.DeepEqual(lines, want) {
			t.Errorf("%s: %.200q, %v", name, lines, err)
		}
	}
}

func TestParseSaysWhichLineIsNone(t *testing.T) {
	good := sumOfHello + "  a\n"
	for name, list := range map[string]string{
		"text":           "hello, world, this is a letter that is long enough\n",
		"short digest":   sumOfHello[1:] + "  a\n",
		"no hex":         "x" + sumOfHello[1:] + "  a\n",
		"SHA-1":          sumOfHello + "01234567  a\n",
		"no path":        sumOfHello + "  \n",
		"digest only":    sumOfHello + "\n",
		"bad escape":     `\` + sumOfHello + `  a\tb` + "\n",
		"half an escape": `\` + sumOfHello + `  a\` + "\n",
		"BSD, no digest": "MD5 (a) = \n",
		"BSD, SHA":       "SHA1 (a) = " + sumOfHello + "\n",
		"BSD, empty":     "MD5 () = " + sumOfHello + "\n",
		"NUL":            sumOfHello + "  a\x00b\n",
		"UTF-16":         "\xff\xfe5\x00d\x00\n",
		"too long":       sumOfHello + "  " + strings.Repeat("x", maxLine) + "\n",
		"without end":    strings.Repeat("x", 2*maxLine),
	} {
		lines, err := parsed(good + list + good)
		wrong, ok := errors.AsType[*SyntaxError](err)
		if !ok || wrong.Line != 2 || len(lines) != 1 {
			t.Errorf("%s: %d lines, %v", name, len(lines), err)
		}
	}
}

func TestParseEndsWithItsCaller(t *testing.T) {
	stop, calls := errors.New("enough"), 0
	err := Parse(strings.NewReader(strings.Repeat(sumOfHello+"  a\n", 3)), func(Line) error { calls++; return stop })
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// awkward are names that a list must keep apart from its own signs.
func awkward() []string {
	names := []string{"plain", " blank leads", "blank ends ", "*star", "#remark", "a  b", "照片.jpg", "-dash"}
	if runtime.GOOS != "windows" {
		names = append(names, `back\slash`, "line\nend", `\leads`, "\\n", "q\"'", "MD5 (x) = y")
	}
	if runtime.GOOS == "linux" {
		names = append(names, "\xd5\xd5\xc6\xac.gbk", "bad\xff")
	}
	return names
}

func TestFormatIsWhatMD5SumPrintsAndReads(t *testing.T) {
	program, err := exec.LookPath("md5sum")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("there is no md5sum here")
	}
	dir := t.TempDir()
	args, list := []string{"--"}, ""
	for _, name := range awkward() {
		write(t, filepath.Join(dir, name), "hello")
		args, list = append(args, name), list+Format(name, sumOfHello)
	}
	print := exec.Command(program, args...)
	print.Dir = dir
	if out, err := print.Output(); err != nil || string(out) != list {
		t.Errorf("md5sum prints %q, %v; Format %q", out, err, list)
	}
	tagged := exec.Command(program, append([]string{"--tag"}, args...)...)
	tagged.Dir = dir
	if out, err := tagged.Output(); err != nil {
		t.Error(err)
	} else if lines, err := parsed(string(out)); err != nil || len(lines) != len(args)-1 {
		t.Errorf("of md5sum --tag %d lines are read, %v", len(lines), err)
	}
	write(t, filepath.Join(dir, "list.md5"), list)
	check := exec.Command(program, "--check", "--strict", "--quiet", "list.md5")
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("md5sum --check: %v\n%s", err, out)
	}
}

// write makes a file and its folders.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}
