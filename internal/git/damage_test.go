package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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
