package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/finding"
)

const full = `# All there is.
version: 1
identity: "000102030405060708090a0b0c0d0e0f"
gate:
  block: high
  warn: never
  confidence: certain
  incomplete: warn
  rules:
    jwt: off
    'generic-*': warn
  paths:
    - {match: test/**, severity: low}
    - match: docs/
      action: report
scan:
  exclude: [vendor/, '*.min.js']
  max_file_size: 8MiB
  archives: {depth: 0, ratio: 50, max_size: 1000}
  history: true
  include_ignored: true
rules: [security/rules, .gitleaks.toml]
disable: [noisy-rule]
severity: {jwt: info}
waivers:
  - id: "0123456789ab"
    reason: Made-up key of the tests.
    until: 2026-12-01
    owner: ann
  - {rule: jwt, path: a/b, reason: Made-up key of the tests., until: "2026-12-02"}
cache: {dir: .cache}
`

func TestParse_everyKey(t *testing.T) {
	c, err := Parse([]byte(full), "reeve.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Key(), (finding.Key{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}); !cmp.Equal(got, want) {
		t.Errorf("key %x", got)
	}
	p := c.Policy()
	if p.Block != finding.High || p.Warn != decision.Never || p.Confidence != finding.Certain || p.Incomplete != finding.Warn || len(p.Rules) != 2 {
		t.Errorf("policy %+v", p)
	}
	if len(p.Paths) != 2 || p.Paths[0].Cap != finding.Low || p.Paths[0].Treat != decision.ByThreshold ||
		p.Paths[1].Cap != decision.Never || p.Paths[1].Treat != decision.Report || !p.Paths[1].Match.Match("docs/a") {
		t.Errorf("paths %+v", p.Paths)
	}
	if c.Scan.MaxFileSize != 8<<20 || !c.Scan.History || !c.Scan.IncludeIgnored || c.Scan.Archives != (Archives{0, 50, 1000}) || !c.Scan.Exclude[1].Match("x/a.min.js") {
		t.Errorf("scan %+v", c.Scan)
	}
	if diff := cmp.Diff(map[string]finding.Severity{"jwt": finding.Info}, c.Severities()); diff != "" {
		t.Error(diff)
	}
	w := c.Waived()
	if len(w) != 2 || w[0].ID != "0123456789ab" || !w[0].Until.Equal(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) || w[0].Owner != "ann" ||
		w[0].Location.Path != "reeve.yaml" || w[0].Location.Region.StartLine != 26 || w[1].Rule != "jwt" || !w[1].Path.Match("a/b") {
		t.Errorf("waivers %+v", w)
	}
	if c.Cache.Dir != ".cache" || len(c.Rules) != 2 || c.Disable[0] != "noisy-rule" {
		t.Errorf("config %+v", c)
	}
}

func TestParse_nothingSetIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "\n", "# only a comment\n", "---\n", "null\n", "{}", "gate:\nscan:\nwaivers:\nseverity:\nrules: ~\n", "version: 1"} {
		c, err := Parse([]byte(text), Name)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(Default().Policy(), c.Policy()); diff != "" || c.Scan.MaxFileSize != 100<<20 || len(c.Key()) == 0 {
			t.Errorf("%q: not the default: %s", text, diff)
		}
	}
}

