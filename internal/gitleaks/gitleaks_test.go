package gitleaks

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/rule"
)

func load(t *testing.T, text string, opt Options) Config {
	t.Helper()
	cfg, err := Load("gitleaks.toml", []byte(text), opt)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	for _, r := range cfg.Rules {
		if err := secret.Validate(r); err != nil {
			t.Errorf("the engine refuses rule %q: %v", r.ID, err)
		}
	}
	return cfg
}

func match(t *testing.T, r rule.Rule) secret.Match {
	t.Helper()
	var m secret.Match
	if err := json.Unmarshal([]byte(r.Match), &m); err != nil {
		t.Fatalf("match of %q: %v", r.ID, err)
	}
	return m
}

// look runs the rules over a file and gives "rule=secret" for each finding, sorted.
func look(t *testing.T, rules []rule.Rule, path, content string) []string {
	t.Helper()
	e, err := secret.New(rules, secret.Options{KeepSecrets: true})
	if err != nil {
		t.Fatalf("engine: %v", err)
	}
	var found []string
	keep := func(f finding.Finding) {
		if e.Place(&f, path) {
			found = append(found, f.Rule+"="+f.Secret.Reveal())
		}
	}
	hits := literal.New(e.Literals()).Find([]byte(content), 0, len(content), nil)
	e.Look(&engine.Content{Path: path, Data: []byte(content)}, hits, keep)
	e.LookName(path, keep)
	slices.Sort(found)
	return found
}

func lefts(cfg Config) []string {
	var all []string
	for _, l := range cfg.Left {
		all = append(all, l.String())
	}
	return all
}

// token makes n characters that look generated, so that no token stands in this file.
func token(prefix string, n int) string {
	return prefix + strings.Repeat("k7QzR2mX9bTf4LpW8sVd", n/20+1)[:n]
}

func TestLoad_ruleAsAWhole(t *testing.T) {
	cfg := load(t, `
title = "ours"
[[rules]]
id = "Acme_Token"
description = "Found an Acme token, which opens everything there is to open at Acme and at its partners."
regex = '''\b(acme_[a-z0-9]{8})\b'''
entropy = 3
keywords = ["ACME_"]
path = '''\.env$'''
tags = ["Key", "acme prod"]
`, Options{})
	want := rule.Rule{
		Rule: finding.Rule{
			ID: "acme-token", Engine: "secret", Title: "Found an Acme token", Severity: finding.High, Confidence: finding.Likely,
			Why: "Found an Acme token, which opens everything there is to open at Acme and at its partners.", Fix: fixText,
			References: []string{"https://cwe.mitre.org/data/definitions/798.html"}, CWE: []int{798}, Tags: []string{"gitleaks", "key", "acme-prod"},
		},
		Match: `{"entropy":3.0000000000000004,"keywords":["acme_"],"path":"\\.env$","pattern":"\\b(acme_[a-z0-9]{8})\\b"}`, Stage: "stable", Kind: "secret",
	}
	if d := cmp.Diff([]rule.Rule{want}, cfg.Rules); d != "" || cfg.Title != "ours" {
		t.Errorf("title %q, rules (-want +got):\n%s", cfg.Title, d)
	}
	if d := cmp.Diff([]string{`gitleaks.toml:3: rule "Acme_Token": is called "acme-token" here`}, lefts(cfg)); d != "" {
		t.Errorf("left (-want +got):\n%s", d)
	}
}

