package identity

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// flaw is the one name of a flaw that has many: the CVE among rule and aliases, else the GHSA, else the first in sorted order; then what canon makes of it.
func flaw(f *finding.Finding, canon func(string) string) string {
	best := f.Rule
	for _, id := range f.Aliases {
		known := best == f.Rule && weight(best) == 0 // a rule that is a CVE stays it, whatever other CVEs stand beside
		if !known && (weight(id) < weight(best) || weight(id) == weight(best) && id < best) {
			best = id
		}
	}
	if canon != nil {
		if name := canon(best); name != "" {
			return name
		}
	}
	return best
}

// weight says how well known the names of a database are, best first.
func weight(id string) int {
	switch {
	case strings.HasPrefix(id, "CVE-"):
		return 0
	case strings.HasPrefix(id, "GHSA-"):
		return 1
	}
	return 2
}

// ecosystemOf is the ecosystem without its release, in lower case and under one name: a distribution that is upgraded stays the same.
func ecosystemOf(c *finding.Component) string {
	name, _, _ := strings.Cut(c.Ecosystem, ":")
	if name == "" {
		name, _, _ = strings.Cut(strings.TrimPrefix(c.PURL, "pkg:"), "/")
	}
	name = strings.ToLower(name)
	switch name {
	case "golang":
		return "go"
	case "crates.io":
		return "cargo"
	case "rubygems":
		return "gem"
	case "packagist":
		return "composer"
	case "python", "pip":
		return "pypi"
	case "redhat", "rhel":
		return "red hat"
	}
	return name
}

// familyOf is the kind of weakness of a finding, told alike by every tool: what the caller knows of the rule, else for hosts and networks the set of
// CVEs that the check stands for.
func familyOf(f *finding.Finding, o *Options) string {
	if f.Engine == "host" || f.Engine == "network" || f.Engine == "dast" {
		if set := cves(f); set != "" {
			return set
		}
	}
	if o.Family == nil {
		return ""
	}
	return o.Family(f.Rule)
}

func cves(f *finding.Finding) string {
	if len(f.Aliases) == 0 && weight(f.Rule) != 0 {
		return ""
	}
	var all []string
	for _, id := range append([]string{f.Rule}, f.Aliases...) {
		if weight(id) == 0 {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}
