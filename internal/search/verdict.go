package search

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// Verdict says how what a rule finds in a test agrees with the test's annotations, by lines from 1.
type Verdict struct {
	Rule string
	// Missed are lines on which the rule should find something and does not, Extra those on which it does and nothing is said, or that it should not.
	Missed, Extra []int
	// Promised counts the lines on which it should.
	Promised int
}

// Agrees tells that the rule does what the test says.
func (v *Verdict) Agrees() bool { return len(v.Missed) == 0 && len(v.Extra) == 0 }

// Judge compares what a rule finds with the annotations of a test. A rule is known by the last part of its id too, as folders are put before it.
func Judge(rule string, found []Range, text string) Verdict {
	v := Verdict{Rule: rule}
	var got, want, open []int
	for _, r := range found {
		got = append(got, lineAt(text, r.Start))
	}
	for _, a := range Annotations(text) {
		if a.Rule != rule && !strings.HasSuffix(rule, "."+a.Rule) && !strings.HasSuffix(a.Rule, "."+rule) {
			continue
		}
		switch {
		case a.Todo:
			open = append(open, a.Line)
		case a.Found:
			want = append(want, a.Line)
		}
	}
	v.Promised = len(want)
	for _, line := range want {
		if !slices.Contains(got, line) {
			v.Missed = append(v.Missed, line)
		}
	}
	slices.Sort(got)
	for _, line := range slices.Compact(got) {
		if !slices.Contains(want, line) && !slices.Contains(open, line) {
			v.Extra = append(v.Extra, line)
		}
	}
	return v
}

// lineAt gives the line of a place, from 1.
func lineAt(text string, at int) int { return 1 + strings.Count(text[:at], "\n") }

// Try runs a rule over a test in a language, nil for any text. A rule that was made ready for another language is made ready for this one.
func (r *Rule) Try(language *syntax.Language, text string) (Verdict, error) {
	if r.Language != language {
		var err error
		if r, err = Compile(r.Rule, language); err != nil {
			return Verdict{}, err
		}
	}
	file := NewText(text)
	if language != nil {
		tree, err := language.Parse([]byte(text))
		if err != nil {
			return Verdict{}, err
		}
		file = NewFile(tree)
	}
	found, _ := r.Find(file)
	return Judge(r.ID, found, text), nil
}
