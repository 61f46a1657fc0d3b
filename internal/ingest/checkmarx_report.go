package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var checkmarxReportFormat = Format{
	Name: "checkmarx-report", Title: "Checkmarx One scan report", Tool: "Checkmarx One",
	Is: func(h *Head) bool {
		return h.Has("reportHeader", "scanResults") || h.Has("reportHeader", "executiveSummary") || h.Has("reportHeader", "reportType", "scanInformation")
	},
	Read: readCheckmarxReport,
}

// readCheckmarxReport reads the reports that Checkmarx One makes as JSON, of both generations: "scanResults" by engine and language, and the
// "improved" report with a list for each engine.
func readCheckmarxReport(in *Input, h *Header, out Sink) error {
	r := &checkmarxReport{h: h, out: out, j: in.json()}
	err := r.j.members(func(name string) error {
		switch name {
		case "reportHeader":
			var head struct{ ProjectName, CreatedDate, ScanDate string }
			err := r.j.value(&head)
			r.h.At = timeOf(cmp.Or(head.ScanDate, head.CreatedDate))
			if head.ProjectName != "" {
				r.h.Asset = finding.Asset{Kind: "repository", Name: head.ProjectName}
			}
			return err
		case "scanInformation":
			return r.scan()
		case "scanResults":
			return r.engines()
		case "iacScanResults":
			return r.j.members(func(name string) error { return r.infrastructure(name, "technology") })
		case "scaScanResults":
			return r.packages()
		case "containerScanResults", "apiSecScanResults":
			return r.unread(name)
		}
		return r.j.skip()
	})
	return err
}

type checkmarxReport struct {
	h   *Header
	out Sink
	j   *jsonReader
}

// scan reads which engines did not complete.
func (r *checkmarxReport) scan() error {
	var info struct {
		ScannerStatus list[struct{ Name, Status string }]
	}
	err := r.j.value(&info)
	for _, s := range info.ScannerStatus {
		if !strings.EqualFold(s.Status, "Completed") {
			missed(r.h, "engine %s: %s", s.Name, strings.ToLower(s.Status))
		}
	}
	return err
}

// unread says that a part is there whose form is not known.
func (r *checkmarxReport) unread(part string) error {
	if r.j.kind() == 'n' {
		return r.j.skip()
	}
	var some struct{ TotalResults string }
	err := r.j.value(&some)
	if integer(some.TotalResults) > 0 {
		missed(r.h, "%s of %q were not read: export them by \"cx results show --report-format json\"", some.TotalResults, part)
	}
	return err
}

// engines reads scanResults: of the older generation by engine, of the newer the list of code results.
func (r *checkmarxReport) engines() error {
	return r.j.members(func(name string) error {
		switch name {
		case "resultsList":
			return r.j.elements(r.query)
		case "sast":
			return r.j.members(func(name string) error {
				if name != "languages" {
					return r.j.skip()
				}
				return r.j.elements(func() error {
					return r.j.members(func(name string) error {
						if name != "queries" {
							return r.j.skip()
						}
						return r.j.elements(r.query)
					})
				})
			})
		case "kics":
			return r.j.members(func(name string) error { return r.infrastructure(name, "results") })
		case "sca":
			return r.packages()
		}
		return r.j.skip()
	})
}

// query goes through one query; its results come after what it says of itself.
func (r *checkmarxReport) query() error {
	var rule finding.Rule
	field := func(to *string) error {
		var t string
		err := r.j.value(&t)
		*to = t
		return err
	}
	return r.j.members(func(name string) error {
		switch name {
		case "queryName":
			return field(&rule.ID)
		case "description":
			return field(&rule.Why)
		case "cweId":
			var cwe string
			err := field(&cwe)
			rule.CWE = cwesIn(cwe)
			return err
		case "categories":
			return each(r.j, func(c *struct {
				Name          string
				SubCategories list[string]
			}) error {
				for _, sub := range texts(c.SubCategories...) {
					rule.OWASP = append(rule.OWASP, checkmarxOWASP(c.Name+";"+sub)...)
				}
				return nil
			})
		case "vulnerabilities":
			return each(r.j, func(v *checkmarxVulnerability) error { return v.emit(r.out, rule) })
		}
		return r.j.skip()
	})
}

// checkmarxVulnerability is a result in code, of both generations.
type checkmarxVulnerability struct {
	SimilarityID, Status, State, Severity, GroupName, CWEID string
	SourceFileName, SourceLine, SourceNode, SourceCode      string
	SourceMethod, DestinationMethod                         string
	DestinationFileName, DestinationLine, DestinationNode   string
	DestinationCode                                         string
	Nodes                                                   list[checkmarxNode]
	Compliance                                              list[string]
}

