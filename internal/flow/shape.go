package flow

import (
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// builds tells of a function of JavaScript that it makes objects, as classes do: its name begins with a capital letter, and it gives "this" fields.
func (b *builder) builds(n *syntax.Node, name string) bool {
	if b.file.language != "javascript" || b.class != "" || name == "" || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	body := n.Kid(syntax.ABody)
	if body == nil || !slices.ContainsFunc(body.Kids, givesThis) {
		return false
	}
	if b.file.classes[name] == nil {
		b.file.classes[name] = &class{name: name, own: map[string]bool{}, types: map[string]string{}}
	}
	return true
}

// givesThis tells of a statement that it gives a field of "this" a value.
func givesThis(n *syntax.Node) bool {
	left := n.Kid(syntax.AValue).Kid(syntax.ALeft)
	return left != nil && left.Kind == syntax.Member && nameOf(left.Kid(syntax.AnObject)) == "this"
}

// methodNames are the names of the functions in a body.
func methodNames(body *syntax.Node) []string {
	var out []string
	for _, k := range body.Kids {
		if name := nameOf(k.Kid(syntax.AName)); k.Kind == syntax.Func && name != "" {
			out = append(out, name)
		}
	}
	return out
}

// meet says of Go's types which interfaces they meet: those all of whose methods they have.
func (p *Program) meet() {
	having := map[string][]string{} // the types that have a method
	asking := map[string][]string{}
	for _, g := range p.graphs {
		if g.file.language != "go" {
			continue
		}
		for _, c := range g.file.classes {
			if len(c.asks) > 0 {
				asking[c.name] = c.asks
			}
		}
		for _, f := range g.file.funcs {
			if f.class != "" && f.name != "" {
				having[f.name] = append(having[f.name], f.class)
			}
		}
	}
	for name, asks := range asking {
		types := slices.Clone(having[asks[0]])
		slices.Sort(types)
		for _, t := range slices.Compact(types) {
			if asking[t] == nil && !slices.ContainsFunc(asks, func(method string) bool { return len(p.methods[t][method]) == 0 }) {
				p.below[name] = append(p.below[name], t)
			}
		}
	}
}
