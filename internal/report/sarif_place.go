package report

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// placeReader turns SARIF's places into reeve's. run gives what they refer to by index; nil in a run that reeve wrote,
// which refers to nothing.
type placeReader struct{ run *sarifRun }

func (p placeReader) location(s *sarifLocation) finding.Location {
	var l finding.Location
	bag := s.Bag
	if bag == nil {
		bag = &sarifLocationBag{}
	}
	l.Surface, l.Blob, l.Commit, l.Snippet = bag.Surface, bag.Blob, bag.Commit, bag.Snippet
	if ph := s.Physical; ph != nil {
		if !bag.NoPath {
			l.Path = p.path(&ph.Artifact)
		}
		if ph.Region != nil {
			l.Region = regionOf(ph.Region)
			if p.run != nil { // reeve puts the masked evidence there
				l.Snippet = cmp.Or(l.Snippet, textOf(ph.Region.Snippet))
			}
		}
		if ph.Context != nil {
			l.Snippet = cmp.Or(textOf(ph.Context.Snippet), l.Snippet)
		}
	}
	for _, logical := range s.Logical {
		if name, kind := p.logical(logical); name != "" {
			l.Logical = append(l.Logical, finding.Logical{Kind: kind, Name: name})
		}
	}
	return l
}

func textOf(t *sarifText) string {
	if t == nil {
		return ""
	}
	return t.Text
}

func (p placeReader) logical(l sarifLogicalLocation) (name, kind string) {
	if p.run != nil && l.FullyQualifiedName == "" && l.Name == "" {
		if at, ok := indexed(p.run.LogicalLocations, l.Index); ok {
			l = *at
		}
	}
	return cmp.Or(l.FullyQualifiedName, l.Name), l.Kind
}

// indexed gives the element that a foreign index names, if there is one.
func indexed[T any](list []T, index *int) (*T, bool) {
	if index == nil || *index < 0 || *index >= len(list) {
		return nil, false
	}
	return &list[*index], true
}

// path gives the artifact's path relative to its root where the log tells the root.
func (p placeReader) path(a *sarifArtifactLocation) string {
	if p.run != nil && a.URI == "" {
		if at, ok := indexed(p.run.Artifacts, a.Index); ok {
			a = &at.Location
		}
	}
	uri := a.URI
	if p.run != nil && strings.HasPrefix(uri, "file:") {
		for _, base := range p.run.OriginalURIBaseIDs {
			if strings.HasSuffix(base.URI, "/") && strings.HasPrefix(uri, base.URI) {
				uri = uri[len(base.URI):]
				break
			}
		}
		uri = strings.TrimPrefix(uri, "file://")
	}
	path, err := url.PathUnescape(uri)
	if err != nil {
		return uri
	}
	return path
}

func regionOf(s *sarifRegion) finding.Region {
	g := finding.Region{
		StartLine: max(0, s.StartLine), StartColumn: max(0, s.StartColumn), EndLine: max(0, s.EndLine), EndColumn: max(0, s.EndColumn),
	}
	if s.ByteOffset != nil && s.ByteLength != nil {
		g.Offset, g.Length = max(0, *s.ByteOffset), max(0, *s.ByteLength)
	}
	return g
}

func (p placeReader) flow(flows []sarifCodeFlow) []finding.Step {
	if len(flows) == 0 || len(flows[0].ThreadFlows) == 0 {
		return nil
	}
	var steps []finding.Step
	for _, at := range flows[0].ThreadFlows[0].Locations {
		if shared, ok := p.shared(at.Index); ok && at.Location == nil {
			at = *shared
		}
		if at.Location == nil {
			continue
		}
		step := finding.Step{Location: p.location(at.Location)}
		if m := at.Location.Message; m != nil {
			step.Message = cmp.Or(m.Text, m.Markdown)
		}
		steps = append(steps, step)
	}
	return steps
}

func (p placeReader) shared(index *int) (*sarifThreadFlowLocation, bool) {
	if p.run == nil {
		return nil, false
	}
	return indexed(p.run.ThreadFlowLocations, index)
}

// fix takes the first fix, which is the one its tool prefers.
func (p placeReader) fix(out *finding.Fix, fixes []sarifFix) {
	if len(fixes) == 0 {
		return
	}
	out.Text = cmp.Or(textOf(fixes[0].Description), out.Text)
	for _, change := range fixes[0].Changes {
		path := p.path(&change.Artifact)
		for _, r := range change.Replacements {
			if regionOf(&r.Deleted) == (finding.Region{}) { // told in a way that is not read, as characters from the start; not the whole file
				out.Edits = nil
				return
			}
			out.Edits = append(out.Edits, finding.Edit{Path: path, Region: regionOf(&r.Deleted), New: textOf(r.Inserted)})
		}
	}
}
