package git

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"
)

// storeOf makes an object store of one pack and its index.
func storeOf(tb testing.TB, pack, index []byte) *Objects {
	tb.Helper()
	dir := tb.TempDir()
	write(tb, dir, "pack/pack-test.pack", string(pack))
	write(tb, dir, "pack/pack-test.idx", string(index))
	o, err := (&Repository{ObjectDir: dir, Hash: sha1Size}).Objects()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { o.Close() })
	return o
}

// packOf returns pack and index of a repository with one pack, and what is in it.
func packOf(tb testing.TB, dir string) (pack, index []byte, objects map[ID]content) {
	tb.Helper()
	path := glob(tb, dir, ".git/objects/pack/*.pack")[0]
	pack, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	index, err = os.ReadFile(strings.TrimSuffix(path, "pack") + "idx")
	if err != nil {
		tb.Fatal(err)
	}
	return pack, index, catFile(tb, dir)
}

// survey walks a damaged store and checks that each object is either handed over as it was or named as a problem.
func survey(t *testing.T, o *Objects, want map[ID]content) (handed int) {
	t.Helper()
	c, problems := walkAll(t, o, WalkOptions{Workers: 2, Verify: true, MaxSize: 1 << 20, Huge: (&collector{}).huge})
	for id, object := range want {
		got, ok := c.objects[id]
		switch {
		case ok && got != object:
			t.Errorf("%s: handed over as %v, was %v", id, got, object)
		case ok && names(problems, id):
			t.Errorf("%s: handed over, and a problem", id)
		case !ok && !names(problems, id):
			t.Errorf("%s: neither handed over nor named in %v", id, problems)
		}
	}
	return len(c.objects)
}

func TestWalk_flippedBytes(t *testing.T) {
	for _, name := range []string{"packed-deep", "packed-references"} {
		pack, index, want := packOf(t, shapes[name](t))
		best := 0
		for at := 0; at < len(pack); at += len(pack)/150 + 1 {
			bad := bytes.Clone(pack)
			bad[at] ^= 1 << (at % 8)
			handed := survey(t, storeOf(t, bad, index), want)
			best = max(best, handed)
			if t.Failed() {
				t.Fatalf("%s: byte %d flipped", name, at)
			}
		}
		if best < len(want)-1 {
			t.Errorf("%s: at most %d of %d objects survived one flipped byte", name, best, len(want))
		}
	}
}

func TestWalk_cutOffPack(t *testing.T) {
	pack, index, want := packOf(t, packed(t))
	for part := 1; part < 20; part++ {
		n := len(pack) * part / 20
		handed := survey(t, storeOf(t, pack[:n], index), want)
		if part > 10 && handed == 0 {
			t.Errorf("nothing was found in %d of %d bytes", n, len(pack))
		}
	}
	for _, n := range []int{0, 5, packHeader, packHeader + 1, 40} {
		o := storeOf(t, pack[:n], index)
		if _, problems := walkAll(t, o, WalkOptions{}); len(problems) == 0 {
			t.Errorf("%d bytes of a pack: no problem", n)
		}
	}
}

func TestWalk_damagedIndex(t *testing.T) {
	pack, index, want := packOf(t, packed(t))
	ids := len(want) * sha1Size
	for at := 8; at < len(index); at += 13 {
		if at >= 8+fanoutSize && at < 8+fanoutSize+ids {
			continue // ids: the object is then known under another one
		}
		bad := bytes.Clone(index)
		bad[at] ^= 0x11
		o := storeOf(t, pack, bad)
		if len(o.packs) == 0 {
			if len(o.problems) == 0 {
				t.Fatalf("byte %d flipped: index refused without a problem", at)
			}
			continue
		}
		survey(t, o, want)
		if t.Failed() {
			t.Fatalf("byte %d of the index flipped", at)
		}
	}
	for _, n := range []int{0, 7, 8, 1000, len(index) - 1} {
		if o := storeOf(t, pack, index[:n]); len(o.problems) == 0 {
			t.Errorf("%d bytes of an index: no problem", n)
		}
	}
}

func TestWalk_namesWhatIsWrong(t *testing.T) {
	pack, index, want := packOf(t, packed(t))
	bad := bytes.Clone(pack)
	bad[len(bad)/2] ^= 0x40
	_, problems := walkAll(t, storeOf(t, bad, index), WalkOptions{})
	if len(problems) == 0 {
		t.Fatal("no problems")
	}
	for _, p := range problems {
		if _, ok := want[p.ID]; !ok || p.Pack != "pack-test.pack" || p.Offset < packHeader || p.Why == "" {
			t.Errorf("unclear problem %q", p)
		}
	}
}

