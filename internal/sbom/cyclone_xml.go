package sbom

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxToken is how much of an XML document may belong to one tag or text, in bytes: the decoder holds those whole.
const maxToken = 16 << 20

// xmlReader reads a CycloneDX document in XML as a stream. Document types are refused, so there are no entities but XML's own.
type xmlReader struct {
	d     *xml.Decoder
	in    *tokenBound
	b     *builder
	depth int
}

// tokenBound ends an input in which one token takes too much.
type tokenBound struct {
	r    io.Reader
	used int
}

func (t *tokenBound) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.used += n; t.used > maxToken {
		return n, fmt.Errorf("a tag or text longer than %d MiB", maxToken>>20)
	}
	return n, err
}

func readXML(r io.Reader) (*SBOM, error) {
	in := &tokenBound{r: r}
	x := &xmlReader{d: xml.NewDecoder(in), in: in, b: newBuilder()}
	root, err := x.start()
	if err != nil {
		return nil, x.where(err)
	}
	version, cut := strings.CutPrefix(root.Name.Space, "http://cyclonedx.org/schema/bom/")
	if root.Name.Local != "bom" || !cut {
		return nil, errFormat
	}
	if err := x.b.cycloneVersion(version); err != nil {
		return nil, err
	}
	x.b.s.Serial = attribute(root, "serialNumber")
	if err := x.children(x.member); err != nil {
		return nil, x.where(err)
	}
	for {
		token, err := x.token()
		if errors.Is(err, io.EOF) {
			return x.b.finish(), nil
		}
		if err != nil {
			return nil, x.where(err)
		}
		if _, more := token.(xml.StartElement); more {
			return nil, x.where(errors.New("a second root element"))
		}
	}
}

// where adds the place to an error.
func (x *xmlReader) where(err error) error {
	var syntax *xml.SyntaxError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		err = errors.New("the document is cut short")
	} else if syntax != nil {
		err = errors.New(syntax.Msg)
	}
	line, _ := x.d.InputPos()
	return fmt.Errorf("line %d: %w", line, err)
}

func (x *xmlReader) token() (xml.Token, error) {
	x.in.used = 0
	t, err := x.d.Token()
	if _, directive := t.(xml.Directive); directive && err == nil {
		return nil, errors.New("a document type or other directive, which an SBOM has no use for")
	}
	return t, err
}

// start reads to the next element.
func (x *xmlReader) start() (xml.StartElement, error) {
	for {
		t, err := x.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if s, ok := t.(xml.StartElement); ok {
			return s, nil
		}
	}
}

