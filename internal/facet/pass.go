package facet

import (
	"sync"
	"sync/atomic"
)

// pass looks at every block on up to two goroutines. Each of them asks for a worker of its own; what the workers have gathered is put together
// afterwards, by the caller.
func (s *state) pass(worker func() func(b *block)) {
	share(len(s.blocks), func() func(i int) {
		look := worker()
		return func(i int) { look(s.blocks[i]) }
	})
}

// share does the parts 0 to n-1 of a work on up to two goroutines, with a worker for each.
func share(n int, worker func() func(part int)) {
	const small = 8 // parts, below which a goroutine costs more than it brings
	var next atomic.Int64
	run := func(do func(part int)) {
		for {
			part := int(next.Add(1)) - 1
			if part >= n {
				return
			}
			do(part)
		}
	}
	mine := worker()
	if n < small {
		run(mine)
		return
	}
	second := worker()
	var other sync.WaitGroup
	other.Go(func() { run(second) })
	run(mine)
	other.Wait()
}

// selects gives what selects a plan's rows of one block after the other; the selection is good until the next call.
func (p *plan) selects() func(b *block) selection {
	room := new([blockRows]uint16)
	return func(b *block) selection {
		if p.none {
			return nil
		}
		in := every(b, &p.states, room)
		for i := range p.filters {
			if len(in) == 0 {
				return nil
			}
			in = p.filters[i].keep(b, in)
		}
		return in
	}
}
