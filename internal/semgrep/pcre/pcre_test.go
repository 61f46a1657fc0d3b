package pcre

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// all gives the matches as texts, groups behind the whole, "-" for a group that took no part.
func all(t *testing.T, source, flags, text string) [][]string {
	t.Helper()
	re, err := Compile(source, flags)
	if err != nil {
		t.Fatalf("compile %q: %v", source, err)
	}
	found, err := re.Find(text, Bounds{Steps: 100_000, Matches: -1})
	if err != nil {
		t.Fatalf("find %q: %v", source, err)
	}
	var ms [][]string
	for _, at := range found {
		var m []string
		for i := 0; i < len(at); i += 2 {
			if at[i] < 0 {
				m = append(m, "-")
				continue
			}
			m = append(m, text[at[i]:at[i+1]])
		}
		ms = append(ms, m)
	}
	return ms
}

func TestFind_whatALinearMatcherCannot(t *testing.T) {
	for _, c := range []struct {
		source, flags, text string
		want                [][]string
	}{
		{`foo(?=bar)`, "", "foobar foobaz", [][]string{{"foo"}}},
		{`foo(?!bar)`, "", "foobar foobaz", [][]string{{"foo"}}},
		{`(?<=\$)\d+`, "", "$12 13 $4", [][]string{{"12"}, {"4"}}},
		{`(?<!\$|€)\b\d+`, "", "$12 13 €4", [][]string{{"13"}}},
		{`(?<=ab|c)x`, "", "abx cx bx", [][]string{{"x"}, {"x"}}},
		{`(\w)\1`, "", "abccdee", [][]string{{"cc", "c"}, {"ee", "e"}}},
		{`(?i)(a)\1`, "", "aA ab", [][]string{{"aA", "a"}}},
		{`(?P<q>['"]).*?(?P=q)`, "", `a 'x"' "y"`, [][]string{{`'x"'`, `'`}, {`"y"`, `"`}}},
		{`(?<q>['"]).*?\k<q>`, "", `'x"'`, [][]string{{`'x"'`, `'`}}},
		{`(a)(b)?\g{-2}`, "", "aa", [][]string{{"aa", "a", "-"}}},
		{`(?>a+)b`, "", "aaab", [][]string{{"aaab"}}},
		{`(?>a+)ab`, "", "aaab", nil},
		{`a++b`, "", "aab", [][]string{{"aab"}}},
		{`"[^"]*+"`, "", `"a" "b`, [][]string{{`"a"`}}},
		{`a*+a`, "", "aaa", nil},
		{`a{2,}+a`, "", "aaaa", nil},
		{`foo\Kbar`, "", "foobar", [][]string{{"bar"}}},
		{`a(?=(b+))`, "", "abb", [][]string{{"a", "bb"}}},
		{`(?=(a+))\1b`, "", "aab", [][]string{{"aab", "aa"}}},
		{`^(?!.*secret).*$`, "m", "a secret\nfine", [][]string{{"fine"}}},
		{`\A\s*\Z`, "", " \n\n", [][]string{{" \n\n"}}},
		{`a$`, "", "a\n", [][]string{{"a"}}},
		{`a\z`, "", "a\n", nil},
		{`a\Rb`, "", "a\r\nb a\nb", [][]string{{"a\r\nb"}, {"a\nb"}}},
		{`\h+`, "", "a \t\u00a0b", [][]string{{" \t\u00a0"}}},
		{"(?x) a # the first\n b", "", "ab", [][]string{{"ab"}}},
		{`\Qa.b\E+`, "", "a.bb axb", [][]string{{"a.bb"}}},
		{`(?i:A)b`, "", "ab AB aB", [][]string{{"ab"}}},
		{`(?:(?i)a|b)c`, "", "Ac Bc", [][]string{{"Ac"}, {"Bc"}}},
		{`[[:alpha:]_]+`, "", "a_1é", [][]string{{"a_"}}},
		{`[^\W\d]+`, "", "ab12", [][]string{{"ab"}}},
		{`[\]a-]+`, "", "x]a-", [][]string{{"]a-"}}},
		{`[]a]+`, "", "]a", [][]string{{"]a"}}},
		{`\x41\x{e9}\101`, "", "AéA", [][]string{{"AéA"}}},
		{`\p{Lu}\P{Lu}`, "", "Éa", [][]string{{"Éa"}}},
		{`\p{L&}\p{^Greek}\p{Any}`, "", "aα aaα", [][]string{{"α a"}}},
		{`(?:a|ab)(?:c|bcd)(?=d?$)`, "", "abcd", [][]string{{"abcd"}}},
		{`x{0}y{,2}`, "", "y{,2}", [][]string{{"y{,2}"}}},
		{`(a|b)*?c`, "", "abc", [][]string{{"abc", "b"}}},
		{`(?:)*a`, "", "a", [][]string{{"a"}}},
		{`(?:a?)*?b`, "", "aab", [][]string{{"aab"}}},
		{`(?<!a)b|c`, "", "ab bc", [][]string{{"b"}, {"c"}}},
	} {
		if diff := cmp.Diff(c.want, all(t, c.source, c.flags, c.text)); diff != "" {
			t.Errorf("%s on %q (-want +got):\n%s", c.source, c.text, diff)
		}
	}
}

