package advisory

import (
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// gist is what is kept of a record while a database is made.
type gist struct {
	published, modified time.Time
	vectors             []string
	word, informational string
	cwe                 []int
}

// says is what one record says about one package, with everything but the flaws in its final form.
type says struct {
	pkg, record int32
	// chunk and at say where it lies in assembly.bodies.
	chunk, at, size uint32
}

// bodyChunk is how much one run of bodies holds, in bytes, unless one body is larger.
const bodyChunk = 4 << 20

// assembly gathers the records of a database and works out flaws and packages.
type assembly struct {
	records []merged
	gists   []gist
	naming  []naming
	strings map[string]string

	pkgs    map[string]int32 // by "ecosystem\x00name"
	pkgKeys []string
	says    []says
	bodies  [][]byte
	body    coder // is used again

	keyAt []uint32 // where the keys lie among the strings

	flaws   []flawParts
	keys    [][]string
	flawsOf [][]int32
}

// flawParts is one flaw while a database is made.
type flawParts struct {
	id      string
	aliases []string
	records []int32
}

// intern gives one copy of a text.
func (a *assembly) intern(s string) string {
	if known, ok := a.strings[s]; ok {
		return known
	}
	s = strings.Clone(s)
	a.strings[s] = s
	return s
}

func (a *assembly) internAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = a.intern(s)
	}
	return out
}

// gather takes in the next record.
func (a *assembly) gather(m *merged, facts string) error {
	r, err := decodeFacts(m.id, facts)
	if err != nil {
		return err
	}
	number := int32(len(a.gists))
	g := gist{published: r.Published, modified: r.Modified, word: a.intern(r.Word), informational: a.intern(r.Informational), cwe: r.CWE}
	list, word := vectors(r.Severity)
	if g.word == "" {
		g.word = a.intern(word)
	}
	for i := range r.Affected {
		more, word := vectors(r.Affected[i].Severity)
		list = append(list, more...)
		if g.word == "" {
			g.word = a.intern(word)
		}
	}
	g.vectors = a.internAll(orderVectors(list))
	a.naming = append(a.naming, naming{m.id, a.internAll(r.Aliases), a.internAll(r.Upstream)})
	a.gists = append(a.gists, g)
	a.packages(number, r)
	return nil
}

// packages takes in what a record says about packages. Entries about one package become one.
func (a *assembly) packages(number int32, r *Record) {
	type part struct {
		pkg   int32
		which int
	}
	parts := make([]part, 0, len(r.Affected))
	var buffer [maxName]byte
	for i := range r.Affected {
		one := &r.Affected[i]
		list, _ := scopes(one.Ecosystem)
		key := append(append(buffer[:0], list[0]...), 0)
		key = appendName(key, list[0], one.Name)
		pkg, ok := a.pkgs[string(key)]
		if !ok {
			pkg = int32(len(a.pkgKeys))
			a.pkgKeys = append(a.pkgKeys, string(key))
			a.pkgs[a.pkgKeys[pkg]] = pkg
		}
		parts = append(parts, part{pkg, i})
	}
	slices.SortStableFunc(parts, func(x, y part) int { return int(x.pkg) - int(y.pkg) })
	for len(parts) > 0 {
		n := 1
		for n < len(parts) && parts[n].pkg == parts[0].pkg {
			n++
		}
		var whole Affected
		for _, p := range parts[:n] {
			one := &r.Affected[p.which]
			whole.Ecosystem = one.Ecosystem
			whole.Ranges = append(whole.Ranges, one.Ranges...)
			whole.Versions = append(whole.Versions, one.Versions...)
			whole.Symbols = append(whole.Symbols, one.Symbols...)
		}
		a.body.b = a.body.b[:0]
		a.body.advice(&whole, r.Malicious)
		a.keep(parts[0].pkg, number)
		parts = parts[n:]
	}
}

