package facet

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParse_textAndBack(t *testing.T) {
	for _, c := range []struct {
		in, out string
		terms   []Term
	}{
		{"", "", nil},
		{" state:open  Level:Critical,HIGH ", "state:open level:critical,high", []Term{{State, false, []string{"open"}}, {Level, false, []string{"critical", "high"}}}},
		{"-tool:trivy kev:true", "-tool:trivy kev:yes", []Term{{Tool, true, []string{"trivy"}}, {KEV, false, []string{"yes"}}}},
		{`asset:"my shop",b`, `asset:"my shop",b`, []Term{{Asset, false, []string{"my shop", "b"}}}},
		{`asset:"a,b" asset:"say \"x\" \\ y"`, `asset:"a,b" asset:"say \"x\" \\ y"`, []Term{{Asset, false, []string{"a,b"}}, {Asset, false, []string{`say "x" \ y`}}}},
		{`state:"in progress" reach:not_reachable env:production branch:main`, `state:in-progress reach:not-reachable environment:production ref:main`,
			[]Term{{State, false, []string{"in-progress"}}, {Reach, false, []string{"not-reachable"}}, {Environment, false, []string{"production"}}, {Ref, false, []string{"main"}}}},
		{`proto pollution -"two words" "level:high" https://x.example/a:b src/a.py:12 -`, `proto pollution -"two words" "level:high" https://x.example/a:b src/a.py:12 "-"`,
			[]Term{{Text, false, []string{"proto"}}, {Text, false, []string{"pollution"}}, {Text, true, []string{"two words"}}, {Text, false, []string{"level:high"}},
				{Text, false, []string{"https://x.example/a:b"}}, {Text, false, []string{"src/a.py:12"}}, {Text, false, []string{"-"}}}},
		{"due:<7d opened:>=2026-01-01 closed:TODAY score:70..89 epss:>10% level:>=medium changed:2026-01-02T10:00:00Z", "due:<7d opened:>=2026-01-01 closed:today score:70..89 epss:>10% level:>=medium changed:2026-01-02t10:00:00z", nil},
	} {
		q, err := Parse(c.in, nil)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if q.String() != c.out {
			t.Errorf("%s: printed as %s, want %s", c.in, q, c.out)
		}
		if c.terms != nil && !reflect.DeepEqual(q.Terms(), c.terms) {
			t.Errorf("%s: terms %+v, want %+v", c.in, q.Terms(), c.terms)
		}
		again, err := Parse(q.String(), nil)
		if err != nil || !slices.EqualFunc(again.terms, q.terms, func(a, b Term) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%s: read back as %+v (%v)", q, again.terms, err)
		}
	}
}

