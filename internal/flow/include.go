package flow

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// Files of PHP that include one another have their variables in common: the included one sees those of who includes it, as they are there, and leaves its
// own.

// maxIncludes is how many files one may include whose variables are followed.
const maxIncludes = 32

// shares are the variables that a file has in common with others.
type shares struct {
	// includes are the ends of the paths of the files that it includes.
	includes []string
	// gives are its variables where it includes, leaves those at its end, takes those that it reads and does not give a value.
	gives, leaves, takes map[string]node
}

// includesFile follows an include: what is known of variables there, the other file sees.
func (b *builder) includesFile(c *call, n *syntax.Node, s state) {
	if b.file.language != "php" || b.owner != 0 || c.path != "" || len(n.Kids) != 2 {
		return
	}
	switch c.name {
	case "include", "include_once", "require", "require_once":
	default:
		return
	}
	end := n.Kids[1]
	for end.Kind == syntax.Binary && end.Kid(syntax.ARight) != nil {
		end = end.Kid(syntax.ARight)
	}
	name := strings.TrimLeft(end.Text, "./")
	if end.Kind != syntax.String || name == "" || len(b.file.shares.includes) >= maxIncludes {
		return
	}
	b.file.shares.includes = append(b.file.shares.includes, name)
	b.share(&b.file.shares.gives, s)
}

// share links the variables of a state with what other files see of them.
func (b *builder) share(into *map[string]node, s state) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if !strings.HasPrefix(name, "$") || strings.Contains(name, ".") {
			continue
		}
		for _, from := range s[name].everything() {
			b.link(from, b.sharedAt(into, name, 0), plain)
		}
	}
}

// takesVariable links a variable of which nothing is known with what another file may have left in it.
func (b *builder) takesVariable(n *syntax.Node) {
	if b.file.language == "php" && b.owner == 0 && strings.HasPrefix(n.Text, "$") {
		b.link(b.sharedAt(&b.file.shares.takes, n.Text, -1), b.reads[n], plain)
	}
}

// sharedAt is the node of a variable that files have in common.
func (b *builder) sharedAt(in *map[string]node, name string, owner int32) node {
	if *in == nil {
		*in = map[string]node{}
	}
	at, ok := (*in)[name]
	if !ok {
		at = b.add(Place{}, owner)
		(*in)[name] = at
	}
	return at
}

// linkIncludes links the variables that files have in common.
func (p *Program) linkIncludes() {
	for i, g := range p.graphs {
		var included []int
		for _, name := range g.file.shares.includes {
			if j := p.included(i, name); j >= 0 && !slices.Contains(included, j) {
				included = append(included, j)
			}
		}
		own := &g.file.shares
		for _, j := range included {
			other := &p.graphs[j].file.shares
			p.pass(i, own.gives, j, other.takes)
			p.pass(j, other.leaves, i, own.takes)
			for _, k := range included {
				if k != j {
					p.pass(j, other.leaves, k, p.graphs[k].file.shares.takes)
				}
			}
		}
	}
}

// pass links the variables of one file with those of another that have their names.
func (p *Program) pass(from int, gives map[string]node, to int, takes map[string]node) {
	for _, name := range slices.Sorted(maps.Keys(takes)) {
		if n, ok := gives[name]; ok {
			here := at{int32(from), n}
			p.cross(here, crossing{to: at{int32(to), takes[name]}})
		}
	}
}

// included is the file that another includes: the one beside it, or the only one whose path ends so; -1 for none.
func (p *Program) included(file int, name string) int {
	beside := path.Join(path.Dir(p.paths[file]), name)
	found := -1
	for _, i := range p.files[path.Base(strings.TrimSuffix(name, path.Ext(name)))] {
		switch {
		case i == file || p.graphs[i].file.language != "php":
		case p.paths[i] == beside:
			return i
		case p.paths[i] == name || strings.HasSuffix(p.paths[i], "/"+name):
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}
