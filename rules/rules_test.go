package rules_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/rule"
)

// folder is one rule on disk. The tests read the disk and not the compiled-in copy, so an author sees a change at once.
type folder struct {
	engine, id string
	rule       rule.Rule
	err        error
}

// folders reads every rule. One that is broken is kept with its error, so that it fails its own test only.
func folders(t *testing.T) []folder {
	t.Helper()
	files, err := fs.Glob(os.DirFS("."), "*/*/rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []folder
	for _, file := range files {
		id := path.Base(path.Dir(file))
		f := folder{engine: path.Dir(path.Dir(file)), id: id}
		f.rule, f.err = rule.Load(os.DirFS("."), f.engine, f.id)
		out = append(out, f)
	}
	return out
}

// TestRules runs every rule's cases through its engine: go test ./rules/ -run 'TestRules/secret/RULE-ID$'
func TestRules(t *testing.T) {
	all := folders(t)
	bench := newBench(t, all)
	for _, f := range all {
		t.Run(f.engine+"/"+f.id, func(t *testing.T) {
			t.Parallel()
			if f.err != nil {
				t.Fatal(f.err)
			}
			cases, err := rule.LoadCases(os.DirFS("."), f.engine, f.id)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range rule.Check(f.rule, cases, bench.trial(t, f.rule)) {
				t.Error(p)
			}
		})
	}
}

func TestRules_foldersAreComplete(t *testing.T) {
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || strings.Count(name, "/") != 1 {
			return err
		}
		for _, file := range []string{"rule.yaml", "cases.txtar"} {
			if _, err := os.Stat(path.Join(name, file)); err != nil {
				t.Errorf("rule %s: %v", name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
