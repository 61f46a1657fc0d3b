package ingest

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var polarisFormat = Format{
	Name: "polaris", Title: "Polaris JSON", Tool: "Polaris",
	Is:   func(h *Head) bool { return h.Has("PolarisOutputVersion") },
	Read: readPolaris,
}

// readPolaris reads "polaris audit --format json" (pkg/validator/output.go): of a cluster, or of files.
func readPolaris(in *Input, h *Header, out Sink) error {
	where := polarisSource{}
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "AuditTime":
			return j.time(&h.At)
		case "SourceType":
			return j.value(&where.kind)
		case "SourceName":
			return j.value(&where.name)
		case "Results":
			if where.kind == "Cluster" && where.name != "" {
				h.Asset = finding.Asset{Kind: "cluster", Name: where.name}
			}
			return each(j, func(o *polarisObject) error { return o.emit(where, out) })
		}
		return j.skip()
	})
}

// polarisSource is what was audited: "Cluster" and its address, or "Path" and a file or folder.
type polarisSource struct{ kind, name string }

type polarisChecks map[string]struct {
	ID, Message, Severity, Category string
	Success                         bool
}

type polarisObject struct {
	Name, Namespace, Kind string
	Results               polarisChecks
	Pod                   *struct {
		Results    polarisChecks
		Containers []struct {
			Name    string
			Results polarisChecks
		} `json:"ContainerResults"`
	} `json:"PodResult"`
}

func (o *polarisObject) emit(where polarisSource, out Sink) error {
	if err := o.checks(o.Results, "", where, out); err != nil || o.Pod == nil {
		return err
	}
	if err := o.checks(o.Pod.Results, "", where, out); err != nil {
		return err
	}
	for _, c := range o.Pod.Containers {
		if err := o.checks(c.Results, c.Name, where, out); err != nil {
			return err
		}
	}
	return nil
}

func (o *polarisObject) checks(results polarisChecks, container string, where polarisSource, out Sink) error {
	for _, id := range slices.Sorted(maps.Keys(results)) {
		r := results[id]
		if r.Success || strings.EqualFold(r.Severity, "ignore") {
			continue
		}
		rule := finding.Rule{
			ID: firstText(r.ID, id), Engine: "iac", Title: titleOf(r.Message, id), Severity: severityOf(r.Severity), Confidence: finding.Firm,
		}
		rule.Tags = texts(r.Category)
		at := finding.Location{Logical: kubePlace(o.Namespace, o.Kind, o.Name, container)}
		if where.kind == "Cluster" {
			rule.Engine = "cluster"
		} else if ext := path.Ext(where.name); ext == ".yaml" || ext == ".yml" || ext == ".json" {
			at.Path = rooted(where.name)
		}
		if err := emit(out, rule, found(rule, firstText(r.Message, rule.ID), at)); err != nil {
			return err
		}
	}
	return nil
}
