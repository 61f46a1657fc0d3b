package owner

import (
	"strings"
	"testing"
)

func teams(t *testing.T) *Teams {
	t.Helper()
	list, err := NewTeams([]Team{
		{Slug: "payments", Aliases: []string{"@acme/pay-squad", "pay@example.com", "@@paydevs"}},
		{Slug: "retail"}, {Slug: "platform-team"}, {Slug: "docs", Aliases: []string{"writers"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTeams_named(t *testing.T) {
	list := teams(t)
	for owner, want := range map[string]string{
		"@acme/payments": "payments", "@Acme/Pay-Squad": "payments", "acme/pay-squad": "payments", "PAY@example.com": "payments", "@@PayDevs": "payments", "@payments": "payments",
		"@a/b/retail": "retail", "group:default/retail": "retail", "group:retail": "retail", "Platform Team": "platform-team", "@acme/platform_team": "platform-team", "@acme/writers": "docs",
		"@ghost": "", "payments@example.com": "", "@@retail": "", "user:default/retail": "", "": "", "@": "", "@acme/": "",
	} {
		if got, ok := list.Named(owner); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", owner, got, want)
		}
	}
	for want, bad := range map[string][]Team{
		"want a slug":        {{Slug: "--"}},
		"has the same slug":  {{Slug: "a b"}, {Slug: "A-B"}},
		"is also one of":     {{Slug: "a", Aliases: []string{"@x/y"}}, {Slug: "b", Aliases: []string{"X/Y"}}},
		`alias "@" is empty`: {{Slug: "a", Aliases: []string{"@"}}},
	} {
		if _, err := NewTeams(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", bad, err, want)
		}
	}
}

func TestResolve_whoAndWhy(t *testing.T) {
	list, cat := teams(t), catalog(t, catalogText)
	hub := read(t, GitHub, "* @ghost @ghost2\n/pay/ @ghost @acme/payments\n/core/ @acme/payments-core\n/ann/ ann@example.com\n/free/\n/bob/ @bob\n")
	lab := read(t, GitLab, "* @acme/platform-team\n[Docs]\n/docs/ @writers\n^[Shop]\n/docs/shop/ @retail\n")
	mono := catalog(t, `{apiVersion: backstage.io/v1, kind: Component, metadata: {name: root}, spec: {owner: docs}}
---
{apiVersion: backstage.io/v1, kind: Component, metadata: {name: shop, annotations: {backstage.io/source-location: "url:https://github.com/a/b/tree/main/shop/"}}, spec: {owner: retail}}
---
{apiVersion: backstage.io/v1, kind: Component, metadata: {name: two}, spec: {owner: payments}}
`)
	for _, test := range []struct {
		name       string
		in         Facts
		team, said string
	}{
		{"the owner that is a team", Facts{Path: "pay/a.go", Codeowners: hub, Team: "retail"}, "payments", `CODEOWNERS line 2 ("/pay/") gives it to "@acme/payments"`},
		{"a part of a team", Facts{Path: "core/a.go", Codeowners: hub, Catalog: cat}, "payments",
			`CODEOWNERS line 3 ("/core/") gives it to "@acme/payments-core", a part of "group:default/payments"`},
		{"somebody's team", Facts{Path: "ann/a.go", Codeowners: hub, Catalog: cat}, "payments",
			`CODEOWNERS line 4 ("/ann/") gives it to "ann@example.com", who is in "group:default/payments-core"`},
		{"the catalog's component", Facts{Path: "free/a.go", Codeowners: hub, Catalog: cat, Entity: "checkout"}, "payments",
			`the catalog gives component "Checkout" to "group:default/payments-core", a part of "group:default/payments" (CODEOWNERS line 5 ("/free/") leaves it to nobody)`},
		{"the only component", Facts{Path: "x", Catalog: cat}, "payments", `the catalog gives component "Checkout" to "group:default/payments-core", a part of "group:default/payments"`},
		{"the asset's team", Facts{Path: "bob/x", Codeowners: hub, Team: "Retail"}, "retail", `it is the team of the asset (CODEOWNERS line 6 ("/bob/") names "@bob", which is no team here)`},
		{"nobody", Facts{Path: "x", Codeowners: hub, Catalog: cat, Entity: "cart"}, "",
			`nobody owns it: CODEOWNERS line 1 ("*") names "@ghost", "@ghost2", none of which is a team here; the catalog has no "cart"; the asset has no team`},
		{"a team that is none", Facts{Team: "gone"}, "", `nobody owns it: the asset belongs to "gone", which is no team here`},
		{"no path", Facts{Codeowners: hub, Team: "docs"}, "docs", "it is the team of the asset"},
		{"no line", Facts{Path: "x", Codeowners: read(t, GitHub, "/y @a"), Team: "docs"}, "docs", "it is the team of the asset (no line of CODEOWNERS names the path)"},
		{"the exacter section", Facts{Path: "docs/a.md", Codeowners: lab}, "docs", `CODEOWNERS line 3 ("/docs/") gives it to "@writers", in section "Docs"`},
		{"a required section before an optional one", Facts{Path: "docs/shop/a.md", Codeowners: lab}, "docs", `CODEOWNERS line 3 ("/docs/") gives it to "@writers", in section "Docs"`},
		{"no section", Facts{Path: "src/a.md", Codeowners: lab}, "platform-team", `CODEOWNERS line 1 ("*") gives it to "@acme/platform-team"`},
		{"the component of the folder", Facts{Path: "shop/a.go", Catalog: mono}, "retail", `the catalog gives component "shop" to "group:default/retail"`},
		{"several components", Facts{Path: "x/a.go", Catalog: mono, Team: "docs"}, "docs", "it is the team of the asset (the catalog has several components here, of different owners)"},
		{"through the system", Facts{Catalog: catalog(t, "{apiVersion: backstage.io/v1, kind: Component, metadata: {name: c}, spec: {system: s}}\n---\n"+
			"{apiVersion: backstage.io/v1, kind: System, metadata: {name: s}, spec: {domain: d}}\n---\n{apiVersion: backstage.io/v1, kind: Domain, metadata: {name: d}, spec: {owner: retail}}")},
			"retail", `the catalog gives component "c" through system "s" through domain "d" to "group:default/retail"`},
		{"an owner nobody knows", Facts{Catalog: catalog(t, "{apiVersion: backstage.io/v1, kind: Component, metadata: {name: c}, spec: {owner: \"gh\\nost\"}}"), Team: "docs"},
			"docs", `it is the team of the asset (the catalog gives component "c" to "group:default/gh\nost", which is no team here)`},
	} {
		test.in.Teams = list
		team, said := Resolve(test.in)
		if team != test.team || said != test.said {
			t.Errorf("%s: %q\ngot  %s\nwant %s", test.name, team, said, test.said)
		}
	}
	if team, said := Resolve(Facts{}); team != "" || said != "nobody owns it: the asset has no team" {
		t.Errorf("no facts: %q, %s", team, said)
	}
}

func TestResolve_parentsInCircles(t *testing.T) {
	c := catalog(t, "{apiVersion: backstage.io/v1, kind: Group, metadata: {name: a}, spec: {parent: b}}\n---\n{apiVersion: backstage.io/v1, kind: Group, metadata: {name: b}, spec: {parent: a}}\n---\n"+
		"{apiVersion: backstage.io/v1, kind: System, metadata: {name: s}, spec: {system: s}}")
	for _, in := range []Facts{{Path: "x", Codeowners: read(t, GitHub, "* @o/a\n"), Catalog: c}, {Catalog: c, Entity: "system:s"}} {
		in.Teams = teams(t)
		if team, said := Resolve(in); team != "" {
			t.Errorf("got %q, %s", team, said)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	c, paths := bench(GitHub)
	list, err := NewTeams([]Team{{Slug: "all"}, {Slug: "t14"}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Resolve(Facts{Path: paths[i%len(paths)], Codeowners: c, Teams: list})
	}
}
