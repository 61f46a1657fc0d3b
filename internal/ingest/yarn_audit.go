package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var yarnAuditFormat = Format{
	Name: "yarn-audit", Title: "Yarn audit JSON Lines",
	Is: func(h *Head) bool {
		switch h.Text("type") {
		case "auditAdvisory", "auditSummary", "auditAction":
			return true
		case "warning", "info", "error":
			return h.Text("data") != "" && (h.Contains(`"audit`) || h.Contains("yarn"))
		}
		return h.Object() && h.Has("value", "children.Issue", "children.Severity")
	},
	Read: readYarnAudit,
}

// readYarnAudit reads what "yarn audit --json" writes (Yarn 1: an advisory again for each path to it) and "yarn npm audit --json" (Yarn 4).
func readYarnAudit(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "yarn audit"}}
	seen := map[string]bool{}
	j := in.json()
	err := j.lines(func() error {
		var line struct {
			Type, Value string
			Data        yarnData
			Children    yarnIssue
		}
		if err := j.value(&line); err != nil {
			return err
		}
		switch {
		case line.Type == "error":
			missed(&h, "yarn: %s", line.Data.message)
		case line.Type == "auditAdvisory" && line.Data.Advisory != nil:
			a := line.Data.Advisory
			if key := strings.Join(a.ids(), " ") + " " + a.ModuleName; !seen[key] {
				seen[key] = true
				return a.emit(out)
			}
		case line.Value != "" && line.Children.Issue != "":
			return line.Children.emit(out, line.Value)
		}
		return nil
	})
	return h, err
}

// yarnData is an advisory, or a message.
type yarnData struct {
	Advisory *npmAdvisory
	message  text
}

// UnmarshalJSONFrom reads both.
func (d *yarnData) UnmarshalJSONFrom(dec *jsonDecoder) error {
	if dec.PeekKind() != '{' {
		return d.message.UnmarshalJSONFrom(dec)
	}
	var object struct{ Advisory *npmAdvisory }
	err := decodeNext(dec, &object)
	d.Advisory = object.Advisory
	return err
}

// yarnIssue is what Yarn 4 says of a package.
type yarnIssue struct {
	ID                   text
	Issue, URL, Severity string
	VulnerableVersions   text       `json:"Vulnerable Versions"`
	TreeVersions         list[text] `json:"Tree Versions"`
	Dependents           list[text]
}

// emit makes a finding for each version in the tree. That a package is deprecated is a finding only of Yarn's and no flaw: it is left out.
func (y *yarnIssue) emit(out Sink, name string) error {
	if strings.HasSuffix(string(y.ID), "(deprecation)") {
		return nil
	}
	versions := y.TreeVersions
	if len(versions) == 0 {
		versions = list[text]{""}
	}
	id := advisoryIn(y.URL)
	if id == "" {
		id = "npm:" + string(y.ID)
	}
	for _, version := range versions {
		w := &flaw{ids: []string{id}, title: y.Issue, severity: severityOf(y.Severity), references: []string{y.URL}, component: componentIn("npm", name, string(version))}
		for _, d := range y.Dependents {
			w.component.Direct = w.component.Direct || strings.Contains(string(d), "@workspace:")
		}
		w.fact("vulnerable versions", string(y.VulnerableVersions))
		if err := w.emit(out); err != nil {
			return err
		}
	}
	return nil
}
