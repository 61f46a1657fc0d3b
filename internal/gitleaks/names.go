package gitleaks

import (
	"fmt"
	"strings"
)

// names gives every rule an id of its own.
type names map[string]bool

func newNames() names { return names{} }

// take gives an id as this program wants it, with a number where it is taken.
func (n names) take(id string) string {
	base := kebab(id)
	if base == "" {
		base = "rule"
	}
	out := base
	for i := 2; n[out]; i++ {
		out = fmt.Sprintf("%s-%d", base, i)
	}
	n[out] = true
	return out
}

// kebab writes a text in lower-case words of ASCII letters and digits joined by hyphens.
func kebab(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}
