package ingest

import (
	"cmp"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// semgrepSCA is what Semgrep Supply Chain adds to a result.
type semgrepSCA struct {
	Reachable, ReachabilityRule bool
	DependencyMatch             struct {
		Lockfile          string
		DependencyPattern struct{ Ecosystem, Package, SemverRange string }
		FoundDependency   struct{ Package, Version, Ecosystem, Transitivity, LockfilePath string }
	}
}

// semgrepFixed are the versions that mend a package: {"name": "1.2.3"}, or {"name": ["1.2.3"]}.
type semgrepFixed map[string]list[string]

// UnmarshalJSONFrom reads it; what has another shape says nothing.
func (s *semgrepFixed) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, (*map[string]list[string])(s))
}

// describe makes a finding about a package of a result.
func (s *semgrepSCA) describe(r *semgrepResult, rule *finding.Rule, f *finding.Finding) {
	d, m := &s.DependencyMatch, &r.Extra.Metadata
	id, aliases := flawNames(m.CVE, m.SCAVulnDatabaseIdentifier, m.GHSA, rule.ID)
	rule.ID, rule.Engine, f.Aliases = id, "sca", aliases
	f.Fingerprint = "" // flaw and package are the identity that other tools share
	if m.SCASeverity != "" {
		rule.Severity = severityOf(m.SCASeverity)
		f.Severity = rule.Severity
	}
	name := cmp.Or(d.FoundDependency.Package, d.DependencyPattern.Package)
	ecosystem := ecosystemOf(cmp.Or(d.FoundDependency.Ecosystem, d.DependencyPattern.Ecosystem), "")
	c := new(componentIn(ecosystem, name, d.FoundDependency.Version))
	c.Project = rooted(cmp.Or(d.Lockfile, d.FoundDependency.LockfilePath))
	c.Direct = d.FoundDependency.Transitivity == "direct"
	for _, fixed := range m.SCAFixVersions {
		c.Fixed = append(c.Fixed, texts(fixed[name]...)...)
	}
	if name != "" {
		f.Component = c
	}
	if s.Reachable && s.ReachabilityRule { // the rule describes how the faulty code is used, and matched code of the project
		f.Reach = &finding.Reachability{State: finding.Reachable,
			Because: fmt.Sprintf("Semgrep found the faulty use at %s:%d", f.Location.Path, f.Location.Region.StartLine)}
	}
	if f.Location.Path == "" {
		f.Location.Path = c.Project
	}
}
