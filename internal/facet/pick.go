package facet

import (
	"bytes"
	"strconv"
	"strings"
)

// pick gives the ids of the records that a value means: a pattern, "=exactly this", or a name in any case.
func (t texts) pick(f Field, value string) bitset {
	found := make(bitset, t.size()/64+1)
	if exactly, ok := strings.CutPrefix(value, "="); ok {
		needle := appendPart(nil, exactly)
		t.find(fold(needle), func(c *chunk, i, at int) bool {
			return bytes.Equal(c.raw[at:at+len(needle)], needle)
		}, found)
		return found
	}
	folded := fold([]byte(value))
	if g, err := newGlob(string(folded), f == Path); err == nil {
		t.find([]byte(g.needle), func(*chunk, int, int) bool { return true }, found)
		found.retain(func(id uint32) bool {
			return anyPart(t.folded(id), func(part []byte) bool {
				return g.matches(part) || f == Path && g.matches(withoutLine(part)) || f == Component && g.matches(withoutVersion(part))
			})
		})
		return found
	}
	t.find(append([]byte{edge}, folded...), func(c *chunk, i, at int) bool {
		part := firstPart(c.folded[at:])
		return len(part) == len(folded) || f == Path && below(part, len(folded)) || f == Component && len(withoutVersion(part)) == len(folded)
	}, found)
	return found
}

// find adds the ids of the records that hold needle, where ok says yes; it is asked about each place, on up to two goroutines.
func (t texts) find(needle []byte, ok func(c *chunk, i, at int) bool, found bitset) {
	share(len(t.chunks), func() func(k int) {
		return func(k int) {
			c := t.chunks[k]
			if c == nil {
				return
			}
			c.find(needle, func(i, at int) bool {
				hit := ok(c, i, at)
				if hit {
					found.add(uint32(k*chunkRecords + i)) // chunks have words of the set to themselves
				}
				return hit
			})
		}
	})
}

func anyPart(record []byte, ok func(part []byte) bool) bool {
	for len(record) > 1 && record[1] != tilde {
		part := firstPart(record)
		if ok(part) {
			return true
		}
		record = record[1+len(part):]
	}
	return false
}

// withoutLine is a place without the line and column after it: "src/a.py" of "src/a.py:12".
func withoutLine(part []byte) []byte {
	for range 2 {
		at := bytes.LastIndexByte(part, ':')
		if at <= 0 || at == len(part)-1 || len(bytes.Trim(part[at+1:], "0123456789")) > 0 {
			break
		}
		part = part[:at]
	}
	return part
}

// withoutVersion is a component without what stands behind its last "@": "lodash" of "lodash@4.17.20", "@babel/core" of itself.
func withoutVersion(part []byte) []byte {
	if at := bytes.LastIndexByte(part, '@'); at > 0 {
		return part[:at]
	}
	return part
}

// below tells whether a place lies at or below its own first n bytes.
func below(part []byte, n int) bool {
	return part[n-1] == '/' || part[n] == '/' || part[n] == '?' || part[n] == '#' || part[n] == ':' && len(withoutLine(part)) <= n
}

// pickAttribute gives the assets up to most whose kind or criticality is this; "" picks those that have none.
func (d *dictionary) pickAttribute(f Field, value string, most uint32) bitset {
	found := make(bitset, max(most, uint32(d.size()))/64+1)
	folded := string(fold([]byte(value)))
	want, exactly := strings.CutPrefix(folded, "=")
	fits := func(s string) bool { return s == want }
	if g, err := newGlob(folded, false); err == nil && !exactly {
		fits = func(s string) bool { return s != "" && g.matches([]byte(s)) }
	}
	for id := range uint32(len(found) * 64) {
		if fits(d.attribute(id, f)) {
			found.add(id)
		}
	}
	return found
}

// number reads "#12", the name with id 12.
func number(value string) (id uint32, ok bool) {
	digits, ok := strings.CutPrefix(value, "#")
	n, err := strconv.ParseUint(digits, 10, 32)
	return uint32(n), ok && err == nil && n > 0 && n <= MaxID
}
