package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const trivyOperatorGroup = "aquasecurity.github.io"

var trivyOperatorFormat = Format{
	Name: "trivy-operator", Title: "Trivy operator reports", Tool: "Trivy",
	Nothing: kubeNothing(),
	Is: func(h *Head) bool {
		for _, at := range []string{"apiVersion", "items.apiVersion"} {
			if strings.HasPrefix(h.Text(at), trivyOperatorGroup+"/") {
				return true
			}
		}
		for _, list := range []string{"vulnerabilityreports.", "configauditreports.", "exposedsecretreports.", "rbacassessmentreports."} {
			if h.Has(list + trivyOperatorGroup) {
				return true
			}
		}
		return false
	},
	Read: readTrivyOperator,
}

// readTrivyOperator reads the reports that the operator keeps in a cluster (aquasecurity.github.io/v1alpha1), as "kubectl get -o json" writes them:
// one report, a list, an array, or a list for each kind.
func readTrivyOperator(in *Input, h *Header, out Sink) error {
	o := &trivyOperator{h: h, out: out}
	j := in.json()
	if j.kind() == '[' {
		err := each(j, o.report)
		return err
	}
	var single trivyReport
	err := j.members(func(name string) error {
		switch {
		case name == "kind":
			return j.value(&single.Kind)
		case name == "metadata":
			return j.value(&single.Metadata)
		case name == "report":
			return j.value(&single.Report)
		case name == "status":
			return j.value(&single.Status)
		case name == "items", strings.HasSuffix(name, "."+trivyOperatorGroup):
			return each(j, o.report)
		}
		return j.skip()
	})
	if err == nil && single.Kind != "" && single.Kind != "List" && !strings.HasSuffix(single.Kind, "ReportList") {
		err = o.report(&single)
	}
	return err
}

type trivyOperator struct {
	h   *Header
	out Sink
}

type trivyReport struct {
	Kind     string
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
	}
	Report struct {
		UpdateTimestamp string
		Scanner         struct{ Version string }
		Registry        struct{ Server string }
		Artifact        struct{ Repository, Tag, Digest string }
		OS              struct{ Family, Name string }
		Vulnerabilities []trivyOperatorFlaw
		Secrets         []trivyOperatorSecret
		Checks          []trivyOperatorCheck
	}
	Status struct {
		UpdateTimestamp string
		DetailReport    struct {
			ID      string
			Results []struct {
				ID, Name, Description, Severity string
				Checks                          []trivyOperatorCheck
			}
		}
		SummaryReport struct {
			ID           string
			ControlCheck []struct {
				ID, Name, Severity string
				TotalFail          int
			}
		}
	}
}

type trivyOperatorFlaw struct {
	VulnerabilityID, Resource, InstalledVersion, FixedVersion, Severity, Title, Description, PrimaryLink, Target, Class, PackageType, PackagePURL, PkgPath string
	PublishedDate                                                                                                                                          string
	Links                                                                                                                                                  []string
	Score                                                                                                                                                  float64
	CVSS                                                                                                                                                   map[string]struct {
		V2Vector, V3Vector, V40Vector string
		V2Score, V3Score, V40Score    float64
	}
}

type trivyOperatorSecret struct{ Target, RuleID, Title, Category, Severity, Match string }

type trivyOperatorCheck struct {
	CheckID, Title, Description, Severity, Category, Remediation, Target string
	Messages                                                             []string
	Success                                                              bool
}

// place is the object the report is about.
func (r *trivyReport) place() []finding.Logical {
	label := func(name string) string { return r.Metadata.Labels["trivy-operator."+name] }
	kind, name := label("resource.kind"), cmp.Or(label("resource.name"), r.Metadata.Name)
	return clusterPlace(cmp.Or(label("resource.namespace"), r.Metadata.Namespace), cmp.Or(kind, r.Kind), name, label("container.name"))
}

// image is what runs there, as its owners call it; zero for reports that are about no image.
func (r *trivyReport) image() finding.Asset {
	a := r.Report.Artifact
	if a.Repository == "" {
		return finding.Asset{}
	}
	name := strings.TrimPrefix(r.Report.Registry.Server+"/"+a.Repository, "/")
	switch {
	case a.Tag != "":
		name += ":" + a.Tag
	case a.Digest != "":
		name += "@" + a.Digest
	}
	return finding.Asset{Kind: "image", Name: name}
}

