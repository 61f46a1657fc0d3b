package reach

import "errors"

var (
	errBudget   = errors.New("the budget is spent")
	errNotHere  = errors.New("the file is not in the target")
	errDoubling = errors.New("generic functions call one another with types that double each time")
	errTooBig   = errors.New("the file is too big to be source code")
)

// budget counts the work done for one project. What is left may become negative: then no more is begun.
type budget struct {
	left int
	// of is what there was at the start.
	of int
}

func newBudget(units int) *budget { return &budget{left: units, of: units} }

// followed is how many times source whose calls are followed counts.
const followed = 16

// spend takes the units for n bytes, times times, and gives errBudget when there are none left.
func (b *budget) spend(n, times int) error {
	b.left -= (n/1024 + 1) * times
	if b.left < 0 {
		return errBudget
	}
	return nil
}
