package rule

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

const sound = `title: Acme token in the open
severity: high
confidence: medium
why: |
  Whoever holds it orders anvils.
fix: Revoke it.
references: [https://acme.example/docs]
cwe: [798, 540]
since: 0.1.0
match:
  pattern: '(acme_[a-z<>&]{8})'
  keywords: [acme_]
  entropy: 3.5
  exact: true
  reach: 512
`

// with gives the sound rule with lines added, and those that start with one of the given keys left out.
func with(add string, without ...string) string {
	var b strings.Builder
	for line := range strings.Lines(sound) {
		name, _, _ := strings.Cut(line, ":")
		if !slices.Contains(without, name) {
			b.WriteString(line)
		}
	}
	return b.String() + add
}

func folderOf(yaml string) fstest.MapFS {
	return fstest.MapFS{"secret/acme-token/rule.yaml": {Data: []byte(yaml)}}
}

func TestLoad_sound(t *testing.T) {
	got, err := Load(folderOf(with("owasp: [\"A07:2021\"]\ntags: [own, forge]\nverify: acme\nstage: preview\nkind: secret\nopens: The shop.\nrevoke: Ask.\nfalse_positives: None.\n")), "secret", "acme-token")
	if err != nil {
		t.Fatal(err)
	}
	want := Rule{
		Rule: finding.Rule{
			ID: "acme-token", Engine: "secret", Title: "Acme token in the open",
			Severity: finding.High, Confidence: finding.Likely,
			Why: "Whoever holds it orders anvils.", Fix: "Revoke it.", Opens: "The shop.", Revoke: "Ask.",
			References: []string{"https://acme.example/docs"}, CWE: []int{798, 540}, OWASP: []string{"A07:2021"},
			Tags: []string{"own", "forge"}, FalsePositives: "None.", Since: "0.1.0",
		},
		Match:  `{"entropy":3.5,"exact":true,"keywords":["acme_"],"pattern":"(acme_[a-z<>&]{8})","reach":512}`,
		Verify: "acme", Stage: "preview", Kind: "secret",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_stageIsStableUnlessSaid(t *testing.T) {
	r, err := Load(folderOf(sound), "secret", "acme-token")
	if err != nil || r.Stage != "stable" {
		t.Errorf("stage %q, error %v", r.Stage, err)
	}
}

func TestLoad_wrong(t *testing.T) {
	const file = "secret/acme-token/rule.yaml"
	tests := []struct {
		name, yaml string
		want       []string
	}{
		{"unknown_key", with("refs: [x]\n"), []string{file + `:16: unknown key "refs"; the nearest is "opens"`}},
		{"near_key", with("referenecs: [x]\n"), []string{file + `:16: unknown key "referenecs"; the nearest is "references"`}},
		{"id_in_a_folder", with("id: acme-token\n"), []string{file + `:16: unknown key "id"`}},
		{"key_twice", with("title: Again\n"), []string{file + `:16: key "title" is said twice, first in line 1`}},
		{"match_key_twice", with("match:\n  a: 1\n  a: 2\n", "match", "  pattern", "  keywords", "  entropy", "  exact", "  reach"), []string{`:12: key "a" is said twice, first in line 11`}},
		{"all_missing", "tags: [a]\n", []string{`key "title" is missing`, `key "severity" is missing`, `key "confidence" is missing`, `key "why" is missing`,
			`key "fix" is missing`, `key "references" is missing`, `key "cwe" is missing`, `key "since" is missing`, `key "match" is missing`}},
		{"all_collected", with("stage: new\ncwe: [x]\n", "cwe", "since"), []string{`:14: stage "new": want one of preview, stable, deprecated`, `:15: cwe: want a number, have the text "x"`, `key "since" is missing`}},
		{"title_long", with("title: "+strings.Repeat("x", 71)+"\n", "title"), []string{"title has 71 characters; at most 70 are shown"}},
		{"title_lines", with("title: |\n  a\n  b\n", "title"), []string{"title has more than one line"}},
		{"severity_unknown", with("severity: fatal\n", "severity"), []string{`severity "fatal": want one of info, low, medium, high, critical`}},
		{"severity_number", with("severity: 3\n", "severity"), []string{"severity: want text (quote it), have the number 3"}},
		{"text_empty", with("fix: '  '\n", "fix"), []string{"fix is empty"}},
		{"text_null", with("fix:\n", "fix"), []string{"fix: want text (quote it), have nothing"}},
		{"text_control", with("fix: \"a\\e[31mb\"\n", "fix"), []string{`fix holds the control character "\x1b"`}},
		{"references_text", with("references: https://a.example\n", "references"), []string{"references: want a list, have the text"}},
		{"references_empty", with("references: []\n", "references"), []string{"references is empty"}},
		{"references_http", with("references: [http://a.example]\n", "references"), []string{"references: want an https:// address"}},
		{"references_login", with("references: [https://u:p@a.example]\n", "references"), []string{"references: want an https:// address"}},
		{"references_twice", with("references: [https://a.example, https://a.example]\n", "references"), []string{"https://a.example is said twice"}},
		{"cwe_zero", with("cwe: [0]\n", "cwe"), []string{"cwe: want a positive number"}},
		{"since_number", with("since: 0.1\n", "since"), []string{"since: want text (quote it), have the number 0.1"}},
		{"since_word", with("since: soon\n", "since"), []string{`since "soon": want it a version like "0.1.0"`}},
		{"match_list", with("match: [a]\n", "match", "  pattern", "  keywords", "  entropy", "  exact", "  reach"), []string{"match: want a mapping of keys, have a list"}},
		{"match_empty", with("match: {}\n", "match", "  pattern", "  keywords", "  entropy", "  exact", "  reach"), []string{"match is empty"}},
		{"match_null", with("  near:\n"), []string{"near: want text, a number, true or false, have nothing"}},
		{"match_nan", with("  within: .nan\n"), []string{"within: want text, a number, true or false, have the number .nan"}},
		{"alias", with("tags: &a [b]\nowasp: *a\n"), []string{":16: anchors and aliases are not allowed", ":17: anchors and aliases are not allowed"}},
		{"merge_key", with("<<: {stage: stable}\n"), []string{"want a name as key"}},
		{"tag", with("kind: !!binary c2VjcmV0\n"), []string{`the tag "!!binary" is not allowed`}},
		{"deep", with("  x: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n"), []string{"nested deeper than 16 levels"}},
		{"two_documents", with("---\ntitle: b\n"), []string{"want one YAML document, have more"}},
		{"no_yaml", "title: [\n", []string{file + ":"}},
		{"list", "- a\n", []string{"want a mapping of keys, have a list"}},
		{"empty", "", []string{"the file is empty"}},
		{"comment_only", "# nothing\n", []string{file}},
		{"too_large", sound + strings.Repeat("# x\n", maxRule/4), []string{"is larger than 131072 bytes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(folderOf(test.yaml), "secret", "acme-token")
			if err == nil {
				t.Fatal("loaded")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q in:\n%v", want, err)
				}
			}
		})
	}
}

func TestLoad_folderNameIsNoID(t *testing.T) {
	fsys := fstest.MapFS{"secret/Acme_Token/rule.yaml": {Data: []byte(sound)}}
	if _, err := Load(fsys, "secret", "Acme_Token"); err == nil || !strings.Contains(err.Error(), `folder name "Acme_Token"`) {
		t.Errorf("error %v", err)
	}
}

func TestLoadAll_brokenAndSound(t *testing.T) {
	fsys := fstest.MapFS{
		"rules.go":                {Data: []byte("package rules")},
		".hidden/x/rule.yaml":     {Data: []byte("no")},
		"secret/b-rule/rule.yaml": {Data: []byte(sound)},
		"secret/a-rule/rule.yaml": {Data: []byte(sound)},
		"secret/c-rule/rule.yaml": {Data: []byte("title: 1\n")},
		"secret/d-rule/notes.txt": {Data: []byte("no rule")},
	}
	rules, err := LoadAll(fsys)
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"a-rule", "b-rule"}, ids); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{"secret/c-rule/rule.yaml:1", "d-rule/rule.yaml"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in: %v", want, err)
		}
	}
}

func TestLoadAll_idInTwoEngines(t *testing.T) {
	fsys := fstest.MapFS{"secret/acme/rule.yaml": {Data: []byte(sound)}, "iac/acme/rule.yaml": {Data: []byte(sound)}}
	if _, err := LoadAll(fsys); err == nil || !strings.Contains(err.Error(), `rule id "acme" is used twice: in engines "iac" and "secret"`) {
		t.Errorf("error %v", err)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"title", "severity", "confidence", "references"}
	for s, want := range map[string]string{"titel": "title", "severty": "severity", "confidance": "confidence", "refernces": "references", "": "title"} {
		if got := nearest(s, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", s, got, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(with("tags: &a [b]\nowasp: *a\n")))
	f.Add([]byte("rules:\n- id: a\n- - b\n"))
	f.Add([]byte("? {a: b}\n: c\n"))
	f.Add([]byte("match: {a: 0x1F, b: 1e999, c: 2001-01-01, d: ~}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeOne("rule.yaml", data, identity{})
		if err == nil && (r.ID == "" || r.Title == "" || r.Match == "") {
			t.Errorf("loaded without id, title or match: %+v", r)
		}
	})
}
