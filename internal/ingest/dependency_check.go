package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var dependencyCheckFormat = Format{
	Name: "dependency-check", Title: "OWASP Dependency-Check JSON", Tool: "OWASP Dependency-Check",
	Is: func(h *Head) bool {
		return h.Has("reportSchema", "scanInfo") || h.Has("scanInfo.engineVersion") || h.Has("dependencies.fileName", "dependencies.filePath")
	},
	Read: readDependencyCheck,
}

// readDependencyCheck reads the report in JSON (github.com/dependency-check/DependencyCheck, templates/jsonReport.vsl).
func readDependencyCheck(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "scanInfo":
			var s struct {
				EngineVersion      string
				AnalysisExceptions []dcException
			}
			err := j.value(&s)
			h.Tool.Version = s.EngineVersion
			for i := range s.AnalysisExceptions {
				missed(h, "%s", s.AnalysisExceptions[i].message())
			}
			return err
		case "projectInfo":
			var p struct{ Name, ReportDate string }
			err := j.value(&p)
			h.At, h.Asset = timeOf(p.ReportDate), dcAsset(p.Name)
			return err
		case "dependencies":
			return each(j, func(d *dcDependency) error { return d.emit(out) })
		}
		return j.skip()
	})
}

func dcAsset(name string) finding.Asset {
	if name = strings.TrimSpace(name); name == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "directory", Name: name}
}

// dcException is what the tool met while it looked.
type dcException struct{ Exception struct{ Message string } }

func (e *dcException) message() string {
	return "an analysis failed: " + cmp.Or(e.Exception.Message, "no reason given")
}

// dcDependency is a file, or a package that stands in one, with its flaws. The XML reader fills it too.
type dcDependency struct {
	FileName, FilePath                         string
	Packages                                   []dcIdentifier
	Vulnerabilities, SuppressedVulnerabilities []dcFlaw
	ProjectReferences                          list[string]
}

type dcIdentifier struct{ ID string }

type dcFlaw struct {
	Source, Name, Severity, Description string
	CWEs                                list[string]
	Notes                               string
	References                          []struct{ URL, Name string }
	CVSSV2                              dcScore
	CVSSV3                              dcScore
	CVSSV4                              dcScore
	KnownExploitedVulnerability         struct{ DateAdded, DueDate string }
	VulnerableSoftware                  []dcSoftware
}

// dcSoftware is a range of versions that have a flaw.
type dcSoftware struct {
	Software struct{ VersionEndExcluding, VulnerabilityIDMatched string }
}

// dcScore is a CVSS score with its metrics in words. Version 2 calls its score "score".
type dcScore struct {
	Score, BaseScore                                                               float64
	Version, VectorString                                                          string
	AttackVector, AttackComplexity, PrivilegesRequired, UserInteraction, Scope     string
	AccessVector, AccessComplexity, Authenticationr, Authentication                string
	ConfidentialityImpact, ConfidentialImpact, IntegrityImpact, AvailabilityImpact string
}

// vector writes the metrics as FIRST's vector, "" where one is missing: the first letter of each word is its value.
func (s *dcScore) vector(major int) string {
	if s.VectorString != "" || major == 4 {
		return s.VectorString
	}
	metrics := []string{"AV", s.AttackVector, "AC", s.AttackComplexity, "PR", s.PrivilegesRequired, "UI", s.UserInteraction, "S", s.Scope,
		"C", s.ConfidentialityImpact, "I", s.IntegrityImpact, "A", s.AvailabilityImpact}
	prefix := "CVSS:" + cmp.Or(s.Version, "3.1") + "/"
	if major == 2 {
		metrics = []string{"AV", s.AccessVector, "AC", s.AccessComplexity, "Au", cmp.Or(s.Authenticationr, s.Authentication),
			"C", cmp.Or(s.ConfidentialImpact, s.ConfidentialityImpact), "I", s.IntegrityImpact, "A", s.AvailabilityImpact}
		prefix = ""
	}
	var out []string
	for i := 0; i < len(metrics); i += 2 {
		word := metrics[i+1]
		if word == "" {
			return ""
		}
		if major == 2 && word == "ADJACENT_NETWORK" {
			word = "A"
		}
		out = append(out, metrics[i]+":"+word[:1])
	}
	return prefix + strings.Join(out, "/")
}

