package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var stackhawkFormat = Format{
	Name: "stackhawk", Title: "StackHawk webhook", Tool: "StackHawk",
	Is: func(h *Head) bool {
		return h.Object() && h.Has("scanCompleted") && (h.Text("service") == "StackHawk" || h.Has("scanCompleted.scan.hawkscanVersion"))
	},
	Read: readStackhawk,
}

// readStackhawk reads what StackHawk posts to a webhook when a scan is done. It holds neither parameters nor texts of the rules.
func readStackhawk(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		if name != "scanCompleted" {
			return j.skip()
		}
		return j.members(func(name string) error {
			switch name {
			case "scan":
				var scan struct {
					Version string `json:"hawkscanVersion"`
					Status  string
					Started string `json:"startedTimestamp"`
				}
				err := j.value(&scan)
				h.Tool.Version, h.At = scan.Version, timeOf(scan.Started)
				if scan.Status != "" && scan.Status != "COMPLETED" {
					missed(h, "the scan is not done: its status is %s", scan.Status)
				}
				return err
			case "findings":
				return each(j, func(f *stackhawkFinding) error { return f.emit(out) })
			}
			return j.skip()
		})
	})
}

type stackhawkFinding struct {
	PluginID, PluginName, Severity, Host, Category, FindingURL string
	Paths                                                      []struct{ Path, Method, Status, PathURL string }
}

func (s *stackhawkFinding) emit(out Sink) error {
	rule := finding.Rule{
		ID: s.PluginID, Engine: "dast", Title: titleOf(s.PluginName, s.PluginID),
		Severity: severityOf(s.Severity), Confidence: finding.Firm,
		Tags: texts(s.Category),
	}
	for _, p := range s.Paths {
		place := webPlaceOf(strings.TrimRight(s.Host, "/")+"/"+strings.TrimLeft(p.Path, "/"), p.Method, "")
		f := found(rule, rule.Title+" at "+place.String(), place.location())
		f.Asset = place.asset()
		f.Facts = factsOf("details", p.PathURL)
		if status := strings.ToUpper(p.Status); status == "FALSE_POSITIVE" || status == "RISK_ACCEPTED" {
			f.Verdict = waived("triaged in StackHawk as " + strings.ToLower(strings.ReplaceAll(status, "_", " ")))
		}
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}
