package facet

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// million is a register of 1,000,000 findings in 200,000 places of 2,000 assets, with 60,000 flaws and 3,000 rules.
var million = sync.OnceValue(func() *Index {
	const n, batch = 1_000_000, 10_000
	r := rand.New(rand.NewPCG(1, 2))
	x := New()
	var assets, teams, people, rules, flaws []Entry
	for i := range 2000 {
		assets = append(assets, Entry{ID: int32(i + 1), Name: fmt.Sprintf("group-%d/service-%d", i%40, i), Kind: "repository", Criticality: []string{"low", "medium", "high"}[i%3]})
	}
	for i := range 60 {
		teams = append(teams, Entry{ID: int32(i + 1), Name: fmt.Sprintf("team-%d", i)})
		people = append(people, Entry{ID: int32(i + 1), Name: fmt.Sprintf("person-%d@example.com", i)})
	}
	for i := range 3000 {
		rules = append(rules, Entry{ID: int32(i + 1), Name: fmt.Sprintf("python.lang.security.check-%d", i), Title: fmt.Sprintf("Untrusted data reaches sink number %d", i)})
	}
	for i := range 60_000 {
		flaws = append(flaws, Entry{ID: int32(i + 1), Name: fmt.Sprintf("CVE-2025-%05d", i), Aliases: []string{fmt.Sprintf("GHSA-x%03d-y%03d-zzzz", i/1000, i%1000)}})
	}
	for f, entries := range map[Field][]Entry{Asset: assets, Team: teams, Assignee: people, Rule: rules, Flaw: flaws} {
		x.PutNames(f, entries)
	}
	rows := make([]Row, batch)
	for at := 0; at < n; at += batch {
		for i := range rows {
			rows[i] = likely(r, int64(at+i+1))
		}
		x.Put(rows, nil, int64(at+batch))
	}
	return x
})

// likely invents a finding as registers have them: many open and low, few known to be exploited.
func likely(r *rand.Rand, id int64) Row {
	score := int(100 * r.Float64() * r.Float64())
	asset := int32(r.IntN(2000))
	opened := now.Add(-time.Duration(r.IntN(400*24)) * time.Hour)
	row := Row{
		ID: id, Touched: id, Asset: asset + 1, Team: asset%60 + 1, Severity: finding.Severity(r.IntN(5)), Level: finding.Severity(score / 21), Score: score,
		Confidence: finding.Firm, State: "open", Internet: []string{"", "no", "open", "authenticated"}[r.IntN(4)], Environment: []string{"production", "staging", ""}[r.IntN(3)],
		EPSS: -1, Opened: opened, Changed: opened.Add(time.Hour), Due: opened.Add(90 * 24 * time.Hour), Running: []string{"yes", "no", ""}[r.IntN(3)],
		Tools: [][]string{{"semgrep"}, {"trivy"}, {"trivy", "grype"}, {"zap"}}[r.IntN(4)], Refs: [][]string{{"main"}, {"main", "release/1"}}[r.IntN(2)],
	}
	if r.IntN(2) == 0 {
		flaw := r.IntN(60_000)
		row.Class, row.Flaw, row.EPSS, row.KEV, row.Exploit = "sca", int32(flaw+1), float32(flaw%1000)/1000, flaw%200 == 0, []string{"", "none", "poc", "active"}[r.IntN(4)]
		row.Title, row.Component = fmt.Sprintf("A flaw in package %d lets attackers in", flaw/20), fmt.Sprintf("package-%d@1.%d.0", flaw/20, flaw%20)
		row.Place, row.Fix, row.Reach = fmt.Sprintf("services/%d/package-lock.json", asset), fmt.Sprintf("upgrade to 1.%d.1", flaw%20), []string{"unknown", "reachable", "not reachable"}[r.IntN(3)]
	} else {
		rule := r.IntN(3000)
		row.Class, row.Rule, row.Title = []string{"sast", "secret", "iac"}[r.IntN(3)], int32(rule+1), fmt.Sprintf("Untrusted data reaches sink number %d", rule)
		row.Place = fmt.Sprintf("services/%d/src/main/module-%d/file.py:%d", asset, r.IntN(100), asset%97+1)
	}
	if r.IntN(5) == 0 {
		row.Assignee, row.State = asset%60+1, "acknowledged"
	}
	return row
}

