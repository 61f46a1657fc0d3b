// Package search finds in a file what a rule of Semgrep's language describes: it evaluates formulas over ranges of code.
//
// A pattern finds ranges with metavariables; and, or, not and inside combine them as Semgrep's documentation says. The package is pure: it must not read
// files or rule files, and knows neither severities nor findings.
package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// Range is a part of a file with what metavariables stand for in it.
type Range struct {
	// Start and End are its place in the file, in bytes.
	Start, End int
	Env        *match.Env
	// named tells that it is the name of something or a statement, found for an expression: that is only meant within conditions.
	named bool
	// Steps are the places that data went through, its source first, where a rule follows data.
	Steps []flow.Step
	// Fix is what replaces it, where the part of the formula that found it says so; nil where that is the rule's to say.
	Fix *string
}

// File is a file that is searched, by one goroutine.
type File struct {
	match *match.File
	text  string
	words Words
	// found is what patterns have found in it, for the other rules that look for the same.
	found map[question]found
	// parts are what parts of rules that follow data have found in it.
	parts       map[part]found
	sources     map[part][]flow.Source
	sanitizers  map[part][]flow.Sanitizer
	propagators map[part][]flow.Propagator
	asked       map[common]*flow.Asked
	// sequences are the text word by word, for patterns of no language, by the style of comments that are left out.
	sequences map[string]*sequence
	// graph and program are what the values of the file are made of; nil until data is followed.
	graph   *flow.Graph
	program *flow.Program
}

// question is a pattern as it is asked for.
type question struct {
	pattern *pattern
	options match.Options
	// names are all that what is called in the pattern may be, as the key of names; "" for anything.
	names string
}

// found is what a pattern finds in a file; whole is false where that took too much work.
type found struct {
	ranges []Range
	whole  bool
}

// NewFile makes a file ready.
func NewFile(tree *syntax.Tree) *File {
	return &File{match: match.NewFile(tree), text: tree.Text, found: map[question]found{}}
}

// NewText makes a text ready that is not read as code.
func NewText(text string) *File { return &File{text: text} }

// Knowing hands over the words of the text, where they were asked for before it was read.
func (f *File) Knowing(words Words) *File {
	f.words = words
	return f
}

// Words are those of the text.
func (f *File) Words() Words {
	if f.words == nil {
		f.words = WordsOf(f.text)
	}
	return f.words
}

// holds tells whether the text has the words of a pattern; nil has none.
func (f *File) holds(p *pattern) bool {
	return p != nil && f.Words().has(p.words)
}

// Tree is the file's tree.
func (f *File) Tree() *syntax.Tree { return f.match.Tree }

// maxRanges is how many ranges one part of a formula may find in one file.
const maxRanges = 20_000

// maxPairs is how many pairs of ranges one rule may compare in one file.
const maxPairs = 50_000_000

// evaluation is one rule in one file.
type evaluation struct {
	rule *Rule
	file *File
	// whole becomes false where something took too much work and was left out.
	whole bool
	// generic tells that patterns are matched word by word, whatever the text is.
	generic bool
	// from and to bound what is looked at; outer is what metavariables stand for around it.
	from, to int
	outer    *match.Env
	// names are what conditions leave to metavariables.
	names []*names
	// pairs counts the ranges that were compared with one another.
	pairs int
}

func (r *Rule) evaluation(f *File) *evaluation {
	return &evaluation{rule: r, file: f, whole: true, generic: r.Language == nil, to: len(f.text)}
}

