package gitleaks

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReach is how far from a keyword the engine looks, in bytes.
const maxReach = 1 << 16

// longest gives the most bytes a match can have, at most maxReach+1, which stands for more.
func longest(re *syntax.Regexp) int {
	n := 0
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			n += widest(r, re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			n = utf8.RuneLen(re.Rune[len(re.Rune)-1])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		n = utf8.UTFMax
	case syntax.OpCapture, syntax.OpQuest:
		n = longest(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		n = times(longest(re.Sub[0]), -1)
	case syntax.OpRepeat:
		n = times(longest(re.Sub[0]), re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n = min(n+longest(sub), maxReach+1)
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			n = max(n, longest(sub))
		}
	}
	return min(n, maxReach+1)
}

// times multiplies; -1 stands for any number of times.
func times(n, by int) int {
	if n == 0 {
		return 0
	}
	if by < 0 || by > maxReach/n {
		return maxReach + 1
	}
	return n * by
}

// widest is the length of a rune, or of its longest other case.
func widest(r rune, fold bool) int {
	n := utf8.RuneLen(r)
	if fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			n = max(n, utf8.RuneLen(f))
		}
	}
	return max(n, 1)
}

// shortest tells whether a match has at least one character.
func shortest(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return true
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && shortest(re.Sub[0])
	case syntax.OpConcat:
		return slices.ContainsFunc(re.Sub, shortest)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !shortest(sub) })
	}
	return false
}

// Limits of the sets of texts that are worked out, in texts and in bytes of one.
const (
	maxTexts = 256
	maxText  = 128
)

// texts lists all that an expression matches, in lower case, where that is little.
func texts(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}, len(re.Rune) <= maxText
	case syntax.OpCharClass:
		return classTexts(re.Rune)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}, true
	case syntax.OpCapture:
		return texts(re.Sub[0])
	case syntax.OpQuest:
		set, ok := texts(re.Sub[0])
		return append(slices.Clone(set), ""), ok
	case syntax.OpRepeat:
		return repeatTexts(re)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			set, ok := texts(sub)
			if all = append(all, set...); !ok || len(all) > maxTexts {
				return nil, false
			}
		}
		return all, true
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range re.Sub {
			set, ok := texts(sub)
			if all = product(all, set); !ok || all == nil {
				return nil, false
			}
		}
		return all, true
	}
	return nil, false
}

func classTexts(ranges []rune) ([]string, bool) {
	var set []string
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 64 || len(set) > 64 {
			return nil, false
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if low := strings.ToLower(string(r)); !slices.Contains(set, low) {
				set = append(set, low)
			}
		}
	}
	return set, len(set) > 0
}

func repeatTexts(re *syntax.Regexp) ([]string, bool) {
	set, ok := texts(re.Sub[0])
	if !ok || re.Max < 0 || re.Max > 8 {
		return nil, false
	}
	var all []string
	run := []string{""}
	for n := 0; n <= re.Max; n++ {
		if n >= re.Min {
			all = append(all, run...)
		}
		if run = product(run, set); run == nil || len(all) > maxTexts {
			return nil, false
		}
	}
	return all, true
}

// product joins each of a with each of b; nil where that is too much.
func product(a, b []string) []string {
	if len(a)*len(b) == 0 || len(a)*len(b) > maxTexts {
		return nil
	}
	all := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxText {
				return nil
			}
			all = append(all, x+y)
		}
	}
	return all
}

// always tells whether every match surely contains one of the keywords, which are in lower case.
func always(re *syntax.Regexp, keywords []string) bool {
	if set, ok := texts(re); ok {
		return allContain(set, keywords)
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return always(re.Sub[0], keywords)
	case syntax.OpRepeat:
		return re.Min > 0 && always(re.Sub[0], keywords)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !always(sub, keywords) })
	case syntax.OpConcat:
		return alwaysInSequence(re.Sub, keywords)
	}
	return false
}

// alwaysInSequence looks at each part, and at runs of parts whose texts are known, since a keyword may stand across them.
func alwaysInSequence(parts []*syntax.Regexp, keywords []string) bool {
	run := []string{""}
	for _, part := range parts {
		set, ok := texts(part)
		if !ok {
			if allContain(run, keywords) || always(part, keywords) {
				return true
			}
			run = []string{""}
			continue
		}
		longer := product(run, set)
		if longer == nil {
			if allContain(run, keywords) {
				return true
			}
			longer = set
		}
		run = longer
	}
	return allContain(run, keywords)
}

func allContain(set, keywords []string) bool {
	for _, s := range set {
		if !slices.ContainsFunc(keywords, func(k string) bool { return strings.Contains(s, k) }) {
			return false
		}
	}
	return len(set) > 0
}
