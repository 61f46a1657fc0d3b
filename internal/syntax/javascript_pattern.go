package syntax

import (
	"regexp"
	"strings"
	"sync"
)

// jsAttribute finds that a text ends where the value of an attribute of an element stands.
var jsAttribute = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[\w$.]+\s[^<>]*[\w$-]=$`) })

// jsBracket finds that a text begins with a bracket, behind comments.
var jsBracket = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*(?://.*\n\s*)*\(`) })

// jsSource finds that a text ends where the name of a module stands.
var jsSource = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(?:from|import)\s+$`) })

// jsHole writes an ellipsis that is none, as it unpacks what stands right behind it, a statement before one in brackets, one that is all of a for, a hole that is the value of an attribute, and
// one that is a module.
func jsHole(hole, before, after string) (string, bool) {
	switch {
	case strings.HasPrefix(hole, "$") && !strings.HasPrefix(hole, "$.") && jsAttribute().MatchString(before):
		return "{" + metaWord + hole[1:] + "}", true
	case strings.HasPrefix(hole, "$") && jsSource().MatchString(before) && (strings.HasSuffix(strings.TrimSpace(before), "from") || after == "" || after[0] == ';'):
		return `"` + metaWord + hole[1:] + `"`, true
	case hole != "...":
		return "", false
	case after != "" && (after[0] == '$' || after[0] == '_' || isWord(after[0])):
		return hole, true
	case standsAlone(before, after) && jsBracket().MatchString(after): // which would call it
		return ellipsisWord + ";", true
	case strings.HasSuffix(strings.ReplaceAll(before, " ", ""), "for("):
		return ellipsisWord + ";;", true
	case jsAttribute().MatchString(before):
		return "{" + ellipsisWord + "}", true
	}
	return "", false
}
