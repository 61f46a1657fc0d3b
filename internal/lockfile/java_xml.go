package lockfile

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const (
	// maxEntities is how many different names of entities are looked for in one file.
	maxEntities = 1000
	// maxEntityName is the longest name of an entity, in bytes.
	maxEntityName = 40
	// maxElements is how many elements a document may have.
	maxElements = 1 << 20
)

// element is one XML element. Names are without their namespace.
type element struct {
	name     string
	attrs    []xml.Attr
	text     string // its own character data, without that of its children, trimmed; parts is what of it was read so far
	parts    []string
	children []*element
	line     int
}

// parseXML reads a document as a tree. It expands no entities but XML's own five: other references stay as they are written, and
// a document type that declares any is refused.
func parseXML(data []byte) (*element, error) {
	data, err := utf8FromMark(data)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = xmlCharset
	d.Entity = xmlEntities(data)
	var open []*element
	count := 0
	root := &element{}
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			line, _ = d.InputPos()
			if d.InputOffset() >= int64(len(data)) {
				return nil, &lineError{line, errTruncated}
			}
			return nil, errorAt(line, "%s", strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		switch token := token.(type) {
		case xml.StartElement:
			if count++; len(open) >= maxDepth || count > maxElements {
				return nil, errorAt(line, "elements are nested more than %d deep or there are more than %d", maxDepth, maxElements)
			}
			e := &element{name: token.Name.Local, attrs: token.Attr, line: line}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case root.name != "":
				return nil, errorAt(line, "a second document begins")
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			last := len(open) - 1
			open[last].text = strings.TrimSpace(strings.Join(open[last].parts, ""))
			open[last].parts = nil
			open = open[:last]
		case xml.CharData:
			if trimmed := bytes.TrimSpace(token); len(open) > 0 && len(trimmed) > 0 {
				top := open[len(open)-1]
				top.parts = append(top.parts, string(token))
			}
		case xml.Directive:
			if bytes.HasPrefix(token, []byte("DOCTYPE")) && bytes.IndexByte(token, '[') >= 0 {
				return nil, errorAt(line, "a document type with declarations of its own is not read")
			}
		}
	}
	if root.name == "" {
		return nil, errTruncated
	}
	return root, nil
}

// utf8FromMark turns UTF-16 with a byte order mark into UTF-8.
func utf8FromMark(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// xmlCharset decodes what the document says it is written in.
func xmlCharset(name string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return in, nil
	case "utf-16", "utf-16le", "utf-16be", "unicode":
		return in, nil // it could be read this far, so it is not: it was transcoded before
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1":
		return charmap.ISO8859_1.NewDecoder().Reader(in), nil
	case "iso-8859-15", "latin-9":
		return charmap.ISO8859_15.NewDecoder().Reader(in), nil
	case "windows-1252", "cp1252":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	return nil, fmt.Errorf("the encoding %q is not known", name)
}

// xmlEntities gives every name of an entity in the text itself as its value: Maven takes more names than XML has, and none of them
// matters here.
func xmlEntities(data []byte) map[string]string {
	found := map[string]string{}
	for len(found) < maxEntities {
		start := bytes.IndexByte(data, '&')
		if start < 0 {
			break
		}
		data = data[start+1:]
		end := bytes.IndexByte(data[:min(len(data), maxEntityName)], ';')
		if end <= 0 || data[0] == '#' || !utf8.Valid(data[:end]) || bytes.ContainsAny(data[:end], " <>&\"'\n") {
			continue
		}
		name := string(data[:end])
		found[name] = "&" + name + ";"
	}
	return found
}

// child gives the first child of a name, nil where there is none or e is nil.
func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// at goes down a path of names from child to child; nil where it ends.
func (e *element) at(names ...string) *element {
	for _, name := range names {
		e = e.child(name)
	}
	return e
}

// all gives the children of a name.
func (e *element) all(name string) []*element {
	if e == nil {
		return nil
	}
	var found []*element
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// get gives the text of the first child of a name, "" where there is none.
func (e *element) get(name string) string {
	if c := e.child(name); c != nil {
		return c.text
	}
	return ""
}

// attr gives an attribute whose name is equal but for the case of its letters.
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// pathBeside joins a path to the folder of a file, if the result stays below the root.
func pathBeside(file, relative string) (string, bool) {
	relative = strings.ReplaceAll(relative, `\`, "/")
	if relative == "" || strings.HasPrefix(relative, "/") || strings.ContainsAny(relative, "\x00:") {
		return "", false
	}
	joined := path.Join(path.Dir(file), relative)
	if joined == ".." || strings.HasPrefix(joined, "../") {
		return "", false
	}
	return joined, true
}
