package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// limits bound a saved result. A hostile file may reach one of them; a result that reeve wrote does not.
type limits struct {
	// file bounds a whole file, value one finding or rule in it, both in bytes.
	file, value int64
	// objects bounds the values and objects of a file: an empty object is 2 bytes here and hundreds in memory.
	objects int
}

var usualLimits = limits{file: 512 << 20, value: 16 << 20, objects: 4 << 20}

// input reads a JSON document piece by piece, with bounds, and says at which byte something is wrong.
type input struct {
	dec     *json.Decoder
	win     *window
	limits  limits
	objects int
	skipped int64 // bytes before the document that the decoder does not see (a byte order mark)
}

// window hands out the bytes of a reader up to a bound that moves on with the decoder.
type window struct {
	r                io.Reader
	read, upTo, most int64
}

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
	in := &input{limits: lim}
	switch {
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		in.skipped, head = 3, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, in.at(0, errNotUTF8)
	}
	in.win = &window{r: io.MultiReader(bytes.NewReader(head), r), most: lim.file}
	in.dec = json.NewDecoder(in.win)
	in.advance()
	return in, nil
}

// advance lets the decoder read on for one more value. Twice its bound, because the decoder's buffer grows by doubling.
func (in *input) advance() { in.win.upTo = in.dec.InputOffset() + 2*in.limits.value }

// at says where err happened.
func (in *input) at(offset int64, err error) error {
	return fmt.Errorf("read result: byte %d: %w", in.skipped+offset, err)
}

// token reads one token of syntax.
func (in *input) token() (json.Token, error) {
	in.advance()
	t, err := in.dec.Token()
	if err != nil {
		offset := in.dec.InputOffset()
		if errors.Is(unexpected(err), io.ErrUnexpectedEOF) {
			offset = in.win.read
		}
		return nil, in.at(offset, unexpected(err))
	}
	return t, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// value decodes the next value into v.
func (in *input) value(v any) error {
	raw, err := in.next()
	if err != nil {
		return err
	}
	begin := in.dec.InputOffset() - int64(len(raw))
	if err := json.Unmarshal(raw, v); err != nil {
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			begin += wrong.Offset
		}
		return in.at(begin, err)
	}
	return nil
}

// next takes the next value whole, undecoded.
func (in *input) next() (json.RawMessage, error) {
	in.advance()
	var raw json.RawMessage
	if err := in.dec.Decode(&raw); err != nil {
		return nil, in.at(in.syntaxOffset(err), unexpected(err))
	}
	if int64(len(raw)) > in.limits.value {
		return nil, in.at(in.dec.InputOffset(), fmt.Errorf("%w: more than %d bytes", errTooBig, in.limits.value))
	}
	if in.objects += 1 + bytes.Count(raw, []byte("{")); in.objects > in.limits.objects {
		return nil, in.at(in.dec.InputOffset(), fmt.Errorf("%w: more than %d", errTooMany, in.limits.objects))
	}
	return raw, nil
}

// syntaxOffset finds the byte of a syntax error. The decoder counts it from somewhere else (Go 1.26), so the value,
// which the decoder still holds, is read again.
func (in *input) syntaxOffset(err error) int64 {
	base := in.dec.InputOffset()
	if errors.Is(unexpected(err), io.ErrUnexpectedEOF) {
		return in.win.read
	}
	if wrong := (*json.SyntaxError)(nil); !errors.As(err, &wrong) {
		return base
	}
	held, _ := io.ReadAll(in.dec.Buffered())
	// A separator that was not consumed yet stands before the value.
	lead := len(held) - len(bytes.TrimLeft(held, " \t\r\n,:"))
	wrong := (*json.SyntaxError)(nil)
	if errors.As(json.Unmarshal(held[lead:], new(json.RawMessage)), &wrong) {
		return base + int64(lead) + wrong.Offset
	}
	return base
}

// open reads the bracket that must come next; null stands for an empty value and gives false.
func (in *input) open(bracket json.Delim) (bool, error) {
	t, err := in.token()
	if err != nil || t == nil {
		return false, err
	}
	if t != bracket {
		return false, in.at(in.dec.InputOffset(), fmt.Errorf("want %q", bracket.String()))
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
	for in.dec.More() {
		t, err := in.token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if seen[key] {
			return in.at(in.dec.InputOffset(), fmt.Errorf("member %q twice", clip(visible(key), 40)))
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

// array calls element for every element; element must take it.
func (in *input) array(element func() error) error {
	some, err := in.open('[')
	if err != nil || !some {
		return err
	}
	for in.dec.More() {
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

// listOf reads an array into a slice, checking each element.
func listOf[T any](in *input, out *[]T, check func(*T) error) error {
	return in.array(func() error {
		var v T
		if err := in.value(&v); err != nil {
			return err
		}
		if check != nil {
			if err := check(&v); err != nil {
				return in.at(in.dec.InputOffset(), err)
			}
		}
		*out = append(*out, v)
		return nil
	})
}
