package match

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// types says where in a file is what can be known to have a type.
type types struct {
	// named is what has one by how it is declared or made, by the last names of types; unnamed has one that has no name.
	named   map[string][]*syntax.Node
	unnamed []*syntax.Node
	// constants are names that hold a constant.
	constants []*syntax.Node
}

// ofType are the nodes that can be of a type.
func (x *index) ofType(want *syntax.Node) [][]*syntax.Node {
	literals := [][]*syntax.Node{x.kinds[syntax.String], x.kinds[syntax.Template], x.kinds[syntax.Number], x.kinds[syntax.Bool]}
	name := lastOfType(want)
	if name == "" {
		return append(literals, x.kinds[syntax.Name], x.kinds[syntax.New], x.kinds[syntax.Cast])
	}
	if x.types == nil {
		x.types = x.learnTypes()
	}
	out := [][]*syntax.Node{x.types.named[name], x.types.unnamed}
	if other := boxed(name); other != name {
		out = append(out, x.types.named[other])
	}
	if OfLiteral(name) {
		return append(append(out, x.types.constants), literals...)
	}
	return out
}

func (x *index) learnTypes() *types {
	out := &types{named: map[string][]*syntax.Node{}}
	m := &matcher{file: &File{Tree: &syntax.Tree{Language: x.language}, facts: x.facts, index: x}}
	for _, kind := range []syntax.Kind{syntax.Name, syntax.New, syntax.Cast, syntax.Member} {
		for _, n := range x.kinds[kind] {
			have := m.kindOf(n)
			if have == nil {
				if n.Kind == syntax.Name && x.facts.constant(n) != n {
					out.constants = append(out.constants, n)
				}
				continue
			}
			name := lastOfType(have)
			if name == "" {
				out.unnamed = append(out.unnamed, n)
				continue
			}
			out.named[name] = append(out.named[name], n)
			if other := boxed(name); other != name {
				out.named[other] = append(out.named[other], n)
			}
			if other := x.facts.imported(have); other != name {
				out.named[other] = append(out.named[other], n)
			}
		}
	}
	return out
}

// imported is the last name of a type as it is called where it comes from.
func (f *facts) imported(kind *syntax.Node) string {
	kind = plainType(kind)
	name, _ := kind.Dotted()
	return afterDot(f.full(name, kind.Start))
}

// lastOfType is the last name of a type; "" where it has none.
func lastOfType(kind *syntax.Node) string {
	name, _ := plainType(kind).Dotted()
	return afterDot(name)
}

// plainType is a type without what it is made for: List of List<String>.
func plainType(kind *syntax.Node) *syntax.Node {
	for kind != nil && kind.Kind == syntax.Index {
		kind = kind.Kid(syntax.AnObject)
	}
	return kind
}

func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// The types that literals have in the languages.
var (
	textTypes   = [...]string{"str", "string", "String", "java.lang.String"}
	numberTypes = [...]string{"int", "float", "number", "Integer", "long", "double"}
	truthTypes  = [...]string{"bool", "boolean", "Boolean"}
)

// OfLiteral tells of the last name of a type that literals have it, without a word that names it.
func OfLiteral(name string) bool {
	return slices.Contains(textTypes[:], name) || slices.Contains(numberTypes[:], name) || slices.Contains(truthTypes[:], name)
}
