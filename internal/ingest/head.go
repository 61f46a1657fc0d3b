package ingest

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Head is what recognition goes by: the file's name and its first 64 KiB. Whatever does not parse is simply not there.
type Head struct {
	// Name is the base name of the file in lower case, "" where it has none.
	Name string
	// Data are the first bytes.
	Data []byte

	// told, where it is not nil, is handed what a format was recognised by, for the documentation.
	told func(what string)

	kind    string   // object, array, xml, text
	keys    []string // of the object, or of the array's first element
	deep    []string // dotted, two and three levels down, through arrays
	strs    map[string]string
	root    xml.StartElement
	columns []string
}

func newHead(name string, data []byte) *Head {
	h := &Head{Name: strings.ToLower(path.Base(strings.ReplaceAll(name, "\\", "/"))), Data: data, strs: map[string]string{}}
	text := bytes.TrimLeft(data, " \t\r\n")
	switch {
	case len(text) == 0:
		h.kind = "empty"
	case text[0] == '{':
		h.kind = "object"
		h.scanJSON(text)
	case text[0] == '[':
		h.kind = "array"
		h.scanJSON(text)
	case text[0] == '<':
		h.kind = "xml"
		h.scanXML(text)
	default:
		h.kind = "text"
		h.scanCSV(text)
	}
	return h
}

// Object and Array tell what the report is at its outside; JSON Lines are an Object.
func (h *Head) Object() bool { return h.kind == "object" }

// Array tells that the report is a JSON array.
func (h *Head) Array() bool { return h.kind == "array" }

// Has tells whether the head shows all these members: of the object, or of the array's first object. A dotted name goes deeper, through the
// first element of arrays: "runs.tool.driver".
func (h *Head) Has(members ...string) bool {
	for _, m := range members {
		if !slices.Contains(h.keys, m) && !slices.Contains(h.deep, m) {
			return false
		}
	}
	return h.tell(h.kind == "object" || h.kind == "array", "members", members...)
}

// tell notes what was true.
func (h *Head) tell(is bool, what string, names ...string) bool {
	if is && h.told != nil {
		h.told(what + " `" + strings.Join(names, "`, `") + "`")
	}
	return is
}

// Text gives the first string value of a member (dotted as in Has), "" where the head shows none.
func (h *Head) Text(member string) string {
	s := h.strs[member]
	h.tell(s != "", "text", member)
	return s
}

// Root gives the name of an XML report's outermost element, "" for anything else; Attr one of its attributes.
func (h *Head) Root() string {
	name := h.root.Name.Local
	h.tell(name != "", "element", name)
	return name
}

// Attr gives an attribute of the outermost XML element; its namespace is Attr("xmlns").
func (h *Head) Attr(name string) string {
	for _, a := range h.root.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// Columns tells whether the first line of a CSV report has all these columns, in any case and order.
func (h *Head) Columns(names ...string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(h.columns, func(c string) bool { return strings.EqualFold(c, n) }) {
			return false
		}
	}
	return h.tell(len(h.columns) > 0, "columns", names...)
}

// Contains tells whether the first bytes hold a text.
func (h *Head) Contains(text string) bool {
	return h.tell(bytes.Contains(h.Data, []byte(text)), "bytes", strings.Trim(text, "<> "))
}

// whole gives the report without its white space, and whether the head holds all of it; only then it means anything.
func (h *Head) whole() (text string, all bool) {
	return strings.Join(strings.Fields(string(h.Data)), ""), len(h.Data) < headSize
}

// maxHeadNames bounds what is remembered of a head.
const maxHeadNames = 4096

// scanJSON learns names and strings of the first levels. The head is cut off somewhere, so its end is no error.
func (h *Head) scanJSON(text []byte) {
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if h.kind == "array" {
		if _, err := dec.ReadToken(); err != nil || dec.PeekKind() != '{' {
			return
		}
	}
	h.scanObject(dec, "", 0)
}

// scanObject takes an object apart; false when the head ends.
func (h *Head) scanObject(dec *jsontext.Decoder, prefix string, depth int) bool {
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return false
		}
		full := prefix + name.String()
		if depth == 0 && len(h.keys) < maxHeadNames {
			h.keys = append(h.keys, full)
		} else if len(h.deep) < maxHeadNames {
			h.deep = append(h.deep, full)
		}
		if !h.scanValue(dec, full, depth) {
			return false
		}
	}
	_, err := dec.ReadToken()
	return err == nil
}

func (h *Head) scanValue(dec *jsontext.Decoder, full string, depth int) bool {
	switch dec.PeekKind() {
	case '{':
		if depth < 3 {
			return h.scanObject(dec, full+".", depth+1)
		}
	case '[':
		if depth < 3 {
			return h.scanArray(dec, full, depth)
		}
	case '"':
		t, err := dec.ReadToken()
		if err != nil {
			return false
		}
		if _, known := h.strs[full]; !known && len(h.strs) < maxHeadNames {
			h.strs[full] = t.String()
		}
		return true
	}
	return dec.SkipValue() == nil
}

func (h *Head) scanArray(dec *jsontext.Decoder, full string, depth int) bool {
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	for first := true; dec.PeekKind() != ']'; first = false {
		if dec.PeekKind() == 0 {
			return false
		}
		if first && dec.PeekKind() == '{' {
			if !h.scanObject(dec, full+".", depth+1) {
				return false
			}
			continue
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
	_, err := dec.ReadToken()
	return err == nil
}

func (h *Head) scanXML(text []byte) {
	dec := newXMLDecoder(bytes.NewReader(text))
	for {
		t, err := dec.RawToken()
		if err != nil {
			return
		}
		if start, ok := t.(xml.StartElement); ok {
			h.root = start.Copy()
			return
		}
	}
}

func (h *Head) scanCSV(text []byte) {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(line))
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	if columns, err := r.Read(); err == nil && len(columns) > 1 {
		for _, c := range columns {
			h.columns = append(h.columns, strings.TrimSpace(c))
		}
	}
}

// describe says what a report looks like, for the message that it is unknown.
func (h *Head) describe() string {
	switch {
	case h.kind == "empty":
		return "it is empty"
	case h.kind == "object" || h.kind == "array":
		return fmt.Sprintf("JSON %s with the members %q", h.kind, h.keys[:min(len(h.keys), 8)])
	case h.Root() != "":
		return fmt.Sprintf("XML with the root element %q", h.Root())
	case len(h.columns) > 0:
		return fmt.Sprintf("CSV with the columns %q", h.columns[:min(len(h.columns), 8)])
	}
	return "text"
}
