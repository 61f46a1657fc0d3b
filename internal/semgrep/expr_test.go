package semgrep

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bound is what the metavariables of the tests are bound to.
func bound() Env {
	values := map[string]Value{"$I": int64(80), "$F": 1.5, "$S": "abc", "$N": "2147483648", "$B": true, "$L": []Value{int64(1), "a"}, "$...A": int64(7), "$1": "2024-01-02"}
	code := map[string]string{"$C": "foo.bar", "$M": "0700", "$Q": `"2147483648"`, "$H": "0x1F"}
	return Env{
		Value: func(name string) (Value, bool) { v, ok := values[name]; return v, ok },
		Code:  func(name string) (string, bool) { c, ok := code[name]; return c, ok },
		Today: 1_704_153_600,
	}
}

func TestEval_values(t *testing.T) {
	for source, want := range map[string]Value{
		"1 + 2 * 3":                   int64(7),
		"(1 + 2) * 3":                 int64(9),
		"-2 ** 2":                     int64(-4),
		"2 ** -1":                     0.5,
		"2 ** 3 ** 2":                 int64(512),
		"7 // 2":                      int64(3),
		"-7 // 2":                     int64(-4),
		"-7 % 3":                      int64(2),
		"7.5 % 2":                     1.5,
		"7 / 2":                       3.5,
		"1 + 1.5":                     2.5,
		"0o17 + 0x1F + 0b11 + 1_000":  int64(15 + 31 + 3 + 1000),
		"1e3":                         1000.0,
		".5":                          0.5,
		"0xFFFFFFFFFFFFFFFFF":         math.Pow(2, 68) - 1,
		"9223372036854775807 + 1":     math.Pow(2, 63),
		"6 & 3 | 8 ^ 1":               int64(6&3 | 8 ^ 1),
		"~1":                          int64(-2),
		"'a' + \"b\"":                 "ab",
		"'ab' * 2":                    "abab",
		`'\d\n\''`:                    "\\d\n'",
		`r'\n'`:                       `\n`,
		"[1, 'a',]":                   []Value{int64(1), "a"},
		"1 < 2 < 3":                   true,
		"1 < 3 < 2":                   false,
		"1 == 1.0":                    true,
		"1 == '1'":                    false,
		"1 != '1'":                    true,
		"'a' < 'b'":                   true,
		"[1, 2] == [1, 2]":            true,
		"not 1 == 2":                  true,
		"not not True":                true,
		"True and not False":          true,
		"1 in [1, 2]":                 true,
		"3 not in [1, 2]":             true,
		"'b' in $S":                   true,
		"'z' not in $S":               true,
		"$I < 1024 and $I % 2 == 0":   true,
		"$I > 1024 or $F == 1.5":      true,
		"$B":                          true,
		"$...A == 7":                  true,
		"'a' in $L":                   true,
		"int($N) > 2147483647":        true,
		"int('0x1f')":                 int64(31),
		"int('1f', 16)":               int64(31),
		"int('007')":                  int64(7),
		"int(3.9)":                    int64(3),
		"int(True)":                   int64(1),
		"float('1.5')":                1.5,
		"float(2)":                    2.0,
		"str(12)":                     "12",
		"str(1.5)":                    "1.5",
		"str(True)":                   "True",
		"str($C)":                     "foo.bar",
		"upper(lower('aB'))":          "AB",
		"len('äb') + len([1])":        int64(3),
		"strptime('2024-01-02')":      1_704_153_600.0,
		"today() >= strptime($1)":     true,
		"re.match('a.c', $S)":         true,
		"re.match('b', $S)":           false,
		`re.match("^foo\.", $C)`:      true,
		"re.match($S, 'abcd')":        true,
		"not re.match('(?!abc)', $S)": true,
		"False and $C > 1":            false,
	} {
		e, err := parseComparison(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		have, err := Eval(e, bound())
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}

func TestEval_whatHasNoValueIsFalse(t *testing.T) {
	for _, source := range []string{
		"$C > 1", "not $C", "$UNBOUND == 1", "1 / 0", "1 % 0", "1 // 0", "1 < 'a'", "1 + 'a'", "int('x')", "float('nan')", "float('inf')", "int([1])",
		"strptime('soon')", "re.match($I, $UNBOUND)", "'a' * 99999999", "10.0 ** 999", "-'a'", "1 in 2", "str([1])", "len(1)", "lower(1)",
		"int('1', 99)", "re.match('(a+)+b', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') and $C > 1", "re.match($S + '(', 'a')",
	} {
		e, err := parseComparison(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if (MetavariableComparison{Comparison: e}).Holds(bound()) {
			t.Errorf("%s holds", source)
		}
	}
	e, err := parseComparison("today() > 1")
	if err != nil {
		t.Fatal(err)
	}
	env := bound()
	env.Today = 0
	if (MetavariableComparison{Comparison: e}).Holds(env) {
		t.Error("today is known without a clock")
	}
}

func TestHolds_baseAndStrip(t *testing.T) {
	for _, c := range []struct {
		source, metavariable string
		base                 int
		strip, want          bool
	}{
		{"$M == 448", "$M", 8, false, true},
		{"$H == 31", "$H", 16, false, true},
		{"$Q > 2147483647", "$Q", 0, true, true},
		{"$Q > 2147483648", "$Q", 0, true, false},
		{"$I == 80", "$M", 8, false, true},
		{"$C == 1", "$C", 10, true, false},
	} {
		e, err := parseComparison(c.source)
		if err != nil {
			t.Fatal(err)
		}
		m := MetavariableComparison{Comparison: e, Metavariable: c.metavariable, Base: c.base, Strip: c.strip}
		if m.Holds(bound()) != c.want {
			t.Errorf("%s with base %d: want %v", c.source, c.base, c.want)
		}
	}
}

func TestParse_namesTheFault(t *testing.T) {
	for source, want := range map[string]string{
		"":                           "ends where a value",
		"1 +":                        "ends where a value",
		"1 2":                        "stands where an operator should",
		"(1":                         `the end stands where ")" should`,
		"[1 2]":                      `2 stands where "]" should`,
		"x":                          `unknown name "x"`,
		"open('a')":                  `unknown name "open"`,
		"int":                        "needs parentheses",
		"int()":                      "does not take 0 arguments",
		"today(1)":                   "does not take 1 arguments",
		"re.match(1, 'a')":           "wants a text",
		"re.match('(', 'a')":         "re.match: an opening parenthesis",
		"'a":                         "a quote is not closed",
		"1a":                         "is no number",
		"$x":                         "is no metavariable",
		"1 ? 2":                      "unknown sign",
		"f'a'":                       "unknown string prefix",
		"and 1":                      `"and" stands where a value`,
		strings.Repeat("(", 5000):    "nested too deep",
		strings.Repeat("not ", 4000): "nested too deep",
		strings.Repeat("-", 5000):    "nested too deep",
		strings.Repeat("1+", 10_000): "longer than",
	} {
		if _, err := parseComparison(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: want %s, have %v", source, want, err)
		}
	}
}

func TestRequires_holds(t *testing.T) {
	for source, want := range map[string]bool{
		"A": true, "B": false, "not B": true, "A and not B": true, "B or C": false, "(A or B) and not C": true, "not (A or B)": false,
		"True": true, "False or A": true, "not not A": true, "A and (not C or B)": true,
	} {
		labels, err := parseRequires(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		q := Requires{labels: labels}
		if q.Holds(func(l string) bool { return l == "A" }) != want {
			t.Errorf("%s: want %v", source, want)
		}
	}
	for _, source := range []string{"", "A B", "A and", "1", "'A'", "A == B", "$X", "int(A)", "not", "A + B", "[A]", "-A"} {
		if _, err := parseRequires(source); err == nil {
			t.Errorf("%q is read", source)
		}
	}
}

func FuzzComparison(f *testing.F) {
	f.Add("$I < 1024 and re.match('a(?=b)', $S) or int('0x1f', 16) ** 2 in [1, 2.5, 'a' * 3]")
	f.Add("not -~1 // 2 != $C")
	f.Fuzz(func(t *testing.T, source string) {
		if e, err := parseComparison(source); err == nil {
			MetavariableComparison{Comparison: e, Metavariable: "$M", Base: 8, Strip: true}.Holds(bound())
		}
		if labels, err := parseRequires(source); err == nil {
			q := Requires{labels: labels}
			q.Holds(func(label string) bool { return len(label)%2 == 0 })
			q.Labels()
		}
	})
}
