// Package trace tells whoever collects it how long the parts of a piece of work took, and which part belongs to which.
//
// It is off until Record is called, and then costs one look at a pointer. What collects is package trace/otlp; this package imports nothing of it, so
// that every other package can say where its parts begin and end. Names and fields are written by programmers: no text of a report, no query, no
// address with its values and no secret goes into them, and of an error only its kind.
package trace

import (
	"context"
	"sync/atomic"
)

// Recorder takes what is traced.
type Recorder interface {
	// Begin begins a part of the work of the context, and gives the context of what happens within it.
	Begin(ctx context.Context, name string, from Caller) (context.Context, Part)
}

// Part is a piece of work under way.
type Part interface {
	// Name replaces the name. Text and Count add what is worth knowing; End ends it, and notes an error by its kind.
	Name(name string)
	Text(key, value string)
	Count(key string, n int64)
	End(err error)
	// ID is the trace's id in hex (W3C Trace Context), "" where the part is not recorded.
	ID() string
}

// Caller is who asked another program for the work: the headers traceparent and tracestate of W3C Trace Context. The zero Caller is nobody.
type Caller struct {
	// Serving tells that the part answers a request.
	Serving bool
	// Parent and State are the headers; what is not as the standard has it is ignored.
	Parent, State string
}

var recorder atomic.Pointer[Recorder]

// Record turns tracing on, or off with nil.
func Record(r Recorder) {
	if r == nil {
		recorder.Store(nil)
		return
	}
	recorder.Store(&r)
}

// Span is a piece of work under way, or nothing where tracing is off.
type Span struct{ part Part }

// Start begins a part of the work of the context: whatever is started with the context that it gives is a part of this one.
func Start(ctx context.Context, name string) (context.Context, Span) {
	r := recorder.Load()
	if r == nil {
		return ctx, Span{}
	}
	ctx, part := (*r).Begin(ctx, name, Caller{})
	return ctx, Span{part}
}

// Serve begins the answer to a request.
func Serve(ctx context.Context, name, traceparent, tracestate string) (context.Context, Span) {
	r := recorder.Load()
	if r == nil {
		return ctx, Span{}
	}
	ctx, part := (*r).Begin(ctx, name, Caller{Serving: true, Parent: traceparent, State: tracestate})
	return ctx, Span{part}
}

// Name replaces the name.
func (s Span) Name(name string) {
	if s.part != nil {
		s.part.Name(name)
	}
}

// Text adds a word that is worth knowing. It must be one of few.
func (s Span) Text(key, value string) {
	if s.part != nil {
		s.part.Text(key, value)
	}
}

// Count adds a number that is worth knowing.
func (s Span) Count(key string, n int64) {
	if s.part != nil {
		s.part.Count(key, n)
	}
}

// ID is the trace's id in hex, "" where nothing is recorded.
func (s Span) ID() string {
	if s.part == nil {
		return ""
	}
	return s.part.ID()
}

// End ends the part. Of an error its kind is noted, not its text, which may quote what was read.
func (s Span) End(err error) {
	if s.part != nil {
		s.part.End(err)
	}
}
