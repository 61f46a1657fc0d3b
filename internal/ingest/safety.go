package ingest

import (
	"cmp"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// safetyRows tells Safety 1's report, an array of arrays that begin with package, versions concerned, version.
var safetyRows = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*\[\s*\[\s*"[^"\\]+"\s*,\s*"[<>=!~*0-9][^"\\]*"\s*,\s*"[^"\\]+"\s*,\s*"`)
})

var safetyFormat = Format{
	Name: "safety", Title: "Safety JSON", Tool: "Safety",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		return h.Has("report_meta") && (h.Has("scanned_packages") || h.Has("vulnerabilities") || h.Has("report_meta.safety_version")) ||
			h.Has("scan_results.projects") || h.Has("meta.schema_version", "scan_results") || h.Array() && safetyRows().Match(h.Data)
	},
	Read: readSafety,
}

// readSafety reads what "safety check --json" writes, version 1 (rows) and 2 (report_meta), and "safety scan --output json" of version 3.
func readSafety(in *Input, h *Header, out Sink) error {
	j := in.json()
	if j.kind() == '[' {
		return each(j, func(row *[]string) error { return safetyRow(out, *row) })
	}
	return j.members(func(name string) error {
		switch name {
		case "report_meta", "meta":
			var m struct {
				SafetyVersion, Timestamp string
				Telemetry                struct{ SafetyVersion string }
			}
			err := j.value(&m)
			h.Tool.Version, h.At = cmp.Or(m.SafetyVersion, m.Telemetry.SafetyVersion), timeOf(m.Timestamp)
			return err
		case "vulnerabilities", "ignored_vulnerabilities":
			return each(j, func(v *safetyFlaw) error { return v.emit(out, name == "ignored_vulnerabilities") })
		case "scan_results":
			return readSafetyScan(j, out)
		}
		return j.skip()
	})
}

// safetyID names one of Safety's own numbers so that nobody takes it for another tool's.
func safetyID(number string) string {
	if number == "" {
		return ""
	}
	if strings.Trim(number, "0123456789") != "" {
		return number
	}
	return "safety:" + number
}

// safetyRow is a row of version 1: package, versions concerned, version, text, number, and perhaps scores or a CVE.
func safetyRow(out Sink, row []string) error {
	if len(row) < 5 {
		out.Note("a row without a number of a flaw: left out")
		return nil
	}
	w := &flaw{ids: []string{safetyID(row[4])}, text: row[3], severity: finding.Medium, component: componentIn("PyPI", row[0], row[2])}
	for _, more := range row[5:] {
		if strings.HasPrefix(strings.ToUpper(more), "CVE-") {
			w.ids = append(w.ids, more)
		} else if score := decimal(more); score > 0 && score <= 10 {
			w.severity = finding.SeverityOfScore(score)
			w.cvss = append(w.cvss, scored{"", score})
		}
	}
	w.fact("vulnerable versions", row[1])
	return w.emit(out)
}

type safetyFlaw struct {
	VulnerabilityID, AnalyzedVersion, PublishedDate, IgnoredReason, IgnoredExpires string
	PackageName, Advisory, MoreInfoURL                                             string
	VulnerableSpec, FixedVersions, Closest                                         list[string]
	Resources                                                                      []string
	CVE                                                                            safetyCVE
	Severity                                                                       *safetyCVE
	Ignored, IsTransitive                                                          bool
	AnalyzedRequirement                                                            struct{ Found string }
}

// safetyCVE is the name of a flaw, or an object with name and scores.
type safetyCVE struct {
	Name, Source   string
	CVSSV2, CVSSV3 struct {
		BaseScore    float64
		VectorString string
	}
}

// UnmarshalJSONFrom reads both.
func (c *safetyCVE) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return json.UnmarshalDecode(dec, &c.Name)
	}
	type plain safetyCVE
	return json.UnmarshalDecode(dec, (*plain)(c))
}

func (v *safetyFlaw) emit(out Sink, ignored bool) error {
	w := &flaw{
		ids: []string{safetyID(v.VulnerabilityID), v.CVE.Name}, text: v.Advisory, severity: finding.Medium,
		references: append([]string{v.MoreInfoURL}, v.Resources...), component: componentIn("PyPI", v.PackageName, v.AnalyzedVersion),
	}
	for _, s := range []*safetyCVE{v.Severity, &v.CVE} {
		if s == nil {
			continue
		}
		w.cvss = append(w.cvss, scored{s.CVSSV3.VectorString, s.CVSSV3.BaseScore}, scored{s.CVSSV2.VectorString, s.CVSSV2.BaseScore})
		if score := cmp.Or(s.CVSSV3.BaseScore, s.CVSSV2.BaseScore); score > 0 {
			w.severity = finding.SeverityOfScore(score)
		}
	}
	w.component.Fixed = fixedIn(append(texts(v.FixedVersions...), texts(v.Closest...)...)...)
	w.threat.Published = timeOf(v.PublishedDate)
	w.at.Path = rooted(v.AnalyzedRequirement.Found)
	if len(v.VulnerableSpec) > 0 {
		w.fact("vulnerable versions", strings.Join(texts(v.VulnerableSpec...), " || "))
	}
	if ignored || v.Ignored {
		w.waived = "ignored in Safety: " + cmp.Or(v.IgnoredReason, "no reason given")
		if v.IgnoredExpires != "" {
			w.waived += " (until " + v.IgnoredExpires + ")"
		}
	}
	return w.emit(out)
}

// safetyFile is a file of version 3's report.
type safetyFile struct {
	Location string
	Results  struct {
		Dependencies []struct {
			Name           string
			Specifications []struct {
				Raw             string
				Vulnerabilities struct {
					KnownVulnerabilities []struct {
						ID, VulnerableSpec string
						Ignored            *struct{ Code, Reason, Expires string }
					}
					Remediation struct {
						Recommended string
					}
				}
			}
		}
	}
}

// readSafetyScan reads the projects, files and environments of version 3.
func readSafetyScan(j *jsonReader, out Sink) error {
	files := func() error { return each(j, func(f *safetyFile) error { return f.emit(out) }) }
	return j.members(func(name string) error {
		switch name {
		case "files", "environments":
			return files()
		case "projects":
			return j.elements(func() error {
				return j.members(func(name string) error {
					if name == "files" {
						return files()
					}
					return j.skip()
				})
			})
		}
		return j.skip()
	})
}

func (f *safetyFile) emit(out Sink) error {
	for _, d := range f.Results.Dependencies {
		for _, s := range d.Specifications {
			_, version, _ := strings.Cut(s.Raw, "==")
			version, _, _ = strings.Cut(version, ";")
			for _, v := range s.Vulnerabilities.KnownVulnerabilities {
				w := &flaw{
					ids: []string{safetyID(v.ID)}, title: "Known vulnerability " + v.ID, severity: finding.Medium,
					component: componentIn("PyPI", d.Name, version), at: finding.Location{Path: rooted(f.Location)},
				}
				w.component.Project, w.component.Fixed = rooted(f.Location), fixedIn(s.Vulnerabilities.Remediation.Recommended)
				w.fact("vulnerable versions", v.VulnerableSpec)
				if v.Ignored != nil {
					w.waived = "ignored in Safety: " + cmp.Or(v.Ignored.Reason, v.Ignored.Code, "no reason given")
				}
				if err := w.emit(out); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
