package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

var npmAuditFormat = Format{
	Name: "npm-audit", Title: "npm audit JSON", Tool: "npm audit",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("auditReportVersion") || h.Has("advisories", "muted") || h.Has("actions", "advisories") || h.Has("error.code", "error.summary"))
	},
	Read: readAudit,
}

var pnpmAuditFormat = Format{
	Name: "pnpm-audit", Title: "pnpm audit JSON", Tool: "pnpm audit",
	// The registry's answer is the same for npm 6 and pnpm; the paths are the package managers' own: pnpm begins them with the importer, and leaves
	// out what npm would do.
	Is: func(h *Head) bool {
		return h.Object() && h.Has("advisories") && (h.Contains(`".>`) || h.Contains(`". > `) ||
			!h.Has("actions") && (h.Contains(`"github_advisory_id"`) || h.Has("metadata.vulnerabilities")))
	},
	Read: readAudit,
}

// readAudit reads the answers of the npm registry's audit: advisories (npm 6, pnpm, Yarn 2 and 3) and npm 7's own report, which has flaws by package.
func readAudit(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "advisories":
			return j.members(func(string) error {
				var a npmAdvisory
				return orNext(j.value(&a), func() error { return a.emit(out) })
			})
		case "vulnerabilities":
			return j.members(func(string) error {
				var p npmPackage
				return orNext(j.value(&p), func() error { return p.emit(out) })
			})
		case "error":
			var e struct{ Code, Summary string }
			err := j.value(&e)
			missed(h, "%s failed: %s %s", h.Tool.Name, e.Code, e.Summary)
			return err
		}
		return j.skip()
	})
}

// npmAdvisory is an advisory with what of the project it is about.
type npmAdvisory struct {
	ID, GithubAdvisoryID                                                                            string
	ModuleName, Title, Overview, Recommendation, Severity, URL, VulnerableVersions, PatchedVersions string
	References, Created                                                                             string
	CVEs, CWE                                                                                       list[string]
	CVSS                                                                                            struct {
		Score        float64
		VectorString string
	}
	Findings []npmInstance
}

// npmInstance is one installed version, with the paths to it.
type npmInstance struct {
	Version       string
	Paths         []string
	Dev, Optional bool
}

// ids are the advisory's names: GitHub's, which its address may hold as well, the CVEs; the registry's number where there is nothing else.
func (a *npmAdvisory) ids() []string {
	out := []string{cmp.Or(a.GithubAdvisoryID, advisoryIn(a.URL))}
	out = append(out, texts(a.CVEs...)...)
	if out = slices.DeleteFunc(out, func(s string) bool { return s == "" }); len(out) == 0 && a.ID != "" {
		out = []string{"npm:" + a.ID}
	}
	return out
}

// advisoryIn gives the GHSA id that an address ends in, "" where there is none.
func advisoryIn(address string) string {
	if id := address[strings.LastIndexByte(address, '/')+1:]; strings.HasPrefix(id, "GHSA-") {
		return id
	}
	return ""
}

func (a *npmAdvisory) emit(out Sink) error {
	instances := a.Findings
	if len(instances) == 0 {
		instances = []npmInstance{{}}
	}
	for i := range instances {
		if err := a.instance(&instances[i]).emit(out); err != nil {
			return err
		}
	}
	return nil
}

func (a *npmAdvisory) instance(i *npmInstance) *flaw {
	w := &flaw{
		ids: a.ids(), title: a.Title, text: a.Overview, advice: a.Recommendation, severity: severityOf(a.Severity), cwe: cwesIn(a.CWE...),
		references: append([]string{a.URL}, linksIn(a.References)...), component: componentIn("npm", a.ModuleName, i.Version),
		cvss: []scored{{a.CVSS.VectorString, a.CVSS.Score}},
	}
	w.threat.Published = timeOf(a.Created)
	c := &w.component
	if i.Dev {
		c.Scope = "development"
	}
	if c.Fixed = fixedIn(a.PatchedVersions); strings.EqualFold(w.advice, "none") {
		w.advice = ""
	}
	c.Why, c.Project = npmChain(i.Paths)
	c.Direct = len(c.Why) == 1
	if len(i.Paths) > 1 {
		w.fact("paths", formatCount(len(i.Paths)))
	}
	w.fact("vulnerable versions", a.VulnerableVersions)
	return w
}