func TestObjects_otherCopyIsTaken(t *testing.T) {
	dir := packed(t)
	want := catFile(t, dir)
	old := glob(t, dir, ".git/objects/pack/*.pack")[0]
	// The same objects again, packed in another way.
	all := git(t, dir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
	gitInput(t, dir, all, "pack-objects", "-q", "--depth=1", "--window=3", ".git/objects/pack/pack")
	spoil(t, old, 0, 1)
	o := objects(t, dir)
	if survey(t, o, want) != len(want) {
		t.Error("objects are missing although another copy is there")
	}
	readAll(t, objects(t, dir), want)
}

func TestObjects_baseFromElsewhere(t *testing.T) {
	// A pack made for a fetch refers to bases by id that are not in it; put into the store as it is, it still can be read.
	dir := packed(t)
	want := catFile(t, dir)
	raw := thinPack(t, dir)
	o := objects(t, dir)
	extra := storeOf(t, raw.pack, raw.index)
	extra.packs = append(extra.packs, o.packs...)
	o.packs = nil
	got := survey(t, extra, want)
	if got != len(want)+len(raw.added) {
		t.Errorf("%d objects, want %d and %d more", got, len(want), len(raw.added))
	}
	readAll(t, extra, raw.added)
}

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
	size int // what the header claims; the length of data when 0
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
			size = len(e.data)
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

func TestObjects_damagedLoose(t *testing.T) {
	dir := newLoose(t)
	want := catFile(t, dir)
	paths := glob(t, dir, ".git/objects/[0-9a-f][0-9a-f]/*")
	for i, path := range paths[:8] {
		change(t, path, func(data []byte) []byte {
			switch i % 4 {
			case 0:
				return nil
			case 1:
				return data[:len(data)/2]
			case 2:
				data[len(data)-1] ^= 1
			default:
				return []byte("not compressed")
			}
			return data
		})
	}
	o := objects(t, dir)
	c, problems := walkAll(t, o, WalkOptions{})
	if len(problems) != 8 || len(c.objects) != len(want)-8 {
		t.Errorf("%d of %d handed over, problems %v", len(c.objects), len(want), problems)
	}
	for _, p := range problems {
		if _, _, err := o.Read(context.Background(), p.ID); !errors.Is(err, ErrCorrupt) {
			t.Errorf("read %s: %v", p.ID, err)
		}
	}
}

func TestObjects_packIsGone(t *testing.T) {
	dir := packed(t)
	if err := os.Remove(glob(t, dir, ".git/objects/pack/*.pack")[0]); err != nil {
		t.Fatal(err)
	}
	if o := objects(t, dir); len(o.problems) != 1 {
		t.Errorf("with the index left: problems %v", o.problems)
	}
	if err := os.Remove(glob(t, dir, ".git/objects/pack/*.idx")[0]); err != nil {
		t.Fatal(err)
	}
	if o := objects(t, dir); len(o.problems) != 0 {
		t.Errorf("with both gone: problems %v", o.problems)
	}
}

func TestObjectDirs_alternatesInACircle(t *testing.T) {
	root := t.TempDir()
	var dirs []string
	for i := range 3 {
		dirs = append(dirs, filepath.Join(root, fmt.Sprint(i), "objects"))
	}
	// Relative alternates are seen from the object directory.
	write(t, root, "0/objects/info/alternates", "# comment\n\n../../1/objects\n\"../../2/obj\\145cts\"\n/nowhere/at/all\n")
	write(t, root, "1/objects/info/alternates", "../../0/objects\n")
	write(t, root, "2/objects/info/alternates", "../../1/objects\n")
	got, problems := objectDirs(dirs[0], nil)
	if !slices.Equal(got, dirs) || len(problems) != 1 {
		t.Errorf("got %v, want %v; problems %v", got, dirs, problems)
	}
}

func TestEnvironmentAlternates(t *testing.T) {
	got := environmentAlternates(`/a:rel:"/with\"quote:and colon":`, "/from")
	if want := []string{"/a", "/from/rel", `/with"quote:and colon`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOpenIndex_mappedEqualsRead(t *testing.T) {
	dir := packed(t)
	path := glob(t, dir, ".git/objects/pack/*.idx")[0]
	read, err := openIndex(path, sha1Size, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	mapped, err := openIndex(path, sha1Size, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer mapped.close()
	for rank := range read.n {
		if rank%100 == 50 {
			mapped.source.trim()
		}
		var buf [sha256Size]byte
		if read.id(rank, &buf) != mapped.id(rank, &buf) || !bytes.Equal(read.name(rank), mapped.name(rank)) || read.offset(rank) != mapped.offset(rank) {
			t.Fatalf("rank %d differs", rank)
		}
	}
}

func TestGuard_mappedFileCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := mapFile(path, 1<<20)
	if err != nil {
		t.Skip("files cannot be mapped here:", err)
	}
	defer m.close()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	sum := 0
	if err := guard(func() error { sum += int(m.data[1<<19]); return nil }); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}
