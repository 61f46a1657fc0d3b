// Package inflate decompresses zlib streams (RFC 1950, RFC 1951) whose output size is known beforehand, as in git
// packs. It works on whole buffers: that and nothing else is what makes it faster than a general reader.
//
// It must not allocate, and must not read or write outside the buffers it was given whatever the input says.
package inflate

import (
	"encoding/binary"
	"errors"
)

var (
	// ErrCorrupt tells that the stream breaks the format or its checksum.
	ErrCorrupt = errors.New("corrupt zlib stream")
	// ErrShort tells that the input ended before the stream did.
	ErrShort = errors.New("zlib stream is cut off")
	// ErrSize tells that the stream holds more or fewer bytes than the caller said.
	ErrSize = errors.New("zlib stream has another size than stated")
)

// Slack is how many bytes of capacity beyond its length a destination should have, and how many readable bytes a
// source should have after the stream's end. Decoding is correct without, but then ends slower.
const Slack = 320

// Decoder decodes one stream at a time. The zero value is ready for Reset. It is about 40 KiB large: keep and reuse it.
type Decoder struct {
	src, dst []byte
	in, out  int
	hold     uint64 // bits taken from src and not used yet, lowest first
	held     uint   // how many bits of hold are valid
	stage    stage
	final    bool // the current block is the last one
	stored   int  // bytes left in a stored block
	sum      uint32
	summed   int // how much of dst the checksum covers

	lit  *litTable
	dist *distTable

	fixedReady bool
	fixedLit   litTable
	fixedDist  distTable
	ownLit     litTable
	ownDist    distTable
	work       builder
}

type stage uint8

const (
	atStart stage = iota
	atBlock
	inStored
	inCodes
	atEnd   // after the last block
	atCheck // size and checksum are right
	failed
)

// Reset starts a new stream. The stream begins at src[0] and may end before src does; its content must fill dst exactly.
func (d *Decoder) Reset(dst, src []byte) {
	d.src, d.dst = src, dst
	d.in, d.out = 0, 0
	d.hold, d.held = 0, 0
	d.stage = atStart
	d.sum, d.summed = 1, 0
}

// Used returns how many bytes of the source the stream took. It is meaningful after the stream's end.
func (d *Decoder) Used() int { return d.in }

// chunk is how much is decoded before it is summed: small enough to be still in the nearest caches.
const chunk = 32 << 10

// All decodes the whole stream and checks its size and checksum.
func (d *Decoder) All() error {
	for d.stage != atCheck {
		if _, err := d.Some(d.out + chunk); err != nil {
			return err
		}
	}
	return nil
}

// Some decodes until at least want bytes of the destination are there, or the stream has ended, and returns how many are.
// When want reaches the destination's length the stream is read to its end, and its size and checksum are checked.
func (d *Decoder) Some(want int) (int, error) {
	if d.stage == failed {
		return 0, ErrCorrupt
	}
	want = min(want, len(d.dst))
	for d.stage < atEnd && (d.out < want || want == len(d.dst)) {
		if err := d.step(want); err != nil {
			d.stage = failed
			return min(d.out, len(d.dst)), err
		}
	}
	if d.out > len(d.dst) {
		d.stage = failed
		return len(d.dst), ErrSize
	}
	d.sum = checksum(d.sum, d.dst[d.summed:d.out])
	d.summed = d.out
	if d.stage == atEnd {
		return d.out, d.finish()
	}
	return d.out, nil
}

// Head decodes the first bytes of a stream into dst, as many as there are and fit, and returns how many.
// Nothing is checked that comes after them.
func (d *Decoder) Head(dst, src []byte) int {
	d.Reset(dst[:len(dst):len(dst)], src)
	n, _ := d.Some(len(dst))
	d.stage = failed
	return min(n, len(dst))
}

// step goes on with the stream until something ends: a header, a block, the wanted output.
func (d *Decoder) step(want int) error {
	switch d.stage {
	case atStart:
		return d.header()
	case atBlock:
		if d.final {
			d.stage = atEnd
			return nil
		}
		return d.block()
	case inStored:
		return d.copyStored()
	}
	return d.codes(want)
}

// giveBack returns the whole bytes held to the source and drops the rest of the current one.
func (d *Decoder) giveBack() {
	d.in -= int(d.held / 8)
	d.hold, d.held = 0, 0
}

// fill takes bytes until at least 56 bits are held or the source ends.
func (d *Decoder) fill() {
	if d.in+8 <= len(d.src) {
		// What does not fit is taken again, at the same place, the next time.
		d.hold |= binary.LittleEndian.Uint64(d.src[d.in:]) << d.held
		d.in += int(63-d.held) >> 3
		d.held |= 56
		return
	}
	d.hold &= 1<<d.held - 1
	for d.held <= 56 && d.in < len(d.src) {
		d.hold |= uint64(d.src[d.in]) << d.held
		d.in++
		d.held += 8
	}
}

// take uses n bits (at most 32); ok is false when the source has ended before them.
func (d *Decoder) take(n uint) (v uint32, ok bool) {
	if d.held < n {
		if d.fill(); d.held < n {
			return 0, false
		}
	}
	v = uint32(d.hold & (1<<n - 1))
	d.hold >>= n
	d.held -= n
	return v, true
}

// codes decodes compressed symbols until the block ends or the wanted output is there.
func (d *Decoder) codes(want int) error {
	if cap(d.dst)-len(d.dst) >= Slack {
		if err := d.fast(want); err != nil || d.stage != inCodes {
			return err
		}
	} else if want > Slack {
		if err := d.fast(want - Slack); err != nil || d.stage != inCodes {
			return err
		}
	}
	if d.out > len(d.dst) {
		return ErrSize
	}
	return d.slow(want)
}

// slow decodes symbol by symbol with every bound checked: for the ends of the buffers.
func (d *Decoder) slow(want int) error {
	for d.out < want || want == len(d.dst) {
		d.fill()
		entry := d.lit.find(d.hold)
		if uint(entry&lengthMask) > d.held {
			return ErrShort
		}
		saved := d.hold
		d.hold >>= entry & lengthMask
		d.held -= uint(entry & lengthMask)
		switch {
		case entry&isLiteral != 0:
			if d.out >= len(d.dst) {
				return ErrSize
			}
			d.dst[d.out] = byte(entry >> 16)
			d.out++
		case entry&isSpecial != 0:
			if entry&isEnd == 0 {
				return ErrCorrupt
			}
			d.stage = atBlock
			return nil
		default:
			if err := d.slowMatch(entryValue(entry, saved)); err != nil {
				return err
			}
		}
	}
	return nil
}

// slowMatch decodes a distance and copies length bytes from there.
func (d *Decoder) slowMatch(length int) error {
	d.fill()
	entry := d.dist.find(d.hold)
	if uint(entry&lengthMask) > d.held {
		return ErrShort
	}
	if entry&isSpecial != 0 {
		return ErrCorrupt
	}
	distance := entryValue(entry, d.hold)
	d.hold >>= entry & lengthMask
	d.held -= uint(entry & lengthMask)
	if distance > d.out {
		return ErrCorrupt
	}
	if length > len(d.dst)-d.out {
		return ErrSize
	}
	for range length {
		d.dst[d.out] = d.dst[d.out-distance]
		d.out++
	}
	return nil
}

// entryValue is what a length or distance entry stands for, given the bits its code began at.
func entryValue(entry uint32, at uint64) int {
	extra := at & (1<<(entry&lengthMask) - 1) >> (entry >> 8 & 15)
	return int(entry>>16&0x7fff) + int(extra)
}
