package ingest

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// veracodeFlaw is a flaw in code or in a running application, in words that all of Veracode's reports share.
type veracodeFlaw struct {
	cwe, weakness, category string
	severity                int
	description             string
	why, fix                string
	folder, file, line      string
	module, scope, function string
	url, parameter, method  string
	identity                finding.Fingerprint
	flow                    []finding.Step
	verdict                 *finding.Verdict
	references              []string
}

func (v *veracodeFlaw) emit(out Sink) error {
	rule := finding.Rule{
		ID: "CWE-" + v.cwe, Engine: "sast", Title: titleOf(v.weakness, v.category, "CWE-"+v.cwe), Why: v.why, Fix: v.fix, // Veracode names its checks by weakness
		Severity: veracodeSeverity(v.severity), Confidence: finding.Firm, CWE: cwesIn(v.cwe), References: v.references,
	}
	if v.function == "UNKNOWN" {
		v.function = ""
	}
	rule.Tags = texts(v.category)
	f := finding.Finding{
		Fingerprint: v.identity, Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(v.description, 500), Flow: v.flow, Verdict: v.verdict,
		Location: finding.Location{
			Path: veracodePath(v.folder, v.file), Region: lines(integer(v.line), 0),
			Logical: steps("module", v.module, "member", v.scope, "function", v.function),
		},
	}
	switch {
	case v.url != "":
		rule.Engine = "dast"
		f.Location = finding.Location{Logical: steps("url", v.url, "method", v.method, "parameter", v.parameter)}
	case secretCWE(rule.CWE):
		rule.Engine = "secret"
	}
	return emit(out, rule, f)
}

// veracodeSeverity reads 0 (informational) to 5 (very high).
func veracodeSeverity(level int) finding.Severity {
	switch level {
	case 0:
		return finding.Info
	case 1, 2:
		return finding.Low
	case 3:
		return finding.Medium
	case 4:
		return finding.High
	}
	return finding.Critical
}

// veracodePath joins folder and file, which some reports give together in either.
func veracodePath(folder, file string) string {
	folder = strings.ReplaceAll(folder, "\\", "/")
	switch {
	case folder == "":
		return rooted(file)
	case file == "" || strings.HasSuffix(folder, "/"+path.Base(file)):
		return rooted(folder)
	}
	return rooted(path.Join(folder, file))
}

// veracodeParts takes a description of the form "<span>what</span> <span>remedy</span> <span>References: …</span>" apart.
func veracodeParts(html string) (what, fix string, references []string) {
	for i, part := range strings.Split(html, "</span>") {
		text := flat(part)
		switch {
		case strings.HasPrefix(text, "References:"):
			for _, link := range strings.Split(part, "href=")[1:] {
				link = strings.TrimLeft(link, `\"'`)
				if end := strings.IndexAny(link, `\"' >`); end > 0 {
					references = append(references, link[:end])
				}
			}
		case i == 0:
			what = text
		case i == 1:
			fix = text
		}
	}
	return what, fix, references
}

// veracodeLibrary takes a library's id apart: "maven:com.h2database:h2:2.1.214:", of type, one or two coordinates, version and platform.
func veracodeLibrary(id, name, version string) *finding.Component {
	parts := strings.Split(id, ":")
	if len(parts) < 4 {
		return new(componentIn("", name, version))
	}
	ecosystem := ecosystemOf(parts[0], "")
	switch separator := map[string]string{"Maven": ":", "Packagist": "/", "Go": "/", "npm": "/"}[ecosystem]; {
	case parts[2] != "":
		name = parts[1] + separator + parts[2]
	case parts[1] != "":
		name = parts[1]
	}
	if parts[3] != "" {
		version = parts[3]
	}
	return new(componentIn(ecosystem, name, version))
}

// veracodeCVE gives the name of a CVE that some reports write without "CVE-".
func veracodeCVE(id string) string {
	if len(id) > 8 && id[4] == '-' && integer(id) > 1998 {
		return "CVE-" + id
	}
	return id
}

// veracodePage is what the pages of Veracode's APIs say of themselves.
type veracodePage struct{ TotalElements int }

// note says that a page is not all.
func (p *veracodePage) note(h *Header, seen int) {
	if p.TotalElements > seen {
		missed(h, "this page has %d of %d findings", seen, p.TotalElements)
	}
}
