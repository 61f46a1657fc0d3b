package remedy

import (
	"strconv"
	"strings"
)

// semver is a version of npm or Cargo.
type semver struct {
	numbers [3]uint64
	pre     string // what follows "-", without it
}

// parseSemver reads a whole version; build metadata does not count.
func parseSemver(text string) (v semver, ok bool) {
	if len(text) > 256 {
		return v, false
	}
	text, _, _ = strings.Cut(text, "+")
	core, pre, hasPre := strings.Cut(text, "-")
	parts := strings.Split(core, ".")
	if len(parts) != 3 || hasPre && !isPre(pre) {
		return v, false
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 53)
		if err != nil || len(part) > 1 && part[0] == '0' || part[0] == '+' {
			return v, false
		}
		v.numbers[i] = n
	}
	v.pre = pre
	return v, true
}

// isPre tells of the identifiers of a pre-release.
func isPre(pre string) bool {
	for part := range strings.SplitSeq(pre, ".") {
		if part == "" || strings.Trim(part, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return false
		}
	}
	return true
}

func (v semver) compare(o semver) int {
	for i := range v.numbers {
		switch {
		case v.numbers[i] < o.numbers[i]:
			return -1
		case v.numbers[i] > o.numbers[i]:
			return 1
		}
	}
	switch {
	case v.pre == o.pre:
		return 0
	case v.pre == "":
		return 1
	case o.pre == "":
		return -1
	}
	a, b := strings.Split(v.pre, "."), strings.Split(o.pre, ".")
	for i := range min(len(a), len(b)) {
		if c := comparePre(a[i], b[i]); c != 0 {
			return c
		}
	}
	return sign(len(a) - len(b))
}

func comparePre(a, b string) int {
	digitsA, digitsB := strings.Trim(a, "0123456789") == "", strings.Trim(b, "0123456789") == ""
	switch {
	case digitsA && digitsB:
		a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		if len(a) != len(b) {
			return sign(len(a) - len(b))
		}
		return strings.Compare(a, b)
	case digitsA:
		return -1
	case digitsB:
		return 1
	}
	return strings.Compare(a, b)
}

func sign(n int) int { return max(-1, min(1, n)) }

// comparator is one comparison that a version must stand.
type comparator struct {
	op string // one of = < <= > >=
	v  semver
}

func (c comparator) stands(v semver) bool {
	order := v.compare(c.v)
	switch c.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	return order == 0
}

// span is what a range allows: versions that stand all comparisons of one of its parts.
type span [][]comparator

// allows tells whether a version is in the range, by the rule of npm and Cargo for pre-releases: one is only where a comparison
// names a pre-release of the same three numbers.
func (s span) allows(v semver) bool {
	for _, part := range s {
		ok, named := true, v.pre == ""
		for _, c := range part {
			ok = ok && c.stands(v)
			named = named || c.v.pre != "" && c.v.numbers == v.numbers
		}
		if ok && named {
			return true
		}
	}
	return false
}

// npmSpan reads a range of npm; ok is false for tags, addresses and what else is none.
func npmSpan(text string) (s span, ok bool) {
	if len(text) > 1024 {
		return nil, false
	}
	for alternative := range strings.SplitSeq(text, "||") {
		if from, to, hyphen := strings.Cut(alternative, " - "); hyphen {
			from, to = strings.TrimSpace(from), strings.TrimSpace(to)
			if from == "" || to == "" || strings.ContainsAny(from+to, " <>=~^") {
				return nil, false
			}
			alternative = ">=" + from + " <=" + to
		}
		part, ok := spanPart(joinOperators(alternative), false)
		if !ok {
			return nil, false
		}
		s = append(s, part)
	}
	return s, true
}

