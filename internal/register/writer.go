package register

import (
	"context"
	"encoding/json"

	"github.com/reevehq/reeve/internal/store"
)

// blockSize is how many records a block holds. A finding's text is read by unpacking one block.
const blockSize = 256

// writer turns the records of one event into rows and blocks. It works beside its caller: while the caller makes records, those before are written
// to the tables and packed. What the caller reads from tables that it has added to, it reads after settle.
type writer struct {
	tx     *store.Tx
	blocks *store.Blocks
	event  store.Event
	count  int64

	batch []Record
	// applied counts the records of the batch that are in the tables already.
	applied int
	// work takes batches, each answered on done; under way counts those that were not answered yet.
	work     chan batch
	done     chan error
	underWay int
	err      error
}

// batch is some records on their way; whole ones become a block.
type batch struct {
	ctx     context.Context
	records []Record
	applied int
	whole   bool
}

// ahead is how many batches may wait.
const ahead = 3

func newWriter(tx *store.Tx, event store.Event, now int64) *writer {
	event.Seq, event.Known = tx.Seq(), max(now, tx.Head().Known)
	return &writer{tx: tx, blocks: tx.Blocks(), event: event}
}

// next is the number that the next record will have.
func (w *writer) next() int64 { return w.count }

// add takes one record.
func (w *writer) add(ctx context.Context, r Record) error {
	w.batch = append(w.batch, r)
	w.count++
	if len(w.batch) < blockSize {
		return nil
	}
	return w.send(ctx, true)
}

// send gives the batch to the goroutine that writes, which starts with the first one that is full: most events never need it.
func (w *writer) send(ctx context.Context, whole bool) error {
	if w.work == nil {
		w.work, w.done = make(chan batch, ahead), make(chan error, ahead+1)
		go func() {
			for b := range w.work {
				w.done <- w.write(b)
			}
			close(w.done)
		}()
	}
	for w.underWay >= ahead && w.err == nil {
		w.hear()
	}
	if w.err != nil {
		return w.err
	}
	w.work <- batch{ctx: ctx, records: w.batch, applied: w.applied, whole: whole}
	w.underWay++
	if w.applied = len(w.batch); whole {
		w.batch, w.applied = make([]Record, 0, blockSize), 0
	}
	return nil
}

// hear waits for an answer. The first error stays.
func (w *writer) hear() {
	if err := <-w.done; w.err == nil {
		w.err = err
	}
	w.underWay--
}

// settle returns when all records that were added are in the tables.
func (w *writer) settle(ctx context.Context) error {
	if w.applied < len(w.batch) {
		if err := w.send(ctx, false); err != nil {
			return err
		}
	}
	for w.underWay > 0 {
		w.hear()
	}
	return w.err
}

// close ends the goroutine, also where what it does was given up half way.
func (w *writer) close() {
	if w.work == nil {
		return
	}
	close(w.work)
	for range w.done {
		// what was still under way is waited for: nobody may use the transaction after its end
	}
	w.work = nil
}

// write writes a batch to the tables while it is packed.
func (w *writer) write(b batch) error {
	type packed struct {
		data []byte
		err  error
	}
	done := make(chan packed, 1)
	if b.whole {
		go func() {
			data, err := pack(b.records)
			done <- packed{data, err}
		}()
	}
	err := apply(b.ctx, w.tx, &w.event, b.records[b.applied:])
	if !b.whole {
		return err
	}
	p := <-done
	if err != nil {
		return err
	}
	if p.err != nil {
		return p.err
	}
	_, err = w.blocks.Add(b.ctx, p.data)
	return err
}

// end writes what is left and the event itself.
func (w *writer) end(ctx context.Context, data any) (store.Event, error) {
	for w.underWay > 0 {
		w.hear()
	}
	if w.close(); w.err != nil {
		return store.Event{}, w.err
	}
	if len(w.batch) > 0 {
		if err := w.write(batch{ctx: ctx, records: w.batch, applied: w.applied, whole: true}); err != nil {
			return store.Event{}, err
		}
	}
	text, err := json.Marshal(data)
	if err != nil {
		return store.Event{}, err
	}
	w.event.Data = text
	return w.tx.Append(ctx, w.event, w.event.Known, w.blocks)
}
