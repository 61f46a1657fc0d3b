package ingest

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// semgrepPoint is a position; lines and columns count from 1.
type semgrepPoint struct{ Line, Col int }

func semgrepRegion(start, end semgrepPoint) finding.Region {
	return finding.Region{StartLine: start.Line, StartColumn: start.Col, EndLine: end.Line, EndColumn: end.Col}
}

// semgrepPlace is a location with the code that stands there.
type semgrepPlace struct {
	Location struct {
		Path       string
		Start, End semgrepPoint
	}
	Content string
}

func (p *semgrepPlace) step(message string) finding.Step {
	return finding.Step{Message: message, Location: finding.Location{
		Path: rooted(p.Location.Path), Region: semgrepRegion(p.Location.Start, p.Location.End), Snippet: p.Content,
	}}
}

// semgrepFlow is the path of tainted data that "--dataflow-traces" adds.
type semgrepFlow struct {
	TaintSource, TaintSink semgrepTrace
	IntermediateVars       []semgrepPlace
}

// steps puts the flow in its order: from where the data enters to where it does harm.
func (f *semgrepFlow) steps() []finding.Step {
	var calls []*semgrepTrace
	for t := &f.TaintSource; t != nil; t = t.inner {
		calls = append(calls, t)
	}
	var out []finding.Step
	for _, t := range slices.Backward(calls) { // the data comes back from what is called: the innermost place is first
		out = append(append(out, t.variables()...), t.place("source")...)
	}
	for i := range f.IntermediateVars {
		out = append(out, f.IntermediateVars[i].step("passes through"))
	}
	for t := &f.TaintSink; t != nil; t = t.inner {
		out = append(append(out, t.place("sink")...), t.variables()...)
	}
	return out
}

// semgrepTrace is an end of a flow: a place (["CliLoc", [location, content]]), or a call and what happens in the function that is called
// (["CliCall", [[location, content], variables, trace]]).
type semgrepTrace struct {
	at    semgrepPlace
	call  bool
	vars  []semgrepPlace
	inner *semgrepTrace
}

func (t *semgrepTrace) place(end string) []finding.Step {
	if t.at.Location.Path == "" {
		return nil
	}
	if t.call {
		end = "call"
	}
	return []finding.Step{t.at.step(end)}
}

func (t *semgrepTrace) variables() []finding.Step {
	var out []finding.Step
	for i := range t.vars {
		out = append(out, t.vars[i].step("passes through"))
	}
	return out
}

// UnmarshalJSONFrom reads it; what has another shape is left out, as a trace only explains.
func (t *semgrepTrace) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	tag := ""
	return tuple(dec, func(i int) error {
		switch {
		case i == 0 && dec.PeekKind() == '"':
			token, err := dec.ReadToken()
			if err != nil {
				return err
			}
			tag = token.String()
			t.call = tag == "CliCall"
			return nil
		case i == 1 && t.call:
			return t.readCall(dec)
		case i == 1 && tag == "CliLoc":
			return t.at.readPair(dec)
		}
		return dec.SkipValue()
	})
}

func (t *semgrepTrace) readCall(dec *jsontext.Decoder) error {
	return tuple(dec, func(i int) error {
		switch i {
		case 0:
			return t.at.readPair(dec)
		case 1:
			return json.UnmarshalDecode(dec, &t.vars)
		case 2:
			t.inner = &semgrepTrace{}
			return t.inner.UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}

// readPair reads [location, content].
func (p *semgrepPlace) readPair(dec *jsontext.Decoder) error {
	return tuple(dec, func(i int) error {
		switch i {
		case 0:
			return json.UnmarshalDecode(dec, &p.Location)
		case 1:
			return json.UnmarshalDecode(dec, &p.Content)
		}
		return dec.SkipValue()
	})
}

// tuple goes through an array whose elements mean different things; item must take the value. What is no array is skipped.
func tuple(dec *jsontext.Decoder, item func(i int) error) error {
	if dec.PeekKind() != '[' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for i := 0; dec.PeekKind() != ']'; i++ {
		if err := item(i); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}
