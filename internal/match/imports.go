package match

import (
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

// required gives the imports that "const {a, b: c} = require('m')" amounts to.
func required(n *syntax.Node) []*syntax.Node {
	n = n.Kid(syntax.AValue)
	left, right := n.Kid(syntax.ALeft), n.Kid(syntax.ARight)
	module, ok := right.Requires()
	if !ok || left.Kind != syntax.Dict {
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
		from := right.Kids[1]
		kids := []*syntax.Node{&field, {Kind: syntax.Name, Role: syntax.AModule, Text: module, Start: from.Start, End: from.End}}
		if field.Text != name.Text {
			kids = []*syntax.Node{kids[0], &name, kids[1]}
		}
		out = append(out, &syntax.Node{Kind: syntax.Import, Kids: kids, Start: n.Start, End: n.End})
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

// imports matches an import. To import a module is also to import something from it, or a module within it.
func (m *matcher) imports(p, t *syntax.Node, e *Env, then yes) {
	if t.Kind != syntax.Import {
		return
	}
	module, have := p.Kid(syntax.AModule), t.Kid(syntax.AModule)
	if module == nil || have == nil {
		return
	}
	if module.Kind == syntax.Ellipsis {
		m.parts(p, t, e, then)
		return
	}
	if field := p.Kid(syntax.AField); field != nil && field.Kind == syntax.Metavar && module.Kind == syntax.Name && strings.HasPrefix(have.Text, module.Text+".") {
		first, _, _ := strings.Cut(have.Text[len(module.Text)+1:], ".")
		m.bind(field.Text, &syntax.Node{Kind: syntax.Name, Text: first, Start: have.Start, End: have.End}, e, then)
		return
	}
	if p.Kid(syntax.AField) == nil && module.Kind == syntax.Name && within(module.Text, have.Text) {
		then(e)
		return
	}
	if p.Kid(syntax.AField) == nil && t.Kid(syntax.AField) != nil && p.Kid(syntax.AName) == nil {
		m.node(module, have, e, then)
		return
	}
	m.parts(p, t, e, then)
}

// within tells whether a module lies in another.
func within(outer, inner string) bool {
	return len(inner) > len(outer) && inner[:len(outer)] == outer && (inner[len(outer)] == '.' || inner[len(outer)] == '/')
}
