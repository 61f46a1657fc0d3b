package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/html/charset"
)

// The bounds of what one report may ask of its reader.
const (
	headSize = 64 << 10
	// maxItem is how many bytes one finding may take, maxParts how many parts: objects, lists, elements, what commas separate. Few bytes of
	// report make a part, and each takes some hundred bytes of memory.
	maxItem  = 32 << 20
	maxParts = 1_000_000
	// maxRatio bounds decompression: a report that grows more than this, beyond freeGrowth bytes, is a bomb.
	maxRatio   = 200
	freeGrowth = 64 << 20
	maxDepth   = 200
)

// partMarks begin a part of a value.
var partMarks = []byte("{[<,")

// Error says where a report cannot be read, and what was expected there.
type Error struct {
	// Offset is the byte, counted from 0 in the decompressed report.
	Offset int64
	// Format is the Title of the format that was being read, "" where none was recognised.
	Format string
	Err    error
}

func (e *Error) Error() string {
	if e.Format == "" {
		return fmt.Sprintf("byte %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("%s, byte %d: %v", e.Format, e.Offset, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Input is a report being read.
type Input struct {
	ctx context.Context
	buf *bufio.Reader
	// read counts bytes handed out, mark is the count when the last item ended, parts counts the parts since then.
	read, mark int64
	parts      int
	// at gives the offset of the parser in use, which lags behind read.
	at func() int64
	// rest gives what the parser in use has taken and not looked at yet.
	rest func() []byte
}

func newInput(ctx context.Context, r io.Reader) (*Input, error) {
	plain, err := decompress(r)
	if err != nil {
		return nil, &Error{Err: err}
	}
	in := &Input{ctx: ctx, buf: bufio.NewReaderSize(plain, headSize)}
	switch mark, _ := in.buf.Peek(3); {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		_, _ = in.buf.Discard(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")): // what Windows PowerShell makes of "tool > report.json"
		err = in.decode("utf-16le")
	case bytes.HasPrefix(mark, []byte("\xfe\xff")):
		err = in.decode("utf-16be")
	}
	if err != nil {
		return nil, &Error{Err: err}
	}
	in.at = func() int64 { return in.read }
	return in, nil
}

// decode makes UTF-8 of what follows the byte order mark.
func (in *Input) decode(encoding string) error {
	_, _ = in.buf.Discard(2)
	r, err := charset.NewReaderLabel(encoding, in.buf)
	if err != nil {
		return err
	}
	in.buf = bufio.NewReaderSize(r, headSize)
	return nil
}

// decompress opens gzip and zstd by what the stream begins with.
func decompress(r io.Reader) (io.Reader, error) {
	packed := &counter{r: r}
	buf := bufio.NewReaderSize(packed, headSize)
	magic, err := buf.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var plain io.Reader
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		plain, err = gzip.NewReader(buf)
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		plain, err = zstd.NewReader(buf, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	default:
		return buf, nil
	}
	if err != nil {
		return nil, err
	}
	return &inflating{plain: plain, packed: packed}, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// inflating refuses what grows out of proportion.
type inflating struct {
	plain  io.Reader
	packed *counter
	n      int64
}

func (i *inflating) Read(p []byte) (int, error) {
	n, err := i.plain.Read(p)
	i.n += int64(n)
	if i.n > freeGrowth && i.n > maxRatio*i.packed.n {
		return 0, fmt.Errorf("the compressed report grows more than %d-fold: not read further", maxRatio)
	}
	return n, err
}

// head gives the first bytes without taking them.
func (in *Input) head() []byte {
	data, _ := in.buf.Peek(headSize)
	return data
}

// Read hands out bytes, and refuses an item that does not end.
func (in *Input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if in.read-in.mark > maxItem {
		return 0, fmt.Errorf("one value is longer than %d MiB", maxItem>>20)
	}
	if in.parts > maxParts {
		return 0, fmt.Errorf("one value has more than %d parts", maxParts)
	}
	n, err := in.buf.Read(p)
	in.read += int64(n)
	for i := range partMarks {
		in.parts += bytes.Count(p[:n], partMarks[i:i+1])
	}
	return n, err
}

// progress is told by parsers whenever an item has ended.
func (in *Input) progress() { in.mark, in.parts = in.read, 0 }

// explain says where reading stopped. What a sink returned, and the end of the caller's patience, come back as they are.
func (in *Input) explain(f Format, err error) error {
	var own *Error
	var sink *sinkError
	switch {
	case errors.As(err, &sink):
		return sink.err
	case in.ctx.Err() != nil:
		return in.ctx.Err()
	case errors.As(err, &own):
		own.Format = f.Title
		return own
	}
	return &Error{Offset: in.at(), Format: f.Title, Err: err}
}

// exhausted makes sure that nothing but white space follows what was read.
func (in *Input) exhausted() error {
	if in.rest != nil {
		if err := blank(in.rest(), in.at()); err != nil {
			return err
		}
	}
	buf := make([]byte, 4096)
	for {
		at := in.read
		n, err := in.Read(buf)
		in.progress()
		if err := blank(buf[:n], at); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// blank makes sure that text from an offset on is white space.
func blank(text []byte, at int64) error {
	for i, c := range text {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return &Error{Offset: at + int64(i), Err: errors.New("something follows the end of the report")}
		}
	}
	return nil
}

// sinkError marks an error as the sink's.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }
