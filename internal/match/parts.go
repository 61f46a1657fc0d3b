package match

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// mayLack are the parts that code may have though the pattern does not name them: less is more.
func mayLack(k syntax.Kind, r syntax.Role) bool {
	switch r {
	case syntax.AType, syntax.AResult, syntax.AModifier, syntax.ADecorator, syntax.TypeArgs, syntax.TypeParams, syntax.SomeBases, syntax.AnElse:
		return true
	case syntax.AValue:
		return k == syntax.Param
	case syntax.AnObject:
		return k == syntax.Func // the receiver of a method
	case syntax.AName:
		return k == syntax.Func || k == syntax.Import || k == syntax.Catch || k == syntax.Call
	case syntax.AField:
		return false
	case syntax.AKey:
		return k == syntax.Param // the label of a parameter
	case syntax.ABody:
		return k == syntax.New || k == syntax.Call
	case syntax.AnInit:
		return k == syntax.If || k == syntax.Throw || k == syntax.Try
	case syntax.AFinally:
		return k == syntax.Try
	}
	return false
}

// parts matches the children of two nodes of one kind: by their roles, and lists as lists.
func (m *matcher) parts(p, t *syntax.Node, e *Env, then yes) {
	if p.Flags&syntax.Declares != 0 && t.Flags&syntax.Declares == 0 || m.options.NoVardef && p.Kind == syntax.Assign && (p.Flags^t.Flags)&syntax.Declares != 0 {
		return
	}
	for _, k := range t.Kids {
		if listed(k.Role) || mayLack(p.Kind, k.Role) || p.Kid(k.Role) != nil {
			continue
		}
		return // the code has a part that the pattern does not have
	}
	if m.file.Tree.Language == syntax.Dockerfile && p.Kind == syntax.Param && p.Kid(syntax.AValue) == nil && t.Kid(syntax.AValue) != nil {
		return
	}
	m.part(p, t, 0, e, func(e *Env) {
		m.decorations(p, t, e, func(e *Env) { m.elements(p, t, e, then) })
	})
}

// listed tells whether there may be several children of a role.
func listed(r syntax.Role) bool {
	return r == syntax.Each || r == syntax.AModifier || r == syntax.ADecorator
}

// part matches the children with roles, from one on.
func (m *matcher) part(p, t *syntax.Node, at int, e *Env, then yes) {
	for at < len(p.Kids) && listed(p.Kids[at].Role) {
		at++
	}
	if at == len(p.Kids) {
		then(e)
		return
	}
	kid := p.Kids[at]
	other := t.Kid(kid.Role)
	if other == nil {
		if p.Kind == syntax.Catch && kid.Role == syntax.AName && kid.Kind == syntax.Metavar || kid.Kind == syntax.Ellipsis && (p.Kind != syntax.Assign || p.Flags&syntax.Declares != 0) || len(kid.Kids) == 1 && kid.Kids[0].Kind == syntax.Ellipsis && kid.Kids[0].Role == syntax.Each {
			m.part(p, t, at+1, e, then)
		}
		return
	}
	next := func(e *Env) { m.part(p, t, at+1, e, then) }
	if p.Kind == syntax.Class && kid.Role == syntax.ABody && kid.Kind == syntax.Block && other.Kind == syntax.Block {
		m.anyOrder(kid.Kids, other.Kids, true, e, next) // a class may have more members than the pattern names
		return
	}
	if p.Kind == syntax.Catch && kid.Role == syntax.AType && kid.Kind == syntax.Tuple && other.Kind != syntax.Tuple {
		m.sequence(elements(kid), []*syntax.Node{other}, e, next)
		return
	}
	if body := m.anyBody(kid); body != nil && other.Kind == syntax.Block && len(other.Kids) != 1 {
		m.bind(body.Text, other, e, next)
		return
	}
	m.node(kid, other, e, next)
}

// anyBody is the metavariable that is the whole body of a pattern without brackets: it stands for any number of statements.
func (m *matcher) anyBody(p *syntax.Node) *syntax.Node {
	if p.Kind != syntax.Block || len(p.Kids) != 1 || p.Kids[0].Start != p.Start && m.file.Tree.Language != syntax.Ruby {
		return nil
	}
	only := p.Kids[0]
	if only.Kind == syntax.ExprStmt {
		only = only.Kid(syntax.AValue)
	}
	if only == nil || only.Kind != syntax.Metavar {
		return nil
	}
	return only
}

