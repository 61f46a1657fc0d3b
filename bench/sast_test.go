package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/semgrep"
)

// written writes a file into a folder of the test's own and gives its name.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnalysers_reportsAreRead(t *testing.T) {
	for _, tt := range []struct {
		name, report string
		read         func(report, dir string) ([]place, error)
		want         []place
	}{
		{"semgrep", `{"results":[
			{"check_id":"work.rules.go.lang.bind-all","path":"./cmd/main.go","start":{"line":9,"col":2}},
			{"check_id":"work.rules.go.lang.bind-all","path":"cmd/main.go","start":{"line":9,"col":8}},
			{"check_id":"eval","path":"a.py","start":{"line":3,"col":1}}],"errors":[],"paths":{"scanned":["a.py"]}}`,
			readSemgrep, []place{{"a.py", 3, "eval"}, {"cmd/main.go", 9, "bind-all"}}},
		{"gosec", `{"Issues":[
			{"rule_id":"G304","file":"/code/shop/pkg/read.go","line":"12-14","column":"3"},
			{"rule_id":"G115","file":"/code/shop/main.go","line":"7","column":"3"}],"Stats":{"files":2}}`,
			readGosec, []place{{"main.go", 7, "G115"}, {"pkg/read.go", 12, "G304"}}},
		{"bandit", `{"errors":[],"results":[{"filename":"./shop/db.py","line_number":21,"test_id":"B608"}]}`,
			readBandit, []place{{"shop/db.py", 21, "B608"}}},
		{"ast-grep", `{"file":"routes/a.ts","ruleId":"typescript-eval","range":{"start":{"line":0,"column":4}}}` + "\n" +
			`{"file":"routes/a.ts","ruleId":"typescript-eval","range":{"start":{"line":60,"column":4}}}` + "\n",
			readAstGrep, []place{{"routes/a.ts", 1, "typescript-eval"}, {"routes/a.ts", 61, "typescript-eval"}}},
	} {
		got, err := tt.read(written(t, "report", tt.report), "/code/shop")
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(place{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if _, err := tt.read(written(t, "report", tt.report[:len(tt.report)-10]), "/code/shop"); err == nil {
			t.Errorf("%s: a report that was cut short was read", tt.name)
		}
	}
}

func TestReadReeveCode_everyPlaceOfWhatIsCode(t *testing.T) {
	got, err := readReeveCode(written(t, "report.json", `{"findings":[
		{"rule":"go.lang.sqli.joined","engine":"sast","location":{"path":"b.go","region":{"startLine":4}},"also":[{"path":"a.go","region":{"startLine":2}}]},
		{"rule":"generic-password","engine":"secret","location":{"path":"a.go","region":{"startLine":1}}}],
		"notes":["x.js was not read as code: it is minified","rule joined took too much work in b.go: it may find more there than is shown","something else"]}`))
	want := codeReport{places: []place{{"a.go", 2, "joined"}, {"b.go", 4, "joined"}}, unread: 1, unfinished: 1}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(codeReport{}, place{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestSemgrepReport_complaintsByKind(t *testing.T) {
	var r semgrepReport
	report := `{"errors":[{"type":"Timeout"},{"type":["PartialParsing",[{"path":"a.py"}]]},{"type":"Timeout"},{"type":{}}]}`
	if err := readJSON(written(t, "report.json", report), &r); err != nil {
		t.Fatal(err)
	}
	if got, want := byRule("Says", r.complaints()), "Says: 2 Timeout, 1 PartialParsing, 1 other.\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestShared_agreesByFileLineAndRule(t *testing.T) {
	ours := once([]place{{"a.py", 3, "eval"}, {"a.py", 3, "shell"}, {"b.py", 1, "eval"}})
	theirs := once([]place{{"a.py", 3, "eval"}, {"a.py", 4, "shell"}, {"a.py", 3, "eval"}})
	common, theirsOnly, oursOnly := shared(ours, theirs)
	if common != 1 {
		t.Errorf("%d in common, want 1", common)
	}
	if diff := cmp.Diff([]place{{"a.py", 4, "shell"}}, theirsOnly, cmp.AllowUnexported(place{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]place{{"a.py", 3, "shell"}, {"b.py", 1, "eval"}}, oursOnly, cmp.AllowUnexported(place{})); diff != "" {
		t.Error(diff)
	}
	if got := anyRule(ours); len(got) != 2 {
		t.Errorf("got %v, want two lines", got)
	}
}

func TestPlacesRow_countsBothSides(t *testing.T) {
	var page bytes.Buffer
	s := &session{out: &page}
	s.placesHead(codeReport{places: make([]place, 3)})
	s.placesRow(&codebase{name: "shop"}, &analyser{peer: peer{name: semgrepName, version: "1"}},
		[]place{{"a.py", 3, "eval"}, {"a.py", 9, "shell"}, {"b.py", 1, "eval"}}, []place{{"a.py", 3, "eval"}, {"c.py", 4, "yaml"}})
	want := "| | findings (file, line, rule) | in common with reeve | theirs only | reeve only |\n|---|---:|---:|---:|---:|\n| reeve | 3 | | | |\n" +
		"| semgrep 1 | 2 | 1 | 1 | 2 |\n\nsemgrep only: 1 yaml.\n\nreeve only: 1 eval, 1 shell.\n\n"
	if diff := cmp.Diff(want, page.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCodebase_takesOutWhatNobodyWroteAndCountsTheRest(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.go":                  "package main\n\nfunc main() {}\n",
		"pkg/other.go":             "package pkg\n",
		"api/api.pb.go":            "// Code generated by protoc. DO NOT EDIT.\npackage api\n",
		"web/app.min.js":           "f()\n",
		"web/long.js":              strings.Repeat("f();", 2000),
		"web/app.js":               "f()\n",
		"node_modules/x/index.js":  "f()\n",
		"README.md":                "text\n",
		"deploy/values.yaml":       "a: 1\n",
		"pkg/vendor/y/z/vendor.go": "package z\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{work: t.TempDir()}
	c, err := s.codebase(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := "4 files of code and configuration with 6 lines: 4 Go, 1 JavaScript, 1 YAML. 2 files of others were taken out. " +
		"3 files that programs wrote are left to compilers: reeve does not read them as code, and Semgrep is told not to."
	if got := c.describe(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if c.changed != "pkg/other.go" {
		t.Errorf("the file to change is %s", c.changed)
	}
	for name, there := range map[string]bool{"README.md": true, ".semgrepignore": true, "node_modules": false, "web/long.js": true, "web/app.js": true} {
		if _, err := os.Stat(filepath.Join(c.dir, name)); (err == nil) != there {
			t.Errorf("%s is there: %v", name, err == nil)
		}
	}
	if got, want := string(readFile(t, filepath.Join(c.dir, ".semgrepignore"))), "# tests are looked at\n/api/api.pb.go\n/web/app.min.js\n/web/long.js\n"; got != want {
		t.Errorf("Semgrep is told to leave out %q, want %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules/x/index.js")); err != nil {
		t.Errorf("the user's own folder was changed: %v", err)
	}
	repo, err := s.committed(c)
	if err != nil {
		t.Fatal(err)
	}
	out, err := runGit("", "-C", repo, "diff", "--stat=200", "HEAD~1")
	if err != nil || !strings.Contains(string(out), "pkg/other.go | 2 ++") || !strings.Contains(string(out), "1 file changed") {
		t.Errorf("the last commit is %s, %v; want one file changed", out, err)
	}
}

func TestRules_onlyFilesThatBothRead(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"go/bind.yaml":      "rules:\n  - id: bind\n    languages: [go]\n    severity: WARNING\n    message: m\n    pattern: net.Listen(...)\n",
		"go/bind.test.yaml": "a: 1\n",
		"go/bind.go":        "package p\n",
		"x/apex.yaml":       "rules:\n  - id: apex\n    languages: [apex]\n    severity: WARNING\n    message: m\n    pattern: f(...)\n",
		"k8s/role.yaml":     "apiVersion: v1\nrules:\n  - verbs: [get]\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{work: t.TempDir()}
	got, err := s.rules(root)
	if err != nil || got.rules != 1 || got.left != 1 {
		t.Errorf("got %+v, %v; want one rule taken, one left", got, err)
	}
	again, err := semgrep.Load("rules.yaml", readFile(t, got.name))
	if err != nil || len(again.Rules) != 1 || again.Rules[0].ID != "bind" || len(again.Problems) > 0 {
		t.Errorf("got %+v, %v; want the rule bind", again, err)
	}
}

func TestRules_oneNameOnce(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"a.yaml", "b.yaml", "c.yaml"} {
		text := "rules:\n  - id: bind\n    languages: [go]\n    severity: WARNING\n    message: m\n    pattern: net.Listen(...)\n"
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{work: t.TempDir()}
	got, err := s.rules(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := semgrep.Load("rules.yaml", readFile(t, got.name))
	if err != nil || len(again.Rules) != 3 || again.Rules[1].ID != "bind-2" || again.Rules[2].ID != "bind-3" {
		t.Errorf("got %+v, %v; want bind, bind-2 and bind-3", again, err)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRun_whatTakesTooLongIsNamed(t *testing.T) {
	needShell(t)
	slow := shell("sleep 20")
	slow.Limit = 200 * time.Millisecond
	got := slow.run()
	if got.Failed != "ended after 200ms" || got.Wall > 10*time.Second {
		t.Errorf("got %+v, want a run that was ended", got)
	}
	if text := row("peer", got, cost{Wall: time.Second, CPU: time.Second}); !strings.Contains(text, "**failed** (ended after 200ms)") {
		t.Errorf("the table says %s", text)
	}
}

func TestRun_whatComesBeforeIsDoneEachTime(t *testing.T) {
	needShell(t)
	n := 0
	c := shell("true")
	c.Before = func() error { n++; return nil }
	s := &session{started: time.Now()}
	if got := s.measure("test", 2, []command{c})[0]; got.Failed != "" || n != 3 {
		t.Errorf("done %d times, %+v; want 3: a warm-up and two runs", n, got)
	}
	c.Before = func() error { return os.ErrNotExist }
	if got := c.run(); got.Failed == "" {
		t.Error("ran although what comes before failed")
	}
}
