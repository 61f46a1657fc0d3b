package sast

import (
	"fmt"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// catalogue is what there is to be looked for in a language.
type catalogue struct {
	// language is nil for text that is not read as code.
	language *syntax.Language
	rules    []*known
	once     sync.Once
	entries  []*entry
	// follows tells that some rule follows data.
	follows bool
	err     error
}

// entry is a rule in a language.
type entry struct {
	known *known
	needs needs
	// ready makes the rule ready, once.
	ready func() (*search.Rule, error)
}

// rule is what is looked for. It is read before a file is looked at for it (see wanted), where an error is told.
func (one *entry) rule() *semgrep.Rule {
	r, _ := one.known.read()
	return r
}

// needs are what a file must hold for a rule that searches to find something in it, or for one that follows data.
type needs struct {
	found   search.Needs
	follows bool
	data    search.TaintNeeds
}

// met tells whether the rule has anything to do with a file.
func (n *needs) met(words search.Words) bool {
	if n.follows {
		return n.data.Sinks.Met(words) || n.data.Sources.Met(words) || n.data.Others.Met(words)
	}
	return n.found.Met(words)
}

// open lists the rules of a catalogue with what they need, once. Of ours that is known before they are read: most looks need few of them.
func (e *Engine) open(c *catalogue) ([]*entry, error) {
	c.once.Do(func() {
		for _, k := range c.rules {
			one := &entry{known: k, ready: sync.OnceValues(func() (*search.Rule, error) { return e.ready(k, c.language) })}
			if one.needs, c.err = needsOf(e.compiler, k, c.language); c.err != nil {
				return
			}
			c.follows = c.follows || one.needs.follows
			c.entries = append(c.entries, one)
		}
	})
	return c.entries, c.err
}

// ready makes a rule ready. Patterns of ours are parsed when a file holds their words, as the tests of the rules have seen that all can be; those of others
// at once, so that one that cannot be is named.
func (e *Engine) ready(k *known, language *syntax.Language) (*search.Rule, error) {
	r, err := k.read()
	if err != nil {
		return nil, err
	}
	compiled, err := e.compiler.Compile(r, language)
	if err == nil && !k.ours {
		err = compiled.Check()
	}
	return compiled, err
}

// needsOf gives what a rule asks of files of a language: what was written of it, or what its patterns say.
func needsOf(c *search.Compiler, k *known, language *syntax.Language) (needs, error) {
	for line := range strings.Lines(k.needs) {
		names, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !strings.Contains(" "+names+" ", " "+nameOf(language)+" ") {
			continue
		}
		var n needs
		var err error
		if n.follows = strings.Contains(text, "\t"); n.follows {
			n.data, err = search.ParseTaintNeeds(text)
		} else {
			n.found, err = search.ParseNeeds(text)
		}
		if err != nil {
			return n, fmt.Errorf("rule %q: %w", k.facts.ID, err)
		}
		return n, nil
	}
	r, err := k.read()
	if err != nil {
		return needs{}, err
	}
	if r.Mode == semgrep.ModeTaint {
		return needs{follows: true, data: c.TaintNeeds(r, language)}, nil
	}
	return needs{found: c.Needs(r, language)}, nil
}

// Needs writes what files must hold for a rule of ours to find something in them, so that nobody needs to read the rule to see that: a line for languages
// that have it in common, their names, a tab and the needs.
func Needs(r *rule.Rule, m *Models) (string, error) {
	k := own(r, m)
	k.needs = ""
	var lines []string
	at := map[string]int{}
	for _, name := range k.languages {
		for _, language := range languagesOf(name) {
			n, err := needsOf(&search.Compiler{}, k, language)
			if err != nil {
				return "", err
			}
			text := n.found.String()
			if n.follows {
				text = n.data.String()
			}
			i, ok := at[text]
			if !ok {
				at[text] = len(lines)
				lines = append(lines, nameOf(language)+"\t"+text)
				continue
			}
			lines[i] = nameOf(language) + " " + lines[i]
		}
	}
	return strings.Join(lines, "\n"), nil
}

// nameOf is the name of a language, or of text.
func nameOf(language *syntax.Language) string {
	if language == nil {
		return string(semgrep.Generic)
	}
	return language.Name
}