// decorations matches modifiers and decorators: what the pattern has must be there, in any order.
func (m *matcher) decorations(p, t *syntax.Node, e *Env, then yes) {
	var wanted []*syntax.Node
	for _, k := range p.Kids {
		if k.Role == syntax.AModifier && k.Text == "public" && m.file.public(t) {
			continue
		}
		if k.Role == syntax.AModifier || k.Role == syntax.ADecorator {
			wanted = append(wanted, k)
		}
	}
	if len(wanted) == 0 {
		then(e)
		return
	}
	var there []*syntax.Node
	for _, k := range t.Kids {
		if k.Role == syntax.AModifier || k.Role == syntax.ADecorator {
			there = append(there, k)
		}
	}
	m.anyOrder(wanted, there, true, e, func(e *Env) {
		if !m.options.DecoratorsInOrder {
			then(e)
			return
		}
		word := func(n *syntax.Node) bool { return n.Role == syntax.AModifier }
		m.inOrder(slices.DeleteFunc(slices.Clone(wanted), word), slices.DeleteFunc(slices.Clone(there), word), e, then)
	})
}

// inOrder matches decorators in their order; there may be others between them.
func (m *matcher) inOrder(p, t []*syntax.Node, e *Env, then yes) {
	if m.steps--; m.steps <= 0 {
		return
	}
	if len(p) == 0 {
		then(e)
		return
	}
	for i, k := range t {
		m.node(p[0], k, e, func(e *Env) { m.inOrder(p[1:], t[i+1:], e, then) })
	}
}

// public tells of a method that it is public because nothing else is said: in PHP.
func (f *File) public(n *syntax.Node) bool {
	return f.Tree.Language == syntax.PHP && n.Kind == syntax.Func && !slices.ContainsFunc(n.Kids, func(k *syntax.Node) bool {
		return k.Role == syntax.AModifier && (k.Text == "private" || k.Text == "protected")
	})
}

// sameModifier compares modifiers: in patterns "var" is any way to declare.
func (m *matcher) sameModifier(p, t string) bool {
	return p == t || p == "var" && (t == "let" || t == "const") && !m.options.NoLet
}

// wholeDicts tells whether a pattern of a map without an ellipsis means just these keys: objects of JavaScript and Terraform may have more.
func (f *File) wholeDicts() bool {
	switch f.Tree.Language.Name {
	case "javascript", "typescript", "tsx", "terraform":
		return false
	}
	return true
}

// elements matches the children of a node that are a list.
func (m *matcher) elements(p, t *syntax.Node, e *Env, then yes) {
	want, have := elements(p), elements(t)
	switch p.Kind {
	case syntax.Block, syntax.File:
		in := m.file.index.listOf(t)
		m.statements(run{pattern: want, list: in, at: in.from, toEnd: true}, nil, e, func(e *Env, _ *syntax.Node) { then(e) })
	case syntax.Try:
		m.anyOrder(want, have, true, e, then) // it may catch more than the pattern names
	case syntax.Call:
		m.called(p, t, e, then)
	case syntax.New:
		if len(have) > 0 && have[0].Kind == syntax.Pair && hasEllipsis(want) { // the fields of a struct
			m.anyOrder(want, have, true, e, then)
			return
		}
		m.called(p, t, e, then)
	case syntax.Dict:
		if p.Role == syntax.ABody {
			have = withBlocks(have)
		}
		m.anyOrder(want, have, hasEllipsis(want) || !m.options.NoMore && !m.file.wholeDicts(), e, then)
	case syntax.Element:
		m.element(want, have, e, then)
	case syntax.Template:
		m.pieces(want, have, e, then)
	case syntax.Bases:
		m.anyOrder(want, have, true, e, then)
	default:
		m.sequence(want, have, e, then)
	}
}

// elements gives the children of a node that are a list.
func elements(n *syntax.Node) []*syntax.Node {
	if !slices.ContainsFunc(n.Kids, func(k *syntax.Node) bool { return k.Role != syntax.Each }) {
		return n.Kids
	}
	return slices.Collect(n.All(syntax.Each))
}

func hasEllipsis(list []*syntax.Node) bool {
	for _, n := range list {
		if n.Kind == syntax.Ellipsis {
			return true
		}
	}
	return false
}

