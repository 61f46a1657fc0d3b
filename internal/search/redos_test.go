package search

import (
	"strings"
	"testing"
)

func TestRedos(t *testing.T) {
	for text, want := range map[string]bool{
		`^(a+)+$`:                   true,
		`([a-z]+)+$`:                true,
		`^(ab|a|b)*!`:               true,
		`^(a|aa)+$`:                 true,
		`(x+x+)+y`:                  true,
		`^(?:\w+\s?)+$`:             true,
		`(.*,)*;`:                   true,
		`(a+)+`:                     false, // nothing comes behind it that may fail
		`^[0-9]+$`:                  false,
		`([a-z])`:                   false,
		`^(a|b)*$`:                  false,
		`^\w+([-.]\w+)*@\w+$`:       false,
		`^(ab+)*$`:                  false,
		`a*a*$`:                     false, // grows by a power, not exponentially
		`(`:                         false,
		strings.Repeat("(a+)", 500): false,
	} {
		if got := redos(text); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func FuzzRedos(f *testing.F) {
	f.Add(`^(a|b+)*\w$`)
	f.Add(`((((a*)*)*)*)*b`)
	f.Fuzz(func(_ *testing.T, text string) { redos(text) })
}
