package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func glob(tb testing.TB, dir, pattern string) []string {
	tb.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) == 0 {
		tb.Fatalf("nothing matches %s: %v", pattern, err)
	}
	return found
}

func TestObjects_everyShape(t *testing.T) {
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shape(t)
			want := catFile(t, dir)
			o := objects(t, dir)
			for _, opts := range []WalkOptions{{Workers: 1}, {Workers: 4, Verify: true}} {
				got, problems := walkAll(t, o, opts)
				if len(problems) > 0 {
					t.Errorf("problems: %v", problems)
				}
				if diff := cmp.Diff(want, got.objects, cmp.AllowUnexported(ID{})); diff != "" {
					t.Errorf("%d workers (-want +got):\n%s", opts.Workers, diff)
				}
			}
			readAll(t, o, want)
			statAll(t, o, want)
		})
	}
}

func TestWalk_usesDeltas(t *testing.T) {
	c, _ := walkAll(t, objects(t, packed(t)), WalkOptions{Workers: 1})
	if c.deltas < 20 {
		t.Errorf("%d objects as deltas: too few for this test to mean anything", c.deltas)
	}
}

// readAll reads every object by its id.
func readAll(t *testing.T, o *Objects, objects map[ID]content) {
	t.Helper()
	for id, want := range objects {
		kind, data, err := o.Read(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got := contentOf(kind, data); got != want {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
		if !o.Has(id) {
			t.Errorf("%s: not there", id)
		}
	}
	absent := ID{n: uint8(o.hash), sum: [32]byte{1}}
	if _, _, err := o.Read(context.Background(), absent); !errors.Is(err, ErrMissing) || o.Has(absent) {
		t.Errorf("absent object: got %v", err)
	}
}

// statAll asks for the size of every object.
func statAll(t *testing.T, o *Objects, objects map[ID]content) {
	t.Helper()
	for id, want := range objects {
		if kind, size, err := o.Stat(context.Background(), id); err != nil || kind != want.Kind || size != int64(want.Size) {
			t.Errorf("%s: got %v %d %v, want %v", id, kind, size, err, want)
		}
	}
}

func TestWalk_kinds(t *testing.T) {
	dir := packed(t)
	write(t, dir, "loose.txt", "a loose blob")
	git(t, dir, "add", ".")
	o := objects(t, dir)
	all := map[ID]content{}
	for _, kinds := range []Kinds{KindsOf(Tree), KindsOf(Commit, Tag), KindsOf(Blob)} {
		c, _ := walkAll(t, o, WalkOptions{Kinds: kinds})
		for id, object := range c.objects {
			if !kinds.Has(object.Kind) {
				t.Errorf("%s: a %s was not asked for", id, object.Kind)
			}
			all[id] = object
		}
	}
	if diff := cmp.Diff(catFile(t, dir), all, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWalk_skip(t *testing.T) {
	dir := severalPacks(t)
	want := catFile(t, dir)
	var asked sync.Map
	skip := func(id ID, kind Kind) bool {
		if kind != want[id].Kind {
			t.Errorf("%s: skip was told %s, want %s", id, kind, want[id].Kind)
		}
		if _, twice := asked.LoadOrStore(id, true); twice {
			t.Errorf("%s: skip was asked twice", id)
		}
		return id.sum[0]%2 == 0
	}
	c, problems := walkAll(t, objects(t, dir), WalkOptions{Skip: skip})
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	for id := range want {
		_, got := c.objects[id]
		if got != (id.sum[0]%2 != 0) {
			t.Errorf("%s: handed over: %v", id, got)
		}
	}
}

func TestWalk_skipAllInflatesNothing(t *testing.T) {
	dir := packed(t)
	// With the contents destroyed only a walk that does not look at them has no problems.
	spoil(t, glob(t, dir, ".git/objects/pack/*.pack")[0], 0.1, 0.9)
	o := objects(t, dir)
	if _, problems := walkAll(t, o, WalkOptions{}); len(problems) == 0 {
		t.Fatal("the pack is not spoiled")
	}
	_, problems := walkAll(t, o, WalkOptions{Skip: func(ID, Kind) bool { return true }})
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}

// spoil overwrites the compressed contents between two parts of a pack, and leaves the headers of objects.
func spoil(t *testing.T, path string, from, to float64) {
	t.Helper()
	x, err := openIndex(strings.TrimSuffix(path, ".pack")+".idx", sha1Size, mapIndexFrom)
	if err != nil {
		t.Fatal(err)
	}
	ranks, _ := x.byOffset()
	change(t, path, func(data []byte) []byte {
		for _, rank := range ranks {
			at := x.offset(int(rank))
			if at < int64(from*float64(len(data))) || at > int64(to*float64(len(data))) {
				continue
			}
			e, err := parseEntry(data[at:], at, sha1Size)
			if err != nil {
				t.Fatal(err)
			}
			data[at+int64(e.length)+2] ^= 0xff
		}
		return data
	})
}

// change rewrites a file, which git made read-only.
func change(tb testing.TB, path string, f func([]byte) []byte) {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, f(data), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestWalk_head(t *testing.T) {
	dir := packed(t)
	write(t, dir, "loose.bin", noise(20_000, 99))
	git(t, dir, "add", ".")
	want := catFile(t, dir)
	binary := func(data []byte) bool { return bytes.IndexByte(data, 0) >= 0 }
	head := func(id ID, kind Kind, size int64, head []byte) bool {
		if int64(want[id].Size) != size || len(head) != min(want[id].Size, headSize) {
			t.Errorf("%s: head of %d bytes, size %d, want size %d", id, len(head), size, want[id].Size)
		}
		return kind != Blob || !binary(head)
	}
	c, _ := walkAll(t, objects(t, dir), WalkOptions{Head: head})
	left := 0
	for id, object := range want {
		if _, got := c.objects[id]; got {
			continue
		}
		left++
		if object.Kind != Blob || object.Size != 3000 && object.Size != 20_000 {
			t.Errorf("%s: a %s of %d bytes was left out", id, object.Kind, object.Size)
		}
	}
	if left == 0 {
		t.Error("nothing was left out")
	}
}

func TestWalk_huge(t *testing.T) {
	for _, name := range []string{"packed-deep", "loose", "sha256", "several-packs-with-doubles"} {
		for _, size := range []int64{1, 200, 2500, 4000} {
			t.Run(fmt.Sprintf("%s/%d", name, size), func(t *testing.T) {
				t.Parallel()
				dir := shapes[name](t)
				want := catFile(t, dir)
				c := &collector{}
				var large atomic.Int32
				huge := func(worker int, id ID, kind Kind, n int64, r io.Reader) error {
					if n <= size {
						t.Errorf("%s of %d bytes is not larger than %d", id, n, size)
					}
					large.Add(1)
					return c.huge(worker, id, kind, n, r)
				}
				o := objects(t, dir)
				problems, err := o.Walk(context.Background(), WalkOptions{MaxSize: size, Huge: huge}, c.look)
				if err != nil || len(problems) > 0 || len(c.faults) > 0 {
					t.Fatal(err, problems, c.faults)
				}
				if large.Load() == 0 {
					t.Error("nothing was huge")
				}
				if diff := cmp.Diff(want, c.objects, cmp.AllowUnexported(ID{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if n := o.spooled.Load(); n != 0 {
					t.Errorf("%d bytes are still in temporary files", n)
				}
			})
		}
	}
}

func TestWalk_hugeWithoutHuge(t *testing.T) {
	dir := packed(t)
	c, problems := walkAll(t, objects(t, dir), WalkOptions{MaxSize: 2500})
	for id, object := range catFile(t, dir) {
		_, handed := c.objects[id]
		if named := names(problems, id); handed == named || named != (object.Size > 2500) {
			t.Errorf("%s of %d bytes: handed over: %v, named: %v", id, object.Size, handed, named)
		}
	}
}

func names(problems []Problem, id ID) bool {
	for _, p := range problems {
		if p.ID == id {
			return true
		}
	}
	return false
}

func TestWalk_holdsLittle(t *testing.T) {
	dir := shapes["packed-deep"](t)
	c, problems := walkAll(t, objects(t, dir), WalkOptions{Workers: 1, held: 1})
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	if diff := cmp.Diff(catFile(t, dir), c.objects, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWalk_lookEndsIt(t *testing.T) {
	stop := errors.New("enough")
	var calls atomic.Int32
	_, err := objects(t, packed(t)).Walk(context.Background(), WalkOptions{Workers: 2}, func(int, *Object) (any, error) {
		if calls.Add(1) == 3 {
			return nil, stop
		}
		return nil, nil
	})
	if !errors.Is(err, stop) {
		t.Errorf("got %v, want look's own error", err)
	}
	if n := calls.Load(); n > 10 {
		t.Errorf("look was called %d times", n)
	}
}

func TestWalk_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := objects(t, packed(t)).Walk(ctx, WalkOptions{}, (&collector{}).look); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestWalk_steadyStateDoesNotAllocate(t *testing.T) {
	o := objects(t, packed(t))
	look := func(int, *Object) (any, error) { return nil, nil }
	perWalk := testing.AllocsPerRun(10, func() {
		if _, err := o.Walk(context.Background(), WalkOptions{Workers: 1}, look); err != nil {
			t.Fatal(err)
		}
	})
	// A walk makes its workers and buffers; beyond that nothing may depend on the number of objects.
	if perObject := perWalk / float64(o.Count()); perObject > 0.5 {
		t.Errorf("%.0f allocations for %d objects", perWalk, o.Count())
	}
}

func TestPacks_identity(t *testing.T) {
	dir := packed(t)
	path := glob(t, dir, ".git/objects/pack/*.pack")[0]
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []Pack{{Name: filepath.Base(path), Checksum: MakeID(data[len(data)-sha1Size:]), Objects: len(catFile(t, dir)), Size: int64(len(data))}}
	if diff := cmp.Diff(want, objects(t, dir).Packs(), cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoose_lists(t *testing.T) {
	dir := newLoose(t)
	got := objects(t, dir).Loose()
	want := catFile(t, dir)
	if len(got) != len(want) {
		t.Errorf("%d loose objects, want %d", len(got), len(want))
	}
	for i, id := range got {
		if _, ok := want[id]; !ok || i > 0 && got[i-1].Compare(id) >= 0 {
			t.Errorf("%s: unknown or not in order", id)
		}
	}
}

// BenchmarkWalk walks the repository named by BENCH_REPO, or a small one.
func BenchmarkWalk(b *testing.B) {
	dir := os.Getenv("BENCH_REPO")
	if dir == "" {
		dir = packed(b)
	}
	o := objects(b, dir)
	var size atomic.Int64
	look := func(_ int, o *Object) (any, error) { size.Add(int64(len(o.Data))); return nil, nil }
	b.ReportAllocs()
	for b.Loop() {
		size.Store(0)
		if _, err := o.Walk(context.Background(), WalkOptions{}, look); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(size.Load())
}
