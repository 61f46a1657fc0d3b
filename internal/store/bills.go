package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Bill is a stored bill of materials: what one asset is made of.
type Bill struct {
	// Asset is the entity it is about, Name tells several bills of one asset apart (a branch, a service).
	Asset int64
	Name  string
	// Seq is the event that brought it.
	Seq int64
	// Data are its packages, packed (package register does it).
	Data []byte
}

func scanBill(rows *sql.Rows, b *Bill) error { return rows.Scan(&b.Asset, &b.Name, &b.Seq, &b.Data) }

// PutBills writes bills, each in the place of the one of that asset and name.
func (t *Tx) PutBills(ctx context.Context, bills []Bill) error {
	rows := make([][]any, len(bills))
	for i, b := range bills {
		rows[i] = []any{b.Asset, b.Name, b.Seq, b.Data}
	}
	return t.bulk(ctx, "bills", []string{"asset", "name", "seq", "data"}, rows)
}

// Bill gives one bill.
func (db *DB) Bill(ctx context.Context, asset int64, name string) (Bill, error) {
	bills, err := query(ctx, db.reads(), scanBill, "SELECT asset, name, seq, data FROM bills WHERE asset = ? AND name = ?", asset, name)
	if err == nil && len(bills) == 0 {
		err = fmt.Errorf("bill of materials %q: %w", name, ErrNotFound)
	}
	if err != nil {
		return Bill{}, err
	}
	return bills[0], nil
}

// Bills lists the bills that events after a sequence number brought, without their packages, in the order of the log.
func (db *DB) Bills(ctx context.Context, after int64) ([]Bill, error) {
	return query(ctx, db.reads(), func(r *sql.Rows, b *Bill) error { return r.Scan(&b.Asset, &b.Name, &b.Seq) },
		"SELECT asset, name, seq FROM bills WHERE seq > ? ORDER BY seq, asset, name", after)
}

// BillsOf lists the bills of one asset, without their packages, by name.
func (db *DB) BillsOf(ctx context.Context, asset int64) ([]Bill, error) {
	return query(ctx, db.reads(), func(r *sql.Rows, b *Bill) error { return r.Scan(&b.Asset, &b.Name, &b.Seq) },
		"SELECT asset, name, seq FROM bills WHERE asset = ? ORDER BY name", asset)
}
