package advisory

import (
	"strings"
	"time"
)

// Record is one record of an advisory database, in OSV's schema (https://ossf.github.io/osv-schema/): what reeve uses of it.
// Texts are as published: hostile.
type Record struct {
	ID string
	// Modified, Published and Withdrawn are zero where the record does not state them. A withdrawn record counts for nothing.
	Modified, Published, Withdrawn time.Time
	// Aliases name the same flaw, Upstream what a distribution's advisory passes on; Related never makes two flaws one.
	Aliases, Related, Upstream []string
	Summary, Details           string
	// Severity are vectors and words for all packages.
	Severity []Score
	// Word is the severity as the source's own word ("HIGH", "MODERATE"), "" where it has none.
	Word string
	// CWE holds numbers, sorted.
	CWE        []int
	Affected   []Affected
	References []Reference
	// Malicious tells that the packages themselves are the attack (MAL- records).
	Malicious bool
	// Informational is RustSec's word for what is no vulnerability: "unmaintained", "notice", "unsound".
	Informational string
	// Problems say what the record holds that cannot be right and was left out, a sentence each.
	Problems []string
}

// Affected is one package of a record.
type Affected struct {
	// Ecosystem is OSV's with its suffix, Name as written, PURL where stated.
	Ecosystem, Name, PURL string
	// Ranges are sound: sorted, and with bounds that the ecosystem's order knows.
	Ranges []Range
	// Versions are affected one by one.
	Versions []string
	Severity []Score
	Symbols  []Symbols
}

// Range is a run of versions.
type Range struct {
	// Type is "SEMVER" or "ECOSYSTEM"; git ranges are left out.
	Type   string
	Events []Event
}

// Event is one bound of a range.
type Event struct {
	Kind    EventKind
	Version string
}

// EventKind says what happens at a version.
type EventKind uint8

// The kinds, in the order in which they take effect at one and the same version.
const (
	// Fixed: from this version on it is mended.
	Fixed EventKind = iota + 1
	// Introduced: from this version on it is there; "0" stands before all versions.
	Introduced
	// LastAffected: behind this version it is gone.
	LastAffected
	// Limit: the range says nothing about this version and those behind it.
	Limit
)

func (k EventKind) String() string {
	switch k {
	case Fixed:
		return "fixed"
	case Introduced:
		return "introduced"
	case LastAffected:
		return "last_affected"
	case Limit:
		return "limit"
	}
	return "unknown"
}

// Score is a severity as published.
type Score struct {
	// Type is OSV's ("CVSS_V3"), Score the vector, or a word where the type is a distribution's ("Ubuntu").
	Type, Score string
}

// Reference is a page about the flaw.
type Reference struct {
	// Type is OSV's ("ADVISORY", "FIX", "WEB").
	Type, URL string
}

// The bounds of one record. What is beyond them is no advisory.
const (
	maxRecord   = 32 << 20 // bytes of JSON
	maxName     = 512      // bytes of a package name, an id or a version
	maxSummary  = 4 << 10
	maxDetails  = 1 << 20
	maxURL      = 4 << 10
	maxProblems = 32
)

// problem notes what was left out.
func (r *Record) problem(sentence string) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, sentence)
	}
}

// plain tells that a text can be a name, id or version at all: not empty, not overlong, valid UTF-8, without control characters.
func plain(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for _, c := range s {
		if c < ' ' || c == 0x7f || c == '\uFFFD' || c >= 0x80 && c < 0xa0 {
			return false
		}
	}
	return true
}

// cveOf gives the CVE that an id is, or that a distribution has put its own prefix before ("ALPINE-CVE-2012-2738"); else "".
func cveOf(id string) string {
	at := strings.Index(id, "CVE-")
	if at < 0 {
		return ""
	}
	if _, ok := cveKey(id[at:]); !ok {
		return ""
	}
	for _, c := range []byte(id[:at]) {
		if (c < 'A' || c > 'Z') && c != '-' {
			return ""
		}
	}
	return id[at:]
}

// cveKey packs a CVE into a number that sorts like it: the year, then the number.
func cveKey(id string) (uint64, bool) {
	const prefix = "CVE-"
	if len(id) < len("CVE-1999-0001") || len(id) > len("CVE-1999-")+12 || id[:len(prefix)] != prefix || id[8] != '-' {
		return 0, false
	}
	year, ok := digits(id[4:8])
	number, fine := digits(id[9:])
	if !ok || !fine || len(id) > len("CVE-1999-0001") && id[9] == '0' {
		return 0, false
	}
	return year<<44 | number, true
}

func digits(s string) (n uint64, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, s != ""
}
