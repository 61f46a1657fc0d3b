package trace

import (
	"context"
	"errors"
	"testing"
)

func TestStart_costsNothingWhenOff(t *testing.T) {
	ctx, err := t.Context(), errors.New("broken")
	allocated := testing.AllocsPerRun(100, func() {
		inner, span := Start(ctx, "import")
		_, part := Start(inner, "read")
		part.Count("findings", 1_000_000)
		part.Text("format", "sarif")
		part.End(err)
		if span.ID() != "" {
			t.Error("a span that is not recorded has an id")
		}
		span.End(nil)
	})
	if allocated != 0 {
		t.Errorf("%v allocations, want none", allocated)
	}
}

// counter counts what is begun.
type counter struct{ begun int }

func (c *counter) Begin(ctx context.Context, _ string, _ Caller) (context.Context, Part) {
	c.begun++
	return ctx, nil
}

func TestRecord_turnsOnAndOff(t *testing.T) {
	c := &counter{}
	Record(c)
	_, span := Start(t.Context(), "one")
	span.End(nil)
	Record(nil)
	Start(t.Context(), "two")
	if c.begun != 1 {
		t.Errorf("%d parts were recorded, want 1", c.begun)
	}
}

func BenchmarkStart_off(b *testing.B) {
	ctx := b.Context()
	for b.Loop() {
		_, span := Start(ctx, "work")
		span.End(nil)
	}
}
