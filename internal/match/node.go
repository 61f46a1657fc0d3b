package match

import (
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// node matches one node.
func (m *matcher) node(p, t *syntax.Node, e *Env, then yes) {
	if m.steps--; m.steps <= 0 || t == nil || p.Flags&syntax.Optional != 0 && t.Flags&syntax.Optional == 0 {
		return
	}
	if p.Kind != t.Kind && m.file.written(p, t) {
		then(e)
		return
	}
	if m.hole(p, t, e, then) || m.form(p, t, e, then) {
		return
	}
	switch p.Kind {
	case syntax.Member:
		if long := m.file.facts.longName(t); long != nil && long.Kind == syntax.Member {
			t = long
		}
	case syntax.String, syntax.Number, syntax.Bool, syntax.Regexp:
		if t = m.value(p, t); t == nil {
			return
		}
		if (p.Kind == syntax.String || p.Kind == syntax.Regexp) && p.Flags&syntax.Meta != 0 {
			m.text(p, t, e, func(e *Env) { m.decorations(p, t, e, then) })
			return
		}
	}
	if p.Kind != t.Kind && t.Kind == syntax.Name && m.options.Symbolic {
		t = m.file.facts.symbol(t)
	}
	if p.Kind != t.Kind && !(t.Kind == syntax.Dict && anything(p)) || !m.sameText(p, t) {
		return
	}
	if p.Kind == syntax.Binary && m.joined(p, t, e, then) {
		return
	}
	m.parts(p, t, e, then)
}

// hole matches a hole; false where a pattern's node is none.
func (m *matcher) hole(p, t *syntax.Node, e *Env, then yes) bool {
	switch p.Kind {
	case syntax.Metavar:
		if p.Flags&syntax.Braced != 0 {
			t = variable(t)
		}
		if t != nil {
			m.bind(p.Text, t, e, then)
		}
	case syntax.Ellipsis:
		then(e)
	case syntax.Deep:
		if !stands(t) {
			m.deep(p.Kid(syntax.AValue), t, e, then)
		}
	case syntax.Typed:
		m.typed(p.Kid(syntax.AValue), p.Kid(syntax.AType), t, e, then)
	default:
		return false
	}
	return true
}

// form matches what languages let people write in forms that are no nodes of one kind; false where its parts are to be compared.
func (m *matcher) form(p, t *syntax.Node, e *Env, then yes) bool {
	switch p.Kind {
	case syntax.Name, syntax.Member:
		if field := p.Kid(syntax.AField); field != nil && field.Kind == syntax.Ellipsis {
			m.chain(p.Kid(syntax.AnObject), t, e, then)
			return true
		}
		if !m.file.facts.same(p, t) {
			return false
		}
		if want := slices.Collect(p.All(syntax.TypeArgs)); len(want) > 0 {
			m.sequence(want, slices.Collect(t.All(syntax.TypeArgs)), e, then)
			return true
		}
		then(e)
	case syntax.Import:
		m.imports(p, t, e, then)
	case syntax.Decorator:
		m.decorator(p, t, e, then)
	case syntax.Return:
		if t.Kind != syntax.ExprStmt || m.options.NoLast || !m.file.index.ends(t) {
			return false
		}
		m.node(p.Kid(syntax.AValue), t.Kid(syntax.AValue), e, then)
	case syntax.For, syntax.While:
		if t.Kind != syntax.For && t.Kind != syntax.ForEach || p.Kind == syntax.For && !anyFor(p) || p.Kind == syntax.While && !m.anyLoop(p) {
			return false
		}
		m.node(p.Kid(syntax.ABody), t.Kid(syntax.ABody), e, then)
	case syntax.Pair:
		return m.file.Tree.Language == syntax.Dockerfile && m.mount(p, t, e, then)
	case syntax.Assign:
		return m.file.Tree.Language == syntax.Ruby && m.several(p, t, e, then)
	case syntax.List:
		if p.Kind == t.Kind || !m.file.anyList(p, t) {
			return false
		}
		then(e)
	default:
		return false
	}
	return true
}

// value is what a node is for a literal of a pattern: the constant that it stands for; nil where that cannot be the same.
func (m *matcher) value(p, t *syntax.Node) *syntax.Node {
	if p.Kind == syntax.String && p.Flags&syntax.Postfix != 0 && !several(t) {
		return nil
	}
	if t.Kind == syntax.Binary && t.Text == ":" && m.file.Tree.Language == syntax.Dockerfile {
		t = t.Kids[0] // a user without the group
	}
	if t.Kind == syntax.String && p.Kind != syntax.String && p.Text == t.Text && m.file.Tree.Language == syntax.HCL {
		return p // Terraform takes "1" for 1
	}
	if m.options.NoConstants {
		return t
	}
	t = m.file.facts.valueOf(t)
	if t.Kind == syntax.String && t.Flags&someText != 0 && (p.Kind != syntax.String || p.Text != "...") {
		return nil
	}
	return t
}

// anyFor tells of "for (...) { }" that it is any loop with a for.
func anyFor(p *syntax.Node) bool {
	init := p.Kid(syntax.AnInit)
	return init != nil && init.Kind == syntax.Ellipsis && p.Kid(syntax.ATest) == nil && p.Kid(syntax.AnUpdate) == nil && p.Kid(syntax.ABody) != nil
}

// anyLoop tells of "for ... { }" in Go that it is any loop.
func (m *matcher) anyLoop(p *syntax.Node) bool {
	test := p.Kid(syntax.ATest)
	return m.file.Tree.Language == syntax.Go && test != nil && test.Kind == syntax.Ellipsis
}

// several tells of a text that it is written as several side by side.
func several(t *syntax.Node) bool {
	return (t.Kind == syntax.String || t.Kind == syntax.Template) && t.Flags&syntax.Postfix != 0
}

// anything tells of "{...}", which looks like a set, that it is any map too.
func anything(p *syntax.Node) bool {
	return p.Kind == syntax.Set && len(p.Kids) == 1 && p.Kids[0].Kind == syntax.Ellipsis
}

// sameText compares names, operators and values. A metavariable may stand for the name of an argument or attribute.
func (m *matcher) sameText(p, t *syntax.Node) bool {
	switch p.Kind {
	case syntax.Func: // without a result a method is written as a constructor is
		if m.options.NoArrow && (p.Flags^t.Flags)&syntax.Arrow != 0 {
			return false
		}
		return p.Text == t.Text || p.Text == "constructor"
	case syntax.Unary: // x++ is not ++x
		return p.Text == t.Text && (p.Flags^t.Flags)&syntax.Postfix == 0
	case syntax.Modifier:
		return m.sameModifier(p.Text, t.Text)
	case syntax.Keyword:
		return p.Text == t.Text || len(p.Text) > 1 && p.Text[0] == '$'
	case syntax.Number:
		return p.Text == t.Text || sameNumber(p.Text, t.Text) || m.file.floats() && sameFloat(p.Text, t.Text)
	}
	return p.Text == t.Text
}
