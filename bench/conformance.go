package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// tally is how the tests of one language's rules went.
type tally struct {
	// agree of tested rules do what their tests say, by mode; lines of promised lines are found, extra ones are found that nothing promises.
	agree, tested          map[semgrep.Mode]int
	lines, promised, extra int
	// unread rules have a pattern that cannot be parsed.
	unread int
	took   time.Duration
}

// conformance runs rules that people own in Semgrep's language over the tests that lie beside them. The rules come from a folder of the reader's own:
// none of them is part of this project, and nothing of them is written but how many agree.
func (s *session) conformance() error {
	root := os.Getenv("BENCH_SEMGREP_RULES")
	if root == "" {
		return fmt.Errorf("conformance: BENCH_SEMGREP_RULES names no folder of rules with tests")
	}
	files, err := semgrep.LoadFS(os.DirFS(root), ".")
	if err != nil {
		return err
	}
	tallies := map[string]*tally{}
	for _, f := range files {
		for i := range f.Rules {
			if err := s.conform(root, f.Name, &f.Rules[i], tallies); err != nil {
				return err
			}
		}
	}
	fmt.Fprint(s.out, "## Rules in Semgrep's language, judged by their own tests\n\n"+
		"A rule agrees when it finds something on just the lines on which its test says so.\n\n"+
		"| language | rules that search: agree | rules that follow data: agree | lines found | lines found that nothing promises | rules with a pattern that is not read | time for rules and tests |\n"+
		"|---|---:|---:|---:|---:|---:|---:|\n")
	for _, name := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[name]
		fmt.Fprintf(s.out, "| %s | %s | %s | %d of %d | %d | %d | %.1f s |\n", name, t.share(semgrep.ModeSearch), t.share(semgrep.ModeTaint), t.lines, t.promised, t.extra, t.unread, t.took.Seconds())
	}
	return s.patterns()
}

// share is how many rules of a mode agree.
func (t *tally) share(mode semgrep.Mode) string {
	return fmt.Sprintf("%d of %d (%.1f %%)", t.agree[mode], t.tested[mode], 100*float64(t.agree[mode])/float64(max(1, t.tested[mode])))
}

// conform judges one rule in its first language, and in any text where it is of none.
func (s *session) conform(root, name string, rule *semgrep.Rule, tallies map[string]*tally) error {
	language := syntax.ByName(string(rule.Languages[0]))
	var title string
	switch first := rule.Languages[0]; {
	case language != nil:
		title = language.Title
	case first == semgrep.Generic || first == semgrep.RegexOnly: // of any text
		title = string(first)
	default:
		return nil
	}
	t := tallies[title]
	if t == nil {
		t = &tally{agree: map[semgrep.Mode]int{}, tested: map[semgrep.Mode]int{}}
		tallies[title] = t
	}
	began := time.Now()
	defer func() { t.took += time.Since(began) }()
	rules := os.DirFS(root)
	tests, err := engines.TestsBeside(rules, name)
	if err != nil || len(tests) == 0 {
		return err
	}
	compiled, broken := search.Compile(rule, language)
	if broken != nil {
		t.unread++
	}
	agrees, judged := broken == nil, false
	for _, path := range tests {
		text, err := fs.ReadFile(rules, path)
		if err != nil {
			return err
		}
		own := syntax.Of(path, text)
		if language == nil {
			own = nil
		} else if own == nil || own.Family() != language.Family() {
			continue
		}
		judged = true
		if broken != nil {
			continue
		}
		v, err := compiled.Try(own, string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		t.promised, t.lines, t.extra = t.promised+v.Promised, t.lines+v.Promised-len(v.Missed), t.extra+len(v.Extra)
		if agrees = agrees && v.Agrees(); !v.Agrees() && s.differences != nil {
			fmt.Fprintf(s.differences, "%s: %s: missed %v, extra %v\n", path, rule.ID, v.Missed, v.Extra)
		}
	}
	if judged {
		t.tested[rule.Mode]++
	}
	if judged && agrees {
		t.agree[rule.Mode]++
	}
	return nil
}
