package flow

import (
	"cmp"
	"maps"
	"slices"
)

// maxCandidates is how many functions a call may mean; where there are more, none is known.
const maxCandidates = 5

// linkCall finds the functions that a call may mean, and links what it is given and gives back.
func (p *Program) linkCall(file int, c *call) {
	found := p.resolve(file, c)
	if len(found) == 0 {
		p.guess(file, c)
		if p.graphs[file].file.language == "swift" && c.name != "" && c.name[0] <= 'Z' && !p.classes[c.name] {
			p.strange[at{int32(file), c.node}] = true
		}
	}
	if len(found) == 0 || len(found) > maxCandidates {
		return
	}
	from := at{int32(file), c.node}
	bodied := true
	for _, one := range found {
		f := p.function(one)
		bodied = bodied && f.bodied
		p.on(file, c, one)
		p.give(file, c, one, f)
		if c.positions != nil && f.apart() {
			p.giveBack(one, f, from, c)
		} else if f.result != none {
			result := at{int32(one.file), f.result}
			p.cross(result, crossing{to: from, leaves: true, call: from})
		}
	}
	p.resolved[from] = bodied
}

// on links what a call is made on with the object of the method.
func (p *Program) on(file int, c *call, to place) {
	if object := p.function(to).object(); c.receiver != none && object != none {
		from := at{int32(file), c.receiver}
		p.cross(from, crossing{to: at{int32(to.file), object}, enters: true, parts: true, call: at{int32(file), c.node}})
	}
}

// guess links what a call is made on with the methods that have its name, for what is in a part of the object: of that alone it is told by the names of
// the fields whether it is one of theirs.
func (p *Program) guess(file int, c *call) {
	if c.receiver == none || p.typeOf(file, c.kind, maxLeads) != "" || c.creates || len(p.named[c.name]) > maxCandidates {
		return
	}
	from := at{int32(file), c.node}
	for _, one := range p.named[c.name] {
		f := p.function(one)
		if p.graphs[one.file].file.language != p.graphs[file].file.language || len(p.owned[f.class]) == 0 {
			continue
		}
		p.guesses[from] = append(p.guesses[from], one)
		p.on(file, c, one)
		if f.result != none {
			result := at{int32(one.file), f.result}
			p.cross(result, crossing{to: from, leaves: true, parts: true, call: from})
		}
	}
}

// follows tells that it is known what a call does with a part of what it is made on.
func (p *Program) follows(call at, of part) bool {
	return p.resolved[call] || slices.ContainsFunc(p.guesses[call], func(one place) bool { return p.owned[p.function(one).class][of] })
}

func (p *Program) function(at place) *function { return p.graphs[at.file].file.funcs[at.function] }

// give links the arguments of a call with the parameters of a function.
func (p *Program) give(file int, c *call, to place, f *function) {
	link := func(n node, i int) {
		if n == none || i < 0 || i >= len(f.params) {
			return
		}
		from := at{int32(file), n}
		p.cross(from, crossing{to: at{int32(to.file), f.params[i].node}, enters: true, call: at{int32(file), c.node}})
	}
	first := 0
	if p.graphs[to.file].file.language == "python" && f.class != "" && len(f.params) > 0 && selves(f.params[0].name) {
		first = 1
	}
	for i, g := range c.arguments {
		switch {
		case g.keyword != "":
			i := slices.IndexFunc(f.params, func(q param) bool { return q.name == g.keyword })
			if last := len(f.params) - 1; i < 0 && last >= 0 && f.params[last].rest {
				i = last
			}
			link(g.node, i)
		case g.spread:
			for k := first + i; k < len(f.params); k++ {
				link(g.node, k)
			}
		case first+i >= len(f.params) && len(f.params) > 0 && f.params[len(f.params)-1].rest:
			link(g.node, len(f.params)-1)
		default:
			link(g.node, first+i)
		}
	}
}

// linkFields links the fields of one class where it is known in several files, and those that it has from above.
func (p *Program) linkFields() {
	first := map[field]at{}
	order := func(a, b field) int { return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.name, b.name)) }
	for i, g := range p.graphs {
		for _, f := range slices.SortedFunc(maps.Keys(g.file.fields), order) {
			here := at{int32(i), g.file.fields[f]}
			if other, known := first[f]; known {
				p.join(here, other)
			} else {
				first[f] = here
			}
		}
	}
	for _, f := range slices.SortedFunc(maps.Keys(first), order) {
		here := first[f]
		for _, base := range p.above[f.class] {
			if other, known := first[field{base, f.name}]; known {
				p.join(here, other)
			}
		}
	}
}

func (p *Program) join(a, b at) {
	p.cross(a, crossing{to: b})
	p.cross(b, crossing{to: a})
}

// cross lets data go from a node into another function or file.
func (p *Program) cross(from at, to crossing) { p.crossings[from] = append(p.crossings[from], to) }
