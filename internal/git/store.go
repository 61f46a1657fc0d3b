package git

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Objects is an open object store: all packs and loose objects, those of alternates included, as they were when it was
// opened. Its methods may be called from several goroutines at once, but only one Walk may run at a time.
type Objects struct {
	hash     int
	packs    []*pack
	loose    []looseObject // sorted by id, each id once
	problems []Problem     // found while opening; the first Walk returns them
	told     bool          // a Walk has returned them

	doublesOnce sync.Once
	walking     sync.Mutex
	spooled     atomic.Int64 // bytes in temporary files
	cache       *baseCache
	readers     sync.Pool
}

// Pack is the identity of a pack: two packs with equal Checksum hold the same objects.
type Pack struct {
	// Name is the pack's file name ("pack-….pack").
	Name string
	// Checksum is the trailer of the pack, a hash over all before it.
	Checksum ID
	// Objects is how many objects the pack holds.
	Objects int
	// Size is the length of the pack's file in bytes.
	Size int64
	// Promisor tells that the pack came from a partial clone's remote: what it refers to may be missing on purpose.
	Promisor bool
}

// Objects opens the object store. Damaged packs do not make it fail: the first Walk returns what is wrong with them.
func (r *Repository) Objects() (*Objects, error) {
	if _, err := os.Stat(r.ObjectDir); err != nil {
		return nil, fmt.Errorf("open object store: %w", err)
	}
	o := &Objects{hash: r.Hash, cache: newBaseCache(baseCacheSize)}
	dirs, problems := objectDirs(r.ObjectDir, r.alternates)
	o.problems = problems
	for _, dir := range dirs {
		o.openPacks(filepath.Join(dir, "pack"))
		o.listLoose(dir)
	}
	// Large packs first: most is in them, so a double costs most where it is found first.
	slices.SortStableFunc(o.packs, func(a, b *pack) int { return cmp.Compare(b.index.n, a.index.n) })
	slices.SortStableFunc(o.loose, func(a, b looseObject) int { return a.id.Compare(b.id) })
	o.loose = slices.CompactFunc(o.loose, func(a, b looseObject) bool { return a.id == b.id })
	return o, nil
}

// openPacks opens all packs of a directory.
func (o *Objects) openPacks(dir string) {
	names, err := os.ReadDir(dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			o.problems = append(o.problems, Problem{Why: "packs cannot be listed: " + plain(err)})
		}
		return
	}
	for _, entry := range names {
		name := entry.Name()
		if !strings.HasPrefix(name, "pack-") || !strings.HasSuffix(name, ".idx") {
			continue
		}
		o.openPack(filepath.Join(dir, name))
	}
}

// openPack opens one pack; what is wrong with it is remembered. An index without its pack is damage too: git removes the
// index first. Only when both are gone was the pack just replaced by another.
func (o *Objects) openPack(path string) {
	name := strings.TrimSuffix(filepath.Base(path), ".idx") + ".pack"
	if slices.ContainsFunc(o.packs, func(p *pack) bool { return p.name == name }) {
		return // the same pack, reached through an alternate
	}
	var p *pack
	var problem *Problem
	err := guard(func() (err error) {
		p, problem, err = openPack(path, o.hash)
		return err
	})
	if err != nil {
		if _, gone := os.Lstat(path); !errors.Is(gone, fs.ErrNotExist) {
			o.problems = append(o.problems, Problem{Pack: name, Why: plain(err)})
		}
		return
	}
	if problem != nil {
		o.problems = append(o.problems, *problem)
	}
	o.packs = append(o.packs, p)
}

// Close closes all packs. The store must not be used afterwards.
func (o *Objects) Close() error {
	for _, p := range o.packs {
		p.close()
	}
	o.packs, o.loose = nil, nil
	return nil
}

// Packs returns the identity of each pack, in no special order.
func (o *Objects) Packs() []Pack {
	packs := make([]Pack, 0, len(o.packs))
	for _, p := range o.packs {
		packs = append(packs, Pack{Name: p.name, Checksum: p.checksum, Objects: p.index.n, Size: p.size, Promisor: p.promisor})
	}
	return packs
}

// Loose returns the ids of all loose objects, sorted; some may be in packs too.
func (o *Objects) Loose() []ID {
	ids := make([]ID, 0, len(o.loose))
	for _, l := range o.loose {
		ids = append(ids, l.id)
	}
	return ids
}

// Count returns how many objects there are at most: those in several places count several times.
func (o *Objects) Count() int {
	n := len(o.loose)
	for _, p := range o.packs {
		n += p.index.n
	}
	return n
}

// Has tells whether the store holds an object of that id. It does not tell whether the object can be read.
func (o *Objects) Has(id ID) bool {
	has := false
	_ = guard(func() error {
		_, packed := o.findPacked(id, place{})
		has = packed || o.findLoose(id) >= 0
		return nil
	})
	return has
}

// place is where an object starts in a pack; without a pack it is nowhere.
type place struct {
	pack   *pack
	offset int64
}

// findPacked returns where an object stands in a pack, leaving out one place.
func (o *Objects) findPacked(id ID, but place) (place, bool) {
	for _, p := range o.packs {
		rank, ok := p.index.find(id.Bytes())
		if !ok {
			continue
		}
		at := place{p, p.index.offset(rank)}
		if at != but {
			return at, true
		}
	}
	return place{}, false
}

// findLoose returns the place of an object in the list of loose ones, or -1.
func (o *Objects) findLoose(id ID) int {
	i, ok := slices.BinarySearchFunc(o.loose, id, func(l looseObject, id ID) int { return l.id.Compare(id) })
	if !ok {
		return -1
	}
	return i
}

// guard runs f and turns a fault on mapped memory (the file was cut off while it was mapped) into an error.
// Any other panic goes on: it would be a mistake in this package.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case interface {
			error
			Addr() uintptr
		}:
			err = fmt.Errorf("%w: file changed while it was read", ErrCorrupt)
		default:
			panic(fault)
		}
	}()
	return f()
}

// plain returns an error's text without paths: they say nothing about the object store that its Problem does not.
func plain(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Op + ": " + path.Err.Error()
	}
	return err.Error()
}
