package advisory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// flawAt is one flaw as the file holds it. Its texts are parts of the file.
type flawAt struct {
	id            string
	flags         byte
	severity      byte
	score         byte
	what, about   uint64
	informational string
	rest          cursor
}

// Flaws gives how many flaws there are; their numbers go from 0.
func (db *DB) Flaws() int { return len(db.sections[sectionFlawRows]) / flawRow }

func (db *DB) flaw(i int) (flawAt, error) {
	if i < 0 || i >= db.Flaws() {
		return flawAt{}, fmt.Errorf("flaw %d: there is none", i)
	}
	at := offset(db.sections[sectionFlawRows][i*flawRow:])
	data := db.sections[sectionFlaws]
	if at > len(data) {
		return flawAt{}, errDamaged
	}
	c := cursor{s: data[at:]}
	f := flawAt{id: c.text(), flags: c.byte(), severity: c.byte(), score: c.byte(), what: c.u64(), about: c.u64(), informational: c.text()}
	f.rest = c
	if c.bad || f.id == "" || f.severity > byte(finding.Critical) {
		return flawAt{}, errDamaged
	}
	return f, nil
}

func (db *DB) flawID(i int) (string, error) {
	f, err := db.flaw(i)
	return strings.Clone(f.id), err
}

// Brief gives the flaw with this number without Summary, Details and References, for which nothing is inflated.
func (db *DB) Brief(i int) (Flaw, error) {
	f, _, err := db.brief(i)
	return f, err
}

func (db *DB) brief(i int) (Flaw, []int, error) {
	at, err := db.flaw(i)
	if err != nil {
		return Flaw{}, nil, err
	}
	c := at.rest
	f := Flaw{ID: strings.Clone(at.id), Severity: finding.Severity(at.severity), Informational: strings.Clone(at.informational)}
	f.Published = c.time()
	f.Modified = c.time()
	f.Aliases = cloneAll(c.texts())
	records := c.nums()
	f.Threat.CVSS = cloneAll(c.texts())
	f.CWE = c.nums()
	if c.bad || !distinct(records) {
		return Flaw{}, nil, errDamaged
	}
	f.Threat.Published = f.Published
	f.Threat.Malicious = at.flags&flagMalicious != 0
	if at.flags&flagScored != 0 {
		score := float64(at.score) / 10
		f.Threat.Score = &score
	}
	for _, r := range records {
		row, err := db.record(r)
		if err != nil {
			return Flaw{}, nil, err
		}
		f.Records = append(f.Records, strings.Clone(row.id))
	}
	if key, ok := cveKey(f.ID); ok {
		db.threat(key, &f.Threat)
	}
	return f, records, nil
}

// distinct tells whether no number comes twice.
func distinct(list []int) bool {
	if len(list) < 2 {
		return true
	}
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) == len(list)
}

// threat adds what is known about a CVE.
func (db *DB) threat(key uint64, t *finding.Threat) {
	if s := findRow(db.sections[sectionEPSS], epssRowSize, key); s != "" {
		r := epssRowOf(s)
		t.EPSS = &finding.EPSS{Probability: float64(r.probability) / billion, Percentile: float64(r.percentile) / billion, Date: db.Info().EPSS}
	}
	if s := findRow(db.sections[sectionKEV], kevRowSize, key); s != "" {
		r := kevRowOf(s)
		t.KEV = &finding.KEV{Added: dayText(r.added), Due: dayText(r.due), Ransomware: r.ransomware}
	}
	if s := findRow(db.sections[sectionExploitRows], exploitSize, key); s != "" {
		if r, ok := db.exploitAt(s); ok {
			t.Exploit = wordAt(exploitations(), r.exploitation)
			t.Automatable = wordAt(automatables(), r.automatable&15)
			t.TechnicalImpact = wordAt(technicalImpacts(), r.automatable>>4)
		}
	}
}

// Threat gives what is known about a CVE, whether any record speaks of it or not. It is empty for what is no CVE.
func (db *DB) Threat(cve string) finding.Threat {
	var t finding.Threat
	if key, ok := cveKey(canonicalID(cve)); ok {
		db.threat(key, &t)
	}
	return t
}

// FlawAt gives the flaw with this number.
func (db *DB) FlawAt(i int) (Flaw, error) {
	f, records, err := db.brief(i)
	if err != nil {
		return Flaw{}, err
	}
	var pages []Reference
	for n, r := range records {
		words, err := db.words(r)
		if err != nil {
			return Flaw{}, err
		}
		one := Record{ID: f.Records[n]}
		if err := one.decodeWords(words); err != nil {
			return Flaw{}, err
		}
		if f.Summary == "" {
			f.Summary = strings.Clone(one.Summary)
		}
		if f.Details == "" {
			f.Details = strings.Clone(one.Details)
		}
		pages = append(pages, one.References...)
	}
	f.References = orderReferences(pages)
	return f, nil
}

// maxReferences bounds the pages of one flaw.
const maxReferences = 256

// orderReferences puts advisories first, then fixes, then the rest as published, each page once.
func orderReferences(pages []Reference) []string {
	slices.SortStableFunc(pages, func(a, b Reference) int { return referenceRank(a.Type) - referenceRank(b.Type) })
	seen := make(map[string]bool, len(pages))
	var out []string
	for _, p := range pages {
		if !seen[p.URL] && len(out) < maxReferences {
			seen[p.URL] = true
			out = append(out, strings.Clone(p.URL))
		}
	}
	return out
}

func referenceRank(kind string) int {
	switch kind {
	case "ADVISORY":
		return 0
	case "FIX":
		return 1
	case "PACKAGE":
		return 3
	}
	return 2
}

// Flaw gives the flaw with this name, in any case; where the name stands for several flaws (a bulletin about many CVEs), the first of them.
func (db *DB) Flaw(id string) (Flaw, bool) {
	for _, i := range db.FlawNumbers(id) {
		if f, err := db.FlawAt(i); err == nil {
			return f, true
		}
	}
	return Flaw{}, false
}

// FlawNumbers gives the numbers of all flaws that have this name, as their id or as an alias, in any case. Those whose id it is come first.
func (db *DB) FlawNumbers(id string) []int {
	fold := foldName(strings.TrimSpace(id))
	h := hash64(fold)
	table := db.sections[sectionNames]
	low, high := 0, len(table)/nameRow
	for low < high {
		mid := (low + high) / 2
		if u64(table[mid*nameRow:]) < h {
			low = mid + 1
		} else {
			high = mid
		}
	}
	var out []int
	tried := 0
	for ; low*nameRow < len(table) && u64(table[low*nameRow:]) == h && tried < 10_000; low++ {
		tried++
		i := offset(table[low*nameRow+8:])
		f, err := db.flaw(i)
		if err != nil {
			continue
		}
		if string(foldName(f.id)) == string(fold) {
			out = slices.Insert(out, 0, i)
			continue
		}
		c := f.rest
		c.time()
		c.time()
		if slices.ContainsFunc(c.texts(), func(a string) bool { return string(foldName(a)) == string(fold) }) {
			out = append(out, i)
		}
	}
	return out
}

func cloneAll(list []string) []string {
	for i := range list {
		list[i] = strings.Clone(list[i])
	}
	return list
}
