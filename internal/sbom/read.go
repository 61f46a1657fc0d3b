package sbom

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxInput is the longest document that is read, in bytes.
const maxInput = 4 << 30

// errFormat is the cause where a document is none of the formats.
var errFormat = errors.New("neither CycloneDX (JSON, XML) nor SPDX 2 (JSON, tag-value) or 3 (JSON-LD)")

// Read reads an SBOM of any format; which one it is, is told by its content. It reads r to its end.
func Read(r io.Reader) (*SBOM, error) {
	in := bufio.NewReaderSize(&bounded{r: r, left: maxInput}, 64<<10)
	s, err := read(in)
	if err != nil {
		return nil, fmt.Errorf("read SBOM: %w", err)
	}
	return s, nil
}

func read(in *bufio.Reader) (*SBOM, error) {
	head, err := in.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("byte 0: %w", err)
	}
	if rest, cut := bytes.CutPrefix(head, []byte("\xef\xbb\xbf")); cut {
		head = rest
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(head) == 0:
		return nil, errors.New("byte 0: the document is empty")
	case head[0] == '{':
		return readJSON(in)
	case head[0] == '<':
		return readXML(in)
	case bytes.Contains(head, []byte("SPDXVersion:")):
		return readTagValue(in)
	}
	return nil, errFormat
}

// Is tells from a document's first bytes, a few thousand, whether Read could read it. It may be wrong about JSON, whose members
// stand in any order: it then says yes.
func Is(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(head) == 0:
		return false
	case head[0] == '{':
		for _, mark := range []string{`"bomFormat"`, `"spdxVersion"`, `spdx.org/rdf/3`, `"specVersion"`, `"SPDXID"`} {
			if bytes.Contains(head, []byte(mark)) {
				return true
			}
		}
		return false
	case head[0] == '<':
		return bytes.Contains(head, []byte("cyclonedx.org/schema/bom/"))
	}
	return bytes.HasPrefix(head, []byte("SPDXVersion:")) || bytes.Contains(head, []byte("\nSPDXVersion:"))
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

// document is what the top of a JSON document says of its format. Members stand in any order, so lists are read before the format
// may be known; what was read of several formats is no document.
type document struct {
	b *builder
	j *jsonReader
	// bomFormat and specVersion are CycloneDX', spdxVersion is SPDX 2's, context is SPDX 3's.
	bomFormat, specVersion, spdxVersion, context string
	// lists are the members read so far that hold components and what is between them.
	lists map[string]bool
	spdx2 spdx2
	spdx3 spdx3
}

func readJSON(r io.Reader) (*SBOM, error) {
	d := &document{b: newBuilder(), j: newJSONReader(r), lists: map[string]bool{}}
	if err := d.j.object(d.member); err != nil {
		return nil, err
	}
	if err := d.j.end(); err != nil {
		return nil, err
	}
	if err := d.format(); err != nil {
		return nil, err
	}
	return d.b.finish(), nil
}

// format tells which format the document has; one that has lists of another is none.
func (d *document) format() error {
	cyclone := d.lists["components"] || d.lists["dependencies"] || d.lists["metadata"] || d.lists["services"]
	spdx2 := d.lists["packages"] || d.lists["relationships"]
	switch {
	case !spdx2 && !d.lists["@graph"] && d.spdxVersion == "" && (d.bomFormat == "CycloneDX" || d.bomFormat == "" && d.specVersion != "" && cyclone):
		return d.b.cycloneVersion(d.specVersion)
	case !cyclone && !d.lists["@graph"] && d.bomFormat == "" && d.spdxVersion != "":
		if err := d.b.spdxVersion(d.spdxVersion); err != nil {
			return err
		}
		d.spdx2.finish(d.b)
		return nil
	case !cyclone && !spdx2 && d.bomFormat == "" && d.spdxVersion == "" && strings.Contains(d.context, "spdx.org/rdf/3."):
		d.b.s.Format = "SPDX"
		return d.spdx3.finish(d.b)
	}
	return errFormat
}

// member reads one member of the top of a document.
func (d *document) member(name string) (err error) {
	switch name {
	case "metadata", "components", "services", "dependencies", "packages", "relationships", "@graph":
		if d.lists[name] {
			return d.j.errorf("the member %q stands twice", name)
		}
		d.lists[name] = true
	}
	switch name {
	case "sbom", "predicate": // GitHub's export and in-toto's statements hold the document in a member
		if c, err := d.j.next(); err != nil || c != '{' {
			return cmpError(err, d.j.skip)
		}
		err = d.j.object(d.member)
	case "bomFormat":
		d.bomFormat, err = d.j.str()
	case "specVersion":
		d.specVersion, err = d.j.str()
	case "serialNumber":
		d.b.s.Serial, err = d.j.str()
	case "metadata":
		err = d.metadata()
	case "components":
		err = d.j.array(func() error { return d.component(d.b.add) })
	case "services":
		err = d.j.array(d.service)
	case "dependencies":
		err = d.j.array(d.dependency)
	case "spdxVersion":
		d.spdxVersion, err = d.j.str()
	case "documentNamespace", "name", "creationInfo", "documentDescribes", "packages", "relationships", "hasExtractedLicensingInfos", "annotations":
		err = d.spdx2.member(d.b, d.j, name)
	case "@context":
		d.context, err = d.contextOf()
	case "@graph":
		err = d.j.array(func() error { return d.spdx3.element(d.b, d.j) })
	default:
		err = d.j.skip()
	}
	return err
}

// contextOf reads JSON-LD's context, which is an address or a list with one.
func (d *document) contextOf() (string, error) {
	c, err := d.j.next()
	switch {
	case err != nil:
		return "", err
	case c == '"':
		return d.j.str()
	case c != '[':
		return "", d.j.skip()
	}
	var found string
	err = d.j.array(func() error {
		c, err := d.j.next()
		if err != nil || c != '"' {
			return cmpError(err, d.j.skip)
		}
		one, err := d.j.str()
		if strings.Contains(one, "spdx.org/rdf/") {
			found = one
		}
		return err
	})
	return found, err
}

// cmpError gives an error or else what comes next.
func cmpError(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// timeOf reads a time as documents write it; what is none is zero, and so is 1970's first second, which stands for a time not known.
func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil || t.Unix() == 0 {
		return time.Time{}
	}
	return t.UTC()
}

// newest are the last versions of CycloneDX and SPDX 2 that are known here.
const newestCyclone = 7

// cycloneVersion takes the version of a CycloneDX document.
func (b *builder) cycloneVersion(version string) error {
	minor, cut := strings.CutPrefix(version, "1.")
	n, err := strconv.Atoi(minor)
	if !cut || err != nil || n < 0 {
		return fmt.Errorf("CycloneDX version %s: want 1.0 to 1.%d", quote(version), newestCyclone)
	}
	if n > newestCyclone {
		b.unknown("CycloneDX %s is newer than 1.%d: what is new in it was not read", version, newestCyclone)
	}
	b.s.Format, b.s.Version = "CycloneDX", version
	return nil
}

// spdxVersion takes the version of an SPDX 2 document.
func (b *builder) spdxVersion(version string) error {
	number, cut := strings.CutPrefix(strings.TrimSpace(version), "SPDX-")
	if !cut || !strings.HasPrefix(number, "2.") || !isNumber(strings.ReplaceAll(number, ".", "")) {
		return fmt.Errorf("SPDX version %s: want SPDX-2.2 or SPDX-2.3", quote(version))
	}
	b.s.Format, b.s.Version = "SPDX", number
	return nil
}
