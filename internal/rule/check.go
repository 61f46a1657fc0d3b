package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Look finds what is in one file, with a whole engine and all its rules.
type Look func(path string, data []byte) []finding.Finding

// Trial is what cases are run with.
type Trial struct {
	// Look is the engine with the rule, Without the engine without it. Without may be nil; then that demand is not made.
	Look, Without Look
	// LookSet and WithoutSet are set instead for an engine that judges whole targets: then each folder below bad/ and good/ is one.
	LookSet, WithoutSet LookSet
	// Mint makes the tokens of the template "token"; nil if there are none.
	Mint Mint
}

// Problem is one demand a rule's cases do not meet.
type Problem struct {
	// File is the case's name; "" for the rule as a whole.
	File string
	// Line counts from 1; 0 for the file as a whole.
	Line int
	// What is a sentence with nothing secret in it.
	What string
}

func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.What
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.What)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// What every rule's cases must have.
const (
	leastBad  = 1
	leastGood = 2
)

// FillIn marks what Scaffold leaves to the author. A rule that still has it is not done.
const FillIn = "FILL IN"

// Check runs a rule's cases and gives all problems, in the order of the files. A bad case is also looked at inside a
// big file, with CRLF line ends and twice in a file: what is found there must be the same findings.
func Check(r Rule, cases []Case, t Trial) []Problem {
	c := &checker{rule: r, trial: t}
	c.unfilled()
	if t.LookSet != nil {
		c.checkSets(cases)
		return c.problems
	}
	bad := 0
	for _, k := range cases {
		if k.Bad {
			bad++
		}
	}
	if bad < leastBad {
		c.add("", 0, "the cases have no file under bad/: want at least one that must be found")
	}
	if good := len(cases) - bad; good < leastGood {
		c.add("", 0, "the cases have %d files under good/: want at least %d, one near miss and one realistic neighbour", good, leastGood)
	}
	for _, k := range cases {
		c.check(k)
	}
	return c.problems
}

type checker struct {
	rule     Rule
	trial    Trial
	problems []Problem
}

func (c *checker) add(file string, line int, format string, args ...any) {
	c.problems = append(c.problems, Problem{file, line, fmt.Sprintf(format, args...)})
}

// unfilled names the texts the author has not written yet.
func (c *checker) unfilled() {
	texts := []struct{ key, text string }{
		{"title", c.rule.Title}, {"why", c.rule.Why}, {"fix", c.rule.Fix}, {"opens", c.rule.Opens},
		{"revoke", c.rule.Revoke}, {"false_positives", c.rule.FalsePositives},
	}
	for _, t := range texts {
		if strings.Contains(t.text, FillIn) {
			c.add("", 0, "the rule's %s still says %q", t.key, FillIn)
		}
	}
}

func (c *checker) check(k Case) {
	if strings.Contains(k.Text, FillIn) {
		c.add(k.Name(), 0, "the case still says %q", FillIn)
	}
	own := slices.ContainsFunc(k.Marks, func(m Mark) bool { return m.Rule == c.rule.ID })
	switch {
	case k.Bad && !own:
		c.add(k.Name(), 0, "no line is marked \"want: %s\"", c.rule.ID)
	case !k.Bad && own:
		c.add(k.Name(), 0, "the file is under good/ and marked \"want: %s\"", c.rule.ID)
	}
	plain, err := k.Fill(c.rule.ID, c.trial.Mint)
	if err != nil {
		c.add("", 0, "%v", err)
		return
	}
	found := c.look(k, variant{data: plain.Data, wants: plain.Wants})
	if found == nil || !k.Bad {
		return
	}
	for _, v := range variants(k, plain) {
		again := c.look(k, v)
		if again != nil && !slices.Equal(identities(found), identities(again)) {
			c.add(k.Name(), 0, "the fingerprints are not the same %s", v.where)
		}
	}
	c.without(k, plain)
}

// look compares what is found with what is wanted, and gives what is found, or nil where that already is a problem.
func (c *checker) look(k Case, v variant) []place {
	found := c.trial.Look(k.Path, v.data)
	problems := Compare(Filled{v.data, v.wants}, found)
	for _, p := range problems {
		c.add(k.Name(), max(0, p.Line-v.shift), "%s%s", p.What, v.suffix())
	}
	if len(problems) > 0 {
		return nil
	}
	return append([]place{}, places(found)...)
}

// Compare tells what of the wanted is not found in a filled case, and what is found and not wanted.
func Compare(f Filled, findings []finding.Finding) []Problem {
	var out []Problem
	found := places(findings)
	for _, w := range f.Wants {
		if !slices.ContainsFunc(found, func(p place) bool { return p.meets(w) }) {
			out = append(out, Problem{Line: w.First, What: w.Rule + " is not found here"})
		}
	}
	for _, p := range found {
		if !slices.ContainsFunc(f.Wants, p.meets) {
			out = append(out, Problem{Line: p.first, What: p.rule + " is found here and not marked" + evidence(p)})
		}
	}
	return out
}

// without makes sure that it is this rule that finds what its marks say.
func (c *checker) without(k Case, f Filled) {
	if c.trial.Without == nil {
		return
	}
	for _, p := range places(c.trial.Without(k.Path, f.Data)) {
		if p.rule == c.rule.ID {
			c.add(k.Name(), p.first, "%s is still found without the rule: another rule speaks in its name", p.rule)
		}
	}
}

// place is one place of one finding.
type place struct {
	rule        string
	fingerprint finding.Fingerprint
	first, last int
	masked      string
}

// places lists all places of all findings, those of a finding known in several places each for itself.
func places(findings []finding.Finding) []place {
	var out []place
	for _, f := range findings {
		for _, l := range append([]finding.Location{f.Location}, f.Also...) {
			out = append(out, place{f.Rule, f.Fingerprint, l.Region.StartLine, max(l.Region.StartLine, l.Region.EndLine), f.Evidence})
		}
	}
	return out
}

// meets tells whether the place is what a mark wants: the rule's, and touching the marked lines.
// A place without lines is the file as a whole and meets a mark on any line.
func (p place) meets(w Want) bool {
	return p.rule == w.Rule && (p.first == 0 || p.first <= w.Last && p.last >= w.First)
}

// identities gives each fingerprint once, sorted.
func identities(found []place) []finding.Fingerprint {
	var out []finding.Fingerprint
	for _, p := range found {
		out = append(out, p.fingerprint)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func evidence(p place) string {
	if p.masked == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", p.masked)
}
