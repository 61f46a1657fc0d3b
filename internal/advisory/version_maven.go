package advisory

import (
	"strings"
)

// Maven's order is that of its class ComparableVersion, with its nested lists: a hyphen, and the passage from digits to letters,
// open a list inside the list, and every list loses what says nothing at its end.

// mavenKind is what an item of a version is.
type mavenKind uint8

const (
	mavenNumber mavenKind = iota
	mavenWord
	mavenCombined // a word and the number behind it, "rc1"
	mavenList
)

// mavenItem is one item. Its texts are parts of the version in small letters.
type mavenItem struct {
	kind   mavenKind
	word   string
	number string
	list   []mavenItem
}

// validMaven refuses what is no version but a placeholder or a range.
func validMaven(v string) bool {
	for i := range len(v) {
		if c := v[i]; c <= ' ' || c == 0x7f || strings.IndexByte("${}[](),<>=*?|\\\"'`", c) >= 0 {
			return false
		}
	}
	return v != ""
}

func compareMaven(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) > maxVersion || len(b) > maxVersion { // lists nest as deep as the text has hyphens
		return strings.Compare(a, b)
	}
	if plainNumbers(a) && plainNumbers(b) {
		return compareCore(a, b)
	}
	x, y := parseMaven(a), parseMaven(b)
	return compareMavenLists(x, y)
}

// plainNumbers tells whether a version is numbers and dots only, whose order needs no lists.
func plainNumbers(v string) bool { return validNumbers(v, ".") }

// mavenParser builds the lists of a version. The last of open is the list that grows.
type mavenParser struct {
	open [][]mavenItem
}

func parseMaven(v string) []mavenItem {
	v = strings.ToLower(v)
	p := mavenParser{open: make([][]mavenItem, 1, 4)}
	digit, combined := false, false
	start := 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '.':
			if i == start {
				p.add(mavenItem{number: "0"})
			} else {
				p.add(mavenItemOf(v[start:i], digit, combined))
			}
			combined = false
			start = i + 1
		case c == '-':
			if i == start {
				p.add(mavenItem{number: "0"})
			} else {
				if !digit && i != len(v)-1 && isDigit(v[i+1]) { // "rc-1" is "rc1"
					combined = true
					continue
				}
				p.add(mavenItemOf(v[start:i], digit, combined))
			}
			start = i + 1
			p.nest()
			combined = false
		case isDigit(c):
			if !digit && i > start {
				combined = true
				p.nest()
			}
			digit = true
		default:
			if digit && i > start {
				p.add(mavenItemOf(v[start:i], true, combined))
				start = i
				p.nest()
				combined = false
			}
			digit = false
		}
	}
	if start < len(v) {
		if !digit { // ".rc" is "-rc"
			p.nest()
		}
		p.add(mavenItemOf(v[start:], digit, combined))
	}
	return p.close()
}

func (p *mavenParser) add(one mavenItem) {
	last := len(p.open) - 1
	p.open[last] = append(p.open[last], one)
}

// nest opens a list inside the one that grows, unless that is still empty.
func (p *mavenParser) nest() {
	if len(p.open[len(p.open)-1]) > 0 {
		p.open = append(p.open, nil)
	}
}

// close puts the lists into one another, the innermost first, each without what says nothing.
func (p *mavenParser) close() []mavenItem {
	for {
		last := len(p.open) - 1
		list := normalMaven(p.open[last])
		if last == 0 {
			return list
		}
		p.open = p.open[:last]
		p.add(mavenItem{kind: mavenList, list: list})
	}
}

func mavenItemOf(s string, digit, combined bool) mavenItem {
	if combined {
		s = strings.ReplaceAll(s, "-", "")
		at := 0
		for at < len(s) && !isDigit(s[at]) {
			at++
		}
		word := s[:at]
		switch word {
		case "a":
			word = "alpha"
		case "b":
			word = "beta"
		case "m":
			word = "milestone"
		}
		return mavenItem{kind: mavenCombined, word: mavenAlias(word), number: s[at:]}
	}
	if digit {
		return mavenItem{number: s}
	}
	return mavenItem{kind: mavenWord, word: mavenAlias(s)}
}

func mavenAlias(word string) string {
	if word == "cr" {
		return "rc"
	}
	return word
}

// empty tells whether an item says nothing.
func (m *mavenItem) empty() bool {
	switch m.kind {
	case mavenNumber:
		return strings.TrimLeft(m.number, "0") == ""
	case mavenWord:
		return m.word == ""
	case mavenList:
		return len(m.list) == 0
	}
	return false
}

// normalMaven takes out items that say nothing at the end and before words.
func normalMaven(list []mavenItem) []mavenItem {
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].empty() {
			continue
		}
		remove := i == len(list)-1
		if !remove {
			next := &list[i+1]
			if next.kind == mavenList && len(next.list) > 0 {
				next = &next.list[0]
				remove = next.kind == mavenWord || next.kind == mavenCombined
			} else {
				remove = next.kind == mavenWord
			}
		}
		if remove {
			list = append(list[:i], list[i+1:]...)
		}
	}
	if len(list) == 1 && list[0].kind == mavenList {
		return list[0].list
	}
	return list
}
