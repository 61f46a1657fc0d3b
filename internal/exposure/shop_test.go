package exposure

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/reevehq/reeve/internal/finding"
)

// Each archive is a target. "want" tells the exposure of its paths, one a line: internet, environment, running, data, "privileged", workload; "-" is unknown.
// "steps PATH" tells the whole way of one path. "projects" are the folders with manifests, with the projects' names.
func TestShops(t *testing.T) {
	shops, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(shops) == 0 {
		t.Fatal("no shops", err)
	}
	for _, shop := range shops {
		t.Run(strings.TrimSuffix(filepath.Base(shop), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(shop)
			if err != nil {
				t.Fatal(err)
			}
			m := mapOf(t, a)
			checked := 0
			for _, f := range a.Files {
				if path, ok := strings.CutPrefix(f.Name, "steps "); ok {
					checked++
					if diff := gocmp.Diff(string(f.Data), steps(m.Of(path))); diff != "" {
						t.Errorf("steps of %s (-want +got)\n%s", path, diff)
					}
				}
				if f.Name == "notes" {
					checked++
					if diff := gocmp.Diff(string(f.Data), strings.Join(m.Notes(), "\n")+"\n"); diff != "" {
						t.Errorf("notes (-want +got)\n%s", diff)
					}
				}
				if f.Name != "want" {
					continue
				}
				for line := range strings.Lines(string(f.Data)) {
					path, want, ok := strings.Cut(strings.TrimSpace(line), ": ")
					if !ok {
						t.Fatalf("want: %q", line)
					}
					checked++
					if got := brief(m.Of(strings.TrimPrefix(path, "/"))); got != strings.TrimSpace(want) {
						t.Errorf("%s:\n got %s\nwant %s\n%s", path, got, strings.TrimSpace(want), steps(m.Of(path)))
					}
				}
			}
			if checked == 0 {
				t.Error("the archive expects nothing")
			}
		})
	}
}

// mapOf reads an archive as a target.
func mapOf(t *testing.T, a *txtar.Archive) *Map {
	t.Helper()
	var facts []*Facts
	var o Options
	for _, f := range a.Files {
		if f.Name == "want" || f.Name == "notes" || strings.HasPrefix(f.Name, "steps ") {
			continue
		}
		if f.Name == "projects" {
			for line := range strings.Lines(string(f.Data)) {
				dir, name, _ := strings.Cut(strings.TrimSpace(line), " ")
				o.Projects = append(o.Projects, Project{Dir: dir, Name: name})
			}
			continue
		}
		if !Wants(f.Name, f.Data[:min(len(f.Data), 256)]) {
			t.Fatalf("%s is not wanted", f.Name)
		}
		got, err := Read(f.Name, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		facts = append(facts, got)
	}
	return Assemble(facts, o)
}

func brief(e *finding.Exposure) string {
	if e == nil {
		return "nothing"
	}
	out := []string{cmp.Or(e.Internet, "-"), cmp.Or(e.Environment, "-"), cmp.Or(e.Running, "-")}
	if len(e.Data) > 0 {
		out = append(out, strings.Join(e.Data, ","))
	}
	if e.Privileged {
		out = append(out, "privileged")
	}
	return strings.TrimSpace(strings.Join(append(out, e.Workload), " "))
}

func steps(e *finding.Exposure) string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	for _, s := range e.Path {
		fmt.Fprintf(&b, "%s:%d %s\n", s.Location.Path, s.Location.Region.StartLine, s.Message)
	}
	return b.String()
}

// The order in which files are read changes nothing.
func TestAssemble_orderOfFiles(t *testing.T) {
	shops, _ := filepath.Glob("testdata/*.txtar")
	for _, shop := range shops {
		a, err := txtar.ParseFile(shop)
		if err != nil {
			t.Fatal(err)
		}
		first := mapOf(t, a)
		slices.Reverse(a.Files)
		second := mapOf(t, a)
		if diff := gocmp.Diff(first.Workloads(), second.Workloads()); diff != "" {
			t.Errorf("%s:\n%s", shop, diff)
		}
		for _, f := range a.Files {
			if path, ok := strings.CutPrefix(f.Name, "steps "); ok && steps(first.Of(path)) != steps(second.Of(path)) {
				t.Errorf("%s: %s differs", shop, path)
			}
		}
	}
}
