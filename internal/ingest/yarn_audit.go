package ingest

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var yarnAuditFormat = Format{
	Name: "yarn-audit", Title: "Yarn audit JSON Lines", Tool: "yarn audit",
	Nothing: []string{""},
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
func readYarnAudit(in *Input, h *Header, out Sink) error {
	seen := map[string]bool{}
	j := in.json()
	return j.lines(func() error {
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
			missed(h, "yarn: %s", line.Data.message)
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
}

// yarnData is an advisory, or a message.
type yarnData struct {
	Advisory *npmAdvisory
	message  string
}

// UnmarshalJSONFrom reads both.
func (d *yarnData) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return json.UnmarshalDecode(dec, &d.message)
	}
	var object struct{ Advisory *npmAdvisory }
	err := json.UnmarshalDecode(dec, &object)
	d.Advisory = object.Advisory
	return err
}

// yarnIssue is what Yarn 4 says of a package.
type yarnIssue struct {
	ID                   string
	Issue, URL, Severity string
	VulnerableVersions   string       `json:"Vulnerable Versions"`
	TreeVersions         list[string] `json:"Tree Versions"`
	Dependents           list[string]
}

// emit makes a finding for each version in the tree. That a package is deprecated is a finding only of Yarn's and no flaw: it is left out.
func (y *yarnIssue) emit(out Sink, name string) error {
	if strings.HasSuffix(y.ID, "(deprecation)") {
		return nil
	}
	versions := y.TreeVersions
	if len(versions) == 0 {
		versions = list[string]{""}
	}
	id := advisoryIn(y.URL)
	if id == "" {
		id = "npm:" + y.ID
	}
	for _, version := range versions {
		w := &flaw{ids: []string{id}, title: y.Issue, severity: severityOf(y.Severity), references: []string{y.URL}, component: componentIn("npm", name, version)}
		for _, d := range y.Dependents {
			w.component.Direct = w.component.Direct || strings.Contains(d, "@workspace:")
		}
		w.fact("vulnerable versions", y.VulnerableVersions)
		if err := w.emit(out); err != nil {
			return err
		}
	}
	return nil
}
