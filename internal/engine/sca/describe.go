package sca

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// describe makes a finding of a hit. Its identity is the flaw in the package in the project: it stays through upgrades that
// do not mend it, through new lock files and moved folders.
func (e *Engine) describe(t *engine.Target, h *hit) finding.Finding {
	pkg := h.pkg()
	threat := h.flaw.Threat
	threat.Malicious = threat.Malicious || slices.ContainsFunc(h.matches, func(m advisory.Match) bool { return m.Malicious })
	f := finding.Finding{
		Fingerprint: finding.Identify(e.options.Key, Name, h.flaw.ID, baseEcosystem(pkg.Ecosystem), pkg.Name, h.project.Name),
		Rule:        h.flaw.ID, Aliases: h.flaw.Aliases,
		Severity: h.flaw.Severity, Confidence: finding.Firm,
		Message:   message(h),
		Location:  e.place(t, h, h.at[0]),
		Component: component(h), Threat: &threat,
		Flow: h.steps,
	}
	if h.reach.State != finding.ReachUnneeded {
		r := h.reach
		f.Reach = &r
	}
	for _, i := range h.at[1:] {
		f.Also = append(f.Also, e.place(t, h, i))
	}
	f.Fix.Text = fixText(h)
	f.Facts = []finding.Fact{{Name: "package", Value: f.Component.PURL}, {Name: "advisory", Value: h.matches[0].Record}}
	if len(h.at) > 1 {
		f.Facts = append(f.Facts, finding.Fact{Name: "versions", Value: strings.Join(versions(h), ", ")})
	}
	return f
}

// baseEcosystem is the ecosystem without a release: a finding stays the same when the distribution is upgraded.
func baseEcosystem(ecosystem string) string {
	base, _, _ := strings.Cut(ecosystem, ":")
	return base
}

func versions(h *hit) []string {
	var out []string
	for _, i := range h.at {
		if v := h.project.Packages[i].Version; !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func message(h *hit) string {
	pkg := h.pkg()
	what := h.flaw.ID
	if s := strings.TrimSpace(h.flaw.Summary); s != "" {
		what += " (" + strings.TrimSuffix(s, ".") + ")"
	}
	text := fmt.Sprintf("%s %s has %s", pkg.Name, strings.Join(versions(h), " and "), what)
	if slices.ContainsFunc(h.matches, func(m advisory.Match) bool { return m.Malicious }) {
		text = fmt.Sprintf("%s %s is malicious: %s", pkg.Name, strings.Join(versions(h), " and "), what)
	}
	return text
}

// place is where one version of the package is stated.
func (e *Engine) place(t *engine.Target, h *hit, i int) finding.Location {
	pkg := &h.project.Packages[i]
	l := finding.Location{Path: cmp.Or(pkg.File, h.project.File)}
	if pkg.Line > 0 {
		l.Region = finding.Region{StartLine: pkg.Line, EndLine: pkg.Line}
	}
	l.Logical = append(l.Logical, t.Layers[pkg.Layer]...)
	l.Logical = append(l.Logical, finding.Logical{Kind: "package", Name: pkg.Name + "@" + pkg.Version})
	return l
}

func component(h *hit) *finding.Component {
	pkg := h.pkg()
	c := &finding.Component{
		PURL: sbom.PURL(pkg), Ecosystem: pkg.Ecosystem, Name: pkg.Name, Version: pkg.Version,
		Scope: string(pkg.Scope), Direct: pkg.Direct, Project: h.project.Name, Fixed: h.matches[0].Fixed, Upgrade: h.upgrade,
	}
	for _, i := range h.why {
		p := &h.project.Packages[i]
		c.Why = append(c.Why, p.Name+"@"+p.Version)
	}
	return c
}

// fixText says what to do about one hit.
func fixText(h *hit) string {
	pkg := h.pkg()
	if slices.ContainsFunc(h.matches, func(m advisory.Match) bool { return m.Malicious }) {
		return fmt.Sprintf("Remove %s now. Take every machine that installed it for compromised: revoke the credentials it could read, then look for what it left behind.", pkg.Name)
	}
	fixed := h.matches[0].Fixed
	if len(fixed) == 0 {
		return fmt.Sprintf("No version of %s mends this yet. Use another package, or make sure the faulty part is not used and say so: reeve vex add %s --package %s.", pkg.Name, h.flaw.ID, sbom.PURL(pkg))
	}
	why := h.why
	to := cmp.Or(h.upgrade, fixed[0])
	switch {
	case h.project.Role == inventory.Installed && pkg.Layer > 0:
		return fmt.Sprintf("Upgrade %s to %s: rebuild the image on a base that has it, or upgrade it in the layer that brings it.", pkg.Name, to)
	case pkg.Direct || len(why) < 2:
		return fmt.Sprintf("Upgrade %s from %s to %s.", pkg.Name, pkg.Version, to)
	}
	first := &h.project.Packages[why[0]]
	return fmt.Sprintf("%s comes with %s. Upgrade %s to a version that asks for %s %s or later, or override %s to %s.",
		pkg.Name, first.Name, first.Name, pkg.Name, to, pkg.Name, to)
}

// maxTitle bounds a title, in characters.
const maxTitle = 70

// ruleOf makes a rule of a flaw.
func ruleOf(f *advisory.Flaw) finding.Rule {
	title := strings.Join(strings.Fields(f.Summary), " ")
	if title == "" {
		title, _, _ = strings.Cut(strings.TrimSpace(f.Details), "\n")
	}
	if runes := []rune(title); len(runes) > maxTitle {
		title = strings.TrimSpace(string(runes[:maxTitle-1])) + "…"
	}
	return finding.Rule{
		ID: f.ID, Engine: Name, Title: cmp.Or(title, f.ID), Severity: f.Severity, Confidence: finding.Firm,
		Why:        cmp.Or(strings.TrimSpace(f.Details), strings.TrimSpace(f.Summary), "The advisory gives no details."),
		Fix:        "Upgrade to a version that mends it; each finding names the least one.",
		References: f.References, CWE: f.CWE, Tags: append([]string{"advisory"}, f.Aliases...),
	}
}
