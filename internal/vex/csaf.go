package vex

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// csaf is a CSAF 2.0 document, as far as it is read.
type csaf struct {
	document csafDocument
	tree     csafTree
}

// The parts of a CSAF document, in the order in which they are written.
type (
	csafDocument struct {
		Category  string        `json:"category"`
		Version   string        `json:"csaf_version"`
		Lang      string        `json:"lang,omitempty"`
		Publisher csafPublisher `json:"publisher"`
		Title     string        `json:"title"`
		Tracking  csafTracking  `json:"tracking"`
	}
	csafPublisher struct {
		Category  string `json:"category"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	}
	csafTracking struct {
		Current   string         `json:"current_release_date"`
		Generator *csafGenerator `json:"generator,omitempty"`
		ID        string         `json:"id"`
		Initial   string         `json:"initial_release_date"`
		History   []csafRevision `json:"revision_history"`
		Status    string         `json:"status"`
		Version   string         `json:"version"`
	}
	csafGenerator struct {
		Engine csafEngine `json:"engine"`
	}
	csafEngine struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	csafRevision struct {
		Date    string `json:"date"`
		Number  string `json:"number"`
		Summary string `json:"summary"`
	}
	csafVulnerability struct {
		CVE          string            `json:"cve,omitempty"`
		IDs          []csafID          `json:"ids,omitempty"`
		Flags        []csafFlag        `json:"flags,omitempty"`
		Notes        []csafNote        `json:"notes,omitempty"`
		Status       *csafStatus       `json:"product_status,omitempty"`
		Remediations []csafRemediation `json:"remediations,omitempty"`
		Threats      []csafRemediation `json:"threats,omitempty"`
	}
	csafID struct {
		System string `json:"system_name"`
		Text   string `json:"text"`
	}
	csafFlag struct {
		Date     string   `json:"date,omitempty"`
		Groups   []string `json:"group_ids,omitempty"`
		Label    string   `json:"label"`
		Products []string `json:"product_ids,omitempty"`
	}
	csafNote struct {
		Category string `json:"category"`
		Text     string `json:"text"`
		Title    string `json:"title,omitempty"`
	}
	csafStatus struct {
		FirstAffected      []string `json:"first_affected,omitempty"`
		FirstFixed         []string `json:"first_fixed,omitempty"`
		Fixed              []string `json:"fixed,omitempty"`
		Affected           []string `json:"known_affected,omitempty"`
		NotAffected        []string `json:"known_not_affected,omitempty"`
		LastAffected       []string `json:"last_affected,omitempty"`
		UnderInvestigation []string `json:"under_investigation,omitempty"`
	}
	// csafRemediation is a remediation or a threat: both have these members.
	csafRemediation struct {
		Category string   `json:"category"`
		Date     string   `json:"date,omitempty"`
		Details  string   `json:"details"`
		Groups   []string `json:"group_ids,omitempty"`
		Products []string `json:"product_ids,omitempty"`
	}
)

// proofNote begins the title of a note that holds the proof of what is said about the products named after it.
const proofNote = "Proof for "

// said is what one vulnerability says about one product beside its status.
type said struct {
	justification  string
	impact, action []string
	at             time.Time
	proof          string
}

// statements gives what a CSAF document says: for each vulnerability a statement for each group of products that it says the same of.
func (d *csaf) statements(list []vulnerability) ([]Statement, error) {
	if d.document.Version != "2.0" {
		return nil, fmt.Errorf("CSAF version %q: want 2.0", cut(d.document.Version))
	}
	products, err := d.tree.products()
	if err != nil {
		return nil, err
	}
	var out []Statement
	pairs := 0
	for i := range list {
		v := &list[i].csafVulnerability
		if v.Status == nil {
			continue
		}
		var names []string
		for _, id := range v.IDs {
			if !strings.ContainsAny(id.Text, " /\t\n") {
				names = append(names, id.Text)
			}
		}
		flaws := flawNames(v.CVE, names)
		if len(flaws) == 0 {
			return nil, fmt.Errorf("vulnerability %d has neither cve nor ids", i+1)
		}
		read := &csafReader{csaf: d, v: v, products: products, flaws: flaws, said: map[string]*said{}}
		if err := read.collect(); err != nil {
			return nil, fmt.Errorf("vulnerability %d: %w", i+1, err)
		}
		made, err := read.statements()
		if err != nil {
			return nil, fmt.Errorf("vulnerability %d: %w", i+1, err)
		}
		for _, s := range made {
			pairs += len(s.Flaws) + len(s.Products)
		}
		if out = append(out, made...); pairs > maxPairs || len(out) > maxStatements {
			return nil, errMany
		}
	}
	return out, nil
}

// csafReader reads one vulnerability.
type csafReader struct {
	*csaf
	v        *csafVulnerability
	products map[string]Product
	flaws    []string
	said     map[string]*said
	work     int
}

var errWork = errors.New("more products and groups than a document can mean")

// of gives what is said about each product that is named by itself or in a group.
func (r *csafReader) of(products, groups []string, take func(*said)) error {
	all := products
	for _, group := range groups {
		for _, g := range r.tree.Groups {
			if g.ID == group {
				all = append(slices.Clip(all), g.Products...)
			}
		}
		r.work += len(r.tree.Groups)
	}
	if r.work += len(all); r.work > maxPairs {
		return errWork
	}
	for _, id := range all {
		if r.said[id] == nil {
			r.said[id] = &said{}
		}
		take(r.said[id])
	}
	return nil
}

// collect reads flags, threats, remediations and proofs.
func (r *csafReader) collect() error {
	var problems []error
	for _, f := range r.v.Flags {
		problems = append(problems, r.of(f.Products, f.Groups, func(s *said) { s.justification, s.at = f.Label, later(s.at, f.Date) }))
	}
	for _, t := range r.v.Threats {
		if t.Category == "impact" {
			problems = append(problems, r.of(t.Products, t.Groups, func(s *said) { s.impact, s.at = append(s.impact, t.Details), later(s.at, t.Date) }))
		}
	}
	for _, m := range r.v.Remediations {
		problems = append(problems, r.of(m.Products, m.Groups, func(s *said) { s.action, s.at = append(s.action, m.Details), later(s.at, m.Date) }))
	}
	for _, n := range r.v.Notes {
		if ids, found := strings.CutPrefix(n.Title, proofNote); found {
			problems = append(problems, r.of(strings.Fields(ids), nil, func(s *said) { s.proof = n.Text }))
		}
	}
	return errors.Join(problems...)
}

// later is the later of two times.
func later(t time.Time, other string) time.Time {
	if o := timeOf(other); o.After(t) {
		return o
	}
	return t
}

// statements makes a statement for each status and each group of products of which the same is said.
func (r *csafReader) statements() ([]Statement, error) {
	var out []Statement
	status := r.v.Status
	for _, part := range []struct {
		status Status
		ids    []string
	}{
		{Affected, slices.Concat(status.Affected, status.FirstAffected, status.LastAffected)},
		{UnderInvestigation, status.UnderInvestigation},
		{Fixed, slices.Concat(status.Fixed, status.FirstFixed)},
		{NotAffected, status.NotAffected},
	} {
		byWords := map[string]int{}
		for _, id := range part.ids {
			product, known := r.products[id]
			if !known {
				return nil, fmt.Errorf("the product %q is not in the product tree", cut(id))
			}
			what := r.said[id]
			if what == nil {
				what = &said{}
			}
			s := Statement{Flaws: r.flaws, Status: part.status, Author: r.document.Publisher.Name, At: what.at}
			s.readNotes(what.proof)
			if s.At.IsZero() {
				s.At = timeOf(r.document.Tracking.Current)
			}
			switch part.status {
			case NotAffected:
				s.Justification, s.Impact = Justification(what.justification), strings.Join(what.impact, "\n")
			case Affected:
				s.Action = strings.Join(what.action, "\n")
			}
			key := strings.Join([]string{string(s.Justification), s.Impact, s.Action, s.At.String(), what.proof}, "\x00")
			at, known := byWords[key]
			if !known {
				at = len(out)
				byWords[key] = at
				out = append(out, s)
			}
			out[at].Products = append(out[at].Products, product)
		}
	}
	return out, nil
}

// csafTree is the product tree: branches that end in products, products by themselves, and products inside products.
type csafTree struct {
	Branches      []csafBranch   `json:"branches,omitempty"`
	Names         []csafProduct  `json:"full_product_names,omitempty"`
	Groups        []csafGroup    `json:"product_groups,omitempty"`
	Relationships []csafRelation `json:"relationships,omitempty"`
}

type (
	csafBranch struct {
		Branches []csafBranch `json:"branches,omitempty"`
		Product  *csafProduct `json:"product,omitempty"`
	}
	csafProduct struct {
		Name   string      `json:"name"`
		ID     string      `json:"product_id"`
		Helper *csafHelper `json:"product_identification_helper,omitempty"`
	}
	csafHelper struct {
		CPE  string `json:"cpe,omitempty"`
		PURL string `json:"purl,omitempty"`
	}
	csafGroup struct {
		ID       string   `json:"group_id"`
		Products []string `json:"product_ids"`
	}
	csafRelation struct {
		Category  string      `json:"category"`
		Name      csafProduct `json:"full_product_name"`
		Reference string      `json:"product_reference"`
		RelatesTo string      `json:"relates_to_product_reference"`
	}
)

// products gives the products of the tree by id.
func (t *csafTree) products() (map[string]Product, error) {
	products := map[string]Product{}
	add := func(p *csafProduct) error {
		if _, twice := products[p.ID]; twice {
			return fmt.Errorf("the product %q stands twice in the product tree", cut(p.ID))
		}
		products[p.ID] = p.product()
		return nil
	}
	for i := range t.Names {
		if err := add(&t.Names[i]); err != nil {
			return nil, err
		}
	}
	if err := eachProduct(t.Branches, add, 0); err != nil {
		return nil, err
	}
	for i := range t.Relationships {
		r := &t.Relationships[i]
		part, known := products[r.Reference]
		whole, also := products[r.RelatesTo]
		if !known || !also {
			return nil, fmt.Errorf("the product %q relates to a product that is not in the tree before it", cut(r.Name.ID))
		}
		if err := add(&r.Name); err != nil {
			return nil, err
		}
		// The product is the whole, unless it is itself a part of something: that names one place too many.
		product := Product{ID: whole.ID, Also: whole.Also, Subcomponents: []string{part.packageURL()}}
		if len(whole.Subcomponents) > 0 || len(part.Subcomponents) > 0 {
			product = Product{ID: r.Name.Name}
		}
		products[r.Name.ID] = product
	}
	return products, nil
}

func eachProduct(branches []csafBranch, add func(*csafProduct) error, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("the product tree is nested deeper than %d", maxDepth)
	}
	for i := range branches {
		if p := branches[i].Product; p != nil {
			if err := add(p); err != nil {
				return err
			}
		}
		if err := eachProduct(branches[i].Branches, add, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// product gives the names of a product: its package URL, else its CPE, else its name in words.
func (p *csafProduct) product() Product {
	if p.Helper == nil {
		return Product{ID: p.Name}
	}
	product := Product{ID: cmp.Or(p.Helper.PURL, p.Helper.CPE, p.Name)}
	if p.Helper.PURL != "" && p.Helper.CPE != "" {
		product.Also = []string{p.Helper.CPE}
	}
	return product
}
