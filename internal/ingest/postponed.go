package ingest

import "fmt"

// maxPostponed is how many bytes of a report may wait for what stands after them.
const maxPostponed = 64 << 20

// postponed holds what can only be emitted when more of the report is known.
type postponed struct {
	size int64
	runs []func() error
}

// add lets something of a size in bytes wait.
func (p *postponed) add(size int64, run func() error) error {
	if p.size += size + 64; p.size > maxPostponed {
		return fmt.Errorf("what the findings are about stands after more than %d MiB of them: not held", maxPostponed>>20)
	}
	p.runs = append(p.runs, run)
	return nil
}

// run emits everything that waits, in its order.
func (p *postponed) run() error {
	runs := p.runs
	p.runs, p.size = nil, 0
	for _, run := range runs {
		if err := run(); err != nil {
			return err
		}
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
