package git

import "bytes"

// markDoubles finds the objects that are in several packs, or twice in one, so that a walk hands them over once:
// all indexes are read together in the order of ids.
func (o *Objects) markDoubles() {
	m := merge{packs: o.packs, ranks: make([]int, len(o.packs))}
	for i, p := range o.packs {
		if p.index.n > 0 {
			m.heap = append(m.heap, i)
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	var last []byte
	for len(m.heap) > 0 {
		i := m.heap[0]
		p, rank := o.packs[i], m.ranks[i]
		name := p.index.name(rank)
		switch bytes.Compare(name, last) {
		case 0:
			p.setDouble(rank)
		case -1:
			if rank > 0 && bytes.Compare(name, p.index.name(rank-1)) < 0 && !p.unsorted {
				p.unsorted = true
				o.problems = append(o.problems, Problem{Pack: p.name, Why: "pack index is not sorted: objects may be missed by their id"})
			}
		}
		last = name
		m.next()
	}
	for _, p := range o.packs {
		p.index.source.trim()
	}
}

// merge gives the ids of all packs in order: a heap of packs by their next id, then by their place in the list.
type merge struct {
	packs []*pack
	ranks []int // next rank of each pack
	heap  []int
}

func (m *merge) less(a, b int) bool {
	order := bytes.Compare(m.packs[a].index.name(m.ranks[a]), m.packs[b].index.name(m.ranks[b]))
	return order < 0 || order == 0 && a < b
}

// next takes the lowest id away.
func (m *merge) next() {
	i := m.heap[0]
	m.ranks[i]++
	if m.ranks[i] == m.packs[i].index.n {
		last := len(m.heap) - 1
		m.heap[0] = m.heap[last]
		m.heap = m.heap[:last]
	}
	m.down(0)
}

// down moves a pack down to its place.
func (m *merge) down(at int) {
	for {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(m.heap); child++ {
			if m.less(m.heap[child], m.heap[least]) {
				least = child
			}
		}
		if least == at {
			return
		}
		m.heap[at], m.heap[least] = m.heap[least], m.heap[at]
		at = least
	}
}
