package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrPostgres says that PostgreSQL's own programs make and restore backups of a register there, as they do of everything else on that server.
var ErrPostgres = errors.New("the register is on PostgreSQL: use pg_dump and pg_restore, then \"reeve register verify\" (docs/operations.md)")

// ErrExists says that a file would be overwritten.
var ErrExists = errors.New("the file is there already")

// ErrInUse says that another program has the register open.
var ErrInUse = errors.New("another program has it open: stop it first")

// Backup writes a copy of an SQLite register to a new file and checks the copy: the file's structure and every hash of the log. Others may read and
// write meanwhile; the copy is the register at one moment. Nothing is left where it fails. It is not migrated, so that a newer reeve can be used before an upgrade.
func Backup(ctx context.Context, address, file string) (Head, error) {
	h, err := backup(ctx, address, file)
	if err != nil {
		return h, fmt.Errorf("back up register to %q: %w", file, err)
	}
	return h, nil
}

func backup(ctx context.Context, address, file string) (Head, error) {
	path, err := filePath(address)
	if err != nil {
		return Head{}, err
	}
	if _, err := os.Stat(path); err != nil { // opening would make it
		return Head{}, err
	}
	if _, err := os.Lstat(file); err == nil {
		return Head{}, ErrExists
	}
	part := file + ".part"
	empty, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // SQLite fills an empty file and keeps who may read it
	if err != nil {
		return Head{}, err
	}
	defer os.Remove(part) //nolint:errcheck // by then it has its name, or is worth nothing
	if err := empty.Close(); err != nil {
		return Head{}, err
	}
	from, err := sql.Open("sqlite", fileAddress(path, "_pragma=busy_timeout(120000)"))
	if err != nil {
		return Head{}, err
	}
	_, err = from.ExecContext(ctx, "VACUUM INTO ?", part)
	if err := errors.Join(err, from.Close()); err != nil {
		return Head{}, err
	}
	if err := flush(part); err != nil { // SQLite does not see to it that this copy reaches the disk
		return Head{}, err
	}
	head, err := examine(ctx, part)
	if err != nil {
		return Head{}, err
	}
	if err := os.Link(part, file); err != nil { // unlike a rename it overwrites nothing
		return Head{}, err
	}
	return head, flush(filepath.Dir(file))
}

// Restore puts a backup in the place of an SQLite register, brings its schema up to date and checks the log again. The backup is checked before anything
// is touched. Where a register is there already it gives ErrExists, or, with force, keeps it beside as PATH.before; ErrInUse where a program has it open.
func Restore(ctx context.Context, address, file string, force bool) (Head, error) {
	h, err := restore(ctx, address, file, force)
	if err != nil {
		return h, fmt.Errorf("restore register from %q: %w", file, err)
	}
	return h, nil
}

func restore(ctx context.Context, address, file string, force bool) (Head, error) {
	path, err := filePath(address)
	if err != nil {
		return Head{}, err
	}
	_, err = os.Lstat(path)
	there := err == nil
	if there && !force {
		return Head{}, fmt.Errorf("%q: %w", path, ErrExists)
	}
	if _, err := examine(ctx, file); err != nil {
		return Head{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Head{}, err
	}
	part := path + ".restoring"
	if err := copyFile(part, file); err != nil {
		return Head{}, errors.Join(err, os.Remove(part))
	}
	if there {
		if err := release(ctx, path); err != nil {
			return Head{}, errors.Join(fmt.Errorf("%q: %w", path, err), os.Remove(part))
		}
		for _, end := range []string{"-wal", "-shm", ""} { // a log that is left would be applied to the new file
			if err := os.Rename(path+end, path+".before"+end); err != nil && !errors.Is(err, os.ErrNotExist) {
				return Head{}, err
			}
		}
	}
	if err := os.Rename(part, path); err != nil {
		return Head{}, err
	}
	if err := flush(filepath.Dir(path)); err != nil {
		return Head{}, err
	}
	db, err := Open(ctx, path)
	if err != nil {
		return Head{}, err
	}
	if err := db.Verify(ctx, nil); err != nil {
		return Head{}, errors.Join(err, db.Close())
	}
	head, err := db.Head(ctx)
	return head, errors.Join(err, db.Close())
}

// examine checks a copy that nobody writes to: that it is a register whose schema is known here, its structure, and every hash of the log.
func examine(ctx context.Context, file string) (Head, error) {
	if _, err := os.Stat(file); err != nil {
		return Head{}, err
	}
	h, err := sql.Open("sqlite", fileAddress(file, "mode=ro&immutable=1&_pragma=query_only(on)"))
	if err != nil {
		return Head{}, err
	}
	db := &DB{dialect: liteDialect{}, write: h, read: h}
	defer db.Close() //nolint:errcheck // it was only read
	var version int
	if err := h.QueryRowContext(ctx, "SELECT version FROM schema_version").Scan(&version); err != nil {
		return Head{}, fmt.Errorf("it is no register: %w", err)
	}
	newest, err := Schema()
	if err != nil {
		return Head{}, err
	}
	if version > newest {
		return Head{}, fmt.Errorf("its schema is %d, this reeve knows %d: use a newer reeve", version, newest)
	}
	var fault string
	if err := h.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&fault); err != nil {
		return Head{}, err
	}
	if fault != "ok" {
		return Head{}, fmt.Errorf("the file is damaged: %s", fault)
	}
	if err := db.Verify(ctx, nil); err != nil {
		return Head{}, err
	}
	return db.Head(ctx)
}

// release makes sure that no other program has a register open, and writes back its journal. A file that is damaged is nobody's.
func release(ctx context.Context, path string) error {
	h, err := sql.Open("sqlite", fileAddress(path, "_pragma=busy_timeout(1000)"))
	if err != nil {
		return err
	}
	defer h.Close() //nolint:errcheck // it only held the file
	h.SetMaxOpenConns(1)
	var mode string
	err = h.QueryRowContext(ctx, "PRAGMA journal_mode = delete").Scan(&mode) // only who is alone may leave the write-ahead log
	var own *sqlite.Error
	switch {
	case err == nil && mode == "delete":
		return nil
	case err == nil, errors.As(err, &own) && (own.Code()&0xff == sqlite3.SQLITE_BUSY || own.Code()&0xff == sqlite3.SQLITE_LOCKED):
		return ErrInUse
	case errors.As(err, &own) && (own.Code()&0xff == sqlite3.SQLITE_NOTADB || own.Code()&0xff == sqlite3.SQLITE_CORRUPT):
		return nil
	}
	return err
}

// filePath is the path of an SQLite register.
func filePath(address string) (string, error) {
	address, err := readAddress(address)
	if err == nil && isPostgres(address) {
		err = ErrPostgres
	}
	return strings.TrimPrefix(address, "sqlite://"), err
}

func fileAddress(path, options string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options
}

// copyFile makes a new file that only its owner may read, and sees to it that it reaches the disk.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// flush sees to it that a file, or what a folder says of its files, reaches the disk.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
