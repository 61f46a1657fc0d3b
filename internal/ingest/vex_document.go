package ingest

import (
	"cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/vex"
)

var openVEXFormat = Format{
	Name: "openvex", Title: "OpenVEX",
	Is: func(h *Head) bool {
		return h.Has("statements.status") && (h.Has("statements.vulnerability") || h.Contains("openvex")) || h.Has("@context", "statements") ||
			h.Has("predicate.statements")
	},
	Read: func(in *Input, out Sink) (Header, error) {
		head := newHead("", in.head())
		return readVEX(in, out, Header{Tool: finding.Tool{Name: cmp.Or(oneLine(head.Text("tooling"), 100), "OpenVEX")}, At: timeOf(head.Text("timestamp"))})
	},
}

var csafFormat = Format{
	Name: "csaf", Title: "CSAF 2.0",
	Is: func(h *Head) bool {
		return h.Has("document.csaf_version") || h.Has("document.tracking", "document.publisher")
	},
	Read: func(in *Input, out Sink) (Header, error) {
		head := newHead("", in.head())
		at := cmp.Or(head.Text("document.tracking.current_release_date"), head.Text("document.tracking.initial_release_date"))
		return readVEX(in, out, Header{Tool: finding.Tool{Name: cmp.Or(oneLine(head.Text("document.publisher.name"), 100), "CSAF")}, At: timeOf(at)})
	},
}

// readVEX reads what a document says about whether flaws matter in products. One that says nothing of the kind, such as an advisory without
// status, gives nothing.
func readVEX(in *Input, out Sink, h Header) (Header, error) {
	list, err := vex.Read("", ownBounds{in})
	if err != nil {
		return h, err
	}
	if len(list) == 0 {
		out.Note("the document says of no product whether a flaw matters in it")
	}
	for _, s := range list {
		if err := out.Statement(s); err != nil {
			return h, &sinkError{err}
		}
	}
	return h, nil
}
