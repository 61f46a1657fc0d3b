package desk_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// figures visits every figure in a value, with the way to it.
func figures(v reflect.Value, way string, visit func(way string, f desk.Figure)) {
	switch v.Kind() {
	case reflect.Struct:
		if f, ok := v.Interface().(desk.Figure); ok {
			visit(way, f)
			return
		}
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			figures(v.Field(i), way+"."+v.Type().Field(i).Name, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			figures(v.Index(i), fmt.Sprintf("%s[%d]", way, i), visit)
		}
	}
}

// TestFigures_areWhatTheirQueriesList follows every link of the overview and of the metrics, for people who see all, a part and nothing.
func TestFigures_areWhatTheirQueriesList(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		s := tell(t, db, 5)
		s.goOn(120)
		s.now = s.now.In(time.FixedZone("Kolkata", 5*3600+1800)) // days are those of the desk's clock
		d := s.open()
		for _, who := range []access.Principal{chief, s.member(0), stranger} {
			overview, err := d.Overview(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			pages := map[string]any{"overview": overview}
			for name, ask := range map[string]desk.MetricsAsk{
				"usual": {}, "all": {From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, "team": {Team: "payments"}, "asset": {Asset: "repository:ledger"},
				"march": {From: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
			} {
				m, err := d.Metrics(t.Context(), who, ask)
				if who.Name == "stranger" && ask.Team+ask.Asset != "" {
					if !errors.Is(err, desk.ErrNotFound) {
						t.Errorf("%s may ask for another team's: %v", who.Name, err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				pages[name] = m
			}
			links, found := 0, 0
			for name, page := range pages {
				figures(reflect.ValueOf(page), name, func(way string, f desk.Figure) {
					list, err := d.Findings(t.Context(), who, desk.Ask{Query: f.Query})
					if err != nil || list.Total != f.Count || f.Query == "" {
						t.Errorf("%s, %s: %d, but %q lists %d (%v)", who.Name, way, f.Count, f.Query, list.Total, err)
					}
					links++
					if f.Count > 0 {
						found++
					}
				})
			}
			if links < 100 || who.Name == "chief" && found < 250 || who.Name == "member" && found < 100 || who.Name == "stranger" && found != 0 {
				t.Errorf("%s: %d figures, %d with findings", who.Name, links, found)
			}
		}
	})
}

// TestMetrics_areWhatTheirDefinitionsSay works the figures out from rows and the replayed log, one finding after the other.
func TestMetrics_areWhatTheirDefinitionsSay(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		s := tell(t, db, 6)
		d := s.open()
		for range 4 { // the history is followed, and not only read at the end
			s.goOn(30)
			if _, err := d.Metrics(t.Context(), chief, desk.MetricsAsk{}); err != nil {
				t.Fatal(err)
			}
		}
		from := time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC)
		to := time.Date(s.now.Year(), s.now.Month(), s.now.Day(), 0, 0, 0, 0, time.UTC).AddDate(0, 0, -3)
		got, err := d.Metrics(t.Context(), chief, desk.MetricsAsk{From: from, To: to})
		if err != nil {
			t.Fatal(err)
		}
		own := s.reckon(from, to)
		if len(own.verified) < 10 || len(own.answered) < 20 || own.yes == 0 || own.kept == 0 {
			t.Fatalf("too little has happened: %d verified, %d answered, %d returned, %d kept", len(own.verified), len(own.answered), own.yes, own.kept)
		}
		want := func(name string, got, want any) {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %v, want %v", name, got, want)
			}
		}
		want("verified", got.Remedy.All.Count, len(own.verified))
		want("time to the proof", got.Remedy.All.Verified, spread(own.verified))
		want("time to the claim", got.Remedy.All.Claimed, spread(own.claimed))
		want("high ones", got.Remedy.Levels[1].Count, own.highs)
		want("verified in March", got.Remedy.All.Months[1].Count, own.march)
		want("answered", got.Answer.All.Answered.Count, len(own.answered))
		want("time to the answer", got.Answer.All.Time, spread(own.answered))
		want("waiting", got.Answer.All.Waiting.Count, own.waiting)
		sums := [3]int{}
		for _, k := range got.Kept {
			sums[0], sums[1], sums[2] = sums[0]+k.Kept.Count, sums[1]+k.Late.Count, sums[2]+k.Overdue.Count
		}
		want("deadlines", sums, [3]int{own.kept, own.late, own.overdue})
		want("returned", [2]int{got.Return.Yes.Count, got.Return.No.Count}, [2]int{own.yes, own.no})
		want("found before", got.Found.Before.Count, own.before)
		months := 0
		for _, m := range got.Remedy.All.Months {
			months += m.Count
		}
		want("months", months, len(own.verified))
	})
}

// reckoned are figures by their definitions: times in seconds, and numbers of findings.
type reckoned struct {
	verified, claimed, answered                                 []int64
	highs, march, waiting, kept, late, overdue, yes, no, before int
}

