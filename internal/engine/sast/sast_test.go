package sast_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
	"github.com/reevehq/reeve/internal/target"
)

// rules are two rules of a team: one that searches, one that follows data.
const rules = `rules:
  - id: no-eval
    languages: [javascript]
    severity: ERROR
    message: "$X is run as code"
    pattern: eval($X)
    fix: safely($X)
  - id: query
    languages: [python]
    severity: WARNING
    message: what was asked for becomes part of a query
    mode: taint
    pattern-sources: [{pattern: asked()}]
    pattern-sinks: [{pattern: db.query(...)}]
`

func newEngine(t testing.TB, text string) *sast.Engine {
	t.Helper()
	file, err := semgrep.Load("rules.yaml", []byte(text))
	if err != nil || len(file.Problems) > 0 {
		t.Fatal(err, file.Problems)
	}
	e, err := sast.New(nil, sast.Options{Key: finding.Key("test"), Foreign: file.Rules})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// look gives what an engine finds in files, and what it says beside that, and sees to it that it is the same when its notes were kept, or leave work until all
// were taken.
func look(t testing.TB, e *sast.Engine, files map[string]string) (found []finding.Finding, notices []string) {
	t.Helper()
	kept, held := notebook{}, notebook{}
	found, notices = lookOnce(t, e, files, kept, false)
	for i, from := range []notebook{kept, kept, held, held} {
		again, noticed := lookOnce(t, e, files, from, i > 1)
		if diff := cmp.Diff(found, again, cmpopts.EquateComparable(finding.Sensitive{})); diff != "" || !slices.Equal(notices, noticed) {
			t.Fatalf("look %d, from notes that were kept or held, finds something else (-fresh +again):\n%s%v\n%v", i, diff, notices, noticed)
		}
	}
	return found, notices
}

// notebook keeps notes.
type notebook map[[32]byte][]byte

func (n notebook) Recall(key [32]byte) ([]byte, bool) {
	packed, ok := n[key]
	return packed, ok
}

func (n notebook) Keep(key [32]byte, packed []byte) { n[key] = packed }

// lookOnce looks with a notebook, at contents that are held or not.
func lookOnce(t testing.TB, e *sast.Engine, files map[string]string, in notebook, held bool) (found []finding.Finding, notices []string) {
	t.Helper()
	w := engine.NewPass([]engine.Engine{e}, archive.Limits{}).Keeping(in).Worker()
	w.Noting = true
	for path, text := range files {
		w.Look(context.Background(), &engine.Content{Path: path, Data: []byte(text), Mode: target.ModeFile, Held: held})
	}
	if len(w.Failed)+len(w.Unread) > 0 {
		t.Fatal(w.Failed, w.Unread)
	}
	notes := w.Notes[0]
	slices.SortFunc(notes, func(a, b engine.Note) int { return strings.Compare(a.Path, b.Path) })
	err := e.Conclude(context.Background(), &engine.Target{Notes: notes, Notice: func(s string) { notices = append(notices, s) }}, func(f finding.Finding) { found = append(found, f) })
	if err != nil {
		t.Fatal(err)
	}
	return found, notices
}

func TestEngine_keepsNotesUnderTheirRules(t *testing.T) {
	files := map[string]string{"a.js": "eval(x)\n", "b.py": "db.query(asked())\n", "c.py": "print(1)\n"}
	kept := notebook{}
	if found, _ := lookOnce(t, newEngine(t, rules), files, kept, false); len(found) != 2 || len(kept) != 3 {
		t.Fatalf("found %d, kept %d; want 2 and 3", len(found), len(kept))
	}
	if found, _ := lookOnce(t, newEngine(t, strings.ReplaceAll(rules, "eval($X)", "exec($X)")), files, kept, false); len(found) != 1 || len(kept) != 6 {
		t.Errorf("with another rule found %d, kept %d; want 1 and 6", len(found), len(kept))
	}
}

func FuzzUnpack(f *testing.F) {
	e := newEngine(f, rules)
	text := "class A:\n  def f(self, x):\n    self.x = asked()\n    a, b = g(x)\n    db.query(self.x + a)\n"
	kept := notebook{}
	lookOnce(f, e, map[string]string{"a.py": text, "a.js": "eval(x)"}, kept, false)
	for _, packed := range kept {
		f.Add(packed)
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		c := &engine.Content{Path: "a.py", Data: []byte(text)}
		value, err := e.Unpack(c, packed)
		if err != nil {
			return
		}
		notes := []engine.Note{{Path: c.Path, Value: value}}
		e.Beside(notes, []string{"b.py"})
		if err := e.Conclude(context.Background(), &engine.Target{Notes: notes, Notice: func(string) {}}, func(finding.Finding) {}); err != nil {
			t.Error(err)
		}
	})
}

