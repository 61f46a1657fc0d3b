package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Figures are sizes and counts of what is kept, for operators.
type Figures struct {
	// Bytes is how large the database is on disk, without what is not written back yet.
	Bytes int64
	// Deliveries and Jobs count these by state.
	Deliveries, Jobs map[string]int64
}

// Figures asks the database for its figures. Their counting reads whole tables, so it should not be done every second.
func (db *DB) Figures(ctx context.Context) (Figures, error) {
	f := Figures{Jobs: map[string]int64{}}
	size, jobs := "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()", "SELECT COUNT(*) FROM sqlite_master WHERE name = 'river_job'"
	if db.Kind() == "PostgreSQL" {
		size, jobs = "SELECT pg_database_size(current_database())", "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('river_job')"
	}
	if err := db.read.QueryRowContext(ctx, size).Scan(&f.Bytes); err != nil {
		return f, fmt.Errorf("read size of the register: %w", err)
	}
	var there int64
	if err := db.read.QueryRowContext(ctx, jobs).Scan(&there); err != nil {
		return f, fmt.Errorf("look for jobs: %w", err)
	}
	var err error
	if f.Deliveries, err = db.byState(ctx, "deliveries"); err != nil {
		return f, err
	}
	if there > 0 { // the library that runs jobs makes its tables itself, when it runs first
		f.Jobs, err = db.byState(ctx, "river_job")
	}
	return f, err
}

func (db *DB) byState(ctx context.Context, table string) (map[string]int64, error) {
	out := map[string]int64{}
	err := each(ctx, db.reads(), func(rows *sql.Rows) error {
		var state string
		var n int64
		err := rows.Scan(&state, &n)
		out[state] = n
		return err
	}, "SELECT CAST(state AS TEXT), COUNT(*) FROM "+table+" GROUP BY state")
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", table, err)
	}
	return out, nil
}
