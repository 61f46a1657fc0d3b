package register

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/store"
)

// Record is one line of an event: what is so from then on. A rebuild needs nothing else. Exactly one of Entity and the others is set.
type Record struct {
	Entity *EntityRecord `json:"entity,omitempty"`
	// Bill is a bill of materials.
	Bill *BillRecord `json:"bill,omitempty"`
	// Finding and Sighting are whole rows as they are after the event.
	Finding  *store.Finding  `json:"finding,omitempty"`
	Sighting *store.Sighting `json:"sighting,omitempty"`
	// Doc is the finding's new text. Rows refer to it by the number of the record in the event.
	Doc json.RawMessage `json:"doc,omitempty"`
	// Step is what happened to the finding, where something did that people want to read later.
	Step *Step `json:"step,omitempty"`
}

// EntityRecord is an entity as it is after the event.
type EntityRecord struct {
	Kind    string          `json:"kind"`
	ID      int64           `json:"id"`
	Name    string          `json:"name"`
	Doc     json.RawMessage `json:"doc,omitempty"`
	Dropped bool            `json:"dropped,omitempty"`
}

// Step is a step in a finding's life.
type Step struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// The kinds of steps.
const (
	StepOpened   = "opened"
	StepState    = "state"
	StepRank     = "rank"
	StepOwner    = "owner"
	StepDue      = "due"
	StepNote     = "note"
	StepSeen     = "seen"   // by another tool, or in another place
	StepMerged   = "merged" // two findings became one
	StepSplit    = "split"  // one finding became two
	StepEscalate = "escalated"
)

// packer packs blocks and unpacker unpacks them; each may be used by several goroutines.
var (
	packer = sync.OnceValue(func() *zstd.Encoder {
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true))
		return e // the options are known to be valid
	})
	unpacker = sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(512<<20))
		return d
	})
)

// pack makes a block: one JSON text a record, a line each, packed with zstd (RFC 8878).
func pack(records []Record) ([]byte, error) {
	plain := make([]byte, 0, len(records)*1024)
	for i := range records {
		var err error
		if plain, err = records[i].append(plain); err != nil {
			return nil, fmt.Errorf("write record: %w", err)
		}
	}
	return packer().EncodeAll(plain, nil), nil
}

// append writes a record as one line. The text of a finding is JSON already, made by this package, and is not looked through again.
func (r *Record) append(to []byte) ([]byte, error) {
	rest := *r
	rest.Doc = nil
	text, err := json.Marshal(&rest)
	if err != nil {
		return to, err
	}
	if r.Doc == nil {
		return append(append(to, text...), '\n'), nil
	}
	to = append(to, text[:len(text)-1]...)
	if len(text) > len("{}") {
		to = append(to, ',')
	}
	to = append(append(to, `"doc":`...), r.Doc...)
	return append(to, "}\n"...), nil
}

// lines gives the records of a block as they are written.
func lines(block []byte) ([][]byte, error) {
	plain, err := unpacker().DecodeAll(block, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack block: %w", err)
	}
	return bytes.Split(bytes.TrimSuffix(plain, []byte("\n")), []byte("\n")), nil
}

// unpack reads a block.
func unpack(block []byte) ([]Record, error) {
	texts, err := lines(block)
	if err != nil {
		return nil, err
	}
	out := make([]Record, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal(text, &out[i]); err != nil {
			return nil, fmt.Errorf("read record %d: %w", i, err)
		}
	}
	return out, nil
}
