package desk

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestPaged_showsWhatStaysOnce: while things come and go between pages, what stays is shown once, in order.
func TestPaged_showsWhatStaysOnce(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	fresh := 0
	for range 200 {
		stay, now := map[string]bool{}, []string{}
		for i := range random.IntN(60) {
			name := fmt.Sprintf("%c%d", 'a'+random.IntN(3), i)
			now = append(now, name)
			stay[name] = true
		}
		var shown []string
		s := Slice{Limit: 1 + random.IntN(7)}
		for {
			page, err := paged(slices.Clone(now), s, func(s *string) string { return *s })
			if err != nil || len(page.Items) > s.Limit || page.Total != len(now) {
				t.Fatalf("%+v %v", page, err)
			}
			shown = append(shown, page.Items...)
			if s.After = page.Next; page.Next == "" {
				break
			}
			if random.IntN(2) == 0 && len(now) > 0 {
				at := random.IntN(len(now))
				delete(stay, now[at])
				now = slices.Delete(now, at, at+1)
			}
			fresh++
			now = append(now, fmt.Sprintf("%cx%d", 'a'+random.IntN(3), fresh))
		}
		if !slices.IsSorted(shown) || len(slices.Compact(slices.Clone(shown))) != len(shown) {
			t.Fatalf("shown twice or out of order: %q", shown)
		}
		for name := range stay {
			if !slices.Contains(shown, name) {
				t.Fatalf("%q was skipped: %q", name, shown)
			}
		}
	}
}

func TestPaged_refusesWhatMakesNoSense(t *testing.T) {
	for _, s := range []Slice{{Limit: -1}, {Limit: MaxPage + 1}, {After: "!"}, {After: strings.Repeat("A", 5000)}} {
		if _, err := paged([]string{"a"}, s, func(s *string) string { return *s }); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, after := range []string{"!", "ZQ", "eA", cursorOf(0), cursorOf(-1), "ZTFh"} {
		if _, err := eventCursor(after); !errors.Is(err, ErrInvalid) {
			t.Errorf("cursor %q: %v", after, err)
		}
	}
	if seq, err := eventCursor(cursorOf(42)); err != nil || seq != 42 {
		t.Errorf("%d %v", seq, err)
	}
}
