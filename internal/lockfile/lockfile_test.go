package lockfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

// showDoc writes a document as text, one line a package and only what is set, so that tests can say it in full.
func showDoc(doc *inventory.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", doc.Format, doc.Ecosystem, doc.Role)
	for _, part := range []struct{ name, value string }{{"name", doc.Name}, {"version", doc.Version}, {"licence", doc.Licence}} {
		if part.value != "" {
			fmt.Fprintf(&b, " %s=%s", part.name, part.value)
		}
	}
	b.WriteByte('\n')
	for i := range doc.Packages {
		b.WriteString(showPackage(doc, &doc.Packages[i]))
	}
	for _, member := range doc.Members {
		fmt.Fprintf(&b, "member %s\n", member)
	}
	for _, r := range doc.Registries {
		fmt.Fprintf(&b, "registry %s", r.URL)
		if r.Scope != "" {
			fmt.Fprintf(&b, " scope=%s", r.Scope)
		}
		if r.Extra {
			b.WriteString(" extra")
		}
		fmt.Fprintf(&b, " line=%d\n", r.Line)
	}
	for _, of := range []struct {
		kind  string
		pairs map[string]string
	}{{"script", doc.Scripts}, {"property", doc.Properties}} {
		for _, name := range slices.Sorted(maps.Keys(of.pairs)) {
			fmt.Fprintf(&b, "%s %s=%s\n", of.kind, name, of.pairs[name])
		}
	}
	for _, need := range doc.Needs {
		fmt.Fprintf(&b, "need %s %s\n", need.What, need.Path)
	}
	for _, sentence := range doc.Unknown {
		fmt.Fprintf(&b, "unknown: %s\n", sentence)
	}
	return b.String()
}

func showPackage(doc *inventory.Document, pkg *inventory.Package) string {
	var b strings.Builder
	if pkg.Ecosystem != doc.Ecosystem {
		fmt.Fprintf(&b, "[%s] ", pkg.Ecosystem)
	}
	fmt.Fprintf(&b, "%s@%s", pkg.Name, pkg.Version)
	for _, part := range []struct{ name, value string }{
		{"asks", pkg.Constraint}, {"alias", pkg.Alias}, {"scope", string(pkg.Scope)}, {"licence", pkg.Licence},
		{"integrity", pkg.Integrity}, {"origin", pkg.Origin}, {"deprecated", pkg.Deprecated},
	} {
		if part.value != "" {
			fmt.Fprintf(&b, " %s=%s", part.name, part.value)
		}
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"direct", pkg.Direct}, {"optional", pkg.Optional}, {"script", pkg.InstallScript}} {
		if flag.set {
			b.WriteString(" " + flag.name)
		}
	}
	if pkg.Line > 0 {
		fmt.Fprintf(&b, " :%d", pkg.Line)
	}
	for i, to := range pkg.Requires {
		if i == 0 {
			b.WriteString(" ->")
		}
		fmt.Fprintf(&b, " %s@%s", doc.Packages[to].Name, doc.Packages[to].Version)
	}
	return b.String() + "\n"
}

// reads is one case of a reader: what a file says, or the end of the error.
type reads struct{ name, path, text, want, err string }

func runReads(t *testing.T, cases []reads) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			doc, err := Read(c.path, []byte(c.text))
			if c.err != "" {
				if err == nil || !strings.HasSuffix(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if doc == nil {
				t.Fatal("no reader")
			}
			if doc.Path != c.path {
				t.Errorf("path %q", doc.Path)
			}
			if diff := cmp.Diff(strings.TrimLeft(c.want, "\n"), showDoc(doc)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	for path, want := range map[string]string{
		"package-lock.json":                    "package-lock.json",
		"a/b/npm-shrinkwrap.json":              "package-lock.json",
		"node_modules/a/package-lock.json":     "",
		"node_modules/a/package.json":          "package.json",
		"node_modules/a/lib/package.json":      "",
		"package.json":                         "package.json",
		".github/workflows/ci.yml":             "GitHub workflow",
		"sub/.github/workflows/ci.yaml":        "GitHub workflow",
		".github/workflows/deep/ci.yml":        "",
		"ci.yml":                               "",
		"action.yml":                           "action.yml",
		"a/composer.lock":                      "composer.lock",
		"Package-Lock.json":                    "",
		"":                                     "",
		"a/":                                   "",
		"README":                               "",
		"ios/Podfile.lock":                     "Podfile.lock",
		"App.xcworkspace/x/Package.resolved":   "Package.resolved",
		"manifest.toml":                        "manifest.toml",
		"node_modules/.package-lock.json":      "",
		"node_modules/@s/b/package.json":       "package.json",
		"node_modules/@s/package.json":         "",
		"x/node_modules/.bin/package.json":     "",
		"mynode_modules/a/package.json":        "package.json",
		"node_modules/a/node_modules/b/x/y.js": "",
	} {
		got := ""
		if r := Match(path); r != nil {
			got = r.Format
		}
		if got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestMatch_allocatesNothing(t *testing.T) {
	Match("x")
	paths := []string{"src/main.go", "package-lock.json", ".github/workflows/ci.yml", "docs/read me.md"}
	if n := testing.AllocsPerRun(100, func() {
		for _, path := range paths {
			Match(path)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestReaders_namesAndMatchAgree(t *testing.T) {
	for _, r := range Readers() {
		if r.Format == "" || r.Match == nil || r.Read == nil {
			t.Errorf("%q is not complete", r.Format)
		}
	}
}

func TestRead_noReader(t *testing.T) {
	if doc, err := Read("main.go", []byte("package main")); doc != nil || err != nil {
		t.Errorf("%v, %v", doc, err)
	}
}

func BenchmarkMatch(b *testing.B) {
	for b.Loop() {
		Match("internal/engine/secret/assignment_bare.go")
	}
}
