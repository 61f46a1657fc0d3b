package literal

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Matcher finds many literals at once. It is immutable and may be used by several goroutines.
//
// Of each literal the rarest run of four bytes (its gram) is put into a bitmap; the text is read eight bytes at a
// time and each of its grams is looked up there. The look-ups do not depend on one another, which is what makes
// this several times faster than an automaton whose every step waits for the one before. Only where the bitmap says
// "perhaps" are literals compared.
type Matcher struct {
	literals []Literal
	bitmap   [1 << (bitmapBits - 6)]uint64
	heads    [1 << headBits]int32 // 1 + index of the first entry of a bucket; 0 is none
	entries  []entry
	short    [256][]int32 // literals of one or two bytes, by folded first byte
	hasShort bool
	tails    []int32 // literals of three bytes
}

// entry is one literal under its gram.
type entry struct {
	gram    uint32 // folded
	offset  int32  // of the gram in the literal
	literal int32
	next    int32 // 1 + index of the next entry of the bucket
}

const (
	gramSize   = 4
	bitmapBits = 20 // 128 KiB: with some thousands of grams set, one probe in a hundred is a false alarm
	headBits   = 14
	// fold sets the bit that tells a small ASCII letter from a capital one. Other bytes may fall together; the compare tells them apart.
	fold32    = 0x20202020
	fold64    = 0x2020202020202020
	spread    = 0x9E3779B1 // 2^32 divided by the golden ratio, for multiplicative hashing (Knuth, TAOCP 3, 6.4)
	otherCase = 0x20
)

// New makes a matcher. Empty literals are never found.
func New(literals []Literal) *Matcher {
	m := &Matcher{literals: literals, entries: make([]entry, 0, len(literals))}
	for i, l := range literals {
		switch {
		case l.Text == "":
		case len(l.Text) == gramSize-1:
			m.addShort(int32(i), l.Text)
		case len(l.Text) < gramSize:
			b := l.Text[0] | otherCase
			m.short[b] = append(m.short[b], int32(i))
			m.hasShort = true
		default:
			m.add(int32(i), l.Text)
		}
	}
	return m
}

func (m *Matcher) add(number int32, text string) {
	at := rarestGram(text)
	m.enter(entry{gram: binary.LittleEndian.Uint32([]byte(text[at:at+gramSize])) | fold32, offset: int32(at), literal: number})
}

// addShort adds a literal one byte short of a gram: once with every byte that may follow. Its last place in a text,
// where nothing follows, is looked at apart.
func (m *Matcher) addShort(number int32, text string) {
	m.tails = append(m.tails, number)
	for next := range 256 {
		if folded := uint32(next) | otherCase; folded == uint32(next) {
			gram := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | folded<<24
			m.enter(entry{gram: gram | fold32, literal: number})
		}
	}
}

func (m *Matcher) enter(e entry) {
	h := e.gram * spread
	m.bitmap[h>>(32-bitmapBits+6)] |= 1 << (h >> (32 - bitmapBits) & 63)
	bucket := &m.heads[h>>(32-headBits)]
	e.next = *bucket
	m.entries = append(m.entries, e)
	*bucket = int32(len(m.entries))
}

// Find appends to hits every literal in data[start:end], by position, and returns the longer slice.
func (m *Matcher) Find(data []byte, start, end int, hits []Hit) []Hit {
	first := len(hits)
	hits = m.findLong(data, start, end, hits)
	if m.hasShort {
		hits = m.findShort(data, start, end, hits)
	}
	byPlace := func(a, b Hit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Literal, b.Literal)) }
	if found := hits[first:]; !slices.IsSortedFunc(found, byPlace) {
		slices.SortFunc(found, byPlace)
	}
	return hits
}

func (m *Matcher) findLong(data []byte, start, end int, hits []Hit) []Hit {
	text := data[:end]
	grams := data[:min(end+1, len(data))] // the gram of a literal of three bytes holds the byte after it
	i := start
	for ; i+8 <= len(grams); i += 4 {
		w := binary.LittleEndian.Uint64(grams[i:]) | fold64
		h0 := uint32(w) * spread
		h1 := uint32(w>>8) * spread
		h2 := uint32(w>>16) * spread
		h3 := uint32(w>>24) * spread
		maybe := m.probe(h0) | m.probe(h1)<<1 | m.probe(h2)<<2 | m.probe(h3)<<3
		for ; maybe != 0; maybe &= maybe - 1 {
			k := bits.TrailingZeros64(maybe)
			hits = m.compare(text, start, i+k, uint32(w>>(8*k)), hits)
		}
	}
	for ; i+gramSize <= len(grams); i++ {
		gram := binary.LittleEndian.Uint32(grams[i:]) | fold32
		if m.probe(gram*spread) != 0 {
			hits = m.compare(text, start, i, gram, hits)
		}
	}
	if end == len(data) {
		for _, number := range m.tails {
			hits = m.match(text, start, end-(gramSize-1), number, hits)
		}
	}
	return hits
}

// probe is 1 where the hash may belong to a gram of some literal.
func (m *Matcher) probe(h uint32) uint64 {
	return m.bitmap[h>>(32-bitmapBits+6)] >> (h >> (32 - bitmapBits) & 63) & 1
}

// compare appends the literals whose gram stands at text[at:].
func (m *Matcher) compare(text []byte, start, at int, gram uint32, hits []Hit) []Hit {
	for n := m.heads[gram*spread>>(32-headBits)]; n != 0; {
		e := &m.entries[n-1]
		n = e.next
		if e.gram == gram {
			hits = m.match(text, start, at-int(e.offset), e.literal, hits)
		}
	}
	return hits
}

func (m *Matcher) findShort(data []byte, start, end int, hits []Hit) []Hit {
	for i := start; i < end; i++ {
		for _, number := range m.short[data[i]|otherCase] {
			hits = m.match(data[:end], start, i, number, hits)
		}
	}
	return hits
}

func (m *Matcher) match(text []byte, start, at int, number int32, hits []Hit) []Hit {
	l := &m.literals[number]
	if at < start || at+len(l.Text) > len(text) {
		return hits
	}
	there := text[at : at+len(l.Text)]
	if string(there) != l.Text && !(l.Fold && equalFold(there, l.Text)) {
		return hits
	}
	return append(hits, Hit{Literal: number, Start: int32(at)})
}

// equalFold compares with ASCII letters folded; bytes.EqualFold would fold all of Unicode and change lengths.
func equalFold(a []byte, b string) bool {
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | otherCase
	}
	return c
}

// rarestGram gives the offset of the four bytes of a literal that are least likely in source text.
func rarestGram(text string) int {
	best, bestAt := int(^uint(0)>>1), 0
	for at := 0; at+gramSize <= len(text); at++ {
		sum := 0
		for _, c := range []byte(text[at : at+gramSize]) {
			sum += commonness(lower(c))
		}
		if sum < best {
			best, bestAt = sum, at
		}
	}
	return bestAt
}

// byFrequency lists small letters from the most to the least frequent in English text and code.
const byFrequency = "etaoinsrlhdcumpfgybwvkxjqz"

// commonness is about ten times the logarithm of a byte's frequency in source text.
func commonness(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		for i := range len(byFrequency) {
			if byFrequency[i] == c {
				return 60 - 2*i
			}
		}
	case c == ' ' || c == '\t' || c == '\n':
		return 70
	case '0' <= c && c <= '9':
		return 35
	case c == '_' || c == '-' || c == '.' || c == '/' || c == '"' || c == '=' || c == ':':
		return 38
	}
	return 12
}
