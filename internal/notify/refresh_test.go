package notify

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
)

func TestRefresh_takesANewerFile(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		b := open(t, db, nil)
		path := filepath.Join(t.TempDir(), "advisories.db")
		b.worker.opt.Advisories = path
		r := refresh{worker: b.worker}
		if err := r.look(t.Context()); err != nil { // it is not there yet
			t.Fatal(err)
		}
		b.look("shop", hit{"CVE-2024-0001", "go.mod", "example.com/x v1", "A flaw."})
		write := func(epss float64, kev bool) {
			t.Helper()
			builder := advisory.NewBuilder(nil)
			builder.SetEPSS("2026-03-01", []advisory.EPSSRow{{CVE: "CVE-2024-0001", Probability: epss, Percentile: 0.5}})
			if kev {
				builder.SetKEV("2026-03-01", []advisory.KEVRow{{CVE: "CVE-2024-0001", Added: "2026-03-01"}})
			}
			if _, err := builder.Write(path+".new", time.Now()); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
			if err := r.look(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		row := func() string {
			rows, err := db.Findings(t.Context(), []int64{1})
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%.2f %s", rows[0].EPSS, rows[0].Known)
		}
		write(0.25, false)
		want(t, row(), "0.25 ")
		write(0.5, true)
		want(t, row(), "0.50 kev")
		head, err := db.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := r.look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again, err := db.Head(t.Context()); err != nil || again.Seq != head.Seq {
			t.Errorf("the same file again makes event %d (%v)", again.Seq, err)
		}
	})
}

func TestDeliver_endsWithItsHook(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		to, roots := receive(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
		b := open(t, db, roots)
		if err := b.worker.follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		spec := desk.HookSpec{Kind: desk.HookWebhook}
		secret := desk.HookSecret{URL: to.URL}
		gone, off := b.hook("gone", spec, secret), b.hook("off", spec, secret)
		b.look("shop", one)
		if err := b.worker.follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		spec.Off = true
		if _, _, err := b.desk.SetHook(t.Context(), admin, off.ID, desk.HookChange{Name: "off", HookSpec: spec, Secret: nil}); err != nil {
			t.Fatal(err)
		}
		b.run(b.worker)
		b.settled(gone, 1)
		b.settled(off, 1)
		want(t, b.deliveries(gone), []string{"dead: it answered 410 Gone"})
		want(t, b.deliveries(off), []string{"dead: the hook was switched off"})
		if n := len(to.got()); n != 1 {
			t.Errorf("%d requests", n)
		}
		if err := b.worker.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, len(b.deliveries(gone)), 1)
		b.skew.Store(int64(31 * 24 * time.Hour))
		if err := b.worker.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, len(b.deliveries(gone)), 0)
	})
}
