package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

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
	// Decision is what a gate made of a change, where the report is that gate's, and Took how long it took; nil elsewhere.
	Decision *finding.Decision `json:"decision,omitempty"`
	Took     time.Duration     `json:"took,omitempty"`
	// Bill is set where the report is a bill of materials: its own name and format ("CycloneDX 1.6").
	Bill string `json:"bill,omitempty"`
}

// latest notes a time at which the tool looked, if none is later.
func (h *Header) latest(at string) {
	if t := timeOf(at); t.After(h.At) {
		h.At = t
	}
}

// maxPartial is how many reasons a header names one by one.
const maxPartial = 100

// missed notes in a header what the tool did not look at.
func missed(h *Header, format string, args ...any) {
	switch {
	case len(h.Partial) < maxPartial:
		h.Partial = append(h.Partial, strings.Trim(oneLine(fmt.Sprintf(format, args...), 300), ": "))
	case len(h.Partial) == maxPartial:
		h.Partial = append(h.Partial, "and more")
	}
}
