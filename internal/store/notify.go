package store

import (
	"context"
	"database/sql"
	"fmt"
)

// The states of deliveries.
const (
	// New was asked for and has no job yet, Held waits to be told together with others, Waiting has a job.
	New     = "new"
	Held    = "held"
	Waiting = "waiting"
	// Sent was taken by the other side, Gathered went into one with others. Dead is given up.
	Sent     = "sent"
	Gathered = "gathered"
	Dead     = "dead"
)

// Delivery is something to be told to one hook.
type Delivery struct {
	// Hook, Event and Part are its key: it is made once.
	Hook, Event, Part int64
	State             string
	// Body is what is told (package notify writes it).
	Body []byte
	// Made and Tried (last) are microseconds since 1970.
	Made, Tried int64
	Attempts    int64
	// Note says how the last try went.
	Note string
}

const deliveryColumns = "hook, event, part, state, body, made, tried, attempts, note"

func scanDelivery(r *sql.Rows, d *Delivery) error {
	return r.Scan(&d.Hook, &d.Event, &d.Part, &d.State, &d.Body, &d.Made, &d.Tried, &d.Attempts, &d.Note)
}

// Cursor gives the event up to which somebody has looked through the log; ErrNotFound where they never did.
func (db *DB) Cursor(ctx context.Context, name string) (int64, error) {
	return cursor(ctx, db.reads(), name)
}

// Cursor gives the event up to which somebody has looked through the log, as the write sees it.
func (t *Tx) Cursor(ctx context.Context, name string) (int64, error) {
	return cursor(ctx, t.reads(), name)
}

func cursor(ctx context.Context, r reading, name string) (int64, error) {
	var seq int64
	err := r.QueryRowContext(ctx, r.dialect.bind("SELECT seq FROM cursors WHERE name = ?"), name).Scan(&seq)
	return seq, missing(err, "cursor", name)
}

// SetCursor moves a cursor.
func (t *Tx) SetCursor(ctx context.Context, name string, seq int64) error {
	return t.exec(ctx, "INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq", name, seq)
}

// AddDelivery adds a delivery and tells whether it was not there yet.
func (t *Tx) AddDelivery(ctx context.Context, d Delivery) (bool, error) {
	return addDelivery(ctx, t.db, t.tx, d)
}

// AskDelivery adds a delivery beside the log, for which a job is still to be made.
func (db *DB) AskDelivery(ctx context.Context, d Delivery) error {
	d.State = New
	return db.aside(ctx, "add delivery", func(q querier) error {
		_, err := addDelivery(ctx, db, q, d)
		return err
	})
}

func addDelivery(ctx context.Context, db *DB, q querier, d Delivery) (bool, error) {
	n, err := db.change(ctx, q, "INSERT INTO deliveries ("+deliveryColumns+") VALUES ("+places(9)+") ON CONFLICT (hook, event, part) DO NOTHING",
		d.Hook, d.Event, d.Part, d.State, d.Body, d.Made, d.Tried, d.Attempts, d.Note)
	return n == 1, err
}

// Delivery gives one delivery.
func (db *DB) Delivery(ctx context.Context, hook, event, part int64) (Delivery, error) {
	all, err := query(ctx, db.reads(), scanDelivery,
		"SELECT "+deliveryColumns+" FROM deliveries WHERE hook = ? AND event = ? AND part = ?", hook, event, part)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("delivery %d of event %d to hook %d: %w", part, event, hook, ErrNotFound)
	}
	if err != nil {
		return Delivery{}, err
	}
	return all[0], nil
}

// Deliveries gives the newest deliveries of a hook, newest first.
func (db *DB) Deliveries(ctx context.Context, hook int64, limit int) ([]Delivery, error) {
	return query(ctx, db.reads(), scanDelivery, "SELECT "+deliveryColumns+
		fmt.Sprintf(" FROM deliveries WHERE hook = ? ORDER BY made DESC, event DESC, part LIMIT %d", limit), hook)
}

// Early gives deliveries that are new or held, of one hook or, with 0, of all, oldest first.
func (t *Tx) Early(ctx context.Context, state string, hook int64, limit int) ([]Delivery, error) {
	text, args := "SELECT "+deliveryColumns+" FROM deliveries WHERE state IN ('new', 'held') AND state = ?", []any{state}
	if hook != 0 {
		text, args = text+" AND hook = ?", append(args, hook)
	}
	return query(ctx, t.reads(), scanDelivery, text+fmt.Sprintf(" ORDER BY made, event, part LIMIT %d", limit), args...)
}

// Asked tells whether there are deliveries without a job.
func (db *DB) Asked(ctx context.Context) (bool, error) {
	var n int64
	err := db.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM deliveries WHERE state IN ('new', 'held') AND state = 'new'").Scan(&n)
	return n > 0, err
}

// SetDelivery gives a delivery another state.
func (t *Tx) SetDelivery(ctx context.Context, d Delivery, state string) error {
	return t.exec(ctx, "UPDATE deliveries SET state = ? WHERE hook = ? AND event = ? AND part = ?", state, d.Hook, d.Event, d.Part)
}

// Tried writes how a try to deliver went: its state, note, attempts and when.
func (db *DB) Tried(ctx context.Context, d Delivery) error {
	_, err := db.one(ctx, "write delivery", "UPDATE deliveries SET state = ?, note = ?, attempts = ?, tried = ? WHERE hook = ? AND event = ? AND part = ?",
		d.State, d.Note, d.Attempts, d.Tried, d.Hook, d.Event, d.Part)
	return err
}

