package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

type trivyVulnerability struct {
	VulnerabilityID, PkgName, PkgPath, InstalledVersion, FixedVersion, Status, SeveritySource, PrimaryURL, Title, Description, Severity string
	VendorIDs, CweIDs, References                                                                                                       list[string]
	PkgIdentifier                                                                                                                       struct{ PURL string }
	Layer                                                                                                                               struct{ DiffID string }
	CVSS                                                                                                                                map[string]struct {
		V2Vector, V3Vector, V40Vector string
		V2Score, V3Score, V40Score    float64
	}
	PublishedDate string
}

func (r *trivyResult) vulnerability(v *trivyVulnerability, because string) error {
	family, release := r.kind, ""
	if r.class == "os-pkgs" || isDistribution(r.kind) {
		family, release = r.distribution()
	}
	w := &flaw{
		ids: append([]string{v.VulnerabilityID}, texts(v.VendorIDs...)...), title: v.Title, text: v.Description, severity: severityOf(v.Severity),
		references: append([]string{v.PrimaryURL}, texts(v.References...)...), cwe: cwesIn(v.CweIDs...), waived: because,
		component: componentFor(v.PkgIdentifier.PURL, family, release, v.PkgName, v.InstalledVersion),
		at:        finding.Location{Path: cmp.Or(rooted(v.PkgPath), r.file()), Logical: r.place},
	}
	w.component.Project, w.component.Fixed = r.file(), fixedIn(v.FixedVersion)
	w.threat.Published = timeOf(v.PublishedDate)
	for _, source := range trivySources(v) {
		c := v.CVSS[source]
		w.cvss = append(w.cvss, scored{c.V40Vector, c.V40Score}, scored{c.V3Vector, c.V3Score}, scored{c.V2Vector, c.V2Score})
	}
	if r.cluster && r.class == "os-pkgs" {
		image, _, _ := strings.Cut(r.target, " (")
		w.at.Logical = append(slices.Clone(r.place), finding.Logical{Kind: "image", Name: image})
	}
	w.fact("status", strings.ReplaceAll(v.Status, "_", " "))
	w.fact("layer", v.Layer.DiffID)
	return w.emit(r.out)
}

// trivySources are those who scored a flaw, the one that Trivy believes first.
func trivySources(v *trivyVulnerability) []string {
	weight := func(s string) int {
		if i := slices.Index([]string{v.SeveritySource, "nvd", "ghsa", "redhat"}, s); i >= 0 {
			return i
		}
		return 9
	}
	var out []string
	for source := range v.CVSS {
		out = append(out, source)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(weight(a)-weight(b), cmp.Compare(a, b)) })
	return out
}

// trivyCode are lines of a file as Trivy quotes them.
type trivyCode struct {
	Lines []struct {
		Number  int
		Content string
		IsCause bool
	}
}

func (c *trivyCode) String() string {
	var out []string
	for _, l := range c.Lines {
		if l.IsCause {
			out = append(out, l.Content)
		}
	}
	return strings.Join(out, "\n")
}

type trivyMisconfiguration struct {
	Type, ID, AVDID, Title, Description, Message, Resolution, Severity, PrimaryURL, Status string
	References                                                                             list[string]
	CauseMetadata                                                                          struct {
		Resource, Provider, Service string
		StartLine, EndLine          int
		Code                        trivyCode
		Occurrences                 []struct {
			Resource, Filename string
			Location           struct{ StartLine, EndLine int }
		}
	}
}

