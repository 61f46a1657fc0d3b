package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// polyglot is the folder of patterns that are the same in several languages.
const polyglot = "POLYGLOT"

// patternTally is how the tests of one language's patterns went.
type patternTally struct {
	// agree of tests find what they should and no more; unread have a pattern that is no code of the language.
	agree, tests, unread int
	// lines of promised lines are found, extra ones are found that nothing promises.
	lines, promised, extra int
	took                   time.Duration
}

// patterns runs Semgrep's own tests of patterns, where BENCH_SEMGREP_TESTS names the folder that holds them: patterns/LANGUAGE/NAME.sgrep beside code.
// Nothing of them is written but how many agree.
func (s *session) patterns() error {
	root := os.Getenv("BENCH_SEMGREP_TESTS")
	if root == "" {
		return nil
	}
	tests := os.DirFS(root)
	files, err := fs.Glob(tests, "patterns/*/*")
	if err != nil {
		return err
	}
	tallies := map[string]*patternTally{}
	for _, name := range files {
		if err := s.pattern(tests, name, tallies); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	fmt.Fprint(s.out, "\n## Single patterns, judged by Semgrep's own tests\n\n"+
		"The tests are those of the public semgrep repository (BENCH_SEMGREP_TESTS); none of them is part of this project. One agrees when the pattern is "+
		"found on just the lines on which the test says so.\n\n"+
		"| language | tests that agree | lines found | lines found that nothing promises | patterns that are not read | time |\n"+
		"|---|---:|---:|---:|---:|---:|\n")
	for _, title := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[title]
		fmt.Fprintf(s.out, "| %s | %d of %d (%.1f %%) | %d of %d | %d | %d | %.1f s |\n",
			title, t.agree, t.tests, 100*float64(t.agree)/float64(max(1, t.tests)), t.lines, t.promised, t.extra, t.unread, t.took.Seconds())
	}
	return nil
}

// pattern judges one test: the code of a language with a pattern of the same name, beside it or shared.
func (s *session) pattern(tests fs.FS, name string, tallies map[string]*patternTally) error {
	dir, file := path.Split(name)
	stem := strings.TrimSuffix(file, path.Ext(file))
	text, err := fs.ReadFile(tests, name)
	if err != nil {
		return nil // a folder
	}
	folder := path.Base(dir)
	language := syntax.Of(name, text)
	if folder == string(semgrep.Generic) && path.Ext(file) != ".sgrep" {
		language = nil
	} else if language == nil || !patternFolder(folder, language) {
		return nil
	}
	pattern, err := fs.ReadFile(tests, dir+stem+".sgrep")
	if err != nil {
		pattern, err = fs.ReadFile(tests, "patterns/"+polyglot+"/"+stem+".sgrep")
	}
	if err != nil {
		return nil // code without a pattern
	}
	title := string(semgrep.Generic)
	if language != nil {
		title = language.Title
	}
	t := tallies[title]
	if t == nil {
		t = &patternTally{}
		tallies[title] = t
	}
	began := time.Now()
	v, broken, err := tryPattern(language, string(pattern), string(text))
	if err != nil {
		return err
	}
	t.took += time.Since(began)
	t.tests, t.promised, t.lines, t.extra = t.tests+1, t.promised+v.Promised, t.lines+v.Promised-len(v.Missed), t.extra+len(v.Extra)
	if broken {
		t.unread++
	}
	if v.Agrees() && !broken {
		t.agree++
	} else if s.differences != nil {
		fmt.Fprintf(s.differences, "%s: not read %v, missed %v, extra %v\n", name, broken, v.Missed, v.Extra)
	}
	return nil
}

// patternFolder tells whether a folder is that of a language's tests.
func patternFolder(folder string, language *syntax.Language) bool {
	id, ok := semgrep.ParseLanguage(folder)
	if !ok {
		return false
	}
	named := syntax.ByName(string(id))
	return named != nil && named.Family() == language.Family()
}

// promise finds the comments that say that the pattern is found in the line behind them.
var promise = regexp.MustCompile(`(?:ERROR|MATCH):`)

// tryPattern looks for a pattern in a text. broken tells that it is none: then it finds nothing.
func tryPattern(language *syntax.Language, pattern, text string) (v search.Verdict, broken bool, err error) {
	rule := &semgrep.Rule{ID: "pattern", Mode: semgrep.ModeSearch, Options: semgrep.DefaultOptions(),
		Formula: semgrep.Pattern{Text: semgrep.Text{Value: strings.TrimSpace(pattern), Line: 1}}}
	compiled, notRead := search.Compile(rule, language)
	var found []search.Range
	if notRead == nil {
		file := search.NewText(text)
		if language != nil {
			tree, err := language.Parse([]byte(text))
			if err != nil {
				return v, false, err
			}
			file = search.NewFile(tree)
		}
		found, _ = compiled.Find(file)
	}
	var want, got []int
	line := 0
	for l := range strings.Lines(text) {
		if line++; promise.MatchString(l) {
			want = append(want, line+1)
		}
	}
	for _, r := range found {
		got = append(got, 1+strings.Count(text[:r.Start], "\n"))
	}
	slices.Sort(got)
	v.Promised = len(want)
	for _, line := range want {
		if !slices.Contains(got, line) {
			v.Missed = append(v.Missed, line)
		}
	}
	for _, line := range slices.Compact(got) {
		if !slices.Contains(want, line) {
			v.Extra = append(v.Extra, line)
		}
	}
	return v, notRead != nil, nil
}
