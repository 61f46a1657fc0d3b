package ingest

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var checkmarxOneFormat = Format{
	Name: "checkmarx-one", Title: "Checkmarx One JSON",
	Is: func(h *Head) bool {
		return h.Has("results.similarityId", "results.state", "results.data") || h.Object() && h.Has("results", "totalCount", "scanID")
	},
	Read: readCheckmarxOne,
}

// readCheckmarxOne reads what "cx results show --report-format json" and the results API write (ast-cli, internal/wrappers/results-json.go):
// results of code, packages, containers, infrastructure and secrets in one list.
func readCheckmarxOne(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Checkmarx One"}}
	j := in.json()
	total, seen := 0, 0
	err := j.members(func(name string) error {
		switch name {
		case "results":
			return each(j, func(r *checkmarxOneResult) error {
				seen++
				if at := timeOf(string(r.FoundAt)); at.After(h.At) {
					h.At = at
				}
				return r.emit(out)
			})
		case "totalCount":
			var n text
			err := j.value(&n)
			total = number(string(n))
			return err
		}
		return j.skip()
	})
	if total > seen {
		h.Partial = append(h.Partial, fmt.Sprintf("the report has %d of %d results", seen, total))
	}
	return h, err
}

type checkmarxOneResult struct {
	Type, SCAType, ID, SimilarityID, Status, State, Severity, FoundAt, Description text

	Data                 checkmarxOneData
	Comments             struct{ Comments text }
	VulnerabilityDetails struct {
		CWEID, CVEName, CVSSScore text
		Compliances               list[text]
	}
}

type checkmarxOneData struct {
	QueryID, QueryName, Group, LanguageName, QueryURL text
	Nodes                                             list[checkmarxNode]

	// Infrastructure; FileName also of secrets.
	FileName, Line, Platform, IssueType, ExpectedValue, Value text

	// Packages and containers.
	PackageIdentifier, PackageName, PackageVersion, RecommendedVersion text
	ImageName, ImageTag, ImageFilePath                                 text
	PackageData                                                        list[struct{ Type, URL text }]
	SCAPackageData                                                     struct {
		Locations          list[text]
		DependencyPaths    list[list[struct{ ID, Name, Version text }]]
		IsDirectDependency bool
	}

	// Supply chain security: secrets and scorecards.
	RuleID, RuleName, RuleDescription, Snippet, Remediation, Validity text
}

// checkmarxNode is one step of a flow, in all of Checkmarx One's reports.
type checkmarxNode struct {
	FileName, Line, Column, Length, Name, Node, Method, FullName, Code text
}

func (n *checkmarxNode) step() finding.Step {
	return finding.Step{Message: oneLine(string(cmp.Or(n.Name, n.Node)), 200), Location: finding.Location{
		Path: rooted(string(n.FileName)), Region: checkmarxRegion(string(n.Line), string(n.Column), string(n.Length)),
		Snippet: strings.TrimSpace(string(n.Code)), Logical: logical("function", string(n.Method)),
	}}
}

func (r *checkmarxOneResult) emit(out Sink) error {
	if strings.EqualFold(string(r.Status), "FIXED") {
		return nil
	}
	rule := finding.Rule{
		Engine: "sast", Why: string(r.Description), Severity: severityOf(string(r.Severity)), Confidence: finding.Firm,
		CWE: cwesIn(string(r.VulnerabilityDetails.CWEID)), Tags: texts(r.VulnerabilityDetails.Compliances),
	}
	f := finding.Finding{Severity: rule.Severity, Confidence: finding.Firm, Verdict: checkmarxState(string(r.State), string(r.Comments.Comments))}
	kind := strings.ToLower(string(r.Type))
	switch {
	case strings.Contains(kind, "container"):
		r.asContainer(&rule, &f)
	case kind == "kics":
		r.asInfrastructure(&rule, &f)
	case strings.HasPrefix(kind, "sca"):
		r.asPackage(&rule, &f)
	case strings.HasPrefix(kind, "sscs"):
		r.asSupplyChain(&rule, &f)
	default:
		checkmarxCode(&rule, &f, string(r.Data.QueryName), string(r.SimilarityID), r.Data.Nodes)
	}
	f.Rule, f.Engine = rule.ID, rule.Engine
	return emit(out, rule, f)
}

// checkmarxState reads the state, "NOT_EXPLOITABLE" or "Not Exploitable".
func checkmarxState(state, comment string) *finding.Verdict {
	if !strings.EqualFold(strings.ReplaceAll(state, " ", "_"), "NOT_EXPLOITABLE") {
		return nil
	}
	return waived(strings.TrimSuffix("not exploitable, says Checkmarx' triage: "+comment, ": "))
}

// checkmarxCode describes a result in code.
func checkmarxCode(rule *finding.Rule, f *finding.Finding, query, similarity string, nodes []checkmarxNode) {
	rule.ID, rule.Engine, rule.Title = query, "sast", titleOf(sentence(query), "Finding of Checkmarx SAST")
	f.Fingerprint = checkmarxIdentity(query, similarity)
	for i := range nodes {
		f.Flow = append(f.Flow, nodes[i].step())
	}
	checkmarxPlace(f, rule.Title)
	if f.Location.Path == "" {
		f.Location = finding.Location{Logical: logical("control", query)}
	}
	if secretCWE(rule.CWE) {
		rule.Engine = "secret"
		concealEverywhere(rule, f, checkmarxLiteral(f))
	}
	f.Rule, f.Engine = rule.ID, rule.Engine
}

