package advisory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A delta makes one database out of another. All numbers are little-endian:
//
//	magic (16) · SHA-256 of the content before (32) and after (32) · built, in seconds since 1970 (8) · size of the body (8) · the body, zstd
//
// and the body, in a coder's bytes:
//
//	records: how many differ, then for each by id: what differs, and the parts as they differ from the old ones
//	scores, exploited CVEs, exploit index: see delta_threat.go
//	sources, the date of the scores, the date of the catalogue
const deltaMagic = "reeve-delta-001\n"

const (
	deltaHeader = 16 + 32 + 32 + 8 + 8
	// maxDelta bounds the body of a delta, in bytes. Databases that differ by more are carried whole.
	maxDelta = 256 << 20
)

// What differs in a record. A record of which nothing is said but its id is gone.
const (
	deltaFacts = 1 << iota
	deltaWords
)

// errDelta says that a delta does not fit: it is damaged, or the database is not the one it was made from.
var errDelta = errors.New("delta does not fit")

// DeltaSize counts what is in a delta.
type DeltaSize struct {
	// Changed counts records that are new or differ, Removed those that are gone.
	Changed, Removed int
	// Bytes is the size of the delta.
	Bytes int64
}

// WriteDelta writes what makes the database to out of the database from. It fails where they differ by so much that a delta is no use.
func WriteDelta(w io.Writer, from, to *DB) (DeltaSize, error) {
	d := differ{from: from, to: to, same: map[[3]int]bool{}}
	if err := d.records(); err != nil {
		return DeltaSize{}, fmt.Errorf("write delta: %w", err)
	}
	var body coder
	body.num(d.count)
	body.b = append(body.b, d.c.b...)
	if err := d.threat(&body); err != nil {
		return DeltaSize{}, fmt.Errorf("write delta: %w", err)
	}
	body.b = append(body.b, to.sections[sectionInfo]...)
	if len(body.b) > maxDelta {
		return DeltaSize{}, errors.New("write delta: the databases have too little in common")
	}
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return DeltaSize{}, fmt.Errorf("write delta: %w", err)
	}
	defer e.Close()
	out := append([]byte(nil), deltaMagic...)
	out = append(out, from.data[32:64]...)
	out = append(out, to.data[32:64]...)
	out = binary.LittleEndian.AppendUint64(out, uint64(to.built.Unix()))
	out = binary.LittleEndian.AppendUint64(out, uint64(len(body.b)))
	out = e.EncodeAll(body.b, out)
	if _, err := w.Write(out); err != nil {
		return DeltaSize{}, fmt.Errorf("write delta: %w", err)
	}
	return DeltaSize{Changed: d.count - d.gone, Removed: d.gone, Bytes: int64(len(out))}, nil
}

// differ finds out how two databases differ.
type differ struct {
	from, to *DB
	c        coder
	last     string // the id before
	count    int
	gone     int
	// same remembers which blocks are equal: facts or words, block of from, block of to.
	same map[[3]int]bool
}

// records walks both tables of records, which are sorted by id.
func (d *differ) records() error {
	i, j := 0, 0
	for i < d.from.records() || j < d.to.records() {
		var old, now recordAt
		var err error
		if i < d.from.records() {
			if old, err = d.from.record(i); err != nil {
				return err
			}
		}
		if j < d.to.records() {
			if now, err = d.to.record(j); err != nil {
				return err
			}
		}
		switch {
		case now.id == "" || old.id != "" && old.id < now.id:
			d.id(old.id)
			d.c.byte(0)
			d.gone++
			i++
		case old.id == "" || now.id < old.id:
			err = d.fresh(now)
			j++
		default:
			err = d.changed(old, now)
			i++
			j++
		}
		if err != nil {
			return err
		}
		if len(d.c.b) > maxDelta {
			return errors.New("the databases have too little in common")
		}
	}
	return nil
}

// id begins the entry of a record: the id as it differs from the one before.
func (d *differ) id(id string) {
	n := sharedPrefix(d.last, id)
	d.c.num(n)
	d.c.text(id[n:])
	d.last = id
	d.count++
}

func (d *differ) fresh(now recordAt) error {
	facts, err := d.to.factsIn.item(now.places[0], now.places[1])
	if err != nil {
		return err
	}
	words, err := d.to.wordsIn.item(now.places[2], now.places[3])
	if err != nil {
		return err
	}
	d.id(now.id)
	d.c.byte(deltaFacts | deltaWords)
	d.c.patch("", facts)
	d.c.patch("", words)
	return nil
}

func (d *differ) changed(old, now recordAt) error {
	var parts [2][2]string
	what := byte(0)
	for part := range 2 {
		before, after := &d.from.factsIn, &d.to.factsIn
		if part == 1 {
			before, after = &d.from.wordsIn, &d.to.wordsIn
		}
		a, b := old.places[2*part:], now.places[2*part:]
		if a[1] == b[1] && d.sameBlock(part, a[0], b[0]) {
			continue
		}
		x, err := before.item(a[0], a[1])
		if err != nil {
			return err
		}
		y, err := after.item(b[0], b[1])
		if err != nil {
			return err
		}
		if x != y {
			parts[part] = [2]string{x, y}
			what |= deltaFacts << part
		}
	}
	if what == 0 {
		return nil
	}
	d.id(now.id)
	d.c.byte(what)
	for part := range 2 {
		if what&(deltaFacts<<part) != 0 {
			d.c.patch(parts[part][0], parts[part][1])
		}
	}
	return nil
}

// sameBlock tells whether two blocks are equal as they are compressed: then all that is in them is.
func (d *differ) sameBlock(part, a, b int) bool {
	key := [3]int{part, a, b}
	if same, known := d.same[key]; known {
		return same
	}
	x, y := &d.from.factsIn, &d.to.factsIn
	if part == 1 {
		x, y = &d.from.wordsIn, &d.to.wordsIn
	}
	before, n, ok := x.packed(a)
	after, m, fine := y.packed(b)
	d.same[key] = ok && fine && n == m && before == after
	return d.same[key]
}

// patch writes a text as it differs from an old one: how much they share at the beginning and at the end, and what is between.
func (c *coder) patch(old, now string) {
	head := sharedPrefix(old, now)
	tail := 0
	for tail < len(old)-head && tail < len(now)-head && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	c.num(head)
	c.num(tail)
	c.text(now[head : len(now)-tail])
}

// patch reads what the coder's has written.
func (c *cursor) patch(old string) string {
	head, tail := c.num(), c.num()
	middle := c.text()
	if head > len(old) || tail > len(old)-head {
		c.fail()
		return ""
	}
	return old[:head] + middle + old[len(old)-tail:]
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
