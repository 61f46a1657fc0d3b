package secret

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/literal"
)

// use says that a literal may start a rule, and in which form the keyword stands in the text.
type use struct {
	m      *matcher
	form   form
	byName bool
}

// start is a literal that starts a rule; text is in lower case unless exact is set.
type start struct {
	text  string
	exact bool
	// byName tells that it is a word of one of the rule's names: it says nothing about where the pattern may match.
	byName bool
}

func (m *matcher) addStarts(exact bool, texts ...string) {
	for _, text := range texts {
		if !exact {
			text = strings.ToLower(text)
		}
		m.starts = append(m.starts, start{text: text, exact: exact})
	}
}

// chooseStarts decides which literals start the rule: its keywords, else what its document brings along or its names or its pattern give.
// A rule with both a pattern and names is started by either.
func (m *matcher) chooseStarts() error {
	d := &m.match
	if len(d.Keywords) > 0 {
		m.starts = nil
		m.addStarts(d.Exact, d.Keywords...)
	}
	switch {
	case len(d.Names) > 0 && (len(d.Keywords) == 0 || d.Pattern != ""):
		if len(d.Keywords) == 0 {
			m.starts = nil
		}
		for _, n := range m.names {
			word := n.rarest()
			if len(word) < minKeyword {
				return fmt.Errorf("names: %q has no word of %d letters; give keywords", n.fused, minKeyword)
			}
			m.starts = append(m.starts, start{text: word, byName: true})
		}
	case len(d.Keywords) == 0 && d.Pattern != "" && d.Document == "":
		literals, exact := required(d.Pattern)
		m.addStarts(exact, literals...)
	}
	return nil
}

// rarest is the name's longest word that is no everyday word of programs, the first of several; else its longest.
func (n ruleName) rarest() string {
	best, rare := "", false
	for _, w := range n.words {
		everyday := roleOf([]byte(w))&^passPrefix != 0
		if len(w) >= minKeyword && (!everyday && !rare || len(w) > len(best) && everyday != rare) {
			best, rare = w, !everyday
		}
	}
	return best
}

// index numbers the literals of all rules, each once, and notes what each may start.
func (e *Engine) index() {
	numbers := map[literal.Literal]int{}
	add := func(l literal.Literal, u use) {
		i, ok := numbers[l]
		if !ok {
			i = len(e.literals)
			numbers[l] = i
			e.literals = append(e.literals, l)
			e.uses = append(e.uses, nil)
		}
		for _, known := range e.uses[i] {
			if known == u {
				return
			}
		}
		e.uses[i] = append(e.uses[i], u)
	}
	for _, m := range e.matchers {
		for _, s := range m.starts {
			add(literal.Literal{Text: s.text, Fold: !s.exact && hasLetter(s.text)}, use{m, asIs, s.byName})
			if s.exact && !m.match.Plain {
				encodings(s.text, func(l literal.Literal, f form) { add(l, use{m: m, form: f}) })
			}
		}
		if len(m.starts) == 0 && m.pattern != nil {
			e.everywhere = append(e.everywhere, m)
		}
	}
}

func hasLetter(s string) bool {
	return strings.ContainsAny(s, lower+upper)
}
