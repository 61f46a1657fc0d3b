package ingest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// xmlReader goes through an XML report. No entity but XML's own five is known, and nothing outside the report is ever read.
type xmlReader struct {
	in    *Input
	raw   *xml.Decoder
	dec   *xml.Decoder
	depth int
}

func newXMLDecoder(r io.Reader) *xml.Decoder {
	dec := xml.NewDecoder(r)
	dec.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") { // it is UTF-8 by now: see Input.decode
			return r, nil
		}
		return charset.NewReaderLabel(label, r)
	}
	return dec
}

// xml begins to read the input as XML.
func (in *Input) xml() *xmlReader { return in.xmlFrom(in) }

// xmlFrom begins to read XML that r takes out of the input.
func (in *Input) xmlFrom(r io.Reader) *xmlReader {
	raw := newXMLDecoder(r)
	in.at = raw.InputOffset
	return &xmlReader{in: in, raw: raw, dec: xml.NewTokenDecoder(&shallow{dec: raw})}
}

// offset is how far the document was read.
func (x *xmlReader) offset() int64 { return x.raw.InputOffset() }

// shallow refuses elements within elements within elements: the decoder remembers each that is open.
type shallow struct {
	dec   *xml.Decoder
	depth int
}

// Token gives the next token.
func (s *shallow) Token() (xml.Token, error) {
	t, err := s.dec.RawToken()
	switch t.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxDepth {
			return nil, fmt.Errorf("nested more than %d deep", maxDepth)
		}
	case xml.EndElement:
		s.depth--
	}
	return t, err
}

// walk goes through all elements in the order of the document. For each, visit may take it whole with decode and return true; else the walk goes
// into it, and leave (which may be nil) is told when it ends.
func (x *xmlReader) walk(visit func(start xml.StartElement) (taken bool, err error), leave func(name string)) error {
	for {
		t, err := x.dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return x.explain(err)
		}
		x.in.progress()
		switch t := t.(type) {
		case xml.StartElement:
			taken, err := visit(t)
			if err != nil {
				return err
			}
			if !taken {
				x.depth++
			}
		case xml.EndElement:
			x.depth--
			if leave != nil {
				leave(t.Name.Local)
			}
		}
	}
}

// decode takes a whole element into v.
func (x *xmlReader) decode(v any, start xml.StartElement) error {
	return x.explain(x.dec.DecodeElement(v, &start))
}

// element takes a whole element for a visit of walk.
func element[T any](x *xmlReader, start xml.StartElement, take func(*T) error) (taken bool, err error) {
	var one T
	return true, orNext(x.decode(&one, start), func() error { return take(&one) })
}

// skip takes a whole element and forgets it.
func (x *xmlReader) skip() error { return x.explain(x.dec.Skip()) }

func (x *xmlReader) explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		if syntax.Msg == "unexpected EOF" {
			return &Error{Offset: x.offset(), Err: errors.New("the report ends in the middle")}
		}
		line, _ := x.raw.InputPos()
		return &Error{Offset: x.offset(), Err: fmt.Errorf("line %d: %s", line, syntax.Msg)}
	}
	return err
}

func attr(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
