package remedy

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// jsonEdit collects changes of a JSON text.
type jsonEdit struct {
	t       *jsonText
	splices []splice
}

func (e *jsonEdit) done() ([]byte, error) { return applySplices(e.t.data, e.splices) }

// replace puts another value in the place of one.
func (e *jsonEdit) replace(v *jsonValue, text string) {
	if string(e.t.raw(v)) != text {
		e.splices = append(e.splices, splice{v.start, v.end, text})
	}
}

// indentOf is the indentation of the line that a place is on.
func (e *jsonEdit) indentOf(at int) string {
	start := bytes.LastIndexByte(e.t.data[:at], '\n') + 1
	end := start
	for end < len(e.t.data) && (e.t.data[end] == ' ' || e.t.data[end] == '\t') {
		end++
	}
	return string(e.t.data[start:end])
}

// isFlat tells of an object that stands on one line.
func (e *jsonEdit) isFlat(v *jsonValue) bool {
	return len(v.members) > 0 && !bytes.ContainsRune(e.t.raw(v), '\n')
}

// colon is what stands between a name and its value.
func (e *jsonEdit) colon(v *jsonValue) string {
	if len(v.members) == 0 {
		return ": "
	}
	m := v.members[0]
	return string(e.t.data[m.afterName:m.value.start])
}

// field is a member that is to be written.
type field struct {
	name string
	raw  json.RawMessage
}

// render writes a value at an indentation; flat writes it on one line.
func (e *jsonEdit) render(raw json.RawMessage, indent string, flat bool) string {
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) && !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		return string(bytes.TrimSpace(raw))
	}
	var b bytes.Buffer
	if flat {
		if json.Indent(&b, raw, "", "") != nil {
			return string(raw)
		}
		text := strings.ReplaceAll(b.String(), ",\n", ", ")
		return strings.ReplaceAll(text, "\n", "")
	}
	if json.Indent(&b, raw, indent, e.t.unit) != nil {
		return string(raw)
	}
	return strings.ReplaceAll(b.String(), "\n", e.t.newline)
}

// insert adds members to an object, each before the first one that stays and that less puts behind it. gone tells of members that are
// taken out by remove in the same edit; at least one must stay, or the object must be empty.
func (e *jsonEdit) insert(v *jsonValue, fields []field, less func(a, b string) bool, gone func(name string) bool) {
	if len(fields) == 0 {
		return
	}
	flat := e.isFlat(v)
	inner := e.indentOf(v.start) + e.t.unit
	colon, gap := e.colon(v), e.t.newline+inner
	if len(v.members) > 0 {
		inner = e.indentOf(v.members[0].start)
		gap = string(e.t.data[v.start+1 : v.members[0].start])
	}
	if flat {
		gap = " "
	}
	write := func(f field) string { return quoteJSON(f.name) + colon + e.render(f.raw, inner, flat) }
	if len(v.members) == 0 {
		var b strings.Builder
		b.WriteString("{")
		for i, f := range fields {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(gap + write(f))
		}
		b.WriteString(e.t.newline + e.indentOf(v.start) + "}")
		e.splices = append(e.splices, splice{v.start, v.end, b.String()})
		return
	}
	at := make([]strings.Builder, len(v.members)+1)
	for _, f := range fields {
		i := slices.IndexFunc(v.members, func(m jsonMember) bool { return !gone(m.name) && less(f.name, m.name) })
		if i < 0 {
			at[len(v.members)].WriteString("," + gap + write(f))
			continue
		}
		at[i].WriteString(write(f) + "," + gap)
	}
	for i := range at {
		if at[i].Len() == 0 {
			continue
		}
		place := v.members[len(v.members)-1].value.end
		if i < len(v.members) {
			place = v.members[i].start
		}
		e.splices = append(e.splices, splice{place, place, at[i].String()})
	}
}

// remove takes members out of an object that keeps at least one.
func (e *jsonEdit) remove(v *jsonValue, gone func(name string) bool) {
	first := slices.IndexFunc(v.members, func(m jsonMember) bool { return !gone(m.name) })
	if first > 0 {
		e.splices = append(e.splices, splice{v.members[0].start, v.members[first].start, ""})
	}
	for i := first + 1; i < len(v.members); i++ {
		if gone(v.members[i].name) {
			e.splices = append(e.splices, splice{v.members[i-1].value.end, v.members[i].value.end, ""})
		}
	}
}

// patch makes the managed members of an object say what the fields say, and leaves the others alone. What says the same already
// stays as it is written.
func (e *jsonEdit) patch(v *jsonValue, fields []field, managed func(string) bool, less func(a, b string) bool) {
	want := map[string]bool{}
	var fresh []field
	for _, f := range fields {
		want[f.name] = true
		switch old := v.get(f.name); {
		case old == nil:
			fresh = append(fresh, f)
		case same(e.t.raw(old), f.raw):
		case old.kind == '{' && len(old.members) > 0 && f.raw[0] == '{':
			e.patch(old, fieldsOf(f.raw), func(string) bool { return true }, collateLess)
		default:
			e.replace(old, e.render(f.raw, e.indentOf(old.start), e.isFlat(v)))
		}
	}
	gone := func(name string) bool { return managed(name) && !want[name] }
	if !slices.ContainsFunc(v.members, func(m jsonMember) bool { return !gone(m.name) }) && len(v.members) > 0 {
		e.replace(v, e.render(rawOf(fields), e.indentOf(v.start), e.isFlat(v)))
		return
	}
	slices.SortStableFunc(fresh, func(a, b field) int {
		switch {
		case less(a.name, b.name):
			return -1
		case less(b.name, a.name):
			return 1
		}
		return 0
	})
	e.remove(v, gone)
	e.insert(v, fresh, less, gone)
}

// fieldsOf gives the members of an object in the order in which they are written.
func fieldsOf(raw json.RawMessage) []field {
	t, err := parseJSON(raw)
	if err != nil {
		return nil
	}
	var out []field
	for _, m := range t.root.members {
		out = append(out, field{m.name, t.raw(m.value)})
	}
	return out
}

// rawOf writes an object.
func rawOf(fields []field) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoteJSON(f.name) + ":")
		b.Write(f.raw)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// same tells whether two JSON values say the same, whatever their layout and the order of their members.
func same(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}
