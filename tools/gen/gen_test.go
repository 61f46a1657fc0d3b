package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGenerated_isFresh(t *testing.T) {
	stale, err := run("../..", true, generators())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stale {
		t.Errorf("%s is stale; refresh it with: %s", path, refresh)
	}
}

// miniature writes a repository with one rule.
func miniature(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	from := "../../rules/secret/github-pat-classic"
	if err := os.CopyFS(filepath.Join(root, "rules/secret/github-pat-classic"), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestRun_writesThenHasNothingToDo(t *testing.T) {
	root := miniature(t)
	want := []string{"rules/rules.gen.go", "docs/rules/README.md", "docs/rules/secret/github-pat-classic.md"}
	for _, check := range []bool{true, true, false} {
		changed, err := run(root, check, fromRules())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, changed); diff != "" {
			t.Fatalf("check %v: %s", check, diff)
		}
	}
	if changed, err := run(root, false, fromRules()); err != nil || len(changed) > 0 {
		t.Errorf("second run changed %q, error %v", changed, err)
	}
	src := filepath.Join(root, "rules/rules.gen.go")
	if _, err := parser.ParseFile(token.NewFileSet(), src, nil, parser.AllErrors); err != nil {
		t.Error(err)
	}
}

func TestRun_removesThePageOfARuleThatIsGone(t *testing.T) {
	root := miniature(t)
	gone := filepath.Join(root, "docs/rules/secret/gone.md")
	if err := os.MkdirAll(filepath.Dir(gone), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(gone, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run(root, false, fromRules()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(gone); !os.IsNotExist(err) {
		t.Errorf("still there: %v", err)
	}
}

func TestRun_touchesNothingForeign(t *testing.T) {
	root := miniature(t)
	if err := os.MkdirAll(filepath.Join(root, "docs/rules"), 0o755); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(root, "docs/rules/notes.txt")
	if err := os.WriteFile(foreign, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run(root, false, fromRules()); err == nil {
		t.Error("no error for a file that is no page")
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error(err)
	}
}

func TestRun_brokenRuleIsAnError(t *testing.T) {
	root := miniature(t)
	if err := os.WriteFile(filepath.Join(root, "rules/secret/github-pat-classic/rule.yaml"), []byte("title: x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if changed, err := run(root, false, fromRules()); err == nil || len(changed) > 0 {
		t.Errorf("changed %q, error %v", changed, err)
	}
}
