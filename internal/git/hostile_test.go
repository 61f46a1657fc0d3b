package git

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"
)

// rawPack is a pack made by hand.
type rawPack struct {
	pack, index []byte
	added       map[ID]content
}

// handEntry is an object of a pack made by hand: its header after kind and size, and what is to be compressed.
type handEntry struct {
	id   ID
	kind uint8
	base []byte // id or distance of the base
	data []byte
	size int64 // what the header claims; the length of data when 0
}

// makePack builds a pack and its index.
func makePack(tb testing.TB, entries []handEntry) rawPack {
	tb.Helper()
	var pack bytes.Buffer
	pack.WriteString("PACK")
	_ = binary.Write(&pack, binary.BigEndian, [2]uint32{2, uint32(len(entries))})
	offsets := map[ID]uint32{}
	for _, e := range entries {
		offsets[e.id] = uint32(pack.Len())
		size := e.size
		if size == 0 {
			size = int64(len(e.data))
		}
		c := e.kind<<4 | byte(size&15)
		for size >>= 4; size > 0; size >>= 7 {
			pack.WriteByte(c | 0x80)
			c = byte(size & 0x7f)
		}
		pack.WriteByte(c)
		pack.Write(e.base)
		w := zlib.NewWriter(&pack)
		_, _ = w.Write(e.data)
		w.Close()
	}
	trailer := bytes.Repeat([]byte{7}, sha1Size)
	pack.Write(trailer)
	return rawPack{pack: pack.Bytes(), index: makeIndex(entries, offsets, trailer)}
}

func makeIndex(entries []handEntry, offsets map[ID]uint32, trailer []byte) []byte {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b handEntry) int { return a.id.Compare(b.id) })
	index := []byte{0xff, 't', 'O', 'c', 0, 0, 0, 2}
	for first := range 256 {
		n := 0
		for _, e := range entries {
			if int(e.id.sum[0]) <= first {
				n++
			}
		}
		index = binary.BigEndian.AppendUint32(index, uint32(n))
	}
	for _, e := range entries {
		index = append(index, e.id.Bytes()...)
	}
	for _, e := range entries {
		index = binary.BigEndian.AppendUint32(index, crc32.ChecksumIEEE(e.data))
	}
	for _, e := range entries {
		index = binary.BigEndian.AppendUint32(index, offsets[e.id])
	}
	return append(append(index, trailer...), trailer...)
}

// idOf is the id of a content.
func idOf(tb testing.TB, kind Kind, data []byte) ID {
	tb.Helper()
	w := &walker{walk: &walk{store: &Objects{hash: sha1Size}}}
	w.proves(ID{}, kind, data)
	return MakeID(w.hasher.Sum(nil))
}

// insertDelta is a delta that copies all of base and adds more.
func insertDelta(base, more []byte) []byte {
	delta := binary.AppendUvarint(nil, uint64(len(base)))
	delta = binary.AppendUvarint(delta, uint64(len(base)+len(more)))
	if len(base) > 0 {
		delta = append(delta, 0xb0, byte(len(base)), byte(len(base)>>8))
	}
	delta = append(delta, byte(len(more)))
	return append(delta, more...)
}

// thinPack makes a pack of one delta whose base is in the repository, and a delta on that.
func thinPack(tb testing.TB, dir string) rawPack {
	tb.Helper()
	base, err := ParseID(git(tb, dir, "rev-parse", "HEAD:a.txt"))
	if err != nil {
		tb.Fatal(err)
	}
	_, data, err := objects(tb, dir).Read(context.Background(), base)
	if err != nil {
		tb.Fatal(err)
	}
	one := append(bytes.Clone(data), "one"...)
	two := append(bytes.Clone(one), "two"...)
	oneID, twoID := idOf(tb, Blob, one), idOf(tb, Blob, two)
	raw := makePack(tb, []handEntry{
		{id: oneID, kind: refDelta, base: base.Bytes(), data: insertDelta(data, []byte("one"))},
		{id: twoID, kind: refDelta, base: oneID.Bytes(), data: insertDelta(one, []byte("two"))},
	})
	raw.added = map[ID]content{oneID: contentOf(Blob, one), twoID: contentOf(Blob, two)}
	return raw
}

