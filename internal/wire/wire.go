// Package wire writes values down compactly and reads them again. One description serves both ways, so that they cannot fall apart: it names each
// part of a value once, and a Codec writes it or fills it in.
//
// Numbers are varints (Protocol Buffers, Encoding), texts stand once in a table. What is read may be anything: it ends in an error, never in more memory
// than its length times the size of what stands in its lists.
package wire

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"
)

// ErrBroken tells that what is read was not written by the same description.
var ErrBroken = errors.New("broken encoding")

// Codec goes over a value, writing or reading it.
type Codec struct {
	reading bool
	in, out []byte
	// texts are those read, numbers those written, by their order.
	texts   []string
	numbers map[string]int
	err     error
}

// Write writes down what a description names.
func Write(describe func(*Codec)) []byte {
	c := &Codec{numbers: map[string]int{"": 0}, texts: []string{""}}
	describe(c)
	head := binary.AppendUvarint(nil, uint64(len(c.texts)))
	size := 0
	for _, t := range c.texts {
		head = binary.AppendUvarint(head, uint64(len(t)))
		size += len(t)
	}
	out := make([]byte, 0, len(head)+size+len(c.out))
	out = append(out, head...)
	for _, t := range c.texts {
		out = append(out, t...)
	}
	return append(out, c.out...)
}

// Read fills in what a description names.
func Read(data []byte, describe func(*Codec)) error {
	c := &Codec{reading: true, in: data}
	c.table()
	if c.err == nil {
		describe(c)
	}
	if c.err == nil && len(c.in) > 0 {
		c.err = ErrBroken
	}
	return c.err
}

// table reads the texts, which share one piece of memory.
func (c *Codec) table() {
	sizes := make([]int, c.length())
	whole := 0
	for i := range sizes {
		sizes[i] = c.length()
		whole += sizes[i]
	}
	if whole > len(c.in) {
		c.fail()
	}
	if c.err != nil {
		return
	}
	all := string(c.in[:whole])
	c.in = c.in[whole:]
	c.texts = make([]string, len(sizes))
	for i, n := range sizes {
		c.texts[i], all = all[:n], all[n:]
	}
}

// Reading tells that the value is being filled in.
func (c *Codec) Reading() bool { return c.reading }

// Fail tells that what is read cannot be: the value is then not to be used.
func (c *Codec) Fail() { c.fail() }

func (c *Codec) fail() {
	c.err = ErrBroken
	c.in = nil
}

// length reads how many things follow, each of which takes a byte at least.
func (c *Codec) length() int {
	n, size := binary.Uvarint(c.in)
	if size <= 0 || n > uint64(len(c.in)-size) {
		c.fail()
		return 0
	}
	c.in = c.in[size:]
	return int(n)
}

// integer are the types that are numbers.
type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// Number goes over a number.
func Number[T integer](c *Codec, v *T) {
	if !c.reading {
		c.out = binary.AppendVarint(c.out, int64(*v))
		return
	}
	n, size := binary.Varint(c.in)
	if size <= 0 || int64(T(n)) != n {
		c.fail()
		return
	}
	*v, c.in = T(n), c.in[size:]
}

// Numbers goes over a list of numbers that differ little from one another.
func Numbers[T integer](c *Codec, list *[]T) {
	n := c.count(len(*list))
	if c.reading && n > 0 {
		*list = make([]T, n)
	}
	before := int64(0)
	for i := range *list {
		if !c.reading {
			c.out = binary.AppendVarint(c.out, int64((*list)[i])-before)
			before = int64((*list)[i])
			continue
		}
		more, size := binary.Varint(c.in)
		before += more
		if size <= 0 || int64(T(before)) != before {
			c.fail()
			return
		}
		(*list)[i], c.in = T(before), c.in[size:]
	}
}

// Flag goes over what is true or false.
func (c *Codec) Flag(v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	Number(c, &n)
	*v = n == 1
}

// Flags goes over a list of n that are mostly false: only where one is true is written down.
func (c *Codec) Flags(list *[]bool, n int) {
	var set []int32
	for i, v := range *list {
		if v {
			set = append(set, int32(i))
		}
	}
	Numbers(c, &set)
	if !c.reading || c.err != nil {
		return
	}
	*list = make([]bool, n)
	for _, i := range set {
		if i < 0 || int(i) >= n {
			c.fail()
			return
		}
		(*list)[i] = true
	}
}

// Text goes over a text.
func Text[T ~string](c *Codec, v *T) {
	if !c.reading {
		n, known := c.numbers[string(*v)]
		if !known {
			n = len(c.texts)
			c.texts = append(c.texts, string(*v))
			c.numbers[string(*v)] = n
		}
		c.out = binary.AppendUvarint(c.out, uint64(n))
		return
	}
	n, size := binary.Uvarint(c.in)
	if size <= 0 || n >= uint64(len(c.texts)) {
		c.fail()
		return
	}
	*v, c.in = T(c.texts[n]), c.in[size:]
}

// count goes over how many things follow.
func (c *Codec) count(n int) int {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(n))
		return n
	}
	return c.length()
}

// List goes over a list: each names the parts of one thing in it, at least one.
func List[T any](c *Codec, list *[]T, each func(*T)) {
	n := c.count(len(*list))
	if c.reading && n > 0 {
		*list = make([]T, n)
	}
	for i := range *list {
		if each(&(*list)[i]); c.err != nil {
			return
		}
	}
}

// Map goes over a map whose keys are texts, in their order.
func Map[K ~string, V any](c *Codec, m *map[K]V, each func(*V)) {
	Keyed(c, m, func(a, b K) int { return strings.Compare(string(a), string(b)) }, func(k *K) { Text(c, k) }, each)
}

// Keyed goes over a map in the order of its keys: key names the parts of one, at least one.
func Keyed[K comparable, V any](c *Codec, m *map[K]V, order func(a, b K) int, key func(*K), each func(*V)) {
	keys := slices.SortedFunc(maps.Keys(*m), order)
	List(c, &keys, key)
	if c.reading && len(keys) > 0 {
		*m = make(map[K]V, len(keys))
	}
	for _, k := range keys {
		v := (*m)[k]
		if each(&v); c.err != nil {
			return
		}
		(*m)[k] = v
	}
}

// Optional goes over what there may be none of.
func Optional[T any](c *Codec, v **T, each func(*T)) {
	given := *v != nil
	if c.Flag(&given); !given {
		return
	}
	if c.reading {
		*v = new(T)
	}
	each(*v)
}

// Pool are lists that several have in common: each is written once, and is one again when it was read.
type Pool[T any] struct {
	lists   [][]T
	numbers map[*T]int
}

// List goes over a list of the pool.
func (p *Pool[T]) List(c *Codec, list *[]T, each func(*T)) {
	n := 0 // none
	if !c.reading && len(*list) > 0 {
		known := false
		if n, known = p.numbers[&(*list)[0]]; !known {
			n = len(p.lists) + 1
		}
	}
	Number(c, &n)
	switch {
	case n == 0 || c.err != nil:
		return
	case n == len(p.lists)+1:
		if List(c, list, each); len(*list) == 0 {
			c.fail()
			return
		}
		if p.numbers == nil {
			p.numbers = map[*T]int{}
		}
		p.lists = append(p.lists, *list)
		p.numbers[&(*list)[0]] = n
	case n > 0 && n <= len(p.lists):
		*list = p.lists[n-1]
	default:
		c.fail()
	}
}
