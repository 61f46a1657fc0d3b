package ingest

import (
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

// maxShelf is how many bytes of findings are held for a table that a report puts after them.
const maxShelf = 64 << 20

// shelf holds findings until the table has been read that completes them. It is bounded: a report whose findings do not fit is refused, not cut.
type shelf struct {
	held  []shelved
	bytes int
}

type shelved struct {
	rule finding.Rule
	find finding.Finding
}

// hold keeps one finding; what names the table, for the error.
func (s *shelf) hold(rule finding.Rule, f finding.Finding, what string) error {
	s.bytes += weigh(&rule, &f)
	if s.bytes > maxShelf {
		return fmt.Errorf("more than %d MiB of findings stand before %s, which they need: split the report", maxShelf>>20, what)
	}
	s.held = append(s.held, shelved{rule, f})
	return nil
}

// release hands all over, each completed.
func (s *shelf) release(out Sink, complete func(*finding.Rule, *finding.Finding)) error {
	for i := range s.held {
		h := &s.held[i]
		complete(&h.rule, &h.find)
		if err := emit(out, h.rule, h.find); err != nil {
			return err
		}
		*h = shelved{}
	}
	return nil
}

// weigh estimates what a finding takes in memory.
func weigh(r *finding.Rule, f *finding.Finding) int {
	n := 1200 + len(r.ID) + len(r.Title) + len(r.Why) + len(r.Fix) + len(f.Message) + len(f.Fix.Text) + place(&f.Location)
	for i := range f.Flow {
		n += 64 + len(f.Flow[i].Message) + place(&f.Flow[i].Location)
	}
	for i := range f.Also {
		n += place(&f.Also[i])
	}
	for _, fact := range f.Facts {
		n += 32 + len(fact.Name) + len(fact.Value)
	}
	return n
}

func place(l *finding.Location) int {
	n := 160 + len(l.Path) + len(l.Snippet)
	for _, step := range l.Logical {
		n += 32 + len(step.Name)
	}
	return n
}
