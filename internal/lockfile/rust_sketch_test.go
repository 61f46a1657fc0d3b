package lockfile

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/reevehq/reeve/internal/inventory"
)

// sketch writes a document as text, every field of it.
func sketch(doc *inventory.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", doc.Format, doc.Ecosystem, doc.Role)
	for _, part := range [][2]string{{"name", doc.Name}, {"version", doc.Version}, {"licence", doc.Licence}} {
		if part[1] != "" {
			fmt.Fprintf(&b, " %s=%s", part[0], part[1])
		}
	}
	b.WriteByte('\n')
	for i := range doc.Packages {
		sketchPackage(&b, doc, &doc.Packages[i])
	}
	for _, n := range doc.Needs {
		fmt.Fprintf(&b, "needs %s (%s)\n", n.Path, n.What)
	}
	for _, m := range doc.Members {
		fmt.Fprintf(&b, "member %s\n", m)
	}
	for _, key := range slices.Sorted(maps.Keys(doc.Properties)) {
		fmt.Fprintf(&b, "property %s=%s\n", key, doc.Properties[key])
	}
	for _, r := range doc.Registries {
		fmt.Fprintf(&b, "%d: registry %s", r.Line, r.URL)
		if r.Scope != "" {
			fmt.Fprintf(&b, " for %s", r.Scope)
		}
		if r.Extra {
			b.WriteString(" extra")
		}
		b.WriteByte('\n')
	}
	for _, u := range doc.Unknown {
		fmt.Fprintf(&b, "unknown %s\n", u)
	}
	return b.String()
}

func sketchPackage(b *strings.Builder, doc *inventory.Document, p *inventory.Package) {
	fmt.Fprintf(b, "%d: %s", p.Line, p.Name)
	if p.Version != "" {
		fmt.Fprintf(b, " %s", p.Version)
	}
	if p.Constraint != "" {
		fmt.Fprintf(b, " (%s)", p.Constraint)
	}
	if p.Ecosystem != doc.Ecosystem {
		fmt.Fprintf(b, " in %s", p.Ecosystem)
	}
	if p.Direct {
		b.WriteString(" direct")
	}
	if p.Scope != "" {
		fmt.Fprintf(b, " %s", p.Scope)
	}
	if p.Optional {
		b.WriteString(" optional")
	}
	for _, part := range [][2]string{{"as", p.Alias}, {"from", p.Origin}, {"sum", p.Integrity}} {
		if part[1] != "" {
			fmt.Fprintf(b, " %s %s", part[0], part[1])
		}
	}
	if p.Built != nil {
		fmt.Fprintf(b, " built %q", p.Built)
	}
	for i, n := range p.Requires {
		word := ","
		if i == 0 {
			word = " ->"
		}
		fmt.Fprintf(b, "%s %s@%s", word, doc.Packages[n].Name, doc.Packages[n].Version)
	}
	b.WriteByte('\n')
}

// sketchCases runs the cases of a folder: archives of pairs, a file by its path in a target and what is read from it, or "error: …".
func sketchCases(t *testing.T, language string) {
	files, err := filepath.Glob(filepath.Join("testdata", language, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(archive.Files)%2 != 0 {
			t.Fatalf("%s holds %d parts, and cases are pairs", file, len(archive.Files))
		}
		for i := 0; i < len(archive.Files); i += 2 {
			in, want := archive.Files[i], archive.Files[i+1]
			t.Run(filepath.Base(file)+"/"+in.Name, func(t *testing.T) {
				got := sketchOf(in.Name, in.Data)
				if diff := cmp.Diff(string(want.Data), got); diff != "" || want.Name != "want" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
			if os.Getenv("REEVE_SHOW_SKETCHES") != "" {
				archive.Files[i+1].Data = []byte(sketchOf(in.Name, in.Data))
			}
		}
		if os.Getenv("REEVE_SHOW_SKETCHES") != "" {
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func sketchOf(path string, data []byte) string {
	doc, err := Read(path, data)
	switch {
	case err != nil:
		return "error: " + err.Error() + "\n"
	case doc == nil:
		return "not read\n"
	}
	return sketch(doc)
}

// sound checks what holds for every document, whatever it was read from.
func sound(t *testing.T, doc *inventory.Document) {
	t.Helper()
	for i := range doc.Packages {
		p := &doc.Packages[i]
		if badName(p.Name) || badVersion(p.Version) || badVersion(p.Constraint) || p.Ecosystem == "" {
			t.Errorf("package %d is not possible: %+v", i, p)
		}
		if !slices.IsSorted(p.Requires) || slices.Contains(p.Requires, i) {
			t.Errorf("package %d requires %v", i, p.Requires)
		}
		for _, n := range p.Requires {
			if n < 0 || n >= len(doc.Packages) {
				t.Errorf("package %d requires %d of %d", i, n, len(doc.Packages))
			}
		}
	}
	if len(doc.Unknown) > maxUnknown+1 {
		t.Errorf("%d sentences about what is not known", len(doc.Unknown))
	}
}

// fuzzReader is a fuzz target for the reader of a path, with what the cases of a folder hold as seeds.
func fuzzReader(f *testing.F, language string, paths ...string) {
	files, _ := filepath.Glob(filepath.Join("testdata", language, "*.txtar"))
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i < len(archive.Files); i += 2 {
			f.Add(archive.Files[i].Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, path := range paths {
			doc, err := Read(path, data)
			if err == nil {
				sound(t, doc)
			} else if doc != nil {
				t.Errorf("%s: a document beside the error %v", path, err)
			}
		}
	})
}