func id(first byte) ID { return ID{n: sha1Size, sum: [32]byte{first, 1}} }

func TestWalk_hostilePacks(t *testing.T) {
	base := []byte("base")
	rootEntry := handEntry{id: idOf(t, Blob, base), kind: uint8(Blob), data: base}
	tests := []struct {
		name string
		bad  handEntry
		why  string
	}{
		{"base-is-itself", handEntry{kind: refDelta, base: id(9).Bytes(), data: insertDelta(base, base)}, "circle"},
		{"base-is-nowhere", handEntry{kind: refDelta, base: id(99).Bytes(), data: insertDelta(base, base)}, "missing"},
		{"base-before-pack", handEntry{kind: offsetDelta, base: []byte{0xff, 0xff, 0x7f}, data: insertDelta(base, base)}, "outside the pack"},
		{"base-between-objects", handEntry{kind: offsetDelta, base: []byte{1}, data: insertDelta(base, base)}, "not an object"},
		{"base-distance-too-long", handEntry{kind: offsetDelta, base: bytes.Repeat([]byte{0xff}, 20), data: base}, "outside the pack"},
		{"unknown-kind", handEntry{kind: 5, data: base}, "unknown kind"},
		{"kind-zero", handEntry{kind: 0, data: base}, "unknown kind"},
		{"claims-more", handEntry{kind: uint8(Blob), data: base, size: 1000}, "size"},
		{"claims-less", handEntry{kind: uint8(Blob), data: base, size: 2}, "size"},
		{"claims-gigabytes", handEntry{kind: uint8(Blob), data: base, size: 1 << 50}, "too large"},
		{"delta-for-other-size", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: insertDelta([]byte("other"), base)}, "another size"},
		{"delta-makes-less", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: []byte{4, 200, 1, 1, 'x'}}, "makes less"},
		{"delta-makes-gigabytes", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: []byte{4, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 'x'}}, "too large"},
		{"delta-copies-outside", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: []byte{4, 4, 0x91, 1, 4}}, "outside its base"},
		{"delta-inserts-outside", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: []byte{4, 4, 5, 'x'}}, "inserts more"},
		{"delta-reserved", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: []byte{4, 4, 0, 0, 0, 0}}, "inserts more"},
		{"delta-empty", handEntry{kind: refDelta, base: rootEntry.id.Bytes(), data: nil}, "header"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.bad.id = id(9)
			raw := makePack(t, []handEntry{rootEntry, test.bad})
			o := storeOf(t, raw.pack, raw.index)
			c, problems := walkAll(t, o, WalkOptions{Workers: 1})
			if _, ok := c.objects[rootEntry.id]; !ok || len(c.objects) != 1 {
				t.Errorf("handed over: %v", c.objects)
			}
			if len(problems) != 1 || problems[0].ID != id(9) || !strings.Contains(problems[0].Why, test.why) {
				t.Errorf("got %v, want one problem with %q", problems, test.why)
			}
			if _, _, err := o.Read(context.Background(), id(9)); err == nil {
				t.Error("read without an error")
			}
		})
	}
}

