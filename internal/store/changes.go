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
	return query(ctx, db.reads(), scanChange, "SELECT "+changeColumns+" FROM changes WHERE finding = ? ORDER BY seq", finding)
}

// Changes visits the steps of all findings, finding by finding, oldest first.
func (db *DB) Changes(ctx context.Context, visit func(*Change) error) error {
	err := each(ctx, db.reads(), func(rows *sql.Rows) error {
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
