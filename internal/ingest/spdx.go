package ingest

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/sbom"
)

var spdxFormat = Format{
	Name: "spdx", Title: "SPDX", Tool: "SPDX",
	Is: func(h *Head) bool {
		return h.Has("spdxVersion") || h.Has("sbom.spdxVersion") || h.Has("predicate.spdxVersion") || h.Has("@graph") && h.Contains("spdx.org/rdf/3") ||
			bytes.HasPrefix(bytes.TrimLeft(h.Data, " \t\r\n"), []byte("SPDXVersion:"))
	},
	Read: readSPDX,
}

// readSPDX reads a bill of materials in SPDX 2 (JSON, tag-value) or 3 (JSON-LD). What SPDX says of flaws are addresses and no findings.
func readSPDX(in *Input, h *Header, out Sink) error {
	h.Tool.Name, h.Tool.Version = spdxTool(in.head())
	s, err := sbom.Read(ownBounds{in})
	if err != nil {
		return err
	}
	return emitBill(h, s, out)
}

// spdxTool finds the tool among the creators, "Tool: syft-1.2.3", where they stand at the beginning.
func spdxTool(head []byte) (name, version string) {
	_, after, found := strings.Cut(string(head), "Tool: ")
	if !found {
		return "SPDX", ""
	}
	tool := oneLine(after[:min(len(after), max(0, strings.IndexAny(after, "\"\r\n\\")))], 100)
	if i := strings.LastIndexByte(tool, '-'); i > 0 && i+1 < len(tool) && strings.ContainsAny(tool[i+1:i+2], "v0123456789") {
		return tool[:i], strings.TrimPrefix(tool[i+1:], "v")
	}
	return cmp.Or(tool, "SPDX"), ""
}
