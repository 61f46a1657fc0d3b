package notify

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestEnding_isSilentAboutWhatWasGivenUp(t *testing.T) {
	var said bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	log := slog.New(ending{slog.NewTextHandler(&said, nil), ctx}).With("part", "queue")
	log.Error("before", "error", context.Canceled)
	cancel()
	log.Error("given up", "error", context.Canceled)
	log.Error("broken", "error", errors.New("disk full"))
	if got := said.String(); !strings.Contains(got, "before") || strings.Contains(got, "given up") || !strings.Contains(got, "disk full") {
		t.Errorf("it says %q", got)
	}
}
