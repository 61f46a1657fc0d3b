package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func TestLog_verifiesAndNamesWhatWasChanged(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		for i := range 5 {
			err := db.Write(ctx, func(tx *store.Tx) error {
				blocks := tx.Blocks()
				for n := range i {
					if _, err := blocks.Add(ctx, fmt.Appendf(nil, "block %d of %d", n, i)); err != nil {
						return err
					}
				}
				_, err := tx.Append(ctx, store.Event{At: int64(i), Actor: "me", Kind: "test", Data: []byte(`{}`)}, int64(100+i), blocks)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Verify(ctx, nil); err != nil {
			t.Fatalf("an untouched log: %v", err)
		}
		write, _ := db.SQL()
		for _, c := range []struct {
			name, change, undo string
			seq                int64
		}{
			{"actor", "UPDATE events SET actor = 'you' WHERE seq = 3", "UPDATE events SET actor = 'me' WHERE seq = 3", 3},
			{"time", "UPDATE events SET at = at + 1 WHERE seq = 2", "UPDATE events SET at = at - 1 WHERE seq = 2", 2},
			{"block", "UPDATE blocks SET data = data || data WHERE seq = 5 AND n = 2", "", 5},
		} {
			if _, err := write.ExecContext(ctx, c.change); err != nil {
				t.Fatal(err)
			}
			var broken *store.Broken
			if err := db.Verify(ctx, nil); !errors.As(err, &broken) || broken.Seq != c.seq {
				t.Errorf("%s changed: %v, want event %d named", c.name, err, c.seq)
			}
			if c.undo == "" {
				continue
			}
			if _, err := write.ExecContext(ctx, c.undo); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestWrite_leavesNothingHalfDone(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		stop := errors.New("stop")
		err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.PutEntities(ctx, []store.Entity{{Kind: "team", ID: tx.NewEntity(), Name: "a", Doc: []byte("{}"), Touched: tx.Seq()}}); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		n := 0
		if err := db.Entities(ctx, 0, func(store.Entity) error { n++; return nil }); err != nil || n != 0 {
			t.Errorf("%d entities are left of a write that failed (%v)", n, err)
		}
	})
}

func TestOpen_addressFromAFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address func() string) {
		to, file := address(), filepath.Join(t.TempDir(), "address")
		if err := os.WriteFile(file, []byte(to+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		write(t.Context(), t, openAt(t, "@"+file), 3)
		if head, err := openAt(t, to).Head(t.Context()); err != nil || head.Seq != 3 {
			t.Errorf("what the file's address holds ends with %d (%v), want 3", head.Seq, err)
		}
	})
	for _, text := range []string{"", " \n", "a\nb", strings.Repeat("a", 5000)} {
		file := filepath.Join(t.TempDir(), "address")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(t.Context(), "@"+file); err == nil || !strings.Contains(err.Error(), "no address") {
			t.Errorf("a file with %.10q: %v", text, err)
		}
	}
	if _, err := store.Open(t.Context(), "@"+filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
