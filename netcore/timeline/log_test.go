package timeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// TestOnlyTheUsersOwnTroubleIsLogged: what anybody can cause, again and again,
// must not fill the log.
func TestOnlyTheUsersOwnTroubleIsLogged(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want slog.Level
	}{
		"the disk":      {fmt.Errorf("%w: %w", errStore, errors.New("full")), slog.LevelInfo},
		"a link lost":   {fmt.Errorf("%w: %w", errStore, context.Canceled), slog.LevelDebug},
		"a flood":       {store.ErrFull, slog.LevelDebug},
		"bad frames":    {wire.ErrMalformed, slog.LevelDebug},
		"an end":        {io.ErrUnexpectedEOF, slog.LevelDebug},
		"not taken":     {errNotTaken, slog.LevelDebug},
		"many streams":  {errBusy, slog.LevelDebug},
		"a stream died": {errors.New("reset"), slog.LevelDebug},
	} {
		if got := levelOf(test.err); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
