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
	// patterns are its patterns and types by their texts, inner what conditions look for in other languages, names what they let metavariables be.
	patterns map[string]*pattern
	inner    map[*semgrep.Condition]*Rule
	names    map[*semgrep.Condition]*names
	compiler *Compiler
	// sources is equal for rules whose data comes from the same places; sanitizers and propagators likewise.
	sources, sanitizers, propagators [sha256.Size]byte
}

// pattern is a pattern that is parsed when the first file holds its words: most files hold those of few patterns.
type pattern struct {
	// words are those that code must hold to look like it.
	words []term
	parse func() (*syntax.Pattern, error)
}

// Compiler makes rules ready. What several of them look for is made ready once. It may be used by several goroutines.
type Compiler struct {
	mu       sync.Mutex
	patterns map[spelling]*pattern
	memory   memory
}

// spelling is the text of a pattern in a language.
type spelling struct {
	language *syntax.Language
	text     string
}

// pattern gives a pattern of a language.
func (c *Compiler) pattern(text string, language *syntax.Language) *pattern {
	key := spelling{language, text}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.patterns[key]; p != nil {
		return p
	}
	if c.patterns == nil {
		c.patterns = map[spelling]*pattern{}
	}
	p := &pattern{patternWords(text, language), sync.OnceValues(func() (*syntax.Pattern, error) { return language.ParsePattern(text) })}
	c.patterns[key] = p
	return p
}

// Compile makes one rule ready and sees that all its patterns are some, for those who have one rule only.
func Compile(rule *semgrep.Rule, language *syntax.Language) (*Rule, error) {
	r, err := new(Compiler).Compile(rule, language)
	if err != nil {
		return nil, err
	}
	return r, r.Check()
}

// Compile makes a rule ready; for no language, its patterns are looked for word by word. A pattern that is none finds nothing: Check names it.
func (c *Compiler) Compile(rule *semgrep.Rule, language *syntax.Language) (*Rule, error) {
	r := &Rule{Rule: rule, Language: language, patterns: map[string]*pattern{}, inner: map[*semgrep.Condition]*Rule{}, names: map[*semgrep.Condition]*names{}, compiler: c}
	if t := rule.Taint; t != nil {
		r.sources = digest(t.Sources, func(s *semgrep.Source) [sha256.Size]byte { return s.Digest })
		r.sanitizers = digest(t.Sanitizers, func(s *semgrep.Sanitizer) [sha256.Size]byte { return s.Digest })
		r.propagators = digest(t.Propagators, func(p *semgrep.Propagator) [sha256.Size]byte { return p.Digest })
	}
	if language == nil && rule.Options.GenericEngine == "aliengrep" {
		return r, fmt.Errorf("rule %q: generic_engine %q is not supported: its patterns are read in another way", rule.ID, rule.Options.GenericEngine)
	}
	r.each(func(p semgrep.Pattern) { r.patterns[p.Value] = c.pattern(p.Value, language) }, r.condition)
	return r, nil
}

// digest is equal for equal lists of parts.
func digest[T any](parts []T, of func(*T) [sha256.Size]byte) [sha256.Size]byte {
	sum := sha256.New()
	for i := range parts {
		one := of(&parts[i])
		sum.Write(one[:])
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// Check parses all patterns of the rule. The error names the first that is none, with its place in the rule file.
func (r *Rule) Check() error {
	var first error
	r.each(func(p semgrep.Pattern) {
		if _, err := r.patterns[p.Value].parse(); err != nil && first == nil {
			first = fmt.Errorf("rule %q, line %d: %w", r.ID, p.Line, err)
		}
	}, func(*semgrep.Condition) {})
	return first
}

// each gives the patterns of the rule that are in its language, and its conditions.
func (r *Rule) each(of func(semgrep.Pattern), condition func(*semgrep.Condition)) {
	for _, f := range r.Formulas() {
		semgrep.Walk(f, func(f semgrep.Formula, in semgrep.Language) {
			if in != "" {
				return // it is the inner rule's
			}
			switch f := f.(type) {
			case semgrep.Pattern:
				if r.Language != nil {
					of(f)
				}
			case semgrep.And:
				for i := range f.Conditions {
					condition(&f.Conditions[i])
				}
			}
		})
	}
}

// read gives what a pattern of the rule looks for, nil where that is nothing.
func (r *Rule) read(text string) *syntax.Pattern {
	p := r.patterns[text]
	if p == nil {
		return nil
	}
	parsed, _ := p.parse()
	return parsed
}

// condition makes ready what a condition parses. What it cannot read is left out, and holds nowhere.
func (r *Rule) condition(c *semgrep.Condition) {
	switch cond := (*c).(type) {
	case semgrep.MetavariableType:
		for _, t := range cond.Types {
			if r.Language != nil {
				r.patterns[t.Value] = r.compiler.pattern(t.Value, r.Language)
			}
		}
	case semgrep.MetavariableRegex:
		if n := namesOf(&cond); n != nil {
			r.names[c] = n
		}
	case semgrep.MetavariablePattern:
		other := syntax.ByName(string(cond.Language))
		if other == nil {
			return
		}
		inner, err := r.compiler.Compile(&semgrep.Rule{ID: r.ID, Formula: cond.Formula, Options: r.Options}, other)
		if err == nil && inner.Check() == nil {
			r.inner[c] = inner
		}
	}
}
