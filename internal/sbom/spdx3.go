package sbom

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// spdx3 is what an SPDX 3 graph says beside its packages and what they need.
type spdx3 struct {
	version string
	// licences are the texts of licence elements, by id.
	licences map[int32]string
	// declared and concluded are the licence elements of elements.
	declared, concluded [][2]int32
	// documents are the roots of SpdxDocument and Sbom elements.
	documents []root
	name      string
	found     bool // an SpdxDocument
}

// root is an element that a document or list is about.
type root struct {
	owner, element int32
	isDocument     bool
}

// element is one element of a graph, with what is read of it whatever its type, as the type may stand last.
type element struct {
	component
	from, relationship, scope, expression, created, spec string
	to, roots                                            []string
}

const maxTargets = 1_000_000

// element reads an element of the graph.
func (d *spdx3) element(b *builder, j *jsonReader) error {
	e := &element{component: component{at: fmt.Sprintf("byte %d", j.offset())}}
	var kind string
	err := j.object(func(name string) (err error) {
		if name == "type" || name == "@type" {
			kind, err = j.str()
			return err
		}
		return e.member(j, name)
	})
	if err != nil {
		return err
	}
	b.s.Components++
	if err := d.take(b, kind, e); err != nil {
		return j.errorf("%w", err)
	}
	return nil
}

// member reads one member of an element.
func (e *element) member(j *jsonReader, name string) (err error) {
	switch name {
	case "spdxId", "@id":
		e.ref, err = j.str()
	case "name":
		e.name, err = j.str()
	case "software_packageVersion":
		e.version, err = j.str()
	case "software_packageUrl":
		e.purl, err = j.str()
	case "software_primaryPurpose":
		e.kind, err = j.str()
		e.kind = spdxPurpose(e.kind)
	case "externalIdentifier":
		err = j.array(func() error { return e.identifier(j) })
	case "verifiedUsing":
		err = j.array(func() error { return e.verified(j) })
	case "simplelicensing_licenseExpression":
		e.expression, err = j.str()
	case "from":
		e.from, err = j.reference()
	case "relationshipType":
		e.relationship, err = j.str()
	case "scope":
		e.scope, err = j.str()
	case "created":
		e.created, err = j.str()
	case "specVersion":
		e.spec, err = j.str()
	case "to":
		err = j.references(&e.to)
	case "rootElement":
		err = j.references(&e.roots)
	default:
		err = j.skip()
	}
	return err
}

// reference reads the name of an element, which may stand as an object that holds it.
func (j *jsonReader) reference() (string, error) {
	c, err := j.next()
	if err != nil || c != '{' {
		if err != nil {
			return "", err
		}
		return j.str()
	}
	var id string
	err = j.object(func(name string) (err error) {
		if name == "spdxId" || name == "@id" {
			id, err = j.str()
			return err
		}
		return j.skip()
	})
	return id, err
}

// references reads one or several names of elements.
func (j *jsonReader) references(list *[]string) error {
	one := func() error {
		id, err := j.reference()
		if len(*list) >= maxTargets {
			return j.errorf("more than %d elements in one relationship", maxTargets)
		}
		*list = append(*list, id)
		return err
	}
	if c, err := j.next(); err != nil || c != '[' {
		return cmpError(err, one)
	}
	return j.array(one)
}

func (e *element) identifier(j *jsonReader) error {
	var kind, identifier string
	err := j.object(func(name string) (err error) {
		switch name {
		case "externalIdentifierType":
			kind, err = j.str()
		case "identifier":
			identifier, err = j.str()
		default:
			err = j.skip()
		}
		return err
	})
	if e.purl == "" && kind == "packageUrl" {
		e.purl = identifier
	}
	return err
}

// verified reads a hash of the package itself, and no code over the hashes of its files.
func (e *element) verified(j *jsonReader) error {
	var kind, algorithm, value string
	err := j.object(func(name string) (err error) {
		switch name {
		case "type", "@type":
			kind, err = j.str()
		case "algorithm":
			algorithm, err = j.str()
		case "hashValue":
			value, err = j.str()
		default:
			err = j.skip()
		}
		return err
	})
	if kind == "Hash" {
		e.addHash(algorithm, value)
	}
	return err
}

