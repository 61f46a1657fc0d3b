package advisory

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// errDamaged says that the bytes of a database make no sense. Whatever they are, reading them ends with it and never in a panic.
var errDamaged = errors.New("advisory database is damaged")

// coder writes values one behind the other.
type coder struct{ b []byte }

func (c *coder) num(n int)     { c.b = binary.AppendUvarint(c.b, uint64(max(n, 0))) }
func (c *coder) u64(n uint64)  { c.b = binary.LittleEndian.AppendUint64(c.b, n) }
func (c *coder) byte(n byte)   { c.b = append(c.b, n) }
func (c *coder) text(s string) { c.num(len(s)); c.b = append(c.b, s...) }
func (c *coder) time(t time.Time) {
	if t.IsZero() {
		c.num(0)
		return
	}
	c.b = binary.AppendUvarint(c.b, uint64(max(t.Unix(), 0))+1)
}

func (c *coder) texts(list []string) {
	c.num(len(list))
	for _, s := range list {
		c.text(s)
	}
}

func (c *coder) nums(list []int) {
	c.num(len(list))
	for _, n := range list {
		c.num(n)
	}
}

// cursor reads what a coder has written. After the first thing that makes no sense, everything it gives is empty and bad is true.
// Its strings are parts of the bytes it reads.
type cursor struct {
	s   string
	bad bool
}

func (c *cursor) fail() {
	c.bad = true
	c.s = ""
}

// num reads a number that fits an int of any machine.
func (c *cursor) num() int {
	n := c.uvarint()
	if n > math.MaxInt {
		c.fail()
		return 0
	}
	return int(n)
}

func (c *cursor) uvarint() uint64 {
	var n uint64
	for i := 0; i < len(c.s) && i < 9; i++ {
		b := c.s[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.s = c.s[i+1:]
			return n
		}
	}
	c.fail()
	return 0
}

func (c *cursor) byte() byte {
	if c.s == "" {
		c.fail()
		return 0
	}
	b := c.s[0]
	c.s = c.s[1:]
	return b
}

func (c *cursor) u64() uint64 {
	if len(c.s) < 8 {
		c.fail()
		return 0
	}
	n := u64(c.s)
	c.s = c.s[8:]
	return n
}

func (c *cursor) text() string {
	n := c.num()
	if n > len(c.s) {
		c.fail()
		return ""
	}
	s := c.s[:n]
	c.s = c.s[n:]
	return s
}

func (c *cursor) time() time.Time {
	n := c.uvarint()
	if n == 0 || n > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(n)-1, 0).UTC()
}

// count reads how many things follow, each of which takes at least one byte.
func (c *cursor) count() int {
	n := c.num()
	if n > len(c.s) {
		c.fail()
		return 0
	}
	return n
}

// texts reads a list of texts.
func (c *cursor) texts() []string {
	n := c.count()
	if n == 0 {
		return nil
	}
	list := make([]string, 0, min(n, 1024))
	for range n {
		if list = append(list, c.text()); c.bad {
			return nil
		}
	}
	return list
}

func (c *cursor) nums() []int {
	n := c.count()
	if n == 0 {
		return nil
	}
	list := make([]int, 0, min(n, 1024))
	for range n {
		if list = append(list, c.num()); c.bad {
			return nil
		}
	}
	return list
}

// u32 and u64 read the number at the beginning of s, which is long enough.
func u32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func u64(s string) uint64 { return uint64(u32(s)) | uint64(u32(s[4:]))<<32 }

// offset reads a number as a position; what no int of any machine holds becomes a position behind everything.
func offset(s string) int { return int(min(u32(s), math.MaxInt32)) }

// hash64 is FNV-1a with a finishing step that spreads it over all bits.
func hash64(parts ...[]byte) uint64 {
	h := uint64(14695981039346656037)
	for i, p := range parts {
		if i > 0 {
			h *= 1099511628211
		}
		for _, c := range p {
			h = (h ^ uint64(c)) * 1099511628211
		}
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}
