package engines

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// ForeignTrial is how a rule from a Semgrep rule file did in the tests beside it.
type ForeignTrial struct {
	// File is the rule file, Rule the rule's id.
	File, Rule string
	// Tests are the files that were judged; none where the rule has no test that can be read.
	Tests []string
	// Problems say what does not agree with the tests' annotations, or why the rule cannot be run.
	Problems []string
}

// TryForeign runs the rules of Semgrep's rule files at a path over the tests that lie beside them: files of the same name with another ending, annotated
// with ruleid:, ok: and todoruleid: (https://semgrep.dev/docs/writing-rules/testing-rules).
func TryForeign(name string) ([]ForeignTrial, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("open rules: %w", err)
	}
	fsys, root := os.DirFS(name), "."
	if !info.IsDir() {
		fsys, root = os.DirFS(filepath.Dir(name)), filepath.Base(name)
	}
	files, err := semgrep.LoadFS(fsys, root)
	if err != nil {
		return nil, err
	}
	var out []ForeignTrial
	for _, f := range files {
		for _, p := range f.Problems {
			if p.Kind == semgrep.Fault {
				out = append(out, ForeignTrial{File: f.Name, Rule: p.Rule, Problems: []string{p.Error()}})
			}
		}
		for i := range f.Rules {
			out = append(out, tryForeign(fsys, f.Name, &f.Rules[i]))
		}
	}
	return out, nil
}

func tryForeign(fsys fs.FS, file string, rule *semgrep.Rule) ForeignTrial {
	t := ForeignTrial{File: file, Rule: rule.ID}
	tests, err := TestsBeside(fsys, file)
	if err != nil {
		t.Problems = append(t.Problems, err.Error())
	}
	for _, test := range tests {
		text, err := fs.ReadFile(fsys, test)
		if err != nil {
			t.Problems = append(t.Problems, err.Error())
			continue
		}
		v, judged, err := Judge(rule, test, text)
		switch {
		case err != nil:
			t.Problems = append(t.Problems, err.Error())
			return t
		case !judged:
			continue
		}
		t.Tests = append(t.Tests, test)
		for _, line := range v.Missed {
			t.Problems = append(t.Problems, fmt.Sprintf("%s:%d: it should be found here", test, line))
		}
		for _, line := range v.Extra {
			t.Problems = append(t.Problems, fmt.Sprintf("%s:%d: it is found here and not annotated", test, line))
		}
	}
	return t
}

// TestsBeside gives the tests of a rule file.
func TestsBeside(fsys fs.FS, file string) ([]string, error) {
	base := strings.TrimSuffix(path.Base(file), path.Ext(file)) + "."
	all, err := fs.ReadDir(fsys, path.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("list the tests of %q: %w", file, err)
	}
	var out []string
	for _, f := range all {
		if strings.HasPrefix(f.Name(), base) && f.Name() != path.Base(file) && !strings.Contains(f.Name(), ".fixed.") && f.Type().IsRegular() {
			out = append(out, path.Join(path.Dir(file), f.Name()))
		}
	}
	slices.SortFunc(out, cmp.Compare)
	return out, nil
}

// Judge compares what a rule finds in a test with its annotations. False where the test is in none of the rule's languages.
func Judge(rule *semgrep.Rule, name string, text []byte) (search.Verdict, bool, error) {
	file, language := syntax.Of(name, text), (*syntax.Language)(nil)
	for _, l := range rule.Languages {
		switch {
		case l == semgrep.Generic || l == semgrep.RegexOnly:
			return judge(rule, nil, text)
		case file != nil && (file.Family() == string(l) || file.Name == string(l) || string(l) == "typescript" && file == syntax.TSX):
			language = file
		}
	}
	if language == nil {
		return search.Verdict{}, false, nil
	}
	return judge(rule, language, text)
}

func judge(rule *semgrep.Rule, language *syntax.Language, text []byte) (search.Verdict, bool, error) {
	compiled, err := search.Compile(rule, language)
	if err != nil {
		return search.Verdict{}, false, err
	}
	file := search.NewText(string(text))
	if language != nil {
		tree, err := language.Parse(text)
		if err != nil {
			return search.Verdict{}, false, err
		}
		file = search.NewFile(tree)
	}
	found, _ := compiled.Find(file)
	return search.Judge(rule.ID, found, string(text)), true, nil
}
