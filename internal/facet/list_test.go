package facet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// before orders rows as Order says, by other means than the index.
func (w *world) before(o Order) func(a, b Row) int {
	name := func(r Row) string {
		if e := entryOf(w.assets, r.Asset); e != nil {
			return strings.ToLower(e.Name)
		}
		return ""
	}
	times := func(a, b time.Time, sign int) int {
		if a.IsZero() || b.IsZero() {
			return cmp.Compare(yes(a.IsZero()), yes(b.IsZero())) // "yes" stands after "no"
		}
		return a.Compare(b) * sign
	}
	sign := 1
	if o.Reverse {
		sign = -1
	}
	return func(a, b Row) int {
		var first, second int
		second = cmp.Compare(b.Score, a.Score)
		switch o.By {
		case Score:
			first, second = sign*cmp.Compare(b.Score, a.Score), times(a.Due, b.Due, 1)
		case Level:
			first = sign * cmp.Compare(b.Level, a.Level)
		case Severity:
			first = sign * cmp.Compare(b.Severity, a.Severity)
		case Confidence:
			first = sign * cmp.Compare(b.Confidence, a.Confidence)
		case EPSS:
			if first = cmp.Compare(b.EPSS, a.EPSS); a.EPSS >= 0 && b.EPSS >= 0 {
				first *= sign
			}
		case Opened:
			first = times(a.Opened, b.Opened, -sign)
		case Changed:
			first = times(a.Changed, b.Changed, -sign)
		case Closed:
			first = times(a.Closed, b.Closed, -sign)
		case Due:
			first = times(a.Due, b.Due, sign)
		case Asset:
			if x, y := name(a), name(b); x == "" || y == "" {
				first = cmp.Compare(yes(x == ""), yes(y == ""))
			} else {
				first = sign * cmp.Compare(x, y)
			}
		}
		return cmp.Or(first, second, cmp.Compare(a.ID, b.ID))
	}
}

func TestList_ordersAndPages(t *testing.T) {
	w, x := newWorld(8), New()
	rows := w.fill(x, 2000)
	for _, by := range Orders() {
		for _, reverse := range []bool{false, true} {
			o := Order{By: by, Reverse: reverse}
			t.Run(o.String(), func(t *testing.T) { w.listed(t, x, rows, o) })
		}
	}
}

// A register that is large enough for two goroutines gives the same.
func TestList_large(t *testing.T) {
	w, x := newWorld(8), New()
	rows := w.fill(x, 9*blockRows)
	w.listed(t, x, rows, Order{By: Due})
	counts := map[string]int{}
	for i := range rows {
		counts[rows[i].State]++
	}
	for _, b := range x.Facets(Query{}, now, []Field{State}, 0)[State] {
		if b.Count != counts[b.Value] {
			t.Errorf("%s: %d findings, want %d", b.Value, b.Count, counts[b.Value])
		}
	}
}

// listed goes through all pages of a list and compares them with the rows, sorted by other means.
func (w *world) listed(t *testing.T, x *Index, rows []Row, o Order) {
	q, err := Parse("state:active -class:secret", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !w.holds(q, &r) })
	slices.SortFunc(want, w.before(o))
	var got []int64
	for at := (Cursor{}); ; {
		page := x.List(q, o, at, len(want)/7, now)
		if page.Total != len(want) {
			t.Fatalf("total %d, want %d", page.Total, len(want))
		}
		for _, r := range page.Rows {
			got = append(got, r.ID)
		}
		if page.Next.String() == "" {
			break
		}
		if at, err = ParseCursor(page.Next.String()); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i, id := range got {
		if id != want[i].ID {
			t.Fatalf("place %d: row %d, want %d", i, id, want[i].ID)
		}
	}
}

func TestList_limits(t *testing.T) {
	w, x := newWorld(9), New()
	w.fill(x, 20)
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, 20: 20, 100: 20, 1 << 40: 20} {
		page := x.List(Query{}, Order{}, Cursor{}, limit, now)
		if len(page.Rows) != want || page.Total != 20 || (page.Next.String() != "") != (limit == 1) {
			t.Errorf("limit %d: %d rows of %d, next %q", limit, len(page.Rows), page.Total, page.Next)
		}
	}
}

func TestList_cursorsHoldWhileRowsChange(t *testing.T) {
	for _, by := range Orders() {
		for _, reverse := range []bool{false, true} {
			o := Order{By: by, Reverse: reverse}
			t.Run(o.String(), func(t *testing.T) {
				w, x := newWorld(10), New()
				w.fill(x, 2000)
				seen := map[int64]int{}
				for at, names := (Cursor{}), 0; ; names++ {
					page := x.List(Query{}, o, at, 100, now)
					for _, r := range page.Rows {
						seen[r.ID]++
					}
					if page.Next.String() == "" {
						break
					}
					at = page.Next
					// Odd rows change and go; even ones stay. New assets shift everybody's place in the alphabet.
					var rows []Row
					for range 50 {
						rows = append(rows, w.row(w.Int64N(1500)*2+1))
					}
					x.Put(rows, []int64{w.Int64N(1000)*2 + 1}, w.last)
					x.PutNames(Asset, []Entry{{ID: int32(100 + names), Name: fmt.Sprintf("%c-new", 'a'+names%26)}})
				}
				for id := int64(2); id <= 2000; id += 2 {
					if seen[id] != 1 {
						t.Errorf("row %d, which never changed, was shown %d times", id, seen[id])
					}
				}
			})
		}
	}
}

