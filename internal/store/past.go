package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Past asks what findings were at a moment, as the register knew it at another.
//
// What a finding was is what its last step says, in the order of the log, among the steps that were so at or before At and known at or before
// Known. So what was learned later corrects what was thought before, from the moment on for which it was learned; and where both
// moments are now, the answer is the table of findings. A finding without such a step was not there.
type Past struct {
	// At and Known are the two moments, in microseconds since 1970.
	At, Known int64
	// States, Levels, Teams and Assets narrow it to findings that were one of these then (0 is nobody's); nil is any. An asset is the same always.
	States                []string
	Levels, Teams, Assets []int64
	// Within narrows it to findings that belonged to one of these teams then, and do now; nil is all.
	Within []int64
}

// PastCount is how many findings were the same.
type PastCount struct {
	State              string
	Level, Team, Asset int64
	Count              int64
}

// Then is what a finding was.
type Then struct {
	Finding, Asset     int64
	State              string
	Level, Score, Team int64
	// Seq is the event that made it so, At and Known are when that was so and when it was known, in microseconds since 1970.
	Seq, At, Known int64
}

// PastCounts counts the findings by state, level, team and asset, in no order. Findings that were merged into others by then do not count.
func (db *DB) PastCounts(ctx context.Context, p Past) ([]PastCount, error) {
	from, args := p.from(db.Kind())
	out, err := query(ctx, db.reads(), func(r *sql.Rows, c *PastCount) error {
		return r.Scan(&c.State, &c.Level, &c.Team, &c.Asset, &c.Count)
	}, "SELECT t.state, t.level, t.team, f.asset, COUNT(*)"+from+" GROUP BY t.state, t.level, t.team, f.asset", args...)
	if err != nil {
		return nil, fmt.Errorf("count the past: %w", err)
	}
	return out, nil
}

// PastFindings gives up to limit of the findings, the highest score first and among equals the least id, after the one with this score and id; a
// negative id is the beginning.
func (db *DB) PastFindings(ctx context.Context, p Past, score, finding int64, limit int) ([]Then, error) {
	from, args := p.from(db.Kind())
	if finding >= 0 {
		from += " AND (t.score < ? OR t.score = ? AND t.finding > ?)"
		args = append(args, score, score, finding)
	}
	out, err := query(ctx, db.reads(), func(r *sql.Rows, t *Then) error {
		return r.Scan(&t.Finding, &t.Asset, &t.State, &t.Level, &t.Score, &t.Team, &t.Seq, &t.At, &t.Known)
	}, "SELECT t.finding, f.asset, t.state, t.level, t.score, t.team, t.seq, t.at, t.known"+from+
		fmt.Sprintf(" ORDER BY t.score DESC, t.finding LIMIT %d", limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list the past: %w", err)
	}
	return out, nil
}

// from is the table of what findings were, as t beside the findings f, with its conditions. Both databases go through the changes once, in the
// order of their key.
func (p *Past) from(kind string) (string, []any) {
	const columns = "at, known, state, level, score, team FROM changes WHERE at <= ? AND known <= ?"
	last := "SELECT finding, MAX(seq) AS seq, " + columns + " GROUP BY finding" // SQLite takes the other columns from the row with the greatest
	if kind == "PostgreSQL" {
		last = "SELECT DISTINCT ON (finding) finding, seq, " + columns + " ORDER BY finding, seq DESC"
	}
	text, args := " FROM ("+last+") AS t JOIN findings AS f ON f.id = t.finding WHERE t.state <> 'merged'", []any{p.At, p.Known}
	text, args = in(text, args, "t.state", p.States)
	text, args = in(text, args, "t.level", p.Levels)
	text, args = in(text, args, "t.team", p.Teams)
	text, args = in(text, args, "f.asset", p.Assets)
	text, args = in(text, args, "t.team", p.Within)
	return in(text, args, "f.team", p.Within)
}

// in adds the condition that a column is one of some values; nil is any.
func in[T any](text string, args []any, column string, values []T) (string, []any) {
	if values == nil {
		return text, args
	}
	if len(values) == 0 {
		return text + " AND 1 = 0", args
	}
	for _, v := range values {
		args = append(args, v)
	}
	return text + " AND " + column + " IN (" + places(len(values)) + ")", args
}

// PastStep is what a step made of a finding, as far as figures over time need it.
type PastStep struct {
	Finding, Seq, At int64
	State            string
	Level, Team      int64
}

// PastSteps visits the steps of the events up to a sequence number, finding by finding in the order of the log: of all findings where ids is
// nil, else of those.
func (db *DB) PastSteps(ctx context.Context, ids []int64, last int64, visit func(*PastStep) error) error {
	var s PastStep
	some := func(where string, args ...any) error {
		err := each(ctx, db.reads(), func(rows *sql.Rows) error {
			if err := rows.Scan(&s.Finding, &s.Seq, &s.At, &s.State, &s.Level, &s.Team); err != nil {
				return err
			}
			return visit(&s)
		}, "SELECT finding, seq, at, state, level, team FROM changes WHERE seq <= ?"+where+" ORDER BY finding, seq", args...)
		if err != nil {
			return fmt.Errorf("read steps: %w", err)
		}
		return nil
	}
	if ids == nil {
		return some("", last)
	}
	for len(ids) > 0 {
		part := ids[:min(asked, len(ids))]
		ids = ids[len(part):]
		args := []any{last}
		for _, id := range part {
			args = append(args, id)
		}
		if err := some(" AND finding IN ("+places(len(part))+")", args...); err != nil {
			return err
		}
	}
	return nil
}
