package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/reevehq/reeve/internal/inflate"
)

const (
	// readMost is the largest object Read returns, in bytes.
	readMost = 128 << 20
	// trustMost is the largest size for which Read takes memory on the word of the pack; beyond it memory grows with what
	// really inflates.
	trustMost = 8 << 20
	// chainMost is the longest chain of deltas followed. Git makes none longer than 4095.
	chainMost = 4096
	// detours is how often in a row a damaged base is looked for elsewhere.
	detours = 3
)

// Read returns an object. The content belongs to the caller. It returns ErrMissing for an object that is not here,
// ErrCorrupt for one of which no copy can be read, and ErrTooLarge for one over 128 MiB.
func (o *Objects) Read(ctx context.Context, id ID) (kind Kind, data []byte, err error) {
	err = guard(func() error {
		r := o.reader(ctx)
		defer o.readers.Put(r)
		kind, data, err = r.read(id, place{}, 0)
		return err
	})
	if err != nil {
		return 0, nil, fmt.Errorf("read object %s: %w", id, err)
	}
	return kind, data, nil
}

// Stat returns the kind of an object and its size in bytes, without its content, as the object store says they are: only
// Read finds out whether that is true. Errors are those of Read.
func (o *Objects) Stat(ctx context.Context, id ID) (kind Kind, size int64, err error) {
	err = guard(func() error {
		r := o.reader(ctx)
		defer o.readers.Put(r)
		kind, size, err = r.stat(id)
		return err
	})
	if errors.Is(err, ErrCorrupt) {
		var data []byte
		if kind, data, err = o.Read(ctx, id); err == nil {
			return kind, int64(len(data)), nil // from another copy
		}
		return 0, 0, err
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read object %s: %w", id, err)
	}
	return kind, size, nil
}

// reader reads single objects.
type reader struct {
	unpacker
	ctx   context.Context // set anew for each call
	store *Objects
	file  []byte // of a loose object
	delta []byte
	chain []link
}

// link is one delta of a chain.
type link struct {
	at    place
	entry entry
}

func (o *Objects) reader(ctx context.Context) *reader {
	r, ok := o.readers.Get().(*reader)
	if !ok {
		r = &reader{store: o}
	}
	r.ctx = ctx
	return r
}

// read returns the first copy of an object that can be read, leaving out one place.
func (r *reader) read(id ID, but place, depth int) (Kind, []byte, error) {
	err := error(ErrMissing)
	for _, p := range r.store.packs {
		rank, ok := p.index.find(id.Bytes())
		at := place{p, 0}
		if ok {
			at.offset = p.index.offset(rank)
		}
		if !ok || at == but {
			continue
		}
		kind, data, failed := r.packed(at, depth)
		if failed == nil {
			return kind, data, nil
		}
		if err = failed; r.ctx.Err() != nil {
			return 0, nil, err
		}
	}
	if i := r.store.findLoose(id); i >= 0 {
		kind, data, failed := r.looseObject(r.store.loose[i])
		if failed == nil {
			return kind, data, nil
		}
		err = failed
	}
	return 0, nil, err
}

// packed reads an object from a pack: down its chain of deltas to something whole, and up again.
func (r *reader) packed(at place, depth int) (Kind, []byte, error) {
	first := len(r.chain)
	defer func() { r.chain = r.chain[:first] }()
	kind, data, err := r.root(at, depth)
	if err != nil {
		return 0, nil, err
	}
	for i := len(r.chain) - 1; i >= first; i-- {
		if err := r.ctx.Err(); err != nil {
			return 0, nil, err
		}
		l := r.chain[i]
		next, err := r.apply(l, data)
		if err != nil {
			if kind, next, err = r.elsewhere(l.at, depth, err); err != nil {
				return 0, nil, err
			}
		}
		if data = next; i > first {
			r.store.cache.put(l.at, kind, data)
		}
	}
	return kind, data, nil
}

// root follows deltas until it finds content that is whole. The deltas passed are appended to the chain.
func (r *reader) root(at place, depth int) (Kind, []byte, error) {
	first := len(r.chain)
	for {
		if kind, data, ok := r.store.cache.get(at); ok {
			if len(r.chain) == first {
				data = slices.Clone(data)
			}
			return kind, data, nil
		}
		e, err := r.entry(at.pack, at.offset)
		if err != nil {
			return r.elsewhere(at, depth, err)
		}
		if e.kind < offsetDelta {
			data, err := r.content(at, e)
			if err != nil {
				return r.elsewhere(at, depth, err)
			}
			if len(r.chain) > first {
				r.store.cache.put(at, Kind(e.kind), data)
			}
			return Kind(e.kind), data, nil
		}
		if r.chain = append(r.chain, link{at, e}); len(r.chain) > chainMost {
			return 0, nil, errChain
		}
		if at, err = r.base(at, e); err != nil {
			return 0, nil, err
		}
		if at.pack == nil {
			return r.looseObject(r.store.loose[at.offset])
		}
	}
}

var errChain = fmt.Errorf("%w: chain of deltas is too long or goes in a circle", ErrCorrupt)

