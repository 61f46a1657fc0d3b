package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// zeros packs n zero bytes with deflate.
func zeros(t testing.TB, n int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeroReader{}, n); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// rawZip writes a zip by hand, so that its headers may say what they like. Each entry is one local header and a content;
// directory says how often the directory names it.
type rawEntry struct {
	name             string
	method, flags    uint16
	crc              uint32
	packed, unpacked uint32
	content          []byte
	directory        int
}

func rawZip(entries ...rawEntry) []byte {
	var out, dir bytes.Buffer
	put := func(w *bytes.Buffer, values ...any) {
		for _, v := range values {
			_ = binary.Write(w, binary.LittleEndian, v) // a buffer takes everything
		}
	}
	count := 0
	for _, e := range entries {
		at := uint32(out.Len())
		out.WriteString(localMagic)
		put(&out, uint16(20), e.flags, e.method, uint32(0), e.crc, e.packed, e.unpacked, uint16(len(e.name)), uint16(0))
		out.WriteString(e.name)
		out.Write(e.content)
		for range e.directory {
			dir.WriteString(centralMagic)
			put(&dir, uint16(20), uint16(20), e.flags, e.method, uint32(0), e.crc, e.packed, e.unpacked, uint16(len(e.name)), uint16(0), uint16(0), uint16(0), uint16(0), uint32(0), at)
			dir.WriteString(e.name)
			count++
		}
	}
	at := uint32(out.Len())
	out.Write(dir.Bytes())
	out.WriteString(endMagic)
	put(&out, uint16(0), uint16(0), uint16(count), uint16(count), uint32(dir.Len()), at, uint16(0))
	return out.Bytes()
}

// bombed walks a bomb and wants it refused, with little handed over and little memory held.
func bombed(t *testing.T, data []byte, limits Limits, path, why string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	handed := 0
	refusals := Walk(context.Background(), data, limits, func(_ string, data []byte) { handed += len(data) })
	runtime.ReadMemStats(&after)
	found := false
	for _, r := range refusals {
		found = found || r.Bomb && r.Path == path && strings.Contains(r.Why, why)
	}
	if !found {
		t.Errorf("want a bomb at %q that says %q, got %+v", path, why, refusals)
	}
	if limits = limits.filled(); int64(handed) > limits.Size {
		t.Errorf("handed over %d bytes", handed)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 4*maxHeld {
		t.Errorf("allocated %d MiB", took>>20)
	}
}

func TestWalk_bombRatio(t *testing.T) {
	content := zeros(t, 16<<20)
	n := uint32(len(content))
	bombed(t, rawZip(rawEntry{name: "zeros", method: deflated, packed: n, unpacked: 64 << 20, content: content, directory: 1}), Limits{}, "!/zeros", "200 times its size")
	// A header that lies about the length unpacked, either way.
	bombed(t, rawZip(rawEntry{name: "zeros", method: deflated, packed: n, unpacked: 1, content: content, directory: 1}), Limits{}, "!/zeros", "200 times its size")
	bombed(t, toGzip(t, make([]byte, 16<<20)), Limits{}, "!/content", "200 times its size")
	bombed(t, toXz(t, make([]byte, 14<<20)), Limits{}, "!/content", "200 times its size")
	bombed(t, toZstd(t, make([]byte, 16<<20)), Limits{}, "!/content", "200 times its size")
	bombed(t, toGzip(t, makeTar(t, member{"zeros", string(make([]byte, 14<<20))})), Limits{}, "!/zeros", "200 times its size")
}

func TestWalk_lyingLengthTakesNoMemory(t *testing.T) {
	data := rawZip(rawEntry{name: "x", packed: 5, unpacked: 0xfffffff0, content: []byte("small"), directory: 1})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, _ := walked(data, Limits{})
	runtime.ReadMemStats(&after)
	if got["!/x"] != "small" || after.TotalAlloc-before.TotalAlloc > 2*idle {
		t.Errorf("got %q, took %d bytes", got, after.TotalAlloc-before.TotalAlloc)
	}
}

// Many members that share one compressed content, as in Fifield's "A better zip bomb".
func TestWalk_bombOverlapping(t *testing.T) {
	content := zeros(t, 8<<20) // below what is free, so no member is refused for itself
	data := rawZip(rawEntry{name: "x", method: deflated, packed: uint32(len(content)), content: content, directory: 5000})
	bombed(t, data, Limits{}, "", "its members together unpack to more than 200 times its size")
}

// Members that share bytes from which nothing comes out: no limit on what is unpacked would ever stop it.
func TestWalk_bombSharedInput(t *testing.T) {
	empty := bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), 100_000)
	empty = append(empty, "\x01\x00\x00\xff\xff"...)
	data := rawZip(rawEntry{name: "x", method: deflated, packed: uint32(len(empty)), content: empty, directory: 30_000})
	bombed(t, data, Limits{Size: 4 << 20}, "", "its members share their bytes")
}

