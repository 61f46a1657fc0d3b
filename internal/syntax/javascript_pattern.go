package syntax

import (
	"regexp"
	"strings"
	"sync"
)

// jsAttribute finds that a text ends where the value of an attribute of an element stands.
var jsAttribute = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[\w$.]+\s[^<>]*[\w$-]=$`) })

// jsHole writes an ellipsis that is none, as it unpacks what stands right behind it, and one that is all of a for, or the value of
// an attribute.
func jsHole(hole, before, after string) (string, bool) {
	switch {
	case hole != "...":
		return "", false
	case after != "" && (after[0] == '$' || after[0] == '_' || isWord(after[0])):
		return hole, true
	case strings.HasSuffix(strings.ReplaceAll(before, " ", ""), "for("):
		return ellipsisWord + ";;", true
	case jsAttribute().MatchString(before):
		return "{" + ellipsisWord + "}", true
	}
	return "", false
}
