package config

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/exposure"
)

// Dependencies says how packages are judged.
type Dependencies struct {
	// Advisories says whether a look without an advisory database counts as complete: "required" fails closed, "optional" only notes it.
	Advisories Necessity `yaml:"advisories"`
	// Database is the file of the advisory database, relative to this file; empty means the user's own cache directory.
	Database string `yaml:"database" example:".reeve/advisories.db"`
	// Source is where "reeve advisories update" fetches from: an address of OSV's layout or of an exported mirror, or a directory.
	Source string `yaml:"source" example:"https://advisories.example.com/osv"`
	// SourceKey is the public key that signs an exported mirror, in hex.
	SourceKey Key `yaml:"source_key"`
	// Ecosystems are those that "reeve advisories update" fetches; empty means all.
	Ecosystems []string `yaml:"ecosystems" example:"[npm, PyPI, Go, Alpine]"`
	// MaxAgeDays is the age in days from which the database is too old to be relied on; 0 never.
	MaxAgeDays int `yaml:"max_age_days" min:"0" max:"3650"`
	// Registries are the beginnings of the addresses that packages may come from; empty asks nothing.
	Registries []Address `yaml:"registries" example:"['https://packages.example.com/']"`
	// Internal are names of packages that exist only inside the company: fetched from a public registry they would be somebody else's.
	Internal []string `yaml:"internal" example:"['@acme/*', 'com.acme:*', 'acme-*']"`
	// Licences says which licences dependencies may have.
	Licences Licences `yaml:"licences"`
	// VEX are documents (OpenVEX, CSAF, CycloneDX) whose statements let flaws stand, relative to this file. The command "reeve vex add" writes the first.
	VEX []string `yaml:"vex" example:"[security/shop.openvex.json]"`
}

// Licences says which licences dependencies may have, as SPDX identifiers.
type Licences struct {
	// Allow are the only ones that may be used; empty allows all that are not denied.
	Allow []string `yaml:"allow" example:"[MIT, Apache-2.0, BSD-3-Clause]"`
	// Deny are those that may not be used.
	Deny []string `yaml:"deny" example:"[AGPL-3.0-only, AGPL-3.0-or-later]"`
}

// Place says where a part of the target runs, for what its own files do not tell.
type Place struct {
	// Match is the pattern of the paths.
	Match Glob `yaml:"match" required:"true" example:"services/api/**"`
	// Internet is who can reach it from outside.
	Internet Internet `yaml:"internet"`
	// Environment is where it runs.
	Environment Environment `yaml:"environment"`
	// Running is whether it runs at all.
	Running YesNo `yaml:"running"`
	// Data are the kinds of data it handles.
	Data []DataKind `yaml:"data" example:"[personal, card]"`
}

// Address is the beginning of an address, with https:// or http://.
type Address string

// Necessity is required or optional.
type Necessity string

// Internet is open, authenticated or no.
type Internet string

// Environment is production, staging or development.
type Environment string

// YesNo is yes or no.
type YesNo string

// DataKind is personal, health, card, financial or credentials.
type DataKind string

var (
	necessities  = []string{"required", "optional"}
	internets    = []string{"open", "authenticated", "no"}
	environments = []string{"production", "staging", "development"}
	yesNos       = []string{"yes", "no"}
	dataKinds    = []string{"personal", "health", "card", "financial", "credentials"}
)

// addressPattern is the form of an address, for the schema.
const addressPattern = `^https?://\S+$`

// UnmarshalText reads the beginning of an address.
func (a *Address) UnmarshalText(text []byte) error {
	s := string(text)
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") || strings.ContainsAny(s, " \t\r\n") {
		return fmt.Errorf("%q is not the beginning of an address such as https://packages.example.com/", clip(s))
	}
	*a = Address(s)
	return nil
}

// UnmarshalText reads required or optional.
func (n *Necessity) UnmarshalText(text []byte) error { return word((*string)(n), necessities, text) }

func (n Necessity) String() string { return string(n) }

// UnmarshalText reads who can reach a place.
func (i *Internet) UnmarshalText(text []byte) error { return word((*string)(i), internets, text) }

// UnmarshalText reads an environment.
func (e *Environment) UnmarshalText(text []byte) error { return word((*string)(e), environments, text) }

// UnmarshalText reads yes or no.
func (y *YesNo) UnmarshalText(text []byte) error { return word((*string)(y), yesNos, text) }

// UnmarshalText reads a kind of data.
func (k *DataKind) UnmarshalText(text []byte) error { return word((*string)(k), dataKinds, text) }

func word(into *string, names []string, text []byte) error {
	if err := oneOf(names, string(text)); err != nil {
		return err
	}
	*into = string(text)
	return nil
}

// dependenciesSource is this file, whose comments are texts of the schema and the reference too.
//
//go:embed dependencies.go
var dependenciesSource string

// MaxAge is the age from which the database is too old.
func (d *Dependencies) MaxAge() time.Duration { return time.Duration(d.MaxAgeDays) * 24 * time.Hour }

// Surroundings gives the declared places, for exposure.Assemble.
func (c *Config) Surroundings() exposure.Options {
	var o exposure.Options
	for _, p := range c.Places {
		declared := exposure.Declared{Match: p.Match.Match, Internet: string(p.Internet), Environment: string(p.Environment), Running: string(p.Running)}
		for _, k := range p.Data {
			declared.Data = append(declared.Data, string(k))
		}
		o.Declared = append(o.Declared, declared)
	}
	return o
}
