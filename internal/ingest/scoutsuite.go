package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var scoutsuiteFormat = Format{
	Name: "scoutsuite", Title: "ScoutSuite results", Tool: "ScoutSuite",
	Is: func(h *Head) bool {
		return bytes.HasPrefix(bytes.TrimSpace(h.Data), []byte("scoutsuite_results")) ||
			h.Has("account_id", "last_run.ruleset_name") || h.Has("account_id", "last_run.ruleset_about")
	},
	Read: readScoutsuite,
}

// readScoutsuite reads scoutsuite_results_*.js, which is JSON behind "scoutsuite_results =", or that JSON alone.
func readScoutsuite(in *Input, h *Header, out Sink) error {
	if err := in.skipAssignment(); err != nil {
		return err
	}
	j := in.json()
	s := scout{j: j, out: out}
	err := j.members(func(name string) error {
		switch name {
		case "account_id":
			return j.value(&s.account)
		case "last_run":
			return s.lastRun(h)
		case "services":
			return j.members(s.service)
		}
		return j.skip()
	})
	if s.account != "" {
		h.Asset = cloudPlace{account: s.account}.asset()
	}
	return err
}

// skipAssignment makes blanks of what stands before the first brace, the beginning of a line of JavaScript, so that offsets stay true.
func (in *Input) skipAssignment() error {
	before, _, found := bytes.Cut(in.head()[:min(len(in.head()), 200)], []byte("{"))
	if !found {
		return errors.New("no object where \"scoutsuite_results = {\" was expected")
	}
	if _, err := in.buf.Discard(len(before)); err != nil {
		return err
	}
	in.buf = bufio.NewReaderSize(io.MultiReader(strings.NewReader(strings.Repeat(" ", len(before))), in.buf), headSize)
	return nil
}

type scout struct {
	j       *jsonReader
	out     Sink
	account string
}

func (s *scout) lastRun(h *Header) error {
	var run struct {
		Version, Time string
		Parameters    struct {
			Skipped list[string] `json:"skipped_services"`
			Regions list[string] `json:"excluded_regions"`
		} `json:"run_parameters"`
	}
	if err := s.j.value(&run); err != nil {
		return err
	}
	h.Tool.Version = run.Version
	h.At = timeOf(run.Time)
	for _, service := range texts(run.Parameters.Skipped...) {
		missed(h, "the service %s was skipped", service)
	}
	for _, region := range texts(run.Parameters.Regions...) {
		missed(h, "the region %s was left out", region)
	}
	return nil
}

// service reads one service: its resources, of which the names are held, and its findings, which name resources by their path.
func (s *scout) service(service string) error {
	names := map[string]string{}
	var held budget
	waiting := shelf{out: s.out, complete: func(_ *finding.Rule, f *finding.Finding) {
		if name := resourceAbove(names, f.Fact("path")); name != "" {
			f.Message = oneLine(f.Message+" ("+name+")", 500)
			f.Facts = append(f.Facts, finding.Fact{Name: "name", Value: oneLine(name, 300)})
		}
	}}
	err := s.j.members(func(name string) error {
		if name == "findings" {
			return s.j.members(func(id string) error {
				var f scoutFinding
				return orNext(s.j.value(&f), func() error { return f.hold(&waiting, id, service, s.account) })
			})
		}
		return s.names(service+"."+name, 1, func(path, name string) error {
			names[path] = name
			return held.take(int64(len(path)+len(name)+64), "the names of resources")
		})
	})
	return orNext(err, waiting.run)
}

// names goes through resources and tells the name of each object that has one.
func (s *scout) names(path string, depth int, tell func(path, name string) error) error {
	if s.j.kind() != '{' || depth > 20 {
		return s.j.skip()
	}
	return s.j.members(func(member string) error {
		if (member == "name" || member == "arn") && s.j.kind() == '"' {
			var name string
			return orNext(s.j.value(&name), func() error { return tell(path, name) })
		}
		return s.names(path+"."+member, depth+1, tell)
	})
}

// resourceAbove gives the name of the nearest named object on a path.
func resourceAbove(names map[string]string, path string) string {
	for path != "" {
		if name := names[path]; name != "" {
			return name
		}
		path = path[:max(0, strings.LastIndexByte(path, '.'))]
	}
	return ""
}

type scoutFinding struct {
	Description, Rationale, Remediation, Level, DashboardName string
	References, Items                                         list[string]
	Compliance                                                list[struct{ Name, Version, Reference string }]
}

// hold makes a finding of each resource that a rule has flagged.
func (s *scoutFinding) hold(waiting *shelf, id, service, account string) error {
	rule := finding.Rule{
		ID: id, Engine: "cloud", Title: titleOf(s.Description, id), Why: flat(s.Rationale), Fix: flat(s.Remediation),
		Severity: scoutSeverity(s.Level), Confidence: finding.Firm, References: texts(s.References...),
	}
	for _, c := range s.Compliance {
		rule.Tags = append(rule.Tags, strings.Join(strings.Fields(c.Name+" "+c.Version+":"+c.Reference), " "))
	}
	for _, item := range texts(s.Items...) {
		place := cloudPlace{account: account, region: scoutRegion(item), resource: item}
		f := found(rule, rule.Title+": "+item, place.location())
		f.Asset = place.asset()
		f.Facts = factsOf("service", service, "path", item)
		if err := waiting.hold(rule, f); err != nil {
			return err
		}
	}
	return nil
}

// scoutRegion reads the region out of a path such as ec2.regions.eu-west-1.vpcs.….
func scoutRegion(path string) string {
	parts := strings.Split(path, ".")
	for i, p := range parts[:len(parts)-1] {
		if _, err := strconv.Atoi(parts[i+1]); p == "regions" && err != nil {
			return parts[i+1]
		}
	}
	return ""
}

func scoutSeverity(level string) finding.Severity {
	switch cmp.Or(strings.ToLower(level), "warning") {
	case "danger":
		return finding.High
	case "warning":
		return finding.Medium
	}
	return severityOf(level)
}
