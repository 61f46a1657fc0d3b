package register_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// replica opens one more register on a database, as another machine would.
func replica(t *testing.T, address string) *register.Register {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r, err := register.New(t.Context(), db, register.Options{Now: time.Now, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func count(t *testing.T, r *register.Register) int {
	t.Helper()
	n := 0
	if err := r.Store().Every(t.Context(), func(*store.Finding) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestImport_hundredPushesAtOnce: none is lost, none is doubled, through two replicas.
func TestImport_hundredPushesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address func() string) {
		where := address()
		replicas := []*register.Register{replica(t, where), replica(t, where)}
		var wait sync.WaitGroup
		errs := make([]error, 100)
		for n := range 100 {
			wait.Go(func() {
				asset := finding.Asset{Kind: "repository", Name: fmt.Sprintf("service-%d", n%25)} // four pipelines push each
				_, errs[n] = replicas[n%2].Import(t.Context(), register.Import{Asset: asset, Actor: "ci", Ref: "main"}, strings.NewReader(report(one, two, three)))
			})
		}
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if n := count(t, replicas[0]); n != 25*3 {
			t.Errorf("%d findings in 25 assets, want 3 each", n)
		}
		head, err := replicas[0].Store().Head(t.Context())
		if err != nil || head.Seq != 100 {
			t.Errorf("%d events of 100 pushes (%v)", head.Seq, err)
		}
		if err := replicas[1].Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestImport_replicasRaceOnOneRequest: the same request reaches two replicas at once; it counts once.
func TestImport_replicasRaceOnOneRequest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address func() string) {
		where := address()
		replicas := []*register.Register{replica(t, where), replica(t, where)}
		receipts, errs := make([]register.Receipt, 10), make([]error, 10)
		var wait sync.WaitGroup
		for n := range 10 {
			wait.Go(func() {
				receipts[n], errs[n] = replicas[n%2].Import(t.Context(), register.Import{Asset: shop, Actor: "ci", Key: "run 7"}, strings.NewReader(report(one, two)))
			})
		}
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		first := 0
		for _, r := range receipts {
			if !r.Repeated {
				first++
			}
			if r.Event != receipts[0].Event || r.New != 2 {
				t.Errorf("receipts differ: %+v and %+v", r, receipts[0])
			}
		}
		if first != 1 || count(t, replicas[0]) != 2 {
			t.Errorf("%d of 10 requests counted, %d findings", first, count(t, replicas[0]))
		}
	})
}

// TestImport_databaseGoesAwayAndComesBack: the import fails with an error and leaves nothing, and the next one works without a restart.
func TestImport_databaseGoesAwayAndComesBack(t *testing.T) {
	server, err := storetest.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	r := replica(t, server.Address("postgres"))
	in := register.Import{Asset: shop, Actor: "ci"}
	if _, err := r.Import(t.Context(), in, strings.NewReader(report(one))); err != nil {
		t.Fatal(err)
	}
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Import(t.Context(), in, strings.NewReader(report(one, two))); err == nil {
		t.Fatal("an import without a database succeeds")
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	receipt, err := r.Import(t.Context(), in, strings.NewReader(report(one, two)))
	if err != nil || receipt.New != 1 || receipt.Same != 1 {
		t.Fatalf("after the database came back: %+v, %v", receipt, err)
	}
	if err := r.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// TestImport_diskFull: a full disk is an error that says so, nothing is half written, and with room again it works.
func TestImport_diskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("a small disk for the test cannot be mounted (it takes root): %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	r := replica(t, filepath.Join(dir, "register.db"))
	in := register.Import{Asset: shop, Actor: "ci"}
	if _, err := r.Import(t.Context(), in, strings.NewReader(report(one))); err != nil {
		t.Fatal(err)
	}
	var many []hit
	for i := range 20_000 {
		many = append(many, hit{"rule", fmt.Sprintf("app/file%d.py", i), fmt.Sprintf("run(%d, unsafe=True, user=%d)", i*7919, i), 1})
	}
	_, err := r.Import(t.Context(), in, strings.NewReader(report(many...)))
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("an import onto a full disk: %v, want an error that says that it is full", err)
	}
	if err := r.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if n := count(t, r); n != 1 {
		t.Errorf("%d findings after an import that failed, want 1", n)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=200m"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Import(t.Context(), in, strings.NewReader(report(one, two))); err != nil {
		t.Errorf("with room on the disk again: %v", err)
	}
}

// TestImport_clockJumps: a clock that goes back does not make the log go back, and one that jumps ahead loses nothing.
func TestImport_clockJumps(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one))
		for _, jump := range []time.Duration{-48 * time.Hour, 400 * 24 * time.Hour, -500 * 24 * time.Hour} {
			b.now = b.now.Add(jump)
			b.want(b.look(register.Import{}, report(one)), "new 0, same 1, moved 0, joined 0, verified 0, regressions 0")
		}
		last := int64(0)
		err := b.Store().Events(context.Background(), 0, 0, func(e store.Event) error {
			if e.Known < last {
				t.Errorf("event %d was known before the one it follows", e.Seq)
			}
			last = e.Known
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestImport_brokenReportLeavesNothing: whatever stands at the end of a report, nothing of its beginning is taken.
func TestImport_brokenReportLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		whole := report(one, two, three)
		for cut := 1; cut < len(whole); cut += 97 {
			_, err := b.Import(t.Context(), register.Import{Asset: shop, Actor: "ci", Format: "semgrep"}, strings.NewReader(whole[:cut]))
			if err == nil || !strings.Contains(err.Error(), "byte") {
				t.Errorf("cut to %d bytes: %v, want an error that names the byte", cut, err)
			}
		}
		if head, err := b.Store().Head(t.Context()); err != nil || head.Seq != 0 {
			t.Errorf("%d events were written of broken reports (%v)", head.Seq, err)
		}
		if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "reeve-import-*")); len(left) > 0 {
			t.Errorf("files are left: %v", left)
		}
	})
}
