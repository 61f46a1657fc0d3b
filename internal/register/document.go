package register

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/store"
)

func decodeDoc(doc []byte) (*finding.Finding, error) {
	var f finding.Finding
	if err := json.Unmarshal(doc, &f); err != nil {
		return nil, fmt.Errorf("read finding: %w", err)
	}
	return &f, nil
}

// blockReader is a database or a write.
type blockReader interface {
	Block(ctx context.Context, seq, n int64) ([]byte, error)
}

// document reads a finding's text out of the log.
func (r *Register) document(ctx context.Context, from blockReader, seq, n int64) (*finding.Finding, error) {
	block, err := from.Block(ctx, seq, n/blockSize)
	if err != nil {
		return nil, err
	}
	texts, err := lines(block)
	if err != nil {
		return nil, err
	}
	if at := int(n % blockSize); at < len(texts) {
		var record struct{ Doc json.RawMessage }
		if err := json.Unmarshal(texts[at], &record); err != nil {
			return nil, fmt.Errorf("read record %d of event %d: %w", n, seq, err)
		}
		return decodeDoc(record.Doc)
	}
	return nil, fmt.Errorf("record %d of event %d: %w", n, seq, store.ErrNotFound)
}