// take takes an element by its type.
func (d *spdx3) take(b *builder, kind string, e *element) error {
	switch kind {
	case "software_Package", "ai_AIPackage", "dataset_DatasetPackage":
		if kind == "dataset_DatasetPackage" && e.kind == "" {
			e.kind = "data"
		}
		b.s.Components-- // addSPDX counts it again
		return b.addSPDX(&e.component)
	case "Relationship", "LifecycleScopedRelationship":
		return d.relationship(b, e)
	case "SpdxDocument", "software_Sbom", "Bom":
		d.document(b, kind, e)
	case "CreationInfo":
		d.version = e.spec
		if b.s.Created.IsZero() {
			b.s.Created = timeOf(e.created)
		}
	case "simplelicensing_LicenseExpression":
		d.licence(b, e.ref, e.expression)
	case "expandedlicensing_CustomLicense", "simplelicensing_SimpleLicensingText", "expandedlicensing_ListedLicense", "expandedlicensing_IndividualLicensingInfo":
		d.licence(b, e.ref, e.name)
	default:
		if e.ref != "" {
			b.place(&component{ref: e.ref, at: e.at}, nodeOther)
		}
	}
	return nil
}

func (d *spdx3) document(b *builder, kind string, e *element) {
	if kind == "SpdxDocument" && !d.found {
		d.found, d.name, b.s.Serial = true, e.name, e.ref
	}
	for _, r := range e.roots {
		d.documents = append(d.documents, root{b.id(e.ref), b.id(r), kind == "SpdxDocument"})
	}
}

func (d *spdx3) licence(b *builder, id, text string) {
	if d.licences == nil {
		d.licences = map[int32]string{}
	}
	if text = cutLicence(text); text != "" {
		d.licences[b.id(id)] = b.hold(text)
	}
}

func (d *spdx3) relationship(b *builder, e *element) error {
	switch e.relationship {
	case "hasDeclaredLicense", "hasConcludedLicense":
		if len(e.to) > 0 {
			pair := [2]int32{b.id(e.from), b.id(e.to[0])}
			if e.relationship == "hasDeclaredLicense" {
				d.declared = append(d.declared, pair)
			} else {
				d.concluded = append(d.concluded, pair)
			}
		}
		return nil
	case "describes":
		for _, to := range e.to {
			d.documents = append(d.documents, root{b.id(e.from), b.id(to), true})
		}
		return nil
	}
	l, turned, known := relations(e.relationship)
	if !known {
		return nil
	}
	if scoped := scopeByLifecycle(e.scope); scoped != linkRuntime {
		l = scoped
	}
	for _, to := range e.to {
		from := e.from
		if turned {
			from, to = to, from
		}
		if err := b.connect(from, to, l); err != nil {
			return err
		}
	}
	return nil
}

// finish gives packages their licences and finds what the document is about: the roots of the document, or of the list of software
// that is the document's root.
func (d *spdx3) finish(b *builder) error {
	if !strings.HasPrefix(d.version, "3.") {
		return errors.New("an SPDX graph that does not say its version (CreationInfo with specVersion 3.x)")
	}
	b.s.Version = d.version
	for _, list := range [][][2]int32{d.concluded, d.declared} { // the declared one counts, so it comes last
		for _, pair := range list {
			if at := b.nodes[pair[0]]; at >= 0 && d.licences[pair[1]] != "" {
				b.s.Packages[at].Licence = d.licences[pair[1]]
			}
		}
	}
	slices.SortStableFunc(d.documents, func(x, y root) int { return int(x.owner) - int(y.owner) })
	followed := map[int32]bool{}
	for _, r := range d.documents {
		if r.isDocument {
			d.follow(b, r.element, followed)
		}
	}
	if len(b.describe) == 0 { // a graph without a document
		for _, r := range d.documents {
			b.describe = append(b.describe, r.element)
		}
	}
	if b.s.Subject.Name == "" && possible(d.name) {
		b.s.Subject.Name = d.name
	}
	return nil
}

// follow describes an element, or what it is a list of.
func (d *spdx3) follow(b *builder, element int32, followed map[int32]bool) {
	queue := []int32{element}
	for len(queue) > 0 {
		element := queue[0]
		if queue = queue[1:]; followed[element] {
			continue
		}
		followed[element] = true
		first, found := slices.BinarySearchFunc(d.documents, element, func(r root, id int32) int { return int(r.owner) - int(id) })
		if !found {
			b.describe = append(b.describe, element)
			continue
		}
		for _, r := range d.documents[first:] {
			if r.owner != element {
				break
			}
			queue = append(queue, r.element)
		}
	}
}
