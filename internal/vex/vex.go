// Package vex reads, matches and writes statements about whether a flaw in a package matters in a product (Vulnerability
// Exploitability eXchange): OpenVEX, CSAF 2.0 and CycloneDX in, OpenVEX and CSAF out.
//
// A statement can make a finding disappear, so everything that is doubtful says nothing: a statement without a reason, one about a
// product that is not known to be the one looked at, two that contradict each other at the same time. What is read is hostile and
// bounded; what is written depends on the statements alone. The package must not open a file, use the network, check a signature
// or decide what a statement means for a gate.
package vex

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Status is what a statement says.
type Status string

// The statuses, named as OpenVEX does.
const (
	NotAffected        Status = "not_affected"
	Affected           Status = "affected"
	Fixed              Status = "fixed"
	UnderInvestigation Status = "under_investigation"
)

// Justification is why a product is not affected.
type Justification string

// The justifications, named as OpenVEX and CSAF do.
const (
	ComponentNotPresent    Justification = "component_not_present"
	CodeNotPresent         Justification = "vulnerable_code_not_present"
	CodeNotInExecutePath   Justification = "vulnerable_code_not_in_execute_path"
	CodeNotControllable    Justification = "vulnerable_code_cannot_be_controlled_by_adversary"
	MitigationsAlreadyMade Justification = "inline_mitigations_already_exist"
)

// Statuses are all statuses, what weighs most first: where two statements contradict each other at the same time, the first counts.
func Statuses() []Status { return []Status{Affected, UnderInvestigation, Fixed, NotAffected} }

// Justifications are all justifications.
func Justifications() []Justification {
	return []Justification{ComponentNotPresent, CodeNotPresent, CodeNotInExecutePath, CodeNotControllable, MitigationsAlreadyMade}
}

// Statement says what a flaw means in products.
type Statement struct {
	// Flaws are the names of the flaw: the id first, then its aliases.
	Flaws []string
	// Products are what the statement is about; about any one of them it says the same.
	Products []Product
	Status   Status
	// Justification and Impact say why a product is not affected, as a label and in words. One of them must be there.
	Justification Justification
	Impact        string
	// Action says what to do where a product is affected.
	Action string
	// Author is who says it.
	Author string
	// At is since when it is known to be so; zero where the document does not say.
	At time.Time
	// Proof are lines that say how it is known, such as the steps by which code is reached or is not.
	Proof []string
	// Source is where the statement was read: the path of its document.
	Source string
}

// Product is what a statement is about.
type Product struct {
	// ID is a package URL, with a version or for every version, or the name of an image or repository.
	ID string
	// Also are other names of the same product: package URLs and CPEs.
	Also []string
	// Subcomponents are the packages inside the product that have the flaw, as package URLs. Where there are none, the product itself
	// has it, or all that is in it.
	Subcomponents []string
}

// Valid tells what a statement lacks to be one.
func (s *Statement) Valid() error {
	switch {
	case len(s.Flaws) == 0 || s.Flaws[0] == "":
		return errors.New("a statement about no flaw")
	case len(s.Products) == 0:
		return fmt.Errorf("the statement about %q names no product", s.Flaws[0])
	case !slices.Contains(Statuses(), s.Status):
		return fmt.Errorf("the statement about %q: status %q is none of not_affected, affected, fixed and under_investigation", s.Flaws[0], s.Status)
	case s.Justification != "" && !slices.Contains(Justifications(), s.Justification):
		return fmt.Errorf("the statement about %q: justification %q is none of OpenVEX's", s.Flaws[0], s.Justification)
	case s.Status == NotAffected && s.Justification == "" && strings.TrimSpace(s.Impact) == "":
		return fmt.Errorf("the statement about %q: not_affected needs a justification or an impact statement", s.Flaws[0])
	case s.Status == Affected && strings.TrimSpace(s.Action) == "":
		return fmt.Errorf("the statement about %q: affected needs an action statement", s.Flaws[0])
	}
	for _, p := range s.Products {
		if p.ID == "" || slices.Contains(p.Subcomponents, "") {
			return fmt.Errorf("the statement about %q names a product without an identifier", s.Flaws[0])
		}
	}
	return nil
}

// Suppresses tells whether the statement says that nothing is to be done about the flaw.
func (s *Statement) Suppresses() bool { return s.Status == NotAffected || s.Status == Fixed }

// Set holds statements so that they are found by flaw.
type Set struct {
	statements []Statement
	byFlaw     map[string][]int
}

// NewSet makes a set of the statements of several documents.
func NewSet(documents ...[]Statement) Set {
	s := Set{byFlaw: map[string][]int{}}
	for _, statements := range documents {
		for _, one := range statements {
			at := len(s.statements)
			s.statements = append(s.statements, one)
			for _, flaw := range one.Flaws {
				name := strings.ToUpper(flaw)
				if list := s.byFlaw[name]; len(list) == 0 || list[len(list)-1] != at {
					s.byFlaw[name] = append(list, at)
				}
			}
		}
	}
	return s
}

// Len is how many statements there are.
func (s Set) Len() int { return len(s.statements) }

// Find gives the statement that counts for a flaw (under any of its names) in a package (by its package URL) of a product: what is
// looked at, as an image reference, a package URL or a repository's name; "" where it has none.
//
// A statement speaks of the package if one of its products
//   - has subcomponents, is the product looked at, and one of the subcomponents is the package; or
//   - has none, and is the package itself, or the product looked at.
//
// A package URL without version means every version, one with a version exactly that one. Qualifiers that a statement states (arch,
// distro) must be the package's as well; what it leaves out does not matter. Of several statements the latest counts, and of
// several at the same time the one that weighs most (see Statuses). Statements that say a flaw does not matter and are not
// Valid are passed over.
func (s Set) Find(flawIDs []string, purl, product string) (Statement, bool) {
	best := -1
	asked := newSubject(purl, product)
	for _, flaw := range flawIDs {
		for _, at := range s.byFlaw[strings.ToUpper(flaw)] {
			one := &s.statements[at]
			if one.Suppresses() && one.Valid() != nil || !asked.isMeant(one) {
				continue
			}
			if best < 0 || outweighs(one, &s.statements[best]) {
				best = at
			}
		}
	}
	if best < 0 {
		return Statement{}, false
	}
	return s.statements[best], true
}

// outweighs tells whether a statement counts before another.
func outweighs(a, b *Statement) bool {
	if !a.At.Equal(b.At) {
		return a.At.After(b.At)
	}
	return slices.Index(Statuses(), a.Status) < slices.Index(Statuses(), b.Status)
}
