package ingest

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/lockfile"
	"github.com/reevehq/reeve/internal/report"
)

// SARIF has no place for packages. Every tool that finds flaws in packages writes them into its texts, in one of few ways.

var flawName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(CVE-[0-9]{4}-[0-9]{4,}|GHSA(?:-[0-9a-z]{4}){3}|GO-[0-9]{4}-[0-9]+|PYSEC-[0-9]{4}-[0-9]+|RUSTSEC-[0-9]{4}-[0-9]+|` +
		`SNYK-[A-Z0-9]+(?:-[A-Z0-9]+)*-[0-9]+|BDSA-[0-9]{4}-[0-9]+|MAL-[0-9]{4}-[0-9]+|ALAS[0-9]*-[0-9]{4}-[0-9]+|(?:DSA|DLA|USN)-[0-9]+-[0-9]+|(?:RHSA|ELSA)-[0-9]{4}[:-][0-9]+)`)
})

// sarifFlaws names the flaw that a rule is about. The rule's id comes first; tags (govulncheck), and the description where it begins with
// the names in parentheses (Snyk), add others.
func sarifFlaws(from *report.Foreign) []string {
	r := from.Rule
	ids := flawName().FindAllString(r.ID, 4)
	for _, t := range r.Tags {
		ids = append(ids, flawName().FindAllString(t, 4)...)
	}
	if inside, _, ok := strings.Cut(strings.TrimPrefix(r.Why, "("), ")"); ok && strings.HasPrefix(r.Why, "(") {
		ids = append(ids, flawName().FindAllString(inside, 4)...)
	}
	if len(ids) == 0 {
		ids = []string{r.ID}
	}
	return ids
}

// sarifFlaw makes a flaw of a result whose package its tool's dialect tells; else false.
func sarifFlaw(rule *sarifRule, f *finding.Finding, from *report.Foreign) (*flaw, bool) {
	p := packageInSARIF(f, from.Rule)
	if p == nil || p.name == "" && p.purl == "" || rule.flaws == nil {
		return nil, false
	}
	w := &flaw{
		ids: append(slices.Clone(rule.flaws), p.aliases...), title: strings.TrimPrefix(from.Rule.Title, "["+from.Rule.ID+"] "), text: from.Rule.Why, references: from.Rule.References,
		cwe: from.Rule.CWE, severity: f.Severity, at: f.Location, also: f.Also, reach: p.reach, flow: f.Flow, advice: p.advice, class: rule.Engine,
	}
	if w.at.Region == (finding.Region{StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1}) {
		w.at.Region = finding.Region{} // what tools write where they know no line
	}
	w.component = componentFor(p.purl, p.kind, p.release, p.name, p.version)
	w.component.Fixed = p.fixed
	if lockfile.Match(f.Location.Path) != nil {
		w.component.Project = f.Location.Path
	}
	if f.Verdict != nil {
		w.waived = f.Verdict.Because
	}
	return w, true
}

// sarifPackage is the package that a result is about, as far as the dialect tells it. Kind is the tool's word for its ecosystem, release
// that of a distribution.
type sarifPackage struct {
	purl, kind, release, name, version string
	fixed, aliases                     []string
	advice                             string
	reach                              *finding.Reachability
}

// packageInSARIF tries the dialects, the exact before the prose; nil where none fits.
func packageInSARIF(f *finding.Finding, r *finding.Rule) *sarifPackage {
	for _, dialect := range []func(*finding.Finding, *finding.Rule) *sarifPackage{
		purlDialect, formDialect, osvDialect, govulncheckDialect, tableDialect, grypeDialect, snykDialect, clairDialect,
	} {
		if p := dialect(f, r); p != nil {
			return p
		}
	}
	return nil
}

// purlDialect is OWASP Dependency-Check's: the package URL is a logical place.
func purlDialect(f *finding.Finding, _ *finding.Rule) *sarifPackage {
	for _, l := range f.Location.Logical {
		if strings.HasPrefix(l.Name, "pkg:") {
			return &sarifPackage{purl: l.Name}
		}
	}
	return nil
}

// formDialect is Trivy's and Docker Scout's: the message is a form.
func formDialect(f *finding.Finding, _ *finding.Rule) *sarifPackage {
	form := formOf(f.Message)
	name := form["package"]
	if name == "" {
		return nil
	}
	p := &sarifPackage{kind: fileEcosystem(f.Location.Path), name: name, version: form["installed version"], fixed: fixedIn(form["fixed version"])}
	if strings.HasPrefix(name, "pkg:") {
		p.purl, p.name = name, ""
	}
	if strings.HasPrefix(form["fixed version"], "not fixed") {
		p.fixed = nil
	}
	return p
}

var osvSentence = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^Package '(.+)@([^@']*)' is vulnerable to '([^']+)'(?: \(also known as '(.+)'\))?`)
})

// osvDialect is OSV-Scanner's.
func osvDialect(f *finding.Finding, r *finding.Rule) *sarifPackage {
	m := osvSentence().FindStringSubmatch(f.Message)
	if m == nil {
		return nil
	}
	p := &sarifPackage{name: m[1], version: m[2], aliases: flawName().FindAllString(m[4], 20), kind: fileEcosystem(f.Location.Path)}
	for _, row := range markdownRows(r.Fix) {
		if row["package name"] == p.name && row["fixed version"] != "" {
			p.fixed = append(p.fixed, row["fixed version"])
		}
	}
	return p
}

