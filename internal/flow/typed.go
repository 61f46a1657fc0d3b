package flow

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// A type may only be known when all files are: then it is written as what leads to it, "New()" for what a function gives back, "X.of().with()" for what
// a method does, and "Server.repo" for a field.

// maxTyped is how long a type may be that is written so, in bytes.
const maxTyped = 200

// typed is the type of an expression, "" where nothing leads to it.
func (b *builder) typed(n *syntax.Node, s state) string { return b.leads(n, s, maxLeads) }

// leads is typed within a number of steps.
func (b *builder) leads(n *syntax.Node, s state, steps int) string {
	out := ""
	if steps--; n == nil || steps < 0 {
		return ""
	}
	switch n.Kind {
	case syntax.New:
		out = typeName(n.Kid(syntax.ACallee))
	case syntax.Unary, syntax.Await, syntax.Cast:
		if t := n.Kid(syntax.AType); t != nil {
			return typeName(t)
		}
		out = b.leads(n.Kid(syntax.AValue), s, steps)
	case syntax.Binary:
		if n.Text == "||" || n.Text == "??" { // one or the other
			out = b.leads(n.Kid(syntax.ARight), s, steps)
		}
	case syntax.Call:
		out = b.made(n.Kid(syntax.ACallee), s, steps)
	case syntax.Name:
		if c := s[n.Text]; selves(n.Text) {
			out = b.class
		} else if c != nil && c.kind != "" {
			out = c.kind
		} else if b.isType(n.Text) {
			out = n.Text
		} else if b.class != "" && b.bare() {
			out = b.class + "." + n.Text
			if b.file.language == "ruby" && !b.isOwn(n.Text) {
				out += "()"
			}
		}
	case syntax.Member:
		if c := s[nameOf(n)]; c != nil && c.kind != "" {
			out = c.kind
		} else if b.file.language == "ruby" { // a call without brackets
			out = b.made(n, s, steps)
		} else if of := b.leads(n.Kid(syntax.AnObject), s, steps); of != "" && n.Kid(syntax.AField) != nil {
			out = of + "." + n.Kid(syntax.AField).Text
		}
	}
	if len(out) > maxTyped {
		return ""
	}
	return out
}

// isType tells of a name of Swift that it is that of a type, whose own fields and methods follow.
func (b *builder) isType(name string) bool {
	return b.file.language == "swift" && name != "" && name[0] >= 'A' && name[0] <= 'Z' && !b.locals[name]
}

// bare tells that fields and methods of the class around are named without their object.
func (b *builder) bare() bool {
	switch b.file.language {
	case "java", "csharp", "kotlin", "scala", "swift", "cpp", "ruby":
		return true
	}
	return false
}

// made is the type of what a call of something gives back.
func (b *builder) made(callee *syntax.Node, s state, steps int) string {
	before, last := lastOf(nameOf(callee))
	switch {
	case callee == nil:
		return ""
	case before != "" && last == "new": // Ruby's and Rust's
		_, class := lastOf(before)
		return class
	case b.file.classes[last] != nil, last != "" && last[0] >= 'A' && last[0] <= 'Z' && (b.file.language == "python" || b.file.language == "swift"):
		return last // their objects are made by calls
	case callee.Kind == syntax.Name && b.class != "" && b.bare():
		return b.class + "." + last + "()"
	case callee.Kind == syntax.Name:
		return last + "()"
	case callee.Kind != syntax.Member || callee.Kid(syntax.AField) == nil:
		return ""
	}
	object := callee.Kid(syntax.AnObject)
	if of := b.leads(object, s, steps); of != "" && (before == "" || s[before] != nil || selves(before)) {
		return of + "." + callee.Kid(syntax.AField).Text + "()"
	}
	if before != "" {
		return before + "." + last + "()"
	}
	return ""
}

// resultType is the type of what a function says it gives; of several the first.
func resultType(n *syntax.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == syntax.Tuple && len(n.Kids) > 0:
		return resultType(n.Kids[0])
	case n.Kind == syntax.Param:
		return resultType(n.Kid(syntax.AType))
	case n.Kind == syntax.Index:
		switch inner := n.Kid(syntax.TypeArgs); typeName(n) {
		case "Promise", "Task", "ValueTask", "CompletableFuture", "Future", "Mono", "Optional", "Option", "Result", "Awaitable":
			if inner != nil {
				return resultType(inner)
			}
		}
	}
	return typeName(n)
}

