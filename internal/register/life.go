package register

import (
	"fmt"
	"slices"
)

// State is where a finding is in its life.
type State string

// The states. A finding is open until somebody or something says more about it.
const (
	Open         State = "open"
	Acknowledged State = "acknowledged"
	InProgress   State = "in-progress"
	// Fixed is what people claim; the next look proves or disproves it.
	Fixed State = "fixed"
	// Verified is a fix that was proven: whoever saw the fault looked again, at the same place, and no longer finds it.
	Verified      State = "verified"
	FalsePositive State = "false-positive"
	// Accepted is a risk that somebody with the right to do so took, until a day.
	Accepted State = "accepted"
	// Merged is no state that people see: the finding is part of another one since somebody said that they are the same.
	Merged State = "merged"
)

// States lists all states that a finding can be seen in, in the order of a life.
func States() []State {
	return []State{Open, Acknowledged, InProgress, Fixed, Verified, FalsePositive, Accepted}
}

// Active tells that there is still something to do: only these have a clock.
func (s State) Active() bool { return s == Open || s == Acknowledged || s == InProgress || s == Fixed }

// steps are the moves that people may make, from each state.
var steps = map[State][]State{
	Open:          {Acknowledged, InProgress, Fixed, FalsePositive, Accepted},
	Acknowledged:  {Open, InProgress, Fixed, FalsePositive, Accepted},
	InProgress:    {Open, Acknowledged, Fixed, FalsePositive, Accepted},
	Fixed:         {Open, InProgress, FalsePositive, Accepted},
	Verified:      {Open},
	FalsePositive: {Open},
	Accepted:      {Open, FalsePositive, Accepted}, // again, with a later end
}

// Move tells whether people may take a finding from one state to another.
func Move(from, to State) error {
	if !slices.Contains(States(), to) {
		return fmt.Errorf("%w: state %q: want one of %v", ErrInvalid, to, States())
	}
	if to == Verified {
		return fmt.Errorf("%w: nobody can say %q: it is proven by the next look; say %q", ErrConflict, Verified, Fixed)
	}
	if !slices.Contains(steps[from], to) {
		return fmt.Errorf("%w: a finding that is %s cannot become %s; it can become %v", ErrConflict, from, to, steps[from])
	}
	return nil
}

// after is what a look makes of a finding: it was there or it was not. The sentence is "" where nothing changes.
func after(state State, there bool, tool string) (next State, regression bool, why string) {
	switch {
	case there && state == Verified:
		return Open, true, tool + " finds it again: it was verified as fixed, so it is a regression"
	case there && state == Fixed:
		return Open, false, tool + " looked again and still finds it: the fix did not work"
	case !there && state.Active():
		return Verified, false, tool + " looked again and no longer finds it"
	}
	return state, false, ""
}
