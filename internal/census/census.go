// Package census answers one question about many bills of materials at once: who has a certain flaw. It is an index from packages to
// the SBOMs that list them, and the matching by an advisory database on top of it. It stores no SBOM: whoever does gives each an id.
//
// The index is a folder of segments that are written once and mapped into memory; a manifest names those that count. What is new goes
// into a new segment, and segments are merged while work goes on. Whatever is in the files, reading them ends in an answer or an
// error. The package must not judge how bad a flaw is at a place (see risk), and must not use the network.
package census

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reevehq/reeve/internal/inventory"
)

// ErrDamaged says that files of an index make no sense. The SBOMs must be added anew then.
var ErrDamaged = errors.New("census is damaged")

// Index is an index that is open. It may be used by several goroutines at once; only one process at a time may change it.
type Index struct {
	dir string

	// view guards what is read: segments and manifest. Who asks holds it for reading, so that nothing is unmapped meanwhile.
	view     sync.RWMutex
	segments []*segment
	manifest *manifest
	seen     os.FileInfo // the manifest's file, by which changes of others are noticed

	// owned tells that this process alone changes the index, so that nothing on the disk can be newer than what is open.
	owned atomic.Bool

	// write guards what follows; it is taken before view.
	write   sync.Mutex
	lock    *os.File
	batch   *batch
	removed map[string]bool
	merging *merging
}

// The bounds of what is gathered in memory before it becomes a segment.
const (
	maxBatchEntries  = 2_000_000
	maxBatchVariants = 250_000
)

// Open opens the index in a folder, which is made where there is none.
func Open(dir string) (*Index, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open census: %w", err)
	}
	x := &Index{dir: dir, batch: newBatch(), removed: map[string]bool{}}
	if err := x.load(); err != nil {
		return nil, fmt.Errorf("open census %s: %w", dir, err)
	}
	return x, nil
}

func (x *Index) manifestPath() string { return filepath.Join(x.dir, "manifest") }

// load opens the segments that the manifest names. View is held, or nobody else knows the index yet.
func (x *Index) load() error {
	for range 5 { // another process may put a new manifest in place and take the segments of the old one away
		m, info, err := readManifest(x.manifestPath())
		if err != nil {
			return err
		}
		segments, err := openSegments(x.dir, m)
		if errors.Is(err, fs.ErrNotExist) {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		if err != nil {
			return err
		}
		closeSegments(x.segments)
		x.segments, x.manifest, x.seen = segments, m, info
		return nil
	}
	return fmt.Errorf("%w: it names segments that are not there", ErrDamaged)
}

func openSegments(dir string, m *manifest) (out []*segment, err error) {
	for i := range m.segments {
		s, err := openSegment(dir, &m.segments[i])
		if err != nil {
			closeSegments(out)
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func closeSegments(list []*segment) {
	for _, s := range list {
		s.close()
	}
}

// refresh notices what another process has changed.
func (x *Index) refresh() error {
	if x.owned.Load() {
		return nil
	}
	info, err := os.Stat(x.manifestPath())
	x.view.RLock()
	same := errors.Is(err, fs.ErrNotExist) && x.seen == nil || err == nil && x.seen != nil && os.SameFile(info, x.seen) && info.ModTime().Equal(x.seen.ModTime())
	x.view.RUnlock()
	if same {
		return nil
	}
	x.view.Lock()
	defer x.view.Unlock()
	if x.owned.Load() {
		return nil
	}
	return x.load()
}

// Add puts an SBOM into the index, in the place of the one with this id if there is one. It counts once Flush has written it; Add
// itself writes what has become too much for memory. Packages without ecosystem or name can be matched by nobody and are left out.
func (x *Index) Add(id string, packages []inventory.Package) error {
	if id == "" || len(id) > maxText {
		return fmt.Errorf("add to census: %.80q is no id: want 1 to %d bytes", id, maxText)
	}
	x.write.Lock()
	defer x.write.Unlock()
	if err := x.own(); err != nil {
		return fmt.Errorf("add to census: %w", err)
	}
	delete(x.removed, id)
	x.batch.add(id, packages)
	if x.batch.full() {
		if err := x.flush(context.Background()); err != nil {
			return fmt.Errorf("add to census: %w", err)
		}
	}
	return nil
}

// Remove takes the SBOM with this id out of the index, as of the next Flush.
func (x *Index) Remove(id string) error {
	x.write.Lock()
	defer x.write.Unlock()
	if err := x.own(); err != nil {
		return fmt.Errorf("remove from census: %w", err)
	}
	x.batch.remove(id)
	x.removed[id] = true
	return nil
}

// Flush writes what was added and removed, in one step: a crash leaves all of it or nothing. Merging goes on behind it.
func (x *Index) Flush(ctx context.Context) error {
	x.write.Lock()
	defer x.write.Unlock()
	if err := x.flush(ctx); err != nil {
		return fmt.Errorf("write census: %w", err)
	}
	return nil
}

// Close writes what was added and removed, ends merging and gives the files up. Nothing may be asked after it.
func (x *Index) Close() error {
	x.write.Lock()
	defer x.write.Unlock()
	err := x.flush(context.Background())
	err = errors.Join(err, x.endMerge(true))
	x.view.Lock()
	defer x.view.Unlock()
	closeSegments(x.segments)
	x.segments = nil
	if x.lock != nil {
		x.lock.Close()
		x.lock = nil
	}
	if err != nil {
		return fmt.Errorf("close census: %w", err)
	}
	return nil
}

// own makes this process the one that changes the index, and clears away what one that was killed has left.
func (x *Index) own() error {
	if x.lock != nil {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(x.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	if err := lockFile(f); err != nil {
		f.Close()
		return err
	}
	x.lock = f
	x.view.Lock()
	defer x.view.Unlock()
	if err := x.load(); err != nil { // what another process has written before it let go
		return err
	}
	x.owned.Store(true)
	x.sweep()
	return nil
}

// sweep removes files that the manifest does not name.
func (x *Index) sweep() {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() && isSegmentName(e.Name()) && !x.manifest.names(e.Name()) {
			_ = os.Remove(filepath.Join(x.dir, e.Name()))
		}
	}
}

// Size counts what is in an index.
type Size struct {
	// SBOMs are those that count, Segments the files they are in, Bytes the size of those.
	SBOMs, Segments int
	Bytes           int64
}

// Size tells what is in the index.
func (x *Index) Size() Size {
	x.view.RLock()
	defer x.view.RUnlock()
	out := Size{Segments: len(x.segments)}
	for _, s := range x.segments {
		out.SBOMs += s.count - len(s.dead)
		out.Bytes += int64(len(s.data))
	}
	return out
}

// Has tells whether the index holds an SBOM, as of the last Flush.
func (x *Index) Has(id string) (bool, error) {
	x.view.RLock()
	defer x.view.RUnlock()
	for _, s := range x.segments {
		n, found, err := s.find(id)
		if err != nil {
			return false, err
		}
		if found && !s.dead[n] {
			return true, nil
		}
	}
	return false, nil
}

// Verify reads all files and tells whether they are as they were written.
func (x *Index) Verify() error {
	x.view.RLock()
	defer x.view.RUnlock()
	for _, s := range x.segments {
		if err := s.verify(); err != nil {
			return fmt.Errorf("verify census: %w", err)
		}
	}
	return nil
}