func TestParse_namesPlaceAndCure(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown-key", "gate:\n  blok: high", `f:2:3: unknown key "blok"; did you mean "block"?`},
		{"unknown-key-hyphen", "scan: {max-file-size: 1}", `f:1:8: unknown key "max-file-size"; did you mean "max_file_size"?`},
		{"unknown-key-far", "cache: {zzzzzzzz: 1}", `f:1:9: unknown key "zzzzzzzz"; possible here: dir`},
		{"merge-key", "<<: {}", `f:1:1: a key must be plain text`},
		{"doubled", "rules: []\ncache: {}\nrules: []", `f:3:1: key "rules" stands here again; it is already in line 1`},
		{"doubled-rule", "gate: {rules: {a: off, a: warn}}", `f:1:24: key "a" stands here again; it is already in line 1`},
		{"number-key", "1: x", "f:1:1: a key must be plain text"},
		{"severity", "gate: {block: hgih}", `f:1:15: block: "hgih" is not one of critical, high, medium, low, info, never; did you mean "high"?`},
		{"severity-case", "severity: {a: High}", `f:1:15: a: "High" is not one of critical, high, medium, low, info; did you mean "high"?`},
		{"confidence", "gate: {confidence: 1}", "f:1:20: confidence: want text; put it in quotes"},
		{"incomplete-waived", "gate: {incomplete: waived}", `f:1:20: incomplete: "waived" is not one of block, warn, report`},
		{"bool", "scan: {history: yes}", "f:1:17: history: want true or false"},
		{"int", "scan: {archives: {depth: 1.5}}", "f:1:26: depth: want a whole number"},
		{"int-range", "scan: {archives: {depth: 17}}", "f:1:26: depth: want a number from 0 to 16"},
		{"version", "version: 2", "f:1:10: version: want 1"},
		{"size", "scan: {max_file_size: 10MB}", `f:1:23: max_file_size: "10MB" is not a size`},
		{"size-zero", "scan: {max_file_size: 0}", `f:1:23: max_file_size: "0" is not a size`},
		{"glob", "scan: {exclude: ['a[b']}", "f:1:18: exclude[0]: pattern \"a[b\": unclosed"},
		{"rule-id", "disable: ['a b']", `f:1:11: disable[0]: "a b" is not a rule id`},
		{"list", "rules: a", "f:1:8: rules: want a list"},
		{"mapping", "gate: []", "f:1:7: gate: want keys and values"},
		{"root", "[]", "f:1:1: the configuration: want keys and values"},
		{"one-value", "version: []", "f:1:10: version: want one value"},
		{"text", "rules: [1]", "f:1:9: rules[0]: want text; put it in quotes"},
		{"path-empty", "gate: {paths: [{match: a}]}", "f:1:16: want an action, a severity or both"},
		{"path-no-match", "gate: {paths: [{action: off}]}", "f:1:16: match is missing"},
		{"waiver-none", "waivers: [{reason: long enough, until: 2026-01-01}]", "f:1:11: want either an id, or a rule and a path"},
		{"waiver-both", `waivers: [{id: "0123456789ab", rule: a, path: b, reason: long enough, until: 2026-01-01}]`, "want either an id, or a rule and a path"},
		{"waiver-rule-only", "waivers: [{rule: a, reason: long enough, until: 2026-01-01}]", "want either an id, or a rule and a path"},
		{"waiver-reason", `waivers: [{id: "0123456789ab", until: 2026-01-01}]`, "f:1:11: reason is missing"},
		{"waiver-short-reason", `waivers: [{id: "0123456789ab", reason: '   short   ', until: 2026-01-01}]`, "a reason needs at least 10 characters"},
		{"waiver-until", `waivers: [{id: "0123456789ab", reason: long enough}]`, "f:1:11: until is missing"},
		{"waiver-date", `waivers: [{id: "0123456789ab", reason: long enough, until: 2026-02-30}]`, "is not a day of the calendar"},
		{"waiver-number-id", `waivers: [{id: 012345678901, reason: long enough, until: 2026-01-01}]`, "f:1:16: id: want text; put it in quotes"},
		{"waiver-short-id", `waivers: [{id: "0123456789a", reason: long enough, until: 2026-01-01}]`, "want 12 to 32 digits"},
		{"alias", "rules: &a [x]\ndisable: *a", "f:1:8: rules: anchors and aliases are not allowed here"},
		{"tag", "rules: !!set {}", "f:1:8: rules: tags are not allowed here"},
		{"second-document", "version: 1\n---\nversion: 1\n", "a second document"},
		{"not-yaml", "gate: [", "f:1:1: not YAML: "},
		{"tab", "gate:\n\tblock: high", "f:2:1: not YAML: found character that cannot start any token"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.text), "f")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			var place *Error
			if !errors.As(err, &place) {
				t.Error("the error has no place")
			}
		})
	}
}

func TestParse_reportsEveryFaultUpToALimit(t *testing.T) {
	_, err := Parse([]byte("a: 1\nb: 1\ngate: {block: x}\n"), "f")
	if got := strings.Count(err.Error(), "\n") + 1; got != 3 {
		t.Errorf("%d faults: %v", got, err)
	}
	_, err = Parse([]byte("rules: ["+strings.Repeat("1,", 1000)+"]"), "f")
	if got := strings.Count(err.Error(), "\n") + 1; got != maxErrors {
		t.Errorf("%d faults", got)
	}
}

func TestParse_keyIsNotRepeatedInErrors(t *testing.T) {
	_, err := Parse([]byte("identity: "+strings.Repeat("ab", 10)), "f")
	if err == nil || strings.Contains(err.Error(), "abab") {
		t.Errorf("got %v", err)
	}
}

func TestParse_bombs(t *testing.T) {
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		laughs += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "]\n"
	}
	for name, text := range map[string]string{
		"laughs": laughs,
		"large":  strings.Repeat("# x\n", maxBytes/4+1),
		"deep":   strings.Repeat("[", maxBytes-1),
		"dashes": strings.Repeat("- ", maxBytes/2),
		"nested": "gate: " + strings.Repeat("{a: ", 5000),
		"self":   "rules: &a [*a]",
	} {
		if _, err := Parse([]byte(text), "f"); err == nil {
			t.Errorf("%s: taken", name)
		} else if len(err.Error()) > 10_000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
	}
}

func TestArchives_limits(t *testing.T) {
	if got := (Archives{Depth: 0, Ratio: 5, MaxSize: 7}).Limits(); got != (archive.Limits{Depth: -1, Ratio: 5, Size: 7}) {
		t.Errorf("got %+v", got)
	}
	if got := Default().Scan.Archives.Limits(); got.Depth != 4 {
		t.Errorf("got %+v", got)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(filepath.Join(dir, Name)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("directory: %v", err)
	}
	path := filepath.Join(dir, Name)
	if err := os.WriteFile(path, []byte("gate: {block: low}"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil || c.Policy().Block != finding.Low {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestSize_printsWhatItReads(t *testing.T) {
	for _, text := range []string{"1", "1023", "1KiB", "100MiB", "3GiB"} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s.String() != text {
			t.Errorf("%s: %s, %v", text, s, err)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"block", "warn", "confidence"}
	for text, want := range map[string]string{"blok": "block", "Warn": "warn", "confidance": "confidence", "xyzxyz": "", "": ""} {
		if got := nearest(text, names); got != want && !(text == "" && got == "") {
			t.Errorf("nearest(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("? [x]\n: y\n"))
	f.Add([]byte("!!binary x: !<tag:x> y\n--- \n...\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data, Name)
		if (c == nil) == (err == nil) {
			t.Error("neither a configuration nor an error, or both")
		}
		if c != nil {
			c.Policy()
			c.Waived()
		}
	})
}
