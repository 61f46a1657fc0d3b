package inflate

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	kpzlib "github.com/klauspost/compress/zlib"
)

// contents are what real objects look like: text, noise, runs, nothing.
func contents() map[string][]byte {
	noise := make([]byte, 70_000)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(noise)
	skewed := make([]byte, 50_000)
	for i := range skewed {
		// Few common bytes and many rare ones: codes longer than the first table is wide.
		skewed[i] = noise[i] >> (noise[i+1] % 8)
	}
	return map[string][]byte{
		"empty":  {},
		"byte":   {'x'},
		"short":  []byte("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"),
		"text":   []byte(strings.Repeat("func (d *Decoder) header() error {\n\treturn nil\n}\n", 3000)),
		"runs":   bytes.Repeat([]byte{0}, 100_000),
		"twos":   bytes.Repeat([]byte("ab"), 40_000),
		"sevens": bytes.Repeat([]byte("abcdefg"), 10_000),
		"noise":  noise,
		"skewed": skewed,
		"mixed":  append(append(bytes.Clone(noise[:9000]), bytes.Repeat([]byte("line\n"), 2000)...), noise[:9000]...),
	}
}

var levels = []int{zlib.NoCompression, zlib.BestSpeed, zlib.DefaultCompression, zlib.BestCompression, zlib.HuffmanOnly}

func deflate(tb testing.TB, data []byte, level int) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// guarded returns a buffer of n bytes with the given extra capacity, and a check that nothing beyond that was written.
func guarded(n, extra int) (buf []byte, check func() error) {
	const fence = 512
	all := bytes.Repeat([]byte{0xa5}, n+extra+fence)
	return all[: n : n+extra], func() error {
		for i, c := range all[n+extra:] {
			if c != 0xa5 {
				return fmt.Errorf("byte %d beyond the buffer was written", i)
			}
		}
		return nil
	}
}

