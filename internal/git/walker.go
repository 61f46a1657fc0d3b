package git

import (
	"cmp"
	"crypto/sha1" // git's object ids
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"strconv"
)

// walker is one worker of a walk. It goes down one tree at a time, depth first: an object is built out of its base as
// soon as the base is there, and a base is let go when its last delta is built.
type walker struct {
	*walk
	unpacker
	id      int
	frames  []frame // bases that still have deltas to build, the root's first
	held    int     // bytes of bases in memory
	heldMax int
	buffers buffers
	delta   []byte
	copies  []Copy
	path    []int32
	object  Object
	hasher  hash.Hash
	reader  *reader // for copies of damaged objects and for bases in other packs
	idBuf   [sha256Size]byte
}

// frame is a base with deltas still to be built.
type frame struct {
	forest *forest
	kind   Kind
	child  int32 // position of the next delta; the deltas after it are its siblings
	stop   int32 // position of the first sibling that is not ours; -1 when all are
	body   body
	lost   string // why there is no body, if there is none
	state  any    // what look returned for the base
	judged bool   // whether it was looked at
}

// body is the content of an object: in memory or in a temporary file.
type body struct {
	data []byte
	file *spool
}

func newWalker(w *walk, id int) *walker {
	r := w.store.reader(w.ctx)
	return &walker{walk: w, id: id, reader: r, heldMax: cmp.Or(w.opts.held, max(heldTotal/w.opts.Workers, heldLeast))}
}

func (w *walker) close() {
	w.dropFrames()
	w.store.readers.Put(w.reader)
}

// work takes jobs until there are none.
func (w *walker) work() error {
	for {
		j, ok := w.queue.take()
		switch {
		case !ok:
			return nil
		case j.frame != nil:
			w.push(*j.frame)
			w.descend()
		case j.forest != nil:
			w.roots(j)
		default:
			for i := j.from; i < j.to && !w.stopped.Load(); i++ {
				w.loose(w.store.loose[i])
			}
		}
	}
}

// roots walks the trees whose roots are at the job's positions.
func (w *walker) roots(j job) {
	f := j.forest
	for pos := j.from; pos < j.to && !w.stopped.Load(); pos++ {
		kind := Kind(f.flags[pos] & flagKind)
		if kind == 0 || kind < rootBroken && !w.opts.Kinds.Has(kind) {
			continue
		}
		if kind == rootBorrow {
			kind = w.borrowedKind(f, pos)
			if kind != rootBroken && !w.opts.Kinds.Has(kind) {
				continue
			}
		}
		if w.mark(f, pos, kind) {
			w.root(f, pos, kind)
			w.descend()
		}
	}
}

// mark asks for each object of a tree whether it is wanted, and tells whether any is. Nothing is inflated for it.
func (w *walker) mark(f *forest, root int32, kind Kind) bool {
	w.path = w.path[:0]
	if kind >= rootBroken {
		kind = 0
	}
	for pos := root; ; {
		marks := uint8(0)
		rank := int(f.ranks[pos])
		if !f.pack.double(rank) && (w.opts.Skip == nil || !w.opts.Skip(f.id(pos, &w.idBuf), kind)) {
			marks = markNeed | markWant
			for i := len(w.path) - 1; i >= 0 && f.marks[w.path[i]]&markNeed == 0; i-- {
				f.marks[w.path[i]] |= markNeed
			}
		}
		f.marks[pos] = marks
		if c := f.child[pos]; c >= 0 {
			w.path = append(w.path, pos)
			pos = c
			continue
		}
		for pos != root && f.next[pos] < 0 {
			pos = w.path[len(w.path)-1]
			w.path = w.path[:len(w.path)-1]
		}
		if pos == root {
			return f.marks[root]&markNeed != 0
		}
		pos = f.next[pos]
	}
}

// needed returns the first of the siblings from pos on that is wanted or has something wanted below it; -1 without one.
func needed(f *forest, pos, stop int32) int32 {
	for pos != stop && pos >= 0 {
		if f.marks[pos]&markNeed != 0 {
			return pos
		}
		pos = f.next[pos]
	}
	return -1
}

// descend builds what hangs on the frames until none is left.
func (w *walker) descend() {
	for len(w.frames) > 0 {
		if w.stopped.Load() {
			w.dropFrames()
			return
		}
		if w.queue.hungry.Load() > 0 {
			w.share()
		}
		top := &w.frames[len(w.frames)-1]
		pos := top.child
		top.child = needed(top.forest, top.forest.next[pos], top.stop)
		w.child(top, pos, top.child < 0)
	}
}