// reckon looks at one finding after the other.
func (s *story) reckon(from, to time.Time) reckoned {
	in := func(micro int64) bool {
		at := time.UnixMicro(micro)
		return micro != 0 && !at.Before(from) && at.Before(to.AddDate(0, 0, 1))
	}
	var own reckoned
	for _, life := range s.replay() {
		f := life[len(life)-1].Finding
		second := func(micro int64) int64 { return micro / 1e6 }
		if f.State == "verified" && in(f.Closed) {
			own.verified = append(own.verified, second(f.Closed)-second(f.Opened))
			claim := f.Closed
			for i := len(life) - 1; i >= 0 && !isActive(life[i].State); i-- {
				if life[i].State == "fixed" {
					claim = min(life[i].at.UnixMicro(), f.Closed)
				}
			}
			own.claimed = append(own.claimed, max(second(claim)-second(f.Opened), 0))
			if f.Level == 3 {
				own.highs++
			}
			if time.UnixMicro(f.Closed).UTC().Month() == time.March {
				own.march++
			}
		}
		if in(f.Opened) && f.State == "open" {
			own.waiting++
		}
		if first := slices.IndexFunc(life, func(w was) bool { return w.State != "open" }); in(f.Opened) && f.State != "open" && f.State != "merged" {
			own.answered = append(own.answered, max(life[first].at.Unix()-second(f.Opened), 0))
		}
		switch {
		case f.State == "merged":
		case in(f.Closed) && f.Due != 0 && second(f.Closed) <= second(f.Due):
			own.kept++
		case in(f.Closed) && f.Due != 0:
			own.late++
		case isActive(f.State) && f.Due != 0 && second(f.Due) < s.now.Unix() && f.Due < to.AddDate(0, 0, 1).UnixMicro():
			own.overdue++
		}
		switch {
		case f.State == "merged" || !in(f.Changed):
		case f.Regression:
			own.yes++
		case f.State == "verified":
			own.no++
		}
		if in(f.Opened) && f.State != "merged" && f.Environment != "production" && f.Class != "dast" && f.Class != "host" {
			own.before++
		}
	}
	return own
}

// spread is the definition of desk.Spread, in other words.
func spread(all []int64) desk.Spread {
	slices.Sort(all)
	sum := int64(0)
	for _, v := range all {
		sum += v
	}
	n := len(all)
	return desk.Spread{Mean: sum / int64(n), Median: (all[(n-1)/2] + all[n/2]) / 2, P90: all[int(math.Ceil(float64(n)*0.9))-1]}
}

func TestMetrics_gatesAndNoise(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := tell(t, db, 7)
	s.goOn(60)
	d := s.open()
	all := desk.MetricsAsk{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	before, err := d.Metrics(t.Context(), chief, all)
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.World(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runs := func(team int64) (n int) {
		for asset, k := range s.gates {
			if team == 0 || w.Assets[w.ID(register.KindAsset, asset)].Team == team {
				n += k
			}
		}
		return n
	}
	if before.Gates.Runs != runs(0) || before.Gates.Blocked == 0 || before.Gates.Minutes == 0 {
		t.Errorf("%+v, want %d runs", before.Gates, runs(0))
	}
	if len(before.NoiseRules) < 3 {
		t.Errorf("%d rules cry wolf: too few to rank", len(before.NoiseRules))
	}
	for i, n := range before.NoiseRules {
		if n.False.Count == 0 || n.Decided.Count < n.False.Count || n.AtLeast > n.Share || i > 0 && before.NoiseRules[i-1].AtLeast < n.AtLeast {
			t.Errorf("noise %d: %+v", i, n)
		}
	}
	if got, want := noiseOf(before.NoiseTools), s.noiseByTool(w); len(want) < 2 || !reflect.DeepEqual(got, want) {
		t.Errorf("noise by tool: got %v, want %v", got, want)
	}
	s.goOn(30)
	for _, who := range []struct {
		access.Principal
		team int64
	}{{chief, 0}, {s.member(0), s.teams[0]}, {s.member(1), s.teams[1]}} {
		after, err := d.Metrics(t.Context(), who.Principal, all)
		if err != nil || after.Gates.Runs != runs(who.team) || runs(who.team) == 0 && who.team == 0 {
			t.Errorf("%s sees %d runs of gates, want %d (%v)", who.Name, after.Gates.Runs, runs(who.team), err)
		}
	}
	for name, ask := range map[string]desk.MetricsAsk{
		"backwards": {From: s.now, To: s.now.AddDate(0, 0, -1)}, "too long": {From: s.now.AddDate(-11, 0, 0)}, "too far": {From: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2999, 2, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if _, err := d.Metrics(t.Context(), chief, ask); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, g := range []register.Gate{{Action: "explode"}, {Action: "waived"}, {Action: "BLOCK"}, {Action: "block", TookMillis: -1}, {Action: "block", TookMillis: 1 << 40}} {
		if _, err := s.Import(t.Context(), register.Import{Gate: &g}, nil); !errors.Is(err, register.ErrInvalid) {
			t.Errorf("gate %+v: %v", g, err)
		}
	}
}

func noiseOf(all []desk.Noise) map[string][2]int {
	out := map[string][2]int{}
	for _, n := range all {
		out[n.Name] = [2]int{n.False.Count, n.Decided.Count}
	}
	return out
}

// noiseByTool counts for each tool, of the findings that were decided about and that it saw at any time, those that were none, and all.
func (s *story) noiseByTool(w *register.World) map[string][2]int {
	out := map[string][2]int{}
	for _, life := range s.replay() {
		last := life[len(life)-1].Finding
		if last.State == "open" || last.State == "merged" {
			continue
		}
		sightings, err := s.Store().Sightings(s.t.Context(), last.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		tools := map[string]bool{}
		for _, one := range sightings {
			tools[w.Sources[one.Source].Tool] = true
		}
		for tool := range tools {
			n := out[tool]
			if n[1]++; last.State == "false-positive" {
				n[0]++
			}
			out[tool] = n
		}
	}
	for tool, n := range out {
		if n[0] == 0 {
			delete(out, tool)
		}
	}
	return out
}
