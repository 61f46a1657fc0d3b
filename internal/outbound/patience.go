package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// ErrStalled says that the other side has sent next to nothing for too long.
var ErrStalled = errors.New("the other side stalls")

// Send carries one request by Transport and watches its answer: it ends in ErrStalled where it waits for longer than Options.Wait, and in
// an error beyond most bytes of content.
func (g *Guard) Send(req *http.Request, most int64) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	res, err := g.Transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() && req.Context().Err() == nil {
			err = fmt.Errorf("%w: host %.200q has not answered for %s", ErrStalled, req.URL.Host, g.options.Wait)
		}
		cancel(nil)
		return nil, err
	}
	res.Body = &Watched{Content: res.Body, Wait: g.options.Wait, Most: most, Context: ctx, Cancel: cancel}
	res.Request = req
	return res, nil
}

// least is what must come within the time to wait, in bytes.
const least = 4 << 10

// Watched is content on its way that ends in ErrStalled where fewer than 4 KiB come while its reader waits. Time that passes between reads
// is the reader's own.
type Watched struct {
	// Content is what comes; closing Watched closes it and ends the request.
	Content io.ReadCloser
	// Wait is how long the reader waits.
	Wait time.Duration
	// Most is how much is read, in bytes; what is longer ends in an error.
	Most int64
	// Context is that of the request, and Cancel ends it.
	Context context.Context
	Cancel  context.CancelCauseFunc

	timer *time.Timer
	// waited is how long reading has waited, and since how many bytes came, since enough came last.
	waited time.Duration
	since  int
}

func (w *Watched) Read(p []byte) (int, error) {
	left := max(w.Wait-w.waited, time.Millisecond)
	if w.timer == nil {
		w.timer = time.AfterFunc(left, func() { w.Cancel(ErrStalled) })
	} else {
		w.timer.Reset(left)
	}
	begun := time.Now()
	n, err := w.Content.Read(p)
	w.timer.Stop()
	w.waited += time.Since(begun)
	if w.since += n; w.since >= least {
		w.since, w.waited = 0, 0
	}
	if w.Most -= int64(n); w.Most < 0 {
		return 0, errors.New("the answer is longer than is read")
	}
	if err != nil && !errors.Is(err, io.EOF) && errors.Is(context.Cause(w.Context), ErrStalled) {
		err = fmt.Errorf("%w: fewer than %d bytes in %s", ErrStalled, least, w.Wait)
	}
	return n, err
}

// Close ends the request.
func (w *Watched) Close() error {
	err := w.Content.Close()
	w.Cancel(nil)
	return err
}
