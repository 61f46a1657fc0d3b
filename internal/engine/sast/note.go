package sast

import (
	"errors"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// note is what one file says.
type note struct {
	// found is what stands in the file alone, seen the places of it with the rules that saw them.
	found []finding.Finding
	seen  []seen
	// notices are what the reader must know to judge it.
	notices []string
	// code is the file as data is followed through it with others; nil where no rule does that.
	code *code
	// extracted is code of other languages in it, as data is followed through that; rows are what it says for rules that join findings of others.
	extracted []*code
	rows      []row
}

// seen is a place at which a rule found something.
type seen struct {
	rule string
	sighting
}

// code is a file as data is followed through it.
type code struct {
	path  string
	text  string
	graph *flow.Graph
	// asked are what rules ask about it, by their ids.
	asked map[string]*asked
	later *later
}

// asked is what a rule asks about a file, with what there is to be said of each sink.
type asked struct {
	question *flow.Asked
	sinks    []sighting
}

// Wants tells of a file that rules are meant for: code of a language that people wrote.
func (e *Engine) Wants(c *engine.Content) bool {
	if c.Path == "" || c.Binary || c.Layer > 0 || ForeignCode(c.Path) {
		return false
	}
	return e.catalogues[nil] != nil || e.catalogues[syntax.Of(c.Path, c.Data)] != nil
}

// Note looks at one file.
func (e *Engine) Note(c *engine.Content) (any, error) {
	language := syntax.Of(c.Path, c.Data)
	n := &note{}
	if why := Unreadable(c.Data); why != "" {
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
	n.describe(e, c)
	return n, nil
}

// describe makes findings of what was seen in a file.
func (n *note) describe(e *Engine, c *engine.Content) {
	for _, s := range n.seen {
		n.found = append(n.found, describe(c.Path, c.Data, e.byID[s.rule], s.sighting))
	}
}

// text runs the rules for any text.
func (e *Engine) text(c *engine.Content, words search.Words, n *note) error {
	wanted, err := e.wanted(nil, words)
	if err != nil || len(wanted) == 0 {
		return err
	}
	return e.run(c, search.NewText(string(c.Data)).Knowing(words), wanted, n)
}

// code parses the file and runs the rules for its language, if any of them can find something in it, there or together with other files.
func (e *Engine) code(c *engine.Content, language *syntax.Language, words search.Words, n *note) error {
	if language == nil {
		return nil
	}
	wanted, err := e.wanted(language, words)
	if err != nil || len(wanted) == 0 && (e.catalogues[language] == nil || !e.catalogues[language].follows) {
		return err
	}
	file, err := parsed(c, c.Data, language, n)
	if file == nil {
		return err
	}
	return e.look(c, file.Knowing(words), wanted, n)
}

// parsed parses a text of a file, which is all of it or what was extracted from it at its place; nil where that takes too much work, or there is no grammar.
func parsed(c *engine.Content, text []byte, language *syntax.Language, n *note) (*search.File, error) {
	tree, err := language.Parse(text)
	if errors.Is(err, syntax.ErrTooLong) {
		n.notices = append(n.notices, fmt.Sprintf("%s was not read as code: it takes too much work", c.Path))
		return nil, nil
	}
	if errors.Is(err, syntax.ErrAbsent) {
		n.notices = append(n.notices, fmt.Sprintf("code in %s was not read: %v", language.Title, syntax.ErrAbsent))
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return search.NewFile(tree), nil
}

// look runs rules over code. Where the file is held, those that can have no sink in it wait until there is one somewhere.
func (e *Engine) look(c *engine.Content, file *search.File, wanted []*entry, n *note) error {
	if !e.catalogues[file.Tree().Language].follows {
		return e.run(c, file, wanted, n)
	}
	waiting := map[string]*entry{}
	if c.Held {
		wanted = slices.DeleteFunc(wanted, func(one *entry) bool {
			waits := one.sinkless(file.Words())
			if waits {
				waiting[one.known.facts.ID] = one
			}
			return waits
		})
	}
	if err := e.run(c, file, wanted, n); err != nil {
		return err
	}
	if n.code == nil {
		n.code = &code{}
	}
	n.code.path, n.code.text, n.code.graph = c.Path, file.Tree().Text, file.Graph()
	if len(waiting) > 0 {
		n.code.later = &later{rules: waiting, file: func() (*search.File, error) { return file, nil }}
	} else {
		n.code.graph.Forget()
	}
	return nil
}

// wanted are the rules that have something to do with a file of these words.
func (e *Engine) wanted(language *syntax.Language, words search.Words) ([]*entry, error) {
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
		if (e.chosen == nil || e.chosen(one.known.facts)) && one.needs.met(words) {
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
		if !r.Paths.Matches(c.Path) {
			continue
		}
		whole := true
		if one.needs.follows && one.known.part == nil {
			if n.code == nil {
				n.code = &code{}
			}
			whole = n.code.ask(r, file, one)
		} else {
			var found []search.Range
			found, whole = r.Find(file)
			if err := e.found(c, file, one, found, n); err != nil {
				return err
			}
		}
		if !whole {
			n.notices = append(n.notices, tooMuch(one, c.Path))
		}
	}
	return nil
}

func tooMuch(one *entry, path string) string {
	return fmt.Sprintf("rule %s took too much work in %s: it may find more there than is shown", one.known.facts.ID, path)
}

// found takes down what a rule found in a file alone.
func (e *Engine) found(c *engine.Content, file *search.File, one *entry, found []search.Range, n *note) error {
	if one.rule().Mode == semgrep.ModeExtract {
		return e.extract(c, file, one, found, n)
	}
	for i := range found {
		s := sight(file, one, &found[i])
		if p := one.known.part; p != nil {
			n.rows = append(n.rows, p.row(c.Path, file, &found[i], describe(c.Path, c.Data, one.known, s)))
			continue
		}
		n.seen = append(n.seen, seen{one.known.facts.ID, s})
	}
	return nil
}

// ask takes down what a rule that follows data asks about a file.
func (v *code) ask(r *search.Rule, file *search.File, one *entry) bool {
	q, whole := r.Ask(file)
	if q == nil || q.Empty() {
		return whole
	}
	if v.asked == nil {
		v.asked = map[string]*asked{}
	}
	a := &asked{question: q.Asked}
	for i := range q.Ranges {
		a.sinks = append(a.sinks, sight(file, one, &q.Ranges[i]))
	}
	v.asked[one.known.facts.ID] = a
	return whole
}
