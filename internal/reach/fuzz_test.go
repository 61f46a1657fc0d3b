package reach

import (
	"context"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// seeds adds the files of the cases with one of the extensions.
func seeds(f *testing.F, folder string, extensions ...string) {
	files, err := filepath.Glob("testdata/" + folder + "/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatal("no cases", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, member := range archive.Files {
			for _, ext := range extensions {
				if strings.HasSuffix(member.Name, ext) {
					f.Add(member.Data)
				}
			}
		}
	}
}

// scanned checks what holds of every scan: lines are in the file, and what is noted does not grow beyond the file.
func scanned(t *testing.T, data []byte, u *unit) {
	lines := strings.Count(string(data), "\n") + 1
	for _, l := range u.loads {
		if l.line < 1 || l.line > lines {
			t.Errorf("load %q at line %d of %d", l.name, l.line, lines)
		}
	}
	for _, x := range u.uses {
		if x.line < 1 || x.line > lines || x.loadLine < 0 || x.loadLine > lines {
			t.Errorf("use %q at line %d, loaded at %d, of %d", x.full(), x.line, x.loadLine, lines)
		}
	}
	for _, d := range u.dynamic {
		if d.line < 1 || d.line > lines {
			t.Errorf("%q at line %d of %d", d.what, d.line, lines)
		}
	}
	if n := len(u.loads) + len(u.uses); n > maxSpaces*(len(data)+10) {
		t.Errorf("%d notes of %d bytes", n, len(data))
	}
}

func FuzzScanJS(f *testing.F) {
	seeds(f, "js", ".js", ".ts", ".vue", ".mjs")
	f.Add([]byte("`${`${"))
	f.Add([]byte("import {type a as b, default as c} from 'x';export * from \"y\""))
	f.Fuzz(func(t *testing.T, data []byte) { scanned(t, data, scanJS(data)) })
}

func FuzzScanPython(f *testing.F) {
	seeds(f, "python", ".py")
	f.Add([]byte("from . import ("))
	f.Fuzz(func(t *testing.T, data []byte) { scanned(t, data, scanPython(data)) })
}

func FuzzScanJava(f *testing.F) {
	seeds(f, "java", ".java", ".kt")
	f.Fuzz(func(t *testing.T, data []byte) { scanned(t, data, scanJava(data)) })
}

// FuzzScanOther feeds the languages that need few seeds, and each with the others' code.
func FuzzScanOther(f *testing.F) {
	seeds(f, "other", ".php", ".rb", ".rs", ".cs")
	f.Add([]byte("use a::{b::{c,d},*};r#\"\"#'\\u{10ffff}'"))
	f.Add([]byte("<?php <<<X\nX;use A\\{B as C"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, scan := range []func([]byte) *unit{scanPHP, scanRuby, scanRust, scanCSharp} {
			scanned(t, data, scan(data))
		}
	})
}

func FuzzStripBodies(f *testing.F) {
	f.Add([]byte("f"))
	f.Add([]byte("package a\n\nfunc f() interface{ M() } { return \"}\" }\n\nvar x = func() {}\n"))
	f.Add([]byte("package a\nfunc (t T[A]) f(x struct{ a int }) (y map[string]struct{}) { /*}*/ '{' `}` }\nfunc g()\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		names := map[string]bool{}
		stripBodies(data, names, true)
		only := map[string]bool{}
		namesIn(data, only, true)
		checkStripped(t, data)
	})
}

// checkStripped compares the declarations of a file that parses before and after its bodies are emptied.
func checkStripped(t *testing.T, data []byte) {
	t.Helper()
	before, err := parser.ParseFile(token.NewFileSet(), "a.go", data, parser.SkipObjectResolution)
	if err != nil || strings.Contains(string(data), "\nfunc(") || strings.Contains(string(data), "\nfunc (") && !formatted(before) {
		return
	}
	after, err := parser.ParseFile(token.NewFileSet(), "a.go", stripBodies(data, nil, false), parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("after stripping: %v\n%s", err, stripBodies(data, nil, false))
	}
	if diff := cmp.Diff(declared(before), declared(after)); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
}

// formatted tells that no declaration but a function's begins a line with func.
func formatted(f *ast.File) bool {
	ok := true
	for _, d := range f.Decls {
		if g, is := d.(*ast.GenDecl); is {
			ast.Inspect(g, func(n ast.Node) bool {
				if _, is := n.(*ast.FuncLit); is {
					ok = false
				}
				return ok
			})
		}
	}
	return ok
}

func declared(f *ast.File) []string {
	var out []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			out = append(out, "func "+d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					out = append(out, "type "+s.Name.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						out = append(out, "value "+n.Name)
					}
				}
			}
		}
	}
	return out
}

func TestStripBodies_standardLibrary(t *testing.T) {
	root := build.Default.GOROOT
	n := 0
	for _, pattern := range []string{"net/http/*.go", "go/types/*.go", "runtime/*.go", "reflect/*.go", "text/template/*.go"} {
		files, _ := filepath.Glob(filepath.Join(root, "src", filepath.FromSlash(pattern)))
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkStripped(t, data)
			n++
		}
	}
	if n == 0 {
		t.Skip("no Go installation here")
	}
}

// FuzzGo feeds whole files to the analysis of Go: whatever they hold, there is an answer.
func FuzzGo(f *testing.F) {
	seeds(f, "go", "main.go", "lib.go")
	f.Add([]byte("package main\ntype T[A any] struct{ f *T[*A] }\nfunc f[A any]() { f[T[A]]() }\nfunc main() { f[int]() }"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a := New(mapSource{
			"go.mod":                             "module shop\n\ngo 1.24\n\nrequire example.com/vuln v1.0.0\n",
			"main.go":                            string(data),
			"vendor/modules.txt":                 "# example.com/vuln v1.0.0\n## explicit\nexample.com/vuln/parse\n",
			"vendor/example.com/vuln/parse/p.go": "package parse\n\nfunc Parse(s string) int { return 1 }\n",
		}, Options{Budget: 100_000})
		got, err := a.Ask(context.Background(), Question{Ecosystem: "Go", Name: "example.com/vuln", Symbols: []Symbols{{Path: "example.com/vuln/parse", Names: []string{"Parse"}}}})
		if err != nil || got.Reach.Because == "" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// Scanning takes time in step with the size of what is scanned, also where brackets and quotes never end.
func TestScan_hostileInputTakesLinearTime(t *testing.T) {
	const size = 1 << 16
	for _, piece := range []string{"(", "{", "`${", "'", "\"", "/*", "a.b(", "require(", "import {", "from a import (", "use a::{", "<<~X\n", "<<<X\n", "x = a.b(c) ", "import a.*;A.b();", "try {", "const a = require('b'), ",
		"_(", "a => ", "function a(_){", "r#", "\"\"\"", "=begin\n", "A::B.c ", "new A.B.C(", "<? '", "func ", "func f(", "{{."} {
		data := []byte("const _ = require('lodash'); import lodash from 'lodash';\nimport a.b.A;\n" + strings.Repeat(piece, size/len(piece)))
		started := time.Now()
		for _, scan := range []func([]byte) *unit{scanJS, scanPython, scanJava, scanPHP, scanRuby, scanRust, scanCSharp} {
			scan(data)
		}
		stripBodies(data, map[string]bool{}, true)
		templateText(data, map[string]bool{})
		if took := time.Since(started); took > 3*time.Second {
			t.Errorf("%q repeated: %s", piece, took)
		}
	}
}
