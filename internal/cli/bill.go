package cli

import (
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// billOf makes a bill of materials of the packages of a target.
func billOf(c *gate.Contents) *sbom.SBOM {
	return sbom.Of(subjectOf(c), c.Projects)
}

// subjectOf is what a bill is about: the project in the root of a folder by its own name, else the target.
func subjectOf(c *gate.Contents) sbom.Subject {
	s := sbom.Subject{Kind: "application", Package: inventory.Package{Name: c.Asset.Name}}
	if c.Asset.Kind == "image" {
		s.Kind = "container"
		return s
	}
	for _, p := range c.Projects {
		if p.Dir == "" && p.Role != inventory.Installed && p.Name != "." {
			s.Name, s.Licence = p.Name, p.Licence
			break
		}
	}
	return s
}
