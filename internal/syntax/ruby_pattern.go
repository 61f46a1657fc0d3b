package syntax

import (
	"regexp"
	"sync"
)

// rubyInParams finds that a text ends within the parameters of a method, a block or a lambda.
var rubyInParams = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\bdef\s+[^\s(]+\s*\([^()]*$|\bdef\s+[^\s(]+[ \t]+[^\n(;=]*$|(?:\bdo|\{)\s*\|[^|\n]*$|->\s*\([^()]*$`)
})

// rubyHole writes a hole of a pattern: parameters are variables, whose names are no constants'. In a text "..." is always the same.
func rubyHole(hole, before, after string) (string, bool) {
	quote := quoted(before)
	if hole == "..." && quote != 0 {
		return ellipsisWord, true
	}
	if quote != 0 || !rubyInParams().MatchString(before) {
		return "", false
	}
	switch {
	case hole == "...":
		return "_" + ellipsisWord, true
	case hole[0] == '$' && hole[1] != '.':
		return "_" + metaWord + hole[1:], true
	}
	return "", false
}
