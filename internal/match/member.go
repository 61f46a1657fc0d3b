package match

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// member is a field of a class.
type member struct {
	// value is what it is declared with, or given in the one constructor.
	value value
	// fixed tells that nobody else can give it a value: it is private or final.
	fixed bool
	// given counts the values that it is given, where it is declared and in methods; elsewhere tells that one of them is in a method, built that one is in a
	// constructor.
	given            int
	elsewhere, built bool
}

// within notes what a scope is in.
func (s *scope) within(n *syntax.Node) {
	if s.outer != nil {
		s.fields = s.outer.fields
	}
	switch {
	case s.class:
		s.fields, s.members = s, map[string]*member{}
	case n.Kind == syntax.Func && s.outer != nil && s.outer.members != nil && isConstructor(n):
		s.constructs = true
		s.outer.constructors++
	}
}

func isConstructor(n *syntax.Node) bool {
	name := n.Kid(syntax.AName)
	return n.Text == "constructor" || name != nil && (name.Text == "constructor" || name.Text == "__construct")
}

// ownField gives the name of the field of the object itself that a node is.
func ownField(n *syntax.Node) (name string, ok bool) {
	object, field := n.Kid(syntax.AnObject), n.Kid(syntax.AField)
	if n.Kind != syntax.Member || object == nil || field == nil || field.Kind != syntax.Name {
		return "", false
	}
	return field.Text, object.Kind == syntax.Name && (object.Text == "this" || object.Text == "$this" || object.Text == "self")
}

// changes notes that what a node gives a value is a field of the class around it.
func (f *facts) changes(n *syntax.Node, s *scope) {
	left := n.Kid(syntax.ALeft)
	if n.Kind == syntax.Unary {
		left = n.Kid(syntax.AValue)
	}
	if left == nil {
		return
	}
	name, own := ownField(left)
	if left.Kind == syntax.Name {
		name = strings.TrimPrefix(left.Text, "$")
	} else if !own {
		return
	}
	switch {
	case s.members != nil:
		m := s.field(name)
		m.fixed = m.fixed || f.fixed(n, name)
		if n.Kid(syntax.ARight) != nil {
			m.give(n)
		}
	case s.fields != nil && (own || n.Flags&syntax.Declares == 0 && !s.declares(left)):
		m := s.fields.field(name)
		m.give(n)
		m.built, m.elsewhere = m.built || s.constructs, m.elsewhere || !s.constructs
	}
}

// declares tells whether a name is declared in a scope.
func (s *scope) declares(name *syntax.Node) bool {
	for _, v := range s.given[name.Text] {
		if v.declared >= 0 {
			return true
		}
	}
	return false
}

func (s *scope) field(name string) *member {
	if s.members[name] == nil {
		s.members[name] = &member{}
	}
	return s.members[name]
}

func (m *member) give(n *syntax.Node) {
	m.given++
	if right := n.Kid(syntax.ARight); right != nil && n.Text == "=" {
		m.value = value{at: n.Start, declared: -1, expression: right}
		if foldable(right) {
			m.value.literal = right
		}
	}
}

// fixed tells of a field that only its class gives it a value.
func (f *facts) fixed(n *syntax.Node, name string) bool {
	for k := range n.All(syntax.AModifier) {
		switch k.Text {
		case "private", "final", "const", "readonly", "val":
			return true
		}
	}
	return strings.HasPrefix(name, "#") || f.language == syntax.Ruby && name[0] >= 'A' && name[0] <= 'Z'
}

// member gives the one value that a field of a class has, nil where it may have others.
func (s *scope) member(name string) *value {
	m := s.members[strings.TrimPrefix(name, "$")]
	if m == nil || !m.fixed || m.given != 1 || m.elsewhere || m.built && s.constructors > 1 {
		return nil
	}
	return &m.value
}
