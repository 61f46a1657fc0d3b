package vex

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// openVEX is an OpenVEX document, of 0.0.x or 0.2.0.
type openVEX struct {
	author    string
	timestamp string
	list      []openStatement
}

// The parts of a statement, as both versions write them, in the order in which they are written.
type (
	openStatement struct {
		Vulnerability openVulnerability `json:"vulnerability"`
		Timestamp     string            `json:"timestamp,omitempty"`
		Updated       string            `json:"last_updated,omitempty"`
		Products      []openProduct     `json:"products,omitempty"`
		// Subcomponents stand beside the products in 0.0.x.
		Subcomponents []openProduct `json:"subcomponents,omitempty"`
		Status        string        `json:"status"`
		Notes         string        `json:"status_notes,omitempty"`
		Justification string        `json:"justification,omitempty"`
		Impact        string        `json:"impact_statement,omitempty"`
		Action        string        `json:"action_statement,omitempty"`
	}
	openVulnerability struct {
		ID      string   `json:"@id,omitempty"`
		Name    string   `json:"name"`
		Aliases []string `json:"aliases,omitempty"`
	}
	openProduct struct {
		ID            string            `json:"@id,omitempty"`
		Identifiers   map[string]string `json:"identifiers,omitempty"`
		Subcomponents []openProduct     `json:"subcomponents,omitempty"`
	}
)

// UnmarshalJSON reads a vulnerability, which was only a name in 0.0.x.
func (v *openVulnerability) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, &v.Name)
	}
	type plain openVulnerability
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads a product, which was only a name in 0.0.x.
func (p *openProduct) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, &p.ID)
	}
	type plain openProduct
	return json.Unmarshal(data, (*plain)(p))
}

// authorNote begins the line of a statement's notes that says who made it, where that is not the document's author.
const authorNote = "author: "

// statements gives what an OpenVEX document says.
func (d *openVEX) statements() ([]Statement, error) {
	var list []Statement
	pairs := 0
	for i := range d.list {
		o := &d.list[i]
		s := Statement{
			Flaws: flawNames(o.Vulnerability.Name, o.Vulnerability.Aliases), Status: Status(o.Status), Justification: Justification(o.Justification),
			Impact: o.Impact, Action: o.Action, Author: d.author, At: timeOf(o.Updated, o.Timestamp, d.timestamp),
		}
		if len(s.Flaws) == 0 && !strings.Contains(o.Vulnerability.ID, "/") {
			s.Flaws = flawNames(o.Vulnerability.ID, nil)
		}
		if !slices.Contains(Statuses(), s.Status) {
			return nil, fmt.Errorf("statement %d: status %q is none of OpenVEX's", i+1, cut(o.Status))
		}
		for _, p := range o.Products {
			product := p.product()
			for _, c := range append(p.Subcomponents, o.Subcomponents...) {
				product.Subcomponents = append(product.Subcomponents, c.product().packageURL())
			}
			s.Products = append(s.Products, product)
			pairs += 1 + len(product.Subcomponents)
		}
		if pairs += len(s.Flaws); pairs > maxPairs {
			return nil, errMany
		}
		s.readNotes(o.Notes)
		list = append(list, s)
	}
	return list, nil
}

// flawNames are an id and its aliases, each once.
func flawNames(id string, aliases []string) []string {
	var names []string
	for _, name := range append([]string{id}, aliases...) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// readNotes reads the notes of a statement: its author, where that is not the document's, and its proof.
func (s *Statement) readNotes(notes string) {
	s.Proof = proofOf(notes)
	if len(s.Proof) == 0 {
		return
	}
	if author, found := strings.CutPrefix(s.Proof[0], authorNote); found {
		s.Author = author
		s.Proof = proofOf(strings.Join(s.Proof[1:], "\n"))
	}
}

// proofOf splits notes into lines.
func proofOf(notes string) []string {
	notes = strings.Trim(notes, "\n")
	if strings.TrimSpace(notes) == "" {
		return nil
	}
	return strings.Split(notes, "\n")
}

// product gives the names of a product: its id, or else the first of its identifiers.
func (p *openProduct) product() Product {
	product := Product{ID: p.ID}
	for _, kind := range []string{"purl", "cpe23", "cpe22"} {
		switch name := p.Identifiers[kind]; {
		case name == "" || name == product.ID:
		case product.ID == "":
			product.ID = name
		default:
			product.Also = append(product.Also, name)
		}
	}
	return product
}

// packageURL is the name of a subcomponent that a package can be compared with.
func (p Product) packageURL() string {
	for _, name := range append([]string{p.ID}, p.Also...) {
		if strings.HasPrefix(name, "pkg:") {
			return name
		}
	}
	return p.ID
}
