package search

import (
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// Rule is a rule made ready for one language.
type Rule struct {
	*semgrep.Rule
	// Language is the one in which its patterns are read.
	Language *syntax.Language
	// patterns are its patterns and types by their texts, inner what conditions look for in other languages.
	patterns map[string]*pattern
	inner    map[*semgrep.Condition]*Rule
	compiler *Compiler
	// sources is equal for rules whose data comes from the same places.
	sources [sha256.Size]byte
}

// pattern is a pattern with the words that code must hold to look like it.
type pattern struct {
	*syntax.Pattern
	words []uint64
}

// Compiler makes rules ready. What several of them look for is made ready once. It may be used by several goroutines.
type Compiler struct {
	mu       sync.Mutex
	patterns map[spelling]parsed
}

// spelling is the text of a pattern in a language.
type spelling struct {
	language *syntax.Language
	text     string
}

type parsed struct {
	pattern *pattern
	err     error
}

// parse gives a pattern, parsed once.
func (c *Compiler) parse(text string, language *syntax.Language) (*pattern, error) {
	key := spelling{language, text}
	c.mu.Lock()
	p, known := c.patterns[key]
	c.mu.Unlock()
	if known {
		return p.pattern, p.err
	}
	tree, err := language.ParsePattern(text)
	if p.err = err; err == nil {
		p.pattern = &pattern{tree, patternWords(text, language)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if first, known := c.patterns[key]; known {
		return first.pattern, first.err
	}
	if c.patterns == nil {
		c.patterns = map[spelling]parsed{}
	}
	c.patterns[key] = p
	return p.pattern, p.err
}

// Compile parses all patterns of a rule, for those who have one rule only.
func Compile(rule *semgrep.Rule, language *syntax.Language) (*Rule, error) {
	return new(Compiler).Compile(rule, language)
}

// Compile parses all patterns of a rule; for no language, its patterns are looked for word by word. The error names the first that is none, with its place
// in the rule file.
func (c *Compiler) Compile(rule *semgrep.Rule, language *syntax.Language) (*Rule, error) {
	r := &Rule{Rule: rule, Language: language, patterns: map[string]*pattern{}, inner: map[*semgrep.Condition]*Rule{}, compiler: c}
	if rule.Taint != nil {
		sum := sha256.New()
		for i := range rule.Taint.Sources {
			sum.Write(rule.Taint.Sources[i].Digest[:])
		}
		r.sources = [sha256.Size]byte(sum.Sum(nil))
	}
	if language == nil && rule.Options.GenericEngine == "aliengrep" {
		return r, fmt.Errorf("rule %q: generic_engine %q is not supported: its patterns are read in another way", rule.ID, rule.Options.GenericEngine)
	}
	var first error
	for _, f := range rule.Formulas() {
		semgrep.Walk(f, func(f semgrep.Formula, in semgrep.Language) {
			if in != "" {
				return // it is the inner rule's
			}
			switch f := f.(type) {
			case semgrep.Pattern:
				if language == nil {
					return
				}
				if err := r.parse(f.Value); err != nil && first == nil {
					first = fmt.Errorf("rule %q, line %d: %w", rule.ID, f.Line, err)
				}
			case semgrep.And:
				for i := range f.Conditions {
					r.condition(&f.Conditions[i])
				}
			}
		})
	}
	return r, first
}

// parse makes a pattern ready, once.
func (r *Rule) parse(text string) error {
	if r.patterns[text] != nil {
		return nil
	}
	p, err := r.compiler.parse(text, r.Language)
	if err == nil {
		r.patterns[text] = p
	}
	return err
}

// condition makes ready what a condition parses. What it cannot read is left out, and holds nowhere.
func (r *Rule) condition(c *semgrep.Condition) {
	switch cond := (*c).(type) {
	case semgrep.MetavariableType:
		for _, t := range cond.Types {
			_ = r.parse(t.Value)
		}
	case semgrep.MetavariablePattern:
		other := syntax.ByName(string(cond.Language))
		if other == nil {
			return
		}
		if inner, err := r.compiler.Compile(&semgrep.Rule{ID: r.ID, Formula: cond.Formula, Options: r.Options}, other); err == nil {
			r.inner[c] = inner
		}
	}
}
