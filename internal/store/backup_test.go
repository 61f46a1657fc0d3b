package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// write appends events of one block each.
func write(ctx context.Context, t *testing.T, db *store.DB, events int) {
	t.Helper()
	for i := range events {
		err := db.Write(ctx, func(tx *store.Tx) error {
			blocks := tx.Blocks()
			if _, err := blocks.Add(ctx, []byte(strings.Repeat(fmt.Sprint(i), 500))); err != nil {
				return err
			}
			_, err := tx.Append(ctx, store.Event{At: int64(i), Actor: "me", Kind: "test", Data: []byte(`{}`)}, int64(i), blocks)
			return err
		})
		if err != nil && ctx.Err() == nil {
			t.Error(err)
			return
		}
	}
}

func openAt(t *testing.T, address string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// keepWriting appends events until the function that it gives is called.
func keepWriting(t *testing.T, db *store.DB) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		for ctx.Err() == nil {
			write(ctx, t, db, 1)
		}
	})
	return func() { cancel(); wait.Wait() }
}

func TestBackup_ofARegisterInUse(t *testing.T) {
	ctx, path, file := t.Context(), storetest.SQLite(t), filepath.Join(t.TempDir(), "copy.db")
	db := openAt(t, path)
	write(ctx, t, db, 200)
	stop := keepWriting(t, db)
	head, err := store.Backup(ctx, path, file)
	stop()
	if err != nil {
		t.Fatal(err)
	}
	now, err := db.Head(ctx)
	if err != nil || head.Seq < 200 || head.Seq > now.Seq {
		t.Errorf("the copy ends with event %d, the register with %d (%v)", head.Seq, now.Seq, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v", info.Mode(), err)
	}
	if _, err := store.Backup(ctx, path, file); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second backup to the same file: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 1 {
		t.Errorf("left beside the copy: %v", left)
	}

	// into a new place
	to := filepath.Join(t.TempDir(), "new", "register.db")
	if back, err := store.Restore(ctx, to, file, false); err != nil || back.Seq != head.Seq || string(back.Hash) != string(head.Hash) {
		t.Fatalf("restored to event %d, want %d (%v)", back.Seq, head.Seq, err)
	}
	again := openAt(t, to)
	write(ctx, t, again, 1)
	if err := again.Verify(ctx, nil); err != nil {
		t.Error(err)
	}

	// over one that is there
	if _, err := store.Restore(ctx, path, file, false); !errors.Is(err, store.ErrExists) {
		t.Errorf("without force: %v", err)
	}
	if _, err := store.Restore(ctx, path, file, true); !errors.Is(err, store.ErrInUse) {
		t.Errorf("over a register that is in use: %v", err)
	}
	if err := db.Verify(ctx, nil); err != nil {
		t.Errorf("a restore that was refused: %v", err)
	}
	write(ctx, t, db, 1)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if back, err := store.Restore(ctx, path, file, true); err != nil || back.Seq != head.Seq {
		t.Fatalf("over a register: event %d (%v)", back.Seq, err)
	}
	if before, err := openAt(t, path+".before").Head(ctx); err != nil || before.Seq != now.Seq+1 {
		t.Errorf("the register that was there ends with %d, want %d (%v)", before.Seq, now.Seq+1, err)
	}
}

func TestRestore_refusesWhatIsNoGoodBackup(t *testing.T) {
	ctx, path := t.Context(), storetest.SQLite(t)
	db := openAt(t, path)
	write(ctx, t, db, 20)
	good := filepath.Join(t.TempDir(), "good.db")
	if _, err := store.Backup(ctx, path, good); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(db *store.DB) string) []byte {
		file := filepath.Join(t.TempDir(), "changed.db")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		db := openAt(t, file)
		w, _ := db.SQL()
		if _, err := w.ExecContext(ctx, change(db)); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		out, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	flipped := append([]byte{}, data...)
	for i := len(flipped) / 2; i < len(flipped)/2+5000; i++ {
		flipped[i] ^= 0x55
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"text":     {[]byte("this is no database"), "no register"},
		"empty":    {nil, "no register"},
		"cut":      {data[:len(data)/2], ""},
		"flipped":  {flipped, ""},
		"changed":  {changed(func(*store.DB) string { return "UPDATE events SET actor = 'you' WHERE seq = 7" }), "event 7"},
		"newer":    {changed(func(*store.DB) string { return "UPDATE schema_version SET version = 999" }), "schema is 999"},
		"cut log":  {changed(func(*store.DB) string { return "DELETE FROM events WHERE seq = 20" }), "event 20"},
		"no block": {changed(func(*store.DB) string { return "DELETE FROM blocks WHERE seq = 3" }), "event 3"},
	} {
		file, to := filepath.Join(t.TempDir(), "bad.db"), filepath.Join(t.TempDir(), "to.db")
		if err := os.WriteFile(file, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Restore(ctx, to, file, true); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%s: it was put in place", name)
		}
	}
	if _, err := store.Backup(ctx, filepath.Join(t.TempDir(), "none.db"), good+"2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a register that is not there: %v", err)
	}
	for _, err := range []error{second(store.Backup(ctx, "postgres://u:hunter2@h/d", good+"2")), second(store.Restore(ctx, "postgres://u:hunter2@h/d", good, true))} {
		if !errors.Is(err, store.ErrPostgres) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("on PostgreSQL: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestRestore_overADamagedRegister is what a restore is for.
func TestRestore_overADamagedRegister(t *testing.T) {
	ctx, path := t.Context(), storetest.SQLite(t)
	db := openAt(t, path)
	write(ctx, t, db, 5)
	file := filepath.Join(t.TempDir(), "copy.db")
	if _, err := store.Backup(ctx, path, file); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{path: "damaged", path + "-wal": "damaged too"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if head, err := store.Restore(ctx, path, file, true); err != nil || head.Seq != 5 {
		t.Errorf("event %d, %v", head.Seq, err)
	}
	if text, err := os.ReadFile(path + ".before"); err != nil || string(text) != "damaged" {
		t.Errorf("what was there: %q, %v", text, err)
	}
}

// TestBackup_onPostgres does what docs/operations.md says with PostgreSQL's own programs, while the register is written to.
func TestBackup_onPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server of its own")
	}
	s, err := storetest.Start(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(s.Stop(), os.RemoveAll(s.Dir)) })
	ctx := t.Context()
	admin := openAt(t, s.Address("postgres")) // a register of its own: only its connection is needed
	for _, name := range []string{"register", "restored"} {
		w, _ := admin.SQL()
		if _, err := w.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
			t.Fatal(err)
		}
	}
	db := openAt(t, s.Address("register"))
	write(ctx, t, db, 200)
	file := filepath.Join(t.TempDir(), "register.dump")
	stop := keepWriting(t, db)
	run(t, program(t, s, "pg_dump"), "--format=custom", "--no-owner", "--file="+file, s.Address("register"))
	stop()
	run(t, program(t, s, "pg_restore"), "--no-owner", "--single-transaction", "--exit-on-error", "--dbname="+s.Address("restored"), file)
	back := openAt(t, s.Address("restored"))
	if err := back.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
	head, err := back.Head(ctx)
	if err != nil || head.Seq < 200 {
		t.Errorf("restored to event %d (%v)", head.Seq, err)
	}
	write(ctx, t, back, 1)
	if err := back.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
}

// program finds one of PostgreSQL's programs beside the server's, or else where a shell finds it.
func program(t *testing.T, s *storetest.Server, name string) string {
	t.Helper()
	if path := filepath.Join(s.Bin, name); exec.Command(path, "--version").Run() == nil {
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s: run \"make deps\": %v", name, err)
	}
	return path
}

func run(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(program), err, out)
	}
}
