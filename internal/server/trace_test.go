package server

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
	"github.com/reevehq/reeve/internal/trace/otlp"
)

// buffer takes lines of several goroutines.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// collector is a receiver of OTLP over HTTP.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	raw   []byte
	spans map[string]*v1.Span
}

func collect(t *testing.T) *collector {
	t.Helper()
	c := &collector{spans: map[string]*v1.Span{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		data, err := io.ReadAll(r.Body)
		var got v1.TracesData
		if err == nil {
			err = proto.Unmarshal(data, &got)
		}
		if err != nil {
			t.Error(err)
		}
		c.raw = append(c.raw, data...)
		for _, r := range got.ResourceSpans {
			for _, s := range r.ScopeSpans {
				for _, span := range s.Spans {
					c.spans[span.Name] = span
				}
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// all are the spans that came, by name.
func (c *collector) all() map[string]*v1.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.spans)
}

// TestTrace_fromTheRequestToTheDatabase follows an import that came by HTTP at a receiver of OTLP.
func TestTrace_fromTheRequestToTheDatabase(t *testing.T) {
	c := collect(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	var lines buffer
	log, err := NewLog(&lines, LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	stop, err := otlp.Start("1.0.0", log)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d := open(t, db)
	api := http.NewServeMux()
	api.HandleFunc("POST /api/v1/imports/{name}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := d.Import(r.Context(), security, register.Import{Name: r.PathValue("name"), Asset: shop}, r.Body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusCreated)
	})
	visitors, _ := start(t, Options{API: api, Log: log})
	hidden := strings.Repeat("Hidden", 4)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, visitors+"/api/v1/imports/"+hidden+"?asset="+hidden, strings.NewReader(report("ERROR", 2)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	req.Header.Set("Cookie", "session="+hidden)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	for range 500 { // the answer comes before the request's part is ended
		if strings.Contains(lines.String(), `"msg":"request"`) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := c.all()
	request, whole, read, write := spans["POST /api/v1/imports/{name}"], spans["import"], spans["import read"], spans["database write"]
	if request == nil || whole == nil || read == nil || write == nil {
		t.Fatalf("spans that came: %v", spans)
	}
	if string(whole.ParentSpanId) != string(request.SpanId) || string(read.ParentSpanId) != string(whole.SpanId) || string(write.ParentSpanId) != string(whole.SpanId) {
		t.Errorf("the parts do not hang together: %v", spans)
	}
	if bytes.Contains(c.raw, []byte(hidden)) {
		t.Error("a value of the request went to the collector")
	}
	if !strings.Contains(lines.String(), `"trace":"0af7651916cd43dd8448eb211c80319c"`) {
		t.Errorf("the log does not name the trace: %s", lines.String())
	}
}
