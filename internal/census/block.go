package census

import (
	"encoding/binary"
	"strings"
)

// block is what is known of one package: its key, and for each of its variants who has it:
//
//	key · number of variants · for each: flags · ecosystem · name · version · shown name · shown version · number of SBOMs ·
//	for each of them how much its number differs from the one before, shifted by one, with the last bit for one that asks for it itself
//
// Where a flag says that a text is as before, it is left out. Texts have their length before them; all numbers are varints.
type block struct {
	key     string
	holders []holders
}

// holders are the SBOMs that have a variant: their numbers, shifted by one, with the last bit for those that ask for it themselves. Sorted.
type holders struct {
	variant
	sboms []uint32
}

// compareVariants gives the order of variants in a segment: by hash of the key, then by everything.
func compareVariants(a, b *variant) int {
	if a.key != b.key {
		if x, y := hashKey(a.key), hashKey(b.key); x != y {
			if x < y {
				return -1
			}
			return 1
		}
		return strings.Compare(a.key, b.key)
	}
	for _, pair := range [...][2]string{{a.ecosystem, b.ecosystem}, {a.name, b.name}, {a.version, b.version}, {a.shownName, b.shownName}, {a.shownVersion, b.shownVersion}} {
		if c := strings.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return 0
}

// What stands for texts that are left out.
const (
	sameEcosystem = 1 << iota // as in the variant before; in the first, as in the key
	sameName                  // the same
	notShown                  // what is shown is what is asked for
)

// before gives the ecosystem and the name that flags of the first variant stand for.
func (b *block) before() (ecosystem, name string) {
	ecosystem, name, _ = strings.Cut(b.key, "\x00")
	return ecosystem, name
}

func (b *block) encode(out []byte) []byte {
	out = appendText(out, b.key)
	out = binary.AppendUvarint(out, uint64(len(b.holders)))
	ecosystem, name := b.before()
	for i := range b.holders {
		h := &b.holders[i]
		flags, at := byte(0), len(out)
		out = append(out, 0)
		if h.ecosystem == ecosystem {
			flags |= sameEcosystem
		} else {
			out = appendText(out, h.ecosystem)
		}
		if h.name == name {
			flags |= sameName
		} else {
			out = appendText(out, h.name)
		}
		out = appendText(out, h.version)
		if h.shownName == "" && h.shownVersion == "" {
			flags |= notShown
		} else {
			out = appendText(appendText(out, h.shownName), h.shownVersion)
		}
		out[at] = flags
		ecosystem, name = h.ecosystem, h.name
		out = binary.AppendUvarint(out, uint64(len(h.sboms)))
		last := uint32(0)
		for _, s := range h.sboms {
			out = binary.AppendUvarint(out, uint64((s>>1-last)<<1|s&1))
			last = s >> 1
		}
	}
	return out
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// reader reads what was written. After the first thing that makes no sense, everything it gives is empty and bad is true.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) num() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[size:]
	return n
}

// count reads how many things follow, each of which takes at least one byte.
func (r *reader) count() int {
	n := r.num()
	if n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// decodeBlock reads a block of a segment with so many SBOMs.
func decodeBlock(raw []byte, sboms int) (*block, bool) {
	r := &reader{b: raw}
	b := &block{key: r.text()}
	ecosystem, name := b.before()
	for n := r.count(); n > 0 && !r.bad; n-- {
		flags := r.num()
		if flags&sameEcosystem == 0 {
			ecosystem = r.text()
		}
		if flags&sameName == 0 {
			name = r.text()
		}
		h := holders{variant: variant{key: b.key, ecosystem: ecosystem, name: name, version: r.text()}}
		if flags&notShown == 0 {
			h.shownName, h.shownVersion = r.text(), r.text()
		}
		count := r.count()
		h.sboms = make([]uint32, 0, count)
		last := uint64(0)
		for i := range count {
			d := r.num()
			step := d >> 1
			if r.bad || step >= uint64(sboms) || i > 0 && step == 0 {
				return nil, false
			}
			if last += step; last >= uint64(sboms) {
				return nil, false
			}
			h.sboms = append(h.sboms, uint32(last<<1|d&1))
		}
		b.holders = append(b.holders, h)
	}
	return b, !r.bad && len(r.b) == 0
}
