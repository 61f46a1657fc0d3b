package vex

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Options say what of a written document does not come from the statements.
type Options struct {
	// Author is who publishes the document. Statements of others say so.
	Author string
	// Role is the author's, "" for none (OpenVEX).
	Role string
	// Namespace is an address of the author's, such as their home page. CSAF demands it; in OpenVEX it begins the document's id, and
	// without one that is OpenVEX' shared one.
	Namespace string
	// Title names the document (CSAF); "" for a title made of the author.
	Title string
	// Version is reeve's, as the document names its maker.
	Version string
	// Created is when the document is issued; zero means when its latest statement was made, so that the same statements give the
	// same bytes.
	Created time.Time
}

const (
	toolName    = "reeve"
	openContext = "https://openvex.dev/ns/v0.2.0"
	openShared  = "https://openvex.dev/docs/public"
)

// ready checks statements, sorts them, drops doubles, and tells when the document is issued.
func ready(list []Statement, o Options) ([]Statement, time.Time, error) {
	if o.Author == "" {
		return nil, time.Time{}, errors.New("a document needs an author")
	}
	if len(list) == 0 {
		return nil, time.Time{}, errors.New("a document needs a statement")
	}
	issued := o.Created
	sorted := make([]Statement, 0, len(list))
	for _, s := range list {
		if err := s.Valid(); err != nil {
			return nil, time.Time{}, err
		}
		if o.Created.IsZero() && s.At.After(issued) {
			issued = s.At
		}
		s.Products = sortedProducts(s.Products)
		sorted = append(sorted, s)
	}
	if issued.IsZero() {
		issued = time.Unix(0, 0)
	}
	slices.SortStableFunc(sorted, compare)
	sorted = slices.CompactFunc(sorted, func(a, b Statement) bool { return compare(a, b) == 0 })
	return sorted, issued.UTC(), nil
}

// compare orders statements by flaw, time and all the rest.
func compare(a, b Statement) int {
	return cmp.Or(
		slices.Compare(a.Flaws, b.Flaws), a.At.Compare(b.At), strings.Compare(string(a.Status), string(b.Status)),
		slices.CompareFunc(a.Products, b.Products, compareProducts), strings.Compare(string(a.Justification), string(b.Justification)),
		strings.Compare(a.Impact, b.Impact), strings.Compare(a.Action, b.Action), strings.Compare(a.Author, b.Author), slices.Compare(a.Proof, b.Proof),
	)
}

func compareProducts(a, b Product) int {
	return cmp.Or(strings.Compare(a.ID, b.ID), slices.Compare(a.Subcomponents, b.Subcomponents), slices.Compare(a.Also, b.Also))
}

func sortedProducts(list []Product) []Product {
	list = slices.Clone(list)
	for i := range list {
		list[i].Subcomponents = slices.Compact(slices.Sorted(slices.Values(list[i].Subcomponents)))
	}
	slices.SortFunc(list, compareProducts)
	return slices.CompactFunc(list, func(a, b Product) bool { return compareProducts(a, b) == 0 })
}

// openDocument is an OpenVEX document, in the order in which it is written.
type openDocument struct {
	Context    string          `json:"@context"`
	ID         string          `json:"@id"`
	Author     string          `json:"author"`
	Role       string          `json:"role,omitempty"`
	Timestamp  string          `json:"timestamp"`
	Version    int             `json:"version"`
	Tooling    string          `json:"tooling,omitempty"`
	Statements []openStatement `json:"statements"`
}

// WriteOpenVEX writes statements as an OpenVEX 0.2.0 document: the same statements give the same bytes, in whatever order they are.
// Its id follows from its content. A statement that is not Valid is an error.
func WriteOpenVEX(w io.Writer, list []Statement, o Options) error {
	sorted, issued, err := ready(list, o)
	if err != nil {
		return fmt.Errorf("write OpenVEX: %w", err)
	}
	doc := newOpenDocument(o.Author, issued)
	doc.Role, doc.Tooling = o.Role, strings.TrimSuffix(toolName+"/"+o.Version, "/")
	for i := range sorted {
		doc.Statements = append(doc.Statements, openOf(&sorted[i], o.Author))
	}
	sum, err := digest(doc)
	if err != nil {
		return fmt.Errorf("write OpenVEX: %w", err)
	}
	doc.ID = strings.TrimSuffix(cmp.Or(o.Namespace, openShared), "/") + "/vex-" + sum
	return encode(w, doc, "write OpenVEX")
}

func newOpenDocument(author string, issued time.Time) *openDocument {
	return &openDocument{Context: openContext, Author: author, Timestamp: issued.Format(time.RFC3339Nano), Version: 1}
}

// openOf writes a statement of OpenVEX.
func openOf(s *Statement, author string) openStatement {
	o := openStatement{
		Vulnerability: openVulnerability{Name: s.Flaws[0], Aliases: s.Flaws[1:]}, Status: string(s.Status),
		Justification: string(s.Justification), Impact: s.Impact, Action: s.Action,
	}
	if !s.At.IsZero() {
		o.Timestamp = s.At.UTC().Format(time.RFC3339Nano)
	}
	notes := s.Proof
	if s.Author != "" && s.Author != author {
		notes = append([]string{authorNote + s.Author}, notes...)
	}
	o.Notes = strings.Join(notes, "\n")
	for _, p := range s.Products {
		product := openProductOf(p.ID, p.Also)
		for _, c := range p.Subcomponents {
			product.Subcomponents = append(product.Subcomponents, openProductOf(c, nil))
		}
		o.Products = append(o.Products, product)
	}
	return o
}

func openProductOf(id string, also []string) openProduct {
	p := openProduct{ID: id}
	for _, name := range append([]string{id}, also...) {
		kind := ""
		switch {
		case strings.HasPrefix(name, "pkg:"):
			kind = "purl"
		case strings.HasPrefix(name, "cpe:2.3:"):
			kind = "cpe23"
		case strings.HasPrefix(name, "cpe:/"):
			kind = "cpe22"
		}
		if kind == "" || p.Identifiers[kind] != "" {
			continue
		}
		if p.Identifiers == nil {
			p.Identifiers = map[string]string{}
		}
		p.Identifiers[kind] = name
	}
	return p
}

// digest is the SHA-256 of a document, in hex.
func digest(doc any) (string, error) {
	data, err := json.Marshal(doc)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}

// encode writes a document, indented, with what could act on a terminal or in a page escaped.
func encode(w io.Writer, doc any, doing string) error {
	data, err := json.MarshalIndent(doc, "", "  ")
	if err == nil {
		_, err = w.Write(append(inert(data), '\n'))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
