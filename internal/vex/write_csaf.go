package vex

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
)

// csafFile is a CSAF document, in the order in which it is written.
type csafFile struct {
	Document        csafDocument        `json:"document"`
	Tree            csafTree            `json:"product_tree"`
	Vulnerabilities []csafVulnerability `json:"vulnerabilities"`
}

// csafWriter collects one document.
type csafWriter struct {
	file csafFile
	// ids are the product ids, by name and by product with a subcomponent.
	ids map[[2]string]string
	// byFlaw are positions in the list of vulnerabilities, by any name of the flaw.
	byFlaw map[string]int
	// decided are the products that already have a status, by vulnerability.
	decided map[placed]bool
}

type placed struct {
	vulnerability int
	product       string
}

// WriteCSAF writes statements as a CSAF 2.0 document of the profile VEX: the same statements give the same bytes, in whatever order they
// are. A flaw is one vulnerability; where several statements speak of one product, only the one that counts (see Set.Find) is
// written, because a product may have but one status. A statement that is not Valid is an error.
func WriteCSAF(w io.Writer, list []Statement, o Options) error {
	sorted, issued, err := ready(list, o)
	if u, bad := url.Parse(o.Namespace); err == nil && (bad != nil || u.Scheme == "") {
		err = errors.New("a publisher needs a namespace, which is a URL of theirs")
	}
	if err != nil {
		return fmt.Errorf("write CSAF: %w", err)
	}
	x := &csafWriter{ids: map[[2]string]string{}, byFlaw: map[string]int{}, decided: map[placed]bool{}}
	for i := range sorted {
		x.vulnerability(&sorted[i])
	}
	x.products(sorted)
	// The statement that counts comes first and decides.
	slices.SortStableFunc(sorted, func(a, b Statement) int {
		if outweighs(&a, &b) {
			return -1
		}
		if outweighs(&b, &a) {
			return 1
		}
		return compare(a, b)
	})
	for i := range sorted {
		x.statement(&sorted[i], o.Author)
	}
	for i := range x.file.Vulnerabilities {
		x.file.Vulnerabilities[i].sort()
	}
	x.file.Document = csafDocument{
		Category: "csaf_vex", Version: "2.0", Lang: "en",
		Publisher: csafPublisher{Category: "vendor", Name: o.Author, Namespace: o.Namespace},
		Title:     cmp.Or(o.Title, "Which flaws matter, by "+o.Author),
		Tracking: csafTracking{
			Current: stamp(issued), Initial: stamp(issued), Status: "final", Version: "1",
			Generator: &csafGenerator{csafEngine{toolName, o.Version}},
			History:   []csafRevision{{stamp(issued), "1", "First version."}},
		},
	}
	sum, err := digest(x.file)
	if err != nil {
		return fmt.Errorf("write CSAF: %w", err)
	}
	x.file.Document.Tracking.ID = "reeve-vex-" + sum[:16]
	return encode(w, x.file, "write CSAF")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// isCVE tells whether a name is a CVE as CSAF demands it.
func isCVE(name string) bool {
	rest, found := strings.CutPrefix(name, "CVE-")
	year, number, dash := strings.Cut(rest, "-")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	return found && dash && len(year) == 4 && len(number) >= 4 && digits(year) && digits(number)
}

// vulnerability finds or makes the entry of a statement's flaw. Two different CVEs are never one entry.
func (x *csafWriter) vulnerability(s *Statement) int {
	cve := ""
	if i := slices.IndexFunc(s.Flaws, isCVE); i >= 0 {
		cve = s.Flaws[i]
	}
	at := -1
	for _, name := range s.Flaws {
		known, found := x.byFlaw[name]
		if found && (cve == "" || x.file.Vulnerabilities[known].CVE == "" || x.file.Vulnerabilities[known].CVE == cve) {
			at = known
			break
		}
	}
	if at < 0 {
		at = len(x.file.Vulnerabilities)
		notes := []csafNote{{"summary", "The flaw known as " + s.Flaws[0] + ".", "Flaw"}} // the profile demands one
		x.file.Vulnerabilities = append(x.file.Vulnerabilities, csafVulnerability{CVE: cve, Status: &csafStatus{}, Notes: notes})
	}
	v := &x.file.Vulnerabilities[at]
	v.CVE = cmp.Or(v.CVE, cve)
	for _, name := range s.Flaws {
		if _, known := x.byFlaw[name]; !known {
			x.byFlaw[name] = at
		}
		id := csafID{systemOf(name), name}
		if name != v.CVE && !slices.Contains(v.IDs, id) {
			v.IDs = append(v.IDs, id)
		}
	}
	return at
}

// systemOf names the system that gives out a flaw's name.
func systemOf(name string) string {
	switch prefix, _, _ := strings.Cut(name, "-"); prefix {
	case "CVE":
		return "Common Vulnerabilities and Exposures"
	case "GHSA":
		return "GitHub Security Advisories"
	case "GO":
		return "Go Vulnerability Database"
	case "PYSEC":
		return "Python Packaging Advisory Database"
	case "RUSTSEC":
		return "RustSec Advisory Database"
	}
	return "Open Source Vulnerabilities"
}

// products fills the product tree: each name once, and each pair of product and subcomponent as a relationship.
func (x *csafWriter) products(list []Statement) {
	names := map[string][]string{} // with their other names
	pairs := map[[2]string]bool{}
	for i := range list {
		for _, p := range list[i].Products {
			names[p.ID] = append(names[p.ID], p.Also...)
			for _, c := range p.Subcomponents {
				if _, known := names[c]; !known {
					names[c] = nil
				}
				pairs[[2]string{p.ID, c}] = true
			}
		}
	}
	next := 0
	id := func() string {
		next++
		return fmt.Sprintf("CSAFPID-%04d", next)
	}
	for _, name := range sortedKeys(names, strings.Compare) {
		product := csafProduct{Name: name, ID: id(), Helper: helperOf(name, names[name])}
		x.ids[[2]string{name, ""}] = product.ID
		x.file.Tree.Names = append(x.file.Tree.Names, product)
	}
	for _, pair := range sortedKeys(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		part, whole := x.ids[[2]string{pair[1], ""}], x.ids[[2]string{pair[0], ""}]
		relation := csafRelation{"default_component_of", csafProduct{Name: pair[1] + " as a component of " + pair[0], ID: id()}, part, whole}
		x.ids[pair] = relation.Name.ID
		x.file.Tree.Relationships = append(x.file.Tree.Relationships, relation)
	}
}

func sortedKeys[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, order)
	return keys
}

