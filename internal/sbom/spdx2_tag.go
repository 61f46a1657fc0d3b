package sbom

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is the longest line of a tag-value document that is read whole, in bytes.
const maxLine = 64 << 10

// tagReader reads SPDX 2's tag-value format: a tag, a colon and a value on each line; a value in <text> may go over several lines.
type tagReader struct {
	in   *bufio.Reader
	line int // of the last line read, from 1
	d    spdx2
	b    *builder
	// current is the package that the tags are about; nil outside packages.
	current             *component
	declared, concluded string
	// licence are the tags of a licence that the document brings itself, since its identifier: that, its name, its text.
	licence [3]string
	// about is the element that the next annotation is about.
	about     string
	annotated []annotated
	version   string
}

// annotated is a property of a package, which stands anywhere in the document.
type annotated struct {
	id int32
	property
}

func readTagValue(in *bufio.Reader) (*SBOM, error) {
	t := &tagReader{in: in, b: newBuilder()}
	for {
		tag, value, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = t.take(tag, value)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", t.line, err)
		}
	}
	if err := t.close(); err != nil {
		return nil, err
	}
	if err := t.b.spdxVersion(t.version); err != nil {
		return nil, err
	}
	t.d.finish(t.b)
	for _, a := range t.annotated {
		if at := t.b.nodes[a.id]; at >= 0 {
			a.apply(&t.b.s.Packages[at])
		}
	}
	return t.b.finish(), nil
}

// next reads a tag and its value. Lines without a tag are an error.
func (t *tagReader) next() (tag, value string, err error) {
	for {
		line, err := t.read()
		if err != nil {
			return "", "", err
		}
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		tag, value, found := strings.Cut(line, ":")
		if !found {
			return "", "", fmt.Errorf("%s is no tag with a value", quote(line))
		}
		value = strings.TrimSpace(value)
		if text, cut := strings.CutPrefix(value, "<text>"); cut {
			value, err = t.text(text)
		}
		return strings.TrimSpace(tag), value, err
	}
}

// text reads on to </text>. What is longer than a line may be is passed over.
func (t *tagReader) text(first string) (string, error) {
	began := t.line
	var b strings.Builder
	for line := first; ; {
		before, _, ended := strings.Cut(line, "</text>")
		if b.Len()+len(before) <= maxLine {
			b.WriteString(before)
		}
		if ended {
			return b.String(), nil
		}
		next, err := t.read()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("the document is cut short: the text that begins on line %d has no end", began)
		}
		if err != nil {
			return "", err
		}
		if b.WriteByte('\n'); b.Len() > maxLine {
			b.Reset()
			b.WriteString("…")
		}
		line = next
	}
}

// read reads a line; of one that is too long, its beginning and its end.
func (t *tagReader) read() (string, error) {
	part, err := t.in.ReadSlice('\n')
	line, rest := string(part), ""
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = t.in.ReadSlice('\n')
		rest += string(part)
		rest = rest[max(0, len(rest)-64):]
	}
	if rest != "" {
		line += "…" + rest
	}
	if err != nil && (!errors.Is(err, io.EOF) || line == "") {
		return "", err
	}
	t.line++
	return strings.ToValidUTF8(line, "\uFFFD"), nil
}

// take takes a tag of the document.
func (t *tagReader) take(tag, value string) error {
	switch tag {
	case "SPDXVersion":
		t.version = value
	case "DocumentName":
		t.d.name = value
	case "DocumentNamespace":
		t.d.namespace = value
	case "Created":
		t.b.s.Created = timeOf(value)
	case "PackageName":
		if err := t.close(); err != nil {
			return err
		}
		t.current = &component{name: value, at: fmt.Sprintf("line %d", t.line)}
	case "FileName", "SnippetSPDXID", "LicenseID", "Reviewer":
		if err := t.close(); err != nil {
			return err
		}
		t.licence = [3]string{}
		if tag == "LicenseID" {
			t.licence[0] = value
		}
	case "LicenseName":
		t.licence[1] = value
	case "ExtractedText":
		t.licence[2] = value
	case "Relationship":
		if part := strings.Fields(value); len(part) >= 3 {
			return t.b.relate(part[0], part[1], part[2])
		}
	case "SPDXREF":
		t.about = value
	case "AnnotationComment":
		t.annotation(value)
	default:
		if t.current != nil {
			t.field(t.current, tag, value)
		}
	}
	return nil
}

// annotation takes a note about the element that SPDXREF named.
func (t *tagReader) annotation(comment string) {
	var c component
	c.annotation(comment)
	for _, p := range c.properties {
		if len(t.annotated) < maxPackages {
			t.annotated = append(t.annotated, annotated{t.b.id(t.about), p})
		}
	}
}

// field takes a tag of a package.
func (t *tagReader) field(c *component, tag, value string) {
	switch tag {
	case "SPDXID":
		c.ref = value
	case "PackageVersion":
		c.version = value
	case "PrimaryPackagePurpose":
		c.kind = spdxPurpose(value)
	case "PackageLicenseDeclared":
		t.declared = value
	case "PackageLicenseConcluded":
		t.concluded = value
	case "PackageAttributionText":
		c.attribution(value)
	case "PackageChecksum":
		name, digits, _ := strings.Cut(value, ":")
		c.addHash(strings.TrimSpace(name), digits)
	case "ExternalRef":
		if part := strings.Fields(value); len(part) == 3 {
			c.locator(part[1], part[2])
		}
	}
}

// close hands on what the tags were about so far.
func (t *tagReader) close() error {
	if t.licence[0] != "" {
		t.d.text(t.licence[0], t.licence[1], t.licence[2])
		t.licence = [3]string{}
	}
	c := t.current
	if c == nil {
		return nil
	}
	t.current = nil
	c.licences(t.declared, t.concluded)
	t.declared, t.concluded = "", ""
	return t.b.addSPDX(c)
}
