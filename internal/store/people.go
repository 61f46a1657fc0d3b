package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// aside runs one transaction beside the log: it neither takes nor waits for the log's head (on SQLite it waits for whoever writes, as all do).
// It may be run again, so do must not change anything outside before it returns.
func (db *DB) aside(ctx context.Context, what string, do func(q querier) error) error {
	for n := 1; ; n++ {
		err := db.asideOnce(ctx, do)
		if err == nil {
			return nil
		}
		if n == attempts || !db.dialect.busy(err) {
			return fmt.Errorf("%s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(n) * 20 * time.Millisecond):
		}
	}
}

func (db *DB) asideOnce(ctx context.Context, do func(q querier) error) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// change runs one statement and tells how many rows it touched.
func (db *DB) change(ctx context.Context, q querier, text string, args ...any) (int64, error) {
	res, err := q.ExecContext(ctx, db.dialect.bind(text), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// one runs one statement in a transaction of its own and tells how many rows it touched.
func (db *DB) one(ctx context.Context, what, text string, args ...any) (n int64, err error) {
	err = db.aside(ctx, what, func(q querier) error {
		n, err = db.change(ctx, q, text, args...)
		return err
	})
	return n, err
}

// turn lets one at a time of this program into Exclusive, so that those who wait hold no connection.
var turn = make(chan struct{}, 1)

// exclusiveLock is the number of the lock that replicas on PostgreSQL share.
const exclusiveLock = 7239013

// Exclusive runs something while nobody else runs something by way of Exclusive, on no replica: reading, judging and then writing by several
// writes of the log. An SQLite file has one program that serves it.
func (db *DB) Exclusive(ctx context.Context, do func() error) error {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if db.Kind() != "PostgreSQL" {
		return do()
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it only held the lock
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", exclusiveLock)); err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	return do()
}

// Hash gives the hash of a person's password; ErrNotFound says that there is none.
func (db *DB) Hash(ctx context.Context, person int64) (string, error) {
	var hash string
	err := db.read.QueryRowContext(ctx, db.dialect.bind("SELECT hash FROM credentials WHERE person = ?"), person).Scan(&hash)
	return hash, missing(err, "password of person", person)
}

// Password is a new password of a person.
type Password struct {
	Person int64
	// Hash is what is kept of it, with its parameters. Made is when, in microseconds since 1970.
	Hash string
	Made int64
	// Keep is the one session that goes on, nil for none. Link is the link by which it is set, nil for none.
	Keep, Link []byte
}

// SetPassword keeps a new password, ends the person's sessions and all links by which it could be set again. It gives ErrNotFound where the link
// was used or has expired by then.
func (db *DB) SetPassword(ctx context.Context, p Password) error {
	return db.aside(ctx, "set password", func(q querier) error {
		if p.Link != nil {
			n, err := db.change(ctx, q, "DELETE FROM links WHERE id = ? AND person IN (?, 0) AND expires > ?", p.Link, p.Person, p.Made)
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("link: %w", ErrNotFound)
			}
		}
		_, err := db.change(ctx, q, "INSERT INTO credentials (person, hash, made) VALUES (?, ?, ?) ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, made = excluded.made",
			p.Person, p.Hash, p.Made)
		if err != nil {
			return err
		}
		if _, err := db.change(ctx, q, "DELETE FROM links WHERE person = ?", p.Person); err != nil {
			return err
		}
		if p.Keep == nil {
			p.Keep = []byte{}
		}
		_, err = db.change(ctx, q, "DELETE FROM sessions WHERE person = ? AND id <> ?", p.Person, p.Keep)
		return err
	})
}

// Rehash replaces a hash by a stronger one of the same password, if it is still that one.
func (db *DB) Rehash(ctx context.Context, person int64, old, hash string) error {
	_, err := db.one(ctx, "keep stronger hash", "UPDATE credentials SET hash = ? WHERE person = ? AND hash = ?", hash, person, old)
	return err
}

// AddLink keeps a link by the hash of what stands in it. It replaces the person's other links; person 0 may have several.
func (db *DB) AddLink(ctx context.Context, id []byte, person, expires int64) error {
	return db.aside(ctx, "add link", func(q querier) error {
		if person != 0 {
			if _, err := db.change(ctx, q, "DELETE FROM links WHERE person = ?", person); err != nil {
				return err
			}
		}
		_, err := db.change(ctx, q, "INSERT INTO links (id, person, expires) VALUES (?, ?, ?)", id, person, expires)
		return err
	})
}

// Link tells whom a link is for; ErrNotFound says that it was used or has expired.
func (db *DB) Link(ctx context.Context, id []byte, now int64) (person int64, err error) {
	err = db.read.QueryRowContext(ctx, db.dialect.bind("SELECT person FROM links WHERE id = ? AND expires > ?"), id, now).Scan(&person)
	return person, missing(err, "link", "")
}

// Spend notes that something was presented; it tells false where it had been before.
func (db *DB) Spend(ctx context.Context, id []byte, expires int64) (bool, error) {
	n, err := db.one(ctx, "note what was presented", "INSERT INTO spent (id, expires) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", id, expires)
	return n == 1, err
}

// Pass lets a job of a forge in.
type Pass struct {
	// ID is the SHA-256 of what the job holds.
	ID []byte
	// Trust is the rule it was given by, Touched the event that had changed the rule last.
	Trust, Touched int64
	// Asset is the name of the one asset it is for, Title what people read.
	Asset, Title string
	// Expires is in microseconds since 1970.
	Expires int64
}

// AddPass keeps a pass.
func (db *DB) AddPass(ctx context.Context, p Pass) error {
	_, err := db.one(ctx, "add pass", "INSERT INTO passes (id, trust, touched, asset, title, expires) VALUES (?, ?, ?, ?, ?, ?)",
		p.ID, p.Trust, p.Touched, p.Asset, p.Title, p.Expires)
	return err
}

// Pass finds a pass that has not expired.
func (db *DB) Pass(ctx context.Context, id []byte, now int64) (Pass, error) {
	p := Pass{ID: id}
	err := db.read.QueryRowContext(ctx, db.dialect.bind("SELECT trust, touched, asset, title, expires FROM passes WHERE id = ? AND expires > ?"), id, now).
		Scan(&p.Trust, &p.Touched, &p.Asset, &p.Title, &p.Expires)
	return p, missing(err, "pass", "")
}

// Tries counts a try to sign in under several names (an account, an address), unless one of them has to wait: then it gives until when, in
// microseconds, and counts nothing. The time until which each has to wait next is what wait says of the failures so far, this one included;
// failures before forget no longer count. So of many tries at one time no more get through than one after the other would.
func (db *DB) Tries(ctx context.Context, ids []string, now, forget int64, wait func(id string, failed int64) int64) (until int64, err error) {
	err = db.aside(ctx, "count tries", func(q querier) error {
		until = 0
		failed := make([]int64, len(ids))
		for i, id := range ids {
			var last, held int64
			row := q.QueryRowContext(ctx, db.dialect.bind("INSERT INTO tries (id, failed, last, until) VALUES (?, 0, ?, 0)"+
				" ON CONFLICT (id) DO UPDATE SET failed = tries.failed RETURNING failed, last, until"), id, now) // so it is there, and ours until the end
			if err := row.Scan(&failed[i], &last, &held); err != nil {
				return err
			}
			if last < forget {
				failed[i] = 0
			}
			until = max(until, held)
		}
		if until > now {
			return errHeld
		}
		until = 0
		for i, id := range ids {
			if _, err := db.change(ctx, q, "UPDATE tries SET failed = ?, last = ?, until = ? WHERE id = ?", failed[i]+1, now, wait(id, failed[i]+1), id); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errHeld) {
		return until, nil
	}
	return until, err
}

// errHeld ends a try that counts for nothing.
var errHeld = errors.New("has to wait")

// Succeed takes back a try that was none: it forgets the failures of the names in clear, and one failure of those in less.
func (db *DB) Succeed(ctx context.Context, clear, less []string) error {
	return db.aside(ctx, "count tries", func(q querier) error {
		for _, id := range clear {
			if _, err := db.change(ctx, q, "DELETE FROM tries WHERE id = ?", id); err != nil {
				return err
			}
		}
		for _, id := range less {
			if _, err := db.change(ctx, q, "UPDATE tries SET failed = failed - 1, until = 0 WHERE id = ? AND failed > 0", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// TokenUses tells when tokens were last used, in microseconds since 1970, by the tokens' ids.
func (db *DB) TokenUses(ctx context.Context) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := each(ctx, db.reads(), func(rows *sql.Rows) error {
		var token, used int64
		if err := rows.Scan(&token, &used); err != nil {
			return err
		}
		out[token] = used
		return nil
	}, "SELECT token, used FROM token_uses")
	if err != nil {
		return nil, fmt.Errorf("read uses of tokens: %w", err)
	}
	return out, nil
}

// Sweep removes what has expired: sessions, links, passes, what was presented, and tries older than forget.
func (db *DB) Sweep(ctx context.Context, now, idle, forget int64) error {
	return db.aside(ctx, "sweep", func(q querier) error {
		for _, table := range []string{"sessions", "links", "passes", "spent"} {
			if _, err := db.change(ctx, q, "DELETE FROM "+table+" WHERE expires <= ?", now); err != nil {
				return err
			}
		}
		if _, err := db.change(ctx, q, "DELETE FROM sessions WHERE seen <= ?", idle); err != nil {
			return err
		}
		_, err := db.change(ctx, q, "DELETE FROM tries WHERE last <= ? AND until <= ?", forget, now)
		return err
	})
}
