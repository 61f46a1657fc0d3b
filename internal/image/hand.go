package image

import (
	"context"
	"io"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

const (
	// batchBytes and batchFiles are when a batch is full; a file larger than that is a batch of its own.
	batchBytes = 256 << 10
	batchFiles = 128
	// keptBuffer is the largest buffer that is kept for the next batch, in bytes.
	keptBuffer = 1 << 20
)

// batch is some files on their way to a worker, with their content one after the other.
type batch struct {
	data  []byte
	files []file
	// large tells that it holds one of the places for large files.
	large bool
}

// file is one file in a batch; its content is data[start:end].
type file struct {
	item       target.Item
	start, end int
}

// hand gives files to the workers. One goroutine puts; memory is bounded by the number of batches and, for large files, of workers.
type hand struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	look   func(int, *target.Item) error
	free   chan *batch
	full   chan *batch
	places chan struct{} // one for each large file in memory
	now    *batch
	wait   sync.WaitGroup
}

func newHand(ctx context.Context, workers int, look func(int, *target.Item) error) *hand {
	h := &hand{look: look, free: make(chan *batch, 2*workers+1), full: make(chan *batch, 2*workers), places: make(chan struct{}, workers)}
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	for range 2*workers + 1 {
		h.free <- &batch{}
	}
	for n := range workers {
		h.wait.Go(func() { h.work(n) })
	}
	return h
}

// work looks at batches. After an error it only gives them back, so that whoever puts is not left waiting.
func (h *hand) work(n int) {
	for b := range h.full {
		for f := range b.files {
			if h.ctx.Err() != nil {
				break
			}
			item := &b.files[f].item
			item.Data = b.data[b.files[f].start:b.files[f].end:b.files[f].end]
			if err := h.look(n, item); err != nil {
				h.cancel(err)
			}
		}
		h.giveBack(b)
	}
}

func (h *hand) giveBack(b *batch) {
	if b.large {
		<-h.places
	}
	if cap(b.data) > keptBuffer {
		b.data = nil
	}
	clear(b.files)
	*b = batch{data: b.data[:0], files: b.files[:0]}
	h.free <- b
}

// stopped gives the error that ended the handing over.
func (h *hand) stopped() error {
	if h.ctx.Err() != nil {
		return context.Cause(h.ctx)
	}
	return nil
}

// put hands over a file whose content is the next size bytes of r. An error of r comes back as *contentError: the file is then
// not handed over.
func (h *hand) put(item target.Item, r io.Reader, size int64) error {
	large := size > batchBytes
	if h.now != nil && (large || len(h.now.data)+int(size) > batchBytes || len(h.now.files) == batchFiles) {
		if err := h.flush(); err != nil {
			return err
		}
	}
	if err := h.begin(large); err != nil {
		return err
	}
	b := h.now
	start := len(b.data)
	if err := b.fill(r, size); err != nil {
		b.data = b.data[:start]
		return &contentError{err}
	}
	b.files = append(b.files, file{item: item, start: start, end: len(b.data)})
	if large {
		return h.flush()
	}
	return nil
}

// begin makes sure that there is a batch to fill.
func (h *hand) begin(large bool) error {
	if h.now == nil {
		select {
		case h.now = <-h.free:
		case <-h.ctx.Done():
			return h.stopped()
		}
	}
	if !large || h.now.large {
		return nil
	}
	select {
	case h.places <- struct{}{}:
		h.now.large = true
		return nil
	case <-h.ctx.Done():
		return h.stopped()
	}
}

// fill reads size bytes. The buffer grows with what is really there, not with what the header promises.
func (b *batch) fill(r io.Reader, size int64) error {
	end := len(b.data) + int(size)
	for len(b.data) < end {
		if len(b.data) == cap(b.data) {
			bigger := make([]byte, len(b.data), min(end, max(64<<10, 2*cap(b.data))))
			copy(bigger, b.data)
			b.data = bigger
		}
		n, err := r.Read(b.data[len(b.data):min(end, cap(b.data))])
		b.data = b.data[:len(b.data)+n]
		if err != nil && len(b.data) < end {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
	}
	return nil
}

// flush sends the batch that is being filled.
func (h *hand) flush() error {
	if h.now == nil {
		return h.stopped()
	}
	select {
	case h.full <- h.now:
		h.now = nil
		return nil
	case <-h.ctx.Done():
		return h.stopped()
	}
}

// end waits until everything was looked at and gives the error that ended it early.
func (h *hand) end() error {
	err := h.flush()
	close(h.full)
	h.wait.Wait()
	if stopped := h.stopped(); stopped != nil {
		err = stopped
	}
	h.cancel(nil)
	return err
}

// contentError is an error of a layer's content, as against one of whoever looks.
type contentError struct{ err error }

func (e *contentError) Error() string { return e.err.Error() }
func (e *contentError) Unwrap() error { return e.err }

// tally is what a run over an image counts.
type tally struct {
	looked finding.Looked
	unread []finding.Unread
	left   int
}

// maxUnread bounds how many single things are named as unread; the rest are counted.
const maxUnread = 200

func (t *tally) miss(what, why string) {
	if len(t.unread) >= maxUnread {
		t.left++
		return
	}
	t.unread = append(t.unread, finding.Unread{What: what, Why: why})
}
