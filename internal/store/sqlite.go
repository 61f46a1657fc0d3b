package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite" // registers itself as "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

type liteDialect struct{}

// openSQLite opens a file with one connection that writes and a few that read. The journal is a write-ahead log, so readers never wait; every commit
// reaches the disk before it counts.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	path = strings.TrimPrefix(path, "sqlite://")
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("open register %q: %w", path, err)
		}
	}
	created, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // only its owner may read it
	if err != nil {
		return nil, fmt.Errorf("open register %q: %w", path, err)
	}
	if err := created.Close(); err != nil {
		return nil, err
	}
	pragmas := "_pragma=busy_timeout(120000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(on)&_pragma=temp_store(memory)"
	address := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas
	write, err := sql.Open("sqlite", address+"&_pragma=cache_size(-49152)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", address+"&_pragma=cache_size(-16384)&_pragma=query_only(on)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(4)
	db := &DB{dialect: liteDialect{}, write: write, read: read}
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open register %q: %w", path, err), db.Close())
	}
	return db, nil
}

func (liteDialect) name() string             { return "SQLite" }
func (liteDialect) bind(query string) string { return query }
func (liteDialect) lock(query string) string { return query }

func (liteDialect) schema(text string) string {
	text = strings.ReplaceAll(text, ") CLUSTERED;", ") WITHOUT ROWID;")
	text = strings.ReplaceAll(text, "ROWID   PRIMARY KEY", "INTEGER PRIMARY KEY") // the table's own number, so no second index
	text = strings.ReplaceAll(text, "BYTEA", "BLOB")
	return strings.ReplaceAll(text, "VALUES (1, 0, '',", "VALUES (1, 0, x'',")
}

// bulk writes row by row with prepared statements, which is what is fastest inside one process. Most of what a row costs is its values, so what is
// the default is left out: rows with the same defaults share a statement. A context that can end would cost a goroutine a row, so it is asked once.
func (d liteDialect) bulk(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	args := make([]any, 0, len(columns))
	for _, row := range rows {
		args = args[:0]
		shape := uint64(0)
		for i, v := range row {
			if v != "" && v != int64(0) {
				args, shape = append(args, v), shape|1<<i
			}
		}
		stmt, err := tx.shaped(ctx, table, columns, shape)
		if err != nil {
			return err
		}
		if stmt.shape != shape {
			args = row
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// shapes is how many kinds of rows of one table have statements of their own.
const shapes = 40

// shaped gives the statement that writes the columns of a shape, a bit each, or all of them where there are too many shapes already.
func (t *Tx) shaped(ctx context.Context, table string, columns []string, shape uint64) (*shapedStmt, error) {
	known := t.shapes[table]
	if s := known[shape]; s != nil {
		return s, nil
	}
	if len(known) >= shapes {
		shape = 1<<len(columns) - 1
	}
	if s := known[shape]; s != nil {
		return s, nil
	}
	var some []string
	for i, c := range columns {
		if shape&(1<<i) != 0 {
			some = append(some, c)
		}
	}
	stmt, err := t.prepare(ctx, "INSERT OR REPLACE INTO "+table+" ("+strings.Join(some, ", ")+") VALUES ("+places(len(some))+")")
	if err != nil {
		return nil, err
	}
	if known == nil {
		known = map[uint64]*shapedStmt{}
		if t.shapes == nil {
			t.shapes = map[string]map[uint64]*shapedStmt{}
		}
		t.shapes[table] = known
	}
	known[shape] = &shapedStmt{stmt, shape}
	return known[shape], nil
}

// shapedStmt writes the columns of a shape.
type shapedStmt struct {
	*sql.Stmt
	shape uint64
}

func (d liteDialect) exact(ctx context.Context, tx *Tx, sources []int64, keys [][]byte) ([]Sighting, error) {
	stmt, err := tx.prepare(ctx, "SELECT "+sightingColumns+" FROM sightings WHERE source = ? AND exact = ?")
	if err != nil {
		return nil, err
	}
	var out []Sighting
	for i, key := range keys {
		var s Sighting
		switch err := scanSighting(stmt.QueryRowContext(ctx, sources[i], key), &s); {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return nil, err
		default:
			out = append(out, s)
		}
	}
	return out, nil
}

func (liteDialect) busy(err error) bool {
	var own *sqlite.Error
	return errors.As(err, &own) && own.Code()&0xff == sqlite3.SQLITE_BUSY
}
