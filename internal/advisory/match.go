package advisory

import (
	"fmt"
	"slices"
	"strings"
)

// hit is what one entry says about one flaw.
type hit struct {
	flaw, at uint32 // at is the entry's position in the run
	scope    uint8
	says     verdict
}

// matcher holds what one question needs, so that the next one need not make it again.
type matcher struct {
	hits  []hit
	runs  [3]string
	name  [2 * maxName]byte
	order order
	valid bool
	// version is the one in use, as it is compared.
	version string
	// budget is how many bytes of entries may still be read to describe what was found.
	budget int
}

// maxDescribed bounds that, far beyond what any package has: a file that asks for more was made to keep its reader busy.
const maxDescribed = 256 << 20

// maxFixed bounds the versions that a match names.
const maxFixed = 32

// Match hands on what flaws a package has, in order of their numbers, and where that cannot be told (Match.Unknown).
// It fails where the database is damaged. A package that nothing is known about costs no memory.
func (db *DB) Match(q Query, emit func(Match)) error {
	m := db.matchers.Get().(*matcher)
	defer db.matchers.Put(m)
	if ok, err := m.look(db, q); !ok {
		return err
	}
	for from := 0; from < len(m.hits); {
		to := from + 1
		for to < len(m.hits) && m.hits[to].flaw == m.hits[from].flaw {
			to++
		}
		group := closest(m.hits[from:to])
		from = to
		if decide(group) == notAffected {
			continue
		}
		match, err := m.match(db, q, group)
		if err != nil {
			return fmt.Errorf("match %.200q: %w", q.Name, err)
		}
		emit(match)
	}
	return nil
}

// look finds the package and what every entry says, sorted by flaw. It tells whether there is anything.
func (m *matcher) look(db *DB, q Query) (bool, error) {
	if q.Name == "" || len(q.Name) > maxName || len(q.Ecosystem) > maxName {
		return false, nil
	}
	m.hits, m.budget = m.hits[:0], maxDescribed
	list, n := scopes(canonicalEcosystem(q.Ecosystem))
	found := false
	for i, ecosystem := range list[:n] {
		key := append(append(m.name[:0], ecosystem...), 0)
		key = appendName(key, ecosystem, q.Name)
		run, err := db.findPackage(key)
		if err != nil {
			return false, fmt.Errorf("match %.200q: %w", q.Name, err)
		}
		m.runs[i] = run
		if run == "" {
			continue
		}
		if !found {
			found = true
			m.order = orderOf(ecosystem)
			m.version = usedVersion(ecosystem, q.Name, q.Version)
			m.valid = m.order.valid(m.version)
		}
		if err := m.read(db, run, uint8(i)); err != nil {
			return false, fmt.Errorf("match %.200q: %w", q.Name, err)
		}
	}
	if len(m.hits) > 1 {
		slices.SortFunc(m.hits, func(a, b hit) int {
			switch {
			case a.flaw != b.flaw:
				return int(a.flaw) - int(b.flaw)
			case a.scope != b.scope:
				return int(a.scope) - int(b.scope)
			}
			return int(a.at) - int(b.at)
		})
	}
	return len(m.hits) > 0, nil
}

// read takes in the entries of a run.
func (m *matcher) read(db *DB, run string, scope uint8) error {
	flaws := uint32(db.Flaws())
	c := cursor{s: run}
	var e entry
	for {
		at := uint32(len(run) - len(c.s))
		if !c.next(&e) {
			break
		}
		says, ok := m.judge(&e)
		if !ok {
			return errDamaged
		}
		flaw := uint32(0)
		for range e.count {
			flaw += uint32(e.flaws.num())
			if flaw >= flaws {
				return errDamaged
			}
			m.hits = append(m.hits, hit{flaw, at, scope, says})
		}
	}
	if c.bad {
		return errDamaged
	}
	return nil
}

// judge tells what an entry says about the version in use.
func (m *matcher) judge(e *entry) (verdict, bool) {
	if m.order == noOrder && e.flags&adviceSemver != 0 {
		return judgeBody(e.body, semverOrder, m.version, semverOrder.valid(m.version))
	}
	return judgeBody(e.body, m.order, m.version, m.valid)
}

// closest keeps what the closest scope says: a release's own word stands before that for all releases.
func closest(group []hit) []hit {
	n := 1
	for n < len(group) && group[n].scope == group[0].scope {
		n++
	}
	return group[:n]
}

// decide puts together what several entries say: what any calls affected is.
func decide(group []hit) verdict {
	v := notAffected
	for _, h := range group {
		v = max(v, h.says)
	}
	return v
}

