package ingest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonReader goes through a JSON report. Three combinators are enough for every format: members, elements and value.
type jsonReader struct {
	in  *Input
	dec *jsontext.Decoder
}

// jsonOptions hold for all that is decoded: members are matched by name in any case, of two of one name the last counts, invalid UTF-8 becomes
// U+FFFD, and a string may be written as a number. NaN, unquoted names and comments are errors.
var jsonOptions = sync.OnceValue(func() json.Options {
	return json.JoinOptions(json.MatchCaseInsensitiveNames(true), json.WithUnmarshalers(json.UnmarshalFromFunc(decodeText)),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
})

// json begins to read the input as JSON.
func (in *Input) json() *jsonReader { return in.jsonFrom(in) }

// jsonFrom begins to read JSON that r takes out of the input.
func (in *Input) jsonFrom(r io.Reader) *jsonReader {
	j := &jsonReader{in: in, dec: jsontext.NewDecoder(r, jsonOptions())}
	in.at, in.rest = j.dec.InputOffset, j.dec.UnreadBuffer
	return j
}

// members goes through an object and calls member for each name; member must take the value, by one of the three combinators or skip.
// A value null is an object without members.
func (j *jsonReader) members(member func(name string) error) error {
	if null, err := j.open('{', "an object"); null || err != nil {
		return err
	}
	for j.dec.PeekKind() == '"' {
		name, err := j.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
		j.in.progress()
	}
	_, err := j.dec.ReadToken()
	return j.end(err)
}

// elements goes through an array and calls element for each value, which must take it. A value null is an array without elements.
func (j *jsonReader) elements(element func() error) error {
	if null, err := j.open('[', "an array"); null || err != nil {
		return err
	}
	for {
		switch j.dec.PeekKind() {
		case ']':
			_, err := j.dec.ReadToken()
			return err
		case 0:
			_, err := j.dec.ReadToken()
			return j.end(err)
		}
		if err := element(); err != nil {
			return err
		}
		j.in.progress()
	}
}

// lines goes through values that follow one another: JSON Lines, or one value.
func (j *jsonReader) lines(value func() error) error {
	for {
		if j.dec.PeekKind() == 0 {
			if _, err := j.dec.ReadToken(); !errors.Is(err, io.EOF) {
				return j.end(err)
			}
			return nil
		}
		if err := value(); err != nil {
			return err
		}
		j.in.progress()
	}
}

// value decodes the next value.
func (j *jsonReader) value(v any) error {
	at := j.dec.InputOffset()
	if err := json.UnmarshalDecode(j.dec, v); err != nil {
		var semantic *json.SemanticError
		if errors.As(err, &semantic) {
			return &Error{Offset: at, Err: plainJSON(semantic)}
		}
		return j.end(err)
	}
	return nil
}

// kind tells what comes next: '{', '[', '"', '0', 't', 'f', 'n', and 0 for nothing or nonsense.
func (j *jsonReader) kind() jsontext.Kind { return j.dec.PeekKind() }

// skip takes the next value and forgets it, however long.
func (j *jsonReader) skip() error {
	depth := j.dec.StackDepth()
	for {
		t, err := j.dec.ReadToken()
		if err != nil {
			return j.end(err)
		}
		j.in.progress()
		if k := t.Kind(); (k == '{' || k == '[') && j.dec.StackDepth() > maxDepth {
			return fmt.Errorf("nested more than %d deep", maxDepth)
		}
		if j.dec.StackDepth() <= depth {
			return nil
		}
	}
}

func (j *jsonReader) open(kind jsontext.Kind, want string) (null bool, err error) {
	at := j.dec.InputOffset()
	t, err := j.dec.ReadToken()
	if err != nil {
		return false, j.end(err)
	}
	if t.Kind() == 'n' {
		return true, nil
	}
	if t.Kind() != kind {
		return false, &Error{Offset: at, Err: fmt.Errorf("%s where %s was expected", kindName(t.Kind()), want)}
	}
	if j.dec.StackDepth() > maxDepth {
		return false, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	return false, nil
}

// end makes a report that is cut off say so.
func (j *jsonReader) end(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Offset: j.in.read, Err: errors.New("the report ends in the middle")}
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return &Error{Offset: syntax.ByteOffset, Err: syntax.Err}
	}
	return err
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "a truth value"
	case 'n':
		return "null"
	}
	return "nothing"
}

func plainJSON(e *json.SemanticError) error {
	where := string(e.JSONPointer)
	if where == "" {
		where = "the value"
	}
	if e.JSONKind != 0 && e.GoType != nil {
		return fmt.Errorf("%s is %s, expected %s", where, kindName(e.JSONKind), strings.TrimPrefix(e.GoType.String(), "ingest."))
	}
	return fmt.Errorf("%s: %w", where, e.Err)
}

// decodeText lets a string be a number or a truth value as well, which becomes text: tools do not agree. null is "", and so is an object or an
// array, as it cannot say what a string says.
func decodeText(dec *jsontext.Decoder, s *string) error {
	switch dec.PeekKind() {
	case '"':
		return json.SkipFunc
	case '{', '[', 'n':
		*s = ""
		return dec.SkipValue()
	}
	token, err := dec.ReadToken()
	if err == nil {
		*s = token.String()
	}
	return err
}

// decodeHeld decodes a value that was held back.
func decodeHeld(data jsontext.Value, v any) error { return json.Unmarshal(data, v, jsonOptions()) }

// list is an array, or one value that stands for an array of itself. null is empty.
type list[T any] []T

// UnmarshalJSONFrom reads it.
func (l *list[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case 'n':
		*l = nil
		return dec.SkipValue()
	case '[':
		return json.UnmarshalDecode(dec, (*[]T)(l))
	}
	var one T
	if err := json.UnmarshalDecode(dec, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}

// time decodes a time; zero where the value is none.
func (j *jsonReader) time(at *time.Time) error {
	var s string
	err := j.value(&s)
	*at = timeOf(s)
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
	if err := decodeHeld(raw, &l.value); err != nil {
		var none T
		l.value = none
	}
	return nil
}
