package ingest

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// snykFlaw is a flaw in a package, by one path from the project to it; or a licence that is not allowed.
type snykFlaw struct {
	ID, CVSSv3, CVSSScore, Exploit, PublicationTime                                            string
	Title, Type, License, Description, Severity, PackageManager, PackageName, ModuleName, Name string
	Version, NearestFixedInVersion, DockerfileInstruction                                      string
	From                                                                                       []string
	UpgradePath, FixedIn                                                                       list[string]
	Identifiers                                                                                map[string]list[string]
	References                                                                                 []struct{ URL string }
	CVSSDetails                                                                                []struct{ CVSSV3Vector, CVSSV3BaseScore string }
	CVSSSources                                                                                []struct{ Vector, BaseScore string }
	EPSSDetails                                                                                struct{ Probability, Percentile string }
	Malicious                                                                                  bool
	Filtered                                                                                   struct {
		Ignored []struct{ Reason, Expires string }
	}
}

// because says why a flaw was put aside.
func (v *snykFlaw) because(list string) string {
	if list == "patch" {
		return "patched by Snyk"
	}
	if len(v.Filtered.Ignored) == 0 {
		return "ignored in Snyk"
	}
	i := v.Filtered.Ignored[0]
	because := "ignored in Snyk: " + cmp.Or(i.Reason, "no reason given")
	if until := day(i.Expires); until != "" {
		because += " (until " + until + ")"
	}
	return because
}

func (v *snykFlaw) name() string { return cmp.Or(v.Name, v.PackageName, v.ModuleName) }

func (v *snykFlaw) flaw() *flaw {
	w := &flaw{
		ids: []string{v.ID}, title: v.Title, text: v.Description, severity: severityOf(v.Severity), cwe: cwesIn(v.Identifiers["CWE"]...),
		references: []string{"https://security.snyk.io/vuln/" + v.ID},
	}
	for _, r := range v.References {
		w.references = append(w.references, r.URL)
	}
	manager, release, _ := strings.Cut(v.PackageManager, ":")
	name := v.name()
	if isDistribution(manager) { // source/binary
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	w.component = componentFor("", manager, release, name, v.Version)
	if v.Type == "license" {
		w.class, w.references = "licence", nil
		w.title = cmp.Or(v.Title, v.License, v.ID)
		return w
	}
	w.component.Fixed = fixedIn(append(texts(v.FixedIn...), v.NearestFixedInVersion)...)
	w.fact("dockerfile", v.DockerfileInstruction)
	for _, kind := range []string{"CVE", "GHSA", "OSV", "RHSA", "RUSTSEC", "PYSEC", "GO"} {
		w.ids = append(w.ids, texts(v.Identifiers[kind]...)...)
	}
	w.cvss = append(w.cvss, scored{v.CVSSv3, decimal(v.CVSSScore)})
	for _, c := range v.CVSSSources {
		w.cvss = append(w.cvss, scored{c.Vector, decimal(c.BaseScore)})
	}
	for _, c := range v.CVSSDetails {
		w.cvss = append(w.cvss, scored{c.CVSSV3Vector, decimal(c.CVSSV3BaseScore)})
	}
	w.threat.EPSS = epssOf(v.EPSSDetails.Probability, v.EPSSDetails.Percentile, "")
	w.threat.Malicious, w.threat.Published = v.Malicious, timeOf(v.PublicationTime)
	switch strings.ToLower(v.Exploit) {
	case "proof of concept", "functional", "mature", "high":
		w.threat.Exploit = "poc"
	case "attacked":
		w.threat.Exploit = "active"
	}
	return w
}

// advice names what the project itself asks for, where raising that clears the flaw: the first step of the upgrade path.
func (v *snykFlaw) advice() string {
	for _, step := range v.UpgradePath {
		if at := strings.LastIndexByte(step, '@'); at > 0 {
			return "Upgrade " + step[:at] + " to " + step[at+1:] + "."
		}
	}
	return ""
}

func formatCount(n int) string { return strconv.Itoa(n) }

// snykIssue is a fault in infrastructure as code.
type snykIssue struct {
	ID, PublicID                                                string
	Title, Severity, Msg, Documentation, Issue, Impact, Resolve string
	IsIgnored                                                   bool
	SubType                                                     string
	IacDescription                                              struct{ Issue, Impact, Resolve string }
	References                                                  list[string]
	Path                                                        list[string]
	LineNumber                                                  int
}

func (p *snykProject) issue(i *snykIssue) error {
	d := &i.IacDescription
	id := cmp.Or(i.PublicID, i.ID)
	rule := finding.Rule{
		ID: id, Engine: "iac", Title: titleOf(i.Title, id), Severity: severityOf(i.Severity), Confidence: finding.Firm,
		Why: strings.TrimSpace(cmp.Or(d.Issue, i.Issue) + "\n" + cmp.Or(d.Impact, i.Impact)), Fix: cmp.Or(d.Resolve, i.Resolve),
		References: texts(append([]string{i.Documentation}, i.References...)...), Tags: texts(i.SubType),
	}
	path := p.target()
	where := cmp.Or(strings.Join(texts(i.Path...), "."), i.Msg)
	f := found(rule, cmp.Or(d.Issue, i.Issue, i.Title, id), finding.Location{Path: path, Logical: steps("resource", where), Region: lines(i.LineNumber, i.LineNumber)})
	if path == "" && where == "" {
		f.Location.Logical = steps("module", p.name, "control", id)
	}
	if i.IsIgnored {
		f.Verdict = waived("ignored in Snyk")
	}
	return emit(p.out, rule, f)
}
