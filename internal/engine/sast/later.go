package sast

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/syntax"
	"github.com/reevehq/reeve/internal/wire"
)

// later is what rules that follow data have not asked about a file yet: those that can have no sink in it wait until data may arrive at one elsewhere.
type later struct {
	mu    sync.Mutex
	rules map[string]*entry
	// file gives the file, of which the graph of the note was made, or one like it.
	file func() (*search.File, error)
}

// sinkless tells of a rule that follows data that it has no sink in a file of these words.
func (one *entry) sinkless(words search.Words) bool {
	return one.needs.follows && one.known.part == nil && !one.needs.data.Sinks.Met(words)
}

// waiting are the rules that wait, sorted.
func (v *code) waiting() []string {
	if v.later == nil {
		return nil
	}
	v.later.mu.Lock()
	defer v.later.mu.Unlock()
	return slices.Sorted(maps.Keys(v.later.rules))
}

// wait makes rules wait that waited when the note on a file was kept.
func (e *Engine) wait(c *engine.Content, v *code, rules []string) error {
	if len(rules) == 0 {
		return nil
	}
	language := syntax.Of(c.Path, c.Data)
	if e.catalogues[language] == nil {
		return wire.ErrBroken
	}
	all, err := e.open(e.catalogues[language])
	if err != nil {
		return err
	}
	v.later = &later{rules: map[string]*entry{}, file: sync.OnceValues(func() (*search.File, error) {
		tree, err := language.Parse(c.Data)
		if err != nil {
			return nil, fmt.Errorf("parse %q again: %w", c.Path, err)
		}
		return search.NewFile(tree), nil
	})}
	for _, one := range all {
		if _, waits := slices.BinarySearch(rules, one.known.facts.ID); waits {
			v.later.rules[one.known.facts.ID] = one
		}
	}
	if len(v.later.rules) != len(rules) {
		return wire.ErrBroken
	}
	return nil
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
	file, err := v.later.file()
	if err != nil {
		return nil, err
	}
	if !v.ask(r, file, one) {
		err = errors.New(tooMuch(one, v.path))
	}
	return v.asked[rule], err
}
