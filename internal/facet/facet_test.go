package facet

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// world is what tests ask about: few values of everything, so that conditions hit.
type world struct {
	*rand.Rand
	assets, teams, people, rules, flaws []Entry
	last                                int64
}

func newWorld(seed uint64) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 1))}
	for i, name := range []string{"shop", "shop/api", "Shop/web", "billing", "Büro-Portal", "none", "a*b", "=odd", "#7", "with space", "a,b", `q"q`} {
		w.assets = append(w.assets, Entry{ID: int32(i + 1), Name: name, Kind: []string{"repository", "image", ""}[i%3], Criticality: []string{"high", "low", "", ""}[i%4]})
	}
	for i, name := range []string{"payments", "platform", "web", "data"} {
		w.teams = append(w.teams, Entry{ID: int32(i + 1), Name: name})
		w.people = append(w.people, Entry{ID: int32(i + 1), Name: name + "@example.com"})
	}
	for i, title := range []string{"SQL injection", "Prototype pollution in lodash", "Server-side request forgery", "Weak hash"} {
		w.rules = append(w.rules, Entry{ID: int32(i + 1), Name: fmt.Sprintf("rule-%d", i), Title: title})
	}
	for i := range 5 {
		w.flaws = append(w.flaws, Entry{ID: int32(i + 1), Name: fmt.Sprintf("CVE-2026-%04d", i), Aliases: []string{fmt.Sprintf("GHSA-aaaa-bbbb-%04d", i), fmt.Sprintf("GO-2026-%d", i)}})
	}
	return w
}

func pick[T any](w *world, of ...T) T { return of[w.IntN(len(of))] }

func (w *world) some(of ...string) (out []string) {
	for _, s := range of {
		if w.IntN(3) == 0 {
			out = append(out, s)
		}
	}
	return out
}

func (w *world) when(spread time.Duration) time.Time {
	if w.IntN(4) == 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(w.Int64N(int64(2*spread))) - spread).Truncate(time.Second)
}

// row invents a finding, as the index gives it back: in order and in the vocabulary.
func (w *world) row(id int64) Row {
	w.last++
	const day = 24 * time.Hour
	r := Row{
		ID: id, Touched: w.last, Asset: int32(w.IntN(len(w.assets) + 2)), Team: int32(w.IntN(len(w.teams) + 2)), Assignee: int32(w.IntN(len(w.people) + 1)),
		Rule: int32(w.IntN(len(w.rules) + 1)), Flaw: int32(w.IntN(len(w.flaws) + 1)), Class: pick(w, "sast", "sca", "secret", "other"),
		Severity: finding.Severity(w.IntN(5)), Level: finding.Severity(w.IntN(5)), Score: w.IntN(101), Confidence: finding.Confidence(w.IntN(4)),
		State: pick(w, stateNames[1:]...), Regression: w.IntN(5) == 0, Reach: pick(w, "", "unknown", "reachable", "imported", "not reachable"),
		Internet: pick(w, "", "open", "authenticated", "no"), Environment: pick(w, "", "production", "staging", "development"), Running: pick(w, "", "yes", "no"),
		Data: w.some(dataNames...), KEV: w.IntN(4) == 0, Ransomware: w.IntN(6) == 0, Exploit: pick(w, "", "none", "poc", "active"),
		EPSS: pick[float32](w, -1, 0, 0.01, 0.1, 0.5, 1), Opened: w.when(40 * day), Changed: w.when(3 * day), Due: w.when(20 * day), Closed: w.when(10 * day),
		Title:     pick(w, "", "SQL injection", "Weak hash", "Überlauf im Zähler"),
		Place:     pick(w, "", "src/a.py:12", "src/a.py:1", "src/pay/b.go:3:7", "src/pay/deep/c.go", "SRC/Upper.java:9", "https://shop.example/api?q=1", "aws_s3_bucket.*", "src", "lib/src/a.py"),
		Component: pick(w, "", "lodash@4.17.20", "lodash@4.17.21", "@babel/core@7.1.0", "@babel/core", "left-pad"), Fix: pick(w, "", "upgrade to 4.17.21", "4.17.*"),
		Tools: w.some("semgrep", "trivy", "zap"), Refs: w.some("main", "release/1.0"),
	}
	return r
}

func (w *world) fill(x *Index, n int) []Row {
	for f, entries := range map[Field][]Entry{Asset: w.assets, Team: w.teams, Assignee: w.people, Rule: w.rules, Flaw: w.flaws} {
		x.PutNames(f, entries)
	}
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = w.row(int64(i + 1))
	}
	for part := range slices.Chunk(rows, 700) {
		x.Put(part, nil, part[len(part)-1].Touched)
	}
	return rows
}

func TestIndex_givesRowsBack(t *testing.T) {
	w, x := newWorld(1), New()
	rows := w.fill(x, 9000)
	if x.Len() != len(rows) || x.Head() != w.last {
		t.Fatalf("Len %d, Head %d: want %d and %d", x.Len(), x.Head(), len(rows), w.last)
	}
	seen := 0
	x.Each(Query{}, now, func(r Row) bool {
		if want := rows[r.ID-1]; !reflect.DeepEqual(r, want) {
			t.Errorf("row %d\ngot  %+v\nwant %+v", r.ID, r, want)
		}
		seen++
		return true
	})
	if seen != len(rows) {
		t.Errorf("saw %d rows, want %d", seen, len(rows))
	}
}

