package match

import "github.com/reevehq/reeve/internal/syntax"

// written tells whether two words are the same that a language lets people write in two ways: with quotes and without.
func (f *File) written(p, t *syntax.Node) bool {
	if p.Kind != syntax.Name && p.Kind != syntax.String || t.Kind != syntax.Name && t.Kind != syntax.String || p.Text != t.Text {
		return false
	}
	switch {
	case f.floats(): // keys of objects
		return p.Role == syntax.AKey && t.Role == syntax.AKey
	case f.Tree.Language == syntax.Bash: // commands
		return t.Role == syntax.ACallee && (p.Role == syntax.ACallee || p.Kind == syntax.String && (p.Role == syntax.Each || p.Role == syntax.AValue))
	}
	return false
}

// floats tells of a language that all its numbers are of one type, and all keys of its objects texts: of JavaScript's.
func (f *File) floats() bool { return f.Tree.Language.Family() == syntax.JavaScript.Name }

// sameKey tells whether two keys of objects are the same, however they are written.
func (f *File) sameKey(a, b *syntax.Node) bool {
	if a.Role != syntax.AKey || b.Role != syntax.AKey || !f.floats() {
		return false
	}
	if a.Kind == syntax.Number && b.Kind == syntax.Number {
		return sameNumber(a.Text, b.Text) || sameFloat(a.Text, b.Text)
	}
	return f.written(a, b)
}

// anyList tells of "[...]" that it is a list of another form too: one that is comprehended, in PHP one with keys.
func (f *File) anyList(p, t *syntax.Node) bool {
	if len(p.Kids) != 1 || p.Kids[0].Kind != syntax.Ellipsis || p.Kids[0].Text != "" {
		return false
	}
	return t.Kind == syntax.Comprehension && t.Text == "list" || t.Kind == syntax.Dict && f.Tree.Language == syntax.PHP
}

// several matches one assignment of several in one: "a, b = 1, 2".
func (m *matcher) several(p, t *syntax.Node, e *Env, then yes) bool {
	left, right := t.Kid(syntax.ALeft), t.Kid(syntax.ARight)
	wantLeft, wantRight := p.Kid(syntax.ALeft), p.Kid(syntax.ARight)
	if t.Kind != syntax.Assign || p.Text != t.Text || left == nil || right == nil || wantLeft == nil || wantRight == nil {
		return false
	}
	if left.Kind != syntax.Tuple || right.Kind != syntax.Tuple || len(left.Kids) != len(right.Kids) || wantLeft.Kind == syntax.Tuple || wantLeft.Kind == syntax.Metavar {
		return false
	}
	for i := range left.Kids {
		m.node(wantLeft, left.Kids[i], e, func(e *Env) { m.node(wantRight, right.Kids[i], e, then) })
	}
	return true
}