// keep notes what a record says about a package: the bytes in a.body.
func (a *assembly) keep(pkg, record int32) {
	last := len(a.bodies) - 1
	if last < 0 || len(a.bodies[last])+len(a.body.b) > cap(a.bodies[last]) {
		a.bodies = append(a.bodies, make([]byte, 0, max(bodyChunk, len(a.body.b))))
		last++
	}
	at := len(a.bodies[last])
	a.bodies[last] = append(a.bodies[last], a.body.b...)
	a.says = append(a.says, says{pkg, record, uint32(last), uint32(at), uint32(len(a.body.b))})
}

// nameFlaws works out which flaws there are and which records speak of them.
func (a *assembly) nameFlaws() {
	a.keys = closeAliases(a.naming)
	index := map[string]int32{}
	for i, keys := range a.keys {
		for _, k := range keys {
			f, ok := index[k]
			if !ok {
				f = int32(len(a.flaws))
				index[k] = f
				a.flaws = append(a.flaws, flawParts{id: k})
			}
			a.flaws[f].records = append(a.flaws[f].records, int32(i))
		}
	}
	slices.SortFunc(a.flaws, func(x, y flawParts) int { return strings.Compare(x.id, y.id) })
	a.flawsOf = make([][]int32, len(a.naming))
	for f := range a.flaws {
		one := &a.flaws[f]
		for _, i := range one.records {
			a.flawsOf[i] = append(a.flawsOf[i], int32(f))
			for name := range a.naming[i].own() {
				if name != one.id && !(isMalicious(name) && a.keys[i][0] != name) {
					one.aliases = append(one.aliases, name)
				}
			}
			if id := a.naming[i].id; id != one.id && cveOf(id) != "" && cveOf(id) != id {
				one.aliases = append(one.aliases, id) // "DEBIAN-CVE-…"
			}
		}
		slices.Sort(one.aliases)
		one.aliases = slices.Compact(one.aliases)
		slices.SortStableFunc(one.records, func(x, y int32) int {
			return wordRank(a.naming[x].id) - wordRank(a.naming[y].id)
		})
	}
}

// judged is what is known of a flaw's severity.
type judged struct {
	vectors       []string
	score         float64
	scored        bool
	severity      finding.Severity
	informational string
	cwe           []int
	published     time.Time
	modified      time.Time
	malicious     bool
}

// judge puts together what a flaw's records, and the exploit index, say of it.
func (a *assembly) judge(f *flawParts, known *exploitRow) judged {
	var j judged
	word, informational := "", true
	for _, i := range f.records {
		g := &a.gists[i]
		j.vectors = append(j.vectors, g.vectors...)
		if word == "" {
			if _, ok := severityWord(g.word); ok {
				word = g.word
			}
		}
		if g.informational == "" {
			informational = false
		} else if j.informational == "" {
			j.informational = g.informational
		}
		j.cwe = append(j.cwe, g.cwe...)
		if !g.published.IsZero() && (j.published.IsZero() || g.published.Before(j.published)) {
			j.published = g.published
		}
		if g.modified.After(j.modified) {
			j.modified = g.modified
		}
		j.malicious = j.malicious || isMalicious(a.naming[i].id)
	}
	if !informational {
		j.informational = ""
	}
	if known != nil {
		if known.vector != "" && len(j.vectors) == 0 {
			j.vectors = append(j.vectors, known.vector)
		}
		if len(j.cwe) == 0 {
			j.cwe = append(j.cwe, known.cwe...)
		}
	}
	j.vectors = orderVectors(j.vectors)
	slices.Sort(j.cwe)
	j.cwe = slices.Compact(j.cwe)
	for _, v := range j.vectors {
		if j.score, j.scored = cvssScore(v); j.scored {
			break
		}
	}
	j.grade(word)
	return j
}

// grade sets the severity.
func (j *judged) grade(word string) {
	said, ok := severityWord(word)
	switch {
	case j.malicious:
		j.severity = finding.Critical
	case j.scored:
		j.severity = finding.SeverityOfScore(j.score)
	case ok:
		j.severity = said
	case j.informational == "unmaintained" || j.informational == "notice":
		j.severity = finding.Info
	default:
		j.severity = finding.Medium
	}
}
