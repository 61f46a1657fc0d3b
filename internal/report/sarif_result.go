package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// sarifResultOf writes a finding; rules gives each rule's place in the driver's list.
func sarifResultOf(r *finding.Result, f *finding.Finding, rules map[string]int) *sarifResult {
	out := &sarifResult{
		RuleID:              f.Rule,
		Level:               sarifLevel(f.Urgency()),
		Message:             sarifMessage{Text: messageText(cmp.Or(f.Message, f.Rule))},
		Locations:           []sarifLocation{sarifLocationOf(f, &f.Location, f.Evidence)},
		CodeFlows:           sarifFlow(f),
		Fixes:               sarifFixes(f),
		PartialFingerprints: map[string]string{fingerprintKey: string(f.Fingerprint), githubKey: string(f.Fingerprint) + ":1"},
		Properties: &sarifResultBag{
			SecuritySeverity: looseText(urgencyScore(f)), Engine: f.Engine,
			Severity: &f.Severity, Confidence: &f.Confidence, Reasons: f.Reasons, Evidence: f.Evidence,
			Facts: f.Facts, History: f.History, Verdict: f.Verdict, Aliases: f.Aliases,
			sarifContext: sarifContext{f.Component, f.Threat, f.Reach, f.Exposure, f.Rank},
		},
	}
	if out.Message.Text != f.Message {
		out.Properties.Message = f.Message
	}
	if i, known := rules[f.Rule]; known {
		out.RuleIndex = &i
	}
	for i := range f.Also {
		l := sarifLocationOf(f, &f.Also[i], "")
		l.ID = i + 1
		out.RelatedLocations = append(out.RelatedLocations, l)
	}
	if f.Asset != (finding.Asset{}) {
		out.Properties.Asset = &f.Asset
	}
	if out.Fixes == nil && (f.Fix.Text != "" || len(f.Fix.Edits) > 0) {
		out.Properties.Fix = &f.Fix
	}
	sarifVerdict(out, r, f)
	return out
}

// urgencyScore is the finding's weight on the scale of 0 to 10 that GitHub sorts by.
func urgencyScore(f *finding.Finding) string {
	if f.Rank != nil {
		return strconv.FormatFloat(float64(f.Rank.Score)/10, 'f', 1, 64)
	}
	return securitySeverity(f.Severity)
}

// messageText makes a message safe to show: visible, and without the embedded links that SARIF viewers make of
// "[text](place)" (section 3.11.6). Where that changes it, the bag holds what it was.
func messageText(s string) string {
	lines, _ := visibleLines(s, 50)
	return strings.ReplaceAll(strings.Join(lines, "\n"), "](", "] (")
}

// sarifVerdict says in SARIF's words what the gate made of the finding. With a decision every result has a baseline
// state, as the standard demands; a finding that was not judged counts as new.
func sarifVerdict(out *sarifResult, r *finding.Result, f *finding.Finding) {
	v := f.Verdict
	if r.Decision != nil {
		out.BaselineState = "new"
		if v != nil && !v.New {
			out.BaselineState = "unchanged"
		}
	}
	if v != nil && v.Action == finding.Waived {
		out.Suppressions = []sarifSuppress{{Kind: waiverKind(v), Status: "accepted", Justification: v.Because}}
	}
}

// waiverKind tells a waiver beside the code from one in the configuration. The verdict's sentence is all there is to
// go by: it quotes the inline mark.
func waiverKind(v *finding.Verdict) string {
	if strings.Contains(v.Because, "reeve:ignore") {
		return "inSource"
	}
	return "external"
}

