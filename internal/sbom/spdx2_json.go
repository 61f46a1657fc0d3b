package sbom

import "fmt"

// member reads one member of the top of an SPDX 2 document.
func (d *spdx2) member(b *builder, j *jsonReader, name string) (err error) {
	switch name {
	case "name":
		d.name, err = j.str()
	case "documentNamespace":
		d.namespace, err = j.str()
	case "creationInfo":
		err = j.object(func(name string) error {
			if name != "created" {
				return j.skip()
			}
			created, err := j.str()
			b.s.Created = timeOf(created)
			return err
		})
	case "documentDescribes":
		err = j.array(func() error {
			id, err := j.str()
			if err != nil {
				return err
			}
			return b.describes(id)
		})
	case "packages":
		err = j.array(func() error { return spdx2Package(b, j) })
	case "relationships":
		err = j.array(func() error { return spdx2Relation(b, j) })
	case "hasExtractedLicensingInfos":
		err = j.array(func() error { return d.extracted(j) })
	default:
		err = j.skip()
	}
	return err
}

func (d *spdx2) extracted(j *jsonReader) error {
	var id, licenceName, text string
	err := j.object(func(name string) (err error) {
		switch name {
		case "licenseId":
			id, err = j.str()
		case "name":
			licenceName, err = j.str()
		case "extractedText":
			text, err = j.str()
		default:
			err = j.skip()
		}
		return err
	})
	d.text(id, licenceName, text)
	return err
}

func spdx2Relation(b *builder, j *jsonReader) error {
	var from, kind, to string
	err := j.object(func(name string) (err error) {
		switch name {
		case "spdxElementId":
			from, err = j.str()
		case "relationshipType":
			kind, err = j.str()
		case "relatedSpdxElement":
			to, err = j.str()
		default:
			err = j.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := b.relate(from, kind, to); err != nil {
		return j.errorf("%w", err)
	}
	return nil
}

func spdx2Package(b *builder, j *jsonReader) error {
	c := &component{at: fmt.Sprintf("byte %d", j.offset())}
	var declared, concluded string
	err := j.object(func(name string) (err error) {
		switch name {
		case "SPDXID":
			c.ref, err = j.str()
		case "name":
			c.name, err = j.str()
		case "versionInfo":
			c.version, err = j.str()
		case "primaryPackagePurpose":
			c.kind, err = j.str()
			c.kind = spdxPurpose(c.kind)
		case "licenseDeclared":
			declared, err = j.str()
		case "licenseConcluded":
			concluded, err = j.str()
		case "externalRefs":
			err = j.array(func() error { return c.externalRef(j) })
		case "checksums":
			err = j.array(func() error { return c.checksum(j) })
		case "annotations":
			err = j.array(func() error {
				return j.object(func(name string) error {
					if name != "comment" {
						return j.skip()
					}
					comment, err := j.str()
					c.annotation(comment)
					return err
				})
			})
		case "attributionTexts":
			err = j.array(func() error {
				text, err := j.str()
				c.attribution(text)
				return err
			})
		default:
			err = j.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	c.licences(declared, concluded)
	if err := b.addSPDX(c); err != nil {
		return j.errorf("%w", err)
	}
	return nil
}

// externalRef reads a package URL; the first one counts.
func (c *component) externalRef(j *jsonReader) error {
	var kind, locator string
	err := j.object(func(name string) (err error) {
		switch name {
		case "referenceType":
			kind, err = j.str()
		case "referenceLocator":
			locator, err = j.str()
		default:
			err = j.skip()
		}
		return err
	})
	c.locator(kind, locator)
	return err
}

// locator takes an external reference of an SPDX package.
func (c *component) locator(kind, locator string) {
	if c.purl == "" && (kind == "purl" || kind == "http://spdx.org/rdf/references/purl") {
		c.purl = locator
	}
}

// checksum reads a hash.
func (c *component) checksum(j *jsonReader) error {
	var algorithm, value string
	err := j.object(func(name string) (err error) {
		switch name {
		case "algorithm":
			algorithm, err = j.str()
		case "checksumValue":
			value, err = j.str()
		default:
			err = j.skip()
		}
		return err
	})
	c.addHash(algorithm, value)
	return err
}
