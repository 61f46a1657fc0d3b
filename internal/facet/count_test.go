package facet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// countable lists the fields that are counted by.
func countable() []Field {
	return slices.DeleteFunc(Fields(), func(f Field) bool { return !f.Countable() })
}

// Every bucket leads to its findings: its value, put into the query, means as many.
func TestFacets_everyBucketLeadsToItsFindings(t *testing.T) {
	w, x := newWorld(11), New()
	w.fill(x, 2500)
	for _, text := range []string{"", "state:active level:critical,high", "-tool:trivy class:sca team:payments due:any", "zzzz"} {
		q, err := Parse(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		facets := x.Facets(q, now, append(countable(), EPSS, Text, State), 1000)
		if len(facets) != len(countable()) {
			t.Errorf("%q: %d fields, want %d", text, len(facets), len(countable()))
		}
		for f, buckets := range facets {
			sum := 0
			for _, b := range buckets {
				narrowed, err := q.Without(f).With(f, b.Value)
				if err != nil {
					t.Errorf("%q, %s: %v", text, f, err)
					continue
				}
				if got := x.List(narrowed, Order{}, Cursor{}, 0, now).Total; got != b.Count {
					t.Errorf("%s: %d findings, the bucket says %d", narrowed, got, b.Count)
				}
				sum += b.Count
			}
			total := x.List(q.Without(f), Order{}, Cursor{}, 0, now).Total
			if sum < total || sum > total && f != Tool && f != Ref && f != Data {
				t.Errorf("%q, %s: buckets hold %d findings of %d", text, f, sum, total)
			}
		}
	}
}

func TestFacets_order(t *testing.T) {
	x := New()
	x.PutNames(Team, []Entry{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}, {ID: 3, Name: "b"}, {ID: 4, Name: "none"}})
	var rows []Row
	for i, team := range []int32{1, 1, 2, 3, 3, 4, 0, 9} {
		rows = append(rows, Row{ID: int64(i), Team: team, State: "open", Score: i * 10, EPSS: -1, Opened: time.Date(2026, 1, 1+i/4, 0, 0, 0, 0, time.UTC), Tools: []string{"x", "y"}[:i%3]})
	}
	x.Put(rows, nil, 1)
	got := fmt.Sprint(x.Facets(Query{}, now, []Field{Team, State, Score, Opened, Tool}, 3))
	for _, want := range []string{
		"team:[{b b 3} {a a 2} {#9 #9 1}]", "state:[{open open 8}]", "score:[{70 70 1} {60 60 1}", "opened:[{2026-01-02 2026-01-02 4} {2026-01-01 2026-01-01 4}]",
		"tool:[{x x 5} {none none 3} {y y 2}]",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if all := fmt.Sprint(x.Facets(Query{}, now, []Field{Team}, 9)); !strings.Contains(all, "{=none none 1} {none none 1}") {
		t.Errorf("%s: want a team called none beside those without a team", all)
	}
}

// Counts by one and two fields agree with brute force over the rows, in every pair of fields.
func TestCount_agreesWithBruteForce(t *testing.T) {
	w, x := newWorld(12), New()
	rows := w.fill(x, 1500)
	q, err := Parse("state:active", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Count(q, now); len(got) != 1 || got[0].Count != x.List(q, Order{}, Cursor{}, 0, now).Total || len(got[0].By) != 0 {
		t.Errorf("by nothing: %+v", got)
	}
	fields := countable()
	for i, a := range fields {
		b := fields[(i*7+3)%len(fields)]
		groups := x.Count(q, now, a, b)
		for k, g := range groups {
			if k > 0 && g.Count > groups[k-1].Count {
				t.Errorf("%s × %s: %d findings stand after %d", a, b, g.Count, groups[k-1].Count)
			}
			if k%11 != 0 {
				continue
			}
			want := 0
			for i := range rows {
				if w.holds(q, &rows[i]) && w.means(a, g.By[0].Value, &rows[i]) && w.means(b, g.By[1].Value, &rows[i]) {
					want++
				}
			}
			if g.Count != want {
				t.Errorf("%s:%s %s:%s: %d findings, want %d", a, g.By[0].Value, b, g.By[1].Value, g.Count, want)
			}
		}
	}
	if x.Count(q, now, EPSS) != nil || x.Count(q, now, State, Level, Class) != nil || x.Count(q, now, Text) != nil {
		t.Error("a count by what is not countable: want nil")
	}
}

// Days are those of the caller's place, through changes of the clock.
func TestCount_daysAreThoseOfThePlace(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	x := New()
	var rows []Row
	begin := time.Date(2026, 3, 27, 0, 0, 0, 0, zone)
	for i := range 24 * 220 {
		rows = append(rows, Row{ID: int64(i), Opened: begin.Add(time.Duration(i) * time.Hour)})
	}
	x.Put(rows, nil, 1)
	here := time.Date(2026, 12, 1, 9, 0, 0, 0, zone)
	buckets := x.Facets(Query{}, here, []Field{Opened}, 0)[Opened]
	if len(buckets) < 200 {
		t.Fatalf("%d days", len(buckets))
	}
	for _, b := range buckets[1:] { // the latest is not whole
		want := map[string]int{"2026-03-29": 23, "2026-10-25": 25}[b.Value]
		if want == 0 {
			want = 24
		}
		q, err := Query{}.With(Opened, b.Value)
		if got := x.List(q, Order{}, Cursor{}, 0, here).Total; err != nil || b.Count != want || got != want {
			t.Errorf("%s: the bucket says %d, the list %d, want %d (%v)", b.Value, b.Count, got, want, err)
		}
	}
}

// However pairs are gathered, merge gives the most frequent, and among equals the first.
func TestMerge_agreesWithBruteForce(t *testing.T) {
	w := newWorld(13)
	for _, size := range [][2]int{{40, 1}, {7, 6}, {3000, 3000}, {2_000_000, 1}} {
		counts := map[[2]uint32]int{}
		tallies := []*tally{newTally(size[0], size[1]), newTally(size[0], size[1])}
		for i := range 5000 {
			first, second := uint32(w.IntN(min(size[0], 60))), uint32(w.IntN(min(size[1], 60)))
			tallies[i%2].add([]uint32{first}, []uint32{second})
			counts[[2]uint32{first, second}]++
		}
		var want []counted
		for pair, n := range counts {
			want = append(want, counted{pair[0], pair[1], n})
		}
		slices.SortFunc(want, func(a, b counted) int {
			return cmp.Or(b.n-a.n, int(a.first)-int(b.first), int(a.second)-int(b.second))
		})
		limit := w.IntN(len(want)) + 1
		if got := merge(tallies, limit); !slices.Equal(got, want[:limit]) {
			t.Errorf("%v, limit %d: %v\nwant %v", size, limit, got, want[:limit])
		}
	}
}
