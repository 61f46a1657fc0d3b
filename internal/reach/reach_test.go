package reach

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// broken is a Source whose files cannot be read.
type broken struct{ mapSource }

func (broken) Read(string) ([]byte, error) { return nil, errors.New("input/output error") }

func ask(t *testing.T, src Source, o Options, q Question) Answer {
	t.Helper()
	answer, err := New(src, o).Ask(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func wantUnknown(t *testing.T, a Answer, part string) {
	t.Helper()
	if a.Reach.State != finding.ReachUnknown || !strings.Contains(a.Reach.Because, part) {
		t.Errorf("%s: %s; want unknown, with %q", a.Reach.State, a.Reach.Because, part)
	}
}

func TestAsk_unreadable(t *testing.T) {
	files := mapSource{"go.mod": "", "main.go": "", "app.js": "", "app.py": ""}
	wantUnknown(t, ask(t, broken{files}, Options{}, Question{Ecosystem: "Go", Name: "example.com/x"}), "go.mod")
	wantUnknown(t, ask(t, broken{files}, Options{}, Question{Ecosystem: "npm", Name: "x", Alone: true}), "app.js cannot be read")
	wantUnknown(t, ask(t, broken{files}, Options{}, Question{Ecosystem: "PyPI", Name: "x", Alone: true}), "app.py cannot be read")
}

func TestAsk_nothingThere(t *testing.T) {
	wantUnknown(t, ask(t, mapSource{}, Options{}, Question{Ecosystem: "Go", Name: "example.com/x"}), "no go.mod")
	wantUnknown(t, ask(t, mapSource{}, Options{}, Question{Ecosystem: "npm", Name: "x"}), "no JavaScript code")
	wantUnknown(t, ask(t, mapSource{}, Options{}, Question{Ecosystem: "npm", Name: "x", Dir: "../.."}), "not in the target")
	wantUnknown(t, ask(t, mapSource{"a.js": "x"}, Options{}, Question{Ecosystem: "Debian:12", Name: "zlib"}), "not analysed")
}

func TestAsk_pathsThatLeadOut(t *testing.T) {
	files := mapSource{
		"../go.mod": "module out\n", "/etc/go.mod": "module out\n", "a//go.mod": "module out\n", "a/../go.mod": "module out\n", "x.zip!/go.mod": "module out\n",
		"app.js": "require('../../../../outside'); require('/etc/passwd'); require('%2e%2e/x')",
	}
	wantUnknown(t, ask(t, files, Options{}, Question{Ecosystem: "Go", Name: "example.com/x"}), "no go.mod")
	wantUnknown(t, ask(t, files, Options{}, Question{Ecosystem: "npm", Name: "lodash", Alone: true}), "../../../../outside")
}

func TestAsk_linksInAModuleCacheAreNotFollowedOut(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	cache := filepath.Join(dir, "cache", "example.com")
	for _, d := range []string{outside, cache} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(outside, "x.go"), []byte("package vuln\n\nfunc F() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(cache, "vuln@v1.0.0")); err != nil {
		t.Skip("no links here")
	}
	files := mapSource{
		"go.mod":  "module shop\n\ngo 1.24\n\nrequire example.com/mid v1.0.0\n\nrequire example.com/vuln v1.0.0 // indirect\n",
		"main.go": "package main\n\nimport _ \"example.com/vuln\"\n\nfunc main() {}\n",
	}
	a := ask(t, files, Options{GoModules: []string{filepath.Join(dir, "cache"), "", filepath.Join(dir, "absent")}, GoRoot: filepath.Join(dir, "absent")}, Question{Ecosystem: "Go", Name: "example.com/vuln"})
	if a.Reach.State != finding.Imported || !strings.Contains(a.Reach.Because, "is not here") {
		t.Errorf("%+v", a)
	}
}

func TestAsk_hostileModuleFiles(t *testing.T) {
	main := "package main\n\nimport _ \"example.com/vuln\"\n\nfunc main() {}\n"
	for name, mod := range map[string]string{
		"path":      "module shop\n\ngo 1.24\n\nrequire ../../etc v1.0.0\nrequire example.com/vuln v1.0.0\n",
		"replace":   "module shop\n\ngo 1.24\n\nrequire example.com/vuln v1.0.0\n\nreplace example.com/vuln => /etc\n",
		"itself":    "module shop\n\ngo 1.24\n\nrequire example.com/vuln v1.0.0\n\nreplace example.com/vuln => ./\n",
		"truncated": "module shop\n\ngo 1.24\n\nrequire (\n\texample.com/vuln v1",
		"binary":    "\x00\x01\x02",
	} {
		a := ask(t, mapSource{"go.mod": mod, "main.go": main}, Options{}, Question{Ecosystem: "Go", Name: "example.com/vuln"})
		if a.Reach.State == finding.NotReachable || a.Reach.Because == "" {
			t.Errorf("%s: %+v", name, a.Reach)
		}
	}
}

// A chain of generic functions, each of which doubles the type it hands on, would make types of exponential size.
func TestAsk_doublingGenerics(t *testing.T) {
	var b strings.Builder
	b.WriteString("package main\n\nimport \"example.com/vuln\"\n\ntype pair[A, B any] struct { a A; b B }\n\nfunc main() { f0[int]() }\n")
	for i := range 40 {
		n := string(rune('0'+i/10)) + string(rune('0'+i%10))
		next := string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10))
		b.WriteString("\nfunc f" + strings.TrimPrefix(n, "0") + "[T any]() { f" + strings.TrimPrefix(next, "0") + "[pair[T, T]]() }\n")
	}
	b.WriteString("\nfunc f40[T any]() { vuln.F() }\n")
	files := mapSource{
		"go.mod": "module shop\n\ngo 1.24\n\nrequire example.com/vuln v1.0.0\n", "main.go": b.String(),
		"vendor/modules.txt": "# example.com/vuln v1.0.0\n## explicit\nexample.com/vuln\n", "vendor/example.com/vuln/v.go": "package vuln\n\nfunc F() {}\n",
	}
	a := ask(t, files, fakeRoot(t), Question{Ecosystem: "Go", Name: "example.com/vuln", Symbols: []Symbols{{Path: "example.com/vuln", Names: []string{"F"}}}})
	if a.Reach.State != finding.Reachable || !strings.Contains(a.Reach.Because, "double") {
		t.Errorf("%+v", a.Reach)
	}
}

