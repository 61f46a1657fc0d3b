// Package ingest reads the reports of other tools: one file a tool, each a Format in the list of Formats.
//
// A report is read as a stream: what is held at one time is one finding, however long the report. The reader recognises tool and format by
// what the report holds. Whatever a report is, reading it ends in a Header or in an Error that names the byte; it never ends in half a report
// that looks whole. Secrets that a report quotes leave the reader only inside finding.Sensitive and masked everywhere else.
// The package must not judge, merge or store what it reads (see register), must not open a file and must not follow an address.
package ingest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/vex"
)

// Sink takes what a report holds, one thing at a time, in the order of the report. An error it returns ends the reading and comes back unchanged.
type Sink interface {
	// Begin names the format of the report, once and before anything else.
	Begin(Format) error
	// Rule says what is known about a kind of fault. It comes before the first finding that names it, and may come again; the first counts.
	Rule(finding.Rule) error
	// Finding is one finding of the tool. See the conventions in Format.
	Finding(finding.Finding) error
	// Package is one entry of a bill of materials; where are the files it was found in, if known.
	Package(p inventory.Package, where []string) error
	// Statement is one statement of a VEX document.
	Statement(vex.Statement) error
	// Note is a fact the reader of the import should know ("12 results have no place").
	Note(text string)
}

// Header is what a report says about itself.
type Header struct {
	// Format is the Name of the format that read it.
	Format string `json:"format"`
	// Tool is the program that made the report, as its makers write it ("Semgrep", "OWASP ZAP"), with its version where the report says it.
	Tool finding.Tool `json:"tool"`
	// Asset is what the report says it is about; zero where it does not say.
	Asset finding.Asset `json:"asset,omitzero"`
	// At is when the tool looked; zero where the report does not say.
	At time.Time `json:"at,omitzero"`
	// Partial are the reasons why the tool did not look at everything ("3 files could not be parsed"). While there is one, a finding that is
	// absent from the report proves nothing.
	Partial []string `json:"partial,omitempty"`
	// Covers are the classes of findings that the tool looked for; none means all that it can find. What is absent of another class proves nothing.
	Covers []string `json:"covers,omitempty"`
	// Bill is set where the report is a bill of materials: its own name and format ("CycloneDX 1.6").
	Bill string `json:"bill,omitempty"`
}

// Format is one kind of report. What its Read emits keeps these conventions:
//
//   - Rule.ID and Finding.Rule are the tool's own id of the check, unchanged. For a flaw in a package it is the first of: CVE, GHSA, the tool's id; the
//     others are Finding.Aliases (CVE, GHSA, GO-, PYSEC-, RUSTSEC-, SNYK-, DSA-, RHSA-…).
//   - Finding.Engine is the class of the finding, one of Classes. Rule.Engine is the same.
//   - Finding.Severity is the tool's, on our scale; Confidence the tool's where it has one, else finding.Firm.
//   - Finding.Message is one sentence about this instance. Rule.Title is short, Rule.Why and Rule.Fix are the tool's texts (HTML turned into plain text).
//   - Finding.Location.Path is relative where the report lets it be told; Region is the tool's; Snippet the tool's, secrets masked.
//   - Places that are not files are Location.Logical steps, outermost first. Kinds: url, method, parameter, host, port, resource, namespace, cluster,
//     account, region, image, layer, function, member, module, package, control.
//   - Packages are Finding.Component with PURL, Ecosystem (OSV's) and Name; Fixed are the versions the report names; Project is the lock file or target.
//     Component needs a name; PURL is made by sbom.PURL where the report has none.
//   - Threat holds CVSS vectors, score, EPSS and KEV as far as the report has them. Reach only where the tool proves it (govulncheck).
//   - A secret's value goes to Finding.Secret, its masked form to Evidence; it must not stand in Message, Snippet, Facts or anywhere else.
//   - What the tool's users have suppressed, accepted or marked false is emitted with Verdict{Action: finding.Waived, Because: who and why}.
//     What passed, was skipped or is informational without a fault (a passed check) is not emitted.
//   - Fingerprint is set only where the tool has an identity of its own that does not change with lines (SARIF partialFingerprints, a GUID that
//     the tool keeps between scans). Asset is set where one report is about several assets (hosts, accounts, images).
type Format struct {
	// Name is what people type: lower case, "trivy", "zap-xml".
	Name string
	// Title is what people read: "Trivy JSON".
	Title string
	// Is tells whether a report is of this format, by its first bytes.
	Is func(h *Head) bool
	// Read reads it.
	Read func(in *Input, out Sink) (Header, error)
}

// Classes are the classes of findings (Finding.Engine), by what is looked at.
func Classes() []string {
	return []string{"secret", "sast", "sca", "iac", "image", "pipeline", "dast", "network", "cluster", "cloud", "host", "licence", "test"}
}

// Formats lists every format that is read, in the order in which they are asked: the particular before the general.
func Formats() []Format {
	return slices.Concat(codeFormats(), dependencyFormats(), secretFormats(), infrastructureFormats(), cloudFormats(), dynamicFormats(), hostFormats(), generalFormats())
}

// Read reads one report. Name is the file's name or "", tool the Name of a format or "auto". The header's Format says which one read it.
func Read(ctx context.Context, name string, r io.Reader, tool string, out Sink) (Header, error) {
	in, err := newInput(ctx, r)
	if err != nil {
		return Header{}, err
	}
	head := newHead(name, in.head())
	format, err := choose(head, tool)
	if err != nil {
		return Header{}, err
	}
	if err := out.Begin(format); err != nil {
		return Header{}, err
	}
	h, err := format.Read(in, out)
	if err != nil {
		return Header{}, in.explain(format, err)
	}
	if err := in.exhausted(); err != nil {
		return Header{}, in.explain(format, err)
	}
	h.Format = format.Name
	return h, nil
}

// Recognise names the format of a report by its first bytes.
func Recognise(name string, head []byte) (Format, error) { return choose(newHead(name, head), "auto") }

func choose(head *Head, tool string) (Format, error) {
	formats := Formats()
	if tool != "" && tool != "auto" {
		for _, f := range formats {
			if f.Name == tool {
				return f, nil
			}
		}
		return Format{}, fmt.Errorf("tool %q: reeve knows %s", tool, strings.Join(names(formats), ", "))
	}
	for _, f := range formats {
		if f.Is(head) {
			return f, nil
		}
	}
	return Format{}, &Error{Offset: 0, Err: fmt.Errorf("not a report of a tool that reeve knows (%s); \"reeve import --help\" lists them, --tool names one", head.describe())}
}

func names(formats []Format) []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.Name)
	}
	return out
}
