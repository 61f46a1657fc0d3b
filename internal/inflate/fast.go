package inflate

import "unsafe"

// fast decodes symbols while at least Slack bytes of the destination's capacity and 32 bytes of the source are ahead,
// so that neither needs a check for every symbol. It stops when out reaches limit or the block ends.
//
// All reads of the source are of 8 bytes at in <= inEnd+15 < len(src)-8; all writes end at most 258+32 bytes after an
// out below limit; the caller has seen that limit+Slack is within the destination's capacity; reads of the
// destination start at out-distance, which is checked. Tables are arrays indexed under a mask.
func (d *Decoder) fast(limit int) error {
	const ahead = 32
	if len(d.src) < ahead || d.out >= limit {
		return nil
	}
	src, dst := unsafe.Pointer(unsafe.SliceData(d.src)), unsafe.Pointer(unsafe.SliceData(d.dst))
	in, inEnd := d.in, len(d.src)-ahead
	if in > inEnd {
		return nil
	}
	out := d.out
	hold, held := d.hold, d.held
	lit, dist := d.lit, d.dist
	var err error

	hold |= *(*uint64)(unsafe.Add(src, in)) << (held & 63)
	in += int(63-held) >> 3
	held |= 56
	entry := lit[hold&(1<<litBits-1)]
	for {
		// At least 56 bits are held here; entry belongs to the lowest of them.
		if entry&isLiteral != 0 {
			hold >>= entry & 63
			held -= uint(entry & 63)
			*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
			out++
			entry = lit[hold&(1<<litBits-1)]
			if entry&isLiteral != 0 {
				hold >>= entry & 63
				held -= uint(entry & 63)
				*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
				out++
				entry = lit[hold&(1<<litBits-1)]
				if entry&isLiteral != 0 {
					hold >>= entry & 63
					held -= uint(entry & 63)
					*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
					out++
					entry = lit[hold&(1<<litBits-1)]
					if entry&isLiteral != 0 {
						hold >>= entry & 63
						held -= uint(entry & 63)
						*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
						out++
						entry = lit[hold&(1<<litBits-1)]
						goto refill
					}
				}
			}
		}
		// At least 23 bits are held: enough for a length with its extra bits (20).
		if entry&isSpecial != 0 {
			if entry&isLink != 0 {
				entry = lit[(uint64(entry>>16)+hold>>litBits&(1<<(entry>>8&15)-1))&(uint64(len(lit))-1)]
			}
			if entry&isLiteral != 0 {
				hold >>= entry & 63
				held -= uint(entry & 63)
				*(*byte)(unsafe.Add(dst, out)) = byte(entry >> 16)
				out++
				entry = lit[hold&(1<<litBits-1)]
				goto refill
			}
			if entry&isSpecial != 0 {
				if entry&isEnd == 0 {
					err = ErrCorrupt
					break
				}
				hold >>= entry & 63
				held -= uint(entry & 63)
				d.stage = atBlock
				break
			}
		}
		{
			length := int(entry>>16) + int(hold&(1<<(entry&63)-1)>>(entry>>8&15))
			hold >>= entry & 63
			held -= uint(entry & 63)
			if held < 28 {
				hold |= *(*uint64)(unsafe.Add(src, in)) << (held & 63)
				in += int(63-held) >> 3
				held |= 56
			}
			entry = dist[hold&(1<<distBits-1)]
			if entry&isSpecial != 0 {
				if entry&isLink != 0 {
					entry = dist[(uint64(entry>>16)+hold>>distBits&(1<<(entry>>8&15)-1))&(uint64(len(dist))-1)]
				}
				if entry&isSpecial != 0 {
					err = ErrCorrupt
					break
				}
			}
			distance := int(entry>>16) + int(hold&(1<<(entry&63)-1)>>(entry>>8&15))
			hold >>= entry & 63
			held -= uint(entry & 63)
			if distance > out {
				err = ErrCorrupt
				break
			}
			hold |= *(*uint64)(unsafe.Add(src, in)) << (held & 63)
			in += int(63-held) >> 3
			held |= 56
			entry = lit[hold&(1<<litBits-1)]

			to := unsafe.Add(dst, out)
			from := unsafe.Add(dst, out-distance)
			out += length
			if distance >= 16 {
				*(*[16]byte)(to) = *(*[16]byte)(from)
				for i := 16; i < length; i += 16 {
					*(*[16]byte)(unsafe.Add(to, i)) = *(*[16]byte)(unsafe.Add(from, i))
				}
			} else if distance >= 8 {
				for i := 0; i < length; i += 8 {
					*(*uint64)(unsafe.Add(to, i)) = *(*uint64)(unsafe.Add(from, i))
				}
			} else if distance == 1 {
				w := uint64(*(*byte)(from)) * 0x0101010101010101
				for i := 0; i < length; i += 8 {
					*(*uint64)(unsafe.Add(to, i)) = w
				}
			} else {
				for i := 0; i < length; i++ {
					*(*byte)(unsafe.Add(to, i)) = *(*byte)(unsafe.Add(from, i))
				}
			}
			if in > inEnd || out >= limit {
				break
			}
			continue
		}
	refill:
		if in > inEnd || out >= limit {
			break
		}
		hold |= *(*uint64)(unsafe.Add(src, in)) << (held & 63)
		in += int(63-held) >> 3
		held |= 56
	}
	d.in, d.out, d.hold, d.held = in, out, hold, held
	return err
}
