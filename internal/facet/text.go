package facet

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A record is one or more parts, each between two edges, and after them perhaps a title between two tildes:
//
//	edge part edge part edge tilde title tilde
//
// Neither byte occurs in UTF-8, so "a part that is X" and "a record that holds X" are searches for bytes, which run at memory speed.
const (
	edge  = 0xff
	tilde = 0xfe
)

const (
	chunkRecords = 1024
	maxPart      = 1024 // bytes of one text that the index keeps
	maxParts     = 1000 // of one record
)

// chunk is up to chunkRecords records, back to back.
type chunk struct {
	generation uint64
	raw        []byte
	folded     []byte // raw in lower case, of equal length; the same memory where nothing differs
	ends       []uint32
	same       bool // folded is raw
}

func newChunk(generation uint64) *chunk { return &chunk{generation: generation, same: true} }

// add appends a record. Readers of earlier copies of the chunk are not disturbed: they end before.
func (c *chunk) add(record []byte) {
	low := fold(record)
	if c.same && !bytes.Equal(low, record) {
		c.folded, c.same = bytes.Clone(c.raw), false
	}
	c.raw = append(c.raw, record...)
	if c.same {
		c.folded = c.raw
	} else {
		c.folded = append(c.folded, low...)
	}
	c.ends = append(c.ends, uint32(len(c.raw)))
}

// pack gives back the room that was kept for growth.
func (c *chunk) pack() {
	c.raw = bytes.Clone(c.raw)
	if c.same {
		c.folded = c.raw
	} else {
		c.folded = bytes.Clone(c.folded)
	}
	c.ends = slices.Clone(c.ends)
}

func (c *chunk) begin(i int) int {
	if i == 0 {
		return 0
	}
	return int(c.ends[i-1])
}

func (c *chunk) record(i int) []byte { return c.raw[c.begin(i):c.ends[i]] }

// find calls hit with each record that holds needle, and where the needle begins; hit says whether the record is done with.
func (c *chunk) find(needle []byte, hit func(i, at int) bool) {
	for i, from := 0, 0; from < len(c.folded); {
		at := bytes.Index(c.folded[from:], needle)
		if at < 0 {
			return
		}
		at += from
		for int(c.ends[i]) <= at {
			i++
		}
		from = at + 1
		if hit(i, at) {
			from = int(c.ends[i])
		}
	}
}

// firstPart is a record's first part.
func firstPart(record []byte) []byte {
	if len(record) == 0 {
		return nil
	}
	return record[1 : 1+bytes.IndexByte(record[1:], edge)]
}

// partsOf splits a record; the title is left out.
func partsOf(record []byte) (parts []string) {
	for len(record) > 1 && record[1] != tilde {
		part := firstPart(record)
		parts = append(parts, string(part))
		record = record[1+len(part):]
	}
	return parts
}

// appendPart adds a part to a record. What is not UTF-8 is replaced, and what is too long is cut.
func appendPart(record []byte, part string) []byte {
	if len(record) == 0 {
		record = append(record, edge)
	}
	return append(append(record, clean(part)...), edge)
}

func clean(s string) string {
	if len(s) > maxPart {
		end := maxPart
		for end > maxPart-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}

// fold turns letters into lower case where that keeps their length, so that places in the folded text are places in the text.
func fold(s []byte) []byte {
	for i, c := range s {
		if 'A' <= c && c <= 'Z' || 0x80 <= c && c < tilde {
			return append(bytes.Clone(s[:i]), foldRest(s[i:])...)
		}
	}
	return s
}

func foldRest(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		if low := unicode.ToLower(r); low != r && utf8.RuneLen(low) == n {
			out = utf8.AppendRune(out, low)
		} else {
			out = append(out, s[:n]...)
		}
		s = s[n:]
	}
	return out
}

// texts are records by number; number 0 is none. A copy of the struct is a snapshot.
type texts struct{ chunks []*chunk }

func (t texts) size() int {
	if len(t.chunks) == 0 {
		return 0
	}
	return (len(t.chunks)-1)*chunkRecords + len(t.chunks[len(t.chunks)-1].ends)
}

// record gives the record of a number, nil where there is none.
func (t texts) record(id uint32) []byte {
	k, i := int(id/chunkRecords), int(id%chunkRecords)
	if k >= len(t.chunks) || t.chunks[k] == nil || i >= len(t.chunks[k].ends) {
		return nil
	}
	return t.chunks[k].raw[t.chunks[k].begin(i):t.chunks[k].ends[i]]
}

// folded gives a record that there is, in lower case.
func (t texts) folded(id uint32) []byte {
	c, i := t.chunks[id/chunkRecords], int(id%chunkRecords)
	return c.folded[c.begin(i):c.ends[i]]
}

// interner numbers texts: equal records have one number.
type interner struct {
	texts
	seed  maphash.Seed
	table []uint32 // open addressing: numbers of records, 0 is free
}

func newInterner() *interner {
	n := &interner{seed: maphash.MakeSeed(), table: make([]uint32, 1024)}
	n.chunks = []*chunk{newChunk(0)}
	n.chunks[0].add(nil)
	return n
}

// number gives the record's number, and keeps the record if it is new.
func (n *interner) number(record []byte, generation uint64) uint32 {
	if len(record) == 0 {
		return 0
	}
	at := n.probe(record)
	if n.table[at] != 0 {
		return n.table[at]
	}
	id := n.append(record, generation)
	n.table[at] = id
	if n.size()*3 > len(n.table)*2 {
		n.table = make([]uint32, len(n.table)*2)
		for i := uint32(1); int(i) < n.size(); i++ {
			n.table[n.probe(n.record(i))] = i
		}
	}
	return id
}

// probe gives the place of a record in the table, or the free place where it belongs.
func (n *interner) probe(record []byte) uint64 {
	mask := uint64(len(n.table) - 1)
	at := maphash.Bytes(n.seed, record) & mask
	for n.table[at] != 0 && !bytes.Equal(n.record(n.table[at]), record) {
		at = (at + 1) & mask
	}
	return at
}

func (n *interner) append(record []byte, generation uint64) uint32 {
	last := n.chunks[len(n.chunks)-1]
	switch {
	case len(last.ends) == chunkRecords:
		last = newChunk(generation)
		n.chunks = append(n.chunks, last)
	case last.generation != generation:
		fresh := *last
		fresh.generation = generation
		last = &fresh
		n.chunks = slices.Clone(n.chunks)
		n.chunks[len(n.chunks)-1] = last
	}
	last.add(record)
	if len(last.ends) == chunkRecords {
		last.pack()
	}
	return uint32(n.size() - 1)
}