func (v *checkmarxVulnerability) emit(out Sink, rule finding.Rule) error {
	if strings.EqualFold(v.Status, "FIXED") {
		return nil
	}
	rule.Severity, rule.Confidence = severityOf(v.Severity), finding.Firm
	if len(rule.CWE) == 0 {
		rule.CWE = cwesIn(v.CWEID)
	}
	rule.Tags = texts(append(list[string]{v.GroupName}, v.Compliance...)...)
	nodes := v.Nodes
	if v.SourceFileName != "" { // the newer generation lists only what is between the ends, or repeats them
		ends := [2]checkmarxNode{
			{FileName: v.SourceFileName, Line: v.SourceLine, Name: v.SourceNode, Method: v.SourceMethod, Code: v.SourceCode},
			{FileName: v.DestinationFileName, Line: v.DestinationLine, Name: v.DestinationNode, Method: v.DestinationMethod, Code: v.DestinationCode},
		}
		nodes = checkmarxEnds(ends, nodes)
	}
	f := finding.Finding{Severity: rule.Severity, Confidence: finding.Firm, Verdict: checkmarxState(v.State, "")}
	checkmarxCode(&rule, &f, cmp.Or(rule.ID, "unnamed query"), v.SimilarityID, nodes)
	return emit(out, rule, f)
}

// checkmarxEnds puts source and destination around the nodes unless they are there.
func checkmarxEnds(ends [2]checkmarxNode, nodes []checkmarxNode) []checkmarxNode {
	same := func(a, b *checkmarxNode) bool { return a.FileName == b.FileName && a.Line == b.Line }
	if len(nodes) == 0 || !same(&ends[0], &nodes[0]) {
		nodes = append([]checkmarxNode{ends[0]}, nodes...)
	}
	if !same(&ends[1], &nodes[len(nodes)-1]) && ends[1].FileName != "" {
		nodes = append(nodes, ends[1])
	}
	return nodes
}

// infrastructure reads lists of KICS results: by technology, of the newer generation by query too.
func (r *checkmarxReport) infrastructure(name, want string) error {
	if name != want {
		return r.j.skip()
	}
	type result struct {
		QueryName, Description, Category, FileName, Line, Severity string
		Status, State, SimilarityID                                string
		ActualValue, ExpectedValue                                 string
	}
	return each(r.j, func(t *struct {
		Name            string
		Vulnerabilities list[result]
		Queries         list[struct {
			QueryName, Description, Category string
			ResultsList                      list[result]
		}]
	}) error {
		all := t.Vulnerabilities
		for _, q := range t.Queries {
			for _, one := range q.ResultsList {
				one.QueryName, one.Description, one.Category = q.QueryName, q.Description, q.Category
				all = append(all, one)
			}
		}
		for _, one := range all {
			as := checkmarxOneResult{
				Type: "kics", SimilarityID: one.SimilarityID, Status: one.Status, State: one.State, Severity: one.Severity, Description: one.Description,
				Data: checkmarxOneData{
					QueryID: one.QueryName, QueryName: one.QueryName, Group: one.Category, Platform: t.Name, FileName: one.FileName, Line: one.Line,
					Value: one.ActualValue, ExpectedValue: one.ExpectedValue,
				},
			}
			if err := as.emit(r.out); err != nil {
				return err
			}
		}
		return nil
	})
}

// packages reads lists of packages with their flaws.
func (r *checkmarxReport) packages() error {
	return r.j.members(func(name string) error {
		if name != "packages" {
			return r.j.skip()
		}
		return each(r.j, func(p *struct {
			Name, PackageName, PackageVersion string
			Vulnerabilities                   list[struct {
				SimilarityID, Severity, Status, State, Description, CVEID, CVEName, CWE string
			}]
		}) error {
			id := cmp.Or(p.Name, strings.TrimSuffix(p.PackageName+"-"+p.PackageVersion, "-"))
			if id == "" || len(p.Vulnerabilities) == 0 {
				missed(r.h, "package %q: its flaws are not in a form that is known", id)
			}
			for _, v := range p.Vulnerabilities {
				as := checkmarxOneResult{Type: "sca", SimilarityID: v.SimilarityID, Status: v.Status, State: v.State, Severity: v.Severity, Description: v.Description}
				as.Data.PackageIdentifier = id
				as.VulnerabilityDetails.CWEID, as.VulnerabilityDetails.CVEName = v.CWE, cmp.Or(v.CVEName, v.CVEID)
				if err := as.emit(r.out); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
