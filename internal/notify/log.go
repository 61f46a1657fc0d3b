package notify

import (
	"context"
	"log/slog"
	"strings"
)

// ending passes on what the queue has to say. Once the context has ended, that work was given up because of it is no error.
type ending struct {
	slog.Handler
	until context.Context
}

// Handle implements slog.Handler.
func (h ending) Handle(ctx context.Context, r slog.Record) error {
	given := false
	if h.until.Err() != nil {
		r.Attrs(func(a slog.Attr) bool {
			given = given || strings.Contains(a.Value.String(), context.Canceled.Error())
			return true
		})
	}
	if given {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h ending) WithAttrs(attrs []slog.Attr) slog.Handler {
	return ending{h.Handler.WithAttrs(attrs), h.until}
}

// WithGroup implements slog.Handler.
func (h ending) WithGroup(name string) slog.Handler {
	return ending{h.Handler.WithGroup(name), h.until}
}
