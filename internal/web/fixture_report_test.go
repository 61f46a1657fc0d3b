package web

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// roll gives a number that depends on nothing but the texts.
func roll(parts ...any) int {
	f := fnv.New32a()
	_, _ = fmt.Fprint(f, parts...)
	return int(f.Sum32()>>4) & 0xffff
}

// present tells whether a tool finds something at a look: most come later, most are mended, the worst soonest, and a few come back.
func present(key, severity string, look int) bool {
	born, life := 0, 99
	mended, longest := 5, 4
	switch severity {
	case "critical":
		mended, longest = 7, 1
	case "high":
		mended, longest = 6, 2
	}
	if roll(key, "born")%8 > 1 {
		born = 1 + roll(key, "when")%8
	}
	if roll(key, "mended")%8 < mended {
		life = 1 + roll(key, "life")%longest
	}
	back := roll(key, "back")%13 == 0 && look >= born+life+2
	return look >= born && (look < born+life || back)
}

// reports are what the tools say about a place at a look.
func (p *place) reports(look int, at time.Time) []*finding.Result {
	asset := finding.Asset{Kind: p.kind, Name: p.name}
	tools := map[string]*finding.Result{}
	add := func(tool string, rule finding.Rule, f finding.Finding) {
		r := tools[tool]
		if r == nil {
			r = &finding.Result{Tool: finding.Tool{Name: tool, Version: "4.2.0"}, Assets: []finding.Asset{asset}, Rules: []finding.Rule{}, Findings: []finding.Finding{}}
			tools[tool] = r
		}
		if rule.ID == "" {
			return
		}
		if !slices.ContainsFunc(r.Rules, func(known finding.Rule) bool { return known.ID == rule.ID }) {
			r.Rules = append(r.Rules, rule)
		}
		f.Asset = asset
		f.Fingerprint = finding.Identify(nil, tool, asset.Name, rule.ID, f.Location.Path, f.Evidence, fmt.Sprint(f.Location.Logical))
		r.Findings = append(r.Findings, f)
	}
	for _, i := range p.flaws {
		for _, tool := range []string{"Trivy", "Grype"}[:1+i%2] {
			add(tool, finding.Rule{}, finding.Finding{})
			if present(p.name+flaws[i].id, flaws[i].severity, look) {
				add(tool, flaws[i].asRule(), flaws[i].finding(p))
			}
		}
	}
	for _, i := range p.faults {
		for n := range 2 * p.copies {
			add(faults[i].tool, finding.Rule{}, finding.Finding{})
			if present(fmt.Sprint(p.name, i, n), faults[i].severity, look) {
				add(faults[i].tool, faults[i].asRule(), faults[i].finding(p, n))
			}
		}
	}
	var out []*finding.Result
	for _, r := range tools {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *finding.Result) int { return cmp.Compare(a.Tool.Name, b.Tool.Name) })
	return out
}

func severityOf(s string) finding.Severity {
	v, err := finding.ParseSeverity(s)
	if err != nil {
		panic(err)
	}
	return v
}

func (f *flaw) asRule() finding.Rule {
	return finding.Rule{ID: f.id, Engine: "sca", Title: f.title, Severity: severityOf(f.severity), Confidence: finding.Firm, Why: f.why,
		Fix: "Upgrade " + f.name + " to " + f.fixed + " or later.", References: []string{"https://nvd.nist.gov/vuln/detail/" + f.id}, CWE: []int{1395}}
}

