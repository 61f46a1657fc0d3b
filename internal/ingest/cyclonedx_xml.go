package ingest

import (
	"encoding/xml"
	"strings"
)

var cycloneDXXMLFormat = Format{
	Name: "cyclonedx-xml", Title: "CycloneDX XML", Tool: "CycloneDX",
	Is: func(h *Head) bool {
		return h.Root() == "bom" && (strings.Contains(h.Attr("xmlns"), "cyclonedx.org") || h.Contains("cyclonedx.org/schema/bom"))
	},
	Read: readCycloneDXXML,
}

// readCycloneDXXML reads a bill of materials with its vulnerabilities, in one pass.
func readCycloneDXXML(in *Input, h *Header, out Sink) error {
	both, finish := besides(in)
	x := in.xmlFrom(both)
	c := newCyclone(h, out)
	err := x.walk(func(start xml.StartElement) (bool, error) { return c.element(x, start) }, nil)
	if err == nil {
		err = c.late.run()
	}
	s, err := finish(err)
	return orNext(err, func() error { return emitBill(h, s, out) })
}

func (c *cyclone) element(x *xmlReader, start xml.StartElement) (taken bool, err error) {
	switch start.Name.Local {
	case "bom", "components", "vulnerabilities":
		return false, nil
	case "metadata":
		var m struct {
			Tools     []cycloneComponent `xml:"tools>tool"`
			Newer     []cycloneComponent `xml:"tools>components>component"`
			Component cycloneComponent   `xml:"component"`
		}
		err := x.decode(&m, start)
		c.tool(append(m.Tools, m.Newer...))
		c.subject = m.Component
		return true, orNext(err, func() error { return c.note(&m.Component, 0) })
	case "component":
		return element(x, start, func(one *cycloneComponent) error {
			return orNext(c.note(one, 0), func() error { return c.inside(one, 0) })
		})
	case "vulnerability":
		at := x.offset()
		v := &cycloneVulnerability{}
		return true, orNext(x.decode(v, start), func() error { return c.vulnerability(v, x.offset()-at) })
	}
	return true, x.skip()
}

// inside reads the vulnerabilities that stand in a component and in those inside it.
func (c *cyclone) inside(o *cycloneComponent, depth int) error {
	if depth > maxDepth {
		return nil // note has refused it
	}
	for i := range o.Vulnerabilities {
		v := &o.Vulnerabilities[i]
		if len(v.Affects) == 0 {
			v.Ref = ""
			if err := v.flaw(o.component()).emit(c.out); err != nil {
				return err
			}
			continue
		}
		if err := c.vulnerability(v, 4096); err != nil {
			return err
		}
	}
	for i := range o.Components {
		if err := c.inside(&o.Components[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}
