// Package advisory is what the world knows about flaws in packages: OSV's records, EPSS, KEV and SSVC, in one file that is mapped
// into memory and searched without being parsed. It answers which flaws a package has, and what is known about a flaw.
//
// A flaw is one fault under all its names: records that are aliases of one another (CVE, GHSA, GO-, PYSEC-, distributions' ids)
// are one flaw. Two different CVEs are never one flaw, whatever a record says of them.
//
// A Builder makes the file, from records alone or from an older file and what has changed since; Open maps it.
// The package must not use the network (see advisory/feed) and must not judge what a flaw means at a place (see risk).
package advisory

import (
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// Flaw is one fault under all its names. All its texts are as published: hostile.
type Flaw struct {
	// ID is the name people use: MAL- for malicious packages, else the CVE where there is one, else GHSA, else the record's own.
	ID string
	// Aliases are all other names, sorted.
	Aliases []string
	// Summary is one line, Details Markdown; both are "" from DB.Brief.
	Summary, Details string
	Threat           finding.Threat
	// Severity follows from the CVSS score, else from the words of the source; critical for malicious packages, info for what is
	// merely informational, and medium where nobody has judged it (then Threat.Score is nil).
	Severity finding.Severity
	// Informational is "unmaintained", "notice" or "unsound" where the record reports that and no vulnerability (RustSec); else "".
	Informational string
	// CWE holds numbers, sorted; References are URLs, advisories and fixes first, nil from DB.Brief.
	CWE        []int
	References []string
	// Records are the ids of the records that speak of it, the one whose words are taken first.
	Records   []string
	Published time.Time
	Modified  time.Time
}

// Match says that a package has a flaw, or that it cannot be told whether it has.
type Match struct {
	// Flaw is the number of the flaw, for DB.FlawAt.
	Flaw int
	// Record is the id of the record that says so, ID the flaw's.
	Record, ID string
	// Fixed are versions of this package that mend it and are above the one in use, least first.
	Fixed []string
	// Symbols are the faulty functions, by package path inside the ecosystem; empty where the record names none.
	Symbols []Symbols
	// Malicious tells that the package itself is the attack.
	Malicious bool
	// Unknown is empty where the version is affected; else it says why that cannot be told: the version is missing or is none in
	// this ecosystem's order, or the order is not known. Then nothing is claimed.
	Unknown string
}

// Symbols are the faulty functions of one package.
type Symbols struct {
	// Path is the package ("golang.org/x/text/language"), the crate's module or the Java class; "" for the whole package.
	Path string
	// Names are functions and methods ("Parse", "Decoder.Decode"); empty means everything in the package.
	Names []string
	// GOOS and GOARCH restrict where it matters, in the record's own words (Go's; Rust's os and arch); empty means everywhere.
	GOOS, GOARCH []string
}

// Query is one package to be matched.
type Query struct {
	// Ecosystem is OSV's, with the release for distributions; Name and Version as in inventory.Package.
	Ecosystem, Name, Version string
}

// Place is a package that a flaw is in.
type Place struct {
	// Ecosystem and Name are as the record writes them.
	Ecosystem, Name string
	// Record is the id of the record that speaks for this package.
	Record string
	// Ranges are the affected versions; Versions are affected ones that no range covers.
	Ranges   []Range
	Versions []string
	Symbols  []Symbols
}

// Info describes a database.
type Info struct {
	// Built is when it was made.
	Built time.Time
	// Digest is the SHA-256 of its content, in hex; it does not depend on when it was built.
	Digest string
	// Sources are where its records come from, by name.
	Sources []Source
	// EPSS and KEV are the dates of the scores and of the catalogue, "" where it holds none.
	EPSS, KEV string
	// Records, Flaws and Packages count what is in it; Scores, Exploited and Exploits the CVEs that EPSS, KEV and the exploit index know.
	Records, Flaws, Packages, Scores, Exploited, Exploits int
	// Size is the file's, in bytes.
	Size int64
}

// Source is one feed a database was built from.
type Source struct {
	// Name is the feed's ("osv/npm", "epss").
	Name string
	// Newest is the date of its newest record, Count how many records it gave.
	Newest time.Time
	Count  int
}
