package outbound

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSend_endsWhatStalls(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"silence": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a beginning": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"drops": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "a")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		err := send(t, answer, Options{Wait: 100 * time.Millisecond}, 1<<30)
		if !errors.Is(err, ErrStalled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSend_boundsTheAnswer(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("a", 1000)) }
	if err := send(t, answer, Options{}, 1000); err != nil {
		t.Error(err)
	}
	if err := send(t, answer, Options{}, 999); err == nil || errors.Is(err, ErrStalled) {
		t.Errorf("a longer answer is read: %v", err)
	}
}

// send asks a server on this machine and reads what it answers.
func send(t *testing.T, answer http.HandlerFunc, o Options, most int64) error {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	o.Own = []*url.URL{address(t, s.URL)}
	g := New(o)
	t.Cleanup(g.Transport.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := g.Send(req, most)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// A reader that is slow itself is no stall of the other side.
func TestWatched_slowReaderIsNoStall(t *testing.T) {
	w := &Watched{Content: io.NopCloser(strings.NewReader(strings.Repeat("a", 100))), Most: 1 << 20, Wait: 200 * time.Millisecond}
	w.Context, w.Cancel = context.WithCancelCause(t.Context())
	for range 4 {
		if _, err := w.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(250 * time.Millisecond)
	}
	if w.Context.Err() != nil {
		t.Error(context.Cause(w.Context))
	}
}
