package desk

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Event is an entry of the log.
type Event struct {
	// Seq counts from 1 without gaps.
	Seq int64 `json:"seq"`
	// At is when it was so, Known when it was written; AtMicros and KnownMicros are the same in microseconds since 1970, as they are hashed.
	At          time.Time `json:"at"`
	Known       time.Time `json:"known"`
	AtMicros    int64     `json:"atMicros"`
	KnownMicros int64     `json:"knownMicros"`
	Actor       string    `json:"actor"`
	// Kind is import, change, merge, split, set, context, enrich, clock…
	Kind string `json:"kind"`
	// Data is what the event says; what it is depends on the kind. Its bytes are those that are hashed.
	Data json.RawMessage `json:"data"`
	// Blocks is how many blocks of records it has. Digest is SHA-256 over the SHA-256 of each; Hash is SHA-256 over the hash before and all this. Both are hex.
	Blocks int64  `json:"blocks"`
	Digest string `json:"digest"`
	Hash   string `json:"hash"`
}

func eventOf(e *store.Event) Event {
	return Event{
		Seq: e.Seq, At: moment(e.At), Known: moment(e.Known), AtMicros: e.At, KnownMicros: e.Known, Actor: e.Actor, Kind: e.Kind, Data: e.Data,
		Blocks: e.Blocks, Digest: hex.EncodeToString(e.Digest), Hash: hex.EncodeToString(e.Hash),
	}
}

// Events is a page of the log, newest first.
type Events struct {
	Items []Event `json:"items"`
	// Next is the cursor of the next page, "" where this is the last.
	Next string `json:"next,omitempty"`
	// Total is the number of events of all kinds.
	Total int64 `json:"total"`
}

// Events lists events of one kind, or of all with "", newest first.
func (d *Desk) Events(ctx context.Context, p access.Principal, kind string, s Slice) (Events, error) {
	out := Events{Items: []Event{}}
	if err := p.Can(access.Inspect); err != nil {
		return out, err
	}
	size, err := s.size()
	if err != nil {
		return out, err
	}
	before, err := eventCursor(s.After)
	if err != nil {
		return out, err
	}
	head, err := d.reg.Store().Head(ctx)
	if err != nil {
		return out, err
	}
	events, err := d.reg.Store().Latest(ctx, before, kind, size+1)
	if err != nil {
		return out, err
	}
	if len(events) > size {
		events = events[:size]
		out.Next = cursorOf(events[size-1].Seq)
	}
	for i := range events {
		out.Items = append(out.Items, eventOf(&events[i]))
	}
	out.Total = head.Seq
	return out, nil
}

// Event gives one event.
func (d *Desk) Event(ctx context.Context, p access.Principal, seq int64) (*Event, error) {
	if err := p.Can(access.Inspect); err != nil {
		return nil, err
	}
	e, err := d.reg.Store().Event(ctx, seq)
	if err != nil {
		return nil, err
	}
	out := eventOf(&e)
	return &out, nil
}

// Seal signs the end of the log as it is now. Who keeps it elsewhere can tell later whether anything up to it was changed.
func (d *Desk) Seal(ctx context.Context, p access.Principal) (register.Seal, error) {
	if err := p.Can(access.Inspect); err != nil {
		return register.Seal{}, err
	}
	return d.reg.Seal(ctx)
}

// Line is a line of an exported log: an event, then its blocks, then the next; the seal comes last, so that its absence tells a cut.
type Line struct {
	Event *Event         `json:"event,omitempty"`
	Block *Block         `json:"block,omitempty"`
	Seal  *register.Seal `json:"seal,omitempty"`
}

// Block holds records of an event: what is so since then, one JSON text a line, packed with zstd (RFC 8878).
type Block struct {
	Seq  int64  `json:"seq"`
	N    int64  `json:"n"`
	Data []byte `json:"data"`
}

// ExportAsk says which part of the log is wanted.
type ExportAsk struct {
	// After is the number of the last event that is already there, 0 for all.
	After int64
	// Blocks also gives the records of the events: with them the whole register can be made again.
	Blocks bool
}

// exportPart is how many events are read at once.
const exportPart = 500

// Export writes the log as JSON Lines, oldest first, up to its end of now, so that others can check every hash. Nothing is held in memory but some
// events and a block.
func (d *Desk) Export(ctx context.Context, p access.Principal, ask ExportAsk, to io.Writer) error {
	if err := p.Can(access.Inspect); err != nil {
		return err
	}
	if ask.After < 0 {
		return fmt.Errorf("%w: after: want the number of an event", ErrInvalid)
	}
	seal, err := d.reg.Seal(ctx)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(to, 64<<10)
	out := json.NewEncoder(buf)
	out.SetEscapeHTML(false)
	for after := ask.After; after < seal.Seq; {
		var part []store.Event
		err := d.reg.Store().Events(ctx, after, exportPart, func(e store.Event) error { part = append(part, e); return nil })
		if err == nil && len(part) == 0 {
			err = fmt.Errorf("event %d is not there: run \"reeve register verify\"", after+1)
		}
		if err != nil {
			return fmt.Errorf("export log: %w", err)
		}
		for i := range part {
			if after = part[i].Seq; after > seal.Seq {
				break
			}
			if err := d.exportEvent(ctx, &part[i], ask.Blocks, out); err != nil {
				return fmt.Errorf("export event %d: %w", after, err)
			}
		}
	}
	return errors.Join(out.Encode(Line{Seal: &seal}), buf.Flush())
}

func (d *Desk) exportEvent(ctx context.Context, e *store.Event, blocks bool, out *json.Encoder) error {
	event := eventOf(e)
	if err := out.Encode(Line{Event: &event}); err != nil {
		return err
	}
	for n := range e.Blocks {
		if !blocks {
			break
		}
		data, err := d.reg.Store().Block(ctx, e.Seq, n)
		if err != nil {
			return err
		}
		if err := out.Encode(Line{Block: &Block{Seq: e.Seq, N: n, Data: data}}); err != nil {
			return err
		}
	}
	return nil
}
