package charset

import (
	"errors"
	"strings"
	"testing"
)

func TestParseEncoding(t *testing.T) {
	for name, want := range map[string]Encoding{
		"": Auto, "auto": Auto, "AUTO": Auto, "自动": Auto,
		"utf-8": UTF8, "UTF8": UTF8, "utf_8": UTF8, "cp65001": UTF8, "65001": UTF8,
		"gbk": GBK, "GBK": GBK, "gb2312": GBK, "GB18030": GBK, "gb_2312-80": GBK, "cp936": GBK, "936": GBK, "CP 936": GBK,
		"euc-cn": GBK, "EUC_CN": GBK,
		"big5": Big5, "Big-5": Big5, "big5-hkscs": Big5, "CP950": Big5,
		"shift-jis": ShiftJIS, "Shift_JIS": ShiftJIS, "sjis": ShiftJIS, "MS_Kanji": ShiftJIS, "windows-31j": ShiftJIS, "932": ShiftJIS,
		"raw": Raw, "bytes": Raw,
		"utf-16": UTF16LE, "UTF-16LE": UTF16LE, "utf16be": UTF16BE,
	} {
		if got, err := ParseEncoding(name); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"latin-1", "gbk2", "utf-7", "-g-b-k-x", strings.Repeat("a", 1<<20), "\x00", "ＧＢＫ"} {
		if got, err := ParseEncoding(name); !errors.Is(err, ErrUnknown) || got != "" {
			t.Errorf("%.40q: got %q, %v", name, got, err)
		} else if len(err.Error()) > 300 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	}
}

func TestEachEncodingHasItsOwnName(t *testing.T) {
	for _, e := range append(Choices(), UTF16LE, UTF16BE) {
		if got, err := ParseEncoding(string(e)); err != nil || got != e {
			t.Errorf("%q is read as %q, %v", e, got, err)
		}
	}
	if Choices()[0] != Auto {
		t.Error("the first choice is not Auto")
	}
}

func TestFromCodePage(t *testing.T) {
	for cp, want := range map[int]Encoding{
		936: GBK, 54936: GBK, 950: Big5, 932: ShiftJIS, 65001: UTF8, 1200: UTF16LE, 1201: UTF16BE,
		437: UTF8, 1252: UTF8, 0: UTF8, -1: UTF8, 1 << 40: UTF8,
	} {
		if got := FromCodePage(cp); got != want {
			t.Errorf("%d: got %q, want %q", cp, got, want)
		}
	}
}

func TestFromLocale(t *testing.T) {
	for _, c := range []struct {
		all, ctype, lang string
		want             Encoding
	}{
		{"", "", "", UTF8},
		{"", "", "C", UTF8},
		{"", "", "POSIX", UTF8},
		{"", "", "zh_CN.UTF-8", UTF8},
		{"", "", "zh_CN.GBK", GBK},
		{"", "", "zh_CN.gb18030", GBK},
		{"", "", "zh_CN.GB2312@pinyin", GBK},
		{"", "", "zh_CN", GBK},
		{"", "", "zh_SG", GBK},
		{"", "", "zh_TW.big5", Big5},
		{"", "", "zh_HK", Big5},
		{"", "", "zh_TW.UTF-8", UTF8},
		{"", "", "ja_JP.SJIS", ShiftJIS},
		{"", "", "ja_JP.eucJP", UTF8},
		{"", "", "en_US.ISO-8859-1", UTF8},
		{"", "", "de_DE@euro", UTF8},
		{"", "", "zh_CN.raw", UTF8},
		{"", "", "zh_CN.", UTF8},
		{"", "zh_CN.GBK", "en_US.UTF-8", GBK},
		{"C.UTF-8", "zh_CN.GBK", "zh_CN.GBK", UTF8},
		{"zh_CN.GBK", "", "en_US.UTF-8", GBK},
		{"\xff\x00.\xfe", "", "", UTF8},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang}
		if got := fromLocale(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%q %q %q: got %q, want %q", c.all, c.ctype, c.lang, got, c.want)
		}
	}
}

func TestLocalIsOneThatCanBe(t *testing.T) {
	if e := Local(); e != UTF8 && !multibyte(e) && e != UTF16LE && e != UTF16BE {
		t.Errorf("this PC's own encoding is %q", e)
	} else {
		t.Logf("this PC's own encoding is %q", e)
	}
}
