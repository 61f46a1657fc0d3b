package register

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

// ImportResult takes a result that is in memory as Import takes a report: as one look of its tool, whole or not at all.
func (r *Register) ImportResult(ctx context.Context, in Import, result *finding.Result) (Receipt, error) {
	text, err := json.Marshal(result)
	if err != nil {
		return Receipt{}, fmt.Errorf("import %s: %w", result.Tool.Name, err)
	}
	in.Format = "reeve"
	return r.Import(ctx, in, bytes.NewReader(text))
}

// Sees gives the source that a tool is on a branch of an asset, nil where it has never looked.
func (w *World) Sees(asset int64, tool, ref string) *Source {
	return w.Sources[w.ID(KindSource, sourceName(asset, tool, ref))]
}
