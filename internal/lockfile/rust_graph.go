package lockfile

import (
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// maxSameName bounds how many versions of one name a dependency is taken to mean where the file does not say which:
// without an end, a file of one name would cost the square of its size.
const maxSameName = 32

// nameIndex finds the positions of packages by name.
type nameIndex map[string][]int

func indexNames(packages []inventory.Package) nameIndex {
	x := make(nameIndex, len(packages))
	for i := range packages {
		x.add(packages[i].Name, i)
	}
	return x
}

func (x nameIndex) add(name string, i int) { x[name] = append(x[name], i) }

// find gives the packages of a name that pass: all of them where the test is nil.
func (x nameIndex) find(name string, pass func(i int) bool) []int {
	candidates := x[name]
	candidates = candidates[:min(len(candidates), maxSameName)]
	if pass == nil {
		return candidates
	}
	var found []int
	for _, i := range candidates {
		if pass(i) {
			found = append(found, i)
		}
	}
	return found
}

// tidyEdges sorts each package's requirements and removes doubles and those of itself.
func tidyEdges(packages []inventory.Package) {
	for i := range packages {
		p := &packages[i]
		slices.Sort(p.Requires)
		p.Requires = slices.DeleteFunc(slices.Compact(p.Requires), func(n int) bool { return n == i })
		if len(p.Requires) == 0 {
			p.Requires = nil
		}
	}
}

// unrequired marks as direct what no other package needs: only the project itself can have asked for it. It says nothing where
// the file has no edges at all.
func unrequired(packages []inventory.Package) {
	needed := make([]bool, len(packages))
	edges := false
	for i := range packages {
		for _, n := range packages[i].Requires {
			needed[n], edges = true, true
		}
	}
	for i := range packages {
		if edges && !needed[i] {
			packages[i].Direct = true
		}
	}
}

// asked is what a project asks for: a package, for what, and whether it can do without.
type asked struct {
	to       int
	scope    inventory.Scope
	optional bool
}

// spread gives every package the strongest claim on it: needed in production, then optional there, then the scopes in the order
// in which they are asked for. What nothing asks for stays as it is.
func spread(packages []inventory.Package, all []asked) {
	rank := func(a asked) int {
		switch {
		case a.scope == inventory.Production && !a.optional:
			return 0
		case a.scope == inventory.Production:
			return 1
		case !a.optional:
			return 2
		}
		return 3
	}
	slices.SortStableFunc(all, func(a, b asked) int { return rank(a) - rank(b) })
	seen := make([]bool, len(packages))
	var stack []int
	for _, a := range all {
		packages[a.to].Direct = true
		stack = append(stack, a.to)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[i] {
				continue
			}
			seen[i] = true
			packages[i].Scope, packages[i].Optional = a.scope, a.optional
			stack = append(stack, packages[i].Requires...)
		}
	}
}

// neighbour gives the path, relative to the target's root, of a file that the file at from names. It tells nothing of what lies
// outside the root.
func neighbour(from, to string) (string, bool) {
	to = strings.ReplaceAll(to, "\\", "/")
	if to == "" || len(to) > 4096 || strings.HasPrefix(to, "/") || strings.Contains(to, "://") || badName(path.Base(to)) {
		return "", false
	}
	joined := path.Join(path.Dir(from), to)
	return joined, joined != ".." && !strings.HasPrefix(joined, "../")
}

// checked makes a reader drop what a project cannot be called or licensed as, with a sentence that says so.
func checked(readers []Reader) []Reader {
	for i := range readers {
		read := readers[i].Read
		readers[i].Read = func(path string, data []byte) (*inventory.Document, error) {
			doc, err := read(path, data)
			if err != nil {
				return nil, err
			}
			for _, said := range []*string{&doc.Name, &doc.Version, &doc.Licence} {
				if badVersion(*said) {
					unknown(doc, "the project's own name, version or licence cannot be believed and was left out")
					*said = ""
				}
			}
			return doc, nil
		}
	}
	return readers
}
