package sast

import (
	"errors"
	"fmt"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/syntax"
)

// note is what one file says.
type note struct {
	// found is what stands in the file alone.
	found []finding.Finding
	// notices are what the reader must know to judge it.
	notices []string
}

// Wants tells of a file that rules are meant for: code of a language that people wrote.
func (e *Engine) Wants(c *engine.Content) bool {
	if c.Path == "" || c.Binary || c.Layer > 0 || foreignCode(c.Path) {
		return false
	}
	return e.catalogues[nil] != nil || e.catalogues[syntax.Of(c.Path, c.Data)] != nil
}

// Note looks at one file.
func (e *Engine) Note(c *engine.Content) (any, error) {
	language := syntax.Of(c.Path, c.Data)
	n := &note{}
	if why := unreadable(c.Data); why != "" {
		if language != nil {
			n.notices = append(n.notices, fmt.Sprintf("%s was not read as code: %s", c.Path, why))
			return n, nil
		}
		return nil, nil
	}
	words := search.WordsOf(c.Data)
	if err := e.text(c, words, n); err != nil {
		return nil, err
	}
	if err := e.code(c, language, words, n); err != nil {
		return nil, err
	}
	if len(n.found)+len(n.notices) == 0 {
		return nil, nil
	}
	return n, nil
}

// text runs the rules for any text.
func (e *Engine) text(c *engine.Content, words search.Words, n *note) error {
	wanted, err := e.wanted(nil, c.Path, words)
	if err != nil || len(wanted) == 0 {
		return err
	}
	return e.run(c, search.NewText(string(c.Data)), wanted, n)
}

// code parses the file and runs the rules for its language, if any of them can find something in it.
func (e *Engine) code(c *engine.Content, language *syntax.Language, words search.Words, n *note) error {
	if language == nil {
		return nil
	}
	wanted, err := e.wanted(language, c.Path, words)
	if err != nil || len(wanted) == 0 {
		return err
	}
	tree, err := language.Parse(c.Data)
	if errors.Is(err, syntax.ErrTooLong) {
		n.notices = append(n.notices, fmt.Sprintf("%s was not read as code: it takes too much work", c.Path))
		return nil
	}
	if err != nil {
		return err
	}
	return e.run(c, search.NewFile(tree), wanted, n)
}

// wanted are the rules that can find something in a file.
func (e *Engine) wanted(language *syntax.Language, path string, words search.Words) ([]*entry, error) {
	c := e.catalogues[language]
	if c == nil {
		return nil, nil
	}
	all, err := e.open(c)
	if err != nil {
		return nil, err
	}
	var out []*entry
	for _, one := range all {
		if e.chosen != nil && !e.chosen(one.known.facts) {
			continue
		}
		if one.needs.Met(words) && one.rule.Paths.Matches(path) {
			out = append(out, one)
		}
	}
	return out, nil
}

// run lets rules look at a file.
func (e *Engine) run(c *engine.Content, file *search.File, wanted []*entry, n *note) error {
	for _, one := range wanted {
		r, err := one.ready()
		if err != nil && one.known.ours {
			return err
		}
		if err != nil {
			n.notices = append(n.notices, fmt.Sprintf("%v; the rule finds nothing", err))
			continue
		}
		found, whole := r.Find(file)
		if !whole {
			n.notices = append(n.notices, fmt.Sprintf("rule %s took too much work in %s: it may find more there than is shown", one.known.facts.ID, c.Path))
		}
		for i := range found {
			n.found = append(n.found, describe(c, file, one, &found[i]))
		}
	}
	return nil
}
