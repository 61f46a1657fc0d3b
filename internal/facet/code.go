package facet

import (
	"math"
	"strings"
	"time"
)

// coder turns the rows of blocks into codes of a field's values, and codes into what people read.
type coder struct {
	state *state
	field Field
	now   time.Time
}

// look writes the code of each selected row.
type look func(b *block, in selection, out *[blockRows]uint32)

func (s *state) coder(f Field, now time.Time) coder { return coder{s, f, now} }

// days is how many days there are in the time that the index can tell.
const days = math.MaxUint32/86400 + 3

// codes is the number of codes there may be.
func (c *coder) codes() int {
	about := c.field.about()
	switch about.kind {
	case kindText: // no field
		return 1
	case kindName, kindAttribute, kindInterned:
		return int(c.state.most[about.column]) + 1
	case kindTime:
		return days
	case kindComputed:
		return 2
	case kindEnum, kindScale:
		return len(c.field.names())
	case kindScore:
		return 101
	}
	return 256
}

// several tells whether a code may mean more than one value.
func (c *coder) several() bool {
	return c.field == Tool || c.field == Ref || c.field == Data
}

// look gives what looks; it is for one goroutine.
func (c *coder) look() look {
	about := c.field.about()
	switch about.kind {
	case kindText:
		return func(*block, selection, *[blockRows]uint32) {}
	case kindName, kindAttribute, kindInterned:
		return func(b *block, in selection, out *[blockRows]uint32) {
			v := &b.words[about.column].v
			for k, i := range in {
				out[k&(blockRows-1)] = v[i&(blockRows-1)]
			}
		}
	case kindTime:
		day := newCalendar(c.now.Location())
		return func(b *block, in selection, out *[blockRows]uint32) {
			v := &b.words[about.column].v
			for k, i := range in {
				out[k&(blockRows-1)] = day.of(v[i&(blockRows-1)])
			}
		}
	case kindComputed:
		now := seconds(c.now)
		return func(b *block, in selection, out *[blockRows]uint32) {
			for k, i := range in {
				out[k&(blockRows-1)] = computed(c.field, b, int(i), now)
			}
		}
	}
	return func(b *block, in selection, out *[blockRows]uint32) {
		v := &b.bytes[about.column].v
		for k, i := range in {
			out[k&(blockRows-1)] = uint32(v[i&(blockRows-1)])
		}
	}
}

// buckets gives the values that a code means.
func (c *coder) buckets(code uint32) []Bucket {
	about := c.field.about()
	var values []string
	switch about.kind {
	case kindText:
		return []Bucket{{}}
	case kindName:
		if name := c.state.names[about.column].name(code); name != "" {
			return []Bucket{c.bucket(name, len(c.state.names[about.column].record(code)) == 0)}
		}
	case kindAttribute:
		if a := c.state.names[wordAsset].attribute(code, c.field); a != "" {
			return []Bucket{c.bucket(a, false)}
		}
	case kindInterned:
		parts := partsOf(c.state.texts[about.column-firstText].record(code))
		buckets := make([]Bucket, len(parts))
		for i, part := range parts {
			buckets[i] = c.bucket(part, false)
		}
		if len(parts) > 0 {
			return buckets
		}
	case kindTime:
		if code > 0 {
			values = []string{time.Unix(int64(code-1)*86400, 0).UTC().Format(time.DateOnly)}
		}
	case kindComputed:
		values = []string{flagNames[code]}
	default:
		values = c.field.wordsOf(uint8(code))
	}
	if values == nil {
		values = []string{"none"}
	}
	buckets := make([]Bucket, len(values))
	for i, v := range values {
		buckets[i] = Bucket{Value: v, Label: v}
	}
	return buckets
}

// bucket makes a name a value that means this name only.
func (c *coder) bucket(name string, isID bool) Bucket {
	b := Bucket{Value: name, Label: name}
	special := strings.Contains(name, "*") || name == "none" || name == "any" || name[0] == '=' || name[0] == '#' && !isID
	if special || c.field == Path || c.field == Component {
		b.Value = "=" + name
	}
	return b
}

// calendar finds the day of a moment in a time zone. Days are numbered from 1, the first of January 1970, by their dates; 0 is none.
type calendar struct {
	zone *time.Location
	// begins are the first seconds of days, made when they are asked for; 0 is not made.
	begins []int64
}

func newCalendar(zone *time.Location) *calendar {
	return &calendar{zone, make([]int64, days+1)}
}

func (c *calendar) begin(day int) int64 {
	if c.begins[day] == 0 {
		c.begins[day] = time.Date(1970, 1, day, 0, 0, 0, 0, c.zone).Unix()
	}
	return c.begins[day]
}

func (c *calendar) of(second uint32) uint32 {
	if second == 0 {
		return 0
	}
	at := int64(second)
	day := min(max(int(at/86400)+1, 1), days-1)
	for day > 1 && at < c.begin(day) {
		day--
	}
	for day < days-1 && at >= c.begin(day+1) {
		day++
	}
	return uint32(day)
}
