package netcore

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/adrg/xdg"

	"lanyard/netcore/command"
	"lanyard/netcore/link"
)

// DefaultListen is where a copy listens when nothing else is asked for: every
// address, port 9527, or the next free one.
const DefaultListen = ":9527"

// Config says how to open a Node. The zero value opens the user's own profile
// as the desktop program does.
type Config struct {
	Profile    string   // folder; empty: DefaultProfile
	Name       string   // shown to others from now on; empty: as set before
	Listen     string   // host:port; empty: DefaultListen
	Quiet      bool     // no discovery: nothing is announced, nothing is heard
	Interfaces []string // announce on these only; none: on all that are suitable
	Window     bool     // a window shows this copy: a second start raises it
	Logger     *slog.Logger

	Network link.Network     // nil: real TCP
	Now     func() time.Time // nil: the system's clock
	// Mono is a clock that only goes forward, beside Now when others are asked
	// for the time; nil: the system's.
	Mono func() time.Duration

	commands command.Limits // zero: the usual ones

	wall func() time.Time // Now as it was given: nil means the system's, as exact as it gets
}

// complete fills in the defaults.
func (c Config) complete() (Config, error) {
	if c.Profile == "" {
		c.Profile = DefaultProfile()
	}
	profile, err := filepath.Abs(c.Profile)
	if err != nil {
		return c, fmt.Errorf("finding the profile folder: %w", err)
	}
	c.Profile = profile
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.wall = c.Now
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// DefaultProfile is the platform's own place for a user's data of a program,
// local to this PC: a device key must not roam to another one.
func DefaultProfile() string {
	if runtime.GOOS == "linux" {
		return filepath.Join(xdg.DataHome, "lanyard")
	}
	return filepath.Join(xdg.DataHome, "Lanyard")
}

// defaultSaveDir is where files go before the user has chosen.
func defaultSaveDir() string {
	return filepath.Join(xdg.UserDirs.Download, "Lanyard")
}

// defaultName is what others see before the user has chosen a name: the PC's
// name says less about a person than the account's.
func defaultName() string {
	if name, err := os.Hostname(); err == nil && name != "" {
		return name
	}
	return "Lanyard"
}

// makeProfile makes the folder, for this user only. One that is there already
// keeps its mode: it may be more than a profile.
func makeProfile(dir string, log *slog.Logger) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the profile folder: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("looking at the profile folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("profile %s: %w", dir, errors.New("not a folder"))
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		log.Warn("other users of this PC can look into the profile folder", "folder", dir, "mode", info.Mode().Perm())
	}
	return nil
}
