package rule

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layout writes files under a new folder.
func layout(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const ownCases = "-- bad/a --\nx # want: acme-token\n"

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n  ") + "\n"
}

func TestLoadPath_layouts(t *testing.T) {
	list := "rules:\n-\n" + indent("id: a-rule\n"+sound) + "-\n" + indent("id: b-rule\nengine: iac\n"+sound)
	dir := layout(t, map[string]string{
		"full/secret/acme-token/rule.yaml":   sound,
		"full/secret/acme-token/cases.txtar": ownCases,
		"full/iac/open-door/rule.yaml":       sound,
		"full/docs/readme.md":                "no rule",
		"full/README.md":                     "no rule",
		"flat/acme-token/rule.yaml":          sound,
		"flat/other/rule.yaml":               with("engine: iac\n"),
		"one.yaml":                           with("id: acme-token\ncases: |\n" + indent(ownCases)),
		"list.yaml":                          list,
	})
	tests := []struct {
		path  string
		want  []string
		cases []string
	}{
		{"full", []string{"iac/open-door", "secret/acme-token"}, []string{"acme-token"}},
		{"full/secret", []string{"secret/acme-token"}, []string{"acme-token"}},
		{"full/secret/acme-token", []string{"secret/acme-token"}, []string{"acme-token"}},
		{"flat", []string{"secret/acme-token", "iac/other"}, nil},
		{"one.yaml", []string{"secret/acme-token"}, []string{"acme-token"}},
		{"list.yaml", []string{"secret/a-rule", "iac/b-rule"}, nil},
	}
	for _, test := range tests {
		t.Run(strings.ReplaceAll(test.path, "/", "_"), func(t *testing.T) {
			set, err := LoadPath(filepath.Join(dir, filepath.FromSlash(test.path)))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range set.Rules {
				got = append(got, r.Engine+"/"+r.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if len(set.Cases) != len(test.cases) {
				t.Errorf("cases of %d rules, want %d", len(set.Cases), len(test.cases))
			}
			for _, id := range test.cases {
				if len(set.Cases[id]) != 1 || set.Cases[id][0].Marks[0].Rule != id {
					t.Errorf("cases of %s: %+v", id, set.Cases[id])
				}
			}
		})
	}
}

func TestLoadPath_insideTheFolder(t *testing.T) {
	t.Chdir(filepath.Join(layout(t, map[string]string{"acme-token/rule.yaml": sound}), "acme-token"))
	set, err := LoadPath(".")
	if err != nil || len(set.Rules) != 1 || set.Rules[0].ID != "acme-token" {
		t.Errorf("rules %+v, error %v", set.Rules, err)
	}
}

func TestLoadPath_wrong(t *testing.T) {
	dir := layout(t, map[string]string{
		"empty/README.md":              "x",
		"hole/acme/cases.txtar":        ownCases,
		"cases/acme/rule.yaml":         sound,
		"cases/acme/cases.txtar":       "-- a --\n",
		"engine/secret/acme/rule.yaml": with("engine: iac\n"),
		"noid.yaml":                    sound,
		"twice.yaml":                   "rules:\n-\n" + indent("id: a\n"+sound) + "-\n" + indent("id: a\n"+sound),
		"both.yaml":                    "rules: []\ntitle: x\n",
		"text.yaml":                    "rules: x\n",
		"badcases.yaml":                with("id: a\ncases: |\n" + indent("-- a --\n")),
		"partly.yaml":                  "rules:\n-\n" + indent("id: a\n"+sound) + "-\n" + indent("id: b\nfoo: 1\n"+sound),
	})
	tests := []struct{ path, want string }{
		{"nowhere", "open rules: stat"},
		{"empty", "no rule.yaml under"},
		{"hole", "acme/rule.yaml"},
		{"cases", `cases.txtar: case "a"`},
		{"engine", `rule.yaml:16: unknown key "engine"`},
		{"noid.yaml", `key "id" is missing`},
		{"twice.yaml", `rule id "a" is used twice`},
		{"both.yaml", `both.yaml:2: unknown key "title"`},
		{"text.yaml", "rules: want a list of rules, have the text"},
		{"badcases.yaml", `badcases.yaml:17: cases: case "a"`},
		{"partly.yaml", `partly.yaml:21: unknown key "foo"`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			_, err := LoadPath(filepath.Join(dir, test.path))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestLoadPath_deviceIsNoFile(t *testing.T) {
	if _, err := LoadPath(os.DevNull); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("error %v", err)
	}
}