func (o *trivyOperator) report(r *trivyReport) error {
	o.h.latest(cmp.Or(r.Report.UpdateTimestamp, r.Status.UpdateTimestamp))
	o.h.Tool.Version = cmp.Or(o.h.Tool.Version, r.Report.Scanner.Version)
	for i := range r.Report.Vulnerabilities {
		if err := o.flaw(r, &r.Report.Vulnerabilities[i]); err != nil {
			return err
		}
	}
	for i := range r.Report.Secrets {
		if err := o.secret(r, &r.Report.Secrets[i]); err != nil {
			return err
		}
	}
	for i := range r.Report.Checks {
		if err := o.check(r, &r.Report.Checks[i], r.place(), ""); err != nil {
			return err
		}
	}
	return o.compliance(r)
}

func (o *trivyOperator) flaw(r *trivyReport, v *trivyOperatorFlaw) error {
	kind, release := v.PackageType, ""
	if v.Class == "os-pkgs" || kind == "" && v.PkgPath == "" || isDistribution(kind) {
		kind, release = r.Report.OS.Family, r.Report.OS.Name
	}
	w := &flaw{
		ids: []string{v.VulnerabilityID}, title: v.Title, text: v.Description, severity: severityOf(v.Severity), asset: r.image(),
		references: append([]string{v.PrimaryLink}, v.Links...), component: componentFor(v.PackagePURL, kind, release, v.Resource, v.InstalledVersion),
		at: finding.Location{Path: rooted(v.PkgPath), Logical: r.place()},
	}
	for _, c := range v.CVSS {
		w.cvss = append(w.cvss, scored{c.V40Vector, c.V40Score}, scored{c.V3Vector, c.V3Score}, scored{c.V2Vector, c.V2Score})
	}
	w.cvss = append(w.cvss, scored{"", v.Score})
	w.threat.Published = timeOf(v.PublishedDate)
	w.component.Fixed = fixedIn(v.FixedVersion)
	return w.emit(o.out)
}

func (o *trivyOperator) secret(r *trivyReport, s *trivyOperatorSecret) error {
	rule := secretRule(s.RuleID, s.Title, severityOf(s.Severity), finding.Firm)
	f := found(rule, cmp.Or(s.Title, s.RuleID)+" in "+rooted(s.Target), finding.Location{Path: rooted(s.Target), Logical: r.place()})
	f.Asset = r.image()
	concealQuoted(&rule, &f, s.Match)
	return emit(o.out, rule, f)
}

// check is a failed check of an object. Control is the one of a benchmark that asks for it, "" outside of benchmarks.
func (o *trivyOperator) check(r *trivyReport, c *trivyOperatorCheck, at []finding.Logical, control string) error {
	id := cmp.Or(c.CheckID, control)
	if c.Success || id == "" {
		return nil
	}
	rule := finding.Rule{
		ID: id, Engine: "cluster", Title: titleOf(c.Title, c.Description, id), Why: strings.TrimSpace(c.Description), Fix: strings.TrimSpace(c.Remediation),
		Severity: severityOf(c.Severity), Confidence: finding.Firm, Tags: texts(c.Category),
	}
	message := strings.Trim(strings.Join(c.Messages, "; "), "; ")
	f := found(rule, cmp.Or(message, c.Title, id), finding.Location{Logical: at})
	f.Asset = r.image()
	return emit(o.out, rule, f)
}

// compliance reads a benchmark's report: failed checks where it lists them, else one finding for each control that something failed.
func (o *trivyOperator) compliance(r *trivyReport) error {
	d := &r.Status.DetailReport
	for _, control := range d.Results {
		for i := range control.Checks {
			c := control.Checks[i]
			c.CheckID, c.Title = control.ID, cmp.Or(control.Name, c.Title)
			c.Description, c.Severity = cmp.Or(control.Description, c.Description), cmp.Or(control.Severity, c.Severity)
			if err := o.check(r, &c, steps("control", d.ID+" "+control.ID, "resource", c.Target), control.ID); err != nil {
				return err
			}
		}
	}
	s := &r.Status.SummaryReport
	for _, control := range s.ControlCheck {
		c := trivyOperatorCheck{CheckID: control.ID, Title: control.Name, Severity: control.Severity, Success: control.TotalFail == 0}
		if err := o.check(r, &c, steps("control", s.ID+" "+control.ID), control.ID); err != nil {
			return err
		}
	}
	return nil
}
