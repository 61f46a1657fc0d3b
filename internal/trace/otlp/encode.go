package otlp

import (
	"fmt"
	"math"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protobuf message in the making: fields are appended in the order of their numbers, those with a zero value are left out.
type message []byte

func (m *message) bytes(n protowire.Number, v []byte) {
	if len(v) > 0 {
		*m = protowire.AppendBytes(protowire.AppendTag(*m, n, protowire.BytesType), v)
	}
}

// within appends a message, even an empty one.
func (m *message) within(n protowire.Number, v message) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, n, protowire.BytesType), v)
}

// text appends a string, which protobuf wants in UTF-8.
func (m *message) text(n protowire.Number, v string) { m.bytes(n, valid(v)) }

func valid(v string) message { return message(strings.ToValidUTF8(v, "\uFFFD")) }

func (m *message) varint(n protowire.Number, v uint64) {
	if v != 0 {
		*m = protowire.AppendVarint(protowire.AppendTag(*m, n, protowire.VarintType), v)
	}
}

func (m *message) fixed64(n protowire.Number, v uint64) {
	*m = protowire.AppendFixed64(protowire.AppendTag(*m, n, protowire.Fixed64Type), v)
}

func (m *message) fixed32(n protowire.Number, v uint32) {
	*m = protowire.AppendFixed32(protowire.AppendTag(*m, n, protowire.Fixed32Type), v)
}

// encode writes an ExportTraceServiceRequest (opentelemetry/proto/collector/trace/v1). All spans are of one resource and one scope: this program's.
func encode(spans []sdk.ReadOnlySpan) []byte {
	var what, scope, scoped, all, request message
	for _, a := range spans[0].Resource().Attributes() {
		what.within(1, keyValue(a))
	}
	named := spans[0].InstrumentationScope()
	scope.text(1, named.Name)
	scope.text(2, named.Version)
	scoped.within(1, scope)
	for _, s := range spans {
		scoped.within(2, encodeSpan(s))
	}
	scoped.text(3, named.SchemaURL)
	all.within(1, what)
	all.within(2, scoped)
	all.text(3, spans[0].Resource().SchemaURL())
	request.within(1, all)
	return request
}

// The bits of Span.flags: the low byte is that of W3C Trace Context, and two say whether the parent is of another program.
const (
	flagHasRemote = 0x100
	flagIsRemote  = 0x200
)

// encodeSpan writes a Span (opentelemetry/proto/trace/v1). Spans of this program have no links and no events.
func encodeSpan(s sdk.ReadOnlySpan) message {
	var m message
	c, parent := s.SpanContext(), s.Parent()
	id, span := c.TraceID(), c.SpanID()
	m.bytes(1, id[:])
	m.bytes(2, span[:])
	m.text(3, c.TraceState().String())
	if p := parent.SpanID(); p.IsValid() {
		m.bytes(4, p[:])
	}
	m.text(5, s.Name())
	m.varint(6, kindNumber(s.SpanKind()))
	m.fixed64(7, uint64(max(0, s.StartTime().UnixNano())))
	m.fixed64(8, uint64(max(0, s.EndTime().UnixNano())))
	for _, a := range s.Attributes() {
		m.within(9, keyValue(a))
	}
	m.varint(10, uint64(s.DroppedAttributes()))
	var status message
	status.text(2, s.Status().Description)
	if s.Status().Code == codes.Ok {
		status.varint(3, 1)
	} else if s.Status().Code == codes.Error {
		status.varint(3, 2)
	}
	m.within(15, status)
	flags := uint32(c.TraceFlags()) | flagHasRemote
	if parent.IsRemote() {
		flags |= flagIsRemote
	}
	m.fixed32(16, flags)
	return m
}

func kindNumber(k oteltrace.SpanKind) uint64 {
	switch k {
	case oteltrace.SpanKindServer:
		return 2
	case oteltrace.SpanKindClient:
		return 3
	case oteltrace.SpanKindProducer:
		return 4
	case oteltrace.SpanKindConsumer:
		return 5
	}
	return 1 // internal
}

// keyValue writes a KeyValue with its AnyValue (opentelemetry/proto/common/v1). Lists, which nobody here sets, go as their text.
func keyValue(a attribute.KeyValue) message {
	var value message
	switch a.Value.Type() {
	case attribute.STRING:
		value.within(1, valid(a.Value.AsString()))
	case attribute.BOOL:
		n := uint64(0)
		if a.Value.AsBool() {
			n = 1
		}
		value = protowire.AppendVarint(protowire.AppendTag(value, 2, protowire.VarintType), n)
	case attribute.INT64:
		value = protowire.AppendVarint(protowire.AppendTag(value, 3, protowire.VarintType), uint64(a.Value.AsInt64()))
	case attribute.FLOAT64:
		value.fixed64(4, math.Float64bits(a.Value.AsFloat64()))
	default:
		value.within(1, valid(fmt.Sprint(a.Value.AsInterface())))
	}
	var m message
	m.text(1, string(a.Key))
	m.within(2, value)
	return m
}

// refused reads an ExportTraceServiceResponse: a collector may take a part and say why not the rest. What cannot be read says nothing.
func refused(answer []byte) error {
	partial, _ := field(answer, 1)
	if len(partial) == 0 {
		return nil
	}
	_, rejected := field(partial, 1)
	if rejected == 0 {
		return nil
	}
	return fmt.Errorf("send spans: the collector refused %d of them", rejected)
}

// field finds the last field of a number in a message.
func field(data []byte, want protowire.Number) (text []byte, number uint64) {
	for len(data) > 0 {
		n, kind, size := protowire.ConsumeTag(data)
		if size < 0 {
			return text, number
		}
		data = data[size:]
		size = protowire.ConsumeFieldValue(n, kind, data)
		if size < 0 {
			return text, number
		}
		if n == want && kind == protowire.BytesType {
			text, _ = protowire.ConsumeBytes(data)
		} else if n == want && kind == protowire.VarintType {
			number, _ = protowire.ConsumeVarint(data)
		}
		data = data[size:]
	}
	return text, number
}
