package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var dockleFormat = Format{
	Name: "dockle", Title: "Dockle JSON", Tool: "Dockle",
	Is:   func(h *Head) bool { return h.Object() && h.Has("summary.fatal", "details") },
	Read: readDockle,
}

// readDockle reads "dockle -f json" (pkg/report/json.go). It names the image since 0.4.6 only.
func readDockle(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "image":
			err := j.value(&h.Asset.Name)
			if h.Asset.Name != "" {
				h.Asset.Kind = "image"
			}
			return err
		case "details":
			return each(j, func(d *dockleDetail) error { return d.emit(h.Asset.Name, out) })
		}
		return j.skip()
	})
}

type dockleDetail struct {
	Code, Title, Level string
	Alerts             []string
}

func (d *dockleDetail) emit(image string, out Sink) error {
	rule := finding.Rule{
		ID: d.Code, Engine: "image", Title: titleOf(d.Title, d.Code), Severity: severityOf(d.Level), Confidence: finding.Firm,
		References: []string{"https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#" + strings.ToLower(d.Code)},
	}
	var verdict *finding.Verdict
	switch d.Level {
	case "PASS", "SKIP":
		return nil
	case "IGNORE":
		rule.Severity, verdict = finding.Medium, waived("ignored by .dockleignore or --ignore")
	}
	for _, alert := range d.Alerts {
		alert, _, _ = strings.Cut(alert, " (You can suppress it")
		f := found(rule, rule.Title+": "+quoted(alert), finding.Location{Path: alertedFile(alert), Logical: steps("image", image)})
		if f.Location.Path == "" && image == "" {
			f.Location.Logical = steps("control", d.Code)
		}
		f.Verdict = verdict
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}

// alertedFile reads the file out of an alert such as "setuid file: urwxr-xr-x usr/bin/passwd" or "Suspicious filename found : app/.env"; "" where
// it names none.
func alertedFile(alert string) string {
	what, rest, _ := strings.Cut(alert, ":")
	words := strings.Fields(rest)
	if len(words) == 0 || !strings.Contains(strings.ToLower(what), "file") || strings.Contains(what, "HEALTHCHECK") {
		return ""
	}
	if last := words[len(words)-1]; len(words) == 2 && strings.Contains(words[0], "rw") || len(words) == 1 {
		return rooted(last)
	}
	return ""
}
