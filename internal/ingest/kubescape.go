package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var kubescapeFormat = Format{
	Name: "kubescape", Title: "Kubescape JSON", Tool: "Kubescape",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("clusterAPIServerInfo", "reportGUID") || h.Has("summaryDetails", "generationTime") || h.Has("results.resourceID", "results.controls"))
	},
	Read: readKubescape,
}

// kubescapeReader holds the tables that come before or after the findings: controls, for their severity, and resources, for their files.
type kubescapeReader struct {
	h       *Header
	out     Sink
	scores  map[string]float64
	files   map[string]string
	held    budget
	waiting shelf
	cluster string
}

// readKubescape reads "kubescape scan --format json" in its format version 2, which Kubescape 2 and 3 write (opa-utils, PostureReport).
func readKubescape(in *Input, h *Header, out Sink) error {
	k := &kubescapeReader{h: h, out: out, scores: map[string]float64{}, files: map[string]string{}}
	k.waiting = shelf{out: out, complete: k.complete}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "generationTime":
			var at string
			err := j.value(&at)
			if t := timeOf(at); t.Year() > 1 {
				k.h.At = t
			}
			return err
		case "clusterName":
			return j.value(&k.cluster)
		case "metadata":
			return k.metadata(j)
		case "resources":
			return each(j, k.resource)
		case "summaryDetails":
			return k.summary(j)
		case "results":
			return each(j, func(r *kubescapeResult) error { return k.result(r) })
		}
		return j.skip()
	})
	if err != nil {
		return err
	}
	if k.cluster != "" {
		k.h.Asset = finding.Asset{Kind: "cluster", Name: k.cluster}
	}
	return k.waiting.run()
}

func (k *kubescapeReader) metadata(j *jsonReader) error {
	var m struct {
		Scan struct {
			Version string `json:"kubescapeVersion"`
		} `json:"scanMetadata"`
		Target struct {
			Cluster struct{ ContextName string } `json:"clusterContextMetadata"`
		} `json:"targetMetadata"`
	}
	err := j.value(&m)
	k.h.Tool.Version = m.Scan.Version
	k.cluster = firstText(k.cluster, m.Target.Cluster.ContextName)
	return err
}

type kubescapeResource struct {
	ID     string `json:"resourceID"`
	Source struct{ RelativePath string }
}

// resource remembers the file of one resource.
func (k *kubescapeReader) resource(r *kubescapeResource) error {
	if r.Source.RelativePath == "" {
		return nil
	}
	k.files[r.ID] = r.Source.RelativePath
	return k.held.take(int64(len(r.ID)+len(r.Source.RelativePath)+100), "the resources")
}

func (k *kubescapeReader) summary(j *jsonReader) error {
	return j.members(func(name string) error {
		if name != "controls" {
			return j.skip()
		}
		return j.members(func(id string) error {
			var c struct{ ScoreFactor float64 }
			if err := j.value(&c); err != nil {
				return err
			}
			if len(k.scores) < 10_000 {
				k.scores[id] = c.ScoreFactor
			}
			return nil
		})
	})
}

type kubescapeResult struct {
	ID       string `json:"resourceID"`
	Controls []kubescapeControl
}

type kubescapeControl struct {
	ID       string `json:"controlID"`
	Name     string
	Severity string
	Rules    []kubescapeRule
}

type kubescapeRule struct {
	Name, Status, SubStatus string
	Paths                   []struct {
		Failed  string                       `json:"failedPath"`
		Review  string                       `json:"reviewPath"`
		Fix     struct{ Path, Value string } `json:"fixPath"`
		Command string                       `json:"fixCommand"`
	}
	Exception []struct{ Name, Reason string }
}

func (k *kubescapeReader) result(r *kubescapeResult) error {
	for i := range r.Controls {
		c := &r.Controls[i]
		rule, f, ok := c.finding(r.ID)
		if !ok {
			continue
		}
		if err := k.waiting.hold(rule, f); err != nil {
			return err
		}
	}
	if len(k.scores) > 0 { // the tables came first: nothing needs to wait
		return k.waiting.run()
	}
	return nil
}

// finding is one control that failed for one resource. Where all rules that failed are covered by exceptions, somebody has accepted it.
func (c *kubescapeControl) finding(resource string) (finding.Rule, finding.Finding, bool) {
	rule := finding.Rule{ID: c.ID, Engine: "cluster", Title: titleOf(c.Name, c.ID), Severity: severityOf(c.Severity), Confidence: finding.Firm}
	f := found(rule, firstText(c.Name, c.ID), finding.Location{Logical: kubescapePlace(resource)})
	f.Facts = factsOf("resource", resource)
	open, accepted := 0, ""
	var fixes, keys []string
	for i := range c.Rules {
		r := &c.Rules[i]
		switch {
		case len(r.Exception) > 0:
			accepted = strings.TrimSuffix(r.Exception[0].Name+": "+r.Exception[0].Reason, ": ")
		case r.Status == "failed":
			open++
		default:
			continue
		}
		for _, p := range r.Paths {
			switch {
			case p.Fix.Path != "":
				fixes = append(fixes, "Set "+p.Fix.Path+" to "+p.Fix.Value)
			case p.Command != "":
				fixes = append(fixes, p.Command)
			}
			if key := firstText(p.Failed, p.Review, p.Fix.Path); key != "" && len(keys) < 20 {
				keys = append(keys, key)
			}
		}
	}
	if c.Severity == "" {
		rule.Severity = finding.Info // until the summary says it
	}
	f.Fix.Text = strings.Join(fixes[:min(len(fixes), 20)], "\n")
	f.Facts = append(f.Facts, factsOf("keys", strings.Join(keys, ", "))...)
	if open == 0 && accepted != "" {
		f.Verdict = waived("exception " + accepted)
	}
	return rule, f, open > 0 || accepted != ""
}

// complete adds what the tables say: the severity by the control's score (opa-utils, ControlSeverityToInt), and the file.
func (k *kubescapeReader) complete(rule *finding.Rule, f *finding.Finding) {
	if score, known := k.scores[rule.ID]; known && rule.Severity == finding.Info {
		switch {
		case score >= 9:
			rule.Severity = finding.Critical
		case score >= 7:
			rule.Severity = finding.High
		case score >= 4:
			rule.Severity = finding.Medium
		case score >= 1:
			rule.Severity = finding.Low
		}
	} else if !known && rule.Severity == finding.Info {
		rule.Severity = finding.Medium
	}
	if file := k.files[f.Fact("resource")]; file != "" {
		f.Location.Path = rooted(file)
		rule.Engine = "iac"
	}
	f.Facts = f.Facts[1:]
	f.Severity = rule.Severity
}

// kubescapePlace reads a resource's id: "path=1881121400/api=apps/v1/shop/Deployment/api", "apps/v1/shop/Deployment/api", "/v1//Namespace/shop".
func kubescapePlace(id string) []finding.Logical {
	parts := strings.Split(id, "/")
	if n := len(parts); n >= 3 && parts[n-2] != "" {
		return kubePlace(parts[n-3], parts[n-2], parts[n-1], "")
	}
	return steps("resource", firstText(id, "cluster"))
}
