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

// jsMeant reads "key: value", which looks like a statement with a label, as a pair of an object.
func jsMeant(nodes []*Node) []*Node {
	if len(nodes) != 1 || nodes[0].Kind != ExprStmt || len(nodes[0].Kids) != 2 {
		return nodes
	}
	label, value := nodes[0].Kids[0], nodes[0].Kids[1]
	key, labelled := strings.CutSuffix(label.Text, ":")
	if label.Kind != Modifier || !labelled {
		return nodes
	}
	name := &Node{Kind: Name, Role: AKey, Text: key, Start: label.Start, End: label.End}
	if strings.HasPrefix(key, "$") {
		name.Kind = Metavar
	}
	return []*Node{{Kind: Pair, Kids: []*Node{name, as(AValue, value)}, Start: nodes[0].Start, End: nodes[0].End}}
}
