package sca

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// CaseConfig is the file of a rule's case that says, as a team's own configuration does, what the team of the case allows.
const CaseConfig = "reeve.yaml"

// ForCase gives the engine as the files of a rule's case want it: with what their configuration says of the supply of packages.
func (e *Engine) ForCase(files map[string][]byte) (*Engine, error) {
	text, ok := files[CaseConfig]
	if !ok {
		return e, nil
	}
	var said struct {
		Dependencies struct {
			Registries []string `yaml:"registries"`
			Internal   []string `yaml:"internal"`
			Licences   struct {
				Allow []string `yaml:"allow"`
				Deny  []string `yaml:"deny"`
			} `yaml:"licences"`
		} `yaml:"dependencies"`
	}
	if err := yaml.Unmarshal(text, &said); err != nil {
		return nil, fmt.Errorf("read case's %s: %w", CaseConfig, err)
	}
	own := *e
	d := said.Dependencies
	own.options.Supply = Supply{Registries: d.Registries, Internal: d.Internal, AllowLicences: d.Licences.Allow, DenyLicences: d.Licences.Deny}
	return &own, nil
}