func (s *dcScore) base() float64 { return cmp.Or(s.BaseScore, s.Score) }

// component is the package that identifies the file best: the first package URL, else Maven's coordinates of old reports, else the file itself, whose
// ecosystem only the source of the advisory tells.
func (d *dcDependency) component(source string) finding.Component {
	for _, p := range d.Packages {
		if strings.HasPrefix(p.ID, "pkg:") {
			return componentFor(p.ID, "", "", d.FileName, "")
		}
	}
	for _, p := range d.Packages {
		if parts := strings.Split(p.ID, ":"); len(parts) == 3 && !strings.HasPrefix(p.ID, "cpe:") {
			return componentIn("Maven", parts[0]+":"+parts[1], parts[2])
		}
	}
	name, version, _ := strings.Cut(d.FileName, ":") // "package-lock.json?lodash:4.17.4" and "lodash:4.17.4"
	if _, inside, found := strings.Cut(name, "?"); found {
		name = inside
	}
	ecosystem := ""
	if strings.EqualFold(source, "NPM") || strings.EqualFold(source, "RETIREJS") {
		ecosystem = "npm"
	}
	return componentIn(ecosystem, name, version)
}

func (d *dcDependency) emit(out Sink) error {
	for i := range d.Vulnerabilities {
		if err := d.flaw(&d.Vulnerabilities[i], "").emit(out); err != nil {
			return err
		}
	}
	for i := range d.SuppressedVulnerabilities {
		v := &d.SuppressedVulnerabilities[i]
		because := cmp.Or(strings.TrimSpace(v.Notes), "no reason given")
		if err := d.flaw(v, "suppressed in Dependency-Check: "+because).emit(out); err != nil {
			return err
		}
	}
	return nil
}

func (d *dcDependency) flaw(v *dcFlaw, because string) *flaw {
	file, _, _ := strings.Cut(d.FilePath, "?") // "package-lock.json?lodash"
	w := &flaw{
		ids: []string{v.Name}, text: v.Description, severity: v.severity(), cwe: cwesIn(v.CWEs...), component: d.component(v.Source), waived: because,
		at:   finding.Location{Path: rooted(file)},
		cvss: []scored{{v.CVSSV4.vector(4), v.CVSSV4.base()}, {v.CVSSV3.vector(3), v.CVSSV3.base()}, {v.CVSSV2.vector(2), v.CVSSV2.base()}},
	}
	if ghsa := advisoryIn(v.Name); ghsa != "" {
		w.ids = []string{ghsa}
	}
	for _, r := range v.References {
		w.references = append(w.references, r.URL)
		if ghsa := advisoryIn(r.URL); ghsa != "" && v.Source != "NVD" {
			w.ids = append(w.ids, ghsa)
		}
	}
	for _, s := range v.VulnerableSoftware {
		if s.Software.VulnerabilityIDMatched != "" {
			w.component.Fixed = fixedIn(s.Software.VersionEndExcluding)
		}
	}
	if p := texts(d.ProjectReferences...); len(p) > 0 {
		w.component.Project = p[0]
	}
	if k := &v.KnownExploitedVulnerability; k.DateAdded != "" {
		w.threat.KEV = &finding.KEV{Added: day(k.DateAdded), Due: day(k.DueDate)}
	}
	return w
}

// severity is the report's word; where it is none ("unscored:high", a number), the score counts.
func (v *dcFlaw) severity() finding.Severity {
	word := strings.TrimSpace(v.Severity[strings.LastIndexByte(v.Severity, ':')+1:])
	if score := cmp.Or(v.CVSSV4.base(), v.CVSSV3.base(), v.CVSSV2.base()); score > 0 && (word == "" || strings.EqualFold(word, "unknown") || decimal(word) > 0) {
		return finding.SeverityOfScore(score)
	}
	if score := decimal(word); score > 0 {
		return finding.SeverityOfScore(score)
	}
	return severityOf(word)
}
