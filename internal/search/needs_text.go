package search

import (
	"errors"
	"fmt"
	"strings"
)

// How needs are written: the words of a way are parted by blanks, the ways of a clause by |, clauses by ;. A clause that nothing meets is a dash. What asks
// for nothing is empty.
const (
	clauseMark = ";"
	wayMark    = "|"
	noWay      = "-"
)

// String writes needs as ParseNeeds reads them.
func (n Needs) String() string {
	clauses := make([]string, len(n))
	for i, c := range n {
		ways := make([]string, len(c))
		for k, way := range c {
			words := make([]string, len(way))
			for j, t := range way {
				words[j] = t.text
			}
			ways[k] = strings.Join(words, " ")
		}
		if clauses[i] = strings.Join(ways, wayMark); len(c) == 0 {
			clauses[i] = noWay
		}
	}
	return strings.Join(clauses, clauseMark)
}

// ParseNeeds reads what String wrote.
func ParseNeeds(text string) (Needs, error) {
	if text == "" {
		return nil, nil
	}
	var n Needs
	for part := range strings.SplitSeq(text, clauseMark) {
		var c clause
		for way := range strings.SplitSeq(part, wayMark) {
			if part == noWay {
				break
			}
			var terms []term
			eachWord(way, func(hash uint64, start, end int) { terms = append(terms, term{hash, way[start:end]}) })
			if len(terms) == 0 {
				return nil, fmt.Errorf("read needs: no word in %q", part)
			}
			c = append(c, terms)
		}
		n = append(n, c)
	}
	return n, nil
}

// String writes what ParseTaintNeeds reads, parted by tabs.
func (n TaintNeeds) String() string {
	return n.Sources.String() + "\t" + n.Sinks.String() + "\t" + n.Others.String()
}

// ParseTaintNeeds reads what String wrote.
func ParseTaintNeeds(text string) (TaintNeeds, error) {
	parts := strings.Split(text, "\t")
	if len(parts) != 3 {
		return TaintNeeds{}, fmt.Errorf("read needs of data: %d parts where there are sources, sinks and others", len(parts))
	}
	sources, e1 := ParseNeeds(parts[0])
	sinks, e2 := ParseNeeds(parts[1])
	others, e3 := ParseNeeds(parts[2])
	return TaintNeeds{sources, sinks, others}, errors.Join(e1, e2, e3)
}
