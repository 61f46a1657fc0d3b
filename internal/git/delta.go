package git

import "fmt"

// Copy is a part of an object that was taken from its delta base: base[From:From+Len] stands at Data[To:]. In bytes.
type Copy struct{ From, To, Len int }

// copiesMost bounds how many copies are told of one delta. With more the object is handed over as if it were whole.
const copiesMost = 1 << 18

// deltaSizes reads the header of a delta: the sizes of the base and of the result, and the instructions after it.
func deltaSizes(delta []byte) (base, result uint64, rest []byte, err error) {
	base, rest, ok := deltaSize(delta)
	if ok {
		result, rest, ok = deltaSize(rest)
	}
	if !ok {
		return 0, 0, nil, fmt.Errorf("%w: delta header is cut off", ErrCorrupt)
	}
	return base, result, rest, nil
}

// deltaSize reads a size: seven bits a byte, lowest first.
func deltaSize(p []byte) (size uint64, rest []byte, ok bool) {
	for i, shift := 0, 0; i < len(p) && shift < 63; i, shift = i+1, shift+7 {
		size |= uint64(p[i]&0x7f) << shift
		if p[i] < 0x80 {
			return size, p[i+1:], true
		}
	}
	return 0, nil, false
}

// applyDelta builds a result, as long as the delta says, out of base and the delta's instructions.
// With record set it appends the copies made to copies, joined where they go on, up to one more than copiesMost.
func applyDelta(result, base, ops []byte, copies []Copy, record bool) ([]Copy, error) {
	out := 0
	for len(ops) > 0 {
		op := ops[0]
		if op < 0x80 {
			n := int(op)
			if n == 0 || n >= len(ops) || n > len(result)-out {
				return copies, errInsert
			}
			copy(result[out:], ops[1:1+n])
			out += n
			ops = ops[1+n:]
			continue
		}
		from, n, rest, ok := deltaCopy(ops)
		if !ok || uint(from) > uint(len(base)) || n > len(base)-from || n > len(result)-out {
			return copies, errCopy
		}
		ops = rest
		copy(result[out:out+n], base[from:])
		if record && len(copies) <= copiesMost {
			copies = addCopy(copies, Copy{From: from, To: out, Len: n})
		}
		out += n
	}
	if out != len(result) {
		return copies, errResult
	}
	return copies, nil
}

var (
	errInsert = fmt.Errorf("%w: delta inserts more than there is", ErrCorrupt)
	errCopy   = fmt.Errorf("%w: delta copies from outside its base", ErrCorrupt)
	errResult = fmt.Errorf("%w: delta makes less than it says", ErrCorrupt)
	errBase   = fmt.Errorf("%w: delta is for a base of another size", ErrCorrupt)
)

// deltaCopy reads a copy instruction.
func deltaCopy(ops []byte) (from, n int, rest []byte, ok bool) {
	op := ops[0]
	i := 1
	if len(ops) < 8 { // the rare end: pad, so that the bytes below are there
		var padded [16]byte
		size := copy(padded[:], ops)
		from, n, i = copyArgs(op, padded[:], i)
		if i > size {
			return 0, 0, nil, false
		}
		return from, n, ops[i:], true
	}
	from, n, i = copyArgs(op, ops, i)
	return from, n, ops[i:], true
}

// copyArgs reads the bytes of offset and size that the opcode says are there.
func copyArgs(op byte, p []byte, i int) (from, n, next int) {
	_ = p[7]
	if op&1 != 0 {
		from = int(p[i])
		i++
	}
	if op&2 != 0 {
		from |= int(p[i]) << 8
		i++
	}
	if op&4 != 0 {
		from |= int(p[i]) << 16
		i++
	}
	if op&8 != 0 {
		from |= int(p[i]) << 24
		i++
	}
	if op&16 != 0 {
		n = int(p[i])
		i++
	}
	if op&32 != 0 {
		n |= int(p[i]) << 8
		i++
	}
	if op&64 != 0 {
		n |= int(p[i]) << 16
		i++
	}
	if n == 0 {
		n = 1 << 16
	}
	return from, n, i
}

// addCopy appends a copy, or lengthens the last one where the new one goes on from it.
func addCopy(copies []Copy, c Copy) []Copy {
	if len(copies) > 0 {
		last := &copies[len(copies)-1]
		if last.From+last.Len == c.From && last.To+last.Len == c.To {
			last.Len += c.Len
			return copies
		}
	}
	return append(copies, c)
}

// deltaMakes tells whether the instructions make exactly size bytes: asked before memory is taken for the result.
func deltaMakes(ops []byte, size uint64) bool {
	made := uint64(0)
	for len(ops) > 0 {
		if ops[0] < 0x80 {
			n := int(ops[0])
			if n == 0 || n >= len(ops) {
				return false
			}
			made += uint64(n)
			ops = ops[1+n:]
			continue
		}
		_, n, rest, ok := deltaCopy(ops)
		if !ok {
			return false
		}
		made += uint64(n)
		ops = rest
	}
	return made == size
}
