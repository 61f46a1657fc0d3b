package vex

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/package-url/packageurl-go"
)

// cyclone is a CycloneDX document, as far as its vulnerabilities need it.
type cyclone struct {
	bomFormat, serial string
	metadata          struct {
		Timestamp string           `json:"timestamp"`
		Component cycloneComponent `json:"component"`
		Authors   []struct {
			Name string `json:"name"`
		} `json:"authors"`
		Supplier struct {
			Name string `json:"name"`
		} `json:"supplier"`
	}
	// names are the components by bom-ref: package URL, or name and version.
	names map[string]component
}

type component struct {
	// id is the package URL, or the name where there is none; version is only set then.
	id, version string
}

type (
	cycloneComponent struct {
		Ref        string             `json:"bom-ref"`
		Group      string             `json:"group"`
		Name       string             `json:"name"`
		Version    string             `json:"version"`
		PURL       string             `json:"purl"`
		Components []cycloneComponent `json:"components"`
	}
	cycloneVulnerability struct {
		ID         string `json:"id"`
		References []struct {
			ID string `json:"id"`
		} `json:"references"`
		Recommendation string           `json:"recommendation"`
		Workaround     string           `json:"workaround"`
		Published      string           `json:"published"`
		Updated        string           `json:"updated"`
		Analysis       *cycloneAnalysis `json:"analysis"`
		Affects        []cycloneAffects `json:"affects"`
	}
	cycloneAnalysis struct {
		State         string `json:"state"`
		Justification string `json:"justification"`
		Response      words  `json:"response"`
		Detail        string `json:"detail"`
		FirstIssued   string `json:"firstIssued"`
		LastUpdated   string `json:"lastUpdated"`
	}
	cycloneAffects struct {
		Ref      string `json:"ref"`
		Versions []struct {
			Version string `json:"version"`
			Range   string `json:"range"`
			Status  string `json:"status"`
		} `json:"versions"`
	}
)