func TestWalk_bombTotal(t *testing.T) {
	var members []member
	for i := range 40 {
		members = append(members, member{fmt.Sprint(i), strings.Repeat(fmt.Sprintf("line %d\n", i), 10_000)})
	}
	bombed(t, makeZip(t, deflated, members...), Limits{Size: 1 << 20}, "", "more than 1 MiB")
	bombed(t, makeTar(t, members...), Limits{Size: 1 << 20}, "", "more than 1 MiB")
	bombed(t, toGzip(t, makeTar(t, members...)), Limits{Size: 1 << 20}, "", "more than 1 MiB")
}

// Like 42.zip: each level holds many of the next.
func TestWalk_bombNested(t *testing.T) {
	data := makeZip(t, deflated, member{"0", strings.Repeat("\x00", 4<<20)})
	for range 3 {
		var members []member
		for i := range 16 {
			members = append(members, member{fmt.Sprint(i, ".zip"), string(data)})
		}
		data = makeZip(t, deflated, members...)
	}
	bombed(t, data, Limits{}, "", "it unpacks to more than 512 MiB")
}

// A quine unpacks to itself for ever; to the walker it looks like any archive that is deep enough.
func TestWalk_bombDeep(t *testing.T) {
	data := []byte("x")
	for range 300 {
		data = toGzip(t, data)
	}
	bombed(t, data, Limits{}, "!/content!/content!/content!/content", "more than 4 deep")
}

func TestWalk_bombDictionary(t *testing.T) {
	header := []byte{2, 0, 0x21, 1, 40, 0, 0, 0} // a block that asks for 4 GiB
	data := []byte(xzMagic + "\x00\x01")
	data = binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(data[6:8]))
	data = append(data, header...)
	data = binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(header))
	data = append(data, 0, 0, 0, 0)
	bombed(t, data, Limits{}, "!/content", "4095 MiB of memory")

	frame := []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00") // RFC 8878: window of 2 GiB, one empty block
	bombed(t, append(frame, make([]byte, 16)...), Limits{}, "!/content", "64 MiB of memory")
}

// Very many small files that each want much memory to unpack.
func TestWalk_bombManyDictionaries(t *testing.T) {
	small := string(toXz(t, []byte("x")))
	var members []member
	for i := range 400 {
		members = append(members, member{fmt.Sprint(i), small})
	}
	refusals := Walk(context.Background(), makeTar(t, members...), Limits{Size: 16 << 20}, func(string, []byte) {})
	if len(refusals) != 1 || !refusals[0].Bomb || refusals[0].Path != "" {
		t.Errorf("got %+v", refusals)
	}
}

func TestWalk_bombSparse(t *testing.T) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for range 40 {
		// GNU sparse format 1.0: a map of no fragments, and so nothing but a hole.
		if err := w.WriteHeader(&tar.Header{Name: "x", Size: 512, Mode: 0o644, Typeflag: tar.TypeReg, Format: tar.FormatPAX,
			PAXRecords: map[string]string{"REEVE.major": "1"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(w, "%-512s", "0\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := sparse(out.Bytes())
	bombed(t, data, Limits{}, "", "512 MiB")
	bombed(t, toGzip(t, data), Limits{Ratio: 1 << 20}, "", "512 MiB")
}

// sparse turns the record that the writer let pass into those that it reserves for itself.
func sparse(data []byte) []byte {
	old := "17 REEVE.major=1\n"
	body := "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n32 GNU.sparse.realsize=60000000\n"
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte(old))
		if i < 0 {
			return data
		}
		at += i
		copy(data[at:], body)
		header := data[at-512 : at]
		copy(header[124:136], fmt.Sprintf("%011o\x00", len(body)))
		sum := 8 * int(' ')
		for j, c := range header {
			if j < 148 || j >= 156 {
				sum += int(c)
			}
		}
		copy(header[148:156], fmt.Sprintf("%06o\x00 ", sum))
		at += len(body)
	}
}

func TestWalk_bombMember(t *testing.T) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: "huge", Size: maxHeld + 1, Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	bombed(t, out.Bytes(), Limits{}, "!/huge", "larger than 64 MiB")
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(z, zeroReader{}, maxHeld+1); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	bombed(t, packed.Bytes(), Limits{Ratio: 100_000}, "!/content", "larger than 64 MiB")
}

func TestWalk_bombMembers(t *testing.T) {
	w := &walker{ctx: context.Background(), limits: Limits{}.filled(), visit: func(string, []byte) {}, left: 1 << 20, input: 1 << 20, members: maxMembers - 1}
	w.open("", makeZip(t, stored, member{"a", ""}, member{"b", ""}), 1)
	if len(w.refusals) != 1 || !w.refusals[0].Bomb || !strings.Contains(w.refusals[0].Why, "members") {
		t.Errorf("got %+v", w.refusals)
	}
}
