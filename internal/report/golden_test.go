package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// render writes a result in a format.
func render(t testing.TB, format string, r *finding.Result, opt Options) []byte {
	t.Helper()
	f, ok := Lookup(format)
	if !ok {
		t.Fatalf("no format %q", format)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r, opt); err != nil {
		t.Fatalf("write %s: %v", format, err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
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
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got); go test -update writes it anew:\n%s", path, d)
	}
}

func TestFormats_golden(t *testing.T) {
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			name := "sample" + f.Extension
			switch f.Name {
			case "github", "gitlab-secret", "gitlab-codequality":
				name = f.Name + f.Extension
			}
			golden(t, name, render(t, f.Name, sample(), Options{}))
		})
	}
}

func TestText_goldenForms(t *testing.T) {
	scan := sample()
	scan.Decision, scan.Unread = nil, nil
	scan.Engines = scan.Engines[:1]
	for i := range scan.Findings {
		scan.Findings[i].Verdict = nil
	}
	clean := &finding.Result{Tool: scan.Tool, Looked: finding.Looked{Files: 3, Bytes: 900}}
	tests := []struct {
		name string
		r    *finding.Result
		opt  Options
	}{
		{"colour", sample(), Options{Colour: true}},
		{"ascii", sample(), Options{ASCII: true}},
		{"narrow", sample(), Options{Width: 40}},
		{"verbose", sample(), Options{Verbose: true, Width: 100}},
		{"scan", scan, Options{}},
		{"clean", clean, Options{}},
		{"many", many(60), Options{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden(t, "text-"+test.name+".txt", render(t, "text", test.r, test.opt))
		})
	}
}

func TestFormats_sameBytesTwice(t *testing.T) {
	for _, f := range Formats() {
		a, b := render(t, f.Name, many(300), Options{}), render(t, f.Name, many(300), Options{})
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two writes differ", f.Name)
		}
	}
}

func TestFormats_neverShowTheSecret(t *testing.T) {
	r := sample()
	if r.Findings[0].Secret.Reveal() != leaked() {
		t.Fatal("the sample's first finding should hold the secret")
	}
	for _, f := range Formats() {
		for _, opt := range []Options{{}, {Verbose: true, Colour: true}} {
			out := string(render(t, f.Name, r, opt))
			if strings.Contains(out, leaked()) || strings.Contains(out, "redacted") {
				t.Errorf("%s shows the secret or its placeholder", f.Name)
			}
		}
	}
}
