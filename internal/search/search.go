// Package search finds in a file what a rule of Semgrep's language describes: it evaluates formulas over ranges of code.
//
// A pattern finds ranges with metavariables; and, or, not and inside combine them as Semgrep's documentation says. The package is pure: it must not read
// files or rule files, and knows neither severities nor findings.
package search

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// Range is a part of a file with what metavariables stand for in it.
type Range struct {
	// Start and End are its place in the file, in bytes.
	Start, End int
	Env        *match.Env
}

// Rule is a rule made ready for one language.
type Rule struct {
	*semgrep.Rule
	// Language is the one in which its patterns are read.
	Language *syntax.Language
	// patterns are its patterns and types by their texts, inner what conditions look for in other languages.
	patterns map[string]*syntax.Pattern
	inner    map[*semgrep.Condition]*Rule
}

// Compile parses all patterns of a rule. The error names the first that is none, with its place in the rule file.
func Compile(rule *semgrep.Rule, language *syntax.Language) (*Rule, error) {
	r := &Rule{Rule: rule, Language: language, patterns: map[string]*syntax.Pattern{}, inner: map[*semgrep.Condition]*Rule{}}
	var first error
	for _, f := range rule.Formulas() {
		semgrep.Walk(f, func(f semgrep.Formula, in semgrep.Language) {
			if in != "" {
				return // it is the inner rule's
			}
			switch f := f.(type) {
			case semgrep.Pattern:
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
	p, err := r.Language.ParsePattern(text)
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
		if inner, err := Compile(&semgrep.Rule{ID: r.ID, Formula: cond.Formula, Options: r.Options}, other); err == nil {
			r.inner[c] = inner
		}
	}
}

// File is a file that is searched, by one goroutine.
type File struct {
	match *match.File
	text  string
}

// NewFile makes a file ready.
func NewFile(tree *syntax.Tree) *File { return &File{match: match.NewFile(tree), text: tree.Text} }

// maxRanges is how many ranges one part of a formula may find in one file.
const maxRanges = 20_000

// evaluation is one rule in one file.
type evaluation struct {
	rule *Rule
	file *File
	// whole becomes false where something took too much work and was left out.
	whole bool
	// generic tells that patterns are matched word by word, whatever the text is.
	generic bool
	// from and to bound what is looked at.
	from, to int
}

// Search gives what a rule of mode search finds, in the order of the file, each range once. It returns false where that took too much work, and some
// may be missing.
func (r *Rule) Search(f *File) ([]Range, bool) {
	e := &evaluation{rule: r, file: f, whole: true, to: len(f.text)}
	return ordered(e.formula(r.Formula)), e.whole
}

// ordered puts ranges into the order of the file, each once.
func ordered(ranges []Range) []Range {
	slices.SortStableFunc(ranges, func(a, b Range) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	return slices.CompactFunc(ranges, func(a, b Range) bool { return a.Start == b.Start && a.End == b.End })
}

// Find gives what a rule finds, whichever its mode.
func (r *Rule) Find(f *File) ([]Range, bool) {
	if r.Mode == semgrep.ModeTaint {
		return r.Follow(f)
	}
	return r.Search(f)
}

// formula gives the ranges that a formula finds.
func (e *evaluation) formula(f semgrep.Formula) []Range {
	switch f := f.(type) {
	case semgrep.Pattern:
		return e.pattern(f.Value)
	case semgrep.Regex:
		return e.regex(f.Regexp)
	case semgrep.And:
		return e.and(f)
	case semgrep.Or:
		var out []Range
		for _, of := range f.Of {
			out = append(out, e.formula(of)...)
		}
		return e.bounded(out)
	case semgrep.Inside:
		return e.formula(f.Of)
	case semgrep.Anywhere:
		return e.formula(f.Of)
	case semgrep.As:
		out := e.formula(f.Of)
		for i := range out {
			out[i].Env = out[i].Env.With(f.Metavariable, match.Binding{Text: e.file.text[out[i].Start:out[i].End], Start: out[i].Start, End: out[i].End})
		}
		return out
	}
	return nil
}

// bounded keeps the work within bounds.
func (e *evaluation) bounded(ranges []Range) []Range {
	if len(ranges) > maxRanges {
		e.whole = false
		return ranges[:maxRanges]
	}
	return ranges
}

func (e *evaluation) pattern(text string) []Range {
	if e.generic {
		return e.bounded(words(e.file.text, text))
	}
	p := e.rule.patterns[text]
	if p == nil {
		return nil
	}
	var out []Range
	o := match.Options{
		NoConstants: !e.rule.Options.ConstantPropagation, NoDeep: !e.rule.Options.ImplicitDeepExprstmt, NoVardef: !e.rule.Options.VardefAssign,
	}
	complete := e.file.match.Find(p, o, func(m match.Match) {
		if m.Start >= e.from && m.End <= e.to && len(out) <= maxRanges {
			out = append(out, Range{m.Start, m.End, m.Env})
		}
	})
	e.whole = e.whole && complete
	return e.bounded(out)
}

// and finds what all parts find at one place.
func (e *evaluation) and(f semgrep.And) []Range {
	out := e.positives(f.Positives)
	if len(f.Positives) == 0 {
		out = []Range{{Start: e.from, End: e.to}}
	}
	for _, n := range f.Negatives {
		found := e.formula(n)
		_, isRegex := n.(semgrep.Regex)
		out = slices.DeleteFunc(out, func(r Range) bool {
			return slices.ContainsFunc(found, func(not Range) bool {
				if isRegex {
					return r.Start < not.End && not.Start < r.End
				}
				_, ok := e.unify(r.Env, not.Env)
				return ok && r.Start >= not.Start && r.End <= not.End
			})
		})
	}
	for i := range f.Conditions {
		out = slices.DeleteFunc(out, func(r Range) bool { return !e.holds(&f.Conditions[i], r) })
	}
	for _, focus := range f.Focus {
		out = e.focus(focus, out)
	}
	return out
}

// positives intersects ranges: what patterns and expressions find, the inner of two, then only what lies in what is asked to be around it.
func (e *evaluation) positives(all []semgrep.Formula) []Range {
	var out []Range
	begun := false
	for _, last := range []bool{false, true} {
		for _, f := range all {
			_, anywhere := f.(semgrep.Anywhere)
			if (around(f) || anywhere) != last {
				continue
			}
			found := e.formula(f)
			switch {
			case !begun:
				out, begun = found, true
			case anywhere:
				out = e.meet(out, found, func(a, _ Range) (Range, bool) { return a, true })
			case around(f) && !onlyAround(all):
				out = e.meet(out, found, within)
			default:
				out = e.meet(out, found, inner)
			}
		}
	}
	return out
}

// around tells that a formula says only what is around a range, and not what it is.
func around(f semgrep.Formula) bool {
	switch f := f.(type) {
	case semgrep.Inside:
		return true
	case semgrep.Or:
		return onlyAround(f.Of)
	case semgrep.And:
		return onlyAround(f.Positives) && len(f.Focus) == 0
	}
	return false
}

// onlyAround tells that nothing but surroundings are asked for: then the innermost is what is found.
func onlyAround(all []semgrep.Formula) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(f semgrep.Formula) bool { return !around(f) })
}

// within says that the first range lies in the second.
func within(a, b Range) (Range, bool) { return a, a.Start >= b.Start && a.End <= b.End }

// inner is the one of two ranges that lies in the other.
func inner(a, b Range) (Range, bool) {
	if a.Start >= b.Start && a.End <= b.End {
		return a, true
	}
	return b, b.Start >= a.Start && b.End <= a.End
}

// meet keeps what two lists of ranges say together, where metavariables of one name stand for the same code.
func (e *evaluation) meet(all, others []Range, both func(a, b Range) (Range, bool)) []Range {
	var out []Range
	for _, a := range all {
		for _, b := range others {
			r, ok := both(a, b)
			if !ok {
				continue
			}
			if r.Env, ok = e.unify(a.Env, b.Env); ok {
				out = append(out, r)
			}
		}
		if len(out) > maxRanges {
			break
		}
	}
	return e.bounded(out)
}

// unify joins what metavariables stand for; false where one of a name stands for different things.
func (e *evaluation) unify(a, b *match.Env) (*match.Env, bool) {
	for name, value := range b.All {
		known, bound := a.Get(name)
		if !bound {
			a = a.With(name, value)
			continue
		}
		if known.Start != value.Start || known.End != value.End {
			if !e.file.match.Same(known, value) {
				return nil, false
			}
		}
	}
	return a, true
}

// focus narrows ranges to the code of metavariables.
func (e *evaluation) focus(f semgrep.Focus, ranges []Range) []Range {
	var out []Range
	for _, r := range ranges {
		for _, name := range f.Metavariables {
			if b, ok := r.Env.Get(name); ok {
				out = append(out, Range{b.Start, b.End, r.Env})
			}
		}
	}
	return out
}
