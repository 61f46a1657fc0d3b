// Package facet answers any combination of filters over all findings of the register: lists, counts and facets, from memory.
//
// It keeps a finding in about 100 bytes, in columns, and answers by looking at all of them: a byte of a million rows is read in less than a
// millisecond, so that no question needs an index of its own and none is slow. Names and texts are kept once and looked at first; what is
// left to do for each row is to look up a bit.
//
// It must not know a database: the caller brings rows and names when they change. It decides nothing about who may see what either; it
// takes the caller's Scope, and nothing that people type can widen it.
package facet

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Index holds the findings. Its methods may be called from any number of goroutines at once; each answer is about one moment between two
// changes, and no change makes a reader wait.
type Index struct {
	writing sync.Mutex
	writer  writer
	current atomic.Pointer[state]
}

// state is what readers see: it never changes, the writer makes another one.
type state struct {
	head   int64
	rows   int
	blocks []*block
	names  [nameColumns]*dictionary
	texts  [textColumns]texts
	most   [wordColumns]uint32 // the greatest value of each column so far
}

// writer is what only the one who writes needs.
type writer struct {
	generation uint64
	slots      slots
	free       []uint32
	texts      [textColumns]*interner
	most       [wordColumns]uint32
	replaced   int // texts that a row no longer has, since compact looked last
	scratch    []byte
}

// New gives an empty index.
func New() *Index {
	x := &Index{writer: writer{slots: slots{}}}
	s := &state{}
	for i := range s.names {
		s.names[i] = (&dictionary{}).with(nil, 0)
	}
	for i := range x.writer.texts {
		x.writer.texts[i] = newInterner()
		s.texts[i] = x.writer.texts[i].texts
	}
	x.current.Store(s)
	return x
}

// Head is the number of the last event that the index knows of.
func (x *Index) Head() int64 { return x.current.Load().head }

// Len is the number of findings.
func (x *Index) Len() int { return x.current.Load().rows }

// Put replaces the rows by their ids, takes away those that were removed, and remembers head as the last event. A row that was touched
// before the one that is there is left out; among rows of one id the last counts. Readers see all of it or nothing.
func (x *Index) Put(rows []Row, removed []int64, head int64) {
	x.writing.Lock()
	defer x.writing.Unlock()
	old, w := x.current.Load(), &x.writer
	w.generation++
	next := *old
	next.blocks = slices.Clone(old.blocks)
	for i := range rows {
		w.put(&next, &rows[i])
	}
	for _, id := range removed {
		w.remove(&next, id)
	}
	w.compact(&next)
	for i := range next.texts {
		next.texts[i] = w.texts[i].texts
	}
	next.most, next.head = w.most, max(old.head, head)
	x.current.Store(&next)
}

// PutNames says what ids of Asset, Team, Assignee, Rule or Flaw stand for, replacing what was said about them. Other fields have no ids.
func (x *Index) PutNames(f Field, entries []Entry) {
	about := f.about()
	if about.kind != kindName {
		return
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	x.writer.generation++
	next := *x.current.Load()
	next.names[about.column] = next.names[about.column].with(entries, x.writer.generation)
	x.current.Store(&next)
}

func (w *writer) put(next *state, r *Row) {
	place, known := w.slots.at(r.ID)
	if !known {
		place = w.place(next)
		w.slots.put(r.ID, place)
		next.rows++
	}
	b := w.block(next, place)
	at := int(place % blockRows)
	if known && b.touched.v[at] > r.Touched {
		return
	}
	w.encode(r, b, at)
}

// place finds room for a row.
func (w *writer) place(next *state) uint32 {
	if len(w.free) == 0 {
		begin := uint32(len(next.blocks)) * blockRows
		next.blocks = append(next.blocks, newBlock(w.generation))
		for i := uint32(blockRows); i > 0; i-- {
			w.free = append(w.free, begin+i-1)
		}
	}
	place := w.free[len(w.free)-1]
	w.free = w.free[:len(w.free)-1]
	return place
}

// block gives the block of a place, as one that may be written to.
func (w *writer) block(next *state, place uint32) *block {
	b := &next.blocks[place/blockRows]
	if (*b).generation != w.generation {
		fresh := **b
		fresh.generation = w.generation
		*b = &fresh
	}
	return *b
}

func (w *writer) remove(next *state, id int64) {
	place, known := w.slots.at(id)
	if !known {
		return
	}
	w.block(next, place).clear(w.generation, int(place%blockRows))
	w.slots.remove(id)
	w.free = append(w.free, place)
	w.replaced += textColumns
	next.rows--
}

// compact forgets texts that no row has any more, once they may be half of all.
func (w *writer) compact(next *state) {
	const slack = 50_000
	total := 0
	for _, t := range w.texts {
		total += t.size()
	}
	if w.replaced <= total/2+slack {
		return
	}
	w.replaced = 0
	for i := range w.texts {
		w.rewrite(next, i)
	}
}

// rewrite keeps those texts of a column that rows have.
func (w *writer) rewrite(next *state, i int) {
	old, fresh := w.texts[i], newInterner()
	numbers := make([]uint32, old.size())
	column := firstText + i
	w.texts[i], w.most[column] = fresh, 0
	for k, b := range next.blocks {
		b = w.block(next, uint32(k)*blockRows)
		for at, state := range &b.bytes[byteState].v {
			var number uint32
			if id := b.words[column].v[at]; state != 0 && id != 0 {
				if numbers[id] == 0 {
					numbers[id] = fresh.number(old.record(id), w.generation)
				}
				number = numbers[id]
			}
			set(&b.words[column], w.generation, at, number)
			w.most[column] = max(w.most[column], number)
		}
	}
}