// declareField learns the type of a field of a class.
func (c *class) declareField(left *syntax.Node, kind string) {
	if left == nil || kind == "" {
		return
	}
	if left.Kind == syntax.Tuple {
		for _, k := range left.Kids {
			c.declareField(k, kind)
		}
		return
	}
	if name := strings.TrimPrefix(left.Text, "$"); left.Kind == syntax.Name && c.types[name] == "" {
		c.types[name] = kind
	}
}

// keepType learns the type of a field of the object itself from what it is given.
func (b *builder) keepType(left *syntax.Node, kind string) {
	if c := b.file.classes[b.class]; c != nil && (b.isOwn(left.Text) || b.declaring && b.file.language == "swift") {
		c.declareField(left, kind)
	} else if c != nil && selves(nameOf(left.Kid(syntax.AnObject))) {
		c.declareField(left.Kid(syntax.AField), kind)
	}
}

// maxLeads is how many steps may lead to a type.
const maxLeads = 8

// typeOf is the type that something leads to, "" where that is not known.
func (p *Program) typeOf(file int, kind string, leads int) string {
	whole, called := strings.CutSuffix(kind, "()")
	before, name := lastOf(whole)
	switch {
	case leads == 0:
		return ""
	case !called && before == "":
		return kind
	case !called:
		return p.fieldType(file, p.holder(file, before, leads), name, leads)
	}
	f := p.graphs[file].file
	var found []place
	if from, ok := f.imported(before); ok {
		found = p.inModule(file, from, name)
	}
	if class := p.holder(file, before, leads); class != "" && len(found) == 0 {
		found = p.method(file, class, name, true)
	}
	if len(found) == 0 && (before == "" || f.classes[before] != nil) {
		found = p.plain(file, f, &call{name: name})
	}
	for _, at := range found[:min(len(found), maxCandidates)] {
		switch fn := p.function(at); fn.returns {
		case "":
			if fn.constructor {
				return fn.class
			}
		case "self", "static", "Self", "this", "$this":
			return fn.class
		default:
			if kind := p.typeOf(at.file, fn.returns, leads-1); kind != "" {
				return kind
			}
		}
	}
	return ""
}

// holder is the type of what has a method or field: a type that is named, or one that something leads to.
func (p *Program) holder(file int, before string, leads int) string {
	if class := p.typeOf(file, before, leads-1); class != "" {
		return class
	}
	if _, last := lastOf(before); last != "" && last[0] >= 'A' && last[0] <= 'Z' {
		return last
	}
	return ""
}

// fieldType is the type of a field of the objects of a class, its own or from above.
func (p *Program) fieldType(file int, class, name string, leads int) string {
	seen := map[string]bool{}
	for waiting := []string{class}; len(waiting) > 0 && len(seen) < maxLeads; waiting = waiting[1:] {
		at := waiting[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		if t, ok := p.fieldTypes[field{at, name}]; ok && p.graphs[t.file].file.language == p.graphs[file].file.language {
			return p.typeOf(t.file, t.kind, leads-1)
		}
		waiting = append(waiting, p.above[at]...)
	}
	return ""
}

// fieldType is the type of a field, and the file that says so.
type fieldType struct {
	file int
	kind string
}

// enterTypes makes the types of the fields of a file's classes known.
func (p *Program) enterTypes(i int, f *file) {
	for _, c := range f.classes {
		for name, kind := range c.types {
			if f, known := p.fieldTypes[field{c.name, name}]; !known || f.file == i {
				p.fieldTypes[field{c.name, name}] = fieldType{i, kind}
			}
		}
	}
}

// returns learns the type of what a function gives back from what it gives back.
func (b *builder) returns(n *syntax.Node, s state) {
	if f := b.file.funcs[b.owner]; b.owner != 0 && f.returns == "" {
		if n != nil && (n.Kind == syntax.Tuple || n.Kind == syntax.List) && len(n.Kids) > 0 && b.file.language == "go" {
			n = n.Kids[0]
		}
		f.returns = b.typed(n, s)
	}
}

// lastIn is the last value in a block.
func lastIn(n *syntax.Node) *syntax.Node {
	for n != nil && (n.Kind == syntax.Block || n.Kind == syntax.ExprStmt) && len(n.Kids) > 0 {
		n = n.Kids[len(n.Kids)-1]
	}
	return n
}
