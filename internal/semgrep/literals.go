package semgrep

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

// maxLiterals is how many texts are told apart before an expression counts as one that matches any number.
const maxLiterals = 256

// literals gives the texts that an expression anchored at the beginning matches, if it also ends at the end of the text and these are few; nil otherwise.
func literals(e *syntax.Regexp) []string {
	if e.Op == syntax.OpCapture {
		return literals(e.Sub[0])
	}
	if e.Op == syntax.OpAlternate {
		return eitherOf(e.Sub, literals)
	}
	if e.Op != syntax.OpConcat {
		return nil
	}
	parts := e.Sub
	if parts[0].Op == syntax.OpBeginText {
		parts = parts[1:]
	}
	if len(parts) == 0 || parts[len(parts)-1].Op != syntax.OpEndText {
		return nil
	}
	return joined(parts[:len(parts)-1])
}

// eitherOf gives the texts that one of several expressions matches.
func eitherOf(ways []*syntax.Regexp, texts func(*syntax.Regexp) []string) []string {
	var all []string
	for _, way := range ways {
		some := texts(way)
		if some == nil || len(all)+len(some) > maxLiterals {
			return nil
		}
		all = append(all, some...)
	}
	return all
}

// joined gives the texts that expressions match one behind the other.
func joined(parts []*syntax.Regexp) []string {
	all := []string{""}
	for _, part := range parts {
		some := spelled(part)
		if some == nil || len(all)*len(some) > maxLiterals {
			return nil
		}
		var longer []string
		for _, head := range all {
			for _, tail := range some {
				longer = append(longer, head+tail)
			}
		}
		all = longer
	}
	return all
}

// spelled gives the texts that a part of an expression matches.
func spelled(e *syntax.Regexp) []string {
	if e.Flags&syntax.FoldCase != 0 && (e.Op == syntax.OpLiteral || e.Op == syntax.OpCharClass) {
		return nil
	}
	switch e.Op {
	case syntax.OpLiteral:
		return []string{string(e.Rune)}
	case syntax.OpEmptyMatch:
		return []string{""}
	case syntax.OpCapture:
		return spelled(e.Sub[0])
	case syntax.OpConcat:
		return joined(e.Sub)
	case syntax.OpQuest:
		some := spelled(e.Sub[0])
		if some == nil {
			return nil
		}
		return append([]string{""}, some...)
	case syntax.OpAlternate:
		return eitherOf(e.Sub, spelled)
	case syntax.OpCharClass:
		var all []string
		for i := 0; i < len(e.Rune); i += 2 {
			for r := e.Rune[i]; r <= e.Rune[i+1]; r++ {
				if len(all) == maxLiterals {
					return nil
				}
				all = append(all, string(r))
			}
		}
		return all
	}
	return nil
}

// required gives the longest text that stands in everything an expression matches, whatever its case means; "" where there is none.
func required(e *syntax.Regexp) (longest string) {
	switch e.Op {
	case syntax.OpLiteral:
		if e.Flags&syntax.FoldCase == 0 {
			return string(e.Rune)
		}
		cased := func(r rune) bool { return unicode.SimpleFold(r) != r }
		for part := range strings.FieldsFuncSeq(string(e.Rune), cased) {
			if len(part) > len(longest) {
				longest = part
			}
		}
	case syntax.OpCapture, syntax.OpPlus, syntax.OpConcat:
		for _, sub := range e.Sub {
			if part := required(sub); len(part) > len(longest) {
				longest = part
			}
		}
	case syntax.OpRepeat:
		if e.Min > 0 {
			return required(e.Sub[0])
		}
	}
	return longest
}
