package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

var scoutsuiteFormat = Format{
	Name: "scoutsuite", Title: "ScoutSuite results",
	Is: func(h *Head) bool {
		return bytes.HasPrefix(bytes.TrimSpace(h.Data), []byte("scoutsuite_results")) ||
			h.Has("account_id", "last_run.ruleset_name") || h.Has("account_id", "last_run.ruleset_about")
	},
	Read: readScoutsuite,
}

// readScoutsuite reads scoutsuite_results_*.js, which is JSON behind "scoutsuite_results =", or that JSON alone.
func readScoutsuite(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "ScoutSuite"}}
	if err := in.skipAssignment(); err != nil {
		return h, err
	}
	j := in.json()
	s := scout{j: j, out: out}
	err := j.members(func(name string) error {
		switch name {
		case "account_id":
			return j.into(&s.account)
		case "last_run":
			return s.lastRun(&h)
		case "services":
			return j.members(s.service)
		}
		return j.skip()
	})
	if s.account != "" {
		h.Asset = cloudPlace{account: s.account}.asset()
	}
	return h, err
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
		Version, Time text
		Parameters    struct {
			Skipped list[text] `json:"skipped_services"`
			Regions list[text] `json:"excluded_regions"`
		} `json:"run_parameters"`
	}
	if err := s.j.value(&run); err != nil {
		return err
	}
	h.Tool.Version = string(run.Version)
	if at, err := time.Parse("2006-01-02 15:04:05-0700", string(run.Time)); err == nil {
		h.At = at.UTC()
	}
	for _, service := range texts(run.Parameters.Skipped) {
		missed(h, "the service %s was skipped", service)
	}
	for _, region := range texts(run.Parameters.Regions) {
		missed(h, "the region %s was left out", region)
	}
	return nil
}

// maxScoutNames bounds how many bytes of names of one service's resources are held.
const maxScoutNames = 64 << 20

// service reads one service: its resources, of which the names are held, and its findings, which name resources by their path.
func (s *scout) service(service string) error {
	names, held := map[string]string{}, 0
	var waiting shelf
	err := s.j.members(func(name string) error {
		if name == "findings" {
			return s.j.members(func(id string) error {
				var f scoutFinding
				if err := s.j.value(&f); err != nil {
					return err
				}
				return f.hold(&waiting, id, service, s.account)
			})
		}
		return s.names(service+"."+name, 1, func(path, name string) {
			if held += len(path) + len(name) + 64; held < maxScoutNames {
				names[path] = name
			}
		})
	})
	if err != nil {
		return err
	}
	return waiting.release(s.out, func(_ *finding.Rule, f *finding.Finding) {
		if name := resourceAbove(names, f.Fact("path")); name != "" {
			f.Message = oneLine(f.Message+" ("+name+")", 500)
			f.Facts = append(f.Facts, finding.Fact{Name: "name", Value: oneLine(name, 300)})
		}
	})
}

// names goes through resources and tells the name of each object that has one.
func (s *scout) names(path string, depth int, tell func(path, name string)) error {
	if s.j.kind() != '{' || depth > 20 {
		return s.j.skip()
	}
	return s.j.members(func(member string) error {
		if (member == "name" || member == "arn") && s.j.kind() == '"' {
			var name string
			err := s.j.into(&name)
			tell(path, name)
			return err
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
	Description, Rationale, Remediation, Level, DashboardName text
	References, Items                                         list[text]
	Compliance                                                list[struct{ Name, Version, Reference text }]
}

// hold makes a finding of each resource that a rule has flagged.
func (s *scoutFinding) hold(waiting *shelf, id, service, account string) error {
	rule := finding.Rule{
		ID: id, Engine: "cloud", Title: titleOf(string(s.Description), id), Why: flat(string(s.Rationale)), Fix: flat(string(s.Remediation)),
		Severity: scoutSeverity(string(s.Level)), Confidence: finding.Firm, References: texts(s.References),
	}
	for _, c := range s.Compliance {
		rule.Tags = append(rule.Tags, strings.Join(strings.Fields(string(c.Name+" "+c.Version+":"+c.Reference)), " "))
	}
	for _, item := range texts(s.Items) {
		place := cloudPlace{account: account, region: scoutRegion(item), resource: item}
		f := found(rule, rule.Title+": "+item, place.location())
		f.Asset = place.asset()
		f.Facts = factsOf("service", service, "path", item)
		if err := waiting.hold(rule, f, "the names of resources"); err != nil {
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
