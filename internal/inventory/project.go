package inventory

import "slices"

// Project is what is built from one folder: the documents of that folder read together.
type Project struct {
	// Name is the project's own where a manifest states it, else its folder ("." for the root). It does not change when the folder moves, if it is stated.
	Name string
	// Dir is the folder, "" for the root.
	Dir string
	// Ecosystem is that of its packages.
	Ecosystem string
	// File is the document that its packages were taken from: the lock file where there is one.
	File string
	// Files are all documents that belong to it.
	Files []string
	Role  Role
	// Licence is the project's own.
	Licence  string
	Packages []Package
	// Unknown are what could not be told, one sentence each.
	Unknown []string
	// Layer is the image layer that brought the file last; 0 outside images.
	Layer int
}

// Ways are the shortest chains from what a project asks for to each of its packages.
type Ways struct{ from []int }

// The marks of packages that no chain reaches, and of those that the project itself asks for.
const (
	unreached = -2
	asked     = -1
)

// Ways works out all chains at once: ask for them once a project.
func (p *Project) Ways() Ways {
	from := make([]int, len(p.Packages))
	var queue []int
	for n := range p.Packages {
		from[n] = unreached
		if p.Packages[n].Direct {
			from[n] = asked
			queue = append(queue, n)
		}
	}
	for head := 0; head < len(queue); head++ {
		for _, next := range p.Packages[queue[head]].Requires {
			if next >= 0 && next < len(from) && from[next] == unreached {
				from[next] = queue[head]
				queue = append(queue, next)
			}
		}
	}
	return Ways{from}
}

// To gives the shortest chain from a package the project asks for to the package at position i, both ends included: the answer to "why
// is this here". Nil where no chain is known.
func (w Ways) To(i int) []int {
	if i < 0 || i >= len(w.from) || w.from[i] == unreached {
		return nil
	}
	var chain []int
	for n := i; n >= 0; n = w.from[n] {
		chain = append(chain, n)
	}
	slices.Reverse(chain)
	return chain
}

// Why gives one chain, as Ways does.
func (p *Project) Why(i int) []int { return p.Ways().To(i) }
