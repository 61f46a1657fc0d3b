package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Session is a browser that somebody has signed in with.
type Session struct {
	// ID is the SHA-256 of what the browser holds.
	ID     []byte
	Person int64
	// Way is how they signed in. SID is the provider's name of its own session, "" where there is none.
	Way, SID string
	// Made, Seen and Expires are in microseconds since 1970. Seen is written from time to time.
	Made, Seen, Expires int64
	// Address and Agent are where from and with what, at the sign-in.
	Address, Agent string
}

const sessionColumns = "id, person, way, sid, made, seen, expires, address, agent"

func scanSession(rows *sql.Rows, s *Session) error {
	return rows.Scan(&s.ID, &s.Person, &s.Way, &s.SID, &s.Made, &s.Seen, &s.Expires, &s.Address, &s.Agent)
}

// AddSession keeps a session, and ends another one in its place, if there is one by that id.
func (db *DB) AddSession(ctx context.Context, s Session, instead []byte) error {
	return db.aside(ctx, "add session", func(q querier) error {
		if instead != nil {
			if _, err := db.change(ctx, q, "DELETE FROM sessions WHERE id = ?", instead); err != nil {
				return err
			}
		}
		_, err := db.change(ctx, q, "INSERT INTO sessions ("+sessionColumns+") VALUES ("+places(9)+")",
			s.ID, s.Person, s.Way, s.SID, s.Made, s.Seen, s.Expires, s.Address, s.Agent)
		return err
	})
}

// Session finds a session.
func (db *DB) Session(ctx context.Context, id []byte) (Session, error) {
	found, err := query(ctx, db.reads(), scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE id = ?", id)
	if err != nil {
		return Session{}, fmt.Errorf("read session: %w", err)
	}
	if len(found) == 0 {
		return Session{}, fmt.Errorf("session: %w", ErrNotFound)
	}
	return found[0], nil
}

// Sessions lists a person's sessions, newest first.
func (db *DB) Sessions(ctx context.Context, person int64) ([]Session, error) {
	return query(ctx, db.reads(), scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE person = ? ORDER BY made DESC, id", person)
}

// EndSession ends a session; it tells whether there was one.
func (db *DB) EndSession(ctx context.Context, id []byte) (bool, error) {
	n, err := db.one(ctx, "end session", "DELETE FROM sessions WHERE id = ?", id)
	return n > 0, err
}

// EndSessions ends a person's sessions but one, which may be nil, and tells how many.
func (db *DB) EndSessions(ctx context.Context, person int64, keep []byte) (int64, error) {
	if keep == nil {
		keep = []byte{}
	}
	return db.one(ctx, "end sessions", "DELETE FROM sessions WHERE person = ? AND id <> ?", person, keep)
}

// EndProviderSession ends the sessions of a person that belong to one session at a provider.
func (db *DB) EndProviderSession(ctx context.Context, sid string) (int64, error) {
	if sid == "" {
		return 0, nil
	}
	return db.one(ctx, "end sessions", "DELETE FROM sessions WHERE sid = ?", sid)
}

// Seen notes when sessions, by their ids as strings, and tokens were last used, in microseconds since 1970.
func (db *DB) Seen(ctx context.Context, sessions map[string]int64, tokens map[int64]int64) error {
	return db.aside(ctx, "note uses", func(q querier) error {
		for id, at := range sessions {
			if _, err := db.change(ctx, q, "UPDATE sessions SET seen = ? WHERE id = ? AND seen < ?", at, []byte(id), at); err != nil {
				return err
			}
		}
		for token, at := range tokens {
			_, err := db.change(ctx, q, `INSERT INTO token_uses (token, used) VALUES (?, ?)
				ON CONFLICT (token) DO UPDATE SET used = excluded.used WHERE token_uses.used < excluded.used`, token, at)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