// helperOf gives the identifiers of a product that CSAF has fields for.
func helperOf(name string, also []string) *csafHelper {
	var h csafHelper
	for _, one := range append([]string{name}, slices.Sorted(slices.Values(also))...) {
		switch {
		case strings.HasPrefix(one, "pkg:"):
			h.PURL = cmp.Or(h.PURL, one)
		case strings.HasPrefix(one, "cpe:"):
			h.CPE = cmp.Or(h.CPE, one)
		}
	}
	if h == (csafHelper{}) || h.PURL != "" && h.PURL != name && !strings.HasPrefix(name, "cpe:") {
		return nil // a reader would take the package URL for the name
	}
	return &h
}

// statement writes what a statement says of its products.
func (x *csafWriter) statement(s *Statement, author string) {
	at := x.vulnerability(s)
	v := &x.file.Vulnerabilities[at]
	var ids []string
	for _, p := range s.Products {
		parts := p.Subcomponents
		if len(parts) == 0 {
			parts = []string{""}
		}
		for _, part := range parts {
			id := x.ids[[2]string{p.ID, part}]
			if key := (placed{at, id}); !x.decided[key] {
				x.decided[key] = true
				ids = append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		return
	}
	slices.Sort(ids)
	// Without a date a reader takes the document's, and an old statement would then count before newer ones.
	date := stamp(time.Unix(0, 0))
	if !s.At.IsZero() {
		date = stamp(s.At)
	}
	switch s.Status {
	case Affected:
		v.Status.Affected = append(v.Status.Affected, ids...)
		v.Remediations = append(v.Remediations, csafRemediation{Category: "mitigation", Date: date, Details: s.Action, Products: ids})
	case UnderInvestigation:
		v.Status.UnderInvestigation = append(v.Status.UnderInvestigation, ids...)
	case Fixed:
		v.Status.Fixed = append(v.Status.Fixed, ids...)
		v.Remediations = append(v.Remediations, csafRemediation{Category: "vendor_fix", Date: date, Details: "These versions have the fix.", Products: ids})
	case NotAffected:
		v.Status.NotAffected = append(v.Status.NotAffected, ids...)
		if s.Justification != "" {
			v.Flags = append(v.Flags, csafFlag{Date: date, Label: string(s.Justification), Products: ids})
		}
		if s.Impact != "" {
			v.Threats = append(v.Threats, csafRemediation{Category: "impact", Date: date, Details: s.Impact, Products: ids})
		}
	}
	proof := s.Proof
	if s.Author != "" && s.Author != author {
		proof = append([]string{authorNote + s.Author}, proof...)
	}
	if len(proof) > 0 {
		v.Notes = append(v.Notes, csafNote{"details", strings.Join(proof, "\n"), proofNote + strings.Join(ids, " ")})
	}
}

// sort makes the order of lists that stand for sets that of their products.
func (v *csafVulnerability) sort() {
	for _, ids := range [][]string{v.Status.Affected, v.Status.UnderInvestigation, v.Status.Fixed, v.Status.NotAffected} {
		slices.Sort(ids)
	}
	byProducts := func(a, b csafRemediation) int { return slices.Compare(a.Products, b.Products) }
	slices.SortFunc(v.Remediations, byProducts)
	slices.SortFunc(v.Threats, byProducts)
	slices.SortFunc(v.Flags, func(a, b csafFlag) int { return slices.Compare(a.Products, b.Products) })
	slices.SortFunc(v.Notes[1:], func(a, b csafNote) int { return strings.Compare(a.Title, b.Title) })
}
