package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodePipelineFormat = Format{
	Name: "veracode-pipeline", Title: "Veracode pipeline scan JSON",
	Is: func(h *Head) bool {
		return h.Has("findings.issue_type_id", "findings.cwe_id") || h.Has("findings.flaw_match", "findings.cwe_id") || h.Has("scan_id", "scan_status", "findings", "modules")
	},
	Read: readVeracodePipeline,
}

// readVeracodePipeline reads results.json and filtered_results.json of the pipeline scan (docs.veracode.com, "Pipeline Scan results").
func readVeracodePipeline(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Veracode"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "project_name":
			var project text
			err := j.value(&project)
			if project != "" {
				h.Asset = finding.Asset{Kind: "repository", Name: string(project)}
			}
			return err
		case "pipeline_scan":
			var version text
			err := j.value(&version)
			h.Tool.Version = string(version)
			return err
		case "scan_status":
			var status text
			err := j.value(&status)
			if status != "" && status != "SUCCESS" {
				h.Partial = append(h.Partial, oneLine(fmt.Sprintf("scan status %s", status), 200))
			}
			return err
		case "findings":
			return each(j, func(p *veracodePipelineFinding) error { return p.emit(out) })
		}
		return j.skip()
	})
	return h, err
}

type veracodePipelineFinding struct {
	Title, Severity, IssueType, IssueTypeID, CWEID, DisplayText, FlawDetailsLink text

	Files struct {
		SourceFile struct {
			File, Line, FunctionName, QualifiedFunctionName, FunctionPrototype, Scope text
		}
	}
	FlawMatch struct {
		ProcedureHash, PrototypeHash, FlawHash, FlawHashCount, FlawHashOrdinal, CauseHash, CauseHashCount, CauseHashOrdinal text
	}
	StackDumps struct {
		StackDump list[struct{ Frame list[veracodeFrame] }]
	}
}

type veracodeFrame struct{ FunctionName, SourceFile, SourceLine, VarNames, QualifiedFunctionName text }

func (p *veracodePipelineFinding) emit(out Sink) error {
	what, fix, references := veracodeParts(string(p.DisplayText))
	if p.FlawDetailsLink != "" {
		references = append(references, string(p.FlawDetailsLink))
	}
	s, m := &p.Files.SourceFile, &p.FlawMatch
	flaw := veracodeFlaw{
		cwe: string(p.CWEID), weakness: string(p.IssueType), severity: number(string(p.Severity)), description: what, fix: fix, references: references,
		file: string(s.File), line: string(s.Line), scope: string(s.Scope), function: string(s.FunctionName),
	}
	if m.FlawHash != "" { // hashes of code, by which baselines are matched
		flaw.identity = finding.Fingerprint(strings.Join([]string{
			string(p.CWEID), string(m.ProcedureHash), string(m.PrototypeHash), string(m.FlawHash), string(m.FlawHashOrdinal), string(m.CauseHash), string(m.CauseHashOrdinal),
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
	return finding.Step{Message: oneLine(veracodeCode(string(f.VarNames)), 300), Location: finding.Location{
		Path: rooted(string(f.SourceFile)), Region: lines(number(string(f.SourceLine)), 0), Logical: logical("function", string(f.QualifiedFunctionName)),
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
