package register

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// codec writes values, or reads them back in the same order: one listing of fields does for both. Only its own process reads what it wrote.
type codec struct {
	data []byte
	// reads tells which it does.
	reads bool
	err   error
}

var errShort = errors.New("it ends too early")

func (c *codec) int(v *int64) {
	if !c.reads {
		c.data = binary.AppendVarint(c.data, *v)
		return
	}
	n, used := binary.Varint(c.data)
	c.take(used)
	*v = n
}

func (c *codec) word(v *uint64) {
	if !c.reads {
		c.data = binary.LittleEndian.AppendUint64(c.data, *v)
		return
	}
	if part := c.next(8); part != nil {
		*v = binary.LittleEndian.Uint64(part)
	}
}

func (c *codec) float(v *float64) {
	bits := math.Float64bits(*v)
	c.word(&bits)
	*v = math.Float64frombits(bits)
}

func (c *codec) text(v *string) {
	if !c.reads {
		c.data = append(binary.AppendUvarint(c.data, uint64(len(*v))), *v...)
		return
	}
	*v = string(c.part())
}

func (c *codec) bytes(v *[]byte) {
	if !c.reads {
		c.data = append(binary.AppendUvarint(c.data, uint64(len(*v))), *v...)
		return
	}
	*v = append([]byte(nil), c.part()...)
}

// part reads what was written with its length before it.
func (c *codec) part() []byte {
	n, used := binary.Uvarint(c.data)
	c.take(used)
	return c.next(n)
}

func (c *codec) next(n uint64) []byte {
	if n > uint64(len(c.data)) {
		c.err, c.data = errShort, nil
		return nil
	}
	part := c.data[:n]
	c.data = c.data[n:]
	return part
}

func (c *codec) take(used int) {
	if used <= 0 {
		c.err, c.data = errShort, nil
		return
	}
	c.data = c.data[used:]
}

// fields lists what an entry is made of.
func (e *entry) fields(c *codec) {
	exact := e.Keys.Exact[:]
	c.bytes(&exact)
	copy(e.Keys.Exact[:], exact)
	for _, key := range []*uint64{&e.Keys.Print, &e.Keys.Drift, &e.Keys.Code, &e.Keys.Spot, &e.Keys.Twin, &e.Keys.Line, &e.Context} {
		c.word(key)
	}
	for _, t := range []*string{&e.Asset, &e.Rule, &e.Flaw, &e.Waived, &e.Place} {
		c.text(t)
	}
	for _, n := range []*int64{&e.Owner, &e.Digest, &e.Line, &e.Column} {
		c.int(n)
	}
	c.bytes(&e.Doc)
	// Of the row only what the finding itself says: the rest is filled in when it is written.
	r := &e.Row
	for _, t := range []*string{&r.Class, &r.Reach, &r.Internet, &r.Environment, &r.Running, &r.Data, &r.Known, &r.Exploit, &r.Place, &r.Component, &r.Fix} {
		c.text(t)
	}
	for _, n := range []*int64{&r.Severity, &r.Level, &r.Score, &r.Confidence} {
		c.int(n)
	}
	c.float(&r.EPSS)
}

// write appends an entry to a stream, its length before it.
func (e *entry) write(w *bufio.Writer, c *codec) error {
	*c = codec{data: c.data[:0]}
	e.fields(c)
	var head [binary.MaxVarintLen64]byte
	if _, err := w.Write(head[:binary.PutUvarint(head[:], uint64(len(c.data)))]); err != nil {
		return err
	}
	_, err := w.Write(c.data)
	return err
}

// read reads what write wrote; with skip it is only passed over. buf is used again from call to call.
func (e *entry) read(r *bufio.Reader, buf []byte, skip bool) ([]byte, error) {
	size, err := binary.ReadUvarint(r)
	if err != nil {
		return buf, err
	}
	if skip {
		_, err := r.Discard(int(size))
		return buf, err
	}
	if uint64(cap(buf)) < size {
		buf = make([]byte, size)
	}
	buf = buf[:size]
	if _, err := io.ReadFull(r, buf); err != nil {
		return buf, err
	}
	c := codec{data: buf, reads: true}
	*e = entry{}
	if e.fields(&c); c.err != nil || len(c.data) > 0 {
		return buf, fmt.Errorf("an entry of %d bytes has %d left: %w", size, len(c.data), errShort)
	}
	return buf, nil
}
