package sbom

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// metadata reads what a CycloneDX document says of itself.
func (d *document) metadata() error {
	return d.j.object(func(name string) error {
		switch name {
		case "timestamp":
			created, err := d.j.str()
			d.b.s.Created = timeOf(created)
			return err
		case "component":
			return d.component(func(c *component) error {
				d.b.subject(c)
				return nil
			})
		}
		return d.j.skip()
	})
}

// component reads a component and hands it on, after those inside it.
func (d *document) component(take func(*component) error) error {
	c := &component{at: fmt.Sprintf("byte %d", d.j.offset())}
	if err := d.j.object(func(name string) error { return d.field(c, name) }); err != nil {
		return err
	}
	c.kind = strings.ToLower(c.kind)
	if err := take(c); err != nil {
		return d.j.errorf("%w", err)
	}
	return nil
}

// field reads one member of a component.
func (d *document) field(c *component, name string) (err error) {
	switch name {
	case "type":
		c.kind, err = d.j.str()
	case "bom-ref":
		c.ref, err = d.j.str()
	case "group":
		c.group, err = d.j.str()
	case "name":
		c.name, err = d.j.str()
	case "version":
		c.version, err = d.j.str()
	case "purl":
		c.purl, err = d.j.str()
	case "scope":
		var scope string
		scope, err = d.j.str()
		c.cycloneScope(scope)
	case "hashes":
		err = d.j.array(func() error { return d.hash(c) })
	case "licenses":
		var list []licence
		err = d.j.array(func() error { return d.licence(&list) })
		c.licence = joinLicences(list)
	case "properties":
		err = d.j.array(func() error { return d.property(c) })
	case "evidence":
		err = d.evidence(c)
	case "components":
		err = d.j.array(func() error { return d.component(d.b.add) })
	default:
		err = d.j.skip()
	}
	return err
}

// cycloneScope reads CycloneDX' scope. What is excluded is for tests and other uses that never run with the product.
func (c *component) cycloneScope(scope string) {
	switch scope {
	case "optional":
		c.optional = true
	case "excluded":
		c.scope = inventory.Development
	}
}

func (d *document) hash(c *component) error {
	var algorithm, content string
	err := d.j.object(func(name string) (err error) {
		switch name {
		case "alg":
			algorithm, err = d.j.str()
		case "content":
			content, err = d.j.str()
		default:
			err = d.j.skip()
		}
		return err
	})
	c.addHash(algorithm, content)
	return err
}

// licence reads a licence choice: {"license": {"id" or "name"}} or {"expression"}.
func (d *document) licence(list *[]licence) error {
	add := func() error {
		s, err := d.j.str()
		addLicence(list, s)
		return err
	}
	return d.j.object(func(name string) error {
		switch name {
		case "expression":
			return add()
		case "license":
			return d.j.object(func(name string) error {
				if name == "id" || name == "name" {
					return add()
				}
				return d.j.skip()
			})
		}
		return d.j.skip()
	})
}

func (d *document) property(c *component) error {
	var p property
	err := d.j.object(func(name string) (err error) {
		switch name {
		case "name":
			p.name, err = d.j.str()
		case "value":
			p.value, err = d.j.str()
		default:
			err = d.j.skip()
		}
		return err
	})
	c.property(p)
	return err
}

// property keeps a property if it says something here.
func (c *component) property(p property) {
	if file := fileOf(p); file != "" {
		c.file(file)
	} else if wanted(p) && len(c.properties) < 100 {
		c.properties = append(c.properties, p)
	}
}

func (c *component) file(path string) {
	if len(c.files) < maxWhere {
		c.files = addNew(c.files, path)
	}
}

// evidence reads where a component was found.
func (d *document) evidence(c *component) error {
	return d.j.object(func(name string) error {
		if name != "occurrences" {
			return d.j.skip()
		}
		return d.j.array(func() error {
			return d.j.object(func(name string) error {
				if name != "location" {
					return d.j.skip()
				}
				path, err := d.j.str()
				c.file(path)
				return err
			})
		})
	})
}

// service reads the names of a service and of those inside it, which dependencies may speak of.
func (d *document) service() error {
	return d.j.object(func(name string) error {
		switch name {
		case "bom-ref":
			ref, err := d.j.str()
			d.b.place(&component{ref: ref, at: fmt.Sprintf("byte %d", d.j.offset())}, nodeOther)
			return err
		case "services":
			return d.j.array(d.service)
		}
		return d.j.skip()
	})
}

// dependency reads what one component requires.
func (d *document) dependency() error {
	var ref string
	var on []string
	err := d.j.object(func(name string) (err error) {
		switch name {
		case "ref":
			ref, err = d.j.str()
		case "dependsOn":
			err = d.j.array(func() error {
				to, err := d.j.str()
				if len(on) >= maxEdges {
					return d.j.errorf("more than %d dependencies", maxEdges)
				}
				on = append(on, to)
				return err
			})
		default:
			err = d.j.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, to := range on {
		if err := d.b.connect(ref, to, linkRuntime); err != nil {
			return d.j.errorf("%w", err)
		}
	}
	return nil
}
