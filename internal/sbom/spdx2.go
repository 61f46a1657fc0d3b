package sbom

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// spdx2 is what an SPDX 2 document says beside its packages and their relationships.
type spdx2 struct {
	name, namespace string
	// texts are the names of licences that the document brings itself, by their identifier ("LicenseRef-1").
	texts map[string]string
}

const (
	// maxTexts is how many licences of its own a document may bring; the rest keep their identifiers.
	maxTexts = 20_000
	// maxOthers is how many elements that are no packages are kept, as the document may be about one of them.
	maxOthers = 1000
)

// relations are the relationships of SPDX 2 and 3 by which packages need one another, without underscores and in lower case, with
// the link they mean and whether the first element is the one that is needed.
func relations(kind string) (l link, turned, known bool) {
	switch strings.ToLower(strings.ReplaceAll(kind, "_", "")) {
	case "dependson", "dynamiclink", "staticlink", "hasdynamiclink", "hasstaticlink", "hasprerequisite":
		return linkRuntime, false, true
	case "dependencyof", "runtimedependencyof", "prerequisitefor":
		return linkRuntime, true, true
	case "devdependencyof":
		return linkDevelopment, true, true
	case "testdependencyof":
		return linkTest, true, true
	case "builddependencyof":
		return linkBuild, true, true
	case "optionaldependencyof", "provideddependencyof":
		return linkOptional, true, true
	case "hasoptionaldependency", "hasprovideddependency":
		return linkOptional, false, true
	}
	return 0, false, false
}

// relate takes a relationship between two elements of an SPDX document.
func (b *builder) relate(from, kind, to string) error {
	switch kind {
	case "DESCRIBES":
		return b.describes(to)
	case "DESCRIBED_BY":
		return b.describes(from)
	}
	l, turned, known := relations(kind)
	if !known || from == "" || to == "" || strings.HasPrefix(to, "NOASSERTION") || strings.HasPrefix(to, "NONE") {
		return nil
	}
	if turned {
		from, to = to, from
	}
	return b.connect(from, to, l)
}

func (b *builder) describes(id string) error {
	if len(b.describe) >= maxPackages {
		return fmt.Errorf("more than %d described elements", maxPackages)
	}
	b.describe = append(b.describe, b.id(id))
	return nil
}

// addSPDX takes a package of an SPDX document.
func (b *builder) addSPDX(c *component) error {
	before := len(b.s.Packages)
	if err := b.add(c); err != nil {
		return err
	}
	if len(b.s.Packages) > before {
		b.kinds = append(b.kinds, b.hold(c.kind))
	} else if c.ref != "" && possible(c.name) && len(b.others) < maxOthers {
		b.others[b.id(c.ref)] = Subject{Kind: b.hold(c.kind), Package: inventory.Package{Name: c.name, Version: c.version, Licence: c.licence}}
	}
	return nil
}

// spdxPurpose reads a primary purpose as CycloneDX' kinds of components.
func spdxPurpose(purpose string) string {
	switch purpose = strings.ToLower(strings.ReplaceAll(purpose, "_", "-")); purpose {
	case "operatingsystem":
		return "operating-system"
	case "other", "source", "install", "archive":
		return ""
	}
	return purpose
}

// finish gives the document's names and licences to what was read.
func (d *spdx2) finish(b *builder) {
	if b.s.Format == "SPDX" {
		b.s.Serial = d.namespace
	}
	if b.s.Subject.Name == "" && possible(d.name) {
		b.s.Subject.Name = d.name
	}
	b.rename(d.texts)
}

// rename gives packages whose licence is one that the document brings itself that licence's name.
func (b *builder) rename(texts map[string]string) {
	for i := range b.s.Packages {
		p := &b.s.Packages[i]
		if name := texts[p.Licence]; name != "" {
			p.Licence = b.hold(cutLicence(name))
		}
	}
}

// text notes the name of a licence that the document brings itself.
func (d *spdx2) text(id, name, text string) {
	if name == "" || name == "NOASSERTION" {
		name, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	}
	if id == "" || len(d.texts) >= maxTexts {
		return
	}
	if d.texts == nil {
		d.texts = map[string]string{}
	}
	d.texts[strings.Clone(id)] = cutLicence(name)
}

// annotation reads what reeve writes beside the fields of an SPDX package.
func (c *component) annotation(comment string) {
	if name, value, found := strings.Cut(comment, "="); found && strings.HasPrefix(name, "reeve:") {
		c.property(property{name, value})
	}
}

// attribution reads Trivy's notes, which are "name: value".
func (c *component) attribution(text string) {
	if name, value, found := strings.Cut(text, ": "); found && (name == "Class" || name == "FilePath") {
		c.property(property{"aquasecurity:trivy:" + name, value})
	}
}

// licences chooses what is declared before what somebody concluded.
func (c *component) licences(declared, concluded string) {
	if c.licence = cutLicence(declared); c.licence == "" {
		c.licence = cutLicence(concluded)
	}
}

// scopeByLifecycle is the link that SPDX 3's scope of a relationship means.
func scopeByLifecycle(scope string) link {
	switch scope {
	case "development", "design":
		return linkDevelopment
	case "test":
		return linkTest
	case "build":
		return linkBuild
	}
	return linkRuntime
}
