package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Change is one step in a finding's life.
type Change struct {
	Finding, Seq int64
	// At is when it was so, Known when the register knew, in microseconds since 1970.
	At, Known int64
	Actor     string
	// What says what changed: state, rank, owner, note, merge, split…
	What string
	// State, Level, Score and Team are the finding's after it.
	State       string
	Level       int64
	Score, Team int64
	// Why is the sentence people read.
	Why string
}

const changeColumns = "finding, seq, at, known, actor, what, state, level, score, team, why"

func scanChange(rows *sql.Rows, c *Change) error {
	return rows.Scan(&c.Finding, &c.Seq, &c.At, &c.Known, &c.Actor, &c.What, &c.State, &c.Level, &c.Score, &c.Team, &c.Why)
}

// PutChanges adds steps. A finding takes one step an event.
func (t *Tx) PutChanges(ctx context.Context, changes []Change) error {
	rows := make([][]any, len(changes))
	for i := range changes {
		c := &changes[i]
		rows[i] = []any{c.Finding, c.Seq, c.At, c.Known, c.Actor, c.What, c.State, c.Level, c.Score, c.Team, c.Why}
	}
	return t.bulk(ctx, "changes", []string{"finding", "seq", "at", "known", "actor", "what", "state", "level", "score", "team", "why"}, rows)
}

// History gives the steps of one finding, oldest first.
func (db *DB) History(ctx context.Context, finding int64) ([]Change, error) {
	return query(ctx, db.read, db.dialect, scanChange, "SELECT "+changeColumns+" FROM changes WHERE finding = ? ORDER BY seq", finding)
}

// Changes visits the steps of all findings, finding by finding, oldest first.
func (db *DB) Changes(ctx context.Context, visit func(*Change) error) error {
	err := each(ctx, db.read, db.dialect, func(rows *sql.Rows) error {
		var c Change
		if err := scanChange(rows, &c); err != nil {
			return err
		}
		return visit(&c)
	}, "SELECT "+changeColumns+" FROM changes ORDER BY finding, seq")
	if err != nil {
		return fmt.Errorf("read changes: %w", err)
	}
	return nil
}

// Then is what a finding was at some moment.
type Then struct {
	Finding int64
	State   string
	Level   int64
	Score   int64
	Team    int64
}

// AsOf visits what every finding was at a moment, as the register knew it at another: both in microseconds since 1970. Findings not yet open then
// are left out. Of steps that were so at or before at and known at or before known, the one that was so last counts; among equals the one known last.
func (db *DB) AsOf(ctx context.Context, at, known int64, visit func(*Then) error) error {
	const text = `SELECT finding, state, level, score, team FROM (
		SELECT finding, state, level, score, team, ROW_NUMBER() OVER (PARTITION BY finding ORDER BY at DESC, seq DESC) AS nth
		FROM changes WHERE at <= ? AND known <= ?) AS steps WHERE nth = 1 ORDER BY finding`
	err := each(ctx, db.read, db.dialect, func(rows *sql.Rows) error {
		var s Then
		if err := rows.Scan(&s.Finding, &s.State, &s.Level, &s.Score, &s.Team); err != nil {
			return err
		}
		return visit(&s)
	}, text, at, known)
	if err != nil {
		return fmt.Errorf("read the past: %w", err)
	}
	return nil
}