var govulncheckSentence = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^Your code (calls vulnerable functions|imports|depends on) .*?\(([^)]*)\)`)
})

// govulncheckDialect proves what is called.
func govulncheckDialect(f *finding.Finding, r *finding.Rule) *sarifPackage {
	m := govulncheckSentence().FindStringSubmatch(f.Message)
	if m == nil || !strings.HasPrefix(r.ID, "GO-") {
		return nil
	}
	p := &sarifPackage{kind: "golang", name: goModule(strings.Split(m[2], ",")[0]), reach: &finding.Reachability{Because: oneLine(f.Message, 500)}}
	for _, step := range f.Flow {
		if rest, ok := strings.CutPrefix(step.Location.Path, p.name+"@v"); ok {
			p.version, _, _ = strings.Cut(rest, "/")
		}
	}
	switch m[1] {
	case "depends on":
		p.reach.State = finding.NotReachable
	case "imports":
		p.reach.State = finding.Imported
	default:
		p.reach.State = finding.Reachable
	}
	return p
}

// goModule gives the module of a package, which for the great hosts shows in its path.
func goModule(pkg string) string {
	host, _, _ := strings.Cut(pkg, "/")
	parts := strings.Split(pkg, "/")
	switch {
	case !strings.Contains(host, "."):
		return "stdlib"
	case slices.Contains([]string{"github.com", "gitlab.com", "bitbucket.org", "golang.org"}, host) && len(parts) > 3:
		if n := 3; strings.HasPrefix(parts[n], "v") && strings.Trim(parts[n][1:], "0123456789") == "" && parts[n] != "v" {
			return strings.Join(parts[:4], "/")
		}
		return strings.Join(parts[:3], "/")
	}
	return pkg
}

// tableDialect is Grype's and old Trivy's: the rule's help has a table of one row.
func tableDialect(_ *finding.Finding, r *finding.Rule) *sarifPackage {
	for _, row := range markdownRows(r.Fix) {
		if row["package"] == "" {
			continue
		}
		p := &sarifPackage{name: row["package"], version: row["version"], kind: row["type"], fixed: fixedIn(row["fix version"], row["fixed version"])}
		if p.version == "" {
			p.version = row["installed version"]
		}
		if space := strings.Split(row["data namespace"], ":"); len(space) == 4 && space[1] == "distro" { // "alpine:distro:alpine:3.18"
			p.kind, p.release = space[2], space[3]
		}
		return p
	}
	return nil
}

var grypeSentence = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`vulnerability in (\S+) package: (\S+), version (\S+) was found|reports (\S+) at version (\S+) .*\((\S+)\) package`)
})

// grypeDialect is Grype's where the rule has no help.
func grypeDialect(f *finding.Finding, _ *finding.Rule) *sarifPackage {
	switch m := grypeSentence().FindStringSubmatch(f.Message); {
	case m == nil:
		return nil
	case m[2] != "":
		return &sarifPackage{kind: m[1], name: m[2], version: m[3]}
	default:
		return &sarifPackage{kind: m[6], name: m[4], version: m[5]}
	}
}

var snykPackage = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\([^)]*\) )?(\S+)@(\S+)$`) })

// snykDialect is Snyk's for Open Source and Container: the description is the package, the help a form.
func snykDialect(f *finding.Finding, r *finding.Rule) *sarifPackage {
	form := formOf(r.Fix)
	m := snykPackage().FindStringSubmatch(strings.TrimSpace(r.Why))
	p := &sarifPackage{kind: form["package manager"], name: form["vulnerable module"], advice: f.Fix.Text}
	if m != nil {
		p.name, p.version = m[1], m[2]
	}
	if p.name == "" {
		return nil
	}
	if up, ok := strings.CutPrefix(f.Fix.Text, "Upgrade to "+p.name+"@"); ok {
		p.fixed = []string{strings.TrimSpace(up)}
	}
	return p
}

var clairSentence = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\[(\S+) - (\S+) - \S+\]`) })

// clairDialect is that of Clair's action.
func clairDialect(f *finding.Finding, _ *finding.Rule) *sarifPackage {
	if m := clairSentence().FindStringSubmatch(f.Message); m != nil {
		return &sarifPackage{name: m[1], version: m[2]}
	}
	return nil
}

// markdownRows reads the rows of all tables of a Markdown text, by column names in lower case.
func markdownRows(markdown string) []map[string]string {
	var out []map[string]string
	var columns []string
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			columns = nil
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case columns == nil:
			for i := range cells {
				cells[i] = strings.ToLower(cells[i])
			}
			columns = cells
		case strings.Trim(line, "|-: ") == "":
		default:
			row := map[string]string{}
			for i, c := range cells[:min(len(cells), len(columns))] {
				row[columns[i]] = c
			}
			if out = append(out, row); len(out) >= 100 {
				return out
			}
		}
	}
	return out
}
