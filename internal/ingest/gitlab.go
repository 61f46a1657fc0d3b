package ingest

import (
	"cmp"
	"errors"

	"github.com/reevehq/reeve/internal/finding"
)

var gitlabFormat = Format{
	Name: "gitlab", Title: "GitLab security report", Tool: "GitLab",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("vulnerabilities.identifiers.value", "vulnerabilities.identifiers.type") || h.Has("scan.scanner", "scan.type") ||
			h.Has("scan.analyzer", "scan.type") || h.Has("vulnerabilities", "remediations") && h.Has("version")) ||
			h.Array() && h.Has("category", "identifiers.type", "location")
	},
	Read: readGitLab,
}

// readGitLab reads the reports that GitLab's analysers leave as job artefacts (gl-sast-report.json and its kin), by
// https://gitlab.com/gitlab-org/security-products/security-report-schemas, generations 2 to 15, and the plain array before them.
func readGitLab(in *Input, h *Header, out Sink) error {
	j := in.json()
	scan := gitlabScan{}
	images := map[string]bool{}
	take := func(v *gitlabVulnerability) error {
		if image := v.Location.Image; image != "" && len(images) < 2 {
			images[image] = true
		}
		h.Tool.Name = cmp.Or(scan.Scanner.Name, scan.Analyzer.Name, v.Scanner.Name, h.Tool.Name)
		return v.emit(scan.Type, out)
	}
	if j.kind() == '[' {
		return each(j, take)
	}
	whole := false
	err := j.members(func(name string) error {
		switch name {
		case "vulnerabilities":
			whole = true
			return each(j, take)
		case "scan":
			if err := j.value(&scan); err != nil {
				return err
			}
			scan.tell(h)
			return nil
		}
		return j.skip()
	})
	if err == nil && !whole {
		return errors.New("no member \"vulnerabilities\": the scan wrote no result")
	}
	for image := range images {
		if len(images) == 1 {
			h.Asset = finding.Asset{Kind: "image", Name: image}
		}
	}
	return err
}

// gitlabScan is what a report says about itself, before or after its findings.
type gitlabScan struct {
	Analyzer, Scanner struct{ Name, Version string }
	Type, Status      string
	StartTime         string `json:"start_time"`
	EndTime           string `json:"end_time"`
	Messages          []struct{ Level, Value string }
}

func (s *gitlabScan) tell(h *Header) {
	h.Tool.Name = cmp.Or(s.Scanner.Name, s.Analyzer.Name, h.Tool.Name)
	h.Tool.Version = cmp.Or(s.Scanner.Version, s.Analyzer.Version)
	h.At = timeOf(cmp.Or(s.StartTime, s.EndTime))
	if s.Status == "failure" {
		missed(h, "the scan ended with status %q", s.Status)
	}
	for _, m := range s.Messages {
		if m.Level == "fatal" || m.Level == "error" {
			missed(h, "%s: %s", m.Level, m.Value)
		}
	}
}
