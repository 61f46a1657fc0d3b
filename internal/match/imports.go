package match

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// imported is that a name stands for something of a module from a place on.
type imported struct {
	full string
	at   int
}

// importName learns one import.
func (s *scope) importName(n *syntax.Node) {
	module, field, name := n.Kid(syntax.AModule), n.Kid(syntax.AField), n.Kid(syntax.AName)
	if module == nil {
		return
	}
	full := module.Text
	if field != nil && field.Text == "*" && name == nil { // it brings in names that are not said
		s.wild = append(s.wild, imported{full, n.Start})
		return
	}
	short := full[strings.LastIndexAny(full, "./")+1:]
	if field != nil && field.Text != "*" && field.Text != "default" {
		full, short = full+"."+field.Text, field.Text
	}
	if name != nil {
		short = name.Text
	}
	if short != "" && short != "*" && short != full {
		s.imported[short] = append(s.imported[short], imported{full, n.Start})
	}
}

// required gives the imports that "const {a, b: c} = require('m')" and "const m = require('m')" amount to.
func required(n *syntax.Node) []*syntax.Node {
	n = n.Kid(syntax.AValue)
	left, right := n.Kid(syntax.ALeft), n.Kid(syntax.ARight)
	module, ok := right.Requires()
	if !ok || left == nil {
		return nil
	}
	from := &syntax.Node{Kind: syntax.Name, Role: syntax.AModule, Text: module, Start: right.Kids[1].Start, End: right.Kids[1].End}
	imports := func(kids ...*syntax.Node) *syntax.Node {
		return &syntax.Node{Kind: syntax.Import, Kids: append(kids, from), Start: n.Start, End: n.End}
	}
	if left.Kind == syntax.Name {
		all, name := &syntax.Node{Kind: syntax.Name, Role: syntax.AField, Text: "*", Start: left.Start, End: left.Start}, *left
		name.Role = syntax.AName
		return []*syntax.Node{imports(all, &name)}
	}
	if left.Kind != syntax.Dict {
		return nil
	}
	var out []*syntax.Node
	for _, k := range left.Kids {
		key, value := k.Kid(syntax.AKey), k.Kid(syntax.AValue)
		if k.Kind != syntax.Pair || key == nil || value == nil || value.Kind != syntax.Name {
			continue
		}
		field, name := *key, *value
		field.Role, name.Role = syntax.AField, syntax.AName
		if field.Text == name.Text {
			out = append(out, imports(&field))
		} else {
			out = append(out, imports(&field, &name))
		}
	}
	return out
}

// full gives a dotted name with the module that it was imported from.
func (f *facts) full(dotted string, at int) string {
	first, rest, more := strings.Cut(dotted, ".")
	for s := f.at(at); s != nil; s = s.outer {
		full := ""
		for _, one := range s.imported[first] {
			if one.at <= at {
				full = one.full
			}
		}
		if full == "" {
			continue
		}
		if more {
			return full + "." + rest
		}
		return full
	}
	return dotted
}

// imports matches an import. To import a module is also to import something from it, or a module within it; "import a.b" and "from a import b" are one.
func (m *matcher) imports(p, t *syntax.Node, e *Env, then yes) {
	if t.Kind != syntax.Import {
		return
	}
	module, have := p.Kid(syntax.AModule), t.Kid(syntax.AModule)
	if module == nil || have == nil {
		return
	}
	if module.Kind != syntax.Name {
		if len(p.Kids) == 1 && module.Kind != syntax.Ellipsis {
			m.node(module, have, e, then)
			return
		}
		m.parts(p, t, e, then)
		return
	}
	field, its := p.Kid(syntax.AField), t.Kid(syntax.AField)
	inner := within(module.Text, have.Text)
	switch {
	case field != nil && field.Kind == syntax.Metavar && inner && strings.Contains(have.Text, "."):
		first, _, _ := strings.Cut(have.Text[len(module.Text)+1:], ".")
		m.bind(field.Text, nameIn(have, first), e, then)
	case field == nil && p.Kid(syntax.AName) == nil && (inner || its != nil && (module.Text == have.Text || within(module.Text, qualified(have, its)+"."))):
		then(e)
	case field == nil && strings.Contains(module.Text, "$"):
		m.partOfModule(module, t, e, then)
	case field == nil && its != nil && module.Text == qualified(have, its), field != nil && field.Kind == syntax.Name && its == nil && qualified(module, field) == have.Text:
		m.calledHere(p, t, e, then)
	case strings.HasPrefix(module.Text, "=~/"):
		m.text(&syntax.Node{Kind: syntax.String, Text: module.Text}, &syntax.Node{Kind: syntax.String, Text: have.Text, Start: have.Start, End: have.End}, e, then)
	case module.Text != have.Text && (!inner || field == nil):
	case field == nil && its != nil && p.Kid(syntax.AName) != nil && its.Text != "*":
	default:
		m.besides(syntax.AModule, p, t, e, then)
	}
}

