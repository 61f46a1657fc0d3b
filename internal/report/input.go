package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/reevehq/reeve/internal/finding"
)

// limits bound a saved result. A hostile file may reach one of them; a result that reeve wrote does not.
type limits struct {
	// file bounds a whole file, value one finding or rule in it, kept what stays in memory until the end; all in bytes.
	file, value, kept int64
	// objects bounds the values and objects that one value holds and that are kept: an empty object is 2 bytes here and
	// hundreds in memory.
	objects int
	// whole tells that findings are kept too.
	whole bool
}

// wholeLimits are those of a result that is read into memory, streamLimits those of one whose findings are handed on.
var (
	wholeLimits  = limits{file: 512 << 20, value: 16 << 20, kept: 512 << 20, objects: 4 << 20, whole: true}
	streamLimits = limits{file: 1 << 62, value: 16 << 20, kept: 64 << 20, objects: 1 << 20}
)

// input reads a JSON document piece by piece, with bounds, and says at which byte something is wrong.
type input struct {
	dec     *jsontext.Decoder
	win     *window
	limits  limits
	options json.Options
	// kept and objects are what stays in memory, in bytes and in values.
	kept    int64
	objects int
	skipped int64 // bytes before the document that the decoder does not see (a byte order mark)
}

// window hands out the bytes of a reader up to a bound that moves on with the decoder.
type window struct {
	r                io.Reader
	read, upTo, most int64
}

// ReadError says where a saved result cannot be read, and why.
type ReadError struct {
	// Offset is the byte, counted from 0.
	Offset int64
	// Err is the cause.
	Err error
}

// Error names the byte and the cause.
func (e *ReadError) Error() string { return fmt.Sprintf("read result: byte %d: %v", e.Offset, e.Err) }

// Unwrap gives the cause.
func (e *ReadError) Unwrap() error { return e.Err }

var (
	errTooLong  = errors.New("file is too long")
	errTooBig   = errors.New("value is too big")
	errTooMany  = errors.New("too many values")
	errNotUTF8  = errors.New("not UTF-8 text")
	errNoResult = errors.New("not a saved result: want reeve's JSON or JSON Lines, or SARIF 2.1.0")
)

func (w *window) Read(p []byte) (int, error) {
	if w.read >= w.most {
		return 0, fmt.Errorf("%w: more than %d bytes", errTooLong, w.most)
	}
	if w.read >= w.upTo {
		return 0, errTooBig
	}
	n, err := w.r.Read(p[:min(int64(len(p)), w.upTo-w.read, w.most-w.read)])
	w.read += int64(n)
	return n, err
}

// newInput looks at the first bytes: a UTF-8 byte order mark is passed over, UTF-16 refused by name.
func newInput(r io.Reader, lim limits) (*input, error) {
	head := make([]byte, 3)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	in := &input{limits: lim, options: decoding()}
	switch {
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		in.skipped, head = 3, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, in.at(0, errNotUTF8)
	}
	in.win = &window{r: io.MultiReader(bytes.NewReader(head), r), most: lim.file}
	in.dec = jsontext.NewDecoder(in.win, in.options)
	in.advance()
	return in, nil
}

// decoding is how results have always been read: the last of two equal members counts, what is not UTF-8 becomes U+FFFD,
// and times are nanoseconds.
func decoding() json.Options {
	return json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsonv1.FormatDurationAsNano(true))
}

// advance lets the decoder read on for one more value. Twice its bound, because the decoder's buffer grows by doubling.
func (in *input) advance() { in.win.upTo = in.dec.InputOffset() + 2*in.limits.value }

// at says where err happened.
func (in *input) at(offset int64, err error) error {
	return &ReadError{Offset: in.skipped + offset, Err: err}
}

// here says that err happened where the input now stands.
func (in *input) here(err error) error { return in.at(in.dec.InputOffset(), err) }

// syntax explains what the decoder did not like.
func (in *input) syntax(err error) error {
	var wrong *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return in.at(in.win.read, io.ErrUnexpectedEOF)
	case errors.As(err, &wrong):
		return in.at(wrong.ByteOffset, wrong.Err)
	}
	return in.here(err)
}

// token reads one token of syntax.
func (in *input) token() (jsontext.Token, error) {
	in.advance()
	t, err := in.dec.ReadToken()
	if err != nil {
		return t, in.syntax(err)
	}
	return t, nil
}

// value decodes the next value into v.
func (in *input) value(v any) error {
	raw, err := in.next()
	if err != nil {
		return err
	}
	return in.decode(raw, in.dec.InputOffset()-int64(len(raw)), v)
}

