// Package sbom reads and writes lists of what software is made of: CycloneDX 1.0 to 1.7 (JSON and XML) and SPDX 2.2 and 2.3
// (JSON and tag-value) and 3.0 (JSON-LD) in, CycloneDX 1.6 and SPDX 2.3 JSON out. It also knows how package URLs and OSV's
// ecosystems and names belong together.
//
// What is read is hostile: it is read as a stream, and what is kept grows with the packages and not with the text. A document that
// is cut short or no SBOM is an error that says where, never half a list. What is written depends on the packages alone: no clock,
// no chance, no name of this machine. The package must not open a file, follow an address or judge a package.
package sbom

import (
	"cmp"
	"time"

	"github.com/reevehq/reeve/internal/inventory"
)

// SBOM is what one document says.
type SBOM struct {
	// Format is "CycloneDX" or "SPDX", Version the specification's ("1.6", "2.3").
	Format, Version string
	// Serial is the document's own name: CycloneDX' serial number, SPDX' namespace; "" where it has none.
	Serial string
	// Subject is what the document is about. It is not one of Packages; whoever matches packages may want to match it too.
	Subject Subject
	// Created is when the document says it was made; zero where it does not say.
	Created time.Time
	// Components counts what the document lists, files and what was refused included: CycloneDX' components at every depth,
	// SPDX 2's packages, the elements of SPDX 3's graph.
	Components int
	// Packages are in the order of the document. Direct tells that the subject requires it, as far as the document says.
	Packages []inventory.Package
	// Where are the files in which each package was found, by its position in Packages; nil where no file is known.
	Where [][]string
	// Distribution is the operating system the document names or its packages belong to.
	Distribution inventory.Distribution
	// Unknown are what the document leaves open, one sentence each.
	Unknown []string
}

// Subject is what an SBOM is about.
type Subject struct {
	// Kind is CycloneDX' component type or SPDX' purpose, in lower case ("application", "container", "library").
	Kind string
	// Package names it; Ecosystem is "" where it has no package URL.
	inventory.Package
}

// Document gives the SBOM as what one file at a path says about packages.
func (s *SBOM) Document(path string) *inventory.Document {
	d := &inventory.Document{
		Path: path, Format: s.Format, Role: inventory.Installed,
		Name: s.Subject.Name, Version: s.Subject.Version, Licence: s.Subject.Licence,
		Packages: s.Packages, Distribution: s.Distribution, Unknown: s.Unknown,
	}
	for i := range s.Packages {
		switch e := s.Packages[i].Ecosystem; {
		case e == "":
		case d.Ecosystem == "":
			d.Ecosystem = e
		case d.Ecosystem != e:
			d.Ecosystem = ""
			return d
		}
	}
	return d
}

// Of makes an SBOM of projects. Packages that are the same (by package URL) are one package, found in the files of all its projects;
// it is needed for production if any project needs it so, and requires what it requires in any of them.
func Of(subject Subject, projects []*inventory.Project) *SBOM {
	s := &SBOM{Subject: subject}
	position := map[string]int{}
	for _, project := range projects {
		moved := make([]int, len(project.Packages))
		for i := range project.Packages {
			p := project.Packages[i]
			file := cmp.Or(p.File, project.File)
			p.Requires, p.File = nil, ""
			at, known := position[PURL(&p)]
			if !known {
				at = len(s.Packages)
				position[PURL(&p)] = at
				s.Packages = append(s.Packages, p)
				s.Where = append(s.Where, nil)
			}
			merge(&s.Packages[at], &p)
			s.Where[at] = addNew(s.Where[at], file)
			moved[i] = at
		}
		for i := range project.Packages {
			for _, required := range project.Packages[i].Requires {
				if required >= 0 && required < len(moved) && moved[required] != moved[i] {
					s.Packages[moved[i]].Requires = append(s.Packages[moved[i]].Requires, moved[required])
				}
			}
		}
		for _, sentence := range project.Unknown {
			s.Unknown = addNew(s.Unknown, sentence)
		}
	}
	for i := range s.Packages {
		s.Packages[i].Requires = sortedSet(s.Packages[i].Requires)
	}
	return s
}

// merge adds to a package what the same package says elsewhere. Edges are the caller's.
func merge(p, other *inventory.Package) {
	if other.Scope == inventory.Production || p.Scope == inventory.Production {
		p.Scope = inventory.Production
	} else if other.Scope < p.Scope {
		p.Scope = other.Scope
	}
	p.Direct = p.Direct || other.Direct
	p.Optional = p.Optional && other.Optional
	p.InstallScript = p.InstallScript || other.InstallScript
	for _, pair := range [][2]*string{
		{&p.Constraint, &other.Constraint}, {&p.Licence, &other.Licence}, {&p.Integrity, &other.Integrity},
		{&p.Origin, &other.Origin}, {&p.Alias, &other.Alias}, {&p.Deprecated, &other.Deprecated},
	} {
		if *pair[0] == "" {
			*pair[0] = *pair[1]
		}
	}
}
