package facet

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bucket is one value of a field and how many findings have it.
type Bucket struct {
	// Value is what asks for these findings in a query: q.With(field, Value). A finding with several values (tools, branches, data) is in the
	// bucket of each.
	Value string
	// Label is what people read.
	Label string
	// Count is the number of findings.
	Count int
}

// Group is one combination of values and how many findings have it.
type Group struct {
	// By holds a value of each field that was counted by, in their order; its counts are 0.
	By []Bucket
	// Count is the number of findings.
	Count int
}

// Countable tells whether findings can be counted by a field: by all but Text and EPSS. Times are counted by day.
func (f Field) Countable() bool { return f > Text && f < numFields && f != EPSS }

// The bounds of what is counted: of more different names, or sets of names, only the most frequent are looked at.
const (
	maxCodes = 10_000
	maxSets  = 200_000
)

// Count counts the findings of a query by the combinations of one or two fields, the most frequent first; by no field it gives one group, with
// the total. Of more than 10,000 combinations it gives the most frequent. It gives nil where a field is not countable or there are more than two.
func (x *Index) Count(q Query, now time.Time, by ...Field) []Group {
	if len(by) > 2 || slices.ContainsFunc(by, func(f Field) bool { return !f.Countable() }) {
		return nil
	}
	s := x.current.Load()
	coders := make([]coder, 2)
	for i, f := range by {
		coders[i] = s.coder(f, now)
	}
	p := s.plan(q, now, Text)
	var tallies []*tally
	s.pass(func() func(b *block) {
		t := newTally(coders[0].codes(), coders[1].codes())
		tallies = append(tallies, t)
		selects, looks := p.selects(), [2]look{coders[0].look(), coders[1].look()}
		var first, second [blockRows]uint32
		return func(b *block) {
			in := selects(b)
			looks[0](b, in, &first)
			looks[1](b, in, &second)
			t.add(first[:len(in)], second[:len(in)])
		}
	})
	return groups(tallies, coders, len(by))
}

func groups(tallies []*tally, coders []coder, fields int) []Group {
	counts := map[[2]string]*Group{}
	if fields == 0 {
		counts[[2]string{}] = &Group{}
	}
	limit := maxCodes
	if coders[0].several() || coders[1].several() {
		limit = maxSets
	}
	names := [2]func(uint32) []Bucket{remember(coders[0].buckets), remember(coders[1].buckets)}
	for _, pair := range merge(tallies, limit) {
		for _, first := range names[0](pair.first) {
			for _, second := range names[1](pair.second) {
				key := [2]string{first.Value, second.Value}
				g := counts[key]
				if g == nil {
					g = &Group{By: []Bucket{first, second}[:fields:fields]}
					counts[key] = g
				}
				g.Count += pair.n
			}
		}
	}
	out := make([]Group, 0, len(counts))
	for _, g := range counts {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), slices.CompareFunc(a.By, b.By, func(a, b Bucket) int { return strings.Compare(a.Value, b.Value) }))
	})
	return out
}

// Facets counts the findings of a query by each of the fields, for the choices beside a list. A field's own conditions do not narrow its
// buckets, so that what else could be chosen stays in sight. Vocabularies come in their order and without the empty ones, scores the highest
// first, days the latest first; names come the most frequent first, up to top of them. Fields that are not countable are left out.
func (x *Index) Facets(q Query, now time.Time, fields []Field, top int) map[Field][]Bucket {
	s := x.current.Load()
	type facet struct {
		coder   coder
		plan    int
		tallies []*tally
	}
	plans := []*plan{s.plan(q, now, Text)}
	facets := map[Field]*facet{}
	for _, f := range fields {
		if !f.Countable() || facets[f] != nil {
			continue
		}
		facets[f] = &facet{coder: s.coder(f, now)}
		if slices.ContainsFunc(q.terms, func(t Term) bool { return t.Field == f }) {
			facets[f].plan = len(plans)
			plans = append(plans, s.plan(q, now, f))
		}
	}
	s.pass(func() func(b *block) {
		selects := make([]func(*block) selection, len(plans))
		counts := make([][]func(b *block, in selection), len(plans))
		var codes, zero [blockRows]uint32
		for i, p := range plans {
			selects[i] = p.selects()
		}
		for _, f := range facets {
			t, look := newTally(f.coder.codes(), 1), f.coder.look()
			f.tallies = append(f.tallies, t)
			counts[f.plan] = append(counts[f.plan], func(b *block, in selection) {
				look(b, in, &codes)
				t.add(codes[:len(in)], zero[:len(in)])
			})
		}
		return func(b *block) {
			for i := range plans {
				in := selects[i](b)
				for _, count := range counts[i] {
					count(b, in)
				}
			}
		}
	})
	out := map[Field][]Bucket{}
	for f, facet := range facets {
		out[f] = facet.coder.top(facet.tallies, top)
	}
	return out
}

// top gives the buckets of a field in the order in which people read them.
func (c *coder) top(tallies []*tally, top int) []Bucket {
	sums := map[string]*Bucket{}
	limit := maxCodes
	if c.several() {
		limit = maxSets
	}
	for _, pair := range merge(tallies, limit) {
		for _, b := range c.buckets(pair.first) {
			if sums[b.Value] == nil {
				sums[b.Value] = &b
			}
			sums[b.Value].Count += pair.n
		}
	}
	out := make([]Bucket, 0, len(sums))
	for _, b := range sums {
		out = append(out, *b)
	}
	if order := c.field.Values(); order != nil {
		slices.SortFunc(out, func(a, b Bucket) int {
			return cmp.Compare(slices.Index(order, a.Value), slices.Index(order, b.Value))
		})
		return out
	}
	kind := c.field.about().kind
	slices.SortFunc(out, func(a, b Bucket) int {
		switch kind {
		case kindTime:
			return strings.Compare(b.Value, a.Value)
		case kindScore:
			x, _ := strconv.Atoi(a.Value)
			y, _ := strconv.Atoi(b.Value)
			return cmp.Compare(y, x)
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	if kind != kindTime && kind != kindScore {
		out = out[:min(len(out), max(top, 0))]
	}
	return out
}

// remember keeps the answers of a function.
func remember(f func(uint32) []Bucket) func(uint32) []Bucket {
	known := map[uint32][]Bucket{}
	return func(code uint32) []Bucket {
		b, ok := known[code]
		if !ok {
			b = f(code)
			known[code] = b
		}
		return b
	}
}