func TestParse_errorsSayWhatIsPossible(t *testing.T) {
	x := New()
	x.PutNames(Team, []Entry{{ID: 1, Name: "payments"}, {ID: 2, Name: "platform"}})
	for in, want := range map[string]string{
		"state:open level:crit":      `query: level "crit": want critical, high, medium, low or info`,
		"level:":                     `query: level "": want critical, high, medium, low or info`,
		"state:gone":                 `query: state "gone": want open, acknowledged, in-progress, fixed, verified, false-positive, accepted, active or closed`,
		"sevrity:high":               `query: "sevrity" is no field: did you mean severity? Put it in quotes to look for it as text`,
		"score:101":                  `query: score "101": want a number from 0 to 100, as "70", ">=70" or "70..89"`,
		"epss:200%":                  `query: epss "200%": want a probability, as ">=0.1", ">=10%" or "0.1..0.5", none or any`,
		"due:soon":                   `query: due "soon": want a length of time as "<7d" (h, d or w), a day, month or year as ">=2026-11-01", "2026-11" or "2026-01-01..2026-03-31", today, none or any`,
		"opened:2026-02-30":          `query: opened "2026-02-30": want a length of time`,
		"kev:maybe":                  `query: kev "maybe": want yes or no`,
		"overdue:maybe":              `query: overdue "maybe": want yes or no`,
		"team:paymets":               `query: team "paymets": there is none; did you mean "payments"?`,
		"team:qqqqqqqqqq":            `query: team "qqqqqqqqqq": there is none`,
		`team:"x`:                    `query: team: "\"x": want a quote at the end`,
		`"a"b`:                       `query: "\"a\"": want a space after the quote`,
		`""`:                         `query: text "": want a value`,
		"path:":                      `query: path "": want a value`,
		"path:*" + long(70):          `want a shorter pattern: want at most 60 characters after the first *`,
		"asset:" + long(600):         `want at most 512 bytes`,
		long(20_000):                 `query of 20000 bytes: want at most 16384`,
		"a\xff":                      `query: want UTF-8`,
		strings.Repeat("a ", 100):    `query: want at most 64 conditions and 1000 values`,
		"duration:>" + "99999999999": `query: "duration" is no field: want state, level,`,
		"due:<99999999999d":          `query: due "<99999999999d": want a length of time`,
	} {
		if _, err := Parse(in, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s\ngot  %v\nwant %s", in, err, want)
		}
	}
	for _, in := range []string{"team:payments,none,any,pay*,#1,PLATFORM,=payments", "rule:CVE-2021-44228 flaw:unknown tool:unknown"} {
		if _, err := Parse(in, x); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func long(n int) string { return strings.Repeat("x", n) }

func TestQuery_withAndWithout(t *testing.T) {
	q, err := Parse("level:high -level:low sql", nil)
	if err != nil {
		t.Fatal(err)
	}
	more, err := q.With(Level, "Critical", "high")
	if err != nil || more.String() != "-level:low sql level:critical,high" {
		t.Errorf("With: %s (%v)", more, err)
	}
	if less := more.Without(Level); less.String() != "sql" || q.String() != "level:high -level:low sql" {
		t.Errorf("Without: %s, and the query itself is %s", less, q)
	}
	for _, values := range [][]string{nil, {"worst"}} {
		if _, err := q.With(Level, values...); err == nil {
			t.Errorf("With level %q: want an error", values)
		}
	}
	if _, err := q.With(numFields, "x"); err == nil {
		t.Error("With no field: want an error")
	}
}

func TestQuery_scopesOnlyTakeAway(t *testing.T) {
	w, x := newWorld(6), New()
	rows := w.fill(x, 3000)
	all, err := Parse("team:any,none -asset:nobody", nil)
	if err != nil {
		t.Fatal(err)
	}
	team, asset := Scope{Teams: []int32{2}}, Scope{Assets: []int32{3}}
	for name, c := range map[string]struct {
		q    Query
		sees func(r *Row) bool
	}{
		"all":     {all, func(*Row) bool { return true }},
		"nothing": {all.Within(Scope{}), func(*Row) bool { return false }},
		"team":    {all.Within(team), func(r *Row) bool { return r.Team == 2 }},
		"either":  {all.Within(Scope{team.Teams, asset.Assets}), func(r *Row) bool { return r.Team == 2 || r.Asset == 3 }},
		"both":    {all.Within(team).Within(asset), func(r *Row) bool { return r.Team == 2 && r.Asset == 3 }},
		"none id": {all.Within(Scope{Teams: []int32{0, -1, 1 << 30}}), func(*Row) bool { return false }},
	} {
		want := 0
		for i := range rows {
			if c.sees(&rows[i]) {
				want++
			}
		}
		facets := 0
		for _, b := range x.Facets(c.q, now, []Field{Team}, 100)[Team] {
			facets += b.Count
		}
		if got := x.List(c.q, Order{}, Cursor{}, 1, now).Total; got != want || facets != want {
			t.Errorf("%s: list %d, facets %d, want %d", name, got, facets, want)
		}
	}
}

func TestIndex_suggest(t *testing.T) {
	w, x := newWorld(7), New()
	w.fill(x, 10)
	for _, c := range []struct {
		f    Field
		text string
		n    int
		want []string
	}{
		{Asset, "SHOP", 10, []string{"shop", "shop/api", "Shop/web"}}, {Asset, "bü", 10, []string{"Büro-Portal"}}, {Asset, "api", 10, []string{"shop/api"}},
		{Asset, "", 2, []string{"shop", "shop/api"}}, {Team, "at", 9, []string{"platform", "data"}}, {State, "op", 9, nil}, {Asset, "zzz", 9, nil}, {Asset, "s", -1, nil},
	} {
		if got := x.Suggest(c.f, c.text, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s %q: %q, want %q", c.f, c.text, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"state:open level:critical,high -tool:trivy", `asset:"a \" b",c path:src/**/x*`, "due:<-3d opened:2026-01..2026-02 epss:>=10%", `-"x y" https://a/b "`, "path:**/**/***a*/b team:#12 kind:=x*",
	} {
		f.Add(s)
	}
	w, x := newWorld(5), New()
	w.fill(x, 300)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text, x)
		if err != nil {
			return
		}
		again, err := Parse(q.String(), x)
		if err != nil || again.String() != q.String() || !reflect.DeepEqual(again.terms, q.terms) {
			t.Fatalf("%q is printed as %q and read back as %q (%v)", text, q, again, err)
		}
		page := x.List(q, Order{}, Cursor{}, 5, now)
		if page.Total < len(page.Rows) || page.Total > 300 {
			t.Fatalf("%q: %d of %d", text, len(page.Rows), page.Total)
		}
	})
}

func FuzzGlob(f *testing.F) {
	f.Add("src/**/a*.go", "src/x/y/ab.go")
	f.Add("**/**b*", "b")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if strings.ContainsAny(pattern+s, "\n") || strings.ToValidUTF8(pattern+s, "") != pattern+s || len(s) > 200 {
			return
		}
		for strings.Contains(pattern, "***") {
			pattern = strings.ReplaceAll(pattern, "***", "**")
		}
		for _, path := range []bool{false, true} {
			low := string(fold([]byte(pattern)))
			g, err := newGlob(low, path)
			if err != nil {
				continue
			}
			text := string(fold([]byte(s)))
			want := strings.ReplaceAll(globText(low, path).String(), "(?is)", "(?s)")
			if got := g.matches([]byte(text)); got != expression(want).MatchString(text) {
				t.Fatalf("%q, path %v, on %q: %v", low, path, text, got)
			}
		}
	})
}
