package ingest

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var trivyFormat = Format{
	Name: "trivy", Title: "Trivy JSON", Tool: "Trivy",
	Nothing: []string{"[]", "null"},
	Is: func(h *Head) bool {
		switch {
		case h.Array():
			return h.Has("Target") && (h.Has("Vulnerabilities") || h.Has("Misconfigurations") || h.Has("Type"))
		case h.Has("SchemaVersion", "ArtifactName"), h.Has("SchemaVersion", "ArtifactType"):
			return true
		case h.Has("ClusterName"):
			return h.Has("Resources") || h.Has("Findings") || h.Has("Vulnerabilities") || h.Has("Misconfigurations")
		}
		return h.Has("Results.Target", "Results.Class")
	},
	Read: readTrivy,
}

// trivy reads what "trivy --format json" writes: a report on an artifact (schema 2), on a cluster ("trivy k8s"), a compliance report, and the bare
// list of results of versions before 0.20 (github.com/aquasecurity/trivy, pkg/types/report.go and pkg/k8s/report/report.go).
type trivy struct {
	h   *Header
	j   *jsonReader
	out Sink
	// name and kind are the artifact's; os its distribution.
	name, kind string
	os         struct{ Family, Name string }
	cluster    bool
	// place is the cluster's resource that is being read.
	place []finding.Logical
	// harmless counts licences that ask for nothing.
	harmless int
}

func readTrivy(in *Input, h *Header, out Sink) error {
	t := &trivy{h: h, j: in.json(), out: out}
	var err error
	if t.j.kind() == '[' {
		err = t.j.elements(t.result)
	} else {
		err = t.j.members(t.member)
	}
	t.h.Asset = t.asset()
	if t.harmless > 0 {
		out.Note(fmt.Sprintf("%d licences that ask for no more than notice are no findings", t.harmless))
	}
	return err
}

func (t *trivy) member(name string) error {
	switch name {
	case "Trivy":
		var v struct{ Version string }
		err := t.j.value(&v)
		t.h.Tool.Version = v.Version
		return err
	case "CreatedAt":
		return t.j.time(&t.h.At)
	case "ArtifactName":
		return t.j.value(&t.name)
	case "ArtifactType":
		return t.j.value(&t.kind)
	case "ClusterName":
		t.cluster = true
		return t.j.value(&t.name)
	case "Metadata":
		var m struct{ OS struct{ Family, Name string } }
		err := t.j.value(&m)
		t.os = m.OS
		return err
	case "Results":
		return t.j.elements(t.result)
	case "Resources", "Findings", "Vulnerabilities", "Misconfigurations":
		return t.j.elements(t.resource)
	}
	return t.j.skip()
}

// resource is one object of a cluster.
func (t *trivy) resource() error {
	var namespace, kind, name string
	defer func() { t.place = nil }()
	return t.j.members(func(member string) error {
		switch member {
		case "Namespace":
			return t.j.value(&namespace)
		case "Kind":
			return t.j.value(&kind)
		case "Name":
			return t.j.value(&name)
		case "Error":
			var e string
			if err := t.j.value(&e); err != nil || e == "" {
				return err
			}
			missed(t.h, "%s/%s: %s", kind, name, e)
			return nil
		case "Results":
			t.place = clusterPlace(namespace, kind, name, "")
			return t.j.elements(t.result)
		}
		return t.j.skip()
	})
}

func (t *trivy) asset() finding.Asset {
	switch {
	case t.name == "" || t.name == ".":
		return finding.Asset{}
	case t.cluster:
		return finding.Asset{Kind: "cluster", Name: t.name}
	}
	kind := map[string]string{
		"container_image": "image", "filesystem": "directory", "repository": "repository", "vm": "host", "cyclonedx": "sbom", "spdx": "sbom",
		"aws_account": "account",
	}[t.kind]
	return finding.Asset{Kind: cmp.Or(kind, "directory"), Name: withoutUser(t.name)}
}

// withoutUser takes user and password out of an address.
func withoutUser(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		u.User = nil
		return u.String()
	}
	return address
}

// trivyResult is what was found in one target.
type trivyResult struct {
	*trivy
	target, class, kind string
	named               bool
	late                postponed
}

func (t *trivy) result() error {
	r := &trivyResult{trivy: t}
	if err := t.j.members(r.member); err != nil {
		return err
	}
	r.named = true
	return r.late.run()
}

func (r *trivyResult) member(name string) error {
	switch name {
	case "Target":
		r.named = true
		return r.j.value(&r.target)
	case "Class":
		return r.j.value(&r.class)
	case "Type":
		return r.j.value(&r.kind)
	case "Results": // of a control in a compliance report
		return r.j.elements(r.result)
	case "Vulnerabilities":
		return eachWhen(r.j, &r.late, r.named, func(v *trivyVulnerability) error { return r.vulnerability(v, "") })
	case "Misconfigurations":
		return eachWhen(r.j, &r.late, r.named, func(m *trivyMisconfiguration) error { return r.misconfiguration(m, "") })
	case "Secrets":
		return eachWhen(r.j, &r.late, r.named, func(s *trivySecret) error { return r.secret(s, "") })
	case "Licenses":
		return eachWhen(r.j, &r.late, r.named, func(l *trivyLicence) error { return r.licence(l, "") })
	case "ExperimentalModifiedFindings", "ModifiedFindings":
		return eachWhen(r.j, &r.late, r.named, r.modified)
	}
	return r.j.skip()
}

// distribution gives family and release of the target: the report's, or what the target's name says in parentheses.
func (r *trivyResult) distribution() (family, release string) {
	if r.os.Family != "" {
		return r.os.Family, r.os.Name
	}
	family = r.kind
	if i := strings.LastIndex(r.target, " ("); i > 0 {
		words := strings.TrimSuffix(r.target[i+2:], ")")
		if last := strings.LastIndexByte(words, ' '); last > 0 {
			family, release = cmp.Or(family, words[:last]), words[last+1:]
		}
	}
	return family, release
}

// file is the target where it is a file: neither an image with its distribution nor one of the words for what is spread over an image.
func (r *trivyResult) file() string {
	switch r.target {
	case "Java", "Node.js", "Python", "Ruby", "Conda", "Rust", "Go", "PHP", "Julia", "OS Packages", "Loose File License(s)":
		return ""
	}
	if r.class == "os-pkgs" || r.class == "" && isDistribution(r.kind) || strings.HasSuffix(r.target, ")") && r.class != "config" && r.class != "secret" {
		return ""
	}
	return rooted(r.target)
}