func (f *flaw) finding(p *place) finding.Finding {
	out := finding.Finding{
		Rule: f.id, Engine: "sca", Severity: severityOf(f.severity), Confidence: finding.Firm,
		Message:   f.name + " " + f.version + " has the flaw.",
		Component: &finding.Component{PURL: f.purl, Ecosystem: f.ecosystem, Name: f.name, Version: f.version, Direct: true, Fixed: []string{f.fixed}, Project: "."},
		Threat:    &finding.Threat{CVSS: []string{f.vector}, Score: &f.score, EPSS: &finding.EPSS{Probability: f.epss, Percentile: min(.999, .6+f.epss/2.5), Date: "2026-11-23"}, Exploit: f.exploit},
		Location:  finding.Location{Path: lockOf(f.ecosystem), Region: finding.Region{StartLine: 20 + roll(f.id)%300}},
	}
	if f.kev {
		out.Threat.KEV = &finding.KEV{Added: "2023-10-10", Due: "2023-10-31", Ransomware: f.ransomware}
	}
	if p.kind == "image" {
		out.Location = finding.Location{Path: "var/lib/dpkg/status", Logical: []finding.Logical{{Kind: "layer", Name: "sha256:4f1c"}}}
		return out
	}
	out.Component.Why = []string{"app@1.0.0", f.name + "@" + f.version}
	switch roll(p.name, f.id) % 3 {
	case 0:
		at := finding.Location{Path: "src/server/main.ts", Region: finding.Region{StartLine: 41}, Snippet: "  app.post(\"/orders\", handle)"}
		in := finding.Location{Path: "src/orders/handle.ts", Region: finding.Region{StartLine: 88}, Snippet: "  merge(order, request.body)"}
		out.Reach = &finding.Reachability{State: finding.Reachable, Symbols: []string{f.symbol}}
		out.Flow = []finding.Step{{Location: at, Message: "A request comes in"}, {Location: in, Message: "handle gives it to " + f.name}, {Location: in, Message: cmp.Or(f.symbol, "The faulty code") + " is called"}}
		if p.internet == "open" {
			out.Exposure = &finding.Exposure{Internet: "open", Environment: p.environment, Workload: "Deployment shop/api", Path: []finding.Step{
				{Location: finding.Location{Path: "deploy/ingress.yaml", Region: finding.Region{StartLine: 12}}, Message: "Ingress shop takes https://shop.example/ from the internet"},
				{Location: finding.Location{Path: "deploy/service.yaml", Region: finding.Region{StartLine: 4}}, Message: "Service api hands it on"},
				{Location: finding.Location{Path: "deploy/api.yaml", Region: finding.Region{StartLine: 19}}, Message: "Deployment shop/api runs the image that is built from here"}}}
		}
	case 1:
		out.Reach = &finding.Reachability{State: finding.NotReachable, Because: "No code of the project imports " + f.name + " outside its tests."}
	}
	return out
}

func lockOf(ecosystem string) string {
	switch ecosystem {
	case "npm":
		return "package-lock.json"
	case "PyPI":
		return "requirements.txt"
	case "Go":
		return "go.mod"
	}
	return "pom.xml"
}

func (f *fault) asRule() finding.Rule {
	r := finding.Rule{ID: f.rule, Engine: f.class, Title: f.title, Severity: severityOf(f.severity), Confidence: finding.Firm, Why: f.why, Fix: f.fix}
	if f.cwe > 0 {
		r.CWE = []int{f.cwe}
	}
	return r
}

func (f *fault) finding(p *place, n int) finding.Finding {
	out := finding.Finding{Rule: f.rule, Engine: f.class, Severity: severityOf(f.severity), Confidence: finding.Firm, Message: f.message}
	line := 12 + roll(p.name, f.rule, n)%400
	switch {
	case strings.HasPrefix(f.path, "https://"):
		out.Location.Logical = []finding.Logical{{Kind: "url", Name: f.path + strings.Repeat("/step", n)}, {Kind: "method", Name: "GET"}}
	case strings.HasPrefix(f.path, "arn:"):
		out.Location.Logical = []finding.Logical{{Kind: "resource", Name: fmt.Sprintf("%s-%d", f.path, n)}}
	default:
		path := f.path
		if n > 0 {
			path = strings.Replace(path, "/", fmt.Sprintf("/part%d/", n), 1)
			if !strings.Contains(f.path, "/") {
				path = fmt.Sprintf("part%d/%s", n, path)
			}
		}
		out.Location = finding.Location{Path: path, Region: finding.Region{StartLine: line, EndLine: line, StartColumn: 1 + len(f.code) - len(strings.TrimLeft(f.code, " \t")), EndColumn: 1 + len([]rune(f.code))}, Snippet: f.code + "\n    return answer" + strings.Repeat(" ", n)}
	}
	if f.class == "secret" {
		out.Evidence, out.Secret = fmt.Sprintf("••••%04x", roll(p.name, f.rule, n)), finding.Conceal(fmt.Sprint(p.name, f.rule, n))
	}
	if f.class == "sast" && n%2 == 0 {
		out.Flow = []finding.Step{
			{Location: finding.Location{Path: out.Location.Path, Region: finding.Region{StartLine: line - 6}, Snippet: "def view(request):"}, Message: "A request comes in"},
			{Location: out.Location, Message: "It gets here unchecked"},
		}
	}
	return out
}

// packages are the URLs of what a place is made of: what has flaws, and more that has none.
func (p *place) packages() []string {
	var out []string
	for _, i := range p.flaws {
		if !slices.Contains(out, flaws[i].purl) {
			out = append(out, flaws[i].purl)
		}
	}
	for i, purl := range []string{"pkg:npm/react@18.2.0", "pkg:npm/express@4.18.2", "pkg:npm/%40types/node@20.11.5", "pkg:pypi/django@4.2.11", "pkg:pypi/urllib3@2.2.1",
		"pkg:golang/github.com/spf13/cobra@v1.8.0", "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.16.1", "pkg:maven/org.slf4j/slf4j-api@2.0.11", "pkg:deb/debian/zlib1g@1:1.2.13"} {
		if len(p.flaws) > 0 && roll(p.name, i)%2 == 0 {
			out = append(out, purl)
		}
	}
	return out
}
