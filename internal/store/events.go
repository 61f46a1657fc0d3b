package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash"
)

// Event is one entry of the log: something that changed, when it was so, and when the register knew.
type Event struct {
	// Seq counts from 1 without gaps.
	Seq int64
	// At is when it was so, Known when it was written here, both in microseconds since 1970 (UTC). Known never goes back, even where the
	// machine's clock does.
	At, Known int64
	// Actor did it, Kind says what it is.
	Actor, Kind string
	// Data is the event itself, in JSON.
	Data []byte
	// Blocks counts its blocks of records; Digest is over them: SHA-256 of the SHA-256 of each.
	Blocks int64
	Digest []byte
	// Hash is SHA-256 over the hash of the event before and everything above.
	Hash []byte
}

// Sum gives the hash that the event must have after an event with that hash.
func (e *Event) Sum(before []byte) []byte {
	h := sha256.New()
	field(h, before)
	for _, n := range []int64{e.Seq, e.At, e.Known, e.Blocks} {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	for _, part := range [][]byte{[]byte(e.Actor), []byte(e.Kind), e.Data, e.Digest} {
		field(h, part)
	}
	return h.Sum(nil)
}

// field writes a part with its length before it, so that no two lists of parts look the same.
func field(h hash.Hash, part []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(part)))
	h.Write(n[:])
	h.Write(part)
}

const eventColumns = "seq, at, known, actor, kind, data, blocks, digest, hash"

func scanEvent(rows *sql.Rows, e *Event) error {
	return rows.Scan(&e.Seq, &e.At, &e.Known, &e.Actor, &e.Kind, &e.Data, &e.Blocks, &e.Digest, &e.Hash)
}

// Blocks collects the blocks of the event that a write is making.
type Blocks struct {
	tx  *Tx
	sum hash.Hash
	n   int64
}

// Blocks begins the blocks of the next event.
func (t *Tx) Blocks() *Blocks { return &Blocks{tx: t, sum: sha256.New()} }

// Add writes one block and gives its number, from 0.
func (b *Blocks) Add(ctx context.Context, data []byte) (int64, error) {
	stmt, err := b.tx.prepare(ctx, "INSERT INTO blocks (seq, n, data) VALUES (?, ?, ?)")
	if err != nil {
		return 0, err
	}
	if _, err := stmt.ExecContext(ctx, b.tx.Seq(), b.n, data); err != nil {
		return 0, fmt.Errorf("write block: %w", err)
	}
	sum := sha256.Sum256(data)
	b.sum.Write(sum[:])
	b.n++
	return b.n - 1, nil
}

// Append ends the event that this write is making: now is the time of writing in microseconds, blocks those written for it or nil.
func (t *Tx) Append(ctx context.Context, e Event, now int64, blocks *Blocks) (Event, error) {
	if blocks == nil {
		blocks = t.Blocks()
	}
	e.Seq, e.Known, e.Blocks, e.Digest = t.Seq(), max(now, t.head.Known), blocks.n, blocks.sum.Sum(nil)
	e.Hash = e.Sum(t.head.Hash)
	err := t.exec(ctx, "INSERT INTO events ("+eventColumns+") VALUES ("+places(9)+")",
		e.Seq, e.At, e.Known, e.Actor, e.Kind, e.Data, e.Blocks, e.Digest, e.Hash)
	if err != nil {
		return e, fmt.Errorf("append event: %w", err)
	}
	t.head.Seq, t.head.Hash, t.head.Known = e.Seq, e.Hash, e.Known
	return e, nil
}

// Events visits the events after a sequence number in order, at most limit of them (0: all).
func (db *DB) Events(ctx context.Context, after int64, limit int, visit func(Event) error) error {
	text := "SELECT " + eventColumns + " FROM events WHERE seq > ? ORDER BY seq"
	if limit > 0 {
		text += fmt.Sprintf(" LIMIT %d", limit)
	}
	return each(ctx, db.reads(), func(rows *sql.Rows) error {
		var e Event
		if err := scanEvent(rows, &e); err != nil {
			return err
		}
		return visit(e)
	}, text, after)
}

