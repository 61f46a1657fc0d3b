package facet

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Order is the order of a list. Rows without a value come last, equal ones in the order of their score and then of their ids. The zero value
// is the order of urgency: the highest score first, and among equals what is due first.
type Order struct {
	// By is one of Score, Level, Severity, Confidence, EPSS (the highest first), Opened, Changed, Closed (the latest first), Due (the
	// soonest first) and Asset (by name).
	By Field
	// Reverse turns it round.
	Reverse bool
}

// Orders lists what lists can be ordered by.
func Orders() []Field {
	return []Field{Score, Level, Severity, Confidence, EPSS, Opened, Changed, Due, Closed, Asset}
}

// ParseOrder reads an order: a field's name, with a minus for the reverse; "" is that of the score.
func ParseOrder(s string) (Order, error) {
	if s == "" {
		return Order{By: Score}, nil
	}
	name, reverse := strings.CutPrefix(s, "-")
	f, ok := ParseField(name)
	if !ok || !slices.Contains(Orders(), f) {
		var all []string
		for _, f := range Orders() {
			all = append(all, f.String())
		}
		return Order{}, fmt.Errorf("order %q: want %s, with - for the reverse", s, anyOf(all))
	}
	return Order{By: f, Reverse: reverse}, nil
}

func (o Order) String() string {
	if o.Reverse {
		return "-" + o.field().String()
	}
	return o.field().String()
}

func (o Order) field() Field {
	if slices.Contains(Orders(), o.By) {
		return o.By
	}
	return Score
}

// Cursor is a place in a list: the end of a page. The zero value is the beginning. It stays good while rows change: those that do not are
// neither skipped nor shown twice.
type Cursor struct {
	order Order
	at    position
	name  string // of the asset, in lower case, where the order is that of assets: places in the alphabet change
	set   bool
}

// position orders rows: by key, then by id.
type position struct {
	key uint64
	id  int64
}

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.key, q.key), cmp.Compare(p.id, q.id))
}

// String is the cursor as it stands in a URL; "" is the beginning.
func (c Cursor) String() string {
	if !c.set {
		return ""
	}
	b := []byte{byte(c.order.field()), 0}
	if c.order.Reverse {
		b[1] = 1
	}
	b = binary.BigEndian.AppendUint64(b, c.at.key)
	b = binary.BigEndian.AppendUint64(b, uint64(c.at.id))
	return base64.RawURLEncoding.EncodeToString(append(b, c.name...))
}

// ParseCursor reads what String wrote.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	const fixed = 18
	b, err := base64.RawURLEncoding.DecodeString(s[:min(len(s), 2*maxPart)])
	if err != nil || len(b) < fixed || len(b) > fixed+maxPart || b[1] > 1 || !slices.Contains(Orders(), Field(b[0])) {
		return Cursor{}, errors.New("cursor: want the one that came with the page before")
	}
	return Cursor{
		order: Order{By: Field(b[0]), Reverse: b[1] == 1}, set: true, name: string(b[fixed:]),
		at: position{binary.BigEndian.Uint64(b[2:]), int64(binary.BigEndian.Uint64(b[10:]))},
	}, nil
}

// Page is a part of a list.
type Page struct {
	// Rows are the findings, in order.
	Rows []Row
	// Next is where the next page begins; its String is "" where this is the last.
	Next Cursor
	// Total is how many findings the query means, on all pages.
	Total int
}

// maxLimit bounds a page.
const maxLimit = 10_000

// List gives the findings of a query after a place, in order, up to limit (at most 10,000). A cursor of another order is taken for the beginning.
// Now is when relative times are seen from, and its place is whose days are meant.
func (x *Index) List(q Query, order Order, after Cursor, limit int, now time.Time) Page {
	s := x.current.Load()
	limit = min(max(limit, 0), maxLimit)
	order.By = order.field()
	keys := s.keys(order)
	begin := s.position(order, after)
	p := s.plan(q, now, Text)
	var workers []*best
	s.pass(func() func(b *block) {
		w := &best{limit: limit + 1}
		workers = append(workers, w)
		selects, room := p.selects(), new([blockRows]uint64)
		return func(b *block) {
			in := selects(b)
			w.total += len(in)
			keys(b, in, room)
			for k, i := range in {
				w.offer(begin, position{room[k], b.id.v[i]}, b, i)
			}
		}
	})
	var page Page
	var top []hit
	for _, w := range workers {
		page.Total += w.total
		top = append(top, w.heap...)
	}
	slices.SortFunc(top, func(a, b hit) int { return a.compare(b.position) })
	more := len(top) > limit
	top = top[:min(len(top), limit)]
	for _, h := range top {
		page.Rows = append(page.Rows, s.row(h.block, int(h.place)))
	}
	if more && limit > 0 {
		last := top[limit-1]
		page.Next = Cursor{order: order, at: last.position, set: true}
		if order.By == Asset {
			if id := last.block.words[wordAsset].v[last.place]; len(s.names[wordAsset].record(id)) > 0 {
				page.Next.name = string(fold([]byte(s.names[wordAsset].name(id))))
			}
		}
	}
	return page
}

