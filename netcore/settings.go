package netcore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"lanyard/netcore/roster"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// ErrSettings says that settings cannot be taken as they are.
var ErrSettings = errors.New("these settings cannot be used")

// Keys of the settings in the store.
const (
	settingName     = "name"
	settingSaveDir  = "save_dir"
	settingLanguage = "language"
	settingTheme    = "theme"

	settingNoStrangerTexts = "no_stranger_texts"
	settingNoStrangerFiles = "no_stranger_files"
	settingInvisible       = "invisible"

	settingClash        = "clash"
	settingSendLimit    = "send_limit"
	settingReceiveLimit = "receive_limit"
)

// settingOn is the value of a setting that is either on or not there.
const settingOn = "1"

// settingValue is the value of a setting that is on or off.
func settingValue(on bool) string {
	if on {
		return settingOn
	}
	return ""
}

// settingsBox keeps the settings at hand, as they are in the store.
type settingsBox struct {
	db *store.DB

	mu    sync.RWMutex
	value Settings
}

// loadSettings reads the settings of a profile; name, if given, is from now on.
func loadSettings(ctx context.Context, db *store.DB, name string) (*settingsBox, error) {
	kept, err := db.Settings(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	box := &settingsBox{db: db, value: Settings{
		Name:     kept[settingName],
		SaveDir:  kept[settingSaveDir],
		Language: kept[settingLanguage],
		Theme:    kept[settingTheme],
		Named:    kept[settingName] != "",

		NoStrangerTexts: kept[settingNoStrangerTexts] == settingOn,
		NoStrangerFiles: kept[settingNoStrangerFiles] == settingOn,
		Invisible:       kept[settingInvisible] == settingOn,
	}}
	box.value.readTransfers(kept)
	if box.value.Name == "" {
		box.value.Name = safename.Display(defaultName(), roster.MaxName)
	}
	if box.value.SaveDir == "" {
		box.value.SaveDir = defaultSaveDir()
	}
	if name == "" {
		return box, nil
	}
	renamed := box.value
	renamed.Name = name
	_, err = box.set(ctx, renamed)
	return box, err
}

// get returns the settings.
func (b *settingsBox) get() Settings {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.value
}

// set checks and commits the settings, and returns what they were.
func (b *settingsBox) set(ctx context.Context, s Settings) (before Settings, err error) {
	if s, err = s.checked(); err != nil {
		return b.get(), err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	before = b.value
	values := map[string]string{
		settingName: s.Name, settingSaveDir: s.SaveDir, settingLanguage: s.Language, settingTheme: s.Theme,
		settingNoStrangerTexts: settingValue(s.NoStrangerTexts), settingNoStrangerFiles: settingValue(s.NoStrangerFiles),
		settingInvisible: settingValue(s.Invisible),
	}
	s.writeTransfers(values)
	if err = b.db.SetSettings(ctx, values); err != nil {
		return before, fmt.Errorf("saving the settings: %w", err)
	}
	b.value = s
	return before, nil
}

// checked returns the settings as they can be kept.
func (s Settings) checked() (Settings, error) {
	s.Name = safename.Display(s.Name, roster.MaxName)
	s.Named = true
	switch {
	case s.Name == "":
		return s, fmt.Errorf("the name is empty: %w", ErrSettings)
	case !filepath.IsAbs(s.SaveDir):
		return s, fmt.Errorf("the save folder %q is not absolute: %w", s.SaveDir, ErrSettings)
	case s.Language != "" && s.Language != "en" && s.Language != "zh-Hans":
		return s, fmt.Errorf("language %q: %w", s.Language, ErrSettings)
	case s.Theme != "" && s.Theme != "light" && s.Theme != "dark":
		return s, fmt.Errorf("theme %q: %w", s.Theme, ErrSettings)
	}
	return s.checkedTransfers()
}

// Settings returns what the user chose.
func (n *Node) Settings() Settings { return n.settings.get() }

// SetSettings commits what the user chose. A new name is told to everybody who
// is linked; who may not reach this copy any more is gone when it returns. It
// fails with ErrSettings if something in them cannot be used.
func (n *Node) SetSettings(ctx context.Context, s Settings) error {
	before, err := n.settings.set(ctx, s)
	if err != nil {
		return err
	}
	now := n.Settings()
	if now.Name != before.Name {
		n.tellName(now.Name)
	}
	n.setReach(ctx, before, now)
	n.transfers.SetBandwidth(now.SendLimit, now.ReceiveLimit)
	n.bus.publish(Event{Kind: EventSettings})
	return nil
}

// setReach makes the settings count that say who may reach this copy.
func (n *Node) setReach(ctx context.Context, before, now Settings) {
	if detail := reachChange(before, now); detail != "" {
		n.note(ctx, logged{what: AuditReach, detail: detail, outcome: OutcomeDone})
	}
	if before.Invisible == now.Invisible {
		return
	}
	n.links.Recheck(false)
	if n.discovery != nil {
		n.discovery.Announce()
	}
}

// reachChange says what changed of who may reach this copy, as it is written
// in a terminal; nothing if nothing did.
func reachChange(before, now Settings) string {
	var changes []string
	for _, one := range []struct {
		key         string
		before, now bool
	}{
		{"stranger-texts", !before.NoStrangerTexts, !now.NoStrangerTexts},
		{"stranger-files", !before.NoStrangerFiles, !now.NoStrangerFiles},
		{"invisible", before.Invisible, now.Invisible},
	} {
		if one.before != one.now {
			changes = append(changes, one.key+"="+onOrOff(one.now))
		}
	}
	return strings.Join(changes, " ")
}

// onOrOff writes a yes or no as the terminal does.
func onOrOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
