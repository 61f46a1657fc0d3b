package sast

import (
	"errors"
	"sync"

	"github.com/reevehq/reeve/internal/search"
)

// later is what rules that follow data have not asked about a file yet: those that can have no sink in it wait until data may arrive at one elsewhere.
type later struct {
	mu    sync.Mutex
	file  *search.File
	rules map[string]*entry
}

// take lets a rule wait, if its sinks are not in the file.
func (w *later) take(one *entry) bool {
	if !one.needs.follows || one.known.part != nil || one.needs.data.Sinks.Met(w.file.Words()) {
		return false
	}
	w.rules[one.known.facts.ID] = one
	return true
}

// noted is what a rule is known to ask about a file; nil if nothing.
func (v *code) noted(rule string) *asked {
	if v.later != nil {
		v.later.mu.Lock()
		defer v.later.mu.Unlock()
	}
	return v.asked[rule]
}

// question is all that a rule asks about a file; nil if nothing. The error tells what is not known of it.
func (v *code) question(rule string) (*asked, error) {
	if v.later == nil {
		return v.asked[rule], nil
	}
	v.later.mu.Lock()
	defer v.later.mu.Unlock()
	one := v.later.rules[rule]
	if one == nil {
		return v.asked[rule], nil
	}
	delete(v.later.rules, rule)
	r, err := one.ready()
	if err != nil || !r.Paths.Matches(v.path) {
		return nil, err
	}
	if !v.ask(r, v.later.file, one) {
		err = errors.New(tooMuch(one, v.path))
	}
	return v.asked[rule], err
}