func TestList_cursorAtAnAssetThatIsGone(t *testing.T) {
	for _, reverse := range []bool{false, true} {
		x := New()
		var rows []Row
		var entries []Entry
		for i := range 6 {
			entries = append(entries, Entry{ID: int32(i + 1), Name: fmt.Sprintf("asset-%c", 'a'+i)})
			rows = append(rows, Row{ID: int64(i + 1), Asset: int32(i + 1)})
		}
		x.PutNames(Asset, entries)
		x.Put(rows, nil, 1)
		o := Order{By: Asset, Reverse: reverse}
		page := x.List(Query{}, o, Cursor{}, 3, now)
		gone := page.Rows[2].ID
		x.PutNames(Asset, []Entry{{ID: int32(gone)}})
		x.Put(nil, []int64{gone}, 2)
		want := map[bool][]int64{false: {4, 5, 6}, true: {3, 2, 1}}[reverse]
		for i, r := range x.List(Query{}, o, page.Next, 10, now).Rows {
			if i >= len(want) || r.ID != want[i] {
				t.Errorf("reverse %v: place %d is row %d, want %v", reverse, i, r.ID, want)
			}
		}
	}
}

func TestParseCursor_hostile(t *testing.T) {
	x := New()
	x.Put([]Row{{ID: 1}}, nil, 1)
	for _, s := range []string{"x", "AAAA", strings.Repeat("A", 5000), "____________________________", "Äöü"} {
		if c, err := ParseCursor(s); err == nil {
			t.Errorf("%.20q: read as %+v", s, c)
		}
	}
	next := Cursor{order: Order{By: Due}, at: position{1 << 63, 7}, set: true}
	if c, err := ParseCursor(next.String()); err != nil || c != next {
		t.Errorf("%+v read back as %+v (%v)", next, c, err)
	}
	if page := x.List(Query{}, Order{By: Opened}, next, 5, now); len(page.Rows) != 1 {
		t.Errorf("%d rows after a cursor of another order, want those from the beginning", len(page.Rows))
	}
}

func TestParseOrder(t *testing.T) {
	for in, want := range map[string]string{"": "score", "due": "due", "-Opened": "-opened", "epss": "epss"} {
		if o, err := ParseOrder(in); err != nil || o.String() != want {
			t.Errorf("%q: %s (%v), want %s", in, o, err, want)
		}
	}
	if _, err := ParseOrder("tool"); err == nil || !strings.Contains(err.Error(), `order "tool": want score, level,`) {
		t.Errorf("order tool: %v", err)
	}
	if s := (Order{By: Tool, Reverse: true}).String(); s != "-score" {
		t.Errorf("an order that is none prints %q", s)
	}
}

// Every list must show one moment: rows are put in pairs with equal scores, and no reader may see half a pair.
func TestIndex_readersSeeWholeChanges(t *testing.T) {
	const pairs = 300
	x := New()
	put := func(round int) {
		var rows []Row
		for i := range pairs {
			r := Row{ID: int64(2 * i), Touched: int64(round), Asset: int32(i + 1), Score: (round + i) % 101, Place: fmt.Sprintf("place %d.%d", round%7, i), Tools: []string{fmt.Sprint("tool", round%3)}}
			twin := r
			twin.ID++
			rows = append(rows, r, twin)
		}
		x.Put(rows, nil, int64(round))
	}
	put(0)
	var done sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		done.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				scores := map[int32]int{}
				page := x.List(Query{}, Order{}, Cursor{}, 2*pairs, now)
				for _, r := range page.Rows {
					if other, ok := scores[r.Asset]; ok && other != r.Score {
						t.Errorf("asset %d has scores %d and %d", r.Asset, other, r.Score)
					}
					scores[r.Asset] = r.Score
				}
				for _, g := range x.Count(Query{}, now, Asset) {
					if g.Count != 2 {
						t.Errorf("asset %s has %d rows", g.By[0].Label, g.Count)
					}
				}
				q, err := Parse("place -tool:tool9 path:place*", x)
				if err != nil || x.List(q, Order{By: Asset}, Cursor{}, 1, now).Total != 2*pairs {
					t.Errorf("%v, or not all rows found", err)
				}
			}
		})
	}
	for round := 1; round <= 60; round++ {
		put(round)
		x.PutNames(Asset, []Entry{{ID: int32(round), Name: fmt.Sprint("asset ", round)}})
	}
	close(stop)
	done.Wait()
}
