package history

import (
	"encoding/binary"
	"hash/maphash"
	"maps"
	"slices"
	"sync"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// trees is what one walk over all trees learns: which trees hold which others, so that the way up from a blob can be found.
type trees struct {
	// kept are, by tree, the entries that lead to something seen; known once carriers are.
	kept map[git.ID][]step
	// edges are (child, parent) pairs of shortened ids: a wrong edge costs a look at a tree and never a wrong answer,
	// because the way down is walked with full ids. See carriers.
	edges []edge
}

type edge struct{ child, parent uint64 }

func short(id git.ID) uint64 { return binary.LittleEndian.Uint64(id.Bytes()) }

// lookAtTrees looks at the names in all trees and, where there is anything to locate, learns the edges.
func (s *scan) lookAtTrees() error {
	names := &nameSet{seed: maphash.MakeSeed(), numbers: map[uint64][]int32{}, told: map[sighting]struct{}{}}
	look := &treeLook{scan: s, names: names, targets: s.targets(), absent: newAbsent(s), edges: make([][]edge, s.options.Workers)}
	err := s.walk("trees", git.WalkOptions{Kinds: git.KindsOf(git.Tree)}, look.tree)
	s.trees = &trees{edges: slices.Concat(look.edges...)}
	look.absent.report()
	return err
}

// treeLook is one walk over all trees.
type treeLook struct {
	scan    *scan
	names   *nameSet
	targets map[uint64]bool
	absent  *absent
	edges   [][]edge // by worker
}

// named are the entries of a tree whose names something was found in, by shortened id. It is what a tree passes on to the
// trees stored as a difference to it, so that these need look only at names they do not share.
type named map[uint64]bool

func (n named) with(id uint64) named {
	if n == nil {
		n = named{}
	}
	n[id] = true
	return n
}

func (l *treeLook) tree(worker int, o *git.Object) (any, error) {
	s := l.scan
	fresh := !s.known(o.ID, o.Kind)
	if fresh {
		s.done(worker, o.ID)
	}
	base, shared := o.Base.(named)
	var found named
	parent := short(o.ID)
	copies := o.Copies
	for entry, err := range git.TreeEntries(o.Data, s.repo.Hash) {
		if err != nil {
			s.damaged(worker, o, err)
			break
		}
		id := short(entry.ID)
		for len(copies) > 0 && copies[0].To+copies[0].Len < entry.End {
			copies = copies[1:]
		}
		if shared && len(copies) > 0 && copies[0].To <= entry.Offset {
			if base[id] {
				found = found.with(id)
			}
		} else {
			l.absent.check(worker, entry)
			if fresh && s.lookAtName(worker, l.names, entry) {
				found = found.with(id)
			}
		}
		if found[id] || entry.Mode.IsDir() || l.targets[id] {
			l.edges[worker] = append(l.edges[worker], edge{id, parent})
		}
	}
	return found, nil
}

// targets are the shortened ids of the objects that something was seen in.
func (s *scan) targets() map[uint64]bool {
	targets := make(map[uint64]bool, len(s.ledger.sightings))
	for _, one := range s.ledger.sightings {
		targets[short(one.object)] = true
	}
	return targets
}

// lookAtName looks at one path component: at what it says and at what a file of that name is. It tells whether it saw anything.
func (s *scan) lookAtName(worker int, names *nameSet, entry git.TreeEntry) bool {
	numbers, known := names.recall(entry.Name)
	if !known {
		name := string(entry.Name)
		found, _ := s.workers[worker].Look(s.ctx, &engine.Content{Data: []byte(name)})
		for i := range found {
			found[i].Location.Surface = finding.PathName
		}
		for _, f := range append(found, s.workers[worker].Name(name)...) {
			f.Location.Path = ""
			numbers = append(numbers, s.ledger.enter(f))
		}
		names.keep(entry.Name, numbers)
	}
	for _, n := range numbers {
		one := sighting{object: entry.ID, finding: n, name: string(entry.Name)}
		if names.tell(one) {
			s.ledger.see(one)
		}
	}
	return len(numbers) > 0
}

// nameSet remembers what was found in names, by hash: a repository has millions of entries and few names.
type nameSet struct {
	mu      sync.Mutex
	seed    maphash.Seed
	numbers map[uint64][]int32
	told    map[sighting]struct{}
}

func (n *nameSet) recall(name []byte) ([]int32, bool) {
	h := maphash.Bytes(n.seed, name)
	n.mu.Lock()
	defer n.mu.Unlock()
	numbers, known := n.numbers[h]
	return numbers, known
}

func (n *nameSet) keep(name []byte, numbers []int32) {
	h := maphash.Bytes(n.seed, name)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.numbers[h] = numbers
}

// tell is true the first time a sighting is told.
func (n *nameSet) tell(one sighting) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, old := n.told[one]
	n.told[one] = struct{}{}
	return !old
}

