package ingest

import (
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

// maxHeld is how many bytes of a report may be held: tables that findings refer to, and findings that wait for what stands after them. A report
// that needs more is refused, not cut.
const maxHeld = 64 << 20

// budget counts what is held.
type budget int64

// take counts bytes; what names them, for the error.
func (b *budget) take(bytes int64, what string) error {
	if *b += budget(bytes); *b > maxHeld {
		return fmt.Errorf("%s take more than %d MiB, which is more than is held: split the report", what, maxHeld>>20)
	}
	return nil
}

// postponed holds what can only be emitted when more of the report is known.
type postponed struct {
	budget
	runs []func() error
}

// add lets something of a size in bytes wait.
func (p *postponed) add(bytes int64, run func() error) error {
	p.runs = append(p.runs, run)
	return p.take(bytes+64, "findings that stand before what they are about")
}

// run emits everything that waits, in its order.
func (p *postponed) run() error {
	runs := p.runs
	*p = postponed{}
	for i, run := range runs {
		if err := run(); err != nil {
			return err
		}
		runs[i] = nil
	}
	return nil
}

// eachWhen is each for elements that may come before what they need: until ready they wait.
func eachWhen[T any](j *jsonReader, late *postponed, ready bool, take func(*T) error) error {
	return j.elements(func() error {
		at := j.dec.InputOffset()
		one := new(T)
		if err := j.value(one); err != nil {
			return err
		}
		if ready {
			return take(one)
		}
		return late.add(j.dec.InputOffset()-at, func() error { return take(one) })
	})
}

// shelf lets findings wait for a table that the report puts after them.
type shelf struct {
	postponed
	out Sink
	// complete adds to a rule and its finding what the table says.
	complete func(*finding.Rule, *finding.Finding)
}

// hold lets a finding wait.
func (s *shelf) hold(rule finding.Rule, f finding.Finding) error {
	return s.add(weigh(&rule, &f), func() error {
		s.complete(&rule, &f)
		return emit(s.out, rule, f)
	})
}

// weigh estimates what a finding takes in memory.
func weigh(r *finding.Rule, f *finding.Finding) int64 {
	n := 1200 + len(r.ID) + len(r.Title) + len(r.Why) + len(r.Fix) + len(f.Message) + len(f.Fix.Text) + weighPlace(&f.Location)
	for i := range f.Flow {
		n += 64 + len(f.Flow[i].Message) + weighPlace(&f.Flow[i].Location)
	}
	for i := range f.Also {
		n += weighPlace(&f.Also[i])
	}
	for _, fact := range f.Facts {
		n += 32 + len(fact.Name) + len(fact.Value)
	}
	return int64(n)
}

func weighPlace(l *finding.Location) int {
	n := 160 + len(l.Path) + len(l.Snippet)
	for _, step := range l.Logical {
		n += 32 + len(step.Name)
	}
	return n
}