func TestWalk_deltasInACircle(t *testing.T) {
	data := insertDelta([]byte("base"), []byte("more"))
	raw := makePack(t, []handEntry{
		{id: id(1), kind: refDelta, base: id(3).Bytes(), data: data},
		{id: id(2), kind: refDelta, base: id(1).Bytes(), data: data},
		{id: id(3), kind: refDelta, base: id(2).Bytes(), data: data},
		{id: id(4), kind: refDelta, base: id(3).Bytes(), data: data},
		{id: id(5), kind: uint8(Blob), data: []byte("fine")},
	})
	o := storeOf(t, raw.pack, raw.index)
	c, problems := walkAll(t, o, WalkOptions{})
	if _, ok := c.objects[id(5)]; !ok || len(c.objects) != 1 || len(problems) != 4 {
		t.Errorf("%d handed over, problems %v", len(c.objects), problems)
	}
	for _, one := range []ID{id(1), id(4)} {
		if _, _, err := o.Read(context.Background(), one); !errors.Is(err, ErrCorrupt) {
			t.Errorf("read: %v", err)
		}
		if _, _, err := o.Stat(context.Background(), one); !errors.Is(err, ErrCorrupt) {
			t.Errorf("stat: %v", err)
		}
	}
}

func TestWalk_deepAndWideDeltas(t *testing.T) {
	// A chain far deeper than git makes, each with a second delta, so that all bases are needed again.
	base := []byte("base ")
	entries := []handEntry{{id: idOf(t, Blob, base), kind: uint8(Blob), data: base}}
	want := map[ID]content{entries[0].id: contentOf(Blob, base)}
	for i := range 6000 {
		on := entries[len(entries)-1].id
		for _, more := range []string{fmt.Sprint("side", i), "x"} {
			if i >= 200 && more != "x" {
				continue
			}
			data := append(bytes.Clone(base), more...)
			e := handEntry{id: idOf(t, Blob, data), kind: refDelta, base: on.Bytes(), data: insertDelta(base, []byte(more))}
			entries, want[e.id] = append(entries, e), contentOf(Blob, data)
		}
		base = append(base, 'x')
	}
	raw := makePack(t, entries)
	for _, opts := range []WalkOptions{{Workers: 1}, {Workers: 4}, {Workers: 1, held: 64 << 10}} {
		c, problems := walkAll(t, storeOf(t, raw.pack, raw.index), opts)
		if len(problems) > 0 || len(c.objects) != len(want) {
			t.Errorf("%d of %d objects, problems %v", len(c.objects), len(want), problems)
		}
		for id, object := range want {
			if c.objects[id] != object {
				t.Fatalf("%s: got %v, want %v", id, c.objects[id], object)
			}
		}
	}
}

func TestWalk_twoIdsAtOneOffset(t *testing.T) {
	data := []byte("one content")
	right := idOf(t, Blob, data)
	entries := []handEntry{{id: right, kind: uint8(Blob), data: data}}
	raw := makePack(t, entries)
	trailer := bytes.Repeat([]byte{7}, sha1Size)
	raw.index = makeIndex(append(entries, handEntry{id: id(9)}), map[ID]uint32{right: packHeader, id(9): packHeader}, trailer)
	c, problems := walkAll(t, storeOf(t, raw.pack, raw.index), WalkOptions{})
	if len(c.objects) != 1 || c.objects[right] != contentOf(Blob, data) || !names(problems, id(9)) {
		t.Errorf("handed over %v, problems %v", c.objects, problems)
	}
}

func TestWalk_tooManyCopies(t *testing.T) {
	// The same byte over and over: no two copies that could be joined.
	base := []byte("ab")
	n := copiesMost + 10
	delta := binary.AppendUvarint(binary.AppendUvarint(nil, 2), uint64(n))
	delta = append(delta, bytes.Repeat([]byte{0x91, 1, 1}, n)...)
	data := bytes.Repeat([]byte("b"), n)
	rootID, bigID := idOf(t, Blob, base), idOf(t, Blob, data)
	raw := makePack(t, []handEntry{{id: rootID, kind: uint8(Blob), data: base}, {id: bigID, kind: refDelta, base: rootID.Bytes(), data: delta}})
	c, problems := walkAll(t, storeOf(t, raw.pack, raw.index), WalkOptions{Verify: true})
	if len(problems) > 0 || len(c.objects) != 2 || c.deltas != 0 {
		t.Errorf("%d objects, %d as deltas, problems %v", len(c.objects), c.deltas, problems)
	}
}