// entry reads the entry of a hit again.
func (m *matcher) entry(h hit) (e entry, ok bool) {
	run := m.runs[h.scope]
	c := cursor{s: run[min(int(h.at), len(run)):]}
	if !c.next(&e) {
		return e, false
	}
	m.budget -= len(e.body) + e.count
	return e, m.budget > 0
}

// match makes the answer out of what is said about one flaw.
func (m *matcher) match(db *DB, q Query, group []hit) (Match, error) {
	verdict := decide(group)
	h := group[slices.IndexFunc(group, func(h hit) bool { return h.says == verdict })]
	e, ok := m.entry(h)
	if !ok {
		return Match{}, errDamaged
	}
	record, err := db.record(e.record)
	if err != nil {
		return Match{}, err
	}
	id, err := db.flawID(int(h.flaw))
	if err != nil {
		return Match{}, err
	}
	match := Match{Flaw: int(h.flaw), Record: strings.Clone(record.id), ID: id, Malicious: e.flags&adviceMalicious != 0}
	if verdict == cannotTell {
		match.Unknown = m.whyUnknown(q)
	} else {
		match.Fixed = m.fixed(group)
	}
	if m.budget <= 0 {
		return Match{}, errDamaged
	}
	c := cursor{s: e.body}
	c.skipRanges(c.count())
	c.texts()
	match.Symbols = cloneSymbols(c.symbols())
	if c.bad {
		return Match{}, errDamaged
	}
	return match, nil
}

func (m *matcher) whyUnknown(q Query) string {
	switch {
	case q.Version == "":
		return "the version is not known"
	case m.order == noOrder:
		return fmt.Sprintf("the order of versions in %.80q is not known", q.Ecosystem)
	}
	return fmt.Sprintf("%.80q is no version in %.80q", q.Version, q.Ecosystem)
}

// fixed lists the versions above the one in use that mend the flaw: bounds at which no entry calls it affected any more.
func (m *matcher) fixed(group []hit) []string {
	if !m.valid {
		return nil
	}
	var out []string
	for _, h := range group {
		e, ok := m.entry(h)
		if !ok {
			continue
		}
		c := cursor{s: e.body}
		for _, one := range c.adviceRanges() {
			for _, ev := range one.Events {
				if ev.Kind == Fixed && len(out) < 8*maxFixed && m.order.compare(ev.Version, m.version) > 0 && !slices.Contains(out, ev.Version) {
					out = append(out, ev.Version)
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(v string) bool { return m.affects(group, v) })
	slices.SortStableFunc(out, m.order.compare)
	out = out[:min(len(out), maxFixed)]
	for i := range out {
		out[i] = strings.Clone(out[i])
	}
	return out
}

// affects tells whether any of the entries calls a version affected.
func (m *matcher) affects(group []hit, version string) bool {
	for _, h := range group {
		if e, ok := m.entry(h); ok {
			if says, _ := judgeBody(e.body, m.order, version, m.order.valid(version)); says == affected {
				return true
			}
		}
	}
	return false
}

// usedVersion is the version in use as it is compared. Python's local labels ("+cu118") do not count, since advisories have none and the
// flaw is the same; Go writes its own releases "go1.21rc2" and OSV "1.21.0-rc.2".
func usedVersion(ecosystem, name, v string) string {
	switch ecosystem {
	case "PyPI":
		v, _, _ = strings.Cut(v, "+")
	case "Go":
		if name == "stdlib" || name == "toolchain" {
			return goRelease(v)
		}
	}
	return v
}

// goRelease makes "1.21.0-rc.2" of "go1.21rc2"; other versions stay as they are.
func goRelease(v string) string {
	v = strings.TrimPrefix(v, "go")
	v, _, _ = strings.Cut(v, " ") // "go1.21.3 X:boringcrypto"
	for _, word := range [...]string{"rc", "beta"} {
		i := strings.Index(v, word)
		if i <= 0 || !isDigit(v[i-1]) || !number(v[i+len(word):]) {
			continue
		}
		core := v[:i]
		for strings.Count(core, ".") < 2 {
			core += ".0"
		}
		return core + "-" + word + "." + v[i+len(word):]
	}
	return v
}

func cloneSymbols(list []Symbols) []Symbols {
	for i := range list {
		s := &list[i]
		s.Path = strings.Clone(s.Path)
		for _, texts := range [...][]string{s.Names, s.GOOS, s.GOARCH} {
			for n := range texts {
				texts[n] = strings.Clone(texts[n])
			}
		}
	}
	return list
}
