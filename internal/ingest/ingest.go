// Package ingest reads the reports of other tools: one file a tool, each a Format in the list of Formats.
//
// A report is read as a stream: what is held at one time is one finding, however long the report. The reader recognises tool and format by
// what the report holds. Whatever a report is, reading it ends in a Header or in an Error that names the byte; it never ends in half a report
// that looks whole. Secrets that a report quotes leave the reader only inside finding.Sensitive and masked everywhere else.
// The package must not judge, merge or store what it reads (see register), must not open a file and must not follow an address.
package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

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

// Format is one kind of report. What its Read emits keeps these conventions:
//
//   - Rule.ID and Finding.Rule are the tool's own id of the check, unchanged. For a flaw in a package it is the first of: CVE, GHSA, the tool's id; the
//     others are Finding.Aliases (CVE, GHSA, GO-, PYSEC-, RUSTSEC-, SNYK-, DSA-, RHSA-…).
//   - Rule.Engine is the class of the finding, one of Classes. Finding.Rule and Finding.Engine are the rule's: emit sees to that, and to it that names,
//     messages and places are not empty and that texts are bounded and valid UTF-8 without NUL.
//   - Finding.Severity is the tool's, on our scale; Confidence the tool's where it has one, else finding.Firm; Certain only what was proved.
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
	// Tool is the program that writes it, as Header.Tool has it. A format of many programs has its own name here, which counts where a report
	// names no program.
	Tool string
	// Nothing are the whole reports, without white space, that the tool writes where it found nothing and that do not tell which tool it was:
	// "[]", "null", "" (an empty file). They are read only where the format was asked for by its name.
	Nothing []string
	// Strict tells that Read refuses what it does not know, so that whatever it is asked to read it may.
	Strict bool
	// Is tells whether a report is of this format, by its first bytes.
	Is func(h *Head) bool
	// Read reads it. The header has the tool's name already.
	Read func(in *Input, h *Header, out Sink) error
}

// Classes are the classes of findings (Finding.Engine), by what is looked at; "gate" is what reeve's gate says about waivers.
func Classes() []string {
	return []string{"secret", "sast", "sca", "iac", "image", "pipeline", "dast", "network", "cluster", "cloud", "host", "licence", "test", "gate"}
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
	h := Header{Format: format.Name, Tool: finding.Tool{Name: format.Tool}}
	if err := format.read(in, head, &h, out); err != nil {
		return Header{}, in.explain(format, err)
	}
	return h, nil
}

// read makes sure that a report in which nothing was recognised is not taken for one in which nothing was found. What a head shows in full must
// be the tool's, whatever people say; of a longer report something must be.
func (f *Format) read(in *Input, head *Head, h *Header, out Sink) error {
	whole, short := head.whole()
	switch {
	case f.Is(head):
		return orNext(f.Read(in, h, out), in.exhausted)
	case short && slices.Contains(f.Nothing, whole):
		_, err := io.Copy(io.Discard, in)
		return err
	case short && whole == "":
		return errors.New("the report is empty, and this tool never writes an empty one: did it run to its end?")
	case f.Strict:
		return orNext(f.Read(in, h, out), in.exhausted)
	case short:
		return fmt.Errorf("this is not what the tool writes (%s)", head.describe())
	}
	seen := &witness{Sink: out}
	if err := orNext(f.Read(in, h, seen), in.exhausted); err != nil {
		return err
	}
	if !seen.some && len(h.Partial) == 0 {
		return fmt.Errorf("nothing in it is what the tool writes (%s)", head.describe())
	}
	return nil
}

func choose(head *Head, tool string) (Format, error) {
	formats := Formats()
	if tool != "" && tool != "auto" {
		for _, f := range formats {
			if f.Name == tool {
				return f, nil
			}
		}
		return Format{}, fmt.Errorf("tool %q: reeve knows %s", tool, names(formats))
	}
	for _, f := range formats {
		if f.Is(head) {
			return f, nil
		}
	}
	whole, short := head.whole()
	silent := slices.DeleteFunc(formats, func(f Format) bool { return !slices.Contains(f.Nothing, whole) })
	if short && len(silent) > 0 {
		return Format{}, &Error{Err: fmt.Errorf("the report is %s, which does not tell the tool: name it with --tool (%s)", cmp.Or(whole, "empty"), names(silent))}
	}
	return Format{}, &Error{Err: fmt.Errorf("not a report of a tool that reeve knows (%s); \"reeve import --help\" lists them, --tool names one", head.describe())}
}

func names(formats []Format) string {
	var out []string
	for _, f := range formats {
		out = append(out, f.Name)
	}
	return strings.Join(out, ", ")
}
