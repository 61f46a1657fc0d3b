package git

import (
	"cmp"
	"fmt"
	"io"
)

// root inflates an object that is no delta, hands it over and makes it the base of what hangs on it.
func (w *walker) root(f *forest, pos int32, kind Kind) {
	w.object = Object{}
	if f.flags[pos]&flagKind >= rootBroken {
		w.foreign(f, pos, kind)
		return
	}
	offset := f.offset(pos)
	packed := f.length(pos)
	e, err := w.entryOf(f.pack, offset, packed)
	if err != nil {
		w.damaged(f, pos, kind, err)
		return
	}
	offset += int64(e.length)
	if e.size > uint64(w.opts.MaxSize) {
		w.hugeRoot(f, pos, kind, offset, int64(e.size))
		return
	}
	data := w.buffers.get(int(e.size))
	if err = w.start(f.pack, offset, int(min(packed, maxInt)), data); err == nil {
		if f.marks[pos]&markWant != 0 && w.opts.Head != nil && !w.wanted(f, pos, kind, data) {
			f.marks[pos] &^= markWant
			if needed(f, f.child[pos], -1) < 0 {
				w.buffers.put(data)
				return
			}
		}
		err = w.rest(f.pack, offset, data)
	}
	w.tidy()
	if err != nil {
		w.buffers.put(data)
		w.damaged(f, pos, kind, err)
		return
	}
	w.arrived(f, pos, kind, body{data: data})
}

const maxInt = int64(^uint(0) >> 1)

// wanted shows an object's first bytes to Head. What cannot be inflated that far counts as wanted: it becomes a problem.
func (w *walker) wanted(f *forest, pos int32, kind Kind, data []byte) bool {
	n, err := w.dec.Some(min(headSize, len(data)))
	if err != nil {
		return true
	}
	return w.opts.Head(f.id(pos, &w.idBuf), kind, int64(len(data)), data[:min(n, headSize)])
}

// foreign deals with a root that cannot be read from its pack alone.
func (w *walker) foreign(f *forest, pos int32, kind Kind) {
	if f.flags[pos]&flagKind == rootBroken {
		w.damaged(f, pos, rootBroken, errLost(cmp.Or(f.whys[pos], "header is damaged")))
		return
	}
	found, data, err := w.reader.packed(place{f.pack, f.offset(pos)}, 0)
	if err != nil {
		w.damaged(f, pos, kind, err)
		return
	}
	w.replaced(f, pos, found, data)
}

// build makes the object at pos out of its base. With record set the copies made are left in w.copies.
func (w *walker) build(base *frame, pos int32, record bool) (body, error) {
	f := base.forest
	if base.lost != "" {
		return body{}, errLost(base.lost)
	}
	w.copies = w.copies[:0]
	offset, packed := f.offset(pos), f.length(pos)
	e, err := w.entryOf(f.pack, offset, packed)
	if err != nil {
		return body{}, err
	}
	offset += int64(e.length)
	if e.size > uint64(w.opts.MaxSize) {
		return w.buildHuge(base, pos, e)
	}
	if cap(w.delta) < int(e.size) {
		w.buffers.put(w.delta)
		w.delta = w.buffers.get(int(e.size))
	}
	w.delta = w.delta[:e.size]
	if err := w.fill(f.pack, offset, int(min(packed, maxInt)), w.delta); err != nil {
		return body{}, err
	}
	want, size, ops, err := deltaSizes(w.delta)
	if err != nil {
		return body{}, err
	}
	if size > uint64(w.opts.MaxSize) || base.body.size() > w.opts.MaxSize {
		return w.buildHuge(base, pos, e)
	}
	if err := w.load(base); err != nil {
		return body{}, err
	}
	if want != uint64(len(base.body.data)) {
		return body{}, errBase
	}
	data := w.buffers.get(int(size))
	w.copies, err = applyDelta(data, base.body.data, ops, w.copies, record)
	w.tidy()
	if err != nil {
		w.buffers.put(data)
		return body{}, err
	}
	return body{data: data}, nil
}

