package gitleaks

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

func TestLoad_extendsAFile(t *testing.T) {
	files := map[string]string{
		"base.toml": `
[extend]
path = "root.toml"
disabledRules = ["gone", "nobody"]
[[rules]]
id = "acme"
description = "base"
regex = '''acme_\w{20}'''
keywords = ["acme_"]
tags = ["base"]
entropy = 1
[[allowlists]]
paths = ['''vendor/''']`,
		"root.toml": "[extend]\npath = \"never.toml\"\n[[rules]]\nid = \"root\"\nregex = '''root_\\w{20}'''\n[[rules]]\nid = \"gone\"\nregex = '''gone_\\w{20}'''\n",
	}
	cfg := load(t, `
[extend]
path = "base.toml"
[[rules]]
id = "acme"
description = "ours"
tags = ["ours"]
entropy = 3.5
[[rules.allowlists]]
paths = ['''docs/''']
[[rules]]
id = "own"
regex = '''own_\w{20}'''`, Options{Open: func(path string) ([]byte, error) {
		text, ok := files[path]
		if !ok {
			return nil, errors.New("not there")
		}
		return []byte(text), nil
	}})
	var ids []string
	for _, r := range cfg.Rules {
		ids = append(ids, r.ID)
	}
	if d := cmp.Diff([]string{"acme", "own", "root"}, ids); d != "" {
		t.Fatalf("rules (-want +got):\n%s", d)
	}
	acme := cfg.Rules[0]
	if m := match(t, acme); acme.Title != "ours" || m.Pattern != `acme_\w{20}` || m.Entropy < 3.5 || !slices.Equal(acme.Tags, []string{"gitleaks", "base", "ours"}) || !slices.Equal(m.Keywords, []string{"acme_"}) {
		t.Errorf("merged rule %+v", acme)
	}
	for path, want := range map[string]int{"a": 1, "docs/a": 0, "vendor/a": 0} {
		if got := look(t, cfg.Rules, path, token("acme_", 20)); len(got) != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	wantLeft := []string{
		`root.toml:1: extend has no effect here, as in gitleaks: 2 configurations extend one another already`,
		`base.toml:4: disabledRules: there is no rule "nobody"`,
	}
	if d := cmp.Diff(wantLeft, lefts(cfg)); d != "" {
		t.Errorf("left (-want +got):\n%s", d)
	}
}

func TestLoad_extendsTheDefault(t *testing.T) {
	const ours = `
[extend]
useDefault = true
disabledRules = ["acme-b", "jwt"]
[[rules]]
id = "acme-a"
[[rules.allowlists]]
paths = ['''docs/''']
[[allowlists]]
stopwords = ["zzz"]
[[allowlists]]
targetRules = ["acme-c", "unheard"]
paths = ['''lib/''']
[[rules]]
id = "own"
regex = '''own_\w{20}'''
keywords = ["own_"]
`
	const theirs = "[[rules]]\nid = \"acme-a\"\nregex = '''acmea_\\w+'''\n[[rules]]\nid = \"acme-b\"\nregex = '''acmeb_\\w+'''\n[[rules]]\nid = \"acme-c\"\nregex = '''acmec_\\w+'''\n"
	t.Run("given", func(t *testing.T) {
		_, err := Load("g.toml", []byte(ours), Options{Default: []byte(theirs)})
		if err == nil || !strings.Contains(err.Error(), `targetRules: there is no rule "unheard"`) {
			t.Errorf("got %v", err)
		}
		cfg := load(t, strings.ReplaceAll(ours, `, "unheard"`, ""), Options{Default: []byte(theirs)})
		if got, want := look(t, cfg.Rules, "docs/a", token("acmea_", 20)+" "+token("acmeb_", 20)+" "+token("acmec_", 20)), []string{"acme-c=" + token("acmec_", 20)}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("stood-in-for", func(t *testing.T) {
		base := load(t, theirs, Options{}).Rules
		other := rule.Rule{Rule: finding.Rule{ID: "other", Engine: "sast"}, Match: "?"}
		cfg, err := Load("gitleaks.toml", []byte(ours), Options{Base: append(slices.Clone(base), other)})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range cfg.Rules {
			ids = append(ids, r.ID)
		}
		if d := cmp.Diff([]string{"own", "acme-a", "acme-c", "other"}, ids); d != "" {
			t.Errorf("rules (-want +got):\n%s", d)
		}
		rules := cfg.Rules[:3]
		for path, want := range map[string]int{"src/a": 2, "docs/a": 1, "lib/a": 1} {
			if got := look(t, rules, path, token("acmea_", 20)+" "+token("acmec_", 20)); len(got) != want {
				t.Errorf("%s: %v", path, got)
			}
		}
		if got := look(t, rules, "a", token("acmec_", 20)+"zzz"); len(got) != 0 {
			t.Errorf("exception for all rules: %v", got)
		}
		wantLeft := []string{
			`gitleaks.toml:2: extends gitleaks' default configuration: 4 rules of this program stand in for it`,
			`gitleaks.toml:4: disabledRules: rule "jwt" has no counterpart of this id here`,
			`gitleaks.toml:12: allowlists: targetRules: rule "unheard" has no counterpart of this id here`,
		}
		if d := cmp.Diff(wantLeft, lefts(cfg)); d != "" {
			t.Errorf("left (-want +got):\n%s", d)
		}
		if match(t, base[0]).Allow != nil {
			t.Error("the rules that were given were changed")
		}
	})
}
