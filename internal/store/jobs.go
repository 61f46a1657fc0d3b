package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// SQL gives the write's transaction to a library that keeps tables of its own in an SQLite file.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Pgx gives the write's transaction to a library that keeps tables of its own in PostgreSQL and speaks pgx.
func (t *Tx) Pgx(do func(pgx.Tx) error) error {
	return t.conn.Raw(func(driver any) error { return do(lent{driver.(*stdlib.Conn).Conn()}) })
}

// Pool opens more connections to the same PostgreSQL database, up to a number, for a library that speaks pgx. The caller closes it.
func (db *DB) Pool(ctx context.Context, most int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the register: %w", err)
	}
	defer conn.Close()
	err = conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return errors.New("the register is not on PostgreSQL")
		}
		config.ConnConfig = c.Conn().Config()
		return nil
	})
	if err != nil {
		return nil, err
	}
	config.MaxConns = most
	return pgxpool.NewWithConfig(ctx, config)
}

// lent is a connection inside a transaction of the register, which whoever borrows it can neither end nor split.
type lent struct{ conn *pgx.Conn }

var errLent = errors.New("the transaction belongs to the register")

// Begin is refused.
func (lent) Begin(context.Context) (pgx.Tx, error) { return nil, errLent }

// Commit is refused.
func (lent) Commit(context.Context) error { return errLent }

// Rollback is refused.
func (lent) Rollback(context.Context) error { return errLent }

// LargeObjects gives none.
func (lent) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn gives the connection.
func (l lent) Conn() *pgx.Conn { return l.conn }

// CopyFrom is pgx.Conn's.
func (l lent) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return l.conn.CopyFrom(ctx, table, columns, rows)
}

// SendBatch is pgx.Conn's.
func (l lent) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return l.conn.SendBatch(ctx, b)
}

// Prepare is pgx.Conn's.
func (l lent) Prepare(ctx context.Context, name, text string) (*pgconn.StatementDescription, error) {
	return l.conn.Prepare(ctx, name, text)
}

// Exec is pgx.Conn's.
func (l lent) Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error) {
	return l.conn.Exec(ctx, text, args...)
}

// Query is pgx.Conn's.
func (l lent) Query(ctx context.Context, text string, args ...any) (pgx.Rows, error) {
	return l.conn.Query(ctx, text, args...)
}

// QueryRow is pgx.Conn's.
func (l lent) QueryRow(ctx context.Context, text string, args ...any) pgx.Row {
	return l.conn.QueryRow(ctx, text, args...)
}
