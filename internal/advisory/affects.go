package advisory

import (
	"slices"
	"strings"
)

// Affected gives the packages that a flaw is in, each once for every ecosystem and release, sorted; nil where the flaw is in none.
// Only what the records say that count for the package is given: see precedence.go.
func (db *DB) Affected(flaw int) ([]Place, error) {
	_, records, err := db.brief(flaw)
	if err != nil {
		return nil, err
	}
	type key struct{ scope, name string }
	seen := map[key]bool{}
	var out []Place
	for _, number := range records {
		row, err := db.record(number)
		if err != nil {
			return nil, err
		}
		facts, err := db.facts(number)
		if err != nil {
			return nil, err
		}
		r, err := decodeFacts(row.id, facts)
		if err != nil {
			return nil, err
		}
		for i := range r.Affected {
			a := &r.Affected[i]
			list, _ := scopes(a.Ecosystem)
			k := key{list[0], string(appendName(nil, list[0], a.Name))}
			if seen[k] {
				continue
			}
			seen[k] = true
			places, err := db.places(flaw, k.scope, k.name, a)
			if err != nil {
				return nil, err
			}
			out = append(out, places...)
		}
	}
	slices.SortStableFunc(out, func(a, b Place) int {
		if c := strings.Compare(a.Ecosystem, b.Ecosystem); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out, nil
}

// places reads what counts about one package and one flaw.
func (db *DB) places(flaw int, scope, name string, a *Affected) ([]Place, error) {
	run, err := db.findPackage(append(append([]byte(scope), 0), name...))
	if err != nil {
		return nil, err
	}
	var out []Place
	c := cursor{s: run}
	var e entry
	for c.next(&e) {
		number, has := 0, false
		for range e.count {
			number += e.flaws.num()
			has = has || number == flaw
		}
		if !has {
			continue
		}
		row, err := db.record(e.record)
		if err != nil {
			return nil, err
		}
		body := cursor{s: e.body}
		p := Place{Ecosystem: strings.Clone(a.Ecosystem), Name: strings.Clone(a.Name), Record: strings.Clone(row.id)}
		p.Ranges = body.adviceRanges()
		for _, one := range p.Ranges {
			for i := range one.Events {
				one.Events[i].Version = strings.Clone(one.Events[i].Version)
			}
		}
		p.Versions = cloneAll(body.texts())
		p.Symbols = cloneSymbols(body.symbols())
		if body.bad {
			return nil, errDamaged
		}
		out = append(out, p)
	}
	if c.bad {
		return nil, errDamaged
	}
	return out, nil
}

// Affects tells whether a package has a certain flaw: what Match would say about it. A version that cannot be judged has not.
func (db *DB) Affects(flaw int, q Query) (bool, error) {
	m := db.matchers.Get().(*matcher)
	defer db.matchers.Put(m)
	if ok, err := m.look(db, q); !ok {
		return false, err
	}
	from, found := slices.BinarySearchFunc(m.hits, flaw, func(h hit, flaw int) int { return int(h.flaw) - flaw })
	if !found {
		return false, nil
	}
	to := from
	for to < len(m.hits) && int(m.hits[to].flaw) == flaw {
		to++
	}
	return decide(closest(m.hits[from:to])) == affected, nil
}

// Changes are the differences between two databases, as numbers of flaws in the newer one.
type Changes struct {
	// New are flaws that the older one did not know. Changed are those about which a record says something else now, or that became
	// known to be exploited; Packages are those among them whose affected versions may be others.
	New, Changed, Packages []int
	// Gone are the ids of flaws that only the older one knows.
	Gone []string
}

// Changed compares the database with an older one. Scores that change every day make no flaw changed.
func (db *DB) Changed(since *DB) (Changes, error) {
	var out Changes
	i, j := 0, 0
	for i < db.Flaws() || j < since.Flaws() {
		var f, g flawAt
		var err error
		if i < db.Flaws() {
			if f, err = db.flaw(i); err != nil {
				return Changes{}, err
			}
		}
		if j < since.Flaws() {
			if g, err = since.flaw(j); err != nil {
				return Changes{}, err
			}
		}
		switch {
		case g.id == "" || f.id != "" && f.id < g.id:
			out.New = append(out.New, i)
			i++
		case f.id == "" || g.id < f.id:
			out.Gone = append(out.Gone, strings.Clone(g.id))
			j++
		default:
			if f.what != g.what {
				out.Packages = append(out.Packages, i)
			}
			if f.what != g.what || f.about != g.about || db.exploited(f.id) && !since.exploited(g.id) {
				out.Changed = append(out.Changed, i)
			}
			i++
			j++
		}
	}
	return out, nil
}

// exploited tells whether the catalogue knows a flaw to be exploited.
func (db *DB) exploited(id string) bool {
	key, ok := cveKey(id)
	return ok && findRow(db.sections[sectionKEV], kevRowSize, key) != ""
}