// child builds the delta at pos and hands it over. With last set its base is let go as early as possible.
func (w *walker) child(base *frame, pos int32, last bool) {
	f, kind, state, judged := base.forest, base.kind, base.state, base.judged
	wanted := f.marks[pos]&markWant != 0
	b, err := w.build(base, pos, judged && wanted)
	if last {
		w.pop()
	}
	if err != nil {
		w.damaged(f, pos, kind, err)
		return
	}
	w.object = Object{}
	if judged {
		w.object.Base, w.object.Copies, w.object.Delta = state, w.copies, len(w.copies) <= copiesMost
	}
	w.arrived(f, pos, kind, b)
}

// arrived hands an object over, if it is wanted, and makes it the base of what hangs on it. The caller has set
// w.object.Base, Copies and Delta.
func (w *walker) arrived(f *forest, pos int32, kind Kind, b body) {
	next := frame{forest: f, kind: kind, child: needed(f, f.child[pos], -1), stop: -1, body: b}
	if f.marks[pos]&markWant != 0 {
		at := place{f.pack, f.offset(pos)}
		var err error
		next.state, next.judged, err = w.hand(f.id(pos, &w.idBuf), kind, b, f.flags[pos]&flagProve != 0)
		if err != nil {
			w.report(f, pos, at, err)
		}
	}
	if next.child < 0 {
		w.release(b)
		return
	}
	w.push(next)
}

// hand calls look, or Huge for what is not in memory. It tells whether look was called; an error is a damaged object.
func (w *walker) hand(id ID, kind Kind, b body, prove bool) (state any, judged bool, err error) {
	if b.file != nil {
		return nil, false, w.huge(id, kind, b.file.size, b.file.reader(), nil)
	}
	if (prove || w.opts.Verify) && !w.proves(id, kind, b.data) {
		return nil, false, fmt.Errorf("%w: content does not match its id", ErrCorrupt)
	}
	w.object.ID, w.object.Kind, w.object.Data = id, kind, b.data
	if !w.object.Delta {
		w.object.Base, w.object.Copies = nil, nil
	}
	state, err = w.look(w.id, &w.object)
	w.object = Object{}
	if err != nil {
		w.fail(err)
	}
	return state, true, nil
}

// proves tells whether a content has an id.
func (w *walker) proves(id ID, kind Kind, data []byte) bool {
	if w.hasher == nil {
		if w.hasher = sha1.New(); w.store.hash == sha256Size { // git's object ids
			w.hasher = sha256.New()
		}
	}
	w.hasher.Reset()
	var buf [64]byte
	head := append(append(buf[:0], kind.String()...), ' ')
	w.hasher.Write(append(strconv.AppendInt(head, int64(len(data)), 10), 0))
	w.hasher.Write(data)
	return MakeID(w.hasher.Sum(buf[:0])) == id
}

// damaged deals with an object that could not be built: another copy of it is taken, or it is reported and what hangs
// on it is lost, if there are no other copies of that either.
func (w *walker) damaged(f *forest, pos int32, kind Kind, damage error) {
	at := place{f.pack, f.offset(pos)}
	found, data, err := w.reader.read(f.id(pos, &w.idBuf), at, 0)
	if err == nil {
		w.object = Object{}
		w.replaced(f, pos, found, data)
		return
	}
	if f.marks[pos]&markWant != 0 && (kind < rootBroken || w.first) {
		w.report(f, pos, at, damage)
	}
	if c := needed(f, f.child[pos], -1); c >= 0 {
		w.push(frame{forest: f, kind: kind, child: c, stop: -1, lost: "its delta base " + f.id(pos, &w.idBuf).String() + " cannot be read"})
	}
}

// replaced hands over another copy of a damaged object.
func (w *walker) replaced(f *forest, pos int32, kind Kind, data []byte) {
	if !w.opts.Kinds.Has(kind) {
		f.marks[pos] &^= markWant
	}
	if int64(len(data)) <= w.opts.MaxSize {
		own := w.buffers.get(len(data))
		copy(own, data)
		w.arrived(f, pos, kind, body{data: own})
		return
	}
	b, err := w.spill(data)
	if err != nil {
		w.report(f, pos, place{f.pack, f.offset(pos)}, err)
		return
	}
	w.arrived(f, pos, kind, body{file: b})
}

// report notes an object as a problem.
func (w *walker) report(f *forest, pos int32, at place, err error) {
	w.problem(Problem{ID: f.id(pos, &w.idBuf), Pack: f.pack.name, Offset: max(0, at.offset), Why: plain(err)})
}

// borrowedKind returns the kind of a delta whose base is not in its pack.
func (w *walker) borrowedKind(f *forest, pos int32) Kind {
	kind, _, err := w.reader.stat(f.id(pos, &w.idBuf))
	if err != nil {
		return rootBroken
	}
	return kind
}

// errLost makes an error of why a base is not there.
func errLost(why string) error { return errors.New(why) }
