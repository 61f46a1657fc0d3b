package desk_test

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// BenchmarkMillion answers over a register of 1,000,000 findings in 500 assets of 40 teams, of which three in ten have been decided about and three in ten fixed;
// with -short over 50,000.
func BenchmarkMillion(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			address := storetest.SQLite(b)
			if kind == "postgres" {
				address = storetest.Postgres(b)
			}
			db, err := store.Open(b.Context(), address)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = db.Close() })
			million(b, db)
		})
	}
}

func million(b *testing.B, db *store.DB) {
	size, now := 1_000_000, time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	if testing.Short() {
		size = 50_000
	}
	clock := func() time.Time { return now }
	reg, err := register.New(b.Context(), db, register.Options{Now: clock, TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	fill(b, reg, size, &now)
	d := desk.New(reg, clock)
	if _, err := d.Findings(b.Context(), chief, desk.Ask{}); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := d.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("reading the history took %v", time.Since(began).Round(time.Millisecond))
	began = now.AddDate(0, 0, -50)
	for name, ask := range map[string]func() error{
		"overview":   func() error { _, err := d.Overview(b.Context(), chief); return err },
		"metrics":    func() error { _, err := d.Metrics(b.Context(), chief, desk.MetricsAsk{}); return err },
		"past":       func() error { _, err := d.AsOf(b.Context(), chief, desk.PastAsk{At: began}); return err },
		"past-known": func() error { _, err := d.AsOf(b.Context(), chief, desk.PastAsk{At: began, Known: began}); return err },
		"overview-after-an-event": func() error {
			team := int64(0)
			if _, err := reg.Change(b.Context(), register.Change{Findings: []int64{1, 2, 3}, Team: &team, Why: "nobody", Actor: "me"}); err != nil {
				return err
			}
			_, err := d.Overview(b.Context(), chief)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				begin := time.Now()
				if err := ask(); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(begin))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(times[0].Microseconds())/1000, "least-ms")
		})
	}
}

// fill imports findings, lets people decide about some and looks again without others.
func fill(b *testing.B, reg *register.Register, size int, now *time.Time) {
	b.Helper()
	var sets []register.Set
	for i := range 40 {
		sets = append(sets, register.Set{Kind: register.KindTeam, Name: fmt.Sprintf("team-%d", i), Doc: register.Team{Name: "Team"}})
	}
	teams, err := reg.Put(b.Context(), "me", "teams", sets...)
	if err != nil {
		b.Fatal(err)
	}
	sets = nil
	for i := range 500 {
		a := finding.Asset{Kind: "repository", Name: fmt.Sprintf("group/service-%d", i)}
		sets = append(sets, register.Set{Kind: register.KindAsset, Name: register.AssetName(a), Doc: register.Asset{Asset: a, Team: teams[i%len(teams)]}})
	}
	if _, err := reg.Put(b.Context(), "me", "assets", sets...); err != nil {
		b.Fatal(err)
	}
	look := func(from int) {
		report, to := io.Pipe()
		go func() {
			w := bufio.NewWriterSize(to, 1<<20)
			fmt.Fprint(w, `{"schema":"reeve-import/1","tool":{"name":"Alpha"},"findings":[`)
			for i := from; i < size; i++ {
				fmt.Fprintf(w, `{"rule":"rule-%d","severity":%q,"class":%q,"asset":"group/service-%d","path":"src/a%d.go","line":%d,"message":"No."}`+",\n", i%3000,
					[]string{"critical", "high", "medium", "low", "info"}[i%5], []string{"sast", "secret", "dast", "iac"}[i%4], i%500, i, i%300+1)
			}
			fmt.Fprintf(w, `{"rule":"rule-0","severity":"low","class":"sast","asset":"group/service-0","path":"last.go","line":1,"message":"No."}]}`)
			_ = w.Flush()
			_ = to.Close()
		}()
		if _, err := reg.Import(b.Context(), register.Import{Name: "report.json", Actor: "ci"}, report); err != nil {
			b.Fatal(err)
		}
	}
	*now = now.AddDate(0, 0, -80)
	look(0)
	for i, state := range []register.State{register.Acknowledged, register.FalsePositive, register.Fixed} {
		*now = now.AddDate(0, 0, 20)
		var ids []int64
		for id := int64(i) + 1; id < int64(size); id += 10 {
			ids = append(ids, id)
		}
		if _, err := reg.Change(b.Context(), register.Change{Findings: ids, State: state, Why: "because", Actor: "me"}); err != nil {
			b.Fatal(err)
		}
	}
	*now = now.AddDate(0, 0, 19)
	look(size * 3 / 10)
	*now = now.AddDate(0, 0, 1)
}
