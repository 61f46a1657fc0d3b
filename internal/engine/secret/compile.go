package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/rule"
)

// matcher is a rule ready to be tried.
type matcher struct {
	rule    *rule.Rule
	number  int // in the order of the rules
	match   Match
	names   []ruleName
	check   check
	read    reader
	starts  []start
	pattern *expression
	// musts are literals one of which stands in whatever pattern matches; none where they are many or their case does not matter.
	musts   func() []string
	value   *expression
	near    *expression
	path    *expression
	notPath *expression
	file    *expression
	ignore  []*expression
	allow   []*allowance
	// passwordNames tells that one of names is of the password kind.
	passwordNames bool
}

// expression is a regular expression that is compiled when it is first tried.
type expression struct {
	rule, field, source string
	compiled            func() *regexp.Regexp
}

func newExpression(id, field, source string) *expression {
	if source == "" {
		return nil
	}
	x := &expression{rule: id, field: field, source: source}
	x.compiled = sync.OnceValue(func() *regexp.Regexp {
		re, err := x.compile()
		if err != nil {
			panic(err) // the loader validates; going on without a rule would be a silent hole
		}
		return re
	})
	return x
}

func (x *expression) compile() (*regexp.Regexp, error) {
	re, err := regexp.Compile(x.source)
	if err != nil {
		return nil, fmt.Errorf("rule %q: %s: %w", x.rule, x.field, err)
	}
	return re, nil
}

// re is the compiled expression.
func (x *expression) re() *regexp.Regexp { return x.compiled() }

// group is the number of the group that holds the secret: the one named "secret", else the first, else all of the match.
func (x *expression) group() int {
	re := x.re()
	if i := re.SubexpIndex("secret"); i > 0 {
		return i
	}
	return min(1, re.NumSubexp())
}

// newMatcher decodes a rule's match and tests all that can be tested without compiling expressions.
func newMatcher(r *rule.Rule) (*matcher, error) {
	m := &matcher{rule: r}
	if err := json.Unmarshal([]byte(r.Match), &m.match); err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	if err := m.resolve(); err != nil {
		return nil, fmt.Errorf("rule %q: %w", r.ID, err)
	}
	id, d := r.ID, &m.match
	m.pattern = newExpression(id, "pattern", d.Pattern)
	m.musts = sync.OnceValue(func() []string {
		if literals, exact := required(d.Pattern); exact && len(literals) <= maxMusts {
			return literals
		}
		return nil
	})
	m.near = newExpression(id, "near", d.Near)
	m.path = newExpression(id, "path", d.Path)
	m.notPath = newExpression(id, "notPath", d.NotPath)
	m.file = newExpression(id, "file", d.File)
	if d.Value != "" {
		m.value = newExpression(id, "value", `\A(?:`+d.Value+`)\z`)
	}
	for _, source := range d.Ignore {
		m.ignore = append(m.ignore, newExpression(id, "ignore", source))
	}
	for i := range d.Allow {
		m.allow = append(m.allow, newAllowance(id, &d.Allow[i]))
	}
	return m, nil
}

// resolve looks up what the match names and fills in what it leaves out.
func (m *matcher) resolve() error {
	d := &m.match
	if d.Check != "" {
		c, ok := checkNamed(d.Check)
		if !ok {
			return fmt.Errorf("check: %q: want one of %s", d.Check, strings.Join(Checks(), ", "))
		}
		m.check = c
	}
	if d.Document != "" {
		doc, ok := documents[d.Document]
		if !ok {
			return fmt.Errorf("document: %q: want one of %s", d.Document, strings.Join(Documents(), ", "))
		}
		m.read = doc.read
		m.addStarts(!doc.fold, doc.literals...)
	}
	for _, name := range d.Names {
		n := newRuleName(name)
		if len(n.words) == 0 {
			return fmt.Errorf("names: %q has no word", name)
		}
		m.names = append(m.names, n)
		m.passwordNames = m.passwordNames || n.password()
	}
	if err := m.sound(); err != nil {
		return err
	}
	return m.chooseStarts()
}

// sound tests that the fields make sense together.
func (m *matcher) sound() error {
	d := &m.match
	switch {
	case d.Pattern == "" && d.Value == "" && d.Document == "" && d.File == "":
		return errors.New("match: has none of pattern, names with value, document and file")
	case d.Value != "" && len(d.Names) == 0 && d.Document != "assignment":
		return errors.New("value: needs names")
	case len(d.Names) > 0 && d.Value == "" && d.Document != "assignment":
		return errors.New("names: needs value")
	case d.Reach < 0 || d.Reach > maxReach:
		return fmt.Errorf("reach: %d is not between 0 and %d", d.Reach, maxReach)
	case d.Within < 0 || d.Within > 1000:
		return fmt.Errorf("within: %d is not between 0 and 1000", d.Within)
	}
	for _, k := range d.Keywords {
		if len(k) < minKeyword {
			return fmt.Errorf("keywords: %q has fewer than %d bytes", k, minKeyword)
		}
	}
	for i := range d.Allow {
		if err := d.Allow[i].sound(); err != nil {
			return err
		}
	}
	return nil
}

const (
	maxMusts   = 4
	minKeyword = 3
	maxReach   = 1 << 16
	usualReach = 256
)

// Validate tests all of a rule's match: that every field is known and every expression compiles. The error names the rule and the field.
func Validate(r rule.Rule) error {
	dec := json.NewDecoder(strings.NewReader(r.Match))
	dec.DisallowUnknownFields()
	if err := dec.Decode(new(Match)); err != nil {
		return fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	m, err := newMatcher(&r)
	if err != nil {
		return err
	}
	all := append([]*expression{m.pattern, m.value, m.near, m.path, m.notPath, m.file}, m.ignore...)
	for _, a := range m.allow {
		all = append(append(all, a.patterns...), a.paths...)
	}
	for _, x := range slices.DeleteFunc(all, func(x *expression) bool { return x == nil }) {
		if _, err := x.compile(); err != nil {
			return err
		}
	}
	return nil
}