func (r *trivyResult) misconfiguration(m *trivyMisconfiguration, because string) error {
	if m.Status == "PASS" || m.ID == "" {
		return nil
	}
	if m.Status == "EXCEPTION" {
		because = cmp.Or(because, "excepted by a policy of Trivy's users")
	}
	class := "iac"
	switch {
	case r.cluster:
		class = "cluster"
	case r.trivy.kind == "aws_account" || r.kind == "cloud":
		class = "cloud"
	}
	rule := finding.Rule{
		ID: m.ID, Engine: class, Title: titleOf(m.Title, m.Description, m.ID), Why: strings.TrimSpace(m.Description), Fix: strings.TrimSpace(m.Resolution),
		Severity: severityOf(m.Severity), Confidence: finding.Firm, References: append([]string{m.PrimaryURL}, texts(m.References...)...),
	}
	rule.References = slices.DeleteFunc(rule.References, func(s string) bool { return s == "" })
	c := &m.CauseMetadata
	f := found(rule, cmp.Or(m.Message, m.Title, m.ID), finding.Location{Logical: slices.Clone(r.place), Snippet: c.Code.String()})
	if !r.cluster {
		f.Location.Path, f.Location.Region = rooted(r.target), lines(c.StartLine, c.EndLine)
	}
	if m.AVDID != "" && m.AVDID != m.ID {
		f.Aliases = []string{m.AVDID}
	}
	if c.Resource != "" {
		f.Location.Logical = append(f.Location.Logical, finding.Logical{Kind: "resource", Name: c.Resource})
	}
	for _, o := range c.Occurrences {
		f.Also = append(f.Also, finding.Location{Path: rooted(o.Filename), Region: lines(o.Location.StartLine, o.Location.EndLine)})
	}
	if because != "" {
		f.Verdict = waived(because)
	}
	return emit(r.out, rule, f)
}

type trivySecret struct {
	RuleID, Category, Severity, Title, Match string
	StartLine, EndLine                       int
	Code                                     trivyCode
	Layer                                    struct{ DiffID string }
}

func (r *trivyResult) secret(s *trivySecret, because string) error {
	rule := finding.Rule{ID: s.RuleID, Engine: "secret", Title: titleOf(s.Title, s.RuleID), Severity: severityOf(s.Severity), Confidence: finding.Firm}
	f := found(rule, cmp.Or(s.Title, s.RuleID)+" in "+rooted(r.target), finding.Location{Path: rooted(r.target), Region: lines(s.StartLine, s.EndLine), Logical: r.place})
	if strings.Contains(s.Match, "**") { // Trivy puts asterisks in the place of the value, in the code as well
		f.Evidence, f.Location.Snippet = oneLine(s.Match, 200), s.Code.String()
	} else {
		conceal(&rule, &f, s.Match)
	}
	if s.Layer.DiffID != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "layer", Value: s.Layer.DiffID})
	}
	if because != "" {
		f.Verdict = waived(because)
	}
	return emit(r.out, rule, f)
}

type trivyLicence struct {
	Severity, Category, PkgName, FilePath, Name, Link string
}

// licence leaves out those that ask for no more than notice: Google's categories of licences, which Trivy uses.
func (r *trivyResult) licence(l *trivyLicence, because string) error {
	switch strings.ToLower(l.Category) {
	case "notice", "permissive", "unencumbered":
		r.harmless++
		return nil
	}
	family, release := r.distribution()
	w := &flaw{
		ids: []string{l.Name}, class: "licence", title: fmt.Sprintf("Licence %s is %s", l.Name, cmp.Or(l.Category, "unknown")), severity: severityOf(l.Severity),
		references: []string{l.Link}, waived: because, at: finding.Location{Path: rooted(l.FilePath), Logical: r.place},
	}
	if l.PkgName != "" {
		w.component = componentFor("", family, release, l.PkgName, "")
	}
	if w.at.Path == "" && l.PkgName == "" {
		w.at.Path = cmp.Or(r.file(), rooted(r.target))
	}
	return w.emit(r.out)
}

// trivyModified is a finding that users of Trivy have put aside, by a VEX document or an ignore file.
type trivyModified struct {
	Type, Status, Statement, Source string
	Finding                         jsontext.Value
}

func (r *trivyResult) modified(m *trivyModified) error {
	because := strings.Join(slices.DeleteFunc([]string{strings.ReplaceAll(m.Status, "_", " "), m.Statement, m.Source}, func(s string) bool { return s == "" }), ": ")
	because = cmp.Or(because, "ignored")
	switch m.Type {
	case "vulnerability":
		var v trivyVulnerability
		return orNext(decodeHeld(m.Finding, &v), func() error { return r.vulnerability(&v, because) })
	case "misconfiguration":
		var v trivyMisconfiguration
		return orNext(decodeHeld(m.Finding, &v), func() error { return r.misconfiguration(&v, because) })
	case "secret":
		var v trivySecret
		return orNext(decodeHeld(m.Finding, &v), func() error { return r.secret(&v, because) })
	case "license":
		var v trivyLicence
		return orNext(decodeHeld(m.Finding, &v), func() error { return r.licence(&v, because) })
	}
	return nil
}
