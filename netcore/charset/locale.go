package charset

import "strings"

// fromLocale returns the encoding that a Unix locale names: the first of the
// three variables that is set counts. Without a name of its own, a language
// has the one that it had before UTF-8.
func fromLocale(getenv func(string) string) Encoding {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := getenv(name); locale != "" {
			return ofLocale(locale)
		}
	}
	return UTF8
}

// ofLocale reads language_COUNTRY.CODESET@modifier.
func ofLocale(locale string) Encoding {
	locale, _, _ = strings.Cut(locale, "@")
	place, codeset, named := strings.Cut(locale, ".")
	if named {
		if e, err := ParseEncoding(codeset); err == nil && multibyte(e) {
			return e
		}
		return UTF8
	}
	switch place {
	case "zh_CN", "zh_SG":
		return GBK
	case "zh_TW", "zh_HK", "zh_MO":
		return Big5
	}
	return UTF8
}

// multibyte reports whether an encoding can be a system's own beside UTF-8.
func multibyte(e Encoding) bool {
	return e == GBK || e == Big5 || e == ShiftJIS
}
