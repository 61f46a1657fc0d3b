package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/vex"
)

var update = flag.Bool("update", false, "write the golden files again")

// recorder keeps what a report gave, as the golden files hold it.
type recorder struct {
	Header     Header
	Rules      []finding.Rule
	Findings   []finding.Finding
	Secrets    []string            `json:",omitempty"` // lengths only
	Packages   []inventory.Package `json:",omitempty"`
	Statements []vex.Statement     `json:",omitempty"`
	Notes      []string            `json:",omitempty"`
}

func (r *recorder) Begin(Format) error { return nil }

func (r *recorder) Rule(rule finding.Rule) error {
	if !slices.ContainsFunc(r.Rules, func(o finding.Rule) bool { return o.ID == rule.ID }) {
		r.Rules = append(r.Rules, rule)
	}
	return nil
}

func (r *recorder) Finding(f finding.Finding) error {
	if v := f.Secret.Reveal(); v != "" {
		r.Secrets = append(r.Secrets, fmt.Sprintf("%s: %d bytes", f.Rule, len(v)))
	}
	r.Findings = append(r.Findings, f)
	return nil
}

func (r *recorder) Package(p inventory.Package, _ []string) error {
	r.Packages = append(r.Packages, p)
	return nil
}

func (r *recorder) Statement(s vex.Statement) error {
	r.Statements = append(r.Statements, s)
	return nil
}

func (r *recorder) Note(text string) { r.Notes = append(r.Notes, text) }

// samples are all reports in testdata/FORMAT, by path.
func samples(tb testing.TB) []string {
	tb.Helper()
	paths, err := filepath.Glob("testdata/*/*")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no samples: %v", err)
	}
	return slices.DeleteFunc(paths, func(p string) bool { return strings.HasSuffix(p, ".golden") || strings.HasPrefix(p, "testdata/fuzz/") })
}

func TestRead_samples(t *testing.T) {
	for _, path := range samples(t) {
		t.Run(path, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got recorder
			got.Header, err = Read(context.Background(), path, bytes.NewReader(data), "auto", &got)
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Base(filepath.Dir(path)); got.Header.Format != want {
				t.Errorf("read as %q, want %q", got.Header.Format, want)
			}
			checkConventions(t, &got)
			text, err := json.MarshalIndent(got, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range got.Findings {
				if v := f.Secret.Reveal(); len(v) > 6 && bytes.Contains(text, []byte(v)) {
					t.Errorf("a secret of rule %s leaves the reader in the open", f.Rule)
				}
			}
			golden(t, path+".golden", append(text, '\n'))
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; go test ./internal/ingest -run Samples -update writes it):\n%s", path, diff)
	}
}

// checkConventions holds a reader to what Format demands.
func checkConventions(t *testing.T, r *recorder) {
	t.Helper()
	// A full report names its tool as an empty one does, else nothing would ever be seen to be fixed. In these formats it is the report that says.
	byReport := []string{"sarif", "gitlab", "junit", "sonarqube-generic", "ocsf", "cyclonedx", "cyclonedx-xml", "spdx", "openvex", "csaf", "generic"}
	at := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == r.Header.Format })
	if tool := Formats()[at].Tool; r.Header.Tool.Name == "" || r.Header.Tool.Name != tool && !slices.Contains(byReport, r.Header.Format) {
		t.Errorf("the header names the tool %q, the format %q", r.Header.Tool.Name, tool)
	}
	for _, f := range r.Findings {
		at := slices.IndexFunc(r.Rules, func(o finding.Rule) bool { return o.ID == f.Rule })
		switch {
		case f.Rule == "" || at < 0:
			t.Errorf("finding %q names rule %q, which was not emitted", f.Message, f.Rule)
		case r.Rules[at].Title == "":
			t.Errorf("rule %q has no title", f.Rule)
		}
		if !slices.Contains(Classes(), f.Engine) {
			t.Errorf("finding of %q has class %q, want one of Classes", f.Rule, f.Engine)
		}
		if f.Message == "" || strings.Contains(f.Message, "\n") {
			t.Errorf("finding of %q: message %q is not one line", f.Rule, f.Message)
		}
		if l := f.Location; l.Path == "" && len(l.Logical) == 0 && f.Component == nil {
			t.Errorf("finding of %q has no place", f.Rule)
		}
		if strings.HasPrefix(f.Location.Path, "/") || strings.HasPrefix(f.Location.Path, "./") {
			t.Errorf("finding of %q: path %q is not relative", f.Rule, f.Location.Path)
		}
		if f.Component != nil && f.Component.Name == "" {
			t.Errorf("finding of %q has a component without a name", f.Rule)
		}
	}
}

func TestFormats_recogniseOnlyTheirOwn(t *testing.T) {
	for _, path := range samples(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		in, err := newInput(context.Background(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		own, head := filepath.Base(filepath.Dir(path)), newHead("", in.head())
		if f, err := choose(head, "auto"); err != nil || f.Name != own {
			t.Errorf("%s is recognised as %q (%v) without its file name", path, f.Name, err)
		}
	}
}

func TestRead_cutShortIsAnError(t *testing.T) {
	for _, path := range samples(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, ".csv") || strings.HasSuffix(path, ".jsonl") || strings.HasSuffix(path, ".txt") {
			continue // lines have no end mark
		}
		for _, part := range []int{3, 2} {
			cut := bytes.TrimRight(data, " \r\n\t")
			cut = cut[:len(cut)-len(cut)/part]
			var got recorder
			if _, err := Read(context.Background(), path, bytes.NewReader(cut), filepath.Base(filepath.Dir(path)), &got); err == nil {
				t.Errorf("%s cut to %d bytes is read as if it were whole", path, len(cut))
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, path := range samples(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(filepath.Dir(path)), data)
	}
	f.Fuzz(func(t *testing.T, format string, data []byte) {
		for _, tool := range []string{format, "auto"} {
			_, _ = Read(context.Background(), "", bytes.NewReader(data), tool, &strict{t: t})
		}
	})
}