// sarifLocationOf writes a place. Viewers (GitHub among them) refuse a result without an artifact, so a place that
// has no path gets one that says what it is; the bag remembers that it is none.
func sarifLocationOf(f *finding.Finding, l *finding.Location, evidence string) sarifLocation {
	bag := sarifLocationBag{Surface: l.Surface, Blob: l.Blob, Commit: l.Commit}
	p := &sarifPhysical{Artifact: sarifArtifactOf(l.Path), Region: sarifRegionOf(l.Region)}
	if l.Path == "" {
		bag.NoPath = true
		p.Artifact = sarifArtifactLocation{URI: escapePath(standInPath(f, l)), Description: &sarifText{Text: placeOf(l)}}
	}
	switch {
	case l.Snippet == "":
	case l.Region.StartLine > 0:
		p.Context = &sarifRegion{
			StartLine: l.Region.StartLine, EndLine: max(l.Region.StartLine, l.Region.EndLine), Snippet: &sarifText{Text: l.Snippet},
		}
	default:
		bag.Snippet = l.Snippet
	}
	if p.Region != nil && evidence != "" {
		p.Region.Snippet = &sarifText{Text: evidence}
	}
	out := sarifLocation{Physical: p}
	if bag != (sarifLocationBag{}) {
		out.Bag = &bag
	}
	for _, step := range l.Logical {
		logical := sarifLogicalLocation{FullyQualifiedName: step.Name, Kind: step.Kind}
		if !slices.Contains(out.Logical, logical) {
			out.Logical = append(out.Logical, logical)
		}
	}
	return out
}

// standInPath names a place without a path: the commit whose message it is, or the resource it belongs to.
func standInPath(f *finding.Finding, l *finding.Location) string {
	parts := []string{strings.ReplaceAll(string(l.Surface), " ", "-"), cmp.Or(l.Commit, l.Blob)}
	if l.Surface == "" {
		parts = []string{cmp.Or(f.Asset.Kind, f.Engine)}
		for _, step := range l.Logical {
			parts = append(parts, strings.ReplaceAll(step.Name, "/", "."))
		}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return cmp.Or(strings.Join(parts, "/"), "unknown")
}

func sarifArtifactOf(path string) sarifArtifactLocation {
	a := sarifArtifactLocation{URI: escapePath(path), BaseID: sourceRoot}
	if strings.HasPrefix(path, "/") {
		a.BaseID = ""
	}
	return a
}

// escapePath percent-encodes a path as a relative URI reference (RFC 3986), byte by byte, so that no path is changed,
// not even one that is not UTF-8. A second leading slash is encoded: two would name a host.
func escapePath(path string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=@"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		if strings.IndexByte(plain, c) >= 0 && !(i == 1 && c == '/' && path[0] == '/') {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(hexDigits(uint64(c), 2)))
		}
	}
	return b.String()
}

// sarifRegionOf writes a region; one that tells neither its line nor its bytes is none (section 3.30.1).
func sarifRegionOf(g finding.Region) *sarifRegion {
	out := &sarifRegion{}
	if g.StartLine > 0 {
		out.StartLine, out.StartColumn, out.EndLine, out.EndColumn = g.StartLine, max(0, g.StartColumn), max(0, g.EndLine), max(0, g.EndColumn)
	}
	if g.Length > 0 || g.Offset > 0 {
		offset, length := max(0, g.Offset), max(0, g.Length)
		out.ByteOffset, out.ByteLength = &offset, &length
	}
	if *out == (sarifRegion{}) {
		return nil
	}
	return out
}

func sarifFlow(f *finding.Finding) []sarifCodeFlow {
	if len(f.Flow) == 0 {
		return nil
	}
	steps := make([]sarifThreadFlowLocation, len(f.Flow))
	for i := range f.Flow {
		l := sarifLocationOf(f, &f.Flow[i].Location, "")
		l.Message = &sarifMessage{Text: f.Flow[i].Message}
		steps[i].Location = &l
	}
	return []sarifCodeFlow{{ThreadFlows: []sarifThreadFlow{{Locations: steps}}}}
}

// sarifFixes writes the edits as one fix. Edits of one file that follow each other share a change, so their order stays.
// An edit of a whole file has no form in SARIF; then there is no fix, and the edits stand in the bag.
func sarifFixes(f *finding.Finding) []sarifFix {
	if len(f.Fix.Edits) == 0 {
		return nil
	}
	var fix sarifFix
	if f.Fix.Text != "" {
		fix.Description = &sarifText{Text: f.Fix.Text}
	}
	for i, e := range f.Fix.Edits {
		region := sarifRegionOf(e.Region)
		if region == nil {
			return nil
		}
		if i == 0 || e.Path != f.Fix.Edits[i-1].Path {
			fix.Changes = append(fix.Changes, sarifArtifactChange{Artifact: sarifArtifactOf(e.Path)})
		}
		last := &fix.Changes[len(fix.Changes)-1]
		last.Replacements = append(last.Replacements, sarifReplacement{Deleted: *region, Inserted: &sarifText{Text: e.New}})
	}
	return []sarifFix{fix}
}