func (r *checkmarxOneResult) asInfrastructure(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	rule.ID, _, _ = strings.Cut(string(d.QueryID), " [Taken from")
	rule.Engine, rule.Title = "iac", titleOf(string(d.QueryName), rule.ID)
	group, _, _ := strings.Cut(string(d.Group), " [Taken from")
	rule.Tags = append(rule.Tags, texts([]text{text(group), d.Platform})...)
	f.Message = oneLine(strings.TrimSuffix(fmt.Sprintf("%s: %s", d.QueryName, d.Value), ": "), 500)
	f.Location = finding.Location{Path: rooted(string(d.FileName)), Region: lines(number(string(d.Line)), 0)}
	if f.Location.Path == "" {
		f.Location = finding.Location{Logical: logical("control", rule.ID)}
	}
	f.Fix.Text = string(d.ExpectedValue)
	f.Fingerprint = checkmarxIdentity(rule.ID, string(r.SimilarityID))
}

// asFlaw names the flaw of a package.
func (r *checkmarxOneResult) asFlaw(rule *finding.Rule, f *finding.Finding) {
	id := string(r.VulnerabilityDetails.CVEName)
	if id == "" || strings.HasPrefix(id, "CWE-") { // Checkmarx puts its own ids ("Cx…"), and the weakness where a flaw has none
		id = string(cmp.Or(r.SimilarityID, r.ID))
		if n := string(r.VulnerabilityDetails.CVEName); n != "" {
			rule.CWE = cwesIn(n)
		}
	}
	rule.ID, f.Aliases = flawNames(id)
	rule.Title = titleOf(string(r.Description), rule.ID)
	f.Message = oneLine(titleOf(string(r.Description), rule.ID), 500)
	if score, err := strconv.ParseFloat(string(r.VulnerabilityDetails.CVSSScore), 64); err == nil {
		f.Threat = threatOf(score)
	}
	for _, p := range r.Data.PackageData {
		if p.URL != "" {
			rule.References = append(rule.References, string(p.URL))
		}
	}
}

func (r *checkmarxOneResult) asPackage(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	r.asFlaw(rule, f)
	rule.Engine = "sca"
	name := ""
	for _, path := range d.SCAPackageData.DependencyPaths {
		for _, p := range path {
			if p.ID == d.PackageIdentifier {
				name = string(p.Name)
			}
		}
	}
	f.Component = checkmarxPackage(string(d.PackageIdentifier), name)
	f.Component.Direct = d.SCAPackageData.IsDirectDependency
	if v := string(d.RecommendedVersion); v != "" {
		f.Component.Fixed = []string{v}
	}
	if places := texts(d.SCAPackageData.Locations); len(places) > 0 {
		f.Location.Path = rooted(places[0])
		f.Component.Project = f.Location.Path
	}
	if paths := d.SCAPackageData.DependencyPaths; len(paths) > 0 {
		for _, p := range paths[0] {
			f.Component.Why = append(f.Component.Why, strings.TrimSuffix(string(p.Name)+"@"+string(p.Version), "@"))
		}
	}
}

func (r *checkmarxOneResult) asContainer(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	r.asFlaw(rule, f)
	rule.Engine = "image"
	image := strings.TrimSuffix(string(d.ImageName)+":"+string(d.ImageTag), ":")
	f.Location = finding.Location{Path: rooted(string(d.ImageFilePath)), Logical: logical("image", image)}
	if d.PackageName != "" {
		f.Component = codeComponent("", string(d.PackageName), string(d.PackageVersion))
		f.Component.Project = image
	} else if image == "" {
		f.Location.Logical = logical("control", rule.ID)
	}
}

func (r *checkmarxOneResult) asSupplyChain(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	rule.ID = string(cmp.Or(d.RuleID, d.RuleName, r.ID))
	rule.Title = titleOf(sentence(string(d.RuleName)), rule.ID)
	rule.Why, rule.Fix = string(cmp.Or(d.RuleDescription, r.Description)), string(d.Remediation)
	f.Message = oneLine(rule.Title, 500)
	f.Location = finding.Location{Path: rooted(string(d.FileName)), Region: lines(number(string(d.Line)), 0), Snippet: string(d.Snippet)}
	if f.Location.Path == "" {
		f.Location.Logical = logical("control", rule.ID)
	}
	rule.Engine = "pipeline" // a scorecard's check
	if strings.Contains(string(r.Type), "secret") {
		rule.Engine = "secret"
		if d.Validity != "" {
			f.Facts = append(f.Facts, finding.Fact{Name: "validity", Value: strings.ToLower(string(d.Validity))})
		}
		concealEverywhere(rule, f, cmp.Or(literal(string(d.Snippet)), string(d.Snippet)))
	}
}

var checkmarxVersion = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-v?[0-9]`) })

// checkmarxPackage takes an id such as "Maven-com.thoughtworks.xstream:xstream-1.4.5" apart; with the name, where the report has it, exactly, else
// the version begins at the first hyphen before a digit.
func checkmarxPackage(id, name string) *finding.Component {
	system, rest, _ := strings.Cut(id, "-")
	version := ""
	if v, ok := strings.CutPrefix(rest, name+"-"); ok && name != "" {
		version = v
	} else if at := checkmarxVersion().FindStringIndex(rest); at != nil {
		name, version = rest[:at[0]], rest[at[0]+1:]
	} else {
		name = cmp.Or(rest, name, id)
	}
	return codeComponent(codeEcosystem(system), cmp.Or(name, "unknown"), version)
}