// sequence matches lists one by one; an ellipsis takes any number.
func (m *matcher) sequence(p, t []*syntax.Node, e *Env, then yes) {
	if m.steps--; m.steps <= 0 {
		return
	}
	if len(p) == 0 {
		if len(t) == 0 {
			then(e)
		}
		return
	}
	if p[0].Kind == syntax.Ellipsis {
		if len(p) == 1 {
			m.many(p[0], t, e, then)
			return
		}
		for n := range len(t) + 1 {
			m.many(p[0], t[:n], e, func(e *Env) { m.sequence(p[1:], t[n:], e, then) })
		}
		return
	}
	if len(t) > 0 {
		m.node(p[0], t[0], e, func(e *Env) { m.sequence(p[1:], t[1:], e, then) })
	}
}

// pieces matches the parts of a text with expressions in it. A metavariable or an ellipsis stands for one expression there, and
// not for the text around it; a text that is such an expression is Braced.
func (m *matcher) pieces(p, t []*syntax.Node, e *Env, then yes) {
	if m.steps--; m.steps <= 0 {
		return
	}
	switch {
	case len(p) == 0:
		if len(t) == 0 {
			then(e)
		}
	case p[0].Kind == syntax.String && p[0].Text == "..." && p[0].Flags&syntax.Braced == 0:
		for n := range len(t) + 1 {
			m.pieces(p[1:], t[n:], e, then)
		}
	case p[0].Kind == syntax.String && strings.HasPrefix(p[0].Text, "$...") && p[0].Flags&syntax.Braced == 0, p[0].Kind == syntax.Ellipsis && p[0].Text != "":
		for n := range len(t) + 1 {
			m.many(&syntax.Node{Kind: syntax.Ellipsis, Text: p[0].Text}, t[:n], e, func(e *Env) { m.pieces(p[1:], t[n:], e, then) })
		}
	case len(t) > 0 && (p[0].Kind == syntax.String && p[0].Flags&syntax.Braced == 0 || t[0].Kind != syntax.String || t[0].Flags&syntax.Braced != 0):
		piece := t[0]
		if piece.Kind == syntax.Keyword && p[0].Kind != syntax.Keyword { // Swift's "\(raw: x)"
			piece = piece.Kid(syntax.AValue)
		}
		m.node(p[0], piece, e, func(e *Env) { m.pieces(p[1:], t[1:], e, then) })
	}
}

// many lets an ellipsis, which may have a name, stand for some nodes.
func (m *matcher) many(p *syntax.Node, t []*syntax.Node, e *Env, then yes) {
	if p.Text == "" {
		then(e)
		return
	}
	if known, bound := e.Get(p.Text); bound {
		if len(known.Nodes) != len(t) {
			return
		}
		for i := range t {
			if !m.equal(known.Nodes[i], t[i]) {
				return
			}
		}
		then(e)
		return
	}
	b := Binding{Nodes: append([]*syntax.Node{}, t...)}
	if len(t) > 0 {
		b.Start, b.End = t[0].Start, t[len(t)-1].End
	}
	then(e.With(p.Text, b))
}

// anyOrder matches lists in any order; with more the code may have what the pattern does not name.
func (m *matcher) anyOrder(p, t []*syntax.Node, more bool, e *Env, then yes) {
	if m.steps--; m.steps <= 0 {
		return
	}
	for len(p) > 0 && p[0].Kind == syntax.Ellipsis {
		p = p[1:]
	}
	if len(p) == 0 {
		if more || len(t) == 0 {
			then(e)
		}
		return
	}
	for i, k := range t {
		m.node(p[0], k, e, func(e *Env) {
			left := append(append([]*syntax.Node{}, t[:i]...), t[i+1:]...)
			m.anyOrder(p[1:], left, more, e, then)
		})
	}
}

// element matches what is in an element: attributes in any order, and children, which a pattern without any leaves open.
func (m *matcher) element(p, t []*syntax.Node, e *Env, then yes) {
	split := func(all []*syntax.Node) (attributes, children []*syntax.Node) {
		for _, k := range all {
			if k.Kind == syntax.Attr || k.Kind == syntax.Spread {
				attributes = append(attributes, k)
			} else {
				children = append(children, k)
			}
		}
		return attributes, children
	}
	wantAttributes, want := split(p)
	haveAttributes, have := split(t)
	more := !m.options.NoMoreAttributes || hasEllipsis(p)
	m.anyOrder(wantAttributes, haveAttributes, more, e, func(e *Env) {
		if len(want) == 0 && (!m.options.Singletons || len(have) == 0) {
			then(e)
			return
		}
		m.sequence(want, have, e, then)
	})
}