// Resend asks for a delivery again that was given up. It tells whether there is such a one.
func (db *DB) Resend(ctx context.Context, hook, event, part, now int64) (bool, error) {
	n, err := db.one(ctx, "resend", "UPDATE deliveries SET state = 'new', attempts = 0, made = ? WHERE hook = ? AND event = ? AND part = ? AND state = 'dead'",
		now, hook, event, part)
	return n == 1, err
}

// Retire removes deliveries and receipts made before moments. What still waits is kept.
func (db *DB) Retire(ctx context.Context, deliveries, receipts int64) error {
	return db.aside(ctx, "remove what is old", func(q querier) error {
		if _, err := db.change(ctx, q, "DELETE FROM deliveries WHERE made < ? AND state IN ('sent', 'gathered', 'dead')", deliveries); err != nil {
			return err
		}
		_, err := db.change(ctx, q, "DELETE FROM receipts WHERE made < ?", receipts)
		return err
	})
}

// Before gives of each finding the step before an event; those that had none are left out.
func (db *DB) Before(ctx context.Context, seq int64, findings []int64) (map[int64]Change, error) {
	out := map[int64]Change{}
	for len(findings) > 0 {
		part := findings[:min(asked, len(findings))]
		findings = findings[len(part):]
		args := []any{seq}
		for _, id := range part {
			args = append(args, id)
		}
		err := each(ctx, db.reads(), func(r *sql.Rows) error {
			var c Change
			if err := scanChange(r, &c); err != nil {
				return err
			}
			out[c.Finding] = c
			return nil
		}, "SELECT "+changeColumns+" FROM changes WHERE seq < ? AND finding IN ("+places(len(part))+") ORDER BY finding, seq", args...)
		if err != nil {
			return nil, fmt.Errorf("read changes: %w", err)
		}
	}
	return out, nil
}

// Issue is what a tracker calls a finding.
type Issue struct {
	Hook, Finding int64
	// Name is its number or key there, "" where it was not made yet; URL is where people read it.
	Name, URL string
	Closed    bool
	// Tried is when making it was first tried, in microseconds since 1970; 0 is never.
	Tried int64
}

const issueColumns = "hook, finding, name, url, closed, tried"

func scanIssue(r *sql.Rows, i *Issue) error {
	var closed int64
	err := r.Scan(&i.Hook, &i.Finding, &i.Name, &i.URL, &closed, &i.Tried)
	i.Closed = closed != 0
	return err
}

// LeaseIssue takes a planned or made issue until a moment, so that two never write to it at once. It gives false where somebody else has it.
func (db *DB) LeaseIssue(ctx context.Context, hook, finding, now, until int64) (Issue, bool, error) {
	n, err := db.one(ctx, "take issue", "UPDATE issues SET until = ? WHERE hook = ? AND finding = ? AND until <= ?", until, hook, finding, now)
	if err != nil {
		return Issue{}, false, err
	}
	all, err := query(ctx, reading{db.write, db.dialect}, scanIssue, "SELECT "+issueColumns+" FROM issues WHERE hook = ? AND finding = ?", hook, finding)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("issue of finding %d: %w", finding, ErrNotFound)
	}
	if err != nil {
		return Issue{}, false, err
	}
	return all[0], n == 1, nil
}

// SetIssue writes what is known about an issue; until is 0 to give it back.
func (db *DB) SetIssue(ctx context.Context, i Issue, until int64) error {
	_, err := db.one(ctx, "write issue", "UPDATE issues SET name = ?, url = ?, closed = ?, tried = ?, until = ? WHERE hook = ? AND finding = ?",
		i.Name, i.URL, truth(i.Closed), i.Tried, until, i.Hook, i.Finding)
	return err
}

// IssuesOf gives the issues that were made of a finding.
func (db *DB) IssuesOf(ctx context.Context, finding int64) ([]Issue, error) {
	return query(ctx, db.reads(), scanIssue, "SELECT "+issueColumns+" FROM issues WHERE finding = ? AND name <> '' ORDER BY hook", finding)
}

// PlanIssue says that a hook is to make an issue of a finding, so that from then on it is told what happens to it.
func (t *Tx) PlanIssue(ctx context.Context, hook, finding int64) error {
	return t.exec(ctx, "INSERT INTO issues ("+issueColumns+", until) VALUES (?, ?, '', '', 0, 0, 0) ON CONFLICT (hook, finding) DO NOTHING", hook, finding)
}

// HasIssues tells which of some findings a hook has made issues of, or is to.
func (db *DB) HasIssues(ctx context.Context, hook int64, findings []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	for len(findings) > 0 {
		part := findings[:min(asked, len(findings))]
		findings = findings[len(part):]
		args := []any{hook}
		for _, id := range part {
			args = append(args, id)
		}
		err := each(ctx, db.reads(), func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			out[id] = true
			return err
		}, "SELECT finding FROM issues WHERE hook = ? AND finding IN ("+places(len(part))+")", args...)
		if err != nil {
			return nil, fmt.Errorf("read issues: %w", err)
		}
	}
	return out, nil
}

// Earlier tells whether an earlier event of the same part still waits to be delivered to a hook.
func (db *DB) Earlier(ctx context.Context, d Delivery) (bool, error) {
	var n int64
	err := db.read.QueryRowContext(ctx, db.dialect.bind(
		"SELECT COUNT(*) FROM deliveries WHERE hook = ? AND part = ? AND event < ? AND state IN ('new', 'held', 'waiting')"), d.Hook, d.Part, d.Event).Scan(&n)
	return n > 0, err
}

// PutSetting stores a value by name in a write of its own; nil removes it.
func (db *DB) PutSetting(ctx context.Context, name string, value []byte) error {
	return db.Write(ctx, func(t *Tx) error { return t.SetSetting(ctx, name, value) })
}
