package git

import (
	"bytes"
	"io"
)

// size returns the length of the content in bytes.
func (b body) size() int64 {
	if b.file != nil {
		return b.file.size
	}
	return int64(len(b.data))
}

// release gives a body's memory or file up.
func (w *walker) release(b body) {
	if b.file != nil {
		b.file.close()
	}
	w.buffers.put(b.data)
}

// push holds a base for what is to be built from it. Where too much is held the bases nearest to the root go into
// temporary files: they are needed last.
func (w *walker) push(f frame) {
	w.held += cap(f.body.data)
	w.frames = append(w.frames, f)
	for i := 0; i < len(w.frames)-1 && w.held > w.heldMax; i++ {
		b := &w.frames[i].body
		if len(b.data) == 0 {
			continue
		}
		s, err := w.spill(b.data)
		if err != nil {
			return // no room in files either: rather hold too much than lose objects
		}
		w.held -= cap(b.data)
		w.buffers.put(b.data)
		*b = body{file: s}
	}
}

// pop lets the last base go.
func (w *walker) pop() {
	last := len(w.frames) - 1
	w.held -= cap(w.frames[last].body.data)
	w.release(w.frames[last].body)
	w.frames[last] = frame{}
	w.frames = w.frames[:last]
}

func (w *walker) dropFrames() {
	for len(w.frames) > 0 {
		w.pop()
	}
}

// spill puts a content into a temporary file.
func (w *walker) spill(data []byte) (*spool, error) {
	s, err := w.store.newSpool(int64(len(data)))
	if err != nil {
		return nil, err
	}
	if err := s.copyFrom(bytes.NewReader(data)); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// load takes a base back into memory.
func (w *walker) load(f *frame) error {
	if f.body.file == nil {
		return nil
	}
	data := w.buffers.get(int(f.body.file.size))
	if _, err := f.body.file.file.ReadAt(data, 0); err != nil {
		w.buffers.put(data)
		return err
	}
	f.body.file.close()
	f.body = body{data: data}
	w.held += cap(data)
	return nil
}

// apply fills the spool with what a delta makes of a base.
func (s *spool) apply(base body, delta io.Reader) error {
	from := io.ReaderAt(bytes.NewReader(base.data))
	if base.file != nil {
		from = base.file.file
	}
	_, err := applyStream(s.file, from, base.size(), delta, s.size)
	return err
}

// tidy gives up buffers that one large object made large.
func (w *walker) tidy() {
	w.window.shrink()
	if cap(w.delta) > 4<<20 {
		w.buffers.put(w.delta)
		w.delta = nil
	}
}

// share gives a part of what is left to a worker that has nothing to do: the base nearest to the root with all that hangs
// on it; or, of a single base, the second half of its deltas with a copy of the base.
func (w *walker) share() {
	if len(w.frames) > 1 {
		first := w.frames[0]
		w.held -= cap(first.body.data)
		copy(w.frames, w.frames[1:])
		w.frames[len(w.frames)-1] = frame{}
		w.frames = w.frames[:len(w.frames)-1]
		w.queue.give(first)
		return
	}
	only := &w.frames[0]
	middle := halve(only.forest, only.child, only.stop)
	if middle < 0 || only.body.file != nil {
		return
	}
	half := *only
	half.child, only.stop = middle, middle
	if only.body.data != nil {
		half.body.data = append(make([]byte, 0, roundUp(cap(only.body.data))), only.body.data...)
	}
	w.queue.give(half)
}

// halve returns the position in the middle of the needed siblings from pos on; -1 when there is but one.
func halve(f *forest, pos, stop int32) int32 {
	middle, n := pos, 0
	for p := pos; p >= 0; p = needed(f, f.next[p], stop) {
		if n++; n%2 == 0 {
			middle = needed(f, f.next[middle], stop)
		}
	}
	if middle == pos {
		return -1
	}
	return middle
}