// keys gives what writes the key of each selected row: in its upper half what the list is ordered by, in its lower half what decides between equals.
func (s *state) keys(o Order) func(b *block, in selection, out *[blockRows]uint64) {
	about := o.By.about()
	ranks, alphabet := []uint32(nil), []string(nil)
	if o.By == Asset {
		ranks, alphabet = s.names[wordAsset].order()
	}
	smallFirst := o.Reverse != (o.By == Due || o.By == Asset)
	return func(b *block, in selection, out *[blockRows]uint64) {
		for k, i := range in {
			i &= blockRows - 1
			var v uint32 // 0 is none
			switch about.kind {
			case kindScore, kindScale:
				v = uint32(b.bytes[about.column].v[i]) + 1
			case kindName:
				if id := b.words[about.column].v[i]; int(id) < len(ranks) && int(ranks[id]) < len(alphabet) {
					v = ranks[id] + 1
				}
			default:
				v = b.words[about.column].v[i]
			}
			low := math.MaxUint32 - uint32(b.bytes[byteScore].v[i])
			if o.By == Score {
				low = b.words[wordDue].v[i] - 1 // none comes last
			}
			switch {
			case v == 0:
				v = math.MaxUint32
			case !smallFirst:
				v = math.MaxUint32 - v
			}
			out[k&(blockRows-1)] = uint64(v)<<32 | uint64(low)
		}
	}
}

// position is where a list goes on after a cursor.
func (s *state) position(o Order, c Cursor) position {
	first := position{0, math.MinInt64}
	switch {
	case !c.set || c.order != o:
		return first
	case o.By != Asset || c.name == "":
		return c.at
	}
	_, alphabet := s.names[wordAsset].order()
	rank, known := slices.BinarySearch(alphabet, c.name)
	v := uint32(rank) + 1
	if o.Reverse {
		v = math.MaxUint32 - v
		if !known {
			v++ // what comes after a name that is gone is what stood before it
		}
	}
	if !known {
		return position{uint64(v) << 32, math.MinInt64}
	}
	return position{uint64(v)<<32 | c.at.key&math.MaxUint32, c.at.id}
}

// hit is a row that may come on the page.
type hit struct {
	position
	block *block
	place uint16
}

// best keeps the first rows of all that it is offered: a heap with the last of them on top.
type best struct {
	heap  []hit
	limit int
	total int
}

func (h *best) offer(after, p position, b *block, i uint16) {
	if p.key < after.key || p.key == after.key && p.id <= after.id {
		return
	}
	if len(h.heap) < h.limit {
		h.heap = append(h.heap, hit{p, b, i})
		h.up(len(h.heap) - 1)
		return
	}
	if p.compare(h.heap[0].position) < 0 {
		h.heap[0] = hit{p, b, i}
		h.down()
	}
}

func (h *best) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if h.heap[i].compare(h.heap[parent].position) <= 0 {
			return
		}
		h.heap[i], h.heap[parent] = h.heap[parent], h.heap[i]
		i = parent
	}
}

func (h *best) down() {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(h.heap) {
			return
		}
		if child+1 < len(h.heap) && h.heap[child+1].compare(h.heap[child].position) > 0 {
			child++
		}
		if h.heap[child].compare(h.heap[i].position) <= 0 {
			return
		}
		h.heap[i], h.heap[child] = h.heap[child], h.heap[i]
		i = child
	}
}

// Each visits every finding of a query, in no order, until visit says no.
func (x *Index) Each(q Query, now time.Time, visit func(Row) bool) {
	s := x.current.Load()
	selects := s.plan(q, now, Text).selects()
	for _, b := range s.blocks {
		for _, i := range selects(b) {
			if !visit(s.row(b, int(i))) {
				return
			}
		}
	}
}
