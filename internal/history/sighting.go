package history

import (
	"fmt"
	"sync"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// sighting is one finding seen in one object. There may be very many (a secret in a file of a thousand versions), so it is small.
type sighting struct {
	// object holds it: a blob, commit or tag, or whatever a tree entry of that name leads to.
	object git.ID
	// finding is an index into ledger.findings.
	finding int32
	// start and end are where it stands in the object, in bytes of the content as the engine saw it.
	start, end int32
	// name is the path component that holds it, where the finding is about a name; "" otherwise.
	name string
}

// ledger gathers what all workers see.
type ledger struct {
	mu        sync.Mutex
	findings  []finding.Finding
	index     map[key]int32
	sightings []sighting
}

// key tells apart findings that must be judged apart: the same secret may mean another thing under another rule or inside an archive.
type key struct {
	fingerprint finding.Fingerprint
	rule        string
	member      string
	surface     finding.Surface
	// context is what the engine said about this place: the same value may be judged otherwise in other words.
	context string
}

func contextOf(f *finding.Finding) string {
	return fmt.Sprint(f.Confidence, f.Facts, f.Reasons, f.Message)
}

func newLedger() *ledger { return &ledger{index: map[key]int32{}} }

// enter notes a finding and gives its number.
func (l *ledger) enter(f finding.Finding) int32 {
	k := key{f.Fingerprint, f.Rule, f.Location.Path, f.Location.Surface, contextOf(&f)}
	l.mu.Lock()
	defer l.mu.Unlock()
	n, known := l.index[k]
	if !known {
		n = int32(len(l.findings))
		l.index[k] = n
		l.findings = append(l.findings, f)
	}
	return n
}

func (l *ledger) see(s ...sighting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sightings = append(l.sightings, s...)
}

// state is what a blob passes on to the blobs stored as a difference to it.
type state struct {
	seen []sighting
	// whole tells that the blob's verdict depends on all of it, so its successors are looked at as a whole.
	whole bool
}

// changed gives the parts of an object that were not taken from its base. Where something was cut out, the seam counts as changed.
func changed(o *git.Object) []engine.Span {
	var spans []engine.Span
	at, from := 0, 0
	for _, c := range o.Copies {
		if c.To > at || c.From != from {
			spans = append(spans, engine.Span{Start: at, End: c.To})
		}
		at, from = c.To+c.Len, c.From+c.Len
	}
	if at < len(o.Data) || len(o.Copies) == 0 {
		spans = append(spans, engine.Span{Start: at, End: len(o.Data)})
	} else {
		spans = append(spans, engine.Span{Start: at, End: at})
	}
	return spans
}

// inherited carries the base's sightings over to where the object took their bytes, unless they touch a part that was looked at anew.
func inherited(base *state, o *git.Object, fresh []engine.Span) []sighting {
	if base == nil {
		return nil
	}
	var kept []sighting
	for _, s := range base.seen {
		for _, c := range o.Copies {
			if int(s.start) < c.From || int(s.end) > c.From+c.Len {
				continue
			}
			moved := s
			moved.object = o.ID
			moved.start += int32(c.To - c.From)
			moved.end += int32(c.To - c.From)
			if !touches(fresh, int(moved.start), int(moved.end)) {
				kept = append(kept, moved)
			}
		}
	}
	return kept
}

func touches(spans []engine.Span, start, end int) bool {
	for _, s := range spans {
		if s.Start < end && start < s.End {
			return true
		}
	}
	return false
}