func fakeRoot(t *testing.T) Options {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "src", "fmt"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "src", "fmt", "fmt.go"), []byte("package fmt\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return Options{GoRoot: root}
}

func TestAsk_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := New(mapSource{"a.js": "require('x')"}, Options{})
	for _, ecosystem := range []string{"npm", "Go"} {
		if _, err := a.Ask(ctx, Question{Ecosystem: ecosystem, Name: "x"}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", ecosystem, err)
		}
	}
}

func TestAsk_atOnce(t *testing.T) {
	c := readCase(t, "testdata/go/interface.txtar")
	a := New(c.source, c.options)
	want, err := a.AskAll(context.Background(), c.questions)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i, q := range c.questions {
				got, err := a.Ask(context.Background(), q)
				if err != nil || got.Reach.State != want[i].Reach.State {
					t.Errorf("%+v %v", got, err)
				}
			}
		})
	}
	wait.Wait()
}

func TestIsTest(t *testing.T) {
	for p, want := range map[string]bool{
		"a/test/b.js": true, "src/__tests__/x.ts": true, "x.spec.ts": true, "x_test.go": true, "test_x.py": true, "conftest.py": true, "x_spec.rb": true, "src/test/java/A.java": true, "AppTest.java": true,
		"examples/a.py": true, "latest.py": false, "Latest.java": false, "src/contest/a.js": false, "testing/a.go": false, "attest.ts": false, "specials/a.rb": false,
	} {
		if isTest(p) != want {
			t.Errorf("%s: %v", p, !want)
		}
	}
}

func TestGoConfig_match(t *testing.T) {
	linux, windows := newGoConfig("linux", "amd64", 24), newGoConfig("windows", "arm64", 24)
	for _, c := range []struct {
		name, head     string
		linux, windows bool
	}{
		{"a.go", "", true, true},
		{"a_linux.go", "", true, false},
		{"a_windows_arm64.go", "", false, true},
		{"a_amd64_test.go", "", true, false},
		{"linux.go", "", true, true},
		{"a_foo.go", "", true, true},
		{"a.go", "// Copyright\n\n//go:build unix && !arm64\n\n", true, false},
		{"a.go", "/* a\n comment */\n//go:build windows\n\n", false, true},
		{"a.go", "// +build windows linux\n// +build amd64\n\n", true, false},
		{"a.go", "//go:build go1.24 && !go1.25\n\n", true, true},
		{"a.go", "//go:build cgo\n\n", false, false},
		{"a.go", "package a\n//go:build windows\n", true, true},
	} {
		for cfg, want := range map[*goConfig]bool{&linux: c.linux, &windows: c.windows} {
			if ok, _, _ := cfg.match(c.name, []byte(c.head+"package a\n")); ok != want {
				t.Errorf("%s %q on %s: %v", c.name, c.head, cfg.goos, ok)
			}
		}
	}
}
