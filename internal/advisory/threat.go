package advisory

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// EPSSRow is one CVE's score of one day.
type EPSSRow struct {
	CVE                     string
	Probability, Percentile float64 // 0-1
}

// KEVRow is one entry of CISA's catalogue.
type KEVRow struct {
	CVE string
	// Added and Due are days, as in 2021-12-10; Due may be "".
	Added, Due string
	Ransomware bool
}

// ExploitRow is what the exploit index knows of one CVE.
type ExploitRow struct {
	CVE string
	// Exploitation is SSVC's: "none", "poc", "active" or ""; Automatable "yes", "no" or "".
	Exploitation, Automatable string
	// TechnicalImpact is SSVC's: "partial", "total" or "".
	TechnicalImpact string
	// Vector is a CVSS vector, "" where there is none.
	Vector string
	// CWE holds numbers.
	CWE []int
}

// epssSet are the scores of a day, sorted by CVE.
type epssSet struct {
	date string
	rows []epssRow
}

type epssRow struct {
	key                     uint64
	probability, percentile uint32 // in billionths
}

type kevSet struct {
	date string
	rows []kevRow
}

type kevRow struct {
	key        uint64
	added, due uint32 // days since 1970, 0 for none
	ransomware bool
}

type exploitSet struct{ rows []exploitRow }

type exploitRow struct {
	key uint64
	// automatable holds the technical impact as well, in its upper half.
	exploitation, automatable byte
	vector                    string
	cwe                       []int
}

// SetEPSS puts the scores of a day in the place of those the builder holds; CVEs that are no longer among them have no score then.
// Scores older than those it holds are not taken: then it returns false, and also where the date is no day ("2026-08-22").
// Of a CVE that has several rows, the last counts; rows that are about no CVE or are no probability are left out.
func (b *Builder) SetEPSS(date string, rows []EPSSRow) bool {
	set := &epssSet{date: date, rows: make([]epssRow, 0, len(rows))}
	for _, r := range rows {
		key, ok := cveKey(r.CVE)
		if ok && r.Probability >= 0 && r.Probability <= 1 && r.Percentile >= 0 && r.Percentile <= 1 {
			set.rows = append(set.rows, epssRow{key, billionths(r.Probability), billionths(r.Percentile)})
		}
	}
	set.rows = lastOf(set.rows, func(r epssRow) uint64 { return r.key })
	b.mu.Lock()
	defer b.mu.Unlock()
	held := ""
	if b.epss != nil {
		held = b.epss.date
	} else if b.base != nil {
		held = b.base.Info().EPSS
	}
	if !isDay(date) || date < held {
		return false
	}
	b.epss = set
	return true
}

// SetKEV puts a catalogue of that day in the place of the one the builder holds, by the rules of SetEPSS.
func (b *Builder) SetKEV(date string, rows []KEVRow) bool {
	set := &kevSet{date: date, rows: make([]kevRow, 0, len(rows))}
	for _, r := range rows {
		if key, ok := cveKey(r.CVE); ok {
			set.rows = append(set.rows, kevRow{key, dayNumber(r.Added), dayNumber(r.Due), r.Ransomware})
		}
	}
	set.rows = lastOf(set.rows, func(r kevRow) uint64 { return r.key })
	b.mu.Lock()
	defer b.mu.Unlock()
	held := ""
	if b.kev != nil {
		held = b.kev.date
	} else if b.base != nil {
		held = b.base.Info().KEV
	}
	if !isDay(date) || date < held {
		return false
	}
	b.kev = set
	return true
}

// SetExploits puts an exploit index in the place of the one the builder holds. Of a CVE that has several rows, the last counts.
func (b *Builder) SetExploits(rows []ExploitRow) {
	set := &exploitSet{rows: make([]exploitRow, 0, len(rows))}
	for _, r := range rows {
		key, ok := cveKey(r.CVE)
		if !ok {
			continue
		}
		row := exploitRow{key: key, exploitation: wordIndex(exploitations(), r.Exploitation), automatable: wordIndex(automatables(), r.Automatable)}
		row.automatable |= wordIndex(technicalImpacts(), r.TechnicalImpact) << 4
		if plain(r.Vector) {
			row.vector = r.Vector
		}
		row.cwe = slices.Clone(r.CWE[:min(len(r.CWE), 64)])
		slices.Sort(row.cwe)
		row.cwe = slices.Compact(row.cwe)
		set.rows = append(set.rows, row)
	}
	set.rows = lastOf(set.rows, func(r exploitRow) uint64 { return r.key })
	b.mu.Lock()
	b.exploits = set
	b.mu.Unlock()
}

// lastOf sorts rows by key and keeps the last of each.
func lastOf[R any](rows []R, key func(R) uint64) []R {
	slices.SortStableFunc(rows, func(a, b R) int {
		switch x, y := key(a), key(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	out := rows[:0]
	for i := range rows {
		if i+1 == len(rows) || key(rows[i]) != key(rows[i+1]) {
			out = append(out, rows[i])
		}
	}
	return out
}

func exploitations() []string    { return []string{"", "none", "poc", "active"} }
func automatables() []string     { return []string{"", "no", "yes"} }
func technicalImpacts() []string { return []string{"", "partial", "total"} }

// wordIndex gives the place of a word in a list, in any case; 0 where it is not in it.
func wordIndex(list []string, word string) byte {
	for i, w := range list {
		if strings.EqualFold(w, word) {
			return byte(i)
		}
	}
	return 0
}

func wordAt(list []string, i byte) string {
	if int(i) < len(list) {
		return list[i]
	}
	return ""
}

const billion = 1e9

func billionths(f float64) uint32 { return uint32(f*billion + 0.5) }

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// dayNumber gives the days since 1970 plus one, 0 for what is no day.
func dayNumber(s string) uint32 {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Unix() < 0 {
		return 0
	}
	return uint32(t.Unix()/86400) + 1
}

func dayText(n uint32) string {
	if n == 0 || n > 4_000_000 {
		return ""
	}
	return time.Unix(int64(n-1)*86400, 0).UTC().Format(time.DateOnly)
}

// cveText is the CVE that a key stands for.
func cveText(key uint64) string {
	number := strconv.FormatUint(key&(1<<44-1), 10)
	if len(number) < 4 {
		number = "0000"[len(number):] + number
	}
	year := strconv.FormatUint(key>>44, 10)
	if len(year) < 4 {
		year = "0000"[len(year):] + year
	}
	return "CVE-" + year + "-" + number
}