// carriers are the trees (by shortened id) that hold one of the targets, at any depth.
func (t *trees) carriers(targets map[uint64]bool) map[uint64]bool {
	slices.SortFunc(t.edges, func(a, b edge) int {
		if a.child != b.child {
			if a.child < b.child {
				return -1
			}
			return 1
		}
		return 0
	})
	carriers := make(map[uint64]bool)
	var stack []uint64
	for id := range targets {
		stack = append(stack, id)
	}
	for len(stack) > 0 {
		child := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		i, _ := slices.BinarySearchFunc(t.edges, child, func(e edge, id uint64) int {
			if e.child < id {
				return -1
			} else if e.child > id {
				return 1
			}
			return 0
		})
		for ; i < len(t.edges) && t.edges[i].child == child; i++ {
			if p := t.edges[i].parent; !carriers[p] {
				carriers[p] = true
				stack = append(stack, p)
			}
		}
	}
	return carriers
}

// step is a tree entry that leads to something seen.
type step struct {
	name string
	id   git.ID
	tree bool
}

// keepCarriers walks the trees once more and keeps what leads from the carriers down to the targets.
func (s *scan) keepCarriers() error {
	targets := s.targets()
	if len(targets) == 0 {
		return nil
	}
	carriers := s.trees.carriers(targets)
	s.trees.edges = nil
	kept := make([]map[git.ID][]step, s.options.Workers)
	for i := range kept {
		kept[i] = map[git.ID][]step{}
	}
	err := s.walk("trees", git.WalkOptions{Kinds: git.KindsOf(git.Tree)}, func(worker int, o *git.Object) (any, error) {
		if !carriers[short(o.ID)] {
			return nil, nil
		}
		for entry, err := range git.TreeEntries(o.Data, s.repo.Hash) {
			if err != nil {
				break // named by lookAtTrees
			}
			id := short(entry.ID)
			if targets[id] || entry.Mode.IsDir() && carriers[id] {
				kept[worker][o.ID] = append(kept[worker][o.ID], step{string(entry.Name), entry.ID, entry.Mode.IsDir()})
			}
		}
		return nil, nil
	})
	s.trees.kept = kept[0]
	for _, more := range kept[1:] {
		maps.Copy(s.trees.kept, more)
	}
	return err
}

// maxTreeDepth bounds the descent: deeper trees are made to break programs.
const maxTreeDepth = 512

// descend visits what was seen below a tree. Trees in visited are passed over, and entered there; nil visits everything.
func (t *trees) descend(root git.ID, visited map[git.ID]bool, visit func(path string, name string, id git.ID)) {
	t.down(root, "", 0, visited, visit)
}

func (t *trees) down(tree git.ID, prefix string, depth int, visited map[git.ID]bool, visit func(path, name string, id git.ID)) {
	steps := t.kept[tree]
	if len(steps) == 0 || depth > maxTreeDepth || visited[tree] {
		return
	}
	if visited != nil {
		visited[tree] = true
	}
	for _, next := range steps {
		path := prefix + next.name
		visit(path, next.name, next.id)
		if next.tree {
			t.down(next.id, path+"/", depth+1, visited, visit)
		}
	}
}