// Search gives what a rule of mode search finds, in the order of the file, each range once. It returns false where that took too much work, and some
// may be missing.
func (r *Rule) Search(f *File) ([]Range, bool) {
	e := r.evaluation(f)
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
	case semgrep.Fixed:
		out := e.formula(f.Of)
		for i := range out {
			out[i].Fix = &f.Fix
		}
		return out
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
		found, whole := e.file.like(text, e.from, e.to, &e.rule.Options)
		e.whole = e.whole && whole
		return e.bounded(found)
	}
	if strings.TrimSpace(text) == "..." && e.to-e.from < len(e.file.text) {
		return []Range{{Start: e.from, End: e.to}} // all of a metavariable, whatever it is
	}
	p := e.rule.patterns[text]
	if !e.file.holds(p) {
		return nil
	}
	options, everywhere := matching(&e.rule.Options), e.from == 0 && e.to == len(e.file.text)
	options.Names = options.Symbolic && !everywhere // of a metavariable that is a name, what it stands for is asked
	all := e.file.look(p, e.callees(p), options, &e.rule.compiler.memory)
	e.whole = e.whole && all.whole
	if everywhere {
		return slices.DeleteFunc(slices.Clone(all.ranges), func(r Range) bool { return r.named })
	}
	var out []Range
	for _, r := range all.ranges {
		if r.Start >= e.from && e.end(r) <= e.to {
			out = append(out, r)
		}
	}
	return out
}

// look finds what looks like a pattern, once for all who ask.
func (f *File) look(p *pattern, callees *names, o match.Options, m *memory) found {
	q := question{pattern: p, options: o}
	if callees != nil {
		q.names = callees.key
	}
	if known, ok := f.found[q]; ok {
		return known
	}
	pattern, err := p.parse()
	if err != nil {
		return found{nil, true}
	}
	var all []Range
	complete := f.match.Find(pattern, callees.in(f, m), o, func(one match.Match) {
		if len(all) <= maxRanges {
			all = append(all, Range{Start: one.Start, End: one.End, Env: one.Env, named: one.Named})
		}
	})
	if len(all) > maxRanges {
		all, complete = all[:maxRanges], false
	}
	f.found[q] = found{all, complete}
	return f.found[q]
}

// and finds what all parts find at one place.
func (e *evaluation) and(f semgrep.And) []Range {
	defer e.restricted(f.Conditions)()
	out := e.positives(f.Positives)
	if len(f.Positives) == 0 {
		out = []Range{{Start: e.from, End: e.to}}
	}
	if e.outer != nil {
		out = e.meet(out, []Range{{Env: e.outer}}, func(r, _ Range) (Range, bool) { return r, true })
	}
	out = e.only(f.Conditions, out)
	for _, n := range f.Negatives {
		out = e.without(n, out)
	}
	out = e.binding(f.Conditions, out)
	for _, focus := range f.Focus {
		out = e.focus(focus, out)
	}
	return out
}

// positives intersects ranges: what patterns and expressions find, the inner of two, then only what lies in what is asked to be around it.
func (e *evaluation) positives(all []semgrep.Formula) []Range {
	inside := !onlyAround(all)
	all, out, begun := e.standing(all)
	for _, last := range []bool{false, true} {
		for _, f := range all {
			_, anywhere := f.(semgrep.Anywhere)
			if (around(f) || anywhere) != last {
				continue
			}
			if begun && len(out) == 0 {
				return nil
			}
			found := e.formula(f)
			switch {
			case !begun:
				out, begun = found, true
			case anywhere:
				out = e.meet(out, found, func(a, _ Range) (Range, bool) { return a, true })
			case around(f) && inside:
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
		if e.pairs += len(others); e.pairs > maxPairs {
			e.whole = false
			break
		}
		for _, b := range others {
			r, ok := both(a, b)
			if !ok {
				continue
			}
			r.Fix = cmp.Or(a.Fix, b.Fix)
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
		if !bound || numbered(name) {
			a = a.With(name, value)
			continue
		}
		if known.Start != value.Start || known.End != value.End {
			if !e.file.same(known, value) {
				return nil, false
			}
		}
	}
	return a, true
}

// numbered tells of a name that it is that of a group of an expression: each expression numbers its own.
func numbered(name string) bool { return len(name) > 1 && name[1] >= '0' && name[1] <= '9' }

// focus narrows ranges to the code of metavariables: to the part that both are.
func (e *evaluation) focus(f semgrep.Focus, ranges []Range) []Range {
	var out []Range
	for _, r := range ranges {
		for _, name := range f.Metavariables {
			if b, ok := r.Env.Get(name); ok {
				if part, ok := inner(r, Range{Start: b.Start, End: b.End}); ok {
					out = append(out, Range{Start: part.Start, End: part.End, Env: r.Env, Fix: r.Fix})
				}
			}
		}
	}
	return out
}
