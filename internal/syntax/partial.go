package syntax

import (
	"regexp"
	"strings"
	"sync"
)

// part is a part of a statement that can be a pattern: what it looks like, and the file around it. What stands behind the pattern and begins with a blank
// belongs to the statement: a body, which then may be any, or what the grammar asks for besides.
type part struct {
	shape    *regexp.Regexp
	fragment string
}

// parts are the parts of statements by the names of languages.
var parts = sync.OnceValue(func() map[string][]part {
	head := regexp.MustCompile(`^(?:if|while|for|foreach|switch|synchronized|using|lock)\b[^{;]*\)$`)
	goHead := regexp.MustCompile(`^(?:if|for|switch)\b[^{]*$`)
	include := regexp.MustCompile(`^#\s*include\b.*$`)
	literal := regexp.MustCompile(`^\{[^;{}]*[\w$"]\s*:[^=;{}]*\}$`)
	class := regexp.MustCompile(`^(?:@[^{;]*\s)?(?:\w+\s+)*(?:class|interface|enum|trait)\s[^{;]*$`)
	handler := regexp.MustCompile(`^(?:catch|finally)\b`)
	try := regexp.MustCompile(`^try\s*\{[^{}]*\}$`)
	cases := regexp.MustCompile(`^(?:case|default)\b`)
	decorated := regexp.MustCompile(`^@[^{;]*\)[^{;)]*\)[^{;]*$|^@[^{;]*\s[^{;]*\)[^{;]*$`)
	swiftHead := regexp.MustCompile(`^(?:if|while|for)\b[^{;]*$`)
	swiftClass := regexp.MustCompile(`^(?:@[^{;]*\s)?(?:\w+\s+)*(?:class|struct|enum|extension|protocol|actor)\s[^{;]*$`)
	initializer := regexp.MustCompile(`^(?:\w+\s+)*init\b[^{]*\{`)
	super := regexp.MustCompile(`^(?:super|this)\s*\(`)
	block := regexp.MustCompile(`^(?:if|while|for|with|class|def|async def)\b[^\n]*[^:\n]$`)
	suite := regexp.MustCompile(`^(?:if|while|for|with|class|def|async def)\b[^\n]*:$`)
	pyHandler := regexp.MustCompile(`^(?:except|finally)\b`)
	decorator := regexp.MustCompile(`^@[^\n]*$`)
	script := []part{{head, "%s {}"}, {handler, "try {} %s"}, {cases, "switch (_x) {\n%s\n}"}, {class, "%s {}"}, {decorated, "class _C { %s {} }"}}
	java := []part{{head, "class _C { void f() { %s {} } }"}, {handler, "class _C { void f() { try {} %s } }"}, {try, "class _C { void f() { %s finally {} } }"},
		{cases, "class _C { void f() { switch (_x) {\n%s\n} } }"}, {class, "%s {}"}}
	return map[string][]part{
		"javascript": script, "typescript": script, "tsx": script, "csharp": java, "java": append(java, part{super, "class _C { _C() { %s; } }"}),
		"php":    {{head, "<?php %s {}"}, {handler, "<?php try {} %s"}, {try, "<?php %s finally {}"}, {cases, "<?php switch ($_x) {\n%s\n}"}, {class, "<?php %s {}"}},
		"go":     {{goHead, "func _f() {\n%s {}\n}"}, {literal, "var _ = []_T{\n%s,\n}"}},
		"c":      {{head, "void _f() { %s {} }"}, {include, "%s\n"}},
		"cpp":    {{head, "void _f() { %s {} }"}, {class, "%s {};"}, {include, "%s\n"}},
		"swift":  {{initializer, "class _C {\n%s\n}"}, {swiftHead, "func _f() { %s {} }"}, {swiftClass, "%s {}"}},
		"python": {{block, "%s : pass"}, {suite, "%s pass"}, {pyHandler, "try:\n  pass\n%s"}, {decorator, "%s\ndef _f(): pass"}},
	}
})

// partials gives the files around a pattern that may be a part of a statement.
func (lang *Language) partials(text string) []string {
	var out []string
	for _, p := range parts()[lang.Name] {
		if p.shape.MatchString(text) {
			out = append(out, p.fragment)
		}
	}
	return out
}

// completion is what a fragment adds to the statement of a pattern, up to the bracket that closes what is around it.
func completion(after string) string {
	if after == "\n" { // it ends what a preprocessor reads
		return after
	}
	for _, added := range []string{" {}", " finally {}", " : pass", " pass"} {
		if strings.HasPrefix(after, added) {
			return added
		}
	}
	return ""
}

// completed makes what was added to a pattern from a place on open: a body is any, anything else is left out. A function without a body may have one.
func completed(n *Node, added int, closed bool) *Node {
	var kids []*Node
	for _, k := range n.Kids {
		switch {
		case k.Start < added:
			kids = append(kids, k)
		case k.Kind == Block && k.Role != AFinally:
			kids = append(kids, anyBlock(k))
		}
	}
	n.Kids = kids
	if n.Kind == Func && n.Kid(AName) != nil && n.Kid(ABody) == nil && !closed {
		n.add(anyBlock(&Node{Kind: Block, Role: ABody, Start: n.End, End: n.End}))
	}
	return n
}

// anyBlock is a block of any statements in the place of another.
func anyBlock(n *Node) *Node {
	return &Node{Kind: Block, Role: n.Role, Start: n.Start, End: n.End, Kids: []*Node{{Kind: Ellipsis, Start: n.Start, End: n.End}}}
}