func TestAll_everyContentAndLevel(t *testing.T) {
	var d Decoder
	for name, data := range contents() {
		for _, level := range levels {
			stream := deflate(t, data, level)
			for _, slack := range []int{0, Slack} {
				t.Run(fmt.Sprintf("%s/level%d/slack%d", name, level, slack), func(t *testing.T) {
					dst, check := guarded(len(data), slack)
					// What follows the stream must not matter.
					d.Reset(dst, append(bytes.Clone(stream), bytes.Repeat([]byte{0xff}, slack)...))
					if err := d.All(); err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(dst, data) {
						t.Fatal("content differs")
					}
					if d.Used() != len(stream) {
						t.Errorf("used %d bytes, want %d", d.Used(), len(stream))
					}
					if err := check(); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

func TestSome_stepByStep(t *testing.T) {
	var d Decoder
	data := contents()["mixed"]
	for _, level := range levels {
		dst, _ := guarded(len(data), Slack)
		d.Reset(dst, deflate(t, data, level))
		for want := 1; ; want += 997 {
			n, err := d.Some(want)
			if err != nil {
				t.Fatal(err)
			}
			if n < min(want, len(data)) || !bytes.Equal(dst[:min(n, len(data))], data[:min(n, len(data))]) {
				t.Fatalf("level %d: wrong content after %d bytes", level, n)
			}
			if n >= len(data) {
				break
			}
		}
		if err := d.All(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHead_givesWhatFits(t *testing.T) {
	var d Decoder
	for name, data := range contents() {
		for _, level := range levels {
			stream := deflate(t, data, level)
			var head [100]byte
			n := d.Head(head[:], stream)
			if want := min(len(head), len(data)); n < min(want, 1) || n < want && level != zlib.NoCompression && want < len(head) {
				t.Errorf("%s, level %d: got %d bytes of %d", name, level, n, want)
			}
			if !bytes.Equal(head[:n], data[:n]) {
				t.Errorf("%s, level %d: wrong bytes", name, level)
			}
		}
	}
}

func TestAll_damage(t *testing.T) {
	data := contents()["text"][:5000]
	stream := deflate(t, data, zlib.DefaultCompression)
	flipped := func(i int) []byte {
		s := bytes.Clone(stream)
		s[i] ^= 0x10
		return s
	}
	tests := []struct {
		name   string
		stream []byte
		size   int
		want   error
	}{
		{"empty", nil, len(data), ErrShort},
		{"header-only", stream[:2], len(data), ErrShort},
		{"not-zlib", []byte("PACK is not zlib"), len(data), ErrCorrupt},
		{"dictionary", []byte{0x78, 0xbb, 0, 0, 0, 0}, len(data), ErrCorrupt},
		{"block-of-no-kind", []byte{0x78, 0x9c, 0x07, 0, 0, 0}, len(data), ErrCorrupt},
		{"stored-length-wrong", []byte{0x78, 0x9c, 0x01, 5, 0, 0, 0}, len(data), ErrCorrupt},
		{"cut-in-checksum", stream[:len(stream)-1], len(data), ErrShort},
		{"cut-in-content", stream[:len(stream)/2], len(data), ErrShort},
		{"checksum-wrong", flipped(len(stream) - 2), len(data), ErrCorrupt},
		{"says-less", stream, len(data) - 1, ErrSize},
		{"says-more", stream, len(data) + 1, ErrSize},
	}
	var d Decoder
	for _, test := range tests {
		for _, slack := range []int{0, Slack} {
			t.Run(fmt.Sprintf("%s/slack%d", test.name, slack), func(t *testing.T) {
				dst, check := guarded(test.size, slack)
				d.Reset(dst, test.stream)
				if err := d.All(); !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
				if err := check(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestAll_cutAnywhere(t *testing.T) {
	var d Decoder
	data := contents()["mixed"]
	stream := deflate(t, data, zlib.DefaultCompression)
	dst, check := guarded(len(data), Slack)
	for cut := range len(stream) {
		d.Reset(dst, stream[:cut])
		if err := d.All(); err == nil {
			t.Fatalf("cut at %d of %d: no error", cut, len(stream))
		}
	}
	if err := check(); err != nil {
		t.Error(err)
	}
}

func TestAll_doesNotAllocate(t *testing.T) {
	data := contents()["text"]
	stream := deflate(t, data, zlib.DefaultCompression)
	dst, _ := guarded(len(data), Slack)
	var d Decoder
	if n := testing.AllocsPerRun(20, func() {
		d.Reset(dst, stream)
		if err := d.All(); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestChecksum_equalsStandardLibrary(t *testing.T) {
	data := append(contents()["noise"], bytes.Repeat([]byte{0xff}, 3*adlerRun+77)...)
	for _, n := range []int{0, 1, 7, adlerBlock - 1, adlerBlock, adlerBlock + 1, 5552, 65521, len(data)} {
		for _, from := range []int{0, 3, 69_999} {
			p := data[from:min(len(data), from+n)]
			if got, want := checksum(1, p), adler32.Checksum(p); got != want {
				t.Errorf("%d bytes from %d: got %08x, want %08x", n, from, got, want)
			}
			half := len(p) / 2
			if got := checksum(checksum(1, p[:half]), p[half:]); got != adler32.Checksum(p) {
				t.Errorf("%d bytes from %d in two parts: got %08x", n, from, got)
			}
		}
	}
}

// FuzzInflate holds the decoder against the standard library's: both accept the same streams and give the same content,
// whatever room the buffers have.
func FuzzInflate(f *testing.F) {
	for _, data := range contents() {
		for _, level := range levels {
			f.Add(deflate(f, data[:min(len(data), 4000)], level))
		}
	}
	f.Add([]byte{0x78, 0x9c, 0x05, 0xe0, 0x81, 0x08, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, stream []byte) {
		want, err := reference(stream)
		if err == errLarge {
			return
		}
		var d Decoder
		for _, room := range [][2]int{{0, 0}, {Slack, 0}, {Slack, 64}, {0, 64}} {
			dst, check := guarded(len(want), room[0])
			d.Reset(dst, append(bytes.Clone(stream), make([]byte, room[1])...))
			got := d.All()
			if err == nil && got != nil {
				t.Fatalf("room %v: %v where the standard library has no error", room, got)
			}
			if err == nil && !bytes.Equal(dst, want) {
				t.Fatalf("room %v: content differs", room)
			}
			if err != nil && got == nil && room[1] == 0 {
				t.Fatalf("room %v: no error where the standard library says %v", room, err)
			}
			if err := check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

var errLarge = errors.New("too large for a fuzz test")

// reference inflates with the standard library.
func reference(stream []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if len(data) == 1<<20 {
		return nil, errLarge
	}
	return data, err
}

// FuzzRoundTrip deflates anything in the ways the standard library knows, and inflates it again.
func FuzzRoundTrip(f *testing.F) {
	for _, data := range contents() {
		for level := range levels {
			f.Add(data[:min(len(data), 2000)], uint8(level), 300)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, level uint8, flush int) {
		var d Decoder
		var out bytes.Buffer
		w, _ := zlib.NewWriterLevel(&out, levels[int(level)%len(levels)])
		// Flushing ends blocks in the middle.
		for part := range splits(data, flush) {
			_, _ = w.Write(part)
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		dst, check := guarded(len(data), Slack)
		d.Reset(dst, out.Bytes())
		if err := d.All(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(dst, data) {
			t.Fatal("content differs")
		}
		if err := check(); err != nil {
			t.Fatal(err)
		}
	})
}

// splits yields data in parts of about n bytes.
func splits(data []byte, n int) func(func([]byte) bool) {
	n = max(1, n&0xffff, len(data)/8)
	return func(yield func([]byte) bool) {
		for len(data) > 0 {
			part := data[:min(n, len(data))]
			if !yield(part) {
				return
			}
			data = data[len(part):]
		}
	}
}

func BenchmarkAll(b *testing.B) {
	for _, name := range []string{"short", "text", "mixed", "noise"} {
		data := contents()[name]
		stream := deflate(b, data, zlib.DefaultCompression)
		b.Run(name+"/own", func(b *testing.B) {
			var d Decoder
			dst, _ := guarded(len(data), Slack)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				d.Reset(dst, stream)
				if err := d.All(); err != nil {
					b.Fatal(err)
				}
			}
		})
		in := bytes.NewReader(stream)
		standard, err1 := zlib.NewReader(in)
		in.Reset(stream)
		klauspost, err2 := kpzlib.NewReader(in)
		if err := errors.Join(err1, err2); err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/standard", func(b *testing.B) { benchmarkReader(b, standard, stream, len(data)) })
		b.Run(name+"/klauspost", func(b *testing.B) { benchmarkReader(b, klauspost, stream, len(data)) })
	}
}

// benchmarkReader inflates with a streaming reader.
func benchmarkReader(b *testing.B, r io.Reader, stream []byte, size int) {
	in, dst := bytes.NewReader(stream), make([]byte, size)
	b.SetBytes(int64(size))
	for b.Loop() {
		in.Reset(stream)
		if err := r.(zlib.Resetter).Reset(in, nil); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(r, dst); err != nil {
			b.Fatal(err)
		}
	}
}
