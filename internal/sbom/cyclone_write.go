package sbom

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/inventory"
)

// The parts of a CycloneDX 1.6 document that are written, in the order in which they are written.
type (
	cycloneComponent struct {
		Type       string             `json:"type"`
		Ref        string             `json:"bom-ref,omitempty"`
		Group      string             `json:"group,omitempty"`
		Name       string             `json:"name"`
		Version    string             `json:"version,omitempty"`
		Scope      string             `json:"scope,omitempty"`
		Hashes     []cycloneHash      `json:"hashes,omitempty"`
		Licences   []cycloneLicence   `json:"licenses,omitempty"`
		PURL       string             `json:"purl,omitempty"`
		References []cycloneReference `json:"externalReferences,omitempty"`
		Properties []cycloneProperty  `json:"properties,omitempty"`
	}
	cycloneHash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	cycloneLicence struct {
		Licence    *cycloneNamed `json:"license,omitempty"`
		Expression string        `json:"expression,omitempty"`
	}
	cycloneNamed struct {
		ID   string `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
	}
	cycloneReference struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
	cycloneProperty struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	cycloneMetadata struct {
		Timestamp string            `json:"timestamp,omitempty"`
		Tools     cycloneTools      `json:"tools"`
		Component *cycloneComponent `json:"component"`
	}
	cycloneTools struct {
		Components []cycloneComponent `json:"components"`
	}
	cycloneDependency struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn,omitempty"`
	}
)

// kinds are the types of components that CycloneDX 1.6 has.
func kinds() []string {
	return []string{
		"application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver", "firmware", "file",
		"machine-learning-model", "data", "cryptographic-asset",
	}
}

// WriteCycloneDX writes an SBOM as CycloneDX 1.6 in JSON: the same packages give the same bytes. Components are sorted by package URL,
// which is also their bom-ref; the serial number follows from the content. What CycloneDX has no field for stands in properties
// whose names begin with "reeve:".
func WriteCycloneDX(w io.Writer, s *SBOM, o Options) error {
	l := prepare(s)
	return twice(w, func(out *stream, id string) {
		out.raw("{\n  \"$schema\": \"http://cyclonedx.org/schema/bom-1.6.schema.json\",\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n")
		out.raw("  \"serialNumber\": ")
		out.value("urn:uuid:" + id)
		out.raw(",\n  \"version\": 1,\n  \"metadata\": ")
		out.value(l.metadata(o))
		out.raw(",\n  \"components\": ")
		out.list(func(element func(any)) {
			if l.s.Distribution.ID != "" {
				element(l.system())
			}
			for _, e := range l.entries {
				element(l.component(e))
			}
		})
		out.raw(",\n  \"dependencies\": ")
		out.list(l.dependencies)
		out.raw("\n}\n")
	})
}

func (l *listing) metadata(o Options) cycloneMetadata {
	m := cycloneMetadata{Tools: cycloneTools{[]cycloneComponent{{Type: "application", Name: toolName, Version: o.Version}}}}
	if !o.Created.IsZero() {
		m.Timestamp = o.Created.UTC().Format(time.RFC3339)
	}
	m.Component = l.component(l.subject)
	m.Component.Scope, m.Component.Ref, m.Component.Type = "", l.rootRef(), "application"
	if slices.Contains(kinds(), l.s.Subject.Kind) {
		m.Component.Type = l.s.Subject.Kind
	}
	return m
}

// rootRef is the bom-ref of the subject, which no component may have as well.
func (l *listing) rootRef() string {
	ref := cmp.Or(l.subject.purl, "subject")
	if _, taken := slices.BinarySearchFunc(l.entries, ref, func(e *entry, ref string) int { return strings.Compare(e.purl, ref) }); taken {
		ref += "#subject"
	}
	return ref
}

// component writes one package.
func (l *listing) component(e *entry) *cycloneComponent {
	c := &cycloneComponent{Type: "library", Ref: e.purl, PURL: e.purl, Name: e.Name, Version: versionOut(purlType(e.Ecosystem), e.Name, e.Version)}
	switch e.Ecosystem {
	case "npm", "Packagist", "Maven":
		c.Group, c.Name = splitName(purlType(e.Ecosystem), e.Name)
	}
	read := e.asRead()
	switch {
	case e.Scope != inventory.Production:
		c.Scope, read.Scope = "excluded", inventory.Development
	case e.Optional:
		c.Scope, read.Optional = "optional", true
	default:
		c.Scope = "required"
	}
	for _, h := range e.hashes {
		for _, a := range algorithms() {
			if a.name == h.algorithm {
				c.Hashes = append(c.Hashes, cycloneHash{a.cyclone, h.value})
			}
		}
	}
	if licence := cutLicence(e.Licence); licence != "" {
		switch l.licenceKind(licence) {
		case licenceID:
			c.Licences = []cycloneLicence{{Licence: &cycloneNamed{ID: licence}}}
		case licenceExpression:
			c.Licences = []cycloneLicence{{Expression: licence}}
		default:
			c.Licences = []cycloneLicence{{Licence: &cycloneNamed{Name: licence}}}
		}
	}
	if address := webAddress(e.Origin); address != "" {
		kind := "distribution"
		if strings.HasPrefix(address, "git") || strings.HasPrefix(address, "ssh") {
			kind = "vcs"
		}
		c.References = []cycloneReference{{kind, address}}
	}
	for _, p := range propertiesOf(&e.Package, &read, e.files) {
		c.Properties = append(c.Properties, cycloneProperty{p.name, p.value})
	}
	return c
}

// systemRef is the bom-ref of the operating system.
func (l *listing) systemRef() string { return "os:" + l.s.Distribution.ID }

func (l *listing) system() cycloneComponent {
	d := l.s.Distribution
	c := cycloneComponent{Type: "operating-system", Ref: l.systemRef(), Name: d.ID, Version: d.VersionID}
	for _, p := range systemProperties(d) {
		c.Properties = append(c.Properties, cycloneProperty{p.name, p.value})
	}
	return c
}

// systemProperties are what formats have no field for in an operating system.
func systemProperties(d inventory.Distribution) []property {
	var list []property
	for _, p := range []property{{propCodename, d.Codename}, {propEcosystem, d.Ecosystem}, {propName, d.Name}} {
		if p.value != "" {
			list = append(list, p)
		}
	}
	return list
}

// dependencies writes the whole graph: who needs nothing is said to need nothing.
func (l *listing) dependencies(element func(any)) {
	refs := func(positions []int) []string {
		var list []string
		for _, at := range positions {
			list = append(list, l.entries[at].purl)
		}
		return list
	}
	element(cycloneDependency{l.rootRef(), refs(l.direct)})
	if l.s.Distribution.ID != "" {
		element(cycloneDependency{Ref: l.systemRef()})
	}
	for _, e := range l.entries {
		element(cycloneDependency{e.purl, refs(e.requires)})
	}
}
