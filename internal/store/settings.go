package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
)

// Secret gives a secret of the register's own, made by chance on the first use: the key of identities, of sessions, of the log's signature.
func (db *DB) Secret(ctx context.Context, name string, size int) ([]byte, error) {
	if value, err := db.Setting(ctx, name); !errors.Is(err, ErrNotFound) {
		return value, err
	}
	fresh := make([]byte, size)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	err := db.Write(ctx, func(t *Tx) error { // who comes second takes what is there
		return t.exec(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, fresh)
	})
	if err != nil {
		return nil, err
	}
	return db.Setting(ctx, name)
}

// Setting gives a stored value by name.
func (db *DB) Setting(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := db.read.QueryRowContext(ctx, db.dialect.bind("SELECT value FROM settings WHERE name = ?"), name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("setting %q: %w", name, ErrNotFound)
	}
	return value, err
}

// SetSetting stores a value by name; nil removes it.
func (t *Tx) SetSetting(ctx context.Context, name string, value []byte) error {
	if value == nil {
		return t.exec(ctx, "DELETE FROM settings WHERE name = ?", name)
	}
	return t.exec(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
}

// Receipt is the answer to a request that carried an idempotency key.
type Receipt struct {
	Actor, Key string
	// Request is a digest of what was asked, Receipt the answer.
	Request, Receipt []byte
	// Made is when, in microseconds since 1970.
	Made int64
}

// Receipt gives the answer that was given to a key, if there was one.
func (t *Tx) Receipt(ctx context.Context, actor, key string) (Receipt, bool, error) {
	r := Receipt{Actor: actor, Key: key}
	err := t.tx.QueryRowContext(ctx, t.db.dialect.bind("SELECT request, receipt, made FROM receipts WHERE actor = ? AND key = ?"), actor, key).
		Scan(&r.Request, &r.Receipt, &r.Made)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// PutReceipt keeps an answer.
func (t *Tx) PutReceipt(ctx context.Context, r Receipt) error {
	return t.exec(ctx, "INSERT INTO receipts (actor, key, request, receipt, made) VALUES (?, ?, ?, ?, ?)", r.Actor, r.Key, r.Request, r.Receipt, r.Made)
}
