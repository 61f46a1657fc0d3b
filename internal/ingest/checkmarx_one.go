package ingest

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var checkmarxOneFormat = Format{
	Name: "checkmarx-one", Title: "Checkmarx One JSON", Tool: "Checkmarx One",
	Is: func(h *Head) bool {
		return h.Has("results.similarityId", "results.state", "results.data") || h.Object() && h.Has("results", "totalCount", "scanID")
	},
	Read: readCheckmarxOne,
}

// readCheckmarxOne reads what "cx results show --report-format json" and the results API write (ast-cli, internal/wrappers/results-json.go):
// results of code, packages, containers, infrastructure and secrets in one list.
func readCheckmarxOne(in *Input, h *Header, out Sink) error {
	j := in.json()
	total, seen := 0, 0
	err := j.members(func(name string) error {
		switch name {
		case "results":
			return each(j, func(r *checkmarxOneResult) error {
				seen++
				h.latest(r.FoundAt)
				return r.emit(out)
			})
		case "totalCount":
			var n string
			err := j.value(&n)
			total = integer(n)
			return err
		}
		return j.skip()
	})
	if total > seen {
		missed(h, "the report has %d of %d results", seen, total)
	}
	return err
}

type checkmarxOneResult struct {
	Type, SCAType, ID, SimilarityID, Status, State, Severity, FoundAt, Description string

	Data                 checkmarxOneData
	Comments             struct{ Comments string }
	VulnerabilityDetails struct {
		CWEID, CVEName, CVSSScore string
		Compliances               list[string]
	}
}

type checkmarxOneData struct {
	QueryID, QueryName, Group, LanguageName, QueryURL string
	Nodes                                             list[checkmarxNode]

	// Infrastructure; FileName also of secrets.
	FileName, Line, Platform, IssueType, ExpectedValue, Value string

	// Packages and containers.
	PackageIdentifier, PackageName, PackageVersion, RecommendedVersion string
	ImageName, ImageTag, ImageFilePath                                 string
	PackageData                                                        list[struct{ Type, URL string }]
	SCAPackageData                                                     struct {
		Locations          list[string]
		DependencyPaths    list[list[struct{ ID, Name, Version string }]]
		IsDirectDependency bool
	}

	// Supply chain security: secrets and scorecards.
	RuleID, RuleName, RuleDescription, Snippet, Remediation, Validity string
}

// checkmarxNode is one step of a flow, in all of Checkmarx One's reports.
type checkmarxNode struct {
	FileName, Line, Column, Length, Name, Node, Method, FullName, Code string
}

func (n *checkmarxNode) step() finding.Step {
	return finding.Step{Message: oneLine(cmp.Or(n.Name, n.Node), 200), Location: finding.Location{
		Path: rooted(n.FileName), Region: checkmarxRegion(n.Line, n.Column, n.Length),
		Snippet: strings.TrimSpace(n.Code), Logical: steps("function", n.Method),
	}}
}

func (r *checkmarxOneResult) emit(out Sink) error {
	if strings.EqualFold(r.Status, "FIXED") {
		return nil
	}
	rule := finding.Rule{
		Engine: "sast", Why: r.Description, Severity: severityOf(r.Severity), Confidence: finding.Firm,
		CWE: cwesIn(r.VulnerabilityDetails.CWEID), Tags: texts(r.VulnerabilityDetails.Compliances...),
	}
	f := finding.Finding{Severity: rule.Severity, Confidence: finding.Firm, Verdict: checkmarxState(r.State, r.Comments.Comments)}
	kind := strings.ToLower(r.Type)
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
		checkmarxCode(&rule, &f, r.Data.QueryName, r.SimilarityID, r.Data.Nodes)
	}
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
	if secretCWE(rule.CWE) {
		rule.Engine = "secret"
		conceal(rule, f, checkmarxLiteral(f))
	}
}

