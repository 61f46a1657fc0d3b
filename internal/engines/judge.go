package engines

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/finding"
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
	set, err := openForeign(name)
	if err != nil {
		return nil, err
	}
	var out []ForeignTrial
	for _, f := range set.files {
		for _, p := range f.Problems {
			if p.Kind == semgrep.Fault {
				out = append(out, ForeignTrial{File: f.Name, Rule: p.Rule, Problems: []string{p.Error()}})
			}
		}
		extracts := slices.ContainsFunc(f.Rules, func(r semgrep.Rule) bool { return r.Mode == semgrep.ModeExtract })
		for i := range f.Rules {
			r := &f.Rules[i]
			switch {
			case r.Mode == semgrep.ModeExtract: // it finds nothing itself
				out = append(out, ForeignTrial{File: f.Name, Rule: r.ID})
			case extracts:
				out = append(out, tryTogether(set.fsys, f.Name, r, f.Rules))
			case r.Mode == semgrep.ModeJoin:
				out = append(out, tryTogether(set.fsys, f.Name, r, f.Rules[i:i+1]))
			default:
				out = append(out, tryForeign(set.fsys, f.Name, r))
			}
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
		language, ok := languageOf(rule, test, text)
		if !ok {
			continue
		}
		compiled, err := search.Compile(rule, language)
		var v search.Verdict
		if err == nil {
			v, err = compiled.Try(language, string(text))
		}
		if err != nil {
			t.Problems = append(t.Problems, err.Error())
			return t
		}
		t.judged(test, v)
	}
	if len(t.Tests) == 0 {
		t.Problems = append(t.Problems, unreadable(rule)...)
	}
	return t
}

// unreadable says which patterns of a rule that no test has tried are none.
func unreadable(rule *semgrep.Rule) []string {
	for _, l := range rule.Languages {
		if language := syntax.ByName(string(l)); language != nil {
			if _, err := search.Compile(rule, language); err != nil {
				return []string{err.Error()}
			}
		}
	}
	return nil
}

// tryTogether runs a rule that finds something only together with others over each of the tests of its file.
func tryTogether(fsys fs.FS, file string, rule *semgrep.Rule, rules []semgrep.Rule) ForeignTrial {
	t := ForeignTrial{File: file, Rule: rule.ID}
	tests, err := TestsBeside(fsys, file)
	var e *sast.Engine
	if err == nil {
		e, err = sast.New(nil, sast.Options{Foreign: rules})
	}
	for _, test := range tests {
		var text []byte
		if err == nil {
			text, err = fs.ReadFile(fsys, test)
		}
		if err != nil {
			break
		}
		c := &engine.Content{Path: test, Data: text}
		if !e.Wants(c) {
			continue
		}
		var note any
		var found []search.Range
		if note, err = e.Note(c); err != nil {
			break
		}
		err = e.Conclude(context.Background(), &engine.Target{Notes: []engine.Note{{Path: test, Value: note}}, Notice: func(string) {}}, func(f finding.Finding) {
			if f.Rule == rule.ID {
				found = append(found, search.Range{Start: int(f.Location.Region.Offset)})
			}
		})
		t.judged(test, search.Judge(rule.ID, found, string(text)))
	}
	if err != nil {
		t.Problems = append(t.Problems, err.Error())
	}
	return t
}

// judged takes down how a test went.
func (t *ForeignTrial) judged(test string, v search.Verdict) {
	t.Tests = append(t.Tests, test)
	for _, line := range v.Missed {
		t.Problems = append(t.Problems, fmt.Sprintf("%s:%d: it should be found here", test, line))
	}
	for _, line := range v.Extra {
		t.Problems = append(t.Problems, fmt.Sprintf("%s:%d: it is found here and not annotated", test, line))
	}
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

// languageOf is the language in which a rule looks at a test, nil for any text. False where the test is in none of the rule's languages.
func languageOf(rule *semgrep.Rule, name string, text []byte) (*syntax.Language, bool) {
	file, language := syntax.Of(name, text), (*syntax.Language)(nil)
	for _, l := range rule.Languages {
		switch {
		case l == semgrep.Generic || l == semgrep.RegexOnly:
			return nil, true
		case file != nil && (file.Family() == string(l) || file.Name == string(l) || string(l) == "typescript" && file == syntax.TSX):
			language = file
		}
	}
	return language, language != nil
}
