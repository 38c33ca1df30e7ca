package kit

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lanyard/assets"
)

// The languages of the window, as settings hold them; "" is the system's.
const (
	LanguageChinese = "zh-Hans"
	LanguageEnglish = "en"
)

// UseLanguage makes lang.L and lang.N answer in a language of the settings.
// Texts on the screen change when they are made again. Fyne cannot be told a
// language, so the words chosen are loaded as those of the system's locale.
func UseLanguage(choice string) error {
	locale := lang.SystemLocale()
	if choice == "" && strings.HasPrefix(strings.ToLower(locale.String()), "zh") {
		choice = LanguageChinese
	}
	table := assets.English
	if choice == LanguageChinese {
		table = assets.Chinese
	}
	if err := lang.AddTranslationsForLocale(table, locale); err != nil {
		return fmt.Errorf("loading the words of %q: %w", choice, err)
	}
	return nil
}