// Latest gives the events before a sequence number (0: the end), newest first, of one kind or, with "", of all.
func (db *DB) Latest(ctx context.Context, before int64, kind string, limit int) ([]Event, error) {
	text, args := "SELECT "+eventColumns+" FROM events WHERE seq < ?", []any{before}
	if before <= 0 {
		args[0] = int64(1<<63 - 1)
	}
	if kind != "" {
		text, args = text+" AND kind = ?", append(args, kind)
	}
	return query(ctx, db.reads(), scanEvent, text+fmt.Sprintf(" ORDER BY seq DESC LIMIT %d", limit), args...)
}

// Event gives one event.
func (db *DB) Event(ctx context.Context, seq int64) (Event, error) {
	events, err := query(ctx, db.reads(), scanEvent, "SELECT "+eventColumns+" FROM events WHERE seq = ?", seq)
	if err == nil && len(events) == 0 {
		err = fmt.Errorf("event %d: %w", seq, ErrNotFound)
	}
	if err != nil {
		return Event{}, err
	}
	return events[0], nil
}

// Block gives one block of an event.
func (db *DB) Block(ctx context.Context, seq, n int64) ([]byte, error) {
	return block(ctx, db.reads(), seq, n)
}

// Block gives one block of an event, as the write sees it.
func (t *Tx) Block(ctx context.Context, seq, n int64) ([]byte, error) {
	return block(ctx, t.reads(), seq, n)
}

func block(ctx context.Context, r reading, seq, n int64) ([]byte, error) {
	var data []byte
	err := r.QueryRowContext(ctx, r.dialect.bind("SELECT data FROM blocks WHERE seq = ? AND n = ?"), seq, n).Scan(&data)
	return data, missing(err, "block", fmt.Sprintf("%d of event %d", n, seq))
}

// Broken names the first event of the log that is not what was written, or the block of it.
type Broken struct {
	Seq int64
	Why string
}

func (b *Broken) Error() string { return fmt.Sprintf("event %d: %s", b.Seq, b.Why) }

// Verify reads the whole log and checks every hash. The first fault is a *Broken. visit, which may be nil, is told every event.
func (db *DB) Verify(ctx context.Context, visit func(Event)) error {
	var last Event
	last.Hash = []byte{}
	err := db.Events(ctx, 0, 0, func(e Event) error {
		switch {
		case e.Seq != last.Seq+1:
			return &Broken{e.Seq, fmt.Sprintf("it follows event %d: events between them are missing", last.Seq)}
		case e.Known < last.Known:
			return &Broken{e.Seq, "it was known before the event that it follows"}
		}
		if err := db.verifyBlocks(ctx, &e); err != nil {
			return err
		}
		if string(e.Sum(last.Hash)) != string(e.Hash) {
			return &Broken{e.Seq, "its hash does not fit: it, or the hash of the event before, was changed after it was written"}
		}
		last = e
		if visit != nil {
			visit(e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	if head.Seq != last.Seq || string(head.Hash) != string(last.Hash) {
		return &Broken{head.Seq, fmt.Sprintf("the head says that the log ends with event %d, it ends with %d: the end was cut off or changed", head.Seq, last.Seq)}
	}
	return nil
}

func (db *DB) verifyBlocks(ctx context.Context, e *Event) error {
	sum, n := sha256.New(), int64(0)
	err := each(ctx, db.reads(), func(rows *sql.Rows) error {
		var at int64
		var data sql.RawBytes
		if err := rows.Scan(&at, &data); err != nil {
			return err
		}
		if at != n {
			return &Broken{e.Seq, fmt.Sprintf("block %d is missing", n)}
		}
		one := sha256.Sum256(data)
		sum.Write(one[:])
		n++
		return nil
	}, "SELECT n, data FROM blocks WHERE seq = ? ORDER BY n", e.Seq)
	if err != nil {
		return err
	}
	if n != e.Blocks || string(sum.Sum(nil)) != string(e.Digest) {
		return &Broken{e.Seq, fmt.Sprintf("its %d blocks of records are not the %d that were written, or one was changed", n, e.Blocks)}
	}
	return nil
}

// Events visits all events in order. They are read in parts, so that the visit may use the write's connection.
func (t *Tx) Events(ctx context.Context, visit func(Event) error) error {
	for after := int64(0); ; {
		part, err := query(ctx, t.reads(), scanEvent, "SELECT "+eventColumns+" FROM events WHERE seq > ? ORDER BY seq LIMIT 500", after)
		if err != nil || len(part) == 0 {
			return err
		}
		for _, e := range part {
			if err := visit(e); err != nil {
				return err
			}
			after = e.Seq
		}
	}
}
