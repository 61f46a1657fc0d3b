package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

type postgresDialect struct{}

func openPostgres(ctx context.Context, address string) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("open register: the address is no postgres:// URL that can be read") // the cause may quote a password
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(10)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open register on %s: %w", config.Host, err), db.Close())
	}
	return &DB{dialect: postgresDialect{}, write: db, read: db}, nil
}

func (postgresDialect) name() string             { return "PostgreSQL" }
func (postgresDialect) lock(query string) string { return query + " FOR UPDATE" }

func (postgresDialect) schema(text string) string {
	text = strings.ReplaceAll(text, "ROWID   PRIMARY KEY", "BIGINT PRIMARY KEY")
	return strings.ReplaceAll(text, ") CLUSTERED;", ");")
}

func (postgresDialect) bind(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(query, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}

// keyOf are the columns that tell rows apart, by table; rows that are written again replace those.
var keyOf = map[string]string{"findings": "id", "sightings": "source, n", "changes": "finding, seq", "blocks": "seq, n", "entities": "kind, id", "bills": "asset, name"}

// bulk copies rows. A copy cannot replace rows, so those that may be there already go by way of a table of the transaction's own.
func (d postgresDialect) bulk(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error {
	if tx.areNew(table, rows) {
		return d.copy(ctx, tx, table, columns, rows)
	}
	stage := "stage_" + table
	if !tx.staged[stage] {
		if _, err := tx.tx.ExecContext(ctx, "CREATE TEMPORARY TABLE IF NOT EXISTS "+stage+" (LIKE "+table+") ON COMMIT DELETE ROWS"); err != nil {
			return err
		}
		if tx.staged == nil {
			tx.staged = map[string]bool{}
		}
		tx.staged[stage] = true
	} else if _, err := tx.tx.ExecContext(ctx, "TRUNCATE "+stage); err != nil {
		return err
	}
	if err := d.copy(ctx, tx, stage, columns, rows); err != nil {
		return err
	}
	list, key := strings.Join(columns, ", "), keyOf[table]
	var set []string
	for _, c := range columns {
		set = append(set, c+" = excluded."+c)
	}
	_, err := tx.tx.ExecContext(ctx, "INSERT INTO "+table+" ("+list+") SELECT "+list+" FROM "+stage+
		" ON CONFLICT ("+key+") DO UPDATE SET "+strings.Join(set, ", "))
	return err
}

func (postgresDialect) copy(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error {
	return tx.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
}

func (d postgresDialect) exact(ctx context.Context, tx *Tx, sources []int64, keys [][]byte) ([]Sighting, error) {
	return query(ctx, tx.reads(), func(r *sql.Rows, s *Sighting) error { return scanSighting(r, s) },
		"SELECT "+sightingColumns+" FROM sightings JOIN unnest(?::bigint[], ?::bytea[]) AS asked (of, key) ON source = asked.of AND exact = asked.key", sources, keys)
}

func (postgresDialect) busy(err error) bool {
	var own *pgconn.PgError
	return errors.As(err, &own) && (own.Code == "40001" || own.Code == "40P01" || own.Code == "55P03")
}