func (r *checkmarxOneResult) asInfrastructure(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	rule.ID, _, _ = strings.Cut(d.QueryID, " [Taken from")
	rule.Engine, rule.Title = "iac", titleOf(d.QueryName, rule.ID)
	group, _, _ := strings.Cut(d.Group, " [Taken from")
	rule.Tags = append(rule.Tags, texts(group, d.Platform)...)
	f.Message = oneLine(strings.TrimSuffix(fmt.Sprintf("%s: %s", d.QueryName, d.Value), ": "), 500)
	f.Location = finding.Location{Path: rooted(d.FileName), Region: lines(integer(d.Line), 0)}
	f.Fix.Text = d.ExpectedValue
	f.Fingerprint = checkmarxIdentity(rule.ID, r.SimilarityID)
}

// asFlaw names the flaw of a package.
func (r *checkmarxOneResult) asFlaw(rule *finding.Rule, f *finding.Finding) {
	id := r.VulnerabilityDetails.CVEName
	if id == "" || strings.HasPrefix(id, "CWE-") { // Checkmarx puts its own ids ("Cx…"), and the weakness where a flaw has none
		id = cmp.Or(r.SimilarityID, r.ID)
		if n := r.VulnerabilityDetails.CVEName; n != "" {
			rule.CWE = cwesIn(n)
		}
	}
	rule.ID, f.Aliases = flawNames(id)
	rule.Title = titleOf(r.Description, rule.ID)
	f.Message = oneLine(titleOf(r.Description, rule.ID), 500)
	f.Threat = known(threatOf(decimal(r.VulnerabilityDetails.CVSSScore)))
	for _, p := range r.Data.PackageData {
		rule.References = append(rule.References, texts(p.URL)...)
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
				name = p.Name
			}
		}
	}
	f.Component = checkmarxPackage(d.PackageIdentifier, name)
	f.Component.Direct = d.SCAPackageData.IsDirectDependency
	if v := d.RecommendedVersion; v != "" {
		f.Component.Fixed = []string{v}
	}
	if places := texts(d.SCAPackageData.Locations...); len(places) > 0 {
		f.Location.Path = rooted(places[0])
		f.Component.Project = f.Location.Path
	}
	if paths := d.SCAPackageData.DependencyPaths; len(paths) > 0 {
		for _, p := range paths[0] {
			f.Component.Why = append(f.Component.Why, strings.TrimSuffix(p.Name+"@"+p.Version, "@"))
		}
	}
}

func (r *checkmarxOneResult) asContainer(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	r.asFlaw(rule, f)
	rule.Engine = "image"
	image := strings.TrimSuffix(d.ImageName+":"+d.ImageTag, ":")
	f.Location = finding.Location{Path: rooted(d.ImageFilePath), Logical: steps("image", image)}
	if d.PackageName != "" {
		f.Component = new(componentIn("", d.PackageName, d.PackageVersion))
		f.Component.Project = image
	} else if image == "" {
		f.Location.Logical = steps("control", rule.ID)
	}
}

func (r *checkmarxOneResult) asSupplyChain(rule *finding.Rule, f *finding.Finding) {
	d := &r.Data
	rule.ID = cmp.Or(d.RuleID, d.RuleName, r.ID)
	rule.Title = titleOf(sentence(d.RuleName), rule.ID)
	rule.Why, rule.Fix = cmp.Or(d.RuleDescription, r.Description), d.Remediation
	f.Message = oneLine(rule.Title, 500)
	f.Location = finding.Location{Path: rooted(d.FileName), Region: lines(integer(d.Line), 0), Snippet: d.Snippet}
	rule.Engine = "pipeline" // a scorecard's check
	if strings.Contains(r.Type, "secret") {
		rule.Engine = "secret"
		if d.Validity != "" {
			f.Facts = append(f.Facts, finding.Fact{Name: "validity", Value: strings.ToLower(d.Validity)})
		}
		conceal(rule, f, cmp.Or(literal(d.Snippet), d.Snippet))
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
	return new(componentIn(ecosystemOf(system, ""), cmp.Or(name, "unknown"), version))
}