func TestLoad_findsTheSame(t *testing.T) {
	a, b := token("acme_", 20), token("acme_", 24)
	const rules = `
[[rules]]
id = "acme"
regex = '''acme_[a-zA-Z0-9]{20,30}'''
keywords = ["acme_"]
`
	for _, tc := range []struct {
		name, toml, path, content string
		want                      []string
	}{
		{"plain", rules, "a.env", "T=" + a, []string{"acme=" + a}},
		{"secret-group", `
[[rules]]
id = "acme"
regex = '''(id|key)\s*=\s*"(acme_\w+)"'''
secretGroup = 2`, "a", `key = "` + a + `"`, []string{"acme=" + a}},
		{"first-group-that-holds-something", `
[[rules]]
id = "acme"
regex = '''one:(acme_\w+);|two:(acme_\w+);'''`, "a", "one:" + a + "; two:" + b + ";", []string{"acme-2=" + b, "acme=" + a}},
		{"alternation-of-groups", `
[[rules]]
id = "acme"
regex = '''x:(?:(acme_\w{20})|(acme_\w{24}));'''`, "a", "x:" + a + "; x:" + b + ";", []string{"acme=" + a, "acme=" + b}},
		{"optional-group", `
[[rules]]
id = "acme"
regex = '''acme_\w{20}(;end)?'''`, "a", a + "\n", []string{"acme=" + a}},
		{"group-of-another-name", `
[[rules]]
id = "acme"
regex = '''(?P<key>acme_\w{4})(?P<secret>\w+)'''`, "a", a, []string{"acme=" + a[:9]}},
		{"entropy-too-low", rules + "entropy = 4.5\n", "a", "acme_" + strings.Repeat("ab", 12), nil},
		{"path-does-not-fit", rules + "path = '''\\.tf$'''\n", "a.env", a, nil},
		{"path-fits", rules + "path = '''\\.tf$'''\n", "a.tf", a, []string{"acme=" + a}},
		{"path-alone", "[[rules]]\nid = \"keystore\"\npath = '''(?i)\\.p12$'''\n", "conf/my.P12", "x", []string{"keystore="}},
		{"stopword", rules + "[[rules.allowlists]]\nstopwords = [\"R2MX9\"]\n", "a", a, nil},
		{"regex-on-the-secret", rules + "[[rules.allowlists]]\nregexes = ['''^acme_k7''']\n", "a", "T=" + a, nil},
		{"regex-on-the-secret-does-not-see-the-line", rules + "[[rules.allowlists]]\nregexes = ['''T=''']\n", "a", "T=" + a, []string{"acme=" + a}},
		{"regex-on-the-line", rules + "[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['''T=''']\n", "a", "T=" + a, nil},
		{"regex-on-the-match", `
[[rules]]
id = "acme"
regex = '''key=(acme_\w+)'''
[[rules.allowlists]]
regexTarget = "match"
regexes = ['''^key=''']`, "a", "key=" + a, nil},
		{"or", rules + "[[rules.allowlists]]\npaths = ['''docs/''']\nstopwords = [\"nothing\"]\n", "docs/a", a, nil},
		{"and-half", rules + "[[rules.allowlists]]\ncondition = \"AND\"\npaths = ['''docs/''']\nstopwords = [\"nothing\"]\n", "docs/a", a, []string{"acme=" + a}},
		{"and-all", rules + "[[rules.allowlists]]\ncondition = \"&&\"\npaths = ['''docs/''']\nstopwords = [\"r2mx\"]\n", "docs/a", a, nil},
		{"and-elsewhere", rules + "[[rules.allowlists]]\ncondition = \"and\"\npaths = ['''docs/''']\nstopwords = [\"r2mx\"]\n", "src/a", a, []string{"acme=" + a}},
		{"one-of-two-lists", rules + "[[rules.allowlists]]\nstopwords = [\"nothing\"]\n[[rules.allowlists]]\npaths = ['''docs/''']\n", "docs/a", a, nil},
		{"old-list", rules + "[rules.allowlist]\npaths = ['''docs/''']\n", "docs/a", a, nil},
		{"global-paths", rules + "[[allowlists]]\npaths = ['''docs/''']\n", "docs/a", a, nil},
		{"global-regexes", rules + "[allowlist]\nregexes = ['''k7QzR2''']\n", "a", a, nil},
		{"global-for-another-rule", rules + "[[rules]]\nid = \"x\"\nregex = '''xyz_\\d{9}'''\n[[allowlists]]\ntargetRules = [\"x\"]\npaths = ['''docs/''']\n", "docs/a", a, []string{"acme=" + a}},
		{"global-for-this-rule", rules + "[[allowlists]]\ntargetRules = [\"acme\"]\npaths = ['''docs/''']\n", "docs/a", a, nil},
		{"keyword-elsewhere-in-the-file", "[[rules]]\nid = \"acme\"\nregex = '''acme_\\w{20}'''\nkeywords = [\"Partner\"]\n", "a", "# our PARTNER\n\n" + a, []string{"acme=" + a}},
		{"keyword-nowhere-in-the-file", "[[rules]]\nid = \"acme\"\nregex = '''acme_\\w{20}'''\nkeywords = [\"partner\"]\n", "a", a, nil},
		{"short-keyword", "[[rules]]\nid = \"acme\"\nregex = '''(?i)ac[m]e_\\w{20}'''\nkeywords = [\"ac\"]\n", "a", a, []string{"acme=" + a}},
		{"no-keyword-and-no-literal", "[[rules]]\nid = \"acme\"\nregex = '''[a-d]{4}_[0-9]{9}'''\n", "a", "abcd_738219465", []string{"acme=abcd_738219465"}},
		{"far-from-its-keyword", "[[rules]]\nid = \"acme\"\nregex = '''acme_start(?s:.{900})(?s:.{900})(end_\\w+)'''\nkeywords = [\"acme_start\"]\n", "a",
			"acme_start" + strings.Repeat("some text\n", 180) + "end_" + a, []string{"acme=end_" + a}},
		{"required-nearby", rules + `
[[rules.required]]
id = "user"
withinLines = 2
[[rules]]
id = "user"
regex = '''user=\w+'''
skipReport = true`, "a", "user=ada\n\n" + a, []string{"acme=" + a}},
		{"required-too-far", rules + `
[[rules.required]]
id = "user"
withinLines = 2
[[rules]]
id = "user"
regex = '''user=\w+'''
skipReport = true`, "a", "user=ada\n\n\n\n\n" + a, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, look(t, load(t, tc.toml, Options{}).Rules, tc.path, tc.content)); d != "" {
				t.Errorf("findings (-want +got):\n%s", d)
			}
		})
	}
}

