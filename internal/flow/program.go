package flow

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Program is the files of a target, linked.
type Program struct {
	graphs []*Graph
	paths  []string
	// functions are those of a name, methods those of a class; classes those of a name with what is a kind of them.
	functions map[string][]place
	methods   map[string]map[string][]place
	below     map[string][]string
	above     map[string][]string
	// files are the numbers of files by the last parts of their paths, without endings.
	files map[string][]int
	// apart are the parts of what calls give back that are taken apart.
	apart map[at]map[string]node
	// fieldTypes are the types of fields.
	fieldTypes map[field]fieldType
	// crossings are the edges between functions and files.
	crossings map[at][]crossing
	// resolved are the calls whose function is known: what they give back is what that does. True where it is known what each does.
	resolved map[at]bool
	// guesses are the methods that a call may mean as they alone have its name, where nothing is known of the object; named are the methods by name.
	guesses map[at][]place
	named   map[string][]place
	// owned are the fields that are known of a class.
	owned map[string]map[part]bool
	// classes are the names of all classes; strange are the calls of Swift that make something of a class that is not among them: its labels say what the
	// constructor is given, and not what its fields are.
	classes map[string]bool
	strange map[at]bool
}

// at is a node of a file.
type at struct {
	file int32
	node node
}

// place is a function of a file.
type place struct{ file, function int }

// crossing is an edge into another function or file.
type crossing struct {
	to at
	// enters is the call through which a function is entered; leaves tells that the edge goes back to whoever called.
	enters, leaves bool
	// parts tells that only what is tainted in a part goes there: of what is tainted as a whole, so is what the call gives back. What comes back so goes
	// to where it came from only.
	parts bool
	call  at
}

// NewProgram links the graphs of files; paths are the files' own, slash-separated, "" where a file stands alone.
func NewProgram(graphs []*Graph, paths []string) *Program {
	p := &Program{
		graphs: graphs, paths: paths, functions: map[string][]place{}, methods: map[string]map[string][]place{}, below: map[string][]string{},
		above: map[string][]string{}, files: map[string][]int{}, crossings: map[at][]crossing{}, resolved: map[at]bool{},
		guesses: map[at][]place{}, named: map[string][]place{}, owned: map[string]map[part]bool{},
		classes: map[string]bool{}, strange: map[at]bool{}, apart: map[at]map[string]node{}, fieldTypes: map[field]fieldType{},
	}
	for i, g := range graphs {
		p.enter(i, g.file)
	}
	p.meet()
	for i, g := range graphs {
		for _, c := range g.file.calls {
			p.linkCall(i, c)
		}
	}
	p.linkFields()
	p.linkIncludes()
	return p
}

// enter makes the functions and classes of a file known.
func (p *Program) enter(i int, f *file) {
	stem := strings.TrimSuffix(p.paths[i], path.Ext(p.paths[i]))
	p.files[path.Base(stem)] = append(p.files[path.Base(stem)], i)
	if base := path.Base(stem); base == "index" || base == "__init__" || base == "mod" || f.language == "go" {
		dir := path.Base(path.Dir(stem))
		p.files[dir] = append(p.files[dir], i)
	}
	for n, fn := range f.funcs {
		if n == 0 {
			continue
		}
		at := place{i, n}
		if fn.class == "" {
			if fn.name != "" {
				p.functions[fn.name] = append(p.functions[fn.name], at)
			}
			continue
		}
		if p.methods[fn.class] == nil {
			p.methods[fn.class] = map[string][]place{}
		}
		name := fn.name
		if fn.constructor {
			name = made
		}
		p.methods[fn.class][name] = append(p.methods[fn.class][name], at)
		if fn.bodied {
			p.named[name] = append(p.named[name], at)
		}
	}
	for one := range f.fields {
		if p.owned[one.class] == nil {
			p.owned[one.class] = map[part]bool{}
		}
		p.owned[one.class][partOf(one.name)] = true
	}
	p.enterTypes(i, f)
	for name, c := range f.classes {
		p.classes[name] = true
		for _, base := range c.bases {
			if base != name && !slices.Contains(p.below[base], name) {
				p.below[base] = append(p.below[base], name)
				p.above[name] = append(p.above[name], base)
			}
		}
	}
}

// made is the name under which constructors are known.
const made = "()"