func TestEngine_searches(t *testing.T) {
	found, _ := look(t, newEngine(t, rules), map[string]string{"a.js": "function f(x) {\n  eval(x);\n}\n", "b.py": "eval(x)\n"})
	if len(found) != 1 {
		t.Fatalf("found %d, want 1: %+v", len(found), found)
	}
	f := found[0]
	if f.Rule != "no-eval" || f.Severity != finding.High || f.Message != "x is run as code" || f.Location.Region.StartLine != 2 || f.Location.Snippet != "  eval(x);" {
		t.Errorf("got %+v", f)
	}
	if len(f.Location.Logical) != 1 || f.Location.Logical[0].Name != "f" {
		t.Errorf("it stands in function f, got %v", f.Location.Logical)
	}
	if len(f.Fix.Edits) != 1 || f.Fix.Edits[0].New != "safely(x)" {
		t.Errorf("got the fix %+v", f.Fix)
	}
}

func TestEngine_fixesPartsOfAFormula(t *testing.T) {
	e := newEngine(t, `rules:
  - id: swap
    languages: [python]
    severity: INFO
    message: the other one
    match:
      all:
        - any:
            - pattern: old($X)
              fix: new($X)
            - pattern: worst($X)
              fix: better($X)
        - not: old(1)
`)
	found, _ := look(t, e, map[string]string{"a.py": "old(a)\nworst(b)\nold(1)\n"})
	var got []string
	for _, f := range found {
		got = append(got, f.Fix.Edits[0].New)
	}
	if want := "new(a) better(b)"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestEngine_followsDataThroughFiles(t *testing.T) {
	found, _ := look(t, newEngine(t, rules), map[string]string{
		"app/views.py": "from app.store import find\n\nname = asked()\nfind(name)\n",
		"app/store.py": "def find(name):\n    return db.query('select ' + name)\n",
	})
	if len(found) != 1 || found[0].Location.Path != "app/store.py" || found[0].Location.Region.StartLine != 2 {
		t.Fatalf("got %+v", found)
	}
	var steps []string
	for _, s := range found[0].Flow {
		steps = append(steps, s.Location.Path+" "+s.Message)
	}
	want := "app/views.py comes from here|app/views.py is given to a variable here|app/store.py is given to this function|app/store.py arrives here"
	if got := strings.Join(steps, "|"); !strings.HasPrefix(got, "app/views.py comes from here|") || !strings.HasSuffix(got, "app/store.py is given to this function|app/store.py arrives here") {
		t.Errorf("steps\n%s\nwant about\n%s", got, want)
	}
}

func TestEngine_identity(t *testing.T) {
	e := newEngine(t, rules)
	ids := func(files map[string]string) []finding.Fingerprint {
		found, _ := look(t, e, files)
		var out []finding.Fingerprint
		for _, f := range found {
			out = append(out, f.Fingerprint)
		}
		slices.Sort(out)
		return out
	}
	before := ids(map[string]string{"a.js": "function f(x) { eval(x); }"})
	for name, files := range map[string]map[string]string{
		"lines above":    {"a.js": "// said\n\n\nfunction f(x) { eval(x); }"},
		"reformatted":    {"a.js": "function f(x)\n{\n\teval( x )\n}\n"},
		"file renamed":   {"lib/b.js": "function f(x) { eval(x); }"},
		"another before": {"a.js": "function f(x) { eval(x); }", "0.js": "const a = 1;"},
	} {
		if after := ids(files); !slices.Equal(before, after) {
			t.Errorf("%s: it is another finding", name)
		}
	}
	twice := ids(map[string]string{"a.js": "function f(x) { eval(x); }", "b.js": "function f(x) { eval(x); }"})
	if len(twice) != 2 || twice[0] == twice[1] || !slices.Contains(twice, before[0]) {
		t.Errorf("a copy must be a second finding and leave the first: %v, %v", before, twice)
	}
	if other := ids(map[string]string{"a.js": "function g(x) { eval(x); }"}); slices.Equal(before, other) {
		t.Error("in another function it is another finding")
	}
}

func TestEngine_saysWhatIsNotRead(t *testing.T) {
	long := "eval(x);" + strings.Repeat("a=1;", 3000)
	for name, c := range map[string]struct{ path, text, want string }{
		"minified":  {"a.js", long, "minified"},
		"generated": {"a.go", "// Code generated by x. DO NOT EDIT.\npackage a\n", ""},
		"too large": {"b.js", strings.Repeat("eval(x);\n", 1<<19), "larger"},
	} {
		found, notices := look(t, newEngine(t, rules), map[string]string{c.path: c.text})
		if len(found) > 0 || !strings.Contains(strings.Join(notices, "\n"), c.want) {
			t.Errorf("%s: found %d, said %q", name, len(found), notices)
		}
	}
	for _, path := range []string{"node_modules/a/index.js", "web/vendor/a.js", "dist/a.min.js"} {
		if found, _ := look(t, newEngine(t, rules), map[string]string{path: "eval(x)"}); len(found) > 0 {
			t.Errorf("%s is others' code", path)
		}
	}
	found, _ := look(t, newEngine(t, rules), map[string]string{"tests/a.js": "eval(x)"})
	if len(found) != 1 || found[0].Confidence != finding.Tentative {
		t.Errorf("what stands in tests is doubtful: %+v", found)
	}
}

func TestEngine_hidesSecrets(t *testing.T) {
	key := "sk" + "9aB3xQ7rT2mN8vL5" + "wZ4y"
	found, _ := look(t, newEngine(t, rules), map[string]string{"a.js": "eval('" + key + "')"})
	if len(found) != 1 || strings.Contains(found[0].Message+found[0].Location.Snippet, key) {
		t.Errorf("the text of a key is shown: %+v", found)
	}
}

func TestEngine_besideAChange(t *testing.T) {
	e := newEngine(t, rules)
	w := engine.NewPass([]engine.Engine{e}, archive.Limits{}).Worker()
	w.Noting = true
	w.Look(context.Background(), &engine.Content{Path: "app/views.py", Data: []byte("from app.store import find\nimport os\nfind(asked())\n"), Mode: target.ModeFile})
	got := e.Beside(w.Notes[0], []string{"app/other.py", "app/store.py", "app/views.py", "docs/store.md", "web/store.js"})
	if !slices.Equal(got, []string{"app/store.py", "web/store.js"}) {
		t.Errorf("got %v", got)
	}
}

func FuzzNote(f *testing.F) {
	e := newEngine(f, rules)
	for _, l := range syntax.Languages() {
		if len(l.Extensions) > 0 {
			f.Add("a"+l.Extensions[0], []byte("class A { def f(x) { eval(asked()); return [x, {a: 1}] } }"))
		}
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		if !e.Wants(&engine.Content{Path: path, Data: data}) || len(data) > 1<<16 {
			return
		}
		found, _ := look(t, e, map[string]string{path: string(data)})
		for i := range found {
			if r := found[i].Location.Region; r.Offset < 0 || r.Offset+r.Length > int64(len(data)) {
				t.Errorf("a finding outside the file: %+v", r)
			}
		}
	})
}