func TestLoad_saysWhatIsLeftOut(t *testing.T) {
	const head = "[[rules]]\nid = \"a\"\nregex = '''abc_\\d+'''\n" // lines 1 to 3
	for _, tc := range []struct {
		name, toml string
		want       []string
	}{
		{"nothing", head + "keywords = [\"abc\"]\n", nil},
		{"unknown-keys", "colour = 1\n" + head + "Keywrods = []\n[[rules.allowlists]]\npaths = [\"x\"]\ncomits = []\n[extend]\nfoo = 1\n", []string{
			`gitleaks.toml:1: key "colour" is unknown to gitleaks and has no effect`,
			`gitleaks.toml:5: rule "a": key "Keywrods" is unknown to gitleaks and has no effect`,
			`gitleaks.toml:8: rule "a": key "comits" is unknown to gitleaks and has no effect`,
			`gitleaks.toml:10: key "foo" is unknown to gitleaks and has no effect`,
		}},
		{"commits", head + "[[rules.allowlists]]\ncommits = [\"0a\"]\npaths = [\"x\"]\n[[allowlists]]\ncommits = [\n\"0b\"]\n", []string{
			`gitleaks.toml:9: allowlist: commits: they are looked at like all others`,
			`gitleaks.toml:5: rule "a": allowlist: commits: they are looked at like all others`,
		}},
		{"commits-as-one-condition", head + "[[rules.allowlists]]\ncondition = \"AND\"\ncommits = [\"0a\"]\npaths = [\"x\"]\n", []string{
			`gitleaks.toml:6: rule "a": allowlist: commits: since they are one of several conditions, the exception has no effect`,
		}},
		{"keywords-elsewhere", head + "keywords = [\"xyz\"]\n", []string{`gitleaks.toml:1: rule "a": keywords: they are looked for up to 1000 lines away, not in the whole file`}},
		{"keywords-of-a-path", "[[rules]]\nid = \"p\"\npath = \"x\"\nkeywords = [\"k\"]\n", []string{`gitleaks.toml:1: rule "p": keywords: a rule for paths does not read the file, so they have no effect`}},
		{"twice", head + head, []string{`gitleaks.toml:1: rule "a": stands again at line 4, which counts`}},
		{"useless-helper", head + "skipReport = true\n", []string{`gitleaks.toml:1: rule "a": skipReport: no other rule requires it, so it has no effect`}},
		{"required-details", head + "[[rules.required]]\nid = \"b\"\nwithinLines = 0\nwithinColumns = 7\n[[rules.required]]\nid = \"c\"\n" +
			"[[rules]]\nid = \"b\"\nregex = '''bcd'''\nentropy = 2\n[[rules]]\nid = \"c\"\npath = '''cde'''\n", []string{
			`gitleaks.toml:4: rule "a": required: "b" is looked for up to 1 lines away`,
			`gitleaks.toml:4: rule "a": required: withinColumns is not asked`,
			`gitleaks.toml:4: rule "a": required: of rule "b" only the expression is asked`,
			`gitleaks.toml:8: rule "a": required: only the first required rule is asked, not "c"`,
		}},
		{"groups", "[[rules]]\nid = \"a\"\nregex = '''x(\\d)?(\\w)y'''\n[[rules]]\nid = \"b\"\nregex = '''x(\\d)?y'''\n", []string{
			`gitleaks.toml:3: rule "a": regex: several of its groups may hold something at once: each counts as a secret`,
			`gitleaks.toml:1: rule "a": any of 2 groups may hold the secret: it is 2 rules here, the last called "a-2"`,
			`gitleaks.toml:6: rule "b": regex: its groups may all be empty: the whole match counts as the secret`,
		}},
		{"newer", "minVersion = \"v8.99.0\"\n" + head, []string{`gitleaks.toml:1: minVersion v8.99.0 is newer than the format known here (8.30): parts of it may have no effect`}},
		{"older", "minVersion = \"8.25.0\"\n" + head, nil},
		{"default-without-stand-ins", head + "[extend]\nuseDefault = true\n[[rules]]\nid = \"their\"\n[[rules.allowlists]]\npaths = [\"x\"]\n", []string{
			`gitleaks.toml:6: rule "their": changes a rule of gitleaks' default configuration that has no counterpart of this id here: it has no effect`,
			`gitleaks.toml:4: extends gitleaks' default configuration, which is not here: only the rules of this configuration count`,
		}},
		{"url", head + "[extend]\nurl = \"https://example.com\"\n", []string{`gitleaks.toml:4: extend.url has no effect, as in gitleaks`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, lefts(load(t, tc.toml, Options{}))); d != "" {
				t.Errorf("left (-want +got):\n%s", d)
			}
		})
	}
}

