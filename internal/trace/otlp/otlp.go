// Package otlp sends what package trace is told to a collector: OpenTelemetry's SDK records, and OTLP over HTTP in protobuf (OTLP specification 1.x) carries it.
//
// It is switched on, and set, by OpenTelemetry's own environment variables. The sender is ours and not OpenTelemetry's otlptracehttp, since that
// one brings gRPC: 1 ms at the start of every command and 8 MB of binary, for one POST. The package must not decide what is traced.
package otlp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/semconv/v1.43.0"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/reevehq/reeve/internal/trace"
)

// Start turns tracing on where OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names a collector, and else does nothing. Version is
// the program's. The log is told when spans are lost. Stop sends what is left and turns tracing off; it is never nil.
func Start(version string, log *slog.Logger) (stop func(context.Context) error, err error) {
	off := func(context.Context) error { return nil }
	s, err := newSender(os.Getenv) // the SDK reads its own variables there too
	if err != nil || s == nil {
		return off, err
	}
	what, err := resource.New(context.Background(), resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName("reeve"), semconv.ServiceVersion(version)), resource.WithFromEnv())
	if err != nil {
		return off, fmt.Errorf("start traces: OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces were lost", "error", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(s), sdk.WithResource(what)) // sampler, limits and batches: OTEL_TRACES_SAMPLER, OTEL_BSP_…
	trace.Record(recorder{provider.Tracer("github.com/reevehq/reeve")})
	return func(ctx context.Context) error {
		trace.Record(nil)
		return provider.Shutdown(ctx)
	}, nil
}

// disabled tells whether the variables that switch it off do so.
func disabled(getenv func(string) string) (bool, error) {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") {
		return true, nil
	}
	switch exporter := getenv("OTEL_TRACES_EXPORTER"); exporter {
	case "", "otlp":
		return false, nil
	case "none":
		return true, nil
	default:
		return false, fmt.Errorf("start traces: OTEL_TRACES_EXPORTER %q: want otlp or none", exporter)
	}
}

// recorder hands what is traced to the SDK.
type recorder struct{ tracer oteltrace.Tracer }

// Begin is trace.Recorder's.
func (r recorder) Begin(ctx context.Context, name string, from trace.Caller) (context.Context, trace.Part) {
	kind := oteltrace.SpanKindInternal
	if from.Serving {
		kind = oteltrace.SpanKindServer
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": from.Parent, "tracestate": from.State})
	}
	ctx, span := r.tracer.Start(ctx, name, oteltrace.WithSpanKind(kind))
	return ctx, part{span}
}

type part struct{ span oteltrace.Span }

// Name is trace.Part's, and so are those below.
func (p part) Name(name string)          { p.span.SetName(name) }
func (p part) Text(key, value string)    { p.span.SetAttributes(attribute.String(key, value)) }
func (p part) Count(key string, n int64) { p.span.SetAttributes(attribute.Int64(key, n)) }

func (p part) ID() string {
	if c := p.span.SpanContext(); c.IsSampled() {
		return c.TraceID().String()
	}
	return ""
}

func (p part) End(err error) {
	if err != nil {
		p.span.SetStatus(codes.Error, "")
		p.span.SetAttributes(semconv.ErrorTypeKey.String(kindOf(err)))
	}
	p.span.End()
}

// kindOf names the kind of the innermost error: its Go type, or one of the words of errors that are values.
func kindOf(err error) string {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return fmt.Sprintf("%T", err)
		}
		err = inner
	}
}