func TestIndex_changesRows(t *testing.T) {
	w, x := newWorld(2), New()
	want := map[int64]Row{}
	for _, r := range w.fill(x, 5000) {
		want[r.ID] = r
	}
	for range 200 {
		var rows []Row
		var removed []int64
		for range w.IntN(40) {
			rows = append(rows, w.row(w.Int64N(7000)+1))
		}
		for range w.IntN(20) {
			removed = append(removed, w.Int64N(7000)+1)
		}
		x.Put(rows, removed, w.last)
		for _, r := range rows {
			want[r.ID] = r
		}
		for _, id := range removed {
			delete(want, id)
		}
	}
	got := map[int64]Row{}
	x.Each(Query{}, now, func(r Row) bool { got[r.ID] = r; return true })
	if !reflect.DeepEqual(got, want) || x.Len() != len(want) {
		t.Errorf("%d rows, Len %d: want %d, or one differs", len(got), x.Len(), len(want))
	}
}

func TestIndex_olderRowNeverReplacesNewer(t *testing.T) {
	x := New()
	x.Put([]Row{{ID: 1, Touched: 5, Score: 50}}, nil, 5)
	x.Put([]Row{{ID: 1, Touched: 4, Score: 40}}, nil, 4)
	if rows := x.List(Query{}, Order{}, Cursor{}, 10, now).Rows; len(rows) != 1 || rows[0].Score != 50 || x.Head() != 5 {
		t.Errorf("rows %+v, head %d: want the one touched by event 5", rows, x.Head())
	}
}

func TestIndex_hostileRows(t *testing.T) {
	x := New()
	long := strings.Repeat("ü", 5000)
	x.PutNames(Team, []Entry{{ID: -1, Name: "below"}, {ID: MaxID + 1, Name: "above"}, {ID: 3, Name: "bad\xff\xfe" + long}})
	x.PutNames(Score, []Entry{{ID: 1, Name: "no field of names"}})
	nan := float32(0)
	nan /= nan
	x.Put([]Row{{
		ID: -5, Asset: -1, Team: 1 << 30, Rule: MaxID, Class: "new", Severity: 99, Level: -3, Score: 1000, Confidence: 77, State: "unheard of", Reach: "x", EPSS: nan,
		Opened: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), Due: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		Title: "a\xffb\xfec", Place: long, Tools: []string{"", "b", "a", "b"}, Data: []string{"unheard of"},
	}}, []int64{77}, -1)
	rows := x.List(Query{}, Order{}, Cursor{}, 10, now).Rows
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1", len(rows))
	}
	r := rows[0]
	if r.State != "open" || r.Team != 0 || r.Asset != 0 || r.Rule != MaxID || r.Score != 100 || r.Level != finding.Info || r.Severity != finding.Critical || r.EPSS != -1 ||
		r.Class != "other" || r.Title != "a\uFFFDb\uFFFDc" || len(r.Place) != maxPart || !slices.Equal(r.Tools, []string{"a", "b"}) || r.Data != nil {
		t.Errorf("row %+v", r)
	}
	for _, text := range []string{"team:#1073741824", "team:#16777215", "rule:#16777215", "ü"} {
		q, err := Parse(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want, got := strings.Count("rule:#16777215 ü", text), x.List(q, Order{}, Cursor{}, 1, now).Total; got != want {
			t.Errorf("%s: %d findings, want %d", text, got, want)
		}
	}
}

func TestIndex_forgetsTextsThatNoRowHas(t *testing.T) {
	for _, how := range []string{"replaced", "removed"} {
		t.Run(how, func(t *testing.T) {
			x := New()
			const n, rounds = 3000, 50
			for round := range rounds {
				rows, removed := make([]Row, n), make([]int64, n)
				for i := range rows {
					rows[i] = Row{ID: int64(i + 1), Touched: int64(round), Title: "kept", Place: fmt.Sprintf("round %d place %d", round, i)}
					if how == "removed" {
						removed[i] = rows[i].ID + int64(n*(round-1))
						rows[i].ID += int64(n * round)
					}
				}
				if how == "replaced" {
					removed = nil
				}
				x.Put(rows, removed, int64(round))
			}
			if size := x.current.Load().texts[wordPlace-firstText].size(); size > rounds*n*3/4 {
				t.Errorf("%d places are kept for %d rows", size, n)
			}
			count := 0
			x.Each(Query{}, now, func(r Row) bool {
				if r.Title != "kept" || r.Place != fmt.Sprintf("round %d place %d", rounds-1, (r.ID-1)%n) {
					t.Errorf("row %+v", r)
				}
				count++
				return true
			})
			if q, err := Parse(`path:"=round 49 place 7"`, nil); err != nil || x.List(q, Order{}, Cursor{}, 1, now).Total != 1 || count != n || len(x.current.Load().blocks) > 2*n/blockRows+1 {
				t.Errorf("%v, %d rows: want one with this place among %d", err, count, n)
			}
		})
	}
}

func TestIndex_namesChange(t *testing.T) {
	x := New()
	x.PutNames(Asset, []Entry{{ID: 1, Name: "old", Kind: "image"}, {ID: 2000, Name: "far"}})
	x.Put([]Row{{ID: 1, Asset: 1}, {ID: 2, Asset: 2000}, {ID: 3, Asset: 5}}, nil, 1)
	x.PutNames(Asset, []Entry{{ID: 1, Name: "new", Kind: "repository"}, {ID: 2000}})
	for text, want := range map[string]int{"asset:old": 0, "asset:new": 1, "asset:far": 0, "asset:#2000": 1, "asset:#5": 1, "kind:image": 0, "kind:repository": 1, "kind:none": 2, "kind:any": 1, "kind:rep*": 1} {
		q, err := Parse(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.List(q, Order{}, Cursor{}, 0, now).Total; got != want {
			t.Errorf("%s: %d findings, want %d", text, got, want)
		}
	}
}
