package advisory

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// find gives the number of the record with this id.
func (db *DB) find(id string) (int, bool) {
	low, high := 0, db.records()
	for low < high {
		mid := (low + high) / 2
		row, err := db.record(mid)
		if err != nil {
			return 0, false
		}
		if row.id < id {
			low = mid + 1
		} else {
			high = mid
		}
	}
	row, err := db.record(low)
	return low, err == nil && row.id == id
}

// Content reads the bytes of the file. It must not be read after Close.
func (db *DB) Content() io.Reader { return strings.NewReader(db.data) }

// Holding is one record that a database holds.
type Holding struct {
	ID string
	// Modified is when it was changed last, to the second.
	Modified time.Time
	// Ecosystems are those of its packages, without releases, sorted; nil where no package of it can be affected.
	Ecosystems []string
}

// Each hands on every record that the database holds, by id. It inflates the facts of all of them.
func (db *DB) Each(visit func(Holding)) error {
	for i := range db.records() {
		row, err := db.record(i)
		if err != nil {
			return err
		}
		facts, err := db.factsIn.item(row.places[0], row.places[1])
		if err != nil {
			return err
		}
		r, err := decodeFacts(row.id, facts)
		if err != nil {
			return err
		}
		h := Holding{ID: strings.Clone(row.id), Modified: r.Modified}
		for n := range r.Affected {
			base, _, _ := strings.Cut(r.Affected[n].Ecosystem, ":")
			if !slices.Contains(h.Ecosystems, base) {
				h.Ecosystems = append(h.Ecosystems, strings.Clone(base))
			}
		}
		slices.Sort(h.Ecosystems)
		visit(h)
	}
	return nil
}

// Mark is a state of a Builder to which it can go back.
type Mark struct {
	given   map[string]*given
	removed map[string]bool
	sources map[string]Source
}

// Mark notes what the builder was given so far.
func (b *Builder) Mark() Mark {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Mark{maps.Clone(b.given), maps.Clone(b.removed), maps.Clone(b.sources)}
}

// Back forgets the records and sources that the builder was given since the mark. A mark serves once.
func (b *Builder) Back(m Mark) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.given, b.removed, b.sources = m.given, m.removed, m.sources
}