// children calls take for each element inside the current one; take must read it to its end.
func (x *xmlReader) children(take func(xml.StartElement) error) error {
	if x.depth++; x.depth > maxDepth {
		return errDepth
	}
	defer func() { x.depth-- }()
	for {
		t, err := x.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := take(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skip passes over the rest of the current element.
func (x *xmlReader) skip() error {
	for open := 1; open > 0; {
		t, err := x.token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			if open++; open > maxDepth {
				return errDepth
			}
		case xml.EndElement:
			open--
		}
	}
	return nil
}

// text reads the text of the current element.
func (x *xmlReader) text(to *string) error {
	var b strings.Builder
	for open := 1; open > 0; {
		t, err := x.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if open++; open > maxDepth {
				return errDepth
			}
		case xml.EndElement:
			open--
		case xml.CharData:
			if b.Len()+len(t) > maxText {
				return fmt.Errorf("a text longer than %d bytes", maxText)
			}
			if open == 1 {
				b.Write(t)
			}
		}
	}
	*to = strings.TrimSpace(b.String())
	return nil
}

// each calls take for the elements of one name inside the current one.
func (x *xmlReader) each(name string, take func(xml.StartElement) error) error {
	return x.children(func(s xml.StartElement) error {
		if s.Name.Local != name {
			return x.skip()
		}
		return take(s)
	})
}

func attribute(s xml.StartElement, name string) string {
	for _, a := range s.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// member reads an element at the top of the document.
func (x *xmlReader) member(s xml.StartElement) error {
	switch s.Name.Local {
	case "metadata":
		return x.children(x.metadata)
	case "components":
		return x.each("component", func(s xml.StartElement) error { return x.component(s, x.b.add) })
	case "services":
		return x.each("service", x.service)
	case "dependencies":
		return x.each("dependency", x.dependency)
	}
	return x.skip()
}

func (x *xmlReader) metadata(s xml.StartElement) error {
	switch s.Name.Local {
	case "timestamp":
		var created string
		err := x.text(&created)
		x.b.s.Created = timeOf(created)
		return err
	case "component":
		return x.component(s, func(c *component) error {
			x.b.subject(c)
			return nil
		})
	}
	return x.skip()
}

// component reads a component and hands it on, after those inside it.
func (x *xmlReader) component(s xml.StartElement, take func(*component) error) error {
	line, _ := x.d.InputPos()
	c := &component{at: fmt.Sprintf("line %d", line), ref: attribute(s, "bom-ref"), kind: strings.ToLower(attribute(s, "type"))}
	if err := x.children(func(s xml.StartElement) error { return x.field(c, s) }); err != nil {
		return err
	}
	return take(c)
}

// field reads an element of a component.
func (x *xmlReader) field(c *component, s xml.StartElement) error {
	switch s.Name.Local {
	case "group":
		return x.text(&c.group)
	case "name":
		return x.text(&c.name)
	case "version":
		return x.text(&c.version)
	case "purl":
		return x.text(&c.purl)
	case "scope":
		var scope string
		err := x.text(&scope)
		c.cycloneScope(scope)
		return err
	case "hashes":
		return x.each("hash", func(s xml.StartElement) error {
			var value string
			err := x.text(&value)
			c.addHash(attribute(s, "alg"), value)
			return err
		})
	case "licenses":
		var list []licence
		err := x.licences(&list)
		c.licence = joinLicences(list)
		return err
	case "properties":
		return x.each("property", func(s xml.StartElement) error {
			var value string
			err := x.text(&value)
			c.property(property{attribute(s, "name"), value})
			return err
		})
	case "evidence":
		return x.each("occurrences", func(xml.StartElement) error {
			return x.each("occurrence", func(xml.StartElement) error {
				return x.each("location", func(xml.StartElement) error {
					var path string
					err := x.text(&path)
					c.file(path)
					return err
				})
			})
		})
	case "components":
		return x.each("component", func(s xml.StartElement) error { return x.component(s, x.b.add) })
	}
	return x.skip()
}

// licences reads <license> with <id> or <name>, and <expression>.
func (x *xmlReader) licences(list *[]licence) error {
	add := func() error {
		var s string
		err := x.text(&s)
		addLicence(list, s)
		return err
	}
	return x.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "expression":
			return add()
		case "license":
			return x.children(func(s xml.StartElement) error {
				if s.Name.Local == "id" || s.Name.Local == "name" {
					return add()
				}
				return x.skip()
			})
		}
		return x.skip()
	})
}

// service reads the names of a service and of those inside it, which dependencies may speak of.
func (x *xmlReader) service(s xml.StartElement) error {
	line, _ := x.d.InputPos()
	x.b.place(&component{ref: attribute(s, "bom-ref"), at: fmt.Sprintf("line %d", line)}, nodeOther)
	return x.each("services", func(xml.StartElement) error { return x.each("service", x.service) })
}

// dependency reads what one component requires. Dependencies may also stand inside one another, as a tree.
func (x *xmlReader) dependency(s xml.StartElement) error {
	from := attribute(s, "ref")
	return x.each("dependency", func(s xml.StartElement) error {
		if err := x.b.connect(from, attribute(s, "ref"), linkRuntime); err != nil {
			return err
		}
		return x.dependency(s)
	})
}
