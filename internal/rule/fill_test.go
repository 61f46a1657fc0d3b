package rule

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func fill(t *testing.T, text string) string {
	t.Helper()
	f, err := Case{Bad: true, Path: "a.txt", Text: text}.Fill("acme", sampleMint)
	if err != nil {
		t.Fatal(err)
	}
	return string(f.Data)
}

// sampleMint makes tokens whose last character is an "x".
func sampleMint(check, prefix string, random *rand.Rand) (string, error) {
	return prefix + check + draw(random, digits, 4) + "x", nil
}

func TestFill_forms(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{{alnum 40}}", `[A-Za-z0-9]{40}`},
		{"{{alpha 20}}", `[A-Za-z]{20}`},
		{"{{lower 20}}", `[a-z]{20}`},
		{"{{upper 20}}", `[A-Z]{20}`},
		{"{{digit 12}}", `[0-9]{12}`},
		{"{{hex 32}}", `[0-9a-f]{32}`},
		{"{{HEX 32}}", `[0-9A-F]{32}`},
		{"{{lowernum 20}}", `[a-z0-9]{20}`},
		{"{{uppernum 20}}", `[A-Z0-9]{20}`},
		{"{{base64 86}}==", `[A-Za-z0-9+/]{86}==`},
		{"{{urlsafe 43}}", `[A-Za-z0-9_-]{43}`},
		{"{{base32 32}}", `[A-Z2-7]{32}`},
		{"{{uuid}}", `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`},
		{"{{password 16}}", `[A-Za-z0-9][A-Za-z0-9!*+.^_~-]{14}[A-Za-z0-9]`},
		{"{{token crc ghp_}}", `ghp_crc\d{4}x`},
		{"{{token crc}}", `crc\d{4}x`},
		{"{{b64of user:pa}}", `dXNlcjpwYQ==`},
		{"{{b64urlof ??>>}}", `Pz8-Pg`},
		{"{{hexof AZ}}", `415a`},
		{"{{urlof p@ss/w ö}}", `p%40ss%2Fw%20%C3%B6`},
		{"{{unhex 41 0a42}}", "A\nB"},
		{"{{hexof {{digit 4}}}}", `(3\d){4}`},
		{"{{hexof {{b64of a}}}}", `59513d3d`},
		{`{{b64of {"a":{"b":1}}}}`, `eyJhIjp7ImIiOjF9fQ==`},
		{`{{b64of {{b64of {"a":1}}}}}`, `ZXlKaElqb3hmUT09`},
		{`{{{digit 2}}}`, `\{\d\d\}`},
		{"{{ .Values.alnum }} {{lower .x}} {{ alnum 3 }} {{nope 3}} {{", regexp.QuoteMeta("{{ .Values.alnum }} {{lower .x}} {{ alnum 3 }} {{nope 3}} {{")},
	}
	for _, test := range tests {
		if got := fill(t, test.text); !regexp.MustCompile(`^(?s:` + test.want + `)$`).MatchString(got) {
			t.Errorf("%s became %q, want %s", test.text, got, test.want)
		}
	}
}

func TestFill_sameEverywhereAndNeverTwice(t *testing.T) {
	got := fill(t, "{{hex 8}} {{hex 8}}\n")
	if want := "ced442cd 0331a95b\n"; got != want {
		t.Errorf("filled %q, want %q: existing cases would change their values", got, want)
	}
	other, err := Case{Bad: true, Path: "b.txt", Text: "{{hex 8}}"}.Fill("acme", nil)
	if err != nil || strings.Contains(got, string(other.Data)) {
		t.Errorf("another file got the same value, error %v", err)
	}
}

func TestFill_hasEachKindOfCharacter(t *testing.T) {
	for name, alphabet := range alphabets {
		for n := 4; n < 200; n++ {
			if s := draw(source(name, n), alphabet, n); !looksDrawn(s, alphabet) {
				t.Errorf("%s %d lacks a kind of character or repeats one", name, n)
			}
		}
	}
}

func TestFill_marksMoveWithTemplates(t *testing.T) {
	cases, err := Cases([]byte("-- bad/a --\n{{unhex 0a0a}}x  # want: a\ny  # want: b\n{{hexof a\nb}}  # want: c\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := cases[0].Fill("acme", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Filled{Data: []byte("\n\nx\ny\n610a62\n"), Wants: []Want{{"a", 1, 3}, {"b", 4, 4}, {"c", 5, 5}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFill_wrong(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no_length", "{{alnum}}", "want a length"},
		{"length_zero", "{{alnum 0}}", "want a length from 1 to 65536"},
		{"length_huge", "{{alnum 65537}}", "want a length"},
		{"length_half", "{{alnum 3x}}", "want a length"},
		{"no_end", "{{alnum 3", "its end"},
		{"wrapper_no_end", "{{b64of {{alnum 3}}", "its end"},
		{"uuid_argument", "{{uuid 4}}", "want no argument"},
		{"unhex", "{{unhex zz}}", "template unhex"},
		{"pem", "{{pem gold}}", `unknown kind "gold"`},
		{"nested", strings.Repeat("{{hexof ", 9) + strings.Repeat("}}", 9), "nested deeper than 8"},
		{"large", strings.Repeat("{{alnum 65536}}", 65), "more than 4194304 bytes"},
		{"no_mint", "{{token crc x}}", "nobody here can make tokens"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Case{Path: "a", Text: test.text}.Fill("acme", nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}