// questions are lists with three filters or more, from those that mean nearly all to those that mean nothing.
var questions = []string{
	"state:open level:critical,high team:team-7", "state:active class:sca kev:yes", "state:open internet:open reach:reachable", "state:open level:info,low,medium class:sca,sast,secret,iac",
	"state:active due:<7d team:team-3,team-4,team-5", "state:open overdue:yes environment:production", "state:open path:services/7/** class:sast", "state:open tool:trivy exploit:poc,active",
	"state:open component:package-17 epss:>=0.5", "state:open asset:group-1/* score:>=70", "state:open rule:CVE-2021-44228 kev:yes", "state:verified level:critical kev:yes",
	"state:open flaw:GHSA-x001-y* level:>=medium", "state:open sink untrusted", "state:open module-42 file.py", "state:open zzzz level:high", "state:open -tool:trivy -class:sast -team:team-9",
	"state:active assignee:none criticality:high", "state:open opened:>=2026-10-01 score:20..60", "state:open ref:release/* reach:unknown internet:open,authenticated",
}

func BenchmarkList(b *testing.B) {
	x := million()
	for i, text := range questions {
		q, err := Parse(text, x)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%02d", i), func(b *testing.B) {
			var times []time.Duration
			total := 0
			for b.Loop() {
				begin := time.Now()
				total = x.List(q, Order{}, Cursor{}, 50, now).Total
				times = append(times, time.Since(begin))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(times[0].Microseconds())/1000, "least-ms")
			b.ReportMetric(float64(total), "findings")
			if os.Getenv("VERBOSE") != "" {
				b.Log(text)
			}
		})
	}
}

func BenchmarkList_orders(b *testing.B) {
	x := million()
	for _, by := range Orders() {
		for _, reverse := range []bool{false, true} {
			o := Order{By: by, Reverse: reverse}
			b.Run(o.String(), func(b *testing.B) {
				for b.Loop() {
					x.List(Query{}, o, Cursor{}, 50, now)
				}
			})
		}
	}
}

func BenchmarkFacets_eight(b *testing.B) {
	x := million()
	for _, text := range []string{"", questions[0]} {
		q, err := Parse(text, x)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%d-conditions", len(q.terms)), func(b *testing.B) {
			for b.Loop() {
				x.Facets(q, now, []Field{State, Level, Class, Team, Asset, Tool, Internet, KEV}, 10)
			}
		})
	}
}

func BenchmarkCount(b *testing.B) {
	x := million()
	for _, by := range [][]Field{{}, {Level, Team}, {Opened, Level}, {Flaw}, {Flaw, Asset}} {
		b.Run(fmt.Sprint(by), func(b *testing.B) {
			for b.Loop() {
				x.Count(Query{}, now, by...)
			}
		})
	}
}

func BenchmarkPut_thousandScattered(b *testing.B) {
	x := million()
	r := rand.New(rand.NewPCG(3, 4))
	touched := int64(1 << 40)
	for b.Loop() {
		rows := make([]Row, 1000)
		for i := range rows {
			rows[i] = likely(r, r.Int64N(1_000_000)+1)
			touched++
			rows[i].Touched = touched
		}
		x.Put(rows, nil, touched)
	}
}

func BenchmarkIndex_memory(b *testing.B) {
	x := million()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	for b.Loop() {
		x.Len()
	}
	b.ReportMetric(float64(m.HeapAlloc)/float64(x.Len()), "bytes/finding")
}
