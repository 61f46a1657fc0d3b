package identity

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/reevehq/reeve/internal/finding"
)

// tag keeps the hashes of different parts apart.
type tag byte

const (
	tagWho tag = iota + 1
	tagWhere
	tagIn
	tagOut
	tagWhat
	tagPrint
	tagFamily
	tagLine
)

// scratch is where the text of a part is put together to be hashed. Every hash begins with the key.
type scratch struct {
	b   []byte
	key finding.Key
}

// digest is the keyed hash of a part: of the rule, the file, the function, the code. Keys are parts put together by exclusive or: as the hash is
// keyed and each part has a tag of its own, two different sets of parts meet by accident only, whoever chose their text.
type digest struct{ high, low uint64 }

func (s *scratch) open(t tag) int {
	s.b = append(s.b[:0], s.key...)
	s.b = append(s.b, byte(t))
	return len(s.b)
}

// end closes a text that began at from: its length follows it, so that ("ab","c") and ("a","bc") differ.
func (s *scratch) end(from int) int {
	s.b = binary.BigEndian.AppendUint32(s.b, uint32(len(s.b)-from))
	return len(s.b)
}

func (s *scratch) sum() digest {
	h := sha256.Sum256(s.b)
	return digest{binary.BigEndian.Uint64(h[:]), binary.BigEndian.Uint64(h[8:])}
}

func (s *scratch) text(t tag, parts ...string) digest {
	at := s.open(t)
	for _, p := range parts {
		s.b = append(s.b, p...)
		at = s.end(at)
	}
	return s.sum()
}

// and puts two parts together.
func (d digest) and(o digest) digest { return digest{d.high ^ o.high, d.low ^ o.low} }

// at adds a position.
func (d digest) at(line, column int) digest {
	return digest{d.high ^ uint64(line), d.low ^ uint64(column)}
}

func (d digest) exact() (e [16]byte) {
	binary.BigEndian.PutUint64(e[:], d.high)
	binary.BigEndian.PutUint64(e[8:], d.low)
	return e
}

// weak is the 64-bit form, never 0.
func (d digest) weak() uint64 { return max(2, d.high) }
