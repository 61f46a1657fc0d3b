package advisory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Builder makes a database. Add, Remove and the others may be called by several goroutines at once, in any order: what is written
// depends only on what was given.
type Builder struct {
	mu      sync.Mutex
	base    *DB
	spool   *spool
	given   map[string]*given
	removed map[string]bool
	sources map[string]Source

	epss     *epssSet
	kev      *kevSet
	exploits *exploitSet
}

// given is one record that was added, or the word that it is withdrawn.
type given struct {
	id           string
	modified     time.Time
	withdrawn    bool
	facts, words spoolRef
	// what is a hash of the packages, about of everything else but the time of the last change.
	what, about uint64
}

// NewBuilder begins a database: an empty one where base is nil, else one that holds what base holds. Base must stay open until Write returns.
func NewBuilder(base *DB) *Builder {
	b := &Builder{base: base, given: map[string]*given{}, removed: map[string]bool{}, sources: map[string]Source{}}
	if base != nil {
		for _, s := range base.Info().Sources {
			b.sources[s.Name] = s
		}
	}
	return b
}

// Add gives a record to the database, in the place of the one that base has under its id. A withdrawn one takes that away.
// Where one id is added more than once, the record that was modified last counts. The record is not kept or changed.
func (b *Builder) Add(r *Record) error {
	if !plain(r.ID) {
		return fmt.Errorf("add advisory: %.80q is no possible id", r.ID)
	}
	g := &given{id: r.ID, modified: r.Modified, withdrawn: !r.Withdrawn.IsZero()}
	var facts, words []byte
	if !g.withdrawn {
		tidy := tidied(r)
		at := 0
		facts, at = tidy.encodeFacts()
		words = tidy.encodeWords()
		if len(facts) > maxRecord || len(words) > maxRecord {
			return fmt.Errorf("add advisory %.80q: it is larger than any advisory", r.ID)
		}
		g.what, g.about = hash64(facts[at:]), hash64(facts[8:at], words)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if old := b.given[g.id]; old != nil && !g.after(old) {
		return nil
	}
	if !g.withdrawn {
		if b.spool == nil {
			var err error
			if b.spool, err = newSpool(); err != nil {
				return fmt.Errorf("add advisory: %w", err)
			}
		}
		g.facts, g.words = b.spool.put(facts), b.spool.put(words)
	}
	b.given[g.id] = g
	return nil
}

// after tells which of two records with one id counts.
func (g *given) after(old *given) bool {
	if c := g.modified.Compare(old.modified); c != 0 {
		return c > 0
	}
	if g.withdrawn != old.withdrawn {
		return g.withdrawn
	}
	if g.what != old.what {
		return g.what > old.what
	}
	return g.about > old.about
}

// Remove takes the record with this id out of the database, whether base holds it or it was added.
func (b *Builder) Remove(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.removed[canonicalID(id)] = true
}

// AddSource notes where records come from; a source that base names is brought up to date.
func (b *Builder) AddSource(name string, newest time.Time, count int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sources[name] = Source{Name: name, Newest: newest.UTC().Truncate(time.Second), Count: count}
}

// tidied is the record without what matching does not need: texts about where packages lie, and versions that a range covers anyway.
func tidied(r *Record) *Record {
	t := *r
	t.Affected = make([]Affected, 0, len(r.Affected))
	for _, a := range r.Affected {
		o := orderFor(a.Ecosystem, a.Ranges)
		if len(a.Versions) > 0 {
			a.Versions = slices.DeleteFunc(slices.Clone(a.Versions), func(v string) bool {
				return o.valid(v) && slices.ContainsFunc(a.Ranges, func(one Range) bool { return one.inside(o, v) })
			})
			slices.Sort(a.Versions)
			a.Versions = slices.Compact(a.Versions)
		}
		if len(a.Ranges)+len(a.Versions) > 0 {
			t.Affected = append(t.Affected, a)
		}
	}
	return &t
}

// orderFor gives the order of a package's versions: its ecosystem's, or that of semver where the ecosystem's is not known but
// the record says that its versions are such.
func orderFor(ecosystem string, ranges []Range) order {
	o := orderOf(ecosystem)
	if o == noOrder && len(ranges) > 0 && !slices.ContainsFunc(ranges, func(one Range) bool { return one.Type != "SEMVER" }) {
		return semverOrder
	}
	return o
}

// merged is one record of the database that is being made: an old one of base, or a new one.
type merged struct {
	id          string
	old         int // in base; -1 for a new one
	new         *given
	what, about uint64
}

// merge lists the records of the new database by id.
func (b *Builder) merge() ([]merged, error) {
	var out []merged
	if b.base != nil {
		for i := range b.base.records() {
			row, err := b.base.record(i)
			if err != nil {
				return nil, err
			}
			if b.removed[row.id] || b.given[row.id] != nil {
				continue
			}
			out = append(out, merged{id: row.id, old: i, what: row.what, about: row.about})
		}
	}
	for _, g := range b.given {
		if !g.withdrawn && !b.removed[g.id] {
			out = append(out, merged{id: g.id, old: -1, new: g, what: g.what, about: g.about})
		}
	}
	slices.SortFunc(out, func(x, y merged) int { return strings.Compare(x.id, y.id) })
	for i := 1; i < len(out); i++ {
		if out[i].id == out[i-1].id { // only a damaged base has an id twice
			return nil, errDamaged
		}
	}
	return out, nil
}

// facts and words give the two parts of a record, as bytes that are valid until the next call.
func (b *Builder) facts(m *merged) (string, error) {
	if m.old >= 0 {
		return b.base.facts(m.old)
	}
	s, err := b.spool.get(m.new.facts)
	return string(s), err
}

func (b *Builder) words(m *merged) (string, error) {
	if m.old >= 0 {
		return b.base.words(m.old)
	}
	s, err := b.spool.get(m.new.words)
	return string(s), err
}

func (b *Builder) sourceList() []Source {
	return slices.SortedFunc(maps.Values(b.sources), func(x, y Source) int { return strings.Compare(x.Name, y.Name) })
}
