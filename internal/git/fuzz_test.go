package git

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// FuzzPack opens any bytes as a pack and its index, walks and reads them in every way. Nothing may panic, and each object
// of the index must be either handed over or named.
func FuzzPack(f *testing.F) {
	for _, entries := range [][]handEntry{
		{{id: id(1), kind: uint8(Blob), data: []byte("base")}},
		{{id: id(1), kind: uint8(Tree), data: []byte("base")}, {id: id(2), kind: refDelta, base: id(1).Bytes(), data: insertDelta([]byte("base"), []byte("more"))}},
		{{id: id(1), kind: refDelta, base: id(2).Bytes(), data: nil}, {id: id(2), kind: refDelta, base: id(1).Bytes(), data: nil}},
		{{id: id(1), kind: uint8(Blob), data: make([]byte, 5000)}, {id: id(3), kind: offsetDelta, base: []byte{33}, data: insertDelta(make([]byte, 5000), []byte("x"))}},
	} {
		raw := makePack(f, entries)
		f.Add(raw.pack, raw.index, []byte{})
		f.Add(raw.pack, []byte{}, []byte{packHeader, packHeader + 13, packHeader + 33})
	}
	f.Fuzz(func(t *testing.T, pack, index, offsets []byte) {
		if len(pack) > 1<<16 || len(index) > 1<<16 {
			return
		}
		if len(offsets) > 0 {
			index = indexOver(pack, offsets)
		}
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "pack"), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, dir, "pack/pack-x.pack", string(pack))
		write(t, dir, "pack/pack-x.idx", string(index))
		o, err := (&Repository{ObjectDir: dir, Hash: sha1Size}).Objects()
		if err != nil {
			t.Fatal(err)
		}
		defer o.Close()
		surveyAny(t, o)
	})
}

// indexOver makes a proper index that says objects start at the given offsets.
func indexOver(pack, offsets []byte) []byte {
	entries, places := []handEntry{}, map[ID]uint32{}
	for i, offset := range offsets[:min(len(offsets), 40)] {
		e := handEntry{id: id(byte(i + 1))}
		entries, places[e.id] = append(entries, e), uint32(offset)
	}
	trailer := make([]byte, sha1Size)
	copy(trailer, pack[max(0, len(pack)-sha1Size):])
	return makeIndex(entries, places, trailer)
}

// surveyAny walks a store that may hold anything.
func surveyAny(t *testing.T, o *Objects) {
	ctx := context.Background()
	for _, opts := range []WalkOptions{
		{Workers: 1}, {Workers: 2, Verify: true, MaxSize: 64}, {Workers: 1, Head: func(ID, Kind, int64, []byte) bool { return false }},
	} {
		c := &collector{}
		opts.Huge = func(_ int, _ ID, _ Kind, _ int64, r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }
		if _, err := o.Walk(ctx, opts, c.look); err != nil {
			t.Fatal(err)
		}
	}
	if len(o.packs) == 0 {
		return
	}
	x := o.packs[0].index
	o.told = false
	c := &collector{}
	problems, err := o.Walk(ctx, WalkOptions{Workers: 1}, c.look)
	if err != nil {
		t.Fatal(err)
	}
	for rank := range min(x.n, 50) {
		id := MakeID(x.name(rank))
		if _, ok := c.objects[id]; !ok && !names(problems, id) {
			t.Errorf("%s: neither handed over nor named", id)
		}
		_, _, _ = o.Read(ctx, id)
		_, _, _ = o.Stat(ctx, id)
	}
}

// FuzzIndex parses any bytes as an index.
func FuzzIndex(f *testing.F) {
	f.Add(makePack(f, []handEntry{{id: id(1), kind: uint8(Blob), data: []byte("x")}, {id: id(2), kind: uint8(Blob), data: []byte("y")}}).index)
	f.Add(make([]byte, fanoutSize+2*sha1Size))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := parseIndex(data, sha1Size)
		if err != nil {
			return
		}
		seen := make([]bool, x.n)
		ranks, _ := x.byOffset()
		for _, rank := range ranks {
			if seen[rank] {
				t.Fatal("a rank stands twice in the order of offsets")
			}
			seen[rank] = true
			x.find(x.name(int(rank)))
		}
	})
}
