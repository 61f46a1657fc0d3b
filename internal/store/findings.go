package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Finding is a row of the findings: what lists, filters and clocks need. The whole text is in the log, at Doc.
type Finding struct {
	ID int64 `json:"id"`
	// Touched is the event that changed the row last.
	Touched int64 `json:"-"`
	// Asset, Rule, Flaw, Team and Assignee are entities; 0 is none.
	Asset    int64 `json:"asset"`
	Rule     int64 `json:"rule"`
	Flaw     int64 `json:"flaw,omitempty"`
	Team     int64 `json:"team,omitempty"`
	Assignee int64 `json:"assignee,omitempty"`
	// Class is what was looked at (see ingest.Classes), State where it is in its life.
	Class string `json:"class"`
	State string `json:"state"`
	// Regression tells that it was verified as fixed once and came back.
	Regression bool `json:"regression,omitempty"`
	// Severity is the rule's, Level and Score are the rank's; Confidence is the tool's. The numbers are package finding's.
	Severity   int64 `json:"severity"`
	Level      int64 `json:"level"`
	Score      int64 `json:"score"`
	Confidence int64 `json:"confidence"`
	// Reach, Internet, Environment, Running and Data (comma-separated) are finding.Reachability's and finding.Exposure's; "" is unknown.
	Reach       string `json:"reach,omitempty"`
	Internet    string `json:"internet,omitempty"`
	Environment string `json:"environment,omitempty"`
	Running     string `json:"running,omitempty"`
	Data        string `json:"data,omitempty"`
	// Known is "kev" or "ransomware" where CISA lists it, Exploit "none", "poc" or "active"; EPSS is -1 where there is none.
	Known   string  `json:"known,omitempty"`
	Exploit string  `json:"exploit,omitempty"`
	EPSS    float64 `json:"epss"`
	// Place, Component and Fix are what people read in a list.
	Place     string `json:"place"`
	Component string `json:"component,omitempty"`
	Fix       string `json:"fix,omitempty"`
	// Sources are those that see it now, ids joined by commas.
	Sources string `json:"sources"`
	// Saw are those that saw it and no longer do, in the same way.
	Saw string `json:"saw,omitempty"`
	// DocSeq and DocN tell where in the log its newest text is: the event, and the record counted from 0.
	DocSeq int64 `json:"docSeq"`
	DocN   int64 `json:"docN"`
	// Opened, Changed (its state), Due, Closed and Expires (an acceptance) are microseconds since 1970; 0 is none.
	Opened  int64 `json:"opened"`
	Changed int64 `json:"changed"`
	Due     int64 `json:"due,omitempty"`
	Closed  int64 `json:"closed,omitempty"`
	Expires int64 `json:"expires,omitempty"`
	// Clock is what has happened to its clocks (package register writes it), Next when they must be looked at again; 0 is never.
	Clock string `json:"clock,omitempty"`
	Next  int64  `json:"next,omitempty"`
	// OpenedSeq is the event that opened it.
	OpenedSeq int64 `json:"openedSeq"`
}

var findingColumns = strings.Split("id, touched, asset, rule, flaw, team, assignee, class, state, regression, severity, level, score, confidence, "+
	"reach, internet, environment, running, data, known, exploit, epss, place, component, fix, sources, saw, doc_seq, doc_n, "+
	"opened, changed, due, closed, expires, clock, next, opened_seq", ", ")

func (f *Finding) values() []any {
	return []any{
		f.ID, f.Touched, f.Asset, f.Rule, f.Flaw, f.Team, f.Assignee, f.Class, f.State, truth(f.Regression), f.Severity, f.Level, f.Score, f.Confidence,
		f.Reach, f.Internet, f.Environment, f.Running, f.Data, f.Known, f.Exploit, f.EPSS, f.Place, f.Component, f.Fix, f.Sources, f.Saw, f.DocSeq, f.DocN,
		f.Opened, f.Changed, f.Due, f.Closed, f.Expires, f.Clock, f.Next, f.OpenedSeq,
	}
}