func TestLoad_refuses(t *testing.T) {
	for _, tc := range []struct{ name, toml, want string }{
		{"no-toml", "[[rules]]\nid = \n", "gitleaks.toml:2:"},
		{"double-key", "title = \"a\"\ntitle = \"b\"\n", "gitleaks.toml:2"},
		{"no-id", "[[rules]]\nregex = '''a'''\n", "gitleaks.toml:1: a rule without id"},
		{"no-regex-or-path", "[[rules]]\nid = \"a\"\n", `gitleaks.toml:1: rule "a": regex and path are both empty`},
		{"regex", "[[rules]]\nid = \"a\"\nregex = '''ab(c[d'''\n", "gitleaks.toml:3: rule \"a\": regex: missing closing ]: `[d` at character 5"},
		{"lookahead", "[[rules]]\nid = \"a\"\nregex = '''é(?=c)'''\n", "gitleaks.toml:3: rule \"a\": regex: invalid or unsupported Perl syntax: `(?=` at character 2"},
		{"path", "[[rules]]\nid = \"a\"\npath = '''a**'''\n", "gitleaks.toml:3: rule \"a\": path: invalid nested repetition operator: `**` at character 2"},
		{"allowlist-regex", "[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.allowlists]]\nregexes = [\n  '''a''',\n  '''b('''\n]\n",
			"gitleaks.toml:7: rule \"a\": allowlist: regexes: missing closing ): `b(` at character 1"},
		{"allowlist-path", "[allowlist]\npaths = ['''[''']\n", "gitleaks.toml:2: allowlist: paths: missing closing ]: `[` at character 1"},
		{"long-regex", "[[rules]]\nid = \"a\"\nregex = '''" + strings.Repeat("a", maxRegex+1) + "'''\n", "regex: has more than 65536 bytes"},
		{"group-too-high", "[[rules]]\nid = \"a\"\nregex = '''(a)'''\nsecretGroup = 2\n", "secretGroup is 2, but the expression has 1 groups"},
		{"group-no-number", "[[rules]]\nid = \"a\"\nregex = '''(a)'''\nsecretGroup = \"x\"\n", `gitleaks.toml:4: rule "a": secretGroup: "x" is not a number`},
		{"entropy-no-number", "[[rules]]\nid = \"a\"\nregex = '''(a)'''\nentropy = nan\n", `entropy: "nan" is not a number`},
		{"condition", "[[allowlists]]\ncondition = \"XOR\"\npaths = [\"x\"]\n", `condition "XOR": want AND or OR`},
		{"target", "[[allowlists]]\nregexTarget = \"file\"\nregexes = [\"x\"]\n", `regexTarget "file": want secret, match or line`},
		{"empty-allowlist", "[[allowlists]]\ndescription = \"x\"\n", "has none of commits, paths, regexes and stopwords"},
		{"old-and-new", "[allowlist]\npaths = [\"x\"]\n[[allowlists]]\npaths = [\"x\"]\n", "[[allowlists]] and the older [allowlist] must not stand together"},
		{"unknown-target-rule", "[[allowlists]]\ntargetRules = [\"no\"]\npaths = [\"x\"]\n", `targetRules: there is no rule "no"`},
		{"unknown-required-rule", "[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.required]]\nid = \"no\"\n", `required: there is no rule "no"`},
		{"required-without-id", "[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.required]]\nwithinLines = 1\n", "required: id is missing"},
		{"rules-no-tables", "rules = [1]\n", "rules: want tables ([[rules]])"},
		{"regex-no-text", "[[rules]]\nid = \"a\"\nregex = [1]\n", "regex: want text"},
		{"keywords-no-texts", "[[rules]]\nid = \"a\"\nregex = '''a'''\nkeywords = [[1]]\n", "keywords: want a list of texts"},
		{"path-and-default", "[extend]\npath = \"x\"\nuseDefault = true\n", "path and useDefault must not stand together"},
		{"extend-no-table", "extend = 1\n", "extend: want a table"},
		{"path-not-to-be-read", "[extend]\npath = \"x\"\n", `extend: path "x" cannot be read here`},
		{"version", "minVersion = \"new\"\n", `minVersion: "new" is not a version`},
		{"too-big", "#" + strings.Repeat("x", maxFile), "has more than 4194304 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg, err := Load("gitleaks.toml", []byte(tc.toml), Options{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if cfg.Rules != nil {
				t.Error("rules came back with an error")
			}
		})
	}
}

