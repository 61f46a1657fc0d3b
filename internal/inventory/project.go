package inventory

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

// Why gives the shortest chain of packages from one the project asks for to the package at position i, both ends included:
// the answer to "why is this here". Nil where no chain is known.
func (p *Project) Why(i int) []int {
	if i < 0 || i >= len(p.Packages) {
		return nil
	}
	const unseen = -2
	from := make([]int, len(p.Packages))
	for n := range from {
		from[n] = unseen
	}
	var queue []int
	for n := range p.Packages {
		if p.Packages[n].Direct {
			from[n] = -1
			queue = append(queue, n)
		}
	}
	for head := 0; head < len(queue) && from[i] == unseen; head++ {
		for _, next := range p.Packages[queue[head]].Requires {
			if next >= 0 && next < len(from) && from[next] == unseen {
				from[next] = queue[head]
				queue = append(queue, next)
			}
		}
	}
	if from[i] == unseen {
		return nil
	}
	var chain []int
	for n := i; n >= 0; n = from[n] {
		chain = append([]int{n}, chain...)
	}
	return chain
}