// base returns where the base of a delta is: in the same pack, in another one, or (without a pack) in the list of loose objects.
func (r *reader) base(at place, e entry) (place, error) {
	if e.kind == offsetDelta {
		return place{at.pack, e.base}, nil
	}
	if rank, ok := at.pack.index.find(e.baseID.Bytes()); ok {
		return place{at.pack, at.pack.index.offset(rank)}, nil
	}
	if base, ok := r.store.findPacked(e.baseID, place{}); ok {
		return base, nil
	}
	if i := r.store.findLoose(e.baseID); i >= 0 {
		return place{nil, int64(i)}, nil
	}
	return place{}, fmt.Errorf("%w: delta base %s", ErrMissing, e.baseID)
}

// elsewhere reads another copy of the object whose copy at a place is damaged. Without one it returns the damage.
func (r *reader) elsewhere(at place, depth int, damage error) (Kind, []byte, error) {
	if depth >= detours || r.ctx.Err() != nil {
		return 0, nil, damage
	}
	id, ok := at.pack.idAt(at.offset)
	if !ok {
		return 0, nil, damage
	}
	kind, data, err := r.read(id, at, depth+1)
	if err != nil {
		return 0, nil, damage
	}
	return kind, data, nil
}

// content inflates an object that is no delta.
func (r *reader) content(at place, e entry) ([]byte, error) {
	return r.grown(at, e, nil)
}

// grown inflates what is packed into buf, which is replaced where it is too small.
func (r *reader) grown(at place, e entry, buf []byte) ([]byte, error) {
	offset := at.offset + int64(e.length)
	if e.size > readMost {
		return buf, ErrTooLarge
	}
	if e.size > trustMost {
		return growing(at.pack, offset, e.size)
	}
	size := int(e.size)
	if cap(buf) < size+inflate.Slack {
		buf = make([]byte, size+inflate.Slack)
	}
	err := r.fill(at.pack, offset, packedMost(size), buf[:size])
	r.window.shrink()
	return buf[:size], err
}

// growing inflates what is packed at offset into memory that grows with it.
func growing(p *pack, offset int64, size uint64) ([]byte, error) {
	z, err := streamPacked(p, offset, size)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	data, err := io.ReadAll(z)
	if err == nil && uint64(len(data)) != size {
		err = fmt.Errorf("%w: content is cut off", ErrCorrupt)
	}
	return data, err
}

// apply builds an object out of its delta and its base.
func (r *reader) apply(l link, base []byte) (data []byte, err error) {
	if r.delta, err = r.grown(l.at, l.entry, r.delta); err != nil {
		return nil, err
	}
	defer func() {
		if cap(r.delta) > 2*trustMost {
			r.delta = nil
		}
	}()
	want, size, ops, err := deltaSizes(r.delta)
	switch {
	case err != nil:
		return nil, err
	case want != uint64(len(base)):
		return nil, errBase
	case size > readMost:
		return nil, ErrTooLarge
	case !deltaMakes(ops, size):
		return nil, errResult
	}
	data = make([]byte, size)
	_, err = applyDelta(data, base, ops, nil, false)
	return data, err
}

// looseObject reads a loose object whole.
func (r *reader) looseObject(l looseObject) (Kind, []byte, error) {
	h, src, err := readLoose(l, &r.dec, r.file, readMost)
	r.file = src[:0]
	defer func() {
		if cap(r.file) > trustMost {
			r.file = nil
		}
	}()
	if err != nil {
		return 0, nil, err
	}
	if h.size > readMost {
		return 0, nil, ErrTooLarge
	}
	data := make([]byte, h.length+int(h.size)+inflate.Slack)[:h.length+int(h.size)]
	r.dec.Reset(data, src)
	if err := r.dec.All(); err != nil {
		return 0, nil, fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
	return h.kind, data[h.length:], nil
}

// stat reads kind and size: the size of a delta's result stands in its first bytes, the kind at the end of its chain.
func (r *reader) stat(id ID) (Kind, int64, error) {
	at, ok := r.store.findPacked(id, place{})
	if !ok {
		i := r.store.findLoose(id)
		if i < 0 {
			return 0, 0, ErrMissing
		}
		h, src, err := readLoose(r.store.loose[i], &r.dec, r.file, looseHeadMost)
		r.file = src[:0]
		return h.kind, int64(h.size), err
	}
	size := int64(-1)
	for range chainMost {
		e, err := r.entry(at.pack, at.offset)
		if err != nil {
			return 0, 0, err
		}
		if size < 0 {
			if size, err = r.resultSize(at, e); err != nil {
				return 0, 0, err
			}
		}
		if e.kind < offsetDelta {
			return Kind(e.kind), size, nil
		}
		if at, err = r.base(at, e); err != nil {
			return 0, 0, err
		}
		if at.pack == nil {
			h, src, err := readLoose(r.store.loose[at.offset], &r.dec, r.file, looseHeadMost)
			r.file = src[:0]
			return h.kind, size, err
		}
	}
	return 0, 0, errChain
}

// looseHeadMost is how much of a loose object's file is read for its header.
const looseHeadMost = 4 << 10

// resultSize returns the size of the object at a place, be it whole or a delta.
func (u *unpacker) resultSize(at place, e entry) (int64, error) {
	if e.kind < offsetDelta {
		return int64(min(e.size, 1<<62)), nil
	}
	src, err := u.window.at(at.pack, at.offset+int64(e.length), 256)
	if err != nil {
		return 0, err
	}
	var head [32]byte
	_, size, _, err := deltaSizes(head[:u.dec.Head(head[:], src)])
	if err == nil && size > 1<<62 {
		err = errors.New("impossible size")
	}
	return int64(size), err
}
