package sbom

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/inventory"
)

// The parts of an SPDX 2.3 document that are written, in the order in which they are written.
type (
	spdxPackage struct {
		ID          string           `json:"SPDXID"`
		Name        string           `json:"name"`
		Version     string           `json:"versionInfo,omitempty"`
		Supplier    string           `json:"supplier"`
		Location    string           `json:"downloadLocation"`
		Analysed    bool             `json:"filesAnalyzed"`
		Checksums   []spdxChecksum   `json:"checksums,omitempty"`
		Concluded   string           `json:"licenseConcluded"`
		Declared    string           `json:"licenseDeclared"`
		Copyright   string           `json:"copyrightText"`
		Purpose     string           `json:"primaryPackagePurpose,omitempty"`
		References  []spdxReference  `json:"externalRefs,omitempty"`
		Annotations []spdxAnnotation `json:"annotations,omitempty"`
	}
	spdxChecksum struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"checksumValue"`
	}
	spdxReference struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	spdxAnnotation struct {
		Date      string `json:"annotationDate"`
		Type      string `json:"annotationType"`
		Annotator string `json:"annotator"`
		Comment   string `json:"comment"`
	}
	spdxCreation struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	}
	spdxRelation struct {
		From string `json:"spdxElementId"`
		Kind string `json:"relationshipType"`
		To   string `json:"relatedSpdxElement"`
	}
	spdxText struct {
		ID   string `json:"licenseId"`
		Text string `json:"extractedText"`
		Name string `json:"name"`
	}
)

const (
	noAssertion  = "NOASSERTION"
	spdxDocument = "SPDXRef-DOCUMENT"
	// spdxHome begins the namespaces of documents: an address that nobody else gives out.
	spdxHome = "https://github.com/reevehq/reeve/spdx/"
)

// spdxWriter writes one SPDX document.
type spdxWriter struct {
	*listing
	created, tool string
}

// WriteSPDX writes an SBOM as SPDX 2.3 in JSON: the same packages give the same bytes. Packages are sorted by package URL; the namespace
// follows from the content. What SPDX has no field for stands in annotations that begin with "reeve:".
func WriteSPDX(w io.Writer, s *SBOM, o Options) error {
	x := &spdxWriter{listing: prepare(s), created: time.Unix(0, 0).UTC().Format(time.RFC3339), tool: "Tool: " + strings.TrimSuffix(toolName+"-"+o.Version, "-")}
	if !o.Created.IsZero() {
		x.created = o.Created.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	return twice(w, func(out *stream, id string) {
		out.raw("{\n  \"SPDXID\": \"SPDXRef-DOCUMENT\",\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"name\": ")
		out.value(x.subject.Name)
		out.raw(",\n  \"dataLicense\": \"CC0-1.0\",\n  \"documentNamespace\": ")
		out.value(spdxHome + id)
		out.raw(",\n  \"creationInfo\": ")
		out.value(spdxCreation{x.created, []string{x.tool}})
		out.raw(",\n  \"packages\": ")
		out.list(x.packages)
		if texts := x.texts(); len(texts) > 0 {
			out.raw(",\n  \"hasExtractedLicensingInfos\": ")
			out.list(func(element func(any)) {
				for _, t := range texts {
					element(t)
				}
			})
		}
		out.raw(",\n  \"relationships\": ")
		out.list(x.relations)
		out.raw("\n}\n")
	})
}

// spdxID makes an identifier of a name that people can read and a hash that tells packages apart.
func spdxID(kind, name, purl string) string {
	readable := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, name[:min(len(name), 60)])
	sum := sha256.Sum256([]byte(purl))
	return fmt.Sprintf("SPDXRef-%s-%s-%x", kind, readable, sum[:8])
}

func (x *spdxWriter) idOf(e *entry) string {
	if e == x.subject {
		return spdxID("Subject", e.Name, e.purl)
	}
	return spdxID("Package", e.Name, e.purl)
}

func (x *spdxWriter) packages(element func(any)) {
	subject := x.pack(x.subject)
	subject.Purpose = strings.ToUpper(x.s.Subject.Kind)
	if !slices.Contains([]string{"APPLICATION", "FRAMEWORK", "LIBRARY", "CONTAINER", "OPERATING-SYSTEM", "DEVICE", "FIRMWARE", "FILE"}, subject.Purpose) {
		subject.Purpose = "APPLICATION"
	}
	element(subject)
	if d := x.s.Distribution; d.ID != "" {
		p := spdxPackage{ID: x.systemID(), Name: d.ID, Version: d.VersionID, Supplier: noAssertion, Location: noAssertion,
			Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion, Purpose: "OPERATING-SYSTEM"}
		x.annotate(&p, systemProperties(d))
		element(p)
	}
	for _, e := range x.entries {
		element(x.pack(e))
	}
}

func (x *spdxWriter) systemID() string { return spdxID("OperatingSystem", x.s.Distribution.ID, "") }

// pack writes one package.
func (x *spdxWriter) pack(e *entry) spdxPackage {
	p := spdxPackage{
		ID: x.idOf(e), Name: e.Name, Version: versionOut(purlType(e.Ecosystem), e.Name, e.Version), Supplier: noAssertion,
		Location: cmp.Or(webAddress(e.Origin), noAssertion), Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion,
	}
	if licence := cutLicence(e.Licence); licence != "" {
		if p.Declared = licence; x.licenceKind(licence) == licenceWords {
			p.Declared = licenceRef(licence)
		}
	}
	for _, h := range e.hashes {
		for _, a := range algorithms() {
			if a.name == h.algorithm {
				p.Checksums = append(p.Checksums, spdxChecksum{a.spdxed, h.value})
			}
		}
	}
	if e.purl != "" {
		p.References = []spdxReference{{"PACKAGE-MANAGER", "purl", e.purl}}
	}
	read := e.asRead()
	list := propertiesOf(&e.Package, &read, e.files)
	if e.Scope == inventory.Production && x.hasScopes() && e != x.subject {
		// Said all the same, or a reader would take it from the packages that require this one.
		list = append(list, property{propScope, production})
	}
	x.annotate(&p, list)
	return p
}

func (x *spdxWriter) hasScopes() bool {
	return slices.ContainsFunc(x.direct, func(at int) bool { return x.entries[at].Scope != inventory.Production })
}

func (x *spdxWriter) annotate(p *spdxPackage, list []property) {
	for _, q := range list {
		p.Annotations = append(p.Annotations, spdxAnnotation{x.created, "OTHER", x.tool, q.name + "=" + q.value})
	}
}

func licenceRef(licence string) string {
	sum := sha256.Sum256([]byte(licence))
	return fmt.Sprintf("LicenseRef-%x", sum[:8])
}

// texts are the licences that are no SPDX expressions.
func (x *spdxWriter) texts() []spdxText {
	var list []spdxText
	seen := map[string]bool{}
	add := func(e *entry) {
		licence := cutLicence(e.Licence)
		if licence != "" && !seen[licence] && x.licenceKind(licence) == licenceWords {
			seen[licence] = true
			list = append(list, spdxText{licenceRef(licence), licence, licence})
		}
	}
	add(x.subject)
	for _, e := range x.entries {
		add(e)
	}
	return list
}

func (x *spdxWriter) relations(element func(any)) {
	root := x.idOf(x.subject)
	element(spdxRelation{spdxDocument, "DESCRIBES", root})
	if x.s.Distribution.ID != "" {
		element(spdxRelation{root, "CONTAINS", x.systemID()})
	}
	for _, at := range x.direct {
		e := x.entries[at]
		if kind := dependencyKind(e); kind != "" {
			element(spdxRelation{x.idOf(e), kind, root})
			continue
		}
		element(spdxRelation{root, "DEPENDS_ON", x.idOf(e)})
	}
	for _, e := range x.entries {
		for _, at := range e.requires {
			element(spdxRelation{x.idOf(e), "DEPENDS_ON", x.idOf(x.entries[at])})
		}
	}
}

// dependencyKind is the relationship that says what a package is required for, "" where it is required as such.
func dependencyKind(e *entry) string {
	switch e.Scope {
	case inventory.Development:
		return "DEV_DEPENDENCY_OF"
	case inventory.Test:
		return "TEST_DEPENDENCY_OF"
	case inventory.Build:
		return "BUILD_DEPENDENCY_OF"
	}
	if e.Optional {
		return "OPTIONAL_DEPENDENCY_OF"
	}
	return ""
}