// npmChain gives the shortest of the paths to a package, and the project it begins at where the tool names one. pnpm begins with the importer:
// "." for the project itself, else a folder with "__" for "/"; npm 6 with a hash where a package is linked.
func npmChain(paths []string) (chain []string, project string) {
	for _, p := range paths {
		steps := strings.Split(p, ">")
		for i := range steps {
			steps[i] = strings.TrimSpace(steps[i])
		}
		importer := ""
		if len(steps) > 1 && (steps[0] == "." || strings.Contains(steps[0], "__")) {
			importer, steps = strings.ReplaceAll(steps[0], "__", "/"), steps[1:]
		}
		if len(steps) > 1 && len(steps[0]) == 64 && strings.Trim(steps[0], "0123456789abcdef") == "" {
			steps = steps[1:]
		}
		if p != "" && (chain == nil || len(steps) < len(chain)) {
			chain, project = steps, strings.TrimPrefix(importer, ".")
		}
	}
	return chain, project
}

// npmPackage is a package of npm 7's report. What of it is text names other packages that bring the flaw: they are reported for themselves.
type npmPackage struct {
	Name, Severity, Range string
	IsDirect              bool
	Nodes                 []string
	Via                   []npmVia
	FixAvailable          npmFix
}

func (p *npmPackage) emit(out Sink) error {
	for i := range p.Via {
		v := &p.Via[i]
		if v.Title == "" && v.URL == "" {
			continue
		}
		id := cmp.Or(advisoryIn(v.URL), v.URL)
		if id == "" {
			id = "npm:" + v.Source
		}
		w := &flaw{
			ids: []string{id}, title: v.Title, severity: severityOf(cmp.Or(v.Severity, p.Severity)), references: []string{v.URL}, cwe: cwesIn(v.CWE...),
			cvss: []scored{{v.CVSS.VectorString, v.CVSS.Score}}, component: componentIn("npm", cmp.Or(v.Name, p.Name), ""), advice: p.FixAvailable.advice(),
		}
		w.component.Direct = p.IsDirect
		for n, node := range p.Nodes {
			if n == 0 {
				w.at.Path = rooted(node)
			} else if len(w.also) < 50 {
				w.also = append(w.also, finding.Location{Path: rooted(node)})
			}
		}
		w.fact("vulnerable versions", cmp.Or(v.Range, p.Range))
		if err := w.emit(out); err != nil {
			return err
		}
	}
	return nil
}

// npmVia is an advisory, or the name of another package, which is left empty.
type npmVia struct {
	Source                     string
	Name, Title, URL, Severity string
	Range                      string
	CWE                        list[string]
	CVSS                       struct {
		Score        float64
		VectorString string
	}
}

// UnmarshalJSONFrom reads both.
func (v *npmVia) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	type plain npmVia
	return json.UnmarshalDecode(dec, (*plain)(v))
}

// npmFix tells whether there is a fix, and which upgrade of what the project asks for it takes.
type npmFix struct {
	Available     bool
	Name, Version string
	IsSemVerMajor bool
}

// UnmarshalJSONFrom reads a truth value or the upgrade.
func (x *npmFix) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case 't':
		x.Available = true
	case '{':
		type plain npmFix
		return json.UnmarshalDecode(dec, (*plain)(x))
	}
	return dec.SkipValue()
}

func (x *npmFix) advice() string {
	switch {
	case x.Name != "" && x.IsSemVerMajor:
		return "Upgrade " + x.Name + " to " + x.Version + ", which is a new major version."
	case x.Name != "":
		return "Upgrade " + x.Name + " to " + x.Version + "."
	case x.Available:
		return "Run npm audit fix: a version without the flaw fits what the project asks for."
	}
	return ""
}
