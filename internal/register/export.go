package register

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"github.com/reevehq/reeve/internal/store"
)

// Exported is one event of the log with all its records, as Export writes it.
type Exported struct {
	Seq   int64           `json:"seq"`
	At    time.Time       `json:"at"`
	Known time.Time       `json:"known"`
	Actor string          `json:"actor"`
	Kind  string          `json:"kind"`
	Data  json.RawMessage `json:"data"`
	// Hash is the event's, in hex.
	Hash string `json:"hash"`
	// Records are what the event made so.
	Records []json.RawMessage `json:"records"`
}

// Export writes every event with its records, one JSON text a line, in the order of the log. One event's records are held at a time, block by block.
func (r *Register) Export(ctx context.Context, to io.Writer) error {
	out := bufio.NewWriterSize(to, 1<<16)
	for after := int64(0); ; {
		var part []store.Event
		if err := r.db.Events(ctx, after, 100, func(e store.Event) error { part = append(part, e); return nil }); err != nil {
			return err
		}
		if len(part) == 0 {
			return out.Flush()
		}
		for i := range part {
			if err := r.exportEvent(ctx, out, &part[i]); err != nil {
				return err
			}
			after = part[i].Seq
		}
	}
}

func (r *Register) exportEvent(ctx context.Context, out *bufio.Writer, e *store.Event) error {
	head, err := json.Marshal(Exported{
		Seq: e.Seq, At: moment(e.At), Known: moment(e.Known), Actor: e.Actor, Kind: e.Kind, Data: e.Data, Hash: hex.EncodeToString(e.Hash), Records: []json.RawMessage{},
	})
	if err != nil {
		return err
	}
	_, _ = out.Write(head[:len(head)-len("]}")]) // a bufio.Writer keeps its first error for Flush
	first := true
	for n := range e.Blocks {
		block, err := r.db.Block(ctx, e.Seq, n)
		if err != nil {
			return err
		}
		texts, err := lines(block)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if !first {
				_ = out.WriteByte(',')
			}
			first = false
			_, _ = out.Write(text)
		}
	}
	_, err = out.WriteString("]}\n")
	return err
}
