// Package config reads reeve.yaml, strictly: an unknown key, a wrong value or a doubled key is an error that names its place.
// The same structs and comments make the JSON Schema for editors and the reference for people, so the three cannot differ.
//
// The package must not act on what it reads: it opens no rule file, judges no waiver's date and knows no engine.
package config

import (
	_ "embed"
	"encoding/hex"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

// Name is what the configuration file is called, in the root of what is scanned.
const Name = "reeve.yaml"

// Config is the configuration of reeve, in the root of what is scanned. Every key is optional; without the file the defaults hold.
//
// Patterns of paths are those of .gitignore without negation: "*.md" matches at any depth, "docs/*.md" from the root only,
// "vendor/" a directory with all that is in it.
type Config struct {
	// Version is the version of this format.
	Version int `yaml:"version" min:"1" max:"1"`
	// Identity is the key under which fingerprints are made, in hex: 16 to 64 bytes. It keeps whoever holds a report from
	// guessing short secrets by their fingerprints. Without it a key everybody knows is used. A new key gives every finding
	// a new fingerprint, and waivers by id must be written anew.
	Identity Key `yaml:"identity"`
	// Gate says what blocks a change and what warns.
	Gate Gate `yaml:"gate"`
	// Scan says what is looked at.
	Scan Scan `yaml:"scan"`
	// Rules are further rules: rule folders, or gitleaks configurations ending in .toml. Paths are relative to this file.
	Rules []string `yaml:"rules" example:"[security/rules, .gitleaks.toml]"`
	// Disable names rules that are not used at all, by id or pattern.
	Disable []RulePattern `yaml:"disable" example:"[generic-password]"`
	// Severity gives rules another severity, by id or pattern; the most exact pattern speaks.
	Severity map[RulePattern]finding.Severity `yaml:"severity" example:"{jwt: medium, 'generic-*': low}"`
	// Dependencies says how packages are judged.
	Dependencies Dependencies `yaml:"dependencies"`
	// Places say where parts of the target run, for what no file tells. It fills in what files do not say and contradicts none.
	Places []Place `yaml:"places"`
	// Waivers let findings stand for a while. The command "reeve waive" writes them.
	Waivers []Waiver `yaml:"waivers"`
	// Verify says whom "reeve scan --verify" may ask beside the providers' own hosts.
	Verify Verify `yaml:"verify"`
	// Cache says where verdicts are kept between runs.
	Cache Cache `yaml:"cache"`
}

// Gate says what blocks a change and what warns. Only findings that the change introduces are asked about.
//
// A finding goes through it in this order: off (for its rule or its path) ends it; a confidence below "confidence" is
// only reported; then its path decides, then its rule, then the thresholds.
type Gate struct {
	// Block is the least severity that blocks.
	Block Threshold `yaml:"block"`
	// Warn is the least severity that warns.
	Warn Threshold `yaml:"warn"`
	// Confidence is the least confidence with which anything blocks or warns.
	Confidence finding.Confidence `yaml:"confidence"`
	// Incomplete is what happens when not everything could be looked at.
	Incomplete Answer `yaml:"incomplete"`
	// Rules say outright what happens, by rule id or pattern. An exact id speaks before a pattern, a longer pattern before a shorter.
	// What is off stands in the report as waived.
	Rules map[RulePattern]Treat `yaml:"rules" example:"{jwt: report, 'generic-*': warn}"`
	// Paths treat places of their own kind; the first entry that matches speaks.
	Paths []PathRule `yaml:"paths"`
}

// PathRule treats the places a pattern matches. It needs an action, a severity or both.
type PathRule struct {
	// Match is the pattern of the paths.
	Match Glob `yaml:"match" required:"true" example:"test/**"`
	// Action is what happens to findings there.
	Action Treat `yaml:"action" example:"report"`
	// Severity is the most a finding there counts for the thresholds.
	Severity finding.Severity `yaml:"severity" example:"low"`
	// capped tells that Severity was given.
	capped bool
}

// Scan says what is looked at.
type Scan struct {
	// Exclude are patterns of paths that are not looked at.
	Exclude []Glob `yaml:"exclude" example:"[vendor/, '*.min.js']"`
	// MaxFileSize is the size above which a file is passed over, and counted as such.
	MaxFileSize Size `yaml:"max_file_size"`
	// Archives says how far archives are opened.
	Archives Archives `yaml:"archives"`
	// History looks at every object of the repository, reachable or not, in every scan.
	History bool `yaml:"history"`
	// IncludeIgnored also looks at files that .gitignore names.
	IncludeIgnored bool `yaml:"include_ignored"`
}

// Archives says how far archives are opened. What goes beyond is refused with a finding, never unpacked.
type Archives struct {
	// Depth is how many archives inside one another are opened; 0 opens none.
	Depth int `yaml:"depth" min:"0" max:"16"`
	// Ratio is how many times larger than its compressed form a member may be.
	Ratio int `yaml:"ratio" min:"2" max:"100000"`
	// MaxSize is how much one archive may hold in all, unpacked.
	MaxSize Size `yaml:"max_size"`
}

// Waiver lets a finding stand until a day. It names one finding by its id, or a rule together with a path.
type Waiver struct {
	// ID is the finding's fingerprint, or at least its first 12 digits.
	ID ID `yaml:"id" form:"1" example:"\"0a1b2c3d4e5f\""`
	// Rule is a rule's id or pattern.
	Rule RulePattern `yaml:"rule" form:"2" example:"generic-password"`
	// Path is the pattern of the paths; every place of the finding must match.
	Path Glob `yaml:"path" form:"2" example:"test/fixtures/**"`
	// Reason is why the finding may stand, in at least 10 characters.
	Reason Reason `yaml:"reason" required:"true" example:"Made-up key of the parser's tests."`
	// Until is the last day on which the waiver holds, in UTC; at most a year ahead.
	Until Date `yaml:"until" required:"true" example:"\"2027-01-31\""`
	// Owner is who answers for it.
	Owner string `yaml:"owner" example:"payments team"`
	// Location is where the waiver is written.
	Location finding.Location `yaml:"-"`
}

// Verify says whom "reeve scan --verify" may ask beside the providers' own hosts. Verifiers are named as in "reeve rules explain".
type Verify struct {
	// Hosts are a team's own installations of a product, by verifier; "*.example.com" allows what a finding's surroundings name below it.
	Hosts map[string][]string `yaml:"hosts" example:"{gitlab: [gitlab.example.com]}"`
	// BaseURL replaces where a verifier asks: a mirror, or the only installation there is.
	BaseURL map[string]string `yaml:"base_url" example:"{github: 'https://github.example.com/api/v3'}"`
	// AllowPrivate allows hosts with private addresses.
	AllowPrivate bool `yaml:"allow_private"`
}

// Cache says where verdicts are kept between runs.
type Cache struct {
	// Dir is the directory; empty means the user's own cache directory.
	Dir string `yaml:"dir" example:".reeve/cache"`
}

// source is this file, whose comments are the texts of the schema and the reference.
//
//go:embed config.go
var source string

// Default gives the configuration that holds where nothing is set.
func Default() *Config {
	policy := decision.DefaultPolicy()
	return &Config{
		Version: 1,
		Gate: Gate{
			Block:      Threshold(policy.Block),
			Warn:       Threshold(policy.Warn),
			Confidence: policy.Confidence,
			Incomplete: Answer(policy.Incomplete),
		},
		Scan: Scan{
			MaxFileSize: target.DefaultMaxFileSize,
			Archives:    Archives{Depth: archive.DefaultDepth, Ratio: archive.DefaultRatio, MaxSize: archive.DefaultSize},
		},
		Dependencies: Dependencies{Advisories: "required", MaxAgeDays: 14},
	}
}

// publicKey is the key of whoever sets none. It is no secret: it only keeps fingerprints of reeve apart from other hashes.
const publicKey = "reeve public identity key, version 1"

// Key gives the key under which fingerprints are made.
func (c *Config) Key() finding.Key {
	if key, err := hex.DecodeString(string(c.Identity)); err == nil && len(key) > 0 {
		return key
	}
	return finding.Key(publicKey)
}

// Policy gives what the gate section says, for decision.Decide.
func (c *Config) Policy() decision.Policy {
	p := decision.Policy{
		Block:      finding.Severity(c.Gate.Block),
		Warn:       finding.Severity(c.Gate.Warn),
		Confidence: c.Gate.Confidence,
		Incomplete: finding.Action(c.Gate.Incomplete),
	}
	for pattern, treat := range c.Gate.Rules {
		p.Rules = append(p.Rules, decision.RulePolicy{Rule: string(pattern), Treat: decision.Treat(treat)})
	}
	for _, path := range c.Gate.Paths {
		limit := decision.Never
		if path.capped {
			limit = path.Severity
		}
		p.Paths = append(p.Paths, decision.PathPolicy{Match: path.Match.Glob, Treat: decision.Treat(path.Action), Cap: limit})
	}
	return p
}

// Waived gives the waivers, for decision.Decide.
func (c *Config) Waived() []decision.Waiver {
	var out []decision.Waiver
	for _, w := range c.Waivers {
		out = append(out, decision.Waiver{
			ID: string(w.ID), Rule: string(w.Rule), Path: w.Path.Glob,
			Reason: string(w.Reason), Until: w.Until.Time, Owner: w.Owner, Location: w.Location,
		})
	}
	return out
}

// Limits gives the bounds for archive.Walk.
func (a Archives) Limits() archive.Limits {
	if a.Depth == 0 {
		a.Depth = -1 // there, zero means the default
	}
	return archive.Limits{Depth: a.Depth, Ratio: a.Ratio, Size: int64(a.MaxSize)}
}

// Severities gives the severities set for rules, for decision.Regrade.
func (c *Config) Severities() map[string]finding.Severity {
	out := make(map[string]finding.Severity, len(c.Severity))
	for pattern, severity := range c.Severity {
		out[string(pattern)] = severity
	}
	return out
}
