package ingest

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// envelope takes the records of a JSON report out of whatever they came in: an array, the member of an object, JSON Lines, an array of such objects.
type envelope struct {
	j *jsonReader
	// record takes one record.
	record func() error
	// mayBeEmpty tells that a tool that found nothing writes nothing.
	mayBeEmpty bool
	// other takes a member that stands beside the records; nil skips them all.
	other func(name string) error
}

// open goes through the whole report. Members are the names that lead to the records, outermost first, in any case; none says that the records
// stand for themselves. At one level several names may be told apart by "|".
func (e envelope) open(members ...string) error {
	some := false
	err := e.j.lines(func() error {
		some = true
		return e.unwrap(members)
	})
	if err == nil && !some && !e.mayBeEmpty {
		return &Error{Offset: e.j.in.read, Err: errors.New("nothing where an array or an object was expected")}
	}
	return err
}

func (e envelope) unwrap(members []string) error {
	switch {
	case e.j.kind() == '[':
		return e.j.elements(func() error { return e.unwrap(members) })
	case e.j.kind() == 'n':
		return e.j.skip()
	case len(members) == 0:
		return e.record()
	}
	return e.j.members(func(name string) error {
		for wanted := range strings.SplitSeq(members[0], "|") {
			if strings.EqualFold(name, wanted) {
				return e.unwrap(members[1:])
			}
		}
		if e.other != nil {
			return e.other(name)
		}
		return e.j.skip()
	})
}

// nextPage notes in a header that a list is one page of several, where the member that stands beside the records says so.
func (e envelope) nextPage(h *Header, name string) error {
	var token string
	if err := e.j.into(&token); err != nil {
		return err
	}
	if token != "" {
		h.Partial = append(h.Partial, "the report is one page of several: "+name+" is set")
	}
	return nil
}

// oneRecord decodes a record of type T.
func oneRecord[T any](j *jsonReader, take func(*T) error) func() error {
	return func() error {
		var one T
		if err := j.value(&one); err != nil {
			return err
		}
		return take(&one)
	}
}

// into decodes a string, or what stands for one.
func (j *jsonReader) into(field *string) error {
	var t text
	err := j.value(&t)
	*field = string(t)
	return err
}

// loose is a value that is read where it has the shape of T, and empty where it has another: what tools leave to their plug-ins.
type loose[T any] struct{ value T }

// UnmarshalJSONFrom reads it.
func (l *loose[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &l.value, json.MatchCaseInsensitiveNames(true), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		var none T
		l.value = none
	}
	return nil
}