func TestCompile_namesWhatItCannotRead(t *testing.T) {
	for source, want := range map[string]string{
		`(?|a|b)`:              "share their numbers",
		`(?R)`:                 "recursion",
		`(a)(?1)`:              "recursion",
		`(?(1)a|b)`:            "conditions",
		`(*FAIL)`:              "verbs",
		`(a`:                   "no closing one",
		`a)`:                   "no opening one",
		`[a`:                   "not closed",
		`*a`:                   "nothing to repeat",
		`a**`:                  "behind a quantifier",
		`a{3,2}`:               "upside down",
		`a{99999}`:             "larger than",
		`[z-a]`:                "upside down",
		`\2(a)`:                "does not exist",
		`(?P=x)`:               "does not exist",
		`(?<x>a)(?<x>b)`:       "two groups",
		`(?<=a*)b`:             "look-behind",
		`\j`:                   "means nothing",
		`\`:                    "ends with a backslash",
		`\p{Klingon}`:          "unknown property",
		`[[:klingon:]]`:        "unknown class",
		`(?y)`:                 "unknown flag",
		`((a{999}){999}){999}`: "too large",
		`(((((?:){65535}){65535}){65535}){65535})`: "too large",
		strings.Repeat("(", 1000):                  "nested deeper",
		strings.Repeat("a", maxSource+1):           "longer than",
	} {
		if _, err := Compile(source, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: want an error with %q, have %v", source, want, err)
		}
	}
}

func TestFind_stopsAtItsBounds(t *testing.T) {
	re, err := Compile(`(?=x)?(a+)+$`, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Find(strings.Repeat("a", 40)+"b", Bounds{Steps: 1_000_000, Matches: -1}); !errors.Is(err, ErrSteps) {
		t.Errorf("want ErrSteps, have %v", err)
	}
	re, _ = Compile(`a(?!b)`, "")
	text := strings.Repeat("a", 10)
	found, err := re.Find(text, Bounds{Steps: 1000, Matches: 3})
	if err != nil || len(found) != 3 {
		t.Errorf("want 3 matches, have %d, %v", len(found), err)
	}
	found, err = re.Find("xa", Bounds{Steps: 1000, Matches: -1, Anchored: true})
	if err != nil || len(found) != 0 {
		t.Errorf("want nothing at the beginning, have %v, %v", found, err)
	}
}

// TestFind_agreesWithRegexp compares with Go's regexp where both read the same language.
func TestFind_agreesWithRegexp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		source, text := expression(random, 4), ""
		for range random.IntN(9) {
			text += string("abcA é\n"[random.IntN(6)])
		}
		text = strings.ToValidUTF8(text, "é")
		if !agree(t, source, text) {
			return
		}
	}
}

func agree(t *testing.T, source, text string) bool {
	t.Helper()
	want, err := regexp.Compile(source)
	if err != nil {
		return true
	}
	have, err := Compile(source, "")
	if err != nil {
		t.Errorf("compile %q: %v", source, err)
		return false
	}
	found, err := have.Find(text, Bounds{Steps: 1_000_000, Matches: 1})
	if errors.Is(err, ErrSteps) {
		return true
	}
	var first []int
	if len(found) > 0 {
		first = found[0]
	}
	if expected := want.FindStringSubmatchIndex(text); !reflect.DeepEqual(first, expected) {
		t.Errorf("%q on %q: regexp has %v, this %v", source, text, expected, first)
		return false
	}
	return true
}

// expression makes a random expression that means the same to both.
func expression(random *rand.Rand, depth int) string {
	if depth == 0 {
		return []string{"a", "b", "c", "é", ".", "[ab]", "[^a]", `\w`, `\W`, `\b`, "(?i:a)", "^", `\z`, "[[:upper:]]"}[random.IntN(14)]
	}
	x := func() string { return expression(random, depth-1) }
	switch random.IntN(8) {
	case 0:
		return x() + "|" + x()
	case 1:
		return "(" + x() + ")"
	case 2:
		return "(?:" + x() + ")"
	case 3: // repeated parts take text, so that both know the same last round
		return []string{"a", "[ab]", "(?:ab)", "(b|c)", "(a+)"}[random.IntN(5)] + []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}?"}[random.IntN(9)]
	default:
		return x() + x()
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(`(?<=a|bc)(?>x+)(\w)\1(?!y)[^\d[:alpha:]]{2,3}?`, "abcxxaa")
	f.Add(`(?x) a # b`, "a")
	f.Add(`\Qa\E(?i)b\g{-1}`, "ab")
	f.Fuzz(func(t *testing.T, source, text string) {
		re, err := Compile(source, "")
		if err != nil {
			return
		}
		found, _ := re.Find(text, Bounds{Steps: 20_000, Matches: -1})
		for _, at := range found {
			if len(at) != 2*len(re.GroupNames()) || at[0] < 0 || at[1] > len(text) {
				t.Fatalf("%q on %q: %v", source, text, at)
			}
		}
	})
}
