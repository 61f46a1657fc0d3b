package lockfile

import "strings"

// moduleTree is what stands in which node_modules folder, so that a name can be looked up from a place as Node does.
// Place 0 is the project's folder. Names are numbers here, so that looking up is quick.
type moduleTree struct {
	parents  []int32
	depths   []uint8
	holds    []int32          // the entry at the place, -1 for none
	children map[uint64]int32 // by parent<<32 | name; folders have a name that starts with "/"
	names    []string
	numbers  map[string]int32
}

// maxPlaces is how many folders deep a place may be: looking a name up goes through all of them.
const maxPlaces = 64

// newModuleTree makes a tree with room for some places.
func newModuleTree(room int) *moduleTree {
	return &moduleTree{parents: []int32{-1}, depths: []uint8{0}, holds: []int32{-1},
		children: make(map[uint64]int32, room), numbers: make(map[string]int32, room)}
}

// number gives the number of a name.
func (t *moduleTree) number(name []byte) int32 {
	if n, ok := t.numbers[string(name)]; ok {
		return n
	}
	return t.newNumber(string(name))
}

// numberOf gives the number of a name that is a string already.
func (t *moduleTree) numberOf(name string) int32 {
	if n, ok := t.numbers[name]; ok {
		return n
	}
	return t.newNumber(strings.Clone(name))
}

func (t *moduleTree) newNumber(name string) int32 {
	n := int32(len(t.names))
	t.names = append(t.names, name)
	t.numbers[name] = n
	return n
}

// child gives the place of a package or folder under another, made if it is not there; -1 where that would be too deep.
func (t *moduleTree) child(parent, name int32) int32 {
	key := uint64(parent)<<32 | uint64(name)
	if place, ok := t.children[key]; ok {
		return place
	}
	if t.depths[parent] >= maxPlaces {
		return -1
	}
	place := int32(len(t.parents))
	t.parents = append(t.parents, parent)
	t.depths = append(t.depths, t.depths[parent]+1)
	t.holds = append(t.holds, -1)
	t.children[key] = place
	return place
}

// place gives the place of a path like "packages/a/node_modules/@s/b", made if it is not there; -1 where it is too deep.
// inModules tells that it stands in a node_modules folder.
func (t *moduleTree) place(path string) (place int32, inModules bool) {
	for path != "" && path != "." && place >= 0 {
		part, rest, _ := strings.Cut(path, "/")
		switch {
		case part == "node_modules" && rest != "":
			name, after, _ := strings.Cut(rest, "/")
			if strings.HasPrefix(name, "@") && after != "" {
				second, left, _ := strings.Cut(after, "/")
				name, after = rest[:len(name)+1+len(second)], left
			}
			place, path, inModules = t.child(place, t.numberOf(name)), after, true
		case part == "" || part == ".":
			path = rest
		default:
			place, path = t.child(place, t.numberOf("/"+part)), rest
		}
	}
	return place, inModules
}

// find gives the entry that a package at a place gets under a name; -1 for none.
func (t *moduleTree) find(place, name int32) int32 {
	for ; place >= 0; place = t.parents[place] {
		if child, ok := t.children[uint64(place)<<32|uint64(name)]; ok && t.holds[child] >= 0 {
			return t.holds[child]
		}
	}
	return -1
}

// moduleName gives the name of the package that a path of a node_modules folder stands for, else the last part of the path.
func moduleName(path string) string {
	if i := strings.LastIndex(path, "node_modules/"); i >= 0 && (i == 0 || path[i-1] == '/') {
		return path[i+len("node_modules/"):]
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}
