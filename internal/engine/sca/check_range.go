package sca

import (
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
)

// bound is one comparison that a version must stand.
type bound struct {
	op      string // one of = != < <= > >=, or ~ for "begins with"
	version string
}

// span is what a constraint allows: versions that stand all bounds of one of its parts.
type span struct {
	ecosystem string
	parts     [][]bound
}

// spanOf reads a constraint as its ecosystem writes it; ok is false where it is not one, or not one that can be decided here.
func spanOf(ecosystem, constraint string) (s span, ok bool) {
	read := map[string]func(string) ([][]bound, bool){"npm": npmSpan, "crates.io": cargoSpan, "Packagist": composerSpan, "RubyGems": gemSpan, "PyPI": pythonSpan}[ecosystem]
	if read == nil || len(constraint) > 512 {
		return span{}, false
	}
	parts, ok := read(strings.TrimSpace(constraint))
	return span{ecosystem, parts}, ok
}

// allows tells whether a version is in the span; decided is false where versions cannot be compared.
func (s span) allows(version string) (in, decided bool) {
	switch s.ecosystem {
	case "Packagist":
		version = strings.TrimPrefix(version, "v")
	case "PyPI":
		version, _, _ = strings.Cut(version, "+")
	}
	for _, part := range s.parts {
		all := true
		for _, b := range part {
			in, ok := b.stands(s.ecosystem, version)
			if !ok {
				return false, false
			}
			all = all && in
		}
		if all {
			return true, true
		}
	}
	return false, true
}

func (b bound) stands(ecosystem, version string) (in, decided bool) {
	if b.op == "~" {
		return version == b.version || strings.HasPrefix(version, b.version+"."), strings.Trim(version, "0123456789.") == ""
	}
	order, err := advisory.Compare(ecosystem, version, b.version)
	if err != nil {
		return false, false
	}
	switch b.op {
	case "=":
		return order == 0, true
	case "!=":
		return order != 0, true
	case "<":
		return order < 0, true
	case "<=":
		return order <= 0, true
	case ">":
		return order > 0, true
	case ">=":
		return order >= 0, true
	}
	return false, false
}

// partial is a version of which the end may be left open: 1, 1.2, 1.2.x.
type partial struct {
	numbers []int // those that are stated
	rest    string
}

// partialOf reads a partial version; what follows the numbers is kept as it is written ("-beta.1").
func partialOf(text string) (p partial, ok bool) {
	text, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(text, "v"), "V"), "+")
	end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.xX*", r) })
	if end >= 0 {
		text, p.rest = text[:end], text[end:]
	}
	if text == "" {
		return p, false
	}
	open := false
	for step := range strings.SplitSeq(text, ".") {
		if step == "x" || step == "X" || step == "*" {
			open = true
			continue
		}
		n, err := strconv.Atoi(step)
		if err != nil || n < 0 || n > 1<<40 || open || len(p.numbers) == 4 {
			return p, false
		}
		p.numbers = append(p.numbers, n)
	}
	return p, p.rest == "" || !open
}

// least is the partial version with zeros where it is open.
func (p partial) least() string { return written(p.numbers, len(p.numbers)) + p.rest }

// next is the first version after all those that have the first n numbers of this one.
func (p partial) next(n int) string {
	up := append([]int{}, p.numbers[:n]...)
	up[n-1]++
	return written(up, n)
}

func written(numbers []int, n int) string {
	var b strings.Builder
	for i := range max(n, 3) {
		if i > 0 {
			b.WriteByte('.')
		}
		if i < len(numbers) {
			b.WriteString(strconv.Itoa(numbers[i]))
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// within gives the bounds of all versions with the first n numbers of p, from p on; before ends the name of the upper one, so that
// its own pre-releases are not in it.
func (p partial) within(n int, before string) []bound {
	if n == 0 {
		return nil
	}
	return []bound{{">=", p.least()}, {"<", p.next(n) + before}}
}

// caret gives how many numbers must stay for "^": up to the first that is not zero.
func (p partial) caret() int {
	for i, n := range p.numbers {
		if n != 0 {
			return i + 1
		}
	}
	return len(p.numbers)
}

// compared gives the bounds of an operator and a partial version in the manner of npm and Cargo.
func (p partial) compared(op, before string) ([]bound, bool) {
	n := len(p.numbers)
	if n == 0 {
		return nil, op == "" || op == "=" || op == "^" || op == "~" || op == ">="
	}
	whole := n >= 3
	switch op {
	case "", "=":
		if whole {
			return []bound{{"=", p.least()}}, true
		}
		return p.within(n, before), true
	case "^":
		return p.within(p.caret(), before), true
	case "~":
		return p.within(min(n, 2), before), true
	case ">=":
		return []bound{{">=", p.least()}}, true
	case "<":
		if !whole {
			return []bound{{"<", p.least() + before}}, true
		}
		return []bound{{"<", p.least()}}, true
	case ">":
		if !whole {
			return []bound{{">=", p.next(n)}}, true
		}
		return []bound{{">", p.least()}}, true
	case "<=":
		if !whole {
			return []bound{{"<", p.next(n) + before}}, true
		}
		return []bound{{"<=", p.least()}}, true
	}
	return nil, false
}