// resolve gives the functions that a call may mean.
func (p *Program) resolve(file int, c *call) []place {
	f := p.graphs[file].file
	switch {
	case c.creates:
		return p.near(file, p.methods[c.name][made])
	case c.self && constructs(c.name, ""):
		for _, base := range p.above[c.class] {
			if found := p.methods[base][made]; len(found) > 0 {
				return p.near(file, found)
			}
		}
		return nil
	case c.self:
		return p.method(file, c.class, c.name, true)
	case c.path == "" && c.receiver == none:
		return p.plain(file, f, c)
	}
	if kind := p.typeOf(file, c.kind, maxLeads); kind != "" {
		return p.method(file, kind, c.name, true)
	}
	if from, ok := f.imported(c.path); ok {
		if found := p.inModule(file, from, c.name); len(found) > 0 {
			return found
		}
		return p.method(file, cmp.Or(from.name, c.path), c.name, false)
	}
	_, class := lastOf(c.path)
	if p.methods[class] != nil && c.path != "" {
		if c.name == "new" {
			return p.near(file, p.methods[class][made])
		}
		return p.method(file, class, c.name, false)
	}
	return nil
}

// plain resolves a call of a name alone: a function of the file, a method of the class around, what was imported, the constructor of a class.
func (p *Program) plain(file int, f *file, c *call) []place {
	if c.class != "" && c.name != "super" {
		if found := p.method(file, c.class, c.name, true); len(found) > 0 {
			return found
		}
	}
	if c.name == "super" {
		for _, base := range p.above[c.class] {
			if found := p.methods[base][made]; len(found) > 0 {
				return p.near(file, found)
			}
		}
		return nil
	}
	var own, others []place
	for _, at := range p.functions[c.name] {
		switch {
		case at.file == file:
			own = append(own, at)
		case p.sees(file, at.file):
			others = append(others, at)
		}
	}
	if len(own) > 0 {
		return own
	}
	if from, ok := f.imports[c.name]; ok {
		if found := p.inModule(file, from, cmp.Or(from.name, c.name)); len(found) > 0 {
			return found
		}
	}
	if m := p.methods[c.name]; m != nil {
		return p.near(file, m[made])
	}
	return others
}

// sees tells that the functions of another file are known without being imported.
func (p *Program) sees(file, other int) bool {
	a, b := p.graphs[file].file.language, p.graphs[other].file.language
	if a != b {
		return false
	}
	switch a {
	case "go", "kotlin", "scala", "rust":
		return path.Dir(p.paths[file]) == path.Dir(p.paths[other])
	case "php", "ruby", "c", "cpp", "bash", "swift":
		return true
	}
	return false
}

// inModule gives the functions of a name in what was imported.
func (p *Program) inModule(file int, from imported, name string) []place {
	last := moduleName(from.module)
	var out []place
	for _, key := range []string{last, from.name} {
		for _, i := range p.files[key] {
			if key == "" || i == file {
				continue
			}
			for _, at := range p.functions[name] {
				if at.file == i {
					out = append(out, at)
				}
			}
			if p.graphs[i].file.classes[name] != nil {
				out = append(out, p.methods[name][made]...)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// method gives the methods of a name that a class has, its own or from above; with kinds, also those of what is a kind of it.
func (p *Program) method(file int, class, name string, kinds bool) []place {
	var out []place
	seen := map[string]bool{}
	for at := class; at != "" && !seen[at]; {
		seen[at] = true
		if found := p.methods[at][name]; len(found) > 0 {
			out = append(out, p.near(file, found)...)
			break
		}
		next := ""
		for _, base := range p.above[at] {
			if p.methods[base] != nil || p.above[base] != nil {
				next = base
				break
			}
		}
		at = next
	}
	if !kinds {
		return out
	}
	known := map[string]bool{class: true}
	for waiting := slices.Clone(p.below[class]); len(waiting) > 0 && len(out) <= maxCandidates; waiting = waiting[1:] {
		kind := waiting[0]
		if known[kind] {
			continue
		}
		known[kind] = true
		out = append(out, p.near(file, p.methods[kind][name])...)
		waiting = append(waiting, p.below[kind]...)
	}
	slices.SortFunc(out, func(a, b place) int { return (a.file-b.file)*1_000_000 + a.function - b.function })
	return slices.Compact(out)
}

// near leaves the functions of the file itself, where it has any, of the same language else.
func (p *Program) near(file int, found []place) []place {
	var own, same []place
	for _, at := range found {
		if at.file == file {
			own = append(own, at)
		}
		if p.graphs[at.file].file.language == p.graphs[file].file.language {
			same = append(same, at)
		}
	}
	if len(own) > 0 {
		return own
	}
	return same
}
