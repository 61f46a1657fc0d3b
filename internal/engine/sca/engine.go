// Package sca is the engine that looks at dependencies: which packages a target holds, which flaws are known of them, whether
// the faulty code can be reached, and whether the supply of packages itself is in order.
//
// It takes a note of every lock file, manifest and database of installed packages on the one pass, and concludes when all of
// the target was seen. It never runs a package manager or a build, and it uses no network: what the world knows comes from
// an advisory database that is handed in.
package sca

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/reach"
	"github.com/reevehq/reeve/internal/rule"
)

// Name is the engine's id.
const Name = "sca"

// behaviour changes whenever the engine's own judgement does.
const behaviour = "1"

// Options are what a caller decides about the engine.
type Options struct {
	// Key makes the findings' identities.
	Key finding.Key
	// Advisories is what the world knows; nil where there is no database.
	Advisories *advisory.DB
	// Required makes a missing database an incomplete look, if there are packages to be matched.
	Required bool
	// MaxAge is the age from which a database is too old to be relied on; 0 asks nothing. Now is the moment it is judged by.
	MaxAge time.Duration
	Now    time.Time
	// Reach says where else source code may be read.
	Reach reach.Options
	// SBOM takes every content for a bill of materials if it reads as one, and nothing else: the target was named as such.
	SBOM bool
	// Supply says what a team allows.
	Supply Supply
}

// Supply is what a team allows of the supply of packages.
type Supply struct {
	// Registries are the prefixes of addresses that packages may come from; empty allows the ecosystems' public ones and asks nothing of others.
	Registries []string
	// Internal are patterns of package names that exist only inside the company ("@acme/*", "com.acme:*").
	Internal []string
	// AllowLicences and DenyLicences are SPDX identifiers; an empty allow list allows everything that is not denied.
	AllowLicences, DenyLicences []string
}

// Engine judges dependencies. It is immutable.
type Engine struct {
	options Options
	rules   map[string]rule.Rule
	digest  string
}

var _ engine.Set = (*Engine)(nil)

// New makes the engine. Rules are those of supply hygiene and licences; each names a check.
func New(rules []rule.Rule, o Options) (*Engine, error) {
	e := &Engine{options: o, rules: make(map[string]rule.Rule, len(rules))}
	sum := sha256.New()
	io.WriteString(sum, "behaviour "+behaviour)
	for _, r := range rules {
		if err := Validate(r); err != nil {
			return nil, err
		}
		if _, taken := e.rules[r.ID]; taken {
			return nil, fmt.Errorf("rule %q: id is taken twice", r.ID)
		}
		e.rules[r.ID] = r
		fmt.Fprintf(sum, "%s\x00%s\x00%s\x00", r.ID, r.Severity, r.Match)
	}
	if o.Advisories != nil {
		io.WriteString(sum, o.Advisories.Info().Digest)
	}
	e.digest = hex.EncodeToString(sum.Sum(nil)[:16])
	return e, nil
}

// Info says what the engine is.
func (e *Engine) Info() engine.Info {
	return engine.Info{Name: Name, Title: "Dependencies", Digest: e.digest}
}

// Rule gives the facts of a rule by id: one of the supply's, or a flaw, which is a rule that the world has written.
func (e *Engine) Rule(id string) (finding.Rule, bool) {
	if r, ok := e.rules[id]; ok {
		return r.Rule, true
	}
	if id == staleRule.ID {
		return staleRule, true
	}
	if e.options.Advisories == nil {
		return finding.Rule{}, false
	}
	flaw, ok := e.options.Advisories.Flaw(id)
	if !ok {
		return finding.Rule{}, false
	}
	return ruleOf(&flaw), true
}

// Literals are none: files are known by their names.
func (e *Engine) Literals() []literal.Literal { return nil }

// Look finds nothing in a single content: only all of them together say what is wrong.
func (e *Engine) Look(*engine.Content, []literal.Hit, func(finding.Finding)) (whole bool) {
	return false
}

// Place lets every finding stand where it is.
func (e *Engine) Place(*finding.Finding, string) bool { return true }

// LookName finds nothing in a name.
func (e *Engine) LookName(string, func(finding.Finding)) {}