func TestLoad_allThatIsWrongAtOnce(t *testing.T) {
	_, err := Load("g.toml", []byte("[[rules]]\nid = \"a\"\nregex = '''('''\n[[rules]]\nid = \"b\"\nregex = ''')'''\n[[rules]]\nid = \"c\"\n"), Options{})
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("want three lines, got %v", err)
	}
}

func TestLoad_spellings(t *testing.T) {
	cfg := load(t, `
rules = [ { ID = "a", REGEX = 'abc_\d{4}', secretgroup = "0", Entropy = "2.5", keywords = "abc,xyz", allowlist = { stopWords = "one,two" } } ]
`, Options{})
	want := `{"allow":[{"stopwords":["one","two"]}],"entropy":2.5000000000000004,"keywords":["abc","xyz"],"pattern":"abc_\\d{4}"}`
	if len(cfg.Rules) != 1 || cfg.Rules[0].Match != want || len(cfg.Left) > 0 {
		t.Errorf("got %+v, left %v; want %s", cfg.Rules, cfg.Left, want)
	}
}

// gitleaks' own default configuration loads completely, for whoever has it.
func TestLoad_realDefaultConfiguration(t *testing.T) {
	file := os.Getenv("GITLEAKS_CONFIG")
	if file == "" {
		t.Skip("GITLEAKS_CONFIG names no file")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg := load(t, string(data), Options{})
	for _, l := range cfg.Left {
		t.Log(l)
	}
	if want := strings.Count(string(data), "\n[[rules]]"); len(cfg.Rules) < want {
		t.Errorf("%d rules of %d", len(cfg.Rules), want)
	}
	everywhere := 0
	for _, r := range cfg.Rules {
		if m := match(t, r); len(m.Keywords) == 0 {
			t.Logf("%s: no keywords, reach %d, near %q", r.ID, m.Reach, m.Near)
			everywhere++
		}
	}
	t.Logf("%d rules, %d without keywords", len(cfg.Rules), everywhere)
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "title = 1", "[[rules]]\nid = \"a\"\nregex = '''(a)|(b)c'''\nkeywords = [\"a\"]", "[[rules.allowlists]]\npaths = [\"x\"]",
		"[extend]\nuseDefault = true\n[[rules]]\nid = \"b\"", "rules = [{id = \"a\", path = '.'}]\n[allowlist]\nregexes = ['''a''']\ncondition = \"AND\"",
		"a.b.c = [[[{}]]]\n[a.\"b\"]\n[[a.d]]\n[a.d.e]\n", "[[rules]]\nid = \"a\"\nregex = '''(?i)[\\w.-]{0,50}?(?:x|(y)){1,3}(?P<secret>z)'''\nsecretGroup = 1\n[[rules.required]]\nid = \"a\"",
	} {
		f.Add(seed)
	}
	base := []rule.Rule{{Rule: finding.Rule{ID: "b", Engine: "secret"}, Match: `{"pattern":"x"}`}}
	f.Fuzz(func(t *testing.T, data string) {
		for _, opt := range []Options{{Base: base}, {Default: []byte("[[rules]]\nid = \"b\"\nregex = '''b'''"), Open: func(string) ([]byte, error) { return []byte(data), nil }}} {
			cfg, err := Load("f.toml", []byte(data), opt)
			if err != nil && cfg.Rules != nil {
				t.Fatal("rules with an error")
			}
			if _, err := secret.New(cfg.Rules, secret.Options{}); err != nil {
				t.Errorf("the engine refuses: %v", err)
			}
			for _, r := range cfg.Rules {
				if err := secret.Validate(r); err != nil {
					t.Errorf("rule %q: %v", r.ID, err)
				}
			}
		}
	})
}
