package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// admin may see everything.
var admin = access.Principal{Name: "bench", Grants: []access.Grant{{Role: access.Admin}}}

// threeFilters are questions as people ask them: three conditions each, some that much fits and some that nothing does.
var threeFilters = []string{
	"state:open level:critical class:sca", "state:open level:high class:sast", "state:open severity:medium path:services/s1/**", "state:open level:low class:sca",
	"state:active class:sast rule:rule-7", "state:open level:critical,high path:services/s77/**", "state:open fix:any level:critical", "class:sca component:library-12 state:open",
	"state:open level:high -class:sca", "state:verified level:critical class:sca", "state:open score:>=90 class:sast", "state:open level:info class:sast",
	"state:open opened:<7d level:critical", "state:open due:<7d level:high", "state:open overdue:yes class:sca", "state:open team:none level:medium",
	"state:open tool:nothing level:high", "state:open kev:yes class:sca", "state:open flaw:CVE-2015-1000 class:sca", "state:open internet:open level:critical",
}

// registerInside measures what a server does with a register that is full.
func (s *session) registerInside(ctx context.Context, address string) (err error) {
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	reg, err := register.New(ctx, db, register.Options{Now: time.Now})
	if err != nil {
		return err
	}
	d := desk.New(reg, time.Now)
	began := time.Now()
	if err := d.Warm(ctx); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "| a server reads the register | %.1f s | |\n", time.Since(began).Seconds())
	if err := s.ask(ctx, d); err != nil {
		return err
	}
	if err := s.rank(ctx, reg); err != nil {
		return err
	}
	return s.push(ctx, reg)
}

// ask measures lists and the overview.
func (s *session) ask(ctx context.Context, d *desk.Desk) error {
	var lists, overviews []float64
	for round := range 10 {
		for _, q := range threeFilters {
			began := time.Now()
			if _, err := d.Findings(ctx, admin, desk.Ask{Query: q}); err != nil {
				return err
			}
			if round > 0 {
				lists = append(lists, since(began))
			}
		}
		began := time.Now()
		if _, err := d.Overview(ctx, admin); err != nil {
			return err
		}
		if round > 0 {
			overviews = append(overviews, since(began))
		}
	}
	fmt.Fprintf(s.out, "| list, three filters, by risk | p95 %.1f ms, median %.1f ms | p95 30 ms |\n", part(lists, 0.95), part(lists, 0.5))
	fmt.Fprintf(s.out, "| overview | p95 %.1f ms, median %.1f ms | p95 100 ms |\n", part(overviews, 0.95), part(overviews, 0.5))
	return nil
}

// part is the value below which a part of them lies.
func part(values []float64, of float64) float64 {
	slices.Sort(values)
	return values[min(len(values)-1, int(float64(len(values))*of))]
}

// rank measures the day's EPSS scores: first all of them, then a day on which one in a hundred moves by much.
func (s *session) rank(ctx context.Context, reg *register.Register) error {
	dir, err := os.MkdirTemp(s.work, "epss-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	w, err := reg.World(ctx)
	if err != nil {
		return err
	}
	var cves []string
	for _, f := range w.Flaws {
		cves = append(cves, f.Name)
	}
	slices.Sort(cves)
	for day, what := range []string{"the first EPSS file: every flaw gets a score", "the next day's: one in a hundred moves"} {
		b := advisory.NewBuilder(nil)
		var rows []advisory.EPSSRow
		for i, cve := range cves {
			p := float64(i%97) / 100
			if day == 1 && i%100 == 0 {
				p = 1 - p
			}
			rows = append(rows, advisory.EPSSRow{CVE: cve, Probability: p, Percentile: p})
		}
		b.SetEPSS(fmt.Sprintf("2026-11-%02d", 20+day), rows)
		path := filepath.Join(dir, fmt.Sprintf("day%d.db", day))
		if _, err := b.Write(path, time.Now()); err != nil {
			return err
		}
		known, err := advisory.Open(path)
		if err != nil {
			return err
		}
		began := time.Now()
		out, err := reg.Enrich(ctx, known, "bench")
		if err != nil {
			return errors.Join(err, known.Close())
		}
		fmt.Fprintf(s.out, "| %s | %.1f s: %d ranked again, %d written | 30 s |\n", what, time.Since(began).Seconds(), out.Looked, out.Changed)
	}
	return nil
}

// push measures a hundred pipelines that push at once.
func (s *session) push(ctx context.Context, reg *register.Register) error {
	var wait sync.WaitGroup
	errs, took := make([]error, 100), make([]float64, 100)
	began := time.Now()
	for n := range 100 {
		wait.Go(func() {
			var report strings.Builder
			for i := range 50 {
				fmt.Fprintf(&report, `{"rule":"rule-%d","title":"Rule","severity":"high","message":"Input reaches a sink.","path":"src/a%d.go","line":%d}`+"\n", i, n, i+1)
			}
			at := time.Now()
			_, errs[n] = reg.Import(ctx, register.Import{
				Format: "generic", Actor: "bench", Ref: "main", Asset: finding.Asset{Kind: "repository", Name: fmt.Sprintf("pushed-%d", n)},
			}, strings.NewReader(report.String()))
			took[n] = since(at)
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "| 100 pushes of 50 findings at once | %.1f s in all, p95 %.0f ms, none lost, none doubled | |\n", time.Since(began).Seconds(), part(took, 0.95))
	return nil
}
