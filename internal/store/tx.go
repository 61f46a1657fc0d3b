package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/trace"
)

// Tx is one write. It holds the head of the log from its beginning to its end.
type Tx struct {
	db     *DB
	conn   *sql.Conn
	tx     *sql.Tx
	stmts  map[string]*sql.Stmt
	staged map[string]bool
	shapes map[string]map[uint64]*shapedStmt
	head   Head
	// last is the greatest id that a table may hold, by table.
	last map[string]int64
}

// Head is the end of the log, and the next free ids.
type Head struct {
	// Seq and Hash are the last event's. Known is when it was written, in microseconds.
	Seq   int64
	Hash  []byte
	Known int64
	// NextEntity, NextFinding and NextSighting are ids nobody has yet.
	NextEntity, NextFinding, NextSighting int64
}

const headColumns = "seq, hash, known, next_entity, next_finding, next_sighting"

func scanHead(row *sql.Row, h *Head) error {
	return row.Scan(&h.Seq, &h.Hash, &h.Known, &h.NextEntity, &h.NextFinding, &h.NextSighting)
}

// Head reads the end of the log.
func (db *DB) Head(ctx context.Context) (Head, error) {
	var h Head
	err := scanHead(db.read.QueryRowContext(ctx, "SELECT "+headColumns+" FROM head"), &h)
	return h, err
}

// attempts is how often a write that lost a race is tried again.
const attempts = 5

// Write runs one transaction: all of it happens, or nothing. It may be run again when another one got in between, so do must not change
// anything outside the transaction before it returns.
func (db *DB) Write(ctx context.Context, do func(*Tx) error) (err error) {
	ctx, span := trace.Start(ctx, "database write")
	defer func() { span.End(err) }()
	span.Text("db.system.name", strings.ToLower(db.Kind()))
	select {
	case db.writers <- struct{}{}:
		defer func() { <-db.writers }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for n := 1; ; n++ {
		err := db.writeOnce(ctx, do)
		if err == nil || n == attempts || !db.dialect.busy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(n) * 20 * time.Millisecond):
		}
	}
}

func (db *DB) writeOnce(ctx context.Context, do func(*Tx) error) error {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("write to the register: %w", err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("write to the register: %w", err)
	}
	t := &Tx{db: db, conn: conn, tx: tx, stmts: map[string]*sql.Stmt{}}
	defer t.end()
	if err := scanHead(tx.QueryRowContext(ctx, db.dialect.lock("SELECT "+headColumns+" FROM head")), &t.head); err != nil {
		return fmt.Errorf("write to the register: %w", err)
	}
	before := t.head
	t.last = map[string]int64{"findings": before.NextFinding - 1, "changes": before.NextFinding - 1, "sightings": before.NextSighting - 1}
	if err := do(t); err != nil {
		return err
	}
	if t.head.Seq != before.Seq || t.head.NextEntity != before.NextEntity {
		_, err := tx.ExecContext(ctx, db.dialect.bind("UPDATE head SET seq = ?, hash = ?, known = ?, next_entity = ?, next_finding = ?, next_sighting = ?"),
			t.head.Seq, t.head.Hash, t.head.Known, t.head.NextEntity, t.head.NextFinding, t.head.NextSighting)
		if err != nil {
			return fmt.Errorf("write to the register: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write to the register: %w", err)
	}
	return nil
}

// end gives everything back; what was not committed is undone.
func (t *Tx) end() {
	for _, s := range t.stmts {
		_ = s.Close()
	}
	if err := t.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		_ = t.conn.Raw(func(any) error { return errBadConn }) // the connection is in doubt: do not use it again
	}
}

var errBadConn = errors.New("connection in doubt")

// Head is the log's end as this write has moved it.
func (t *Tx) Head() Head { return t.head }

// Seq is the sequence number of the event that this write is making.
func (t *Tx) Seq() int64 { return t.head.Seq + 1 }

// NewEntity, NewFinding and NewSighting give a free id.
func (t *Tx) NewEntity() int64 { t.head.NextEntity++; return t.head.NextEntity - 1 }

// NewFinding gives a free id.
func (t *Tx) NewFinding() int64 { t.head.NextFinding++; return t.head.NextFinding - 1 }

// NewSighting gives a free id.
func (t *Tx) NewSighting() int64 { t.head.NextSighting++; return t.head.NextSighting - 1 }

// Reserve makes sure that ids up to these are taken; a rebuild uses it.
func (t *Tx) Reserve(entity, finding, sighting int64) {
	t.head.NextEntity = max(t.head.NextEntity, entity+1)
	t.head.NextFinding = max(t.head.NextFinding, finding+1)
	t.head.NextSighting = max(t.head.NextSighting, sighting+1)
}

// prepare keeps a statement for the rest of the transaction.
func (t *Tx) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := t.stmts[text]; ok {
		return s, nil
	}
	s, err := t.tx.PrepareContext(ctx, t.db.dialect.bind(text))
	if err != nil {
		return nil, err
	}
	t.stmts[text] = s
	return s, nil
}

// areNew tells whether rows are of things that have no rows yet, by their ids, which are given out in order.
func (t *Tx) areNew(table string, rows [][]any) bool {
	column, ok := map[string]int{"findings": 0, "changes": 0, "sightings": 1}[table]
	if !ok {
		return false
	}
	last, fresh := t.last[table], true
	for _, row := range rows {
		id := row[column].(int64)
		fresh = fresh && id > last
		last = max(last, id)
	}
	t.last[table] = last
	return fresh
}

func (t *Tx) exec(ctx context.Context, text string, args ...any) error {
	_, err := t.tx.ExecContext(ctx, t.db.dialect.bind(text), args...)
	return err
}

func (t *Tx) bulk(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if err := t.db.dialect.bulk(ctx, t, table, columns, rows); err != nil {
		return fmt.Errorf("write %d rows of %s: %w", len(rows), table, err)
	}
	return nil
}
