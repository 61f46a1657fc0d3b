package secret

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// allowance is an Allow ready to be tried.
type allowance struct {
	patterns  []*expression
	paths     []*expression
	stopwords []string
	target    string
	all       bool
}

func newAllowance(id string, a *Allow) *allowance {
	w := &allowance{target: a.Target, all: strings.EqualFold(a.Condition, "and")}
	for _, source := range a.Patterns {
		w.patterns = append(w.patterns, newExpression(id, "allow: patterns", source))
	}
	for _, source := range a.Paths {
		w.paths = append(w.paths, newExpression(id, "allow: paths", source))
	}
	for _, s := range a.Stopwords {
		w.stopwords = append(w.stopwords, strings.ToLower(s))
	}
	return w
}

func (a *Allow) sound() error {
	switch a.Target {
	case "", "secret", "match", "line":
	default:
		return fmt.Errorf("allow: target: %q: want secret, match or line", a.Target)
	}
	switch strings.ToLower(a.Condition) {
	case "", "or", "and":
	default:
		return fmt.Errorf("allow: condition: %q: want and or or", a.Condition)
	}
	if len(a.Patterns)+len(a.Stopwords)+len(a.Paths) == 0 {
		return fmt.Errorf("allow: has none of patterns, stopwords and paths")
	}
	return nil
}

// targets are the texts an allowance may look at.
type targets struct{ secret, match, line string }

// answer is what an allowance says of a content before its path is known.
type answer int

const (
	refused   answer = iota // it does not fit, whatever the path
	permitted               // it fits, whatever the path
	byPath                  // it fits where the path does
)

// ask tries the parts that need no path.
func (w *allowance) ask(t targets) answer {
	text := t.secret
	switch w.target {
	case "match":
		text = t.match
	case "line":
		text = t.line
	}
	pattern, stopword := anyMatch(w.patterns, text), containsAny(strings.ToLower(t.secret), w.stopwords)
	switch {
	case !w.all && (pattern || stopword):
		return permitted
	case w.all && (len(w.patterns) > 0 && !pattern || len(w.stopwords) > 0 && !stopword):
		return refused
	case len(w.paths) > 0:
		return byPath
	case w.all:
		return permitted
	}
	return refused
}

func anyMatch(expressions []*expression, text string) bool {
	for _, x := range expressions {
		if x.re().MatchString(text) {
			return true
		}
	}
	return false
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// allowedAt is the name of the fact that carries an allowance to where the path is known: the number of the allowance.
const allowedAt = "allowed at paths of exception"

// pathAllowances gives the facts that Place needs to try what could not be tried without a path. An allowance of paths only needs none.
func (m *matcher) pathAllowances(answers []answer) []finding.Fact {
	var facts []finding.Fact
	for i, a := range answers {
		if a == byPath && m.allow[i].all && len(m.allow[i].patterns)+len(m.allow[i].stopwords) > 0 {
			facts = append(facts, finding.Fact{Name: allowedAt, Value: strconv.Itoa(i + 1)})
		}
	}
	return facts
}

// allowsPath tells whether an exception of the rule holds at a path for this finding.
func (m *matcher) allowsPath(f *finding.Finding, path string) bool {
	for i, w := range m.allow {
		if len(w.paths) == 0 || !anyMatch(w.paths, path) {
			continue
		}
		if !w.all || len(w.patterns)+len(w.stopwords) == 0 {
			return true
		}
		for _, fact := range f.Facts {
			if fact.Name == allowedAt && fact.Value == strconv.Itoa(i+1) {
				return true
			}
		}
	}
	return false
}
