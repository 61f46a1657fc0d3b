package vex

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	// maxInput is the longest document that is read, in bytes.
	maxInput = 512 << 20
	// maxStatements bounds the statements of one document, and maxPairs the flaws and products in them together.
	maxStatements = 1_000_000
	maxPairs      = 10_000_000
	// maxDepth is how deep a product tree may be nested.
	maxDepth = 100
)

var (
	errFormat = errors.New("neither OpenVEX nor CSAF 2.0 nor CycloneDX with vulnerabilities")
	errMany   = fmt.Errorf("more than %d statements", maxStatements)
)

// Read reads the statements of a document; which format it has is told by its content. Path is only noted as their Source. Statements
// that are not Valid are read as well; a document that says what no format knows is an error.
func Read(path string, r io.Reader) ([]Statement, error) {
	d := &document{seen: map[string]bool{}}
	list, err := d.read(&bounded{r: r, left: maxInput})
	if err != nil {
		return nil, fmt.Errorf("read VEX %q: %w", path, err)
	}
	for i := range list {
		list[i].Source = path
	}
	return list, nil
}

// bounded ends an input that is too long with an error.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, fmt.Errorf("longer than %d MiB", maxInput>>20)
	}
	return n, err
}

// document is what is read of a document before its format is known, as members stand in any order.
type document struct {
	in   *json.Decoder
	seen map[string]bool
	openVEX
	csaf
	cyclone
	// vulnerabilities are CSAF's or CycloneDX'.
	vulnerabilities []vulnerability
}

// vulnerability is an entry of a list that CSAF and CycloneDX both have under this name, with different members.
type vulnerability struct {
	csafVulnerability
	cycloneVulnerability
}

func (d *document) read(r io.Reader) ([]Statement, error) {
	d.in = json.NewDecoder(r)
	if err := d.object(); err != nil {
		return nil, d.where(err)
	}
	if _, err := d.in.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("text after the end of the document")
		}
		return nil, d.where(err)
	}
	isOpenVEX, isCSAF, isCyclone := d.seen["statements"], d.seen["document"], d.bomFormat == "CycloneDX"
	switch {
	case isOpenVEX && !isCSAF && !isCyclone:
		return d.openVEX.statements()
	case isCSAF && !isOpenVEX && !isCyclone:
		return d.csaf.statements(d.vulnerabilities)
	case isCyclone && !isOpenVEX && !isCSAF && d.seen["vulnerabilities"]:
		return d.cyclone.statements(d.vulnerabilities)
	}
	return nil, errFormat
}

// where adds the place to an error.
func (d *document) where(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the document is cut short")
	}
	return fmt.Errorf("byte %d: %w", d.in.InputOffset(), err)
}

// object reads the members at the top of a document, or of one that a statement of in-toto holds.
func (d *document) object() error {
	if t, err := d.in.Token(); err != nil || t != json.Delim('{') {
		return orElse(err, errFormat)
	}
	for d.in.More() {
		t, err := d.in.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return errFormat
		}
		if d.seen[name] {
			return fmt.Errorf("the member %q stands twice", cut(name))
		}
		if len(d.seen) > 1000 {
			return errors.New("more than 1000 members")
		}
		d.seen[name] = true
		if err := d.member(name); err != nil {
			return err
		}
	}
	_, err := d.in.Token()
	return err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// cut shortens outside text for a sentence.
func cut(s string) string { return s[:min(len(s), 100)] }

// member reads one member of the document.
func (d *document) member(name string) error {
	if to := d.field(name); to != nil {
		return d.in.Decode(to)
	}
	switch name {
	case "statements":
		return list(d.in, &d.openVEX.list)
	case "vulnerabilities":
		return list(d.in, &d.vulnerabilities)
	case "components":
		return elements(d.in, func() error {
			var c cycloneComponent
			if err := d.in.Decode(&c); err != nil {
				return err
			}
			return d.cyclone.note(&c, 0)
		})
	case "predicate":
		return d.object()
	}
	return skip(d.in)
}

// field is where a small member of the document belongs, nil for one that has no place of its own.
func (d *document) field(name string) any {
	switch name {
	case "@context":
		return new(json.RawMessage)
	case "author":
		return &d.openVEX.author
	case "timestamp":
		return &d.openVEX.timestamp
	case "document":
		return &d.csaf.document
	case "product_tree":
		return &d.csaf.tree
	case "bomFormat":
		return &d.cyclone.bomFormat
	case "serialNumber":
		return &d.cyclone.serial
	case "metadata":
		return &d.cyclone.metadata
	}
	return nil
}

// elements calls element before each element of an array, which it must read. Null is an empty array.
func elements(in *json.Decoder, element func() error) error {
	t, err := in.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return fmt.Errorf("%v where an array is expected", t)
	}
	for in.More() {
		if err := element(); err != nil {
			return err
		}
	}
	_, err = in.Token()
	return err
}

// list reads an array into a list, one element at a time.
func list[T any](in *json.Decoder, to *[]T) error {
	return elements(in, func() error {
		if len(*to) >= maxStatements {
			return errMany
		}
		var one T
		if err := in.Decode(&one); err != nil {
			return fmt.Errorf("element %d: %w", len(*to)+1, err)
		}
		*to = append(*to, one)
		return nil
	})
}

// skip passes over one value.
func skip(in *json.Decoder) error {
	for depth := 0; ; {
		t, err := in.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// timeOf reads a time; what is none is zero.
func timeOf(texts ...string) time.Time {
	for _, s := range texts {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// words is a text, or a list of them, or what has one in a member of some name.
type words []string

// UnmarshalJSON reads one text or a list of texts.
func (w *words) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*[]string)(w))
	}
	var one string
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	if one != "" {
		*w = words{one}
	}
	return nil
}
