package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var checkovFormat = Format{
	Name: "checkov", Title: "Checkov JSON", Tool: "Checkov",
	Is: func(h *Head) bool {
		return h.Has("check_type", "results") || h.Has("passed", "failed", "checkov_version")
	},
	Read: readCheckov,
}

// readCheckov reads "checkov -o json" (checkov/common/output/report.py): one report of a runner, an array of several, or counts alone where no
// file was of a kind that Checkov knows.
func readCheckov(in *Input, h *Header, out Sink) error {
	j := in.json()
	report := func() error {
		runner := ""
		checks := func(because func(*checkovCheck) *finding.Verdict) error {
			return each(j, func(c *checkovCheck) error { return c.emit(runner, because(c), out) })
		}
		return j.members(func(name string) error {
			switch name {
			case "check_type":
				return j.value(&runner)
			case "checkov_version":
				return j.value(&h.Tool.Version)
			case "summary":
				var s struct {
					Version string `json:"checkov_version"`
				}
				err := j.value(&s)
				h.Tool.Version = s.Version
				return err
			case "results":
				return j.members(func(name string) error {
					switch name {
					case "failed_checks":
						return checks(func(*checkovCheck) *finding.Verdict { return nil })
					case "skipped_checks", "suppressed_checks":
						return checks((*checkovCheck).waiver)
					case "parsing_errors":
						return each(j, func(file *string) error {
							missed(h, "%s could not be parsed", *file)
							return nil
						})
					}
					return j.skip()
				})
			}
			return j.skip()
		})
	}
	if j.kind() == '[' {
		return j.elements(report)
	}
	return report()
}

type checkovCheck struct {
	ID        string `json:"check_id"`
	Name      string `json:"check_name"`
	Class     string `json:"check_class"`
	Severity  string
	Guideline string
	Code      [][]string `json:"code_block"`
	Path      string     `json:"file_path"`
	RepoPath  string     `json:"repo_file_path"`
	Lines     []int      `json:"file_line_range"`
	Resource  string
	Address   string `json:"resource_address"`
	Result    struct {
		Comment string `json:"suppress_comment"`
	} `json:"check_result"`
	Flaw *checkovFlaw `json:"vulnerability_details"`
}

// checkovFlaw is what a check of packages knows: of a flaw, or of a licence that policy forbids.
type checkovFlaw struct {
	ID          string
	Package     string `json:"package_name"`
	Version     string `json:"package_version"`
	Kind        string `json:"package_type"`
	Severity    string
	CVSS        float64
	Vector      string
	Description string
	Link        string
	Fixed       string `json:"lowest_fixed_version"`
	Licence     string `json:"license"`
	Published   string `json:"published_date"`
}

func (c *checkovCheck) waiver() *finding.Verdict {
	return waived(firstText("skipped: "+c.Result.Comment, "skipped"))
}

// class tells the class by the runner ("terraform", "github_actions"); old reports name it in the check's Python class only.
func (c *checkovCheck) class(runner string) string {
	if runner == "" {
		runner, _, _ = strings.Cut(strings.TrimPrefix(c.Class, "checkov."), ".")
	}
	switch {
	case c.Flaw != nil && strings.Contains(c.ID, "_LIC_"):
		return "licence"
	case strings.HasPrefix(runner, "sca_"), c.Flaw != nil:
		return "sca"
	case runner == "secrets":
		return "secret"
	case strings.HasPrefix(runner, "sast"), strings.HasPrefix(runner, "cdk"):
		return "sast"
	case strings.HasSuffix(runner, "_actions"), strings.HasSuffix(runner, "_ci"), strings.HasSuffix(runner, "_pipelines"),
		strings.HasSuffix(runner, "_configuration"), runner == "argo_workflows":
		return "pipeline"
	}
	return "iac"
}

func (c *checkovCheck) emit(runner string, verdict *finding.Verdict, out Sink) error {
	class := c.class(runner)
	rule := finding.Rule{
		ID: c.ID, Engine: class, Title: titleOf(c.Name, c.ID), Severity: severityOf(c.Severity), Confidence: finding.Firm,
		References: texts(c.Guideline),
	}
	at := finding.Location{Path: c.path()}
	if len(c.Lines) == 2 {
		at.Region = lines(c.Lines[0], c.Lines[1])
	}
	if class != "secret" && !quotesSecret(c.Name) {
		at.Snippet = c.snippet()
	}
	f := found(rule, firstText(c.Name, c.ID), at)
	f.Verdict = verdict
	switch class {
	case "secret": // the resource is a hash of the value
		rule.CWE = []int{hardCoded}
		if c.Severity == "" {
			rule.Severity, f.Severity = finding.High, finding.High
		}
		if c.Resource != "" {
			f.Fingerprint = finding.Identify(nil, "checkov", c.ID, c.Resource)
		}
	case "sca", "licence":
		c.flaw(class, &rule, &f)
	default:
		f.Location.Logical = c.place(runner)
	}
	return emit(out, rule, f)
}

// path is relative to the repository where Checkov knew it, else to the folder that was scanned. In images it is "path (sha256:…)".
func (c *checkovCheck) path() string {
	c.RepoPath, _, _ = strings.Cut(c.RepoPath, " (")
	c.Path, _, _ = strings.Cut(c.Path, " (")
	if c.RepoPath == "" || strings.Contains(c.RepoPath, "..") {
		return rooted(c.Path)
	}
	return rooted(c.RepoPath)
}

func (c *checkovCheck) snippet() string {
	var b strings.Builder
	for _, line := range c.Code {
		if len(line) == 2 && b.Len() < 4000 {
			b.WriteString(line[1])
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// place is the resource: Terraform's address, Kubernetes' kind, namespace and name, which Checkov joins by dots.
func (c *checkovCheck) place(runner string) []finding.Logical {
	name := firstText(c.Address, c.Resource)
	switch runner {
	case "kubernetes", "helm", "kustomize":
		if parts := strings.SplitN(name, ".", 3); len(parts) == 3 {
			return kubePlace(parts[1], parts[0], parts[2], "")
		}
	}
	name = strings.TrimPrefix(rooted(name), c.path()) // of a file of instructions: "/Dockerfile.RUN"
	return steps("resource", strings.Trim(name, "."))
}

// flaw turns a finding into one about a package.
func (c *checkovCheck) flaw(class string, rule *finding.Rule, f *finding.Finding) {
	if c.Flaw == nil {
		return
	}
	v := c.Flaw
	ecosystem := firstText(ecosystemOf(v.Kind, ""), fileEcosystem(c.Path))
	fixed := strings.TrimPrefix(v.Fixed, "N/A")
	f.Component = componentOf(ecosystem, v.Package, v.Version, "", fixed)
	if f.Component != nil {
		f.Component.Project = f.Location.Path
	}
	if class == "licence" {
		f.Message = oneLine(f.Message+": "+v.Package+" "+v.Version+" is under "+firstText(v.Licence, "an unknown licence"), 500)
		return
	}
	id := firstText(v.ID, c.ID)
	*rule = finding.Rule{
		ID: id, Engine: class, Title: titleOf(v.Description, id), Why: v.Description, References: texts(v.Link, c.Guideline),
		Severity: severityOf(firstText(c.Severity, v.Severity)), Confidence: finding.Firm,
	}
	f.Severity = rule.Severity
	f.Message = oneLine(id+" in "+v.Package+" "+v.Version, 500)
	threat := threatOf(v.CVSS, v.Vector)
	threat.Published = timeOf(v.Published)
	f.Threat = known(threat)
}
