package history

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/reevehq/reeve/internal/git"
)

// graph is the commit graph of the whole store, reachable or not, in arrays: a repository may have millions of commits.
type graph struct {
	ids     []git.ID // sorted; a commit's number is its index here
	trees   []git.ID
	when    []int64
	parents [][]int32
}

// node is a commit as the walk meets it.
type node struct {
	id, tree git.ID
	when     int64
	parents  []git.ID
}

// newGraph numbers the commits and ties them to their parents. A parent that is not in the store (shallow clone) is left out.
func newGraph(nodes []node) *graph {
	slices.SortFunc(nodes, func(a, b node) int { return a.id.Compare(b.id) })
	g := &graph{}
	for _, n := range nodes {
		g.ids = append(g.ids, n.id)
		g.trees = append(g.trees, n.tree)
		g.when = append(g.when, n.when)
	}
	g.parents = make([][]int32, len(nodes))
	for i, n := range nodes {
		for _, p := range n.parents {
			if number, ok := g.number(p); ok {
				g.parents[i] = append(g.parents[i], number)
			}
		}
	}
	return g
}

func (g *graph) number(id git.ID) (int32, bool) {
	i, ok := slices.BinarySearchFunc(g.ids, id, func(a, b git.ID) int { return a.Compare(b) })
	return int32(i), ok
}

// oldestFirst gives all commits, parents before children, and where that leaves a choice by date, then by id.
func (g *graph) oldestFirst() []int32 {
	children := make([][]int32, len(g.ids))
	waiting := make([]int32, len(g.ids))
	queue := &byDate{graph: g}
	for i, parents := range g.parents {
		waiting[i] = int32(len(parents))
		for _, p := range parents {
			children[p] = append(children[p], int32(i))
		}
		if len(parents) == 0 {
			queue.commits = append(queue.commits, int32(i))
		}
	}
	heap.Init(queue)
	order := make([]int32, 0, len(g.ids))
	for queue.Len() > 0 {
		c := heap.Pop(queue).(int32)
		order = append(order, c)
		for _, child := range children[c] {
			if waiting[child]--; waiting[child] == 0 {
				heap.Push(queue, child)
			}
		}
	}
	return order
}

// reach marks every commit that the tips reach and that bears no mark yet, and gives those it marked.
func (g *graph) reach(tips []git.ID, marks []int32, mark int32) []int32 {
	var marked []int32
	push := func(c int32) {
		if marks[c] == 0 {
			marks[c] = mark
			marked = append(marked, c)
		}
	}
	for _, id := range tips {
		if c, ok := g.number(id); ok {
			push(c)
		}
	}
	for i := 0; i < len(marked); i++ {
		for _, p := range g.parents[marked[i]] {
			push(p)
		}
	}
	return marked
}

// byDate is a heap of commits, oldest first.
type byDate struct {
	graph   *graph
	commits []int32
}

func (q *byDate) Len() int { return len(q.commits) }
func (q *byDate) Less(i, j int) bool {
	a, b := q.commits[i], q.commits[j]
	return cmp.Or(cmp.Compare(q.graph.when[a], q.graph.when[b]), cmp.Compare(a, b)) < 0
}
func (q *byDate) Swap(i, j int) { q.commits[i], q.commits[j] = q.commits[j], q.commits[i] }
func (q *byDate) Push(c any)    { q.commits = append(q.commits, c.(int32)) }
func (q *byDate) Pop() any {
	c := q.commits[len(q.commits)-1]
	q.commits = q.commits[:len(q.commits)-1]
	return c
}
