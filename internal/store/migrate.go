package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// migrations only go forward. A released one is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// Schema is the number of the newest migration of this program.
func Schema() (int, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	return len(names), err
}

// migrate brings the schema up to a number. Several replicas may start at once: the first does it while the others wait.
func (db *DB) migrate(ctx context.Context, newest int) error {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	if db.Kind() == "PostgreSQL" {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7239012)"); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL)"); err != nil {
		return fmt.Errorf("migrate register: %w", err)
	}
	var have int
	err = tx.QueryRowContext(ctx, "SELECT version FROM schema_version").Scan(&have)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = tx.ExecContext(ctx, "INSERT INTO schema_version VALUES (1, 0)")
	}
	if err != nil {
		return fmt.Errorf("migrate register: %w", err)
	}
	if have > newest {
		return fmt.Errorf("migrate register: its schema is %d, this reeve knows %d: use the reeve that wrote it, or a newer one", have, newest)
	}
	for n := have + 1; n <= newest; n++ {
		if err := db.step(ctx, tx, n); err != nil {
			return fmt.Errorf("migrate register to schema %d: %w", n, err)
		}
	}
	return tx.Commit()
}

// step runs one migration inside the transaction.
func (db *DB) step(ctx context.Context, tx *sql.Tx, n int) error {
	names, err := fs.Glob(migrations, fmt.Sprintf("migrations/%04d_*.sql", n))
	if err != nil || len(names) != 1 {
		return fmt.Errorf("want one file for migration %d, have %d (%w)", n, len(names), err)
	}
	text, err := migrations.ReadFile(names[0])
	if err != nil {
		return err
	}
	for statement := range strings.SplitSeq(db.dialect.schema(string(text)), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w in %q", err, statement)
		}
	}
	_, err = tx.ExecContext(ctx, "UPDATE schema_version SET version = "+strconv.Itoa(n))
	return err
}