func scanFinding(rows *sql.Rows, f *Finding) error {
	var regression int64
	err := rows.Scan(
		&f.ID, &f.Touched, &f.Asset, &f.Rule, &f.Flaw, &f.Team, &f.Assignee, &f.Class, &f.State, &regression, &f.Severity, &f.Level, &f.Score, &f.Confidence,
		&f.Reach, &f.Internet, &f.Environment, &f.Running, &f.Data, &f.Known, &f.Exploit, &f.EPSS, &f.Place, &f.Component, &f.Fix, &f.Sources, &f.Saw, &f.DocSeq, &f.DocN,
		&f.Opened, &f.Changed, &f.Due, &f.Closed, &f.Expires, &f.Clock, &f.Next, &f.OpenedSeq,
	)
	f.Regression = regression != 0
	return err
}

// PutFindings writes rows, new ones and changed ones.
func (t *Tx) PutFindings(ctx context.Context, findings []Finding) error {
	rows := make([][]any, len(findings))
	for i := range findings {
		rows[i] = findings[i].values()
	}
	return t.bulk(ctx, "findings", findingColumns, rows)
}

// Every visits every finding.
func (db *DB) Every(ctx context.Context, visit func(*Finding) error) error {
	return findings(ctx, db.reads(), visit, "id > ?", 0)
}

// About visits what every finding is about: its asset, and its flaw or 0, in the order of their ids.
func (db *DB) About(ctx context.Context, visit func(id, asset, flaw int64)) error {
	err := each(ctx, db.reads(), func(rows *sql.Rows) error {
		var id, asset, flaw int64
		err := rows.Scan(&id, &asset, &flaw)
		visit(id, asset, flaw)
		return err
	}, "SELECT id, asset, flaw FROM findings ORDER BY id")
	if err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	return nil
}

// Every visits every finding, as the write sees it.
func (t *Tx) Every(ctx context.Context, visit func(*Finding) error) error {
	return findings(ctx, t.reads(), visit, "id > ?", 0)
}

// Findings gives the findings with these ids, in the order of their ids; those that are not there are left out.
func (db *DB) Findings(ctx context.Context, ids []int64) ([]Finding, error) {
	return byIDs(ctx, db.reads(), ids)
}

// Findings gives the findings with these ids, as the write sees them.
func (t *Tx) Findings(ctx context.Context, ids []int64) ([]Finding, error) {
	return byIDs(ctx, t.reads(), ids)
}

// asked is how many ids one statement names.
const asked = 500

func byIDs(ctx context.Context, r reading, ids []int64) ([]Finding, error) {
	var out []Finding
	for part := range slices.Chunk(ids, asked) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		err := findings(ctx, r, func(f *Finding) error { out = append(out, *f); return nil }, "id IN ("+places(len(part))+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func findings(ctx context.Context, r reading, visit func(*Finding) error, where string, args ...any) error {
	err := each(ctx, r, func(rows *sql.Rows) error {
		var f Finding
		if err := scanFinding(rows, &f); err != nil {
			return err
		}
		return visit(&f)
	}, "SELECT "+strings.Join(findingColumns, ", ")+" FROM findings WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	return nil
}

// Ringing gives ids of findings whose clocks must be looked at at a moment, up to limit, in the order of their ids after one.
func (db *DB) Ringing(ctx context.Context, now, after int64, limit int) ([]int64, error) {
	return query(ctx, db.reads(), func(r *sql.Rows, id *int64) error { return r.Scan(id) },
		fmt.Sprintf("SELECT id FROM findings WHERE next > 0 AND next <= ? AND id > ? ORDER BY id LIMIT %d", limit), now, after)
}

// Claimed gives the findings of an asset that people say are fixed.
func (t *Tx) Claimed(ctx context.Context, asset int64) ([]int64, error) {
	return query(ctx, t.reads(), func(r *sql.Rows, id *int64) error { return r.Scan(id) },
		"SELECT id FROM findings WHERE state = 'fixed' AND asset = ? ORDER BY id", asset)
}