// note remembers a component, and those inside it, by bom-ref.
func (d *cyclone) note(c *cycloneComponent, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("components are nested deeper than %d", maxDepth)
	}
	if d.names == nil {
		d.names = map[string]component{}
	}
	if ref := c.Ref; ref != "" {
		if _, twice := d.names[ref]; twice {
			return fmt.Errorf("the bom-ref %q stands for two components", cut(ref))
		}
		if len(d.names) >= maxStatements {
			return fmt.Errorf("more than %d components", maxStatements)
		}
		d.names[ref] = c.named()
	}
	for i := range c.Components {
		if err := d.note(&c.Components[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (c *cycloneComponent) named() component {
	if c.PURL != "" {
		return component{id: c.PURL}
	}
	name := c.Name
	if c.Group != "" {
		name = c.Group + "/" + c.Name
	}
	return component{name, c.Version}
}

// name is the id, with the version where the id is a name.
func (c component) name() string {
	if c.version == "" {
		return c.id
	}
	return c.id + "@" + c.version
}

// at gives the same component in another version.
func (c component) at(version string) string {
	u, err := packageurl.FromString(c.id)
	if err != nil {
		return component{c.id, version}.name()
	}
	u.Version = version
	return u.ToString()
}

// statements gives what a CycloneDX document says. Vulnerabilities without an analysis say nothing about exploitability.
func (d *cyclone) statements(list []vulnerability) ([]Statement, error) {
	delete(d.names, d.metadata.Component.Ref) // some list the product among its components
	if err := d.note(&d.metadata.Component, 0); err != nil {
		return nil, err
	}
	var out []Statement
	pairs := 0
	for i := range list {
		v := &list[i].cycloneVulnerability
		if v.Analysis == nil || v.Analysis.State == "" {
			continue
		}
		s, err := d.statement(v)
		if err != nil {
			return nil, fmt.Errorf("vulnerability %d: %w", i+1, err)
		}
		for _, a := range v.Affects {
			products := d.products(&a, s.Suppresses())
			s.Products = append(s.Products, products...)
			if pairs += len(s.Flaws) + len(a.Versions) + 1; pairs > maxPairs {
				return nil, errMany
			}
		}
		if len(s.Products) > 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

func (d *cyclone) statement(v *cycloneVulnerability) (Statement, error) {
	var aliases []string
	for _, r := range v.References {
		aliases = append(aliases, r.ID)
	}
	a := v.Analysis
	s := Statement{Flaws: flawNames(v.ID, aliases), At: timeOf(a.LastUpdated, a.FirstIssued, v.Updated, v.Published, d.metadata.Timestamp)}
	switch {
	case len(d.metadata.Authors) > 0:
		s.Author = d.metadata.Authors[0].Name
	default:
		s.Author = d.metadata.Supplier.Name
	}
	switch a.State {
	case "resolved", "resolved_with_pedigree":
		s.Status, s.Proof = Fixed, proofOf(a.Detail)
	case "exploitable":
		s.Status, s.Action = Affected, actionOf(v)
	case "in_triage":
		s.Status, s.Proof = UnderInvestigation, proofOf(a.Detail)
	case "false_positive", "not_affected":
		s.Status, s.Impact = NotAffected, a.Detail
		s.Justification = justificationOf(a.Justification)
		if s.Justification == "" {
			s.Impact = impactOf(a)
		}
	default:
		return s, fmt.Errorf("state %q is none of CycloneDX'", cut(a.State))
	}
	return s, nil
}

// justificationOf gives OpenVEX' label for one of CycloneDX, where they mean the same. That a configuration, a dependency or an
// environment would be required, or that something around the product protects it, has no label there.
func justificationOf(label string) Justification {
	switch label {
	case "code_not_present":
		return CodeNotPresent
	case "code_not_reachable":
		return CodeNotInExecutePath
	case "protected_by_compiler", "protected_at_runtime", "protected_by_mitigating_control":
		return MitigationsAlreadyMade
	}
	return ""
}

// impactOf says in words what no label says.
func impactOf(a *cycloneAnalysis) string {
	var parts []string
	if a.Justification != "" {
		parts = append(parts, strings.ReplaceAll(a.Justification, "_", " "))
	} else if a.State == "false_positive" {
		parts = append(parts, "false positive")
	}
	if a.Detail != "" {
		parts = append(parts, a.Detail)
	}
	return strings.Join(parts, ": ")
}

// actionOf says what to do: the recommendation, the workaround, or what the response and its detail say.
func actionOf(v *cycloneVulnerability) string {
	var parts []string
	for _, part := range append([]string{v.Recommendation, v.Workaround, v.Analysis.Detail}, strings.ReplaceAll(strings.Join(v.Analysis.Response, ", "), "_", " ")) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "\n")
}

// products gives what a vulnerability affects: a component of the product that the document is about, or that product itself.
// Where single versions are named, those that the analysis is not about, and ranges, are left out if the statement suppresses.
func (d *cyclone) products(a *cycloneAffects, suppresses bool) []Product {
	c, isProduct := d.resolve(a.Ref)
	names := []string{c.name()}
	if len(a.Versions) > 0 {
		names = nil
		for _, v := range a.Versions {
			switch {
			case v.Status != "" && v.Status != "affected":
			case v.Version != "":
				names = append(names, c.at(v.Version))
			case !suppresses:
				names = append(names, c.id)
			}
		}
	}
	whole := d.metadata.Component
	var products []Product
	for _, name := range names {
		if isProduct || whole.Name == "" && whole.PURL == "" {
			products = append(products, Product{ID: name})
			continue
		}
		product := Product{ID: whole.named().name(), Subcomponents: []string{name}}
		if whole.PURL != "" && whole.Name != "" {
			product.Also = []string{component{whole.Name, whole.Version}.name()}
		}
		products = append(products, product)
	}
	return products
}

// resolve finds the component that a reference means, and whether it is the product the document is about. A BOM-Link into another
// document is only known if it ends in a package URL.
func (d *cyclone) resolve(ref string) (c component, isProduct bool) {
	if link, found := strings.CutPrefix(ref, "urn:cdx:"); found {
		document, fragment, _ := strings.Cut(link, "#")
		if name, err := url.PathUnescape(fragment); err == nil {
			fragment = name
		}
		serial, _, _ := strings.Cut(document, "/")
		if d.serial != "" && !strings.EqualFold(strings.TrimPrefix(d.serial, "urn:uuid:"), serial) {
			if strings.HasPrefix(fragment, "pkg:") {
				return component{id: fragment}, true
			}
			return component{id: ref}, true
		}
		if _, known := d.names[fragment]; !known && !strings.HasPrefix(fragment, "pkg:") {
			return component{id: ref}, true
		}
		ref = fragment
	}
	known, found := d.names[ref]
	switch {
	case !found:
		return component{id: ref}, true
	case ref == d.metadata.Component.Ref:
		return known, true
	}
	return known, false
}
