package ingest

import (
	"cmp"

	"github.com/reevehq/reeve/internal/vex"
)

var openVEXFormat = Format{
	Name: "openvex", Title: "OpenVEX", Tool: "OpenVEX",
	Is: func(h *Head) bool {
		return h.Has("statements.status") && (h.Has("statements.vulnerability") || h.Contains("openvex")) || h.Has("@context", "statements") ||
			h.Has("predicate.statements")
	},
	Read: func(in *Input, h *Header, out Sink) error {
		head := newHead("", in.head())
		h.Tool.Name, h.At = cmp.Or(oneLine(head.Text("tooling"), 100), h.Tool.Name), timeOf(head.Text("timestamp"))
		return readVEX(in, out)
	},
}

var csafFormat = Format{
	Name: "csaf", Title: "CSAF 2.0", Tool: "CSAF",
	Is: func(h *Head) bool {
		return h.Has("document.csaf_version") || h.Has("document.tracking", "document.publisher")
	},
	Read: func(in *Input, h *Header, out Sink) error {
		head := newHead("", in.head())
		at := cmp.Or(head.Text("document.tracking.current_release_date"), head.Text("document.tracking.initial_release_date"))
		h.Tool.Name, h.At = cmp.Or(oneLine(head.Text("document.publisher.name"), 100), h.Tool.Name), timeOf(at)
		return readVEX(in, out)
	},
}

// readVEX reads what a document says about whether flaws matter in products. One that says nothing of the kind, such as an advisory without
// status, gives nothing.
func readVEX(in *Input, out Sink) error {
	list, err := vex.Read("", ownBounds{in})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		out.Note("the document says of no product whether a flaw matters in it")
	}
	for _, s := range list {
		if err := out.Statement(s); err != nil {
			return &sinkError{err}
		}
	}
	return nil
}
