package inflate

import (
	"bytes"
	szlib "compress/zlib"
	"encoding/binary"
	"hash/adler32"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/klauspost/compress/zlib"
)

type strm struct{ off, size, n int }

func load(tb testing.TB) ([]byte, []strm) {
	p := os.Getenv("PACK")
	if p == "" {
		tb.Skip()
	}
	pack, _ := os.ReadFile(p + ".pack")
	idx, _ := os.ReadFile(p + ".idx")
	n := int(binary.BigEndian.Uint32(idx[8+255*4:]))
	o := 8 + 1024 + n*24
	offs := make([]int, n+1)
	for i := range n {
		offs[i] = int(binary.BigEndian.Uint32(idx[o+4*i:]))
	}
	offs[n] = len(pack) - 20
	slices.Sort(offs)
	var out []strm
	for i := range n {
		at := offs[i]
		c := pack[at]
		at++
		k := c >> 4 & 7
		size := int(c & 15)
		sh := 4
		for c >= 128 {
			c = pack[at]
			at++
			size |= int(c&127) << sh
			sh += 7
		}
		if k == 6 {
			for pack[at] >= 128 {
				at++
			}
			at++
		} else if k == 7 {
			at += 20
		}
		out = append(out, strm{at, size, offs[i+1] - at})
	}
	return pack, out
}

func pick(s []strm, lo, hi int) (r []strm, total int) {
	for _, x := range s {
		if x.size >= lo && x.size < hi {
			r = append(r, x)
			total += x.size
		}
	}
	return
}

var classes = []struct {
	name   string
	lo, hi int
}{{"all", 0, 1 << 40}, {"small", 0, 300}, {"mid", 300, 4096}, {"large", 4096, 65536}, {"huge", 65536, 1 << 40}}

func BenchmarkPackOwn(b *testing.B) {
	pack, s := load(b)
	for _, c := range classes {
		r, total := pick(s, c.lo, c.hi)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(total))
			var d Decoder
			buf := make([]byte, 64<<20)
			for range b.N {
				for _, x := range r {
					end := min(x.off+x.n+Slack, len(pack))
					d.Reset(buf[:x.size], pack[x.off:end])
					if err := d.All(); err != nil {
						b.Fatal(x, err)
					}
				}
			}
		})
	}
}

func BenchmarkPackKlaus(b *testing.B) {
	pack, s := load(b)
	for _, c := range classes {
		r, total := pick(s, c.lo, c.hi)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(total))
			buf := make([]byte, 64<<20)
			br := bytes.NewReader(nil)
			var z io.ReadCloser
			for range b.N {
				for _, x := range r {
					br.Reset(pack[x.off : x.off+x.n])
					if z == nil {
						z, _ = zlib.NewReader(br)
					} else {
						z.(zlib.Resetter).Reset(br, nil)
					}
					if _, err := io.ReadFull(z, buf[:x.size]); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkPackStd(b *testing.B) {
	pack, s := load(b)
	for _, c := range classes {
		r, total := pick(s, c.lo, c.hi)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(total))
			buf := make([]byte, 64<<20)
			br := bytes.NewReader(nil)
			var z io.ReadCloser
			for range b.N {
				for _, x := range r {
					br.Reset(pack[x.off : x.off+x.n])
					if z == nil {
						z, _ = szlib.NewReader(br)
					} else {
						z.(szlib.Resetter).Reset(br, nil)
					}
					if _, err := io.ReadFull(z, buf[:x.size]); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkAdler(b *testing.B) {
	p := make([]byte, 32768)
	for i := range p {
		p[i] = byte(i * 7)
	}
	if adler32.Checksum(p) != adler32a(p) {
		b.Fatal("differs")
	}
	b.Run("own", func(b *testing.B) {
		b.SetBytes(int64(len(p)))
		for range b.N {
			adler32a(p)
		}
	})
	b.Run("std", func(b *testing.B) {
		b.SetBytes(int64(len(p)))
		for range b.N {
			adler32.Checksum(p)
		}
	})
}

func adler32a(p []byte) uint32 { return ownAdler(1, p) }

var ownAdler = checksum
