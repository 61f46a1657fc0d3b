package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// genericFields are the fields of a finding in the generic format, by name: the struct is the one list of them.
var genericFields = sync.OnceValue(func() map[string][]int {
	out := map[string][]int{}
	for f := range reflect.TypeFor[genericFinding]().Fields() {
		out[f.Tag.Get("json")] = f.Index
	}
	return out
})

func unknownField(kind, name string, known ...string) error {
	return fmt.Errorf("unknown %s %q: reeve knows %s", kind, oneLine(name, 60), strings.Join(known, ", "))
}

func genericNames() []string { return slices.Sorted(maps.Keys(genericFields())) }

// readGeneric reads the generic format in its four forms: an object with a list of findings, the list alone, JSON Lines, CSV.
func readGeneric(in *Input, h *Header, out Sink) error {
	r := &genericReader{out: out}
	head := newHead("", in.head())
	var err error
	switch {
	case head.kind == "text" || head.kind == "empty":
		err = r.readCSV(in, head)
	case head.Array():
		j := in.json()
		err = r.list(j)
	case head.Has("findings") || head.Has("schema"):
		err = r.envelope(in.json(), h)
	default:
		j := in.json()
		err = j.lines(func() error { return r.one(j) })
	}
	if r.closed > 0 {
		out.Note(fmt.Sprintf("%d findings have the status fixed: left out", r.closed))
	}
	return err
}

// strictly makes an error of what other formats forgive. A number in the place of a string is fine.
var strictly = sync.OnceValue(func() json.Options {
	text := func(dec *jsontext.Decoder, s *string) error {
		if dec.PeekKind() != '0' {
			return json.SkipFunc
		}
		return decodeText(dec, s)
	}
	return json.JoinOptions(json.RejectUnknownMembers(true), json.MatchCaseInsensitiveNames(false), json.WithUnmarshalers(json.UnmarshalFromFunc(text)))
})

func (r *genericReader) list(j *jsonReader) error {
	return j.elements(func() error { return r.one(j) })
}

// one takes the next finding.
func (r *genericReader) one(j *jsonReader) error {
	var g genericFinding
	at := j.dec.InputOffset()
	if err := json.UnmarshalDecode(j.dec, &g, strictly()); err != nil {
		var wrong *json.SemanticError
		if !errors.As(err, &wrong) {
			return j.end(err)
		}
		if errors.Is(wrong.Err, json.ErrUnknownName) {
			return &Error{Offset: at, Err: unknownField("field", wrong.JSONPointer.LastToken(), genericNames()...)}
		}
		return &Error{Offset: at, Err: plainJSON(wrong)}
	}
	return r.emit(&g)
}

// envelope reads the object around the findings.
func (r *genericReader) envelope(j *jsonReader, h *Header) error {
	var schema string
	err := j.members(func(name string) error {
		switch name {
		case "schema":
			return j.value(&schema)
		case "tool":
			own := h.Tool.Name
			err := j.value(&h.Tool)
			h.Tool.Name = cmp.Or(h.Tool.Name, own)
			return err
		case "date":
			var day string
			err := j.value(&day)
			if h.At = timeOf(day); err == nil && h.At.IsZero() {
				return fmt.Errorf("date %q: want a day (2026-01-31) or a time (2026-01-31T09:30:00Z)", oneLine(day, 40))
			}
			return err
		case "asset":
			return j.value(&h.Asset)
		case "partial":
			return j.value(&h.Partial)
		case "findings":
			return r.list(j)
		}
		return unknownField("member", name, "schema", "tool", "date", "asset", "partial", "findings")
	})
	if err != nil {
		return err
	}
	if schema != genericSchema {
		return &Error{Err: fmt.Errorf("schema %q: this reeve reads %q", oneLine(schema, 40), genericSchema)}
	}
	return nil
}

func (r *genericReader) readCSV(in *Input, head *Head) error {
	if len(head.columns) == 0 {
		return errors.New("neither JSON nor a first line with column names")
	}
	var fields [][]int
	for _, c := range head.columns {
		index, known := genericFields()[strings.ToLower(c)]
		if !known {
			return &Error{Err: unknownField("column", c, genericNames()...)}
		}
		fields = append(fields, index)
	}
	return in.rows(',', func(row row) error {
		if len(row.cells) != len(fields) {
			return fmt.Errorf("finding %d has %d cells, the first line names %d columns", r.n+1, len(row.cells), len(fields))
		}
		var g genericFinding
		v := reflect.ValueOf(&g).Elem()
		for i, index := range fields {
			if err := setCell(v.FieldByIndex(index), strings.TrimSpace(row.cells[i])); err != nil {
				return fmt.Errorf("finding %d: %s %w", r.n+1, head.columns[i], err)
			}
		}
		return r.emit(&g)
	})
}

// setCell sets a field to what a cell says.
func setCell(field reflect.Value, cell string) error {
	switch at := field.Addr().Interface().(type) {
	case *int:
		if cell == "" {
			return nil
		}
		n, err := strconv.Atoi(cell)
		if err != nil {
			return fmt.Errorf("%q is no number", oneLine(cell, 40))
		}
		*at = n
	case *list[string]:
		for _, word := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(",; \t\r\n", c) }) {
			*at = append(*at, word)
		}
	default:
		field.SetString(cell)
	}
	return nil
}