// nameIn is a name that is a part of another.
func nameIn(of *syntax.Node, text string) *syntax.Node {
	return &syntax.Node{Kind: syntax.Name, Text: text, Start: of.Start, End: of.End}
}

// partOfModule matches a module whose last or first name is a metavariable: "a.b.$X", "$X.C".
func (m *matcher) partOfModule(module, t *syntax.Node, e *Env, then yes) {
	have := t.Kid(syntax.AModule)
	full := have.Text
	if field := t.Kid(syntax.AField); field != nil {
		full = qualified(have, field)
	}
	first, rest, _ := strings.Cut(module.Text, ".")
	if before, ok := strings.CutSuffix(full, "."+rest); ok && strings.HasPrefix(first, "$") {
		m.bind(first, nameIn(have, before), e, then)
		return
	}
	dot := strings.LastIndexByte(module.Text, '.')
	if last := module.Text[dot+1:]; strings.HasPrefix(last, "$") && dot > 0 && within(module.Text[:dot], full) {
		m.bind(last, nameIn(have, full[dot+1:]), e, then)
	}
}

// calledHere matches what two imports of the same thing call it.
func (m *matcher) calledHere(p, t *syntax.Node, e *Env, then yes) {
	name, its := p.Kid(syntax.AName), t.Kid(syntax.AName)
	switch {
	case name == nil:
		then(e)
	case its != nil:
		m.node(name, its, e, then)
	}
}

// besides matches what two imports have beside one part.
func (m *matcher) besides(role syntax.Role, p, t *syntax.Node, e *Env, then yes) {
	without := *p
	without.Kids = slices.DeleteFunc(slices.Clone(p.Kids), func(k *syntax.Node) bool { return k.Role == role })
	other := *t
	other.Kids = slices.DeleteFunc(slices.Clone(t.Kids), func(k *syntax.Node) bool { return k.Role == role })
	m.parts(&without, &other, e, then)
}

// qualified is the name of something in a module.
func qualified(module, field *syntax.Node) string { return module.Text + "." + field.Text }

// oneStatement tells of two imports that they stand in one statement.
func oneStatement(a, b *syntax.Node) bool {
	return a.Kind == syntax.Import && b.Kind == syntax.Import && a.Start == b.Start
}

// importsOf matches the parts of one import of a pattern, in any order, with those of one in the code, which may have more; then is told how many those are
// of the pattern.
func (m *matcher) importsOf(r run, e *Env, then func(e *Env, n, next int, last *syntax.Node)) {
	n := 1
	for n < len(r.pattern) && oneStatement(r.pattern[0], r.pattern[n]) {
		n++
	}
	all := m.file.index.statements
	var have []*syntax.Node
	next := r.at
	for next < r.list.to && oneStatement(all[r.at].node, all[next].node) {
		have = append(have, all[next].node)
		next = all[next].next
	}
	if len(have) == 0 || r.at > r.list.from && oneStatement(all[r.at-1].node, all[r.at].node) {
		return
	}
	want := slices.DeleteFunc(slices.Clone(r.pattern[:n]), func(k *syntax.Node) bool {
		field := k.Kid(syntax.AField)
		return field != nil && field.Kind == syntax.Ellipsis
	})
	m.anyOrder(want, have, true, e, func(e *Env) { then(e, n, next, have[len(have)-1]) })
}

// within tells whether a module lies in another.
func within(outer, inner string) bool {
	return len(inner) > len(outer) && inner[:len(outer)] == outer && (inner[len(outer)] == '.' || inner[len(outer)] == '/')
}
