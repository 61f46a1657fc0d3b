package semgrep

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/semgrep/pcre"
)

// Anchoring says where a regular expression may match.
type Anchoring int

// The ways of anchoring.
const (
	// Unanchored matches anywhere; ^ and $ stand for the ends of the text.
	Unanchored Anchoring = iota
	// Multiline matches anywhere; ^ and $ also stand for the ends of lines (pattern-regex).
	Multiline
	// Anchored matches at the beginning of the text only, as Python's re.match (metavariable-regex).
	Anchored
)

// Regexp is a regular expression in PCRE's language. What Go's regexp can do runs there, in time linear in the text; look-around,
// back-references, atomic groups and the like run in package pcre, bounded by steps. It may be used by several goroutines at once.
type Regexp struct {
	source   string
	anchored bool
	// quick compiles for Go's regexp, nil if that cannot read the source.
	quick func() *regexp.Regexp
	// dollar tells that the source has a $ that stands for the end of the text: in PCRE also before a last line end.
	dollar bool
	// literals are the texts that an anchored expression matches, nil where they are many.
	literals []string
	// groups are the names of the groups, as GroupNames gives them, where Go's regexp can read the source.
	groups []string
	// full compiles for package pcre.
	full func() (*pcre.Regexp, error)
}

// Span is the bytes text[Start:End]. Both are -1 for a group that took no part.
type Span struct{ Start, End int }

// Match is one place where a regular expression matches: Spans[0] is all of it, Spans[i] group i.
type Match struct{ Spans []Span }

// CompileRegexp reads a regular expression. The error says what is wrong or not supported.
func CompileRegexp(source string, where Anchoring) (*Regexp, error) {
	r := &Regexp{source: source, anchored: where == Anchored}
	flags := ""
	if where == Multiline {
		flags = "m"
	}
	r.full = sync.OnceValues(func() (*pcre.Regexp, error) { return pcre.Compile(source, flags) })
	goSource := source
	if where == Multiline {
		goSource = "(?m)" + goSource
	}
	parsed, err := syntax.Parse(goSource, syntax.Perl)
	if err == nil && !strings.Contains(source, `\v`) { // one character to Go, seven to PCRE
		r.dollar, r.groups = hasDollar(parsed), parsed.CapNames()
		if where == Anchored {
			r.literals = literals(parsed)
			goSource = `\A(?:` + goSource + `)`
		}
		r.quick = sync.OnceValue(func() *regexp.Regexp {
			re, _ := regexp.Compile(goSource) // nil where it is nested too deeply for what stands around it
			return re
		})
		return r, nil
	}
	if _, err := r.full(); err != nil {
		return nil, err
	}
	return r, nil
}

// hasDollar tells whether a $ for the end of the text is in the expression.
func hasDollar(e *syntax.Regexp) bool {
	if e.Op == syntax.OpEndText && e.Flags&syntax.WasDollar != 0 {
		return true
	}
	for _, sub := range e.Sub {
		if hasDollar(sub) {
			return true
		}
	}
	return false
}

// Literals gives the texts that the expression matches where it is Anchored, also ends at the end of the text, and they are few: nil otherwise.
func (r *Regexp) Literals() []string { return r.literals }

// String gives the source.
func (r *Regexp) String() string { return r.source }

// NumGroups gives how many groups the expression has, the whole match not counted.
func (r *Regexp) NumGroups() int { return len(r.GroupNames()) - 1 }

// GroupNames gives the names of the groups by number, "" for one without a name; the first is the whole match.
func (r *Regexp) GroupNames() []string {
	if r.groups != nil {
		return r.groups
	}
	full, _ := r.full()
	return full.GroupNames()
}

// Match tells whether the expression matches: anywhere, or if it is Anchored at the beginning. The error is pcre.ErrSteps
// where that took more than so many steps.
func (r *Regexp) Match(text string, steps int) (bool, error) {
	if r.linear(text) {
		return r.fast().MatchString(text), nil
	}
	ms, err := r.backtrack(text, steps, 1)
	return len(ms) > 0, err
}

// FindAll gives the places where the expression matches, from the left and apart from one another. If all that takes more than so many
// steps, the error is pcre.ErrSteps and the places are those found before. Linear expressions need no bound.
func (r *Regexp) FindAll(text string, steps int) ([]Match, error) {
	most := -1
	if r.anchored {
		most = 1
	}
	if !r.linear(text) {
		return r.backtrack(text, steps, most)
	}
	var ms []Match
	for _, at := range r.fast().FindAllStringSubmatchIndex(text, most) {
		ms = append(ms, matched(at))
	}
	return ms, nil
}

// fast is the expression as Go's regexp runs it, nil where it cannot.
func (r *Regexp) fast() *regexp.Regexp {
	if r.quick == nil {
		return nil
	}
	return r.quick()
}

// linear tells whether Go's regexp gives PCRE's answer for a text.
func (r *Regexp) linear(text string) bool {
	if r.fast() == nil {
		return false
	}
	if r.dollar && strings.HasSuffix(text, "\n") {
		_, err := r.full()
		return err != nil
	}
	return true
}

func (r *Regexp) backtrack(text string, steps, most int) ([]Match, error) {
	full, err := r.full()
	if err != nil {
		return nil, err
	}
	found, err := full.Find(text, pcre.Bounds{Steps: steps, Matches: most, Anchored: r.anchored})
	ms := make([]Match, len(found))
	for i, at := range found {
		ms[i] = matched(at)
	}
	return ms, err
}

// matched pairs the ends of groups.
func matched(at []int) Match {
	m := Match{make([]Span, len(at)/2)}
	for i := range m.Spans {
		m.Spans[i] = Span{at[2*i], at[2*i+1]}
	}
	return m
}

// Metavariables gives the groups of a match as pattern-regex binds them: $1, $2 …, and $NAME for a named group.
func (r *Regexp) Metavariables(m Match) map[string]Span {
	bound := map[string]Span{}
	for i, name := range r.GroupNames() {
		if i == 0 || m.Spans[i].Start < 0 {
			continue
		}
		bound[fmt.Sprintf("$%d", i)] = m.Spans[i]
		if name != "" {
			bound["$"+name] = m.Spans[i]
		}
	}
	return bound
}

// regexp reads a regular expression of a rule. It is nil where there is a fault.
func (r *reader) regexp(n *yaml.Node, where string, how Anchoring) (*Regexp, Text) {
	t, ok := r.text(n, where)
	if !ok {
		return nil, t
	}
	re, err := CompileRegexp(t.Value, how)
	if err != nil {
		r.fault(n, "%s: regular expression %s: %v", where, quote(t.Value), err)
		return nil, t
	}
	return re, t
}
