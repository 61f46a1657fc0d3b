package ingest

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

var cycloneDXFormat = Format{
	Name: "cyclonedx", Title: "CycloneDX JSON", Tool: "CycloneDX",
	Is: func(h *Head) bool {
		return h.Text("bomFormat") == "CycloneDX" || h.Text("predicate.bomFormat") == "CycloneDX" || h.Has("specVersion", "components")
	},
	Read: readCycloneDX,
}

// readCycloneDX reads a bill of materials with its vulnerabilities, in one pass.
func readCycloneDX(in *Input, h *Header, out Sink) error {
	both, finish := besides(in)
	j := in.jsonFrom(both)
	c := newCyclone(h, out)
	err := j.members(func(name string) error { return c.member(j, name) })
	if err == nil {
		err = c.late.run()
	}
	s, err := finish(err)
	return orNext(err, func() error { return emitBill(h, s, out) })
}

// cyclone is what is remembered of a document while its vulnerabilities are read.
type cyclone struct {
	h   *Header
	out Sink
	// names are the components whose reference is no package URL; held is what they take.
	names   map[string]finding.Component
	held    budget
	subject cycloneComponent
	// late are the vulnerabilities that stand before the components.
	late postponed
}

func newCyclone(h *Header, out Sink) *cyclone {
	return &cyclone{h: h, out: out, names: map[string]finding.Component{}}
}

func (c *cyclone) member(j *jsonReader, name string) error {
	switch name {
	case "predicate":
		if j.kind() == '{' {
			return j.members(func(name string) error { return c.member(j, name) })
		}
	case "metadata":
		var m struct {
			Tools     cycloneTools
			Component cycloneComponent
		}
		err := j.value(&m)
		c.tool(m.Tools)
		c.subject = m.Component
		return orNext(err, func() error { return c.note(&m.Component, 0) })
	case "components":
		return each(j, func(one *cycloneComponent) error { return c.note(one, 0) })
	case "vulnerabilities":
		return j.elements(func() error {
			at := j.dec.InputOffset()
			v := &cycloneVulnerability{}
			return orNext(j.value(v), func() error { return c.vulnerability(v, j.dec.InputOffset()-at) })
		})
	}
	return j.skip()
}

// cycloneTools are the tools that made a document: a list, or since version 1.5 a list of components.
type cycloneTools []cycloneComponent

// UnmarshalJSONFrom reads both.
func (t *cycloneTools) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '{' {
		var object struct{ Components []cycloneComponent }
		err := json.UnmarshalDecode(dec, &object)
		*t = object.Components
		return err
	}
	return json.UnmarshalDecode(dec, (*[]cycloneComponent)(t))
}

// tool takes the first of the tools that have a name.
func (c *cyclone) tool(tools []cycloneComponent) {
	for _, t := range tools {
		if t.Name != "" {
			c.h.Tool = finding.Tool{Name: oneLine(t.Name, 100), Version: oneLine(t.Version, 100)}
			return
		}
	}
}

type cycloneComponent struct {
	Ref        string             `json:"bom-ref" xml:"bom-ref,attr"`
	Group      string             `json:"group" xml:"group"`
	Name       string             `json:"name" xml:"name"`
	Version    string             `json:"version" xml:"version"`
	PURL       string             `json:"purl" xml:"purl"`
	Components []cycloneComponent `json:"components" xml:"components>component"`
	// Vulnerabilities stand in components in the extension that XML had before version 1.4.
	Vulnerabilities []cycloneVulnerability `json:"-" xml:"vulnerabilities>vulnerability"`
}

func (o *cycloneComponent) component() finding.Component {
	name := o.Name
	if o.Group != "" {
		name = o.Group + "/" + o.Name
	}
	return componentFor(o.PURL, "", "", name, o.Version)
}

// note remembers a component and those inside it.
func (c *cyclone) note(o *cycloneComponent, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("components are nested more than %d deep", maxDepth)
	}
	if _, known := packageIn(o.Ref); o.Ref != "" && !known {
		c.names[o.Ref] = o.component()
		if err := c.held.take(int64(len(o.Ref)+len(o.PURL)+2*len(o.Name)+len(o.Version)+200), "components whose reference is no package URL"); err != nil {
			return err
		}
	}
	for i := range o.Components {
		if err := c.note(&o.Components[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// packageIn reads a reference that is a package URL. Syft adds a qualifier of its own, which is no part of the package's name.
func packageIn(ref string) (finding.Component, bool) {
	p, err := sbom.FromPURL(ref)
	if err != nil {
		return finding.Component{}, false
	}
	if strings.Contains(ref, "package-id=") {
		ref = sbom.PURL(&inventory.Package{Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version, Arch: p.Arch, Source: p.Source})
	}
	return finding.Component{PURL: ref, Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version}, true
}

// resolve finds the component of a reference, which may be a BOM-Link into another document.
func (c *cyclone) resolve(ref string) (finding.Component, bool) {
	if link, cut := strings.CutPrefix(ref, "urn:cdx:"); cut {
		_, fragment, _ := strings.Cut(link, "#")
		if plain, err := url.PathUnescape(fragment); err == nil {
			fragment = plain
		}
		ref = cmp.Or(fragment, ref)
	}
	if known, ok := c.names[ref]; ok {
		return known, true
	}
	return packageIn(ref)
}
