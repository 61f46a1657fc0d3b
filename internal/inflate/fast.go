package inflate

import (
	"encoding/binary"
	"unsafe"
)

// fastAhead is how many bytes of the source must be ahead for the fast loop to go on.
const fastAhead = 32

// fast decodes symbols while there is so much room ahead that no single read or write needs a check. It stops when out
// reaches limit or the block ends, and leaves what remains to slow.
//
// Why this stays inside the buffers: the source is read eight bytes at a time, at most twice in a round, from an in that
// was at most len(src)-fastAhead when the round began. A round begins with out below limit and writes at most three literals
// and one match of 258 bytes, the last of which may be written 15 bytes too long: less than Slack, and the caller made
// sure that limit+Slack is within the destination's capacity. What is read of the destination starts at out-distance,
// which is checked, and ends before what is written. Tables are arrays indexed under a mask.
func (d *Decoder) fast(limit int) error {
	src, dst := unsafe.Pointer(unsafe.SliceData(d.src)), unsafe.Pointer(unsafe.SliceData(d.dst))
	in, inEnd, out, lit, dist := d.in, len(d.src)-fastAhead, d.out, d.lit, d.dist
	if in > inEnd || out >= limit {
		return nil
	}
	hold, held, in := refill(src, in, d.hold, d.held)
	entry := lit[hold&(1<<litBits-1)]
	for {
		// At least 56 bits are held, and entry belongs to the lowest of them.
		if entry&isLiteral != 0 {
			hold, held = hold>>(entry&63), held-uint(entry&63)
			*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
			entry = lit[hold&(1<<litBits-1)]
			out++
			if entry&isLiteral != 0 {
				hold, held = hold>>(entry&63), held-uint(entry&63)
				*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
				entry = lit[hold&(1<<litBits-1)]
				out++
				if entry&isLiteral != 0 {
					hold, held = hold>>(entry&63), held-uint(entry&63)
					*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
					entry = lit[hold&(1<<litBits-1)]
					out++
					goto next
				}
			}
		}
		// At least 34 bits are held: a length and its extra bits take 20 at most.
		if entry&isSpecial != 0 {
			entry = lit.find(hold)
			if entry&isSpecial != 0 && entry&isEnd == 0 {
				return ErrCorrupt
			}
			if entry&(isSpecial|isLiteral) != 0 {
				hold, held = hold>>(entry&63), held-uint(entry&63)
				if entry&isEnd != 0 {
					d.stage = atBlock
					break
				}
				*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
				entry = lit[hold&(1<<litBits-1)]
				out++
				goto next
			}
		}
		{
			length := entryValue(entry, hold)
			hold, held = hold>>(entry&63), held-uint(entry&63)
			if held < 28 {
				hold, held, in = refill(src, in, hold, held)
			}
			if entry = dist[hold&(1<<distBits-1)]; entry&isSpecial != 0 {
				entry = dist.find(hold)
			}
			distance := entryValue(entry, hold)
			hold, held = hold>>(entry&63), held-uint(entry&63)
			if entry&isSpecial != 0 || distance > out {
				return ErrCorrupt
			}
			// The next entry is looked up before the copy, so that it is there when the copy is done.
			hold, held, in = refill(src, in, hold, held)
			entry = lit[hold&(1<<litBits-1)]
			copyMatch(unsafe.Add(dst, out), distance, length)
			out += length
			if in > inEnd || out >= limit {
				break
			}
			continue
		}
	next: // after literals
		if in > inEnd || out >= limit {
			break
		}
		hold, held, in = refill(src, in, hold, held)
	}
	d.in, d.out, d.hold, d.held = in, out, hold, held
	return nil
}

// refill takes as many whole bytes as fit, so that at least 56 bits are held. What does not fit is taken again, at the
// same place, the next time.
func refill(src unsafe.Pointer, in int, hold uint64, held uint) (uint64, uint, int) {
	hold |= binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(src, in))[:]) << (held & 63)
	return hold, held | 56, in + int(63-held)>>3
}

// copyMatch copies length bytes from distance before to, and up to 15 more that do not matter.
func copyMatch(to unsafe.Pointer, distance, length int) {
	if distance < 16 {
		copyNear(to, distance, length)
		return
	}
	for i := 0; i < length; i += 16 {
		*(*[16]byte)(unsafe.Add(to, i)) = *(*[16]byte)(unsafe.Add(to, i-distance))
	}
}

// copyNear copies a match that may repeat itself.
//
//go:noinline
func copyNear(to unsafe.Pointer, distance, length int) {
	from := unsafe.Add(to, -distance)
	switch {
	case distance >= 8:
		for i := 0; i < length; i += 8 {
			*(*[8]byte)(unsafe.Add(to, i)) = *(*[8]byte)(unsafe.Add(from, i))
		}
	case distance == 1:
		w := uint64(*(*byte)(from)) * 0x0101010101010101
		for i := 0; i < length; i += 8 {
			binary.NativeEndian.PutUint64((*[8]byte)(unsafe.Add(to, i))[:], w)
		}
	default:
		for i := range length {
			*(*byte)(unsafe.Add(to, i)) = *(*byte)(unsafe.Add(from, i))
		}
	}
}
