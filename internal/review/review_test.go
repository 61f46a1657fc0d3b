package review

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/syntax"
)

// TestKinds_compile parses every pattern for every language that it is meant for.
func TestKinds_compile(t *testing.T) {
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range k.kinds {
		rules, err := one.rules()
		if err != nil {
			t.Errorf("%s: %v", one.ID, err)
		}
		whole, err := one.whole()
		if err != nil {
			t.Errorf("%s: %v", one.ID, err)
		}
		rules = append(rules, whole...)
		for i := range rules {
			some := false
			for _, l := range syntax.Languages() {
				if !meant(&rules[i], l) {
					continue
				}
				some = true
				if _, err := search.Compile(&rules[i], l); err != nil {
					t.Errorf("%s: %v", one.ID, err)
				}
			}
			if !some {
				t.Errorf("%s: %s is for no language that is read", one.ID, rules[i].ID)
			}
		}
	}
}

// changeOf reads the files under before/ and after/.
func changeOf(a *txtar.Archive) []File {
	byPath := map[string]*File{}
	for _, f := range a.Files {
		if path, ok := strings.CutPrefix(f.Name, "before/"); ok {
			of(byPath, path).Before = f.Data
		}
		if path, ok := strings.CutPrefix(f.Name, "after/"); ok {
			of(byPath, path).After = f.Data
		}
	}
	var out []File
	for _, f := range byPath {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

func of(byPath map[string]*File, path string) *File {
	if byPath[path] == nil {
		byPath[path] = &File{Path: path}
	}
	return byPath[path]
}

// TestCases classifies the changes in testdata: each archive holds files under before/ and after/, and "want" with one line a place:
// KIND WEIGHT CHANGE PATH:LINE FUNCTION.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d cases, error %v", len(names), err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(data)
			r, err := Classify(changeOf(archive))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, one := range r.Reviews {
				for _, p := range one.Places {
					seen[one.ID] = true
					got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s:%d %s", one.ID, p.Weight, p.Change, p.Path, p.Line, p.Function)))
				}
			}
			var want []string
			found := false
			for _, f := range archive.Files {
				if f.Name == "want" {
					found = true
					for line := range strings.Lines(string(f.Data)) {
						want = append(want, strings.TrimSpace(line))
					}
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !found || !slices.Equal(got, want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
	kinds, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		if !seen[k.ID] {
			t.Errorf("no case finds the kind %s", k.ID)
		}
	}
}