// decode decodes a value that began at the given byte.
func (in *input) decode(raw jsontext.Value, begin int64, v any) error {
	if err := json.Unmarshal(raw, v, in.options); err != nil {
		var wrong *json.SemanticError
		if !errors.As(err, &wrong) {
			return in.at(begin, err)
		}
		if wrong.Err == nil && wrong.GoType != nil {
			err = fmt.Errorf("%s is %s, want %s", pointerName(wrong.JSONPointer), kindName(wrong.JSONKind), typeName(wrong.GoType))
		} else if wrong.Err != nil {
			err = wrong.Err
		}
		return in.at(begin+wrong.ByteOffset, err)
	}
	return nil
}

func pointerName(p jsontext.Pointer) string {
	if p == "" {
		return "the value"
	}
	return finding.Clip(visible(string(p)), 80)
}

// typeName says what JSON a Go type is written as.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.String:
		return kindName('"')
	case reflect.Slice, reflect.Array:
		return kindName('[')
	case reflect.Struct, reflect.Map:
		return kindName('{')
	case reflect.Bool:
		return kindName('t')
	}
	return kindName('0')
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a truth value"
	case 'n':
		return "null"
	}
	return "a number"
}

// next takes the next value whole, undecoded; it is valid until the input is asked again.
func (in *input) next() (jsontext.Value, error) {
	in.advance()
	raw, err := in.dec.ReadValue()
	if err != nil {
		return nil, in.syntax(err)
	}
	if int64(len(raw)) > in.limits.value {
		return nil, in.here(fmt.Errorf("%w: more than %d bytes", errTooBig, in.limits.value))
	}
	n := 1 + bytes.Count(raw, []byte("{"))
	if in.objects+n > in.limits.objects {
		return nil, in.here(fmt.Errorf("%w: more than %d", errTooMany, in.limits.objects))
	}
	if in.limits.whole {
		in.objects += n
	}
	return raw, nil
}

// keep counts a value that stays in memory.
func (in *input) keep(raw jsontext.Value) error {
	if !in.limits.whole {
		in.objects += 1 + bytes.Count(raw, []byte("{"))
	}
	if in.kept += int64(len(raw)); in.kept > in.limits.kept {
		return in.here(fmt.Errorf("%w: more than %d bytes beside the findings", errTooMany, in.limits.kept))
	}
	return nil
}

// open reads the bracket that must come next; null stands for an empty value and gives false.
func (in *input) open(bracket jsontext.Kind) (bool, error) {
	t, err := in.token()
	if err != nil || t.Kind() == 'n' {
		return false, err
	}
	if t.Kind() != bracket {
		return false, in.here(fmt.Errorf("want %q", string(bracket)))
	}
	return true, nil
}

// object calls member for every key; member must take the value.
func (in *input) object(member func(key string) error) error {
	some, err := in.open('{')
	if err != nil || !some {
		return err
	}
	return in.members(member)
}

func (in *input) members(member func(key string) error) error {
	seen := map[string]bool{}
	for in.more('}') {
		t, err := in.token()
		if err != nil {
			return err
		}
		key := t.String()
		if seen[key] {
			return in.here(fmt.Errorf("member %q twice", finding.Clip(visible(key), 40)))
		}
		if len(seen) < 1000 {
			seen[key] = true
		}
		if err := member(key); err != nil {
			return err
		}
	}
	_, err := in.token()
	return err
}

// more tells whether something comes before the closing bracket. Where nothing valid comes, reading it will say so.
func (in *input) more(closing jsontext.Kind) bool {
	in.advance()
	return in.dec.PeekKind() != closing
}

// array calls element for every element; element must take it.
func (in *input) array(element func() error) error {
	some, err := in.open('[')
	if err != nil || !some {
		return err
	}
	for in.more(']') {
		if err := element(); err != nil {
			return err
		}
	}
	_, err = in.token()
	return err
}

// skip passes over a value that nobody asked for.
func (in *input) skip() error {
	_, err := in.next()
	return err
}

// listOf reads an array into a slice that is kept.
func listOf[T any](in *input, out *[]T) error {
	return in.array(func() error {
		var v T
		if err := in.keptValue(&v); err != nil {
			return err
		}
		*out = append(*out, v)
		return nil
	})
}

// keptValue decodes the next value into v, which is kept.
func (in *input) keptValue(v any) error {
	raw, err := in.next()
	if err != nil {
		return err
	}
	if err := in.keep(raw); err != nil {
		return err
	}
	return in.decode(raw, in.dec.InputOffset()-int64(len(raw)), v)
}
