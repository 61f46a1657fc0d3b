package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

const (
	maxFile     = 400 // lines
	maxFunction = 80
	maxParams   = 5
)

// larger are the files that may be longer, and longer the files whose functions may, each with its reason.
// The lists may only shrink.
var (
	larger = map[string]string{
		"rules/rules.gen.go": "generated",
	}
	longer = map[string]string{
		"internal/inflate/fast.go": "the hot loop of inflating: calls would cost more than they explain",
	}
	wider = map[string]string{
		"internal/inflate/table.go": "linked is the inner part of a loop, with that loop's state",
		"internal/archive/zip.go":   "list takes where the parts of one zip lie",
	}
)

// isTable tells a function that only gives a table of data.
func isTable(f *ast.FuncDecl) bool {
	if len(f.Body.List) != 1 {
		return false
	}
	r, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return false
	}
	_, ok = r.Results[0].(*ast.CompositeLit)
	return ok
}

func TestSize_filesAndFunctionsStaySmall(t *testing.T) {
	for _, pkg := range packages(t) {
		for name, lines := range pkg.lines {
			if _, excused := larger[name]; lines > maxFile && !excused {
				t.Errorf("%s has %d lines, more than %d: would you find your room in it?", name, lines, maxFile)
			}
		}
		for name, file := range pkg.files {
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := pkg.fset.Position(f.End()).Line - pkg.fset.Position(f.Pos()).Line + 1; n > maxFunction && !isTable(f) && longer[name] == "" {
					t.Errorf("%s: function %s has %d lines, more than %d", name, f.Name.Name, n, maxFunction)
				}
				if n := f.Type.Params.NumFields(); n > maxParams && wider[name] == "" {
					t.Errorf("%s: function %s has %d parameters, more than %d", name, f.Name.Name, n, maxParams)
				}
			}
		}
	}
}

// banned are package names that say nothing.
var banned = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "core", "base", "misc", "manager"}

func TestNames_everyPackageSaysWhatItIs(t *testing.T) {
	for _, pkg := range packages(t) {
		if pkg.testOnly {
			continue
		}
		if slices.Contains(banned, pkg.name) {
			t.Errorf("package %s: the name says nothing", pkg.path)
		}
		if len(strings.Fields(pkg.doc)) < 8 {
			t.Errorf("package %s has no comment that says what it does and what it must not do", pkg.path)
		}
	}
}

func TestNames_noInitFunctions(t *testing.T) {
	for _, pkg := range packages(t) {
		for name, file := range pkg.files {
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s: an init function makes start-up slower and reading harder", name)
				}
			}
		}
	}
}

// cited finds paths of this repository in documents.
var cited = regexp.MustCompile("`((?:cmd|internal|rules|tools|docs|examples|bench)/[A-Za-z0-9_./-]+)`")

func TestDocs_citedPathsExist(t *testing.T) {
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	documents = append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "AGENTS.md"))
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range cited.FindAllStringSubmatch(string(text), -1) {
			if strings.ContainsFunc(m[1], unicode.IsUpper) {
				continue // a placeholder
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s cites %s, which does not exist", document, m[1])
			}
		}
	}
}