// hugeRoot hands over an object that is too large for memory. It goes through a temporary file only when it is a base.
func (w *walker) hugeRoot(f *forest, pos int32, kind Kind, offset, size int64) {
	at := place{f.pack, f.offset(pos)}
	base := needed(f, f.child[pos], -1) >= 0
	if f.marks[pos]&markWant != 0 && w.opts.Head != nil {
		src, err := w.window.at(f.pack, offset, 2*headSize)
		var head [headSize]byte
		if err == nil && !w.opts.Head(f.id(pos, &w.idBuf), kind, size, head[:w.dec.Head(head[:], src)]) {
			f.marks[pos] &^= markWant
		}
	}
	if !base && f.marks[pos]&markWant == 0 {
		return
	}
	r, err := streamPacked(f.pack, offset, uint64(size))
	if err != nil {
		w.damaged(f, pos, kind, err)
		return
	}
	defer r.Close()
	if !base {
		if err := w.huge(f.id(pos, &w.idBuf), kind, size, r, r); err != nil {
			w.report(f, pos, at, err)
		}
		return
	}
	s, err := w.store.newSpool(size)
	if err == nil {
		if err = s.copyFrom(r); err != nil {
			s.close()
		}
	}
	if err != nil {
		w.damaged(f, pos, kind, err)
		return
	}
	w.arrived(f, pos, kind, body{file: s})
}

// huge calls Huge. checked is the reader if it can find damage of the object; then that is returned.
func (w *walker) huge(id ID, kind Kind, size int64, r io.Reader, checked *contentReader) error {
	if w.opts.Huge == nil {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
	}
	err := w.opts.Huge(w.id, id, kind, size, r)
	if checked != nil && checked.err != nil {
		return checked.err
	}
	if err != nil {
		w.fail(err)
	}
	return nil
}

// buildHuge makes an object out of its delta where base, delta or result is too large for memory.
func (w *walker) buildHuge(base *frame, pos int32, e entry) (body, error) {
	f := base.forest
	size, err := w.resultSize(place{f.pack, f.offset(pos)}, e)
	if err != nil {
		return body{}, err
	}
	delta, err := streamPacked(f.pack, f.offset(pos)+int64(e.length), e.size)
	if err != nil {
		return body{}, err
	}
	defer delta.Close()
	s, err := w.store.newSpool(size)
	if err != nil {
		return body{}, err
	}
	if err := s.apply(base.body, delta); err != nil {
		s.close()
		return body{}, err
	}
	w.copies = w.copies[:0]
	if size > w.opts.MaxSize {
		return body{file: s}, nil
	}
	defer s.close()
	data := w.buffers.get(int(size))
	_, err = s.file.ReadAt(data, 0)
	return body{data: data}, err
}

// loose hands over an object that has a file of its own, unless it is in a pack too.
func (w *walker) loose(l looseObject) {
	if _, packed := w.store.findPacked(l.id, place{}); packed {
		return
	}
	w.object = Object{}
	if err := w.looseObject(l); err != nil {
		w.problem(Problem{ID: l.id, Why: plain(err)})
	}
}

func (w *walker) looseObject(l looseObject) error {
	h, src, err := readLoose(l, &w.dec, w.delta, int64(packedMost(int(w.opts.MaxSize))))
	w.delta = src[:0]
	if err != nil {
		if !w.first {
			return nil
		}
		return err
	}
	if !w.opts.Kinds.Has(h.kind) || w.opts.Skip != nil && w.opts.Skip(l.id, h.kind) {
		return nil
	}
	if h.size > uint64(w.opts.MaxSize) {
		return w.hugeLoose(l, h, src)
	}
	size := h.length + int(h.size)
	data := w.buffers.get(size)
	defer func() { w.buffers.put(data) }()
	w.dec.Reset(data, src)
	if w.opts.Head != nil {
		n, err := w.dec.Some(min(h.length+headSize, size))
		if err == nil && !w.opts.Head(l.id, h.kind, int64(h.size), data[h.length:min(n, h.length+headSize)]) {
			return nil
		}
	}
	if err := w.dec.All(); err != nil {
		return fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
	_, _, err = w.hand(l.id, h.kind, body{data: data[h.length:]}, false)
	return err
}

// hugeLoose hands over a loose object that is too large for memory.
func (w *walker) hugeLoose(l looseObject, h looseHeader, src []byte) error {
	if w.opts.Head != nil {
		var head [looseHeaderMost + headSize]byte
		n := min(w.dec.Head(head[:], src), h.length+headSize)
		if n >= h.length && !w.opts.Head(l.id, h.kind, int64(h.size), head[h.length:n]) {
			return nil
		}
	}
	r, err := streamLoose(l, h)
	if err != nil {
		return err
	}
	defer r.Close()
	return w.huge(l.id, h.kind, int64(h.size), r, r)
}
