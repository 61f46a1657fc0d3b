// Package store keeps the register: all SQL and all migrations, on SQLite and on PostgreSQL alike.
//
// There is one append-only log of events, each with a hash over itself and the one before, and there are tables that the log amounts to. Every write
// is one transaction that holds the log's head, so writes come one after the other on every machine of a cluster, and a reader sees
// all of a write or none. The package knows rows and bytes; what they mean, and which changes are allowed, is the register's business.
// It must hold the only SQL of the program.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// DB is an open register.
type DB struct {
	dialect dialect
	// write is for transactions that change something, read for everything else. On PostgreSQL they are one.
	write, read *sql.DB
	// writers bounds how many writes of this process wait at once, so that they leave connections to readers.
	writers chan struct{}
}

// maxWriters is how many writes of one process wait for the head of the log at the database; more wait here.
const maxWriters = 8

// dialect is what differs between the two databases.
type dialect interface {
	// name is "SQLite" or "PostgreSQL".
	name() string
	// bind turns the marks ? of a statement into the database's own.
	bind(query string) string
	// schema turns a migration into the database's own words.
	schema(text string) string
	// lock makes a query for one row hold it until the transaction ends.
	lock(query string) string
	// bulk writes many rows of a table at once.
	bulk(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error
	// exact finds the sightings of sources by their exact keys.
	exact(ctx context.Context, tx *Tx, sources []int64, keys [][]byte) ([]Sighting, error)
	// busy tells that the other side of a conflict should simply be waited for.
	busy(err error) bool
}

// ErrNotFound says that no row has that id or name.
var ErrNotFound = errors.New("not found")

// Open opens a register and brings its schema up to date. The address is a postgres:// URL, or the path of an SQLite file, which is made where there is
// none, or @FILE for a file that holds the address. It fails where the schema is newer than this program.
func Open(ctx context.Context, address string) (*DB, error) {
	newest, err := Schema()
	if err != nil {
		return nil, err
	}
	return openAt(ctx, address, newest)
}

func openAt(ctx context.Context, address string, schema int) (*DB, error) {
	address, err := readAddress(address)
	if err != nil {
		return nil, err
	}
	open := openSQLite
	if isPostgres(address) {
		open = openPostgres
	}
	db, err := open(ctx, address)
	if err != nil {
		return nil, err
	}
	db.writers = make(chan struct{}, maxWriters)
	if err := db.migrate(ctx, schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// maxAddress is the longest address that a file may hold, in bytes.
const maxAddress = 4 << 10

// readAddress takes an address from the file that @FILE names, so that its password need not stand on a command line or in an environment.
func readAddress(address string) (string, error) {
	path, ok := strings.CutPrefix(address, "@")
	if !ok {
		return address, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read address of the register: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxAddress+1))
	if err != nil {
		return "", fmt.Errorf("read address of the register: %w", err)
	}
	if address = strings.TrimSpace(string(text)); address == "" || len(text) > maxAddress || strings.ContainsAny(address, "\r\n\x00") {
		return "", fmt.Errorf("read address of the register: %q holds no address", path)
	}
	return address, nil
}

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Kind is "SQLite" or "PostgreSQL".
func (db *DB) Kind() string { return db.dialect.name() }

// Close ends all connections.
func (db *DB) Close() error {
	if db.write == db.read {
		return db.write.Close()
	}
	return errors.Join(db.read.Close(), db.write.Close())
}

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.read.PingContext(ctx) }

// SQL gives the handles for libraries that keep tables of their own in the same database (jobs).
func (db *DB) SQL() (write, read *sql.DB) { return db.write, db.read }

// query asks and scans each row.
func query[T any](ctx context.Context, r reading, scan func(*sql.Rows, *T) error, text string, args ...any) ([]T, error) {
	var out []T
	err := each(ctx, r, func(rows *sql.Rows) error {
		var one T
		if err := scan(rows, &one); err != nil {
			return err
		}
		out = append(out, one)
		return nil
	}, text, args...)
	return out, err
}

// each asks and visits each row.
func each(ctx context.Context, r reading, visit func(*sql.Rows) error, text string, args ...any) error {
	rows, err := r.QueryContext(ctx, r.dialect.bind(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reading is where rows are read: from a handle or within a transaction, and in which dialect.
type reading struct {
	querier
	dialect dialect
}

func (db *DB) reads() reading { return reading{db.read, db.dialect} }

func (t *Tx) reads() reading { return reading{t.tx, t.db.dialect} }

// querier is a handle or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// places makes the marks of a list of n values: "?, ?, ?".
func places(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func missing(err error, what string, name any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s %v: %w", what, name, ErrNotFound)
	}
	return err
}
