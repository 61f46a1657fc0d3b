package advisory

import (
	"strings"
)

// compareMavenLists compares lists item by item; where one is shorter, the other's items are compared to nothing.
func compareMavenLists(a, b []mavenItem) int {
	for i := range max(len(a), len(b)) {
		c := 0
		switch {
		case i >= len(a):
			c = -b[i].sign()
		case i >= len(b):
			c = a[i].sign()
		default:
			c = a[i].compare(&b[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// sign compares an item to nothing.
func (m *mavenItem) sign() int {
	switch m.kind {
	case mavenNumber:
		return compareDigits(m.number, "")
	case mavenWord:
		return compareQualifiers(m.word, "")
	case mavenCombined:
		if c := compareQualifiers(m.word, ""); c != 0 {
			return c
		}
		return compareDigits(m.number, "")
	}
	for i := range m.list {
		if c := m.list[i].sign(); c != 0 {
			return c
		}
	}
	return 0
}

// compare compares two items. Of different kinds, a number comes last, then a list that begins with a number, then words.
func (m *mavenItem) compare(n *mavenItem) int {
	switch {
	case m.kind == mavenNumber && n.kind == mavenNumber:
		return compareDigits(m.number, n.number)
	case m.kind == mavenNumber:
		return 1
	case n.kind == mavenNumber:
		return -1
	case m.kind == mavenList && n.kind == mavenList:
		return compareMavenLists(m.list, n.list)
	case m.kind == mavenList:
		return m.compareToWord(n)
	case n.kind == mavenList:
		return -n.compareToWord(m)
	}
	// Words, with or without a number behind them.
	if c := compareQualifiers(m.word, n.word); c != 0 {
		return c
	}
	switch {
	case m.kind == n.kind:
		return compareDigits(m.number, n.number)
	case compareQualifiers(m.word, "") == 0: // "ga1" against "ga"
		return compareDigits(m.number, n.number)
	case m.kind == mavenCombined:
		return 1
	}
	return -1
}

// compareToWord compares a list to a word.
func (m *mavenItem) compareToWord(n *mavenItem) int {
	if len(m.list) == 0 {
		return -n.sign()
	}
	c := m.list[0].compare(n)
	for i := 1; c == 0 && i < len(m.list); i++ {
		c = m.list[i].sign()
	}
	return c
}

// mavenRank orders the known qualifiers; unknown ones come last.
func mavenRank(word string) int {
	switch word {
	case "alpha":
		return 0
	case "beta":
		return 1
	case "milestone":
		return 2
	case "rc":
		return 3
	case "snapshot":
		return 4
	case "", "ga", "final", "release":
		return 5
	case "sp":
		return 6
	}
	return 7
}

func compareQualifiers(a, b string) int {
	x, y := mavenRank(a), mavenRank(b)
	if x != y || x < 7 {
		return x - y
	}
	return strings.Compare(a, b)
}