// cargoSpan reads a requirement of Cargo, where a bare version means "^".
func cargoSpan(text string) (s span, ok bool) {
	if len(text) > 1024 {
		return nil, false
	}
	var words []string
	for word := range strings.SplitSeq(text, ",") {
		if joined := joinOperators(word); len(joined) == 1 {
			words = append(words, joined[0])
			continue
		}
		return nil, false
	}
	part, ok := spanPart(words, true)
	return span{part}, ok
}

// joinOperators takes away the blanks between operators and what they are about.
func joinOperators(text string) []string {
	var out []string
	for word := range strings.FieldsSeq(text) {
		if n := len(out); n > 0 && strings.Trim(out[n-1], "<>=~^") == "" {
			out[n-1] += word
		} else {
			out = append(out, word)
		}
	}
	return out
}

func spanPart(words []string, cargo bool) ([]comparator, bool) {
	part := []comparator{}
	for _, word := range words {
		n := len(word) - len(strings.TrimLeft(word, "<>=~^"))
		op, version := word[:n], word[n:]
		p, ok := parsePartial(version)
		if !ok {
			return nil, false
		}
		if cargo && op == "" && !strings.ContainsAny(version, "*xX") {
			op = "^"
		}
		list, ok := p.comparators(op)
		if !ok {
			return nil, false
		}
		part = append(part, list...)
	}
	return part, true
}

// partial is a version of which the end may be left open: "1", "1.2", "1.2.x", "*".
type partial struct {
	v semver
	n int // how many numbers are stated
}

func parsePartial(text string) (p partial, ok bool) {
	text = strings.TrimLeft(strings.TrimSpace(text), "v")
	text, _, _ = strings.Cut(text, "+")
	core, pre, hasPre := strings.Cut(text, "-")
	if text == "" || core == "*" || core == "x" || core == "X" {
		return p, !hasPre
	}
	parts := strings.Split(core, ".")
	if len(parts) > 3 {
		return p, false
	}
	for i, part := range parts {
		if part == "*" || part == "x" || part == "X" {
			for _, rest := range parts[i:] {
				if rest != "*" && rest != "x" && rest != "X" {
					return p, false
				}
			}
			return p, !hasPre
		}
		n, err := strconv.ParseUint(part, 10, 53)
		if err != nil || part[0] == '+' {
			return p, false
		}
		p.v.numbers[i] = n
		p.n++
	}
	if hasPre {
		if p.n < 3 || !isPre(pre) {
			return p, false
		}
		p.v.pre = pre
	}
	return p, true
}

// next is the first version after all those that have the same first n numbers.
func (p partial) next(n int) semver {
	v := semver{pre: "0"}
	copy(v.numbers[:n], p.v.numbers[:n])
	v.numbers[n-1]++
	return v
}

// comparators gives what an operator and a partial version mean.
func (p partial) comparators(op string) ([]comparator, bool) {
	if p.n == 0 {
		if op == "<" || op == ">" {
			return []comparator{{"<", semver{pre: "0"}}}, true // nothing
		}
		return []comparator{{">=", semver{}}}, true
	}
	within := func(n int) []comparator { return []comparator{{">=", p.v}, {"<", p.next(n)}} }
	whole := p.n == 3
	after := p.next(p.n)
	switch op {
	case "", "=":
		if whole {
			return []comparator{{"=", p.v}}, true
		}
		return within(p.n), true
	case "^":
		n := 1
		for n < p.n && p.v.numbers[n-1] == 0 {
			n++
		}
		return within(n), true
	case "~", "~>":
		return within(min(p.n, 2)), true
	case ">=":
		return []comparator{{">=", p.v}}, true
	case "<":
		if whole {
			return []comparator{{"<", p.v}}, true
		}
		least := p.v
		least.pre = "0"
		return []comparator{{"<", least}}, true
	case ">":
		if whole {
			return []comparator{{">", p.v}}, true
		}
		after.pre = ""
		return []comparator{{">=", after}}, true
	case "<=":
		if whole {
			return []comparator{{"<=", p.v}}, true
		}
		return []comparator{{"<", after}}, true
	}
	return nil, false
}
