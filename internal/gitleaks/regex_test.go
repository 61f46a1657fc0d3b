package gitleaks

import (
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parsed(t *testing.T, source string) *syntax.Regexp {
	t.Helper()
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	return re
}

func TestLongest(t *testing.T) {
	for source, want := range map[string]int{
		``: 0, `abc`: 3, `\babc$`: 3, `é`: 2, `(?i)k`: 3, `[a-z]{3,5}x?`: 6, `(ab|cde)f`: 4, `a*`: maxReach + 1, `(?:\b)*`: 0, `.{10}`: 40, `(a{100}){9}`: 900,
		`a{2,}`: maxReach + 1, `[^a]`: 4, `(?:ab+)?c`: maxReach + 1,
	} {
		if got := longest(parsed(t, source)); got != want {
			t.Errorf("%q: %d, want %d", source, got, want)
		}
	}
}

func TestAlways(t *testing.T) {
	for _, tc := range []struct {
		source, keywords string
		want             bool
	}{
		{`ghp_\w{36}`, "ghp_", true},
		{`GHP_\w{36}`, "ghp_", true},
		{`(?i)ghp_\w{36}`, "ghp_", true},
		{`(?:sk|rk)_(?:test|live)_\w+`, "sk_test sk_live rk_test rk_live", true},
		{`(?:sk|rk)_(?:test|live)_\w+`, "sk_test sk_live rk_test", false},
		{`[Aa][Pp][Ii]key`, "apikey", true},
		{`(?:AKIA|ASIA)\w{16}`, "akia asia", true},
		{`(?:AKIA|ASIA)\w{16}`, "akia", false},
		{`(?:foo)?bar`, "foo", false},
		{`(?:foo){2}bar`, "foofoobar", true},
		{`(?:foo)+`, "foo", true},
		{`(?:foo)*`, "foo", false},
		{`x{2,3}y`, "xxy", true},
		{`x{1,3}y`, "xxy", false},
		{`\w+\s*=\s*foo`, "foo", true},
		{`\w+`, "foo", false},
		{`a.c`, "abc", false},
		{`foo`, "", false},
	} {
		if got := always(parsed(t, tc.source), strings.Fields(tc.keywords)); got != tc.want {
			t.Errorf("%q with %q: %v", tc.source, tc.keywords, got)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		source string
		group  int
		want   []string
	}{
		{`abc`, 0, []string{`abc`}},
		{`a(b)c`, 0, []string{`a(b)c`}},
		{`a(b(c))`, 0, []string{`a(b(c))`}},
		{`(a)(b)`, 2, []string{`a(?P<secret>b)`}},
		{`(?P<secret>a)(b)`, 2, []string{`a(?P<secret>b)`}},
		{`(?P<x>a)(?P<secret>b)`, 2, []string{`(?P<x>a)(?P<secret>b)`}},
		{`x(a+)|y(b+)`, 0, []string{`x(?P<secret>a+)|yb+`, `xa+|y(?P<secret>b+)`}},
		{`(?:(a+)|(b+))c`, 0, []string{`(?P<secret>a+|b+)c`}},
		{`(?:(a+)|x(b+))(c)`, 0, []string{`(?:(?P<secret>a+)|xb+)c`, `(?:a+|x(?P<secret>b+))c`}},
		{`a(b)?`, 0, []string{`ab?`}},
	} {
		got, _ := patterns(tc.source, tc.group)
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%q group %d (-want +got):\n%s", tc.source, tc.group, d)
		}
	}
}

func TestPatterns_longAlternation(t *testing.T) {
	source := strings.TrimSuffix(strings.Repeat(`(\d\w)|`, 3000), "|")
	got, why := patterns(source, 0)
	if len(got) != 1 || why != "" {
		t.Fatalf("%d patterns, %q", len(got), why)
	}
	if _, err := regexp.Compile(got[0]); err != nil {
		t.Error(err)
	}
}

func TestPatterns_tooMany(t *testing.T) {
	source := strings.TrimSuffix(strings.Repeat(`x(\d)y|`, maxPatterns+1), "|")
	if got, why := patterns(source, 0); len(got) != 1 || why == "" {
		t.Errorf("%d patterns, %q", len(got), why)
	}
}

// secrets gives where the expression finds secrets, by gitleaks' choice of the group.
func secrets(re *regexp.Regexp, content string) map[[2]int]bool {
	found := map[[2]int]bool{}
	for _, m := range re.FindAllStringSubmatchIndex(content, -1) {
		span := [2]int{m[0], m[1]}
		for g := 2; g+1 < len(m); g += 2 {
			if m[g] >= 0 && m[g+1] > m[g] {
				span = [2]int{m[g], m[g+1]}
				break
			}
		}
		found[span] = true
	}
	return found
}

// What an expression is split into finds the same secrets in any text as gitleaks finds with the expression.
func FuzzPatterns(f *testing.F) {
	f.Add(`x(a+)|y(b+)`, "xaa ybb")
	f.Add(`(?:(a+)|(b+))(c)?`, "aac bb")
	f.Add(`(?i)k(?:(a)|x(?:(b)|(c(d))))*`, "KaxbxcdK")
	f.Add(`(a|(b))+`, "aba")
	f.Fuzz(func(t *testing.T, source, content string) {
		re, err := regexp.Compile(source)
		if err != nil || len(source) > 200 || len(content) > 200 {
			return
		}
		sources, why := patterns(source, 0)
		if why != "" {
			return
		}
		got := map[[2]int]bool{}
		for _, s := range sources {
			one, err := regexp.Compile(s)
			if err != nil {
				t.Fatalf("%q became %q: %v", source, s, err)
			}
			group := one.SubexpIndex(secretGroup)
			if group < 0 {
				group = min(1, one.NumSubexp())
			}
			for _, m := range one.FindAllStringSubmatchIndex(content, -1) {
				if m[2*group] >= 0 && (m[2*group+1] > m[2*group] || group == 0) {
					got[[2]int{m[2*group], m[2*group+1]}] = true
				}
			}
		}
		if want := secrets(re, content); !maps.Equal(got, want) {
			t.Errorf("%q as %q in %q: %v, want %v", source, sources, content, spans(got), spans(want))
		}
	})
}

func spans(m map[[2]int]bool) [][2]int {
	return slices.SortedFunc(maps.Keys(m), func(a, b [2]int) int { return (a[0]-b[0])*1000 + a[1] - b[1] })
}
