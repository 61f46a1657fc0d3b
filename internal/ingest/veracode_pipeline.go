package ingest

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodePipelineFormat = Format{
	Name: "veracode-pipeline", Title: "Veracode pipeline scan JSON", Tool: "Veracode",
	Is: func(h *Head) bool {
		return h.Has("findings.issue_type_id", "findings.cwe_id") || h.Has("findings.flaw_match", "findings.cwe_id") || h.Has("scan_id", "scan_status", "findings", "modules")
	},
	Read: readVeracodePipeline,
}

// readVeracodePipeline reads results.json and filtered_results.json of the pipeline scan (docs.veracode.com, "Pipeline Scan results").
func readVeracodePipeline(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "project_name":
			var project string
			err := j.value(&project)
			if project != "" {
				h.Asset = finding.Asset{Kind: "repository", Name: project}
			}
			return err
		case "pipeline_scan":
			var version string
			err := j.value(&version)
			h.Tool.Version = version
			return err
		case "scan_status":
			var status string
			err := j.value(&status)
			if status != "" && status != "SUCCESS" {
				missed(h, "scan status %s", status)
			}
			return err
		case "findings":
			return each(j, func(p *veracodePipelineFinding) error { return p.emit(out) })
		}
		return j.skip()
	})
}

type veracodePipelineFinding struct {
	Title, Severity, IssueType, IssueTypeID, CWEID, DisplayText, FlawDetailsLink string

	Files struct {
		SourceFile struct {
			File, Line, FunctionName, QualifiedFunctionName, FunctionPrototype, Scope string
		}
	}
	FlawMatch struct {
		ProcedureHash, PrototypeHash, FlawHash, FlawHashCount, FlawHashOrdinal, CauseHash, CauseHashCount, CauseHashOrdinal string
	}
	StackDumps struct {
		StackDump list[struct{ Frame list[veracodeFrame] }]
	}
}

type veracodeFrame struct{ FunctionName, SourceFile, SourceLine, VarNames, QualifiedFunctionName string }

func (p *veracodePipelineFinding) emit(out Sink) error {
	what, fix, references := veracodeParts(p.DisplayText)
	if p.FlawDetailsLink != "" {
		references = append(references, p.FlawDetailsLink)
	}
	s, m := &p.Files.SourceFile, &p.FlawMatch
	flaw := veracodeFlaw{
		cwe: p.CWEID, weakness: p.IssueType, severity: integer(p.Severity), description: what, fix: fix, references: references,
		file: s.File, line: s.Line, scope: s.Scope, function: s.FunctionName,
	}
	if m.FlawHash != "" { // hashes of code, by which baselines are matched
		flaw.identity = finding.Fingerprint(strings.Join([]string{
			p.CWEID, m.ProcedureHash, m.PrototypeHash, m.FlawHash, m.FlawHashOrdinal, m.CauseHash, m.CauseHashOrdinal,
		}, "/"))
	}
	if dumps := p.StackDumps.StackDump; len(dumps) > 0 && len(dumps[0].Frame) > 1 {
		for _, frame := range slices.Backward(dumps[0].Frame) { // the first frame is where it ends
			flaw.flow = append(flaw.flow, frame.step())
		}
	}
	return flaw.emit(out)
}

func (f *veracodeFrame) step() finding.Step {
	return finding.Step{Message: oneLine(veracodeCode(f.VarNames), 300), Location: finding.Location{
		Path: rooted(f.SourceFile), Region: lines(integer(f.SourceLine), 0), Logical: steps("function", f.QualifiedFunctionName),
	}}
}

// veracodeCode takes Veracode's marks ("/**X-VC scoperef targetid="28860" */") out of an expression.
func veracodeCode(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "/**X-VC")
		b.WriteString(before)
		_, after, closed := strings.Cut(rest, "*/")
		if !ok || !closed {
			return b.String()
		}
		s = after
	}
}
