package netcore

import (
	"fmt"
	"strconv"
)

// MinTransferLimit is the smallest limit of all transfers together, in bytes a
// second.
const MinTransferLimit = 16 << 10

// readTransfers takes the settings of transfers from what is kept.
func (s *Settings) readTransfers(kept map[string]string) {
	s.Clash = Clash(kept[settingClash])
	s.SendLimit = keptLimit(kept[settingSendLimit])
	s.ReceiveLimit = keptLimit(kept[settingReceiveLimit])
	if s.Clash == ClashBeside { // never set
		s.Clash = ClashKeep
	}
}

// keptLimit reads a limit. What is none of this program's making is no limit.
func keptLimit(text string) int64 {
	limit, err := strconv.ParseInt(text, 10, 64)
	if err != nil || limit < MinTransferLimit {
		return 0
	}
	return limit
}

// writeTransfers adds the settings of transfers to what is to be kept.
func (s *Settings) writeTransfers(kept map[string]string) {
	kept[settingClash] = string(s.Clash)
	kept[settingSendLimit] = strconv.FormatInt(s.SendLimit, 10)
	kept[settingReceiveLimit] = strconv.FormatInt(s.ReceiveLimit, 10)
}

// checkedTransfers returns the settings as they can be kept, as far as they are
// about transfers.
func (s Settings) checkedTransfers() (Settings, error) {
	switch s.Clash {
	case ClashBeside:
		s.Clash = ClashKeep
	case ClashKeep, ClashReplace, ClashSkip:
	default:
		return s, fmt.Errorf("files that are there already: %q: %w", s.Clash, ErrSettings)
	}
	for _, limit := range []int64{s.SendLimit, s.ReceiveLimit} {
		if limit != 0 && limit < MinTransferLimit {
			return s, fmt.Errorf("a limit of %d bytes a second, less than %d: %w", limit, MinTransferLimit, ErrSettings)
		}
	}
	return s, nil
}

// unasked is what becomes of files that are there already when nobody was asked
// whether the others may come: none goes.
func (s Settings) unasked() Clash {
	if s.Clash == ClashReplace {
		return ClashKeep
	}
	return s.Clash
}
