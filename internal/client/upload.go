package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/register"
)

// Report is a report to bring in.
type Report struct {
	// Open opens it, anew for each attempt, and gives its length in bytes or -1.
	Open func() (io.ReadCloser, int64, error)
	// Name is its file name, Format its format or "" to recognise it.
	Name, Format string
	// Asset is what was looked at, as kind:name; "" where the report says it. Ref is the branch, Tool another name for the source.
	Asset, Ref, Tool string
	// Only makes every finding one of Asset, Partial says that not everything was looked at.
	Only, Partial bool
	// Codeowners and Catalog are the asset's files of these names, of at most 1 MiB each; nil leaves those that the register has.
	Codeowners, Catalog *string
	// Key makes it count once however often it is sent; "" is one made by chance.
	Key string
	// Plain sends it as it is. Else it is packed on the way, where it is not packed already.
	Plain bool
	// Progress, which may be nil, is told how many bytes of the report were read of how many (-1: unknown).
	Progress func(done, of int64)
}

// expectFrom is from what size on the server is asked first whether it wants the body, in bytes.
const expectFrom = 1 << 20

// Import brings a report in. It is sent again after an error on the way, and counts once.
func (c *Client) Import(ctx context.Context, r Report) (register.Receipt, error) {
	query := url.Values{}
	for name, value := range map[string]string{"format": r.Format, "asset": r.Asset, "ref": r.Ref, "tool": r.Tool, "name": r.Name} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for name, value := range map[string]bool{"only": r.Only, "partial": r.Partial} {
		if value {
			query.Set(name, strconv.FormatBool(value))
		}
	}
	if r.Key == "" {
		r.Key = rand.Text()
	}
	a := ask{
		method: http.MethodPost, path: "/imports", query: query, body: r.body, again: true,
		headers: map[string]string{"Idempotency-Key": r.Key, "Content-Type": "application/octet-stream"},
	}
	if r.Codeowners != nil || r.Catalog != nil {
		f, err := r.form()
		if err != nil {
			return register.Receipt{}, err
		}
		a.headers["Content-Type"] = f.media
		a.body = func() (io.ReadCloser, int64, error) { return f.around(r.body()) }
	}
	if _, size, err := r.peek(); err != nil {
		return register.Receipt{}, err
	} else if size < 0 || size >= expectFrom {
		a.headers["Expect"] = "100-continue" // who may not import is told before anything is sent
	}
	return answer[register.Receipt](ctx, c, a)
}

// peek tells how a report begins and how long it is.
func (r *Report) peek() ([]byte, int64, error) {
	from, size, err := r.Open()
	if err != nil {
		return nil, 0, err
	}
	defer from.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(from, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF { //nolint:errorlint // io.ReadFull gives them as they are
		err = nil
	}
	return head[:n], size, err
}

// body makes the body of one attempt.
func (r *Report) body() (io.ReadCloser, int64, error) {
	head, _, err := r.peek()
	if err != nil {
		return nil, 0, err
	}
	from, size, err := r.Open()
	if err != nil {
		return nil, 0, err
	}
	counted := &counter{ReadCloser: from, of: size, tell: r.Progress}
	if r.Plain || packed(head) || size >= 0 && size < 1<<10 {
		return counted, size, nil
	}
	return pack(counted), -1, nil
}

// form is what stands around a report that is sent with the asset's files: they come before it. It is the same for each attempt.
type form struct {
	media      string
	head, tail []byte
}

func (r *Report) form() (*form, error) {
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	for _, part := range []struct {
		name string
		text *string
	}{{"codeowners", r.Codeowners}, {"catalog", r.Catalog}} {
		if part.text == nil {
			continue
		}
		if err := w.WriteField(part.name, *part.text); err != nil {
			return nil, err
		}
	}
	if _, err := w.CreateFormFile("report", "report"); err != nil {
		return nil, err
	}
	n := text.Len()
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &form{w.FormDataContentType(), text.Bytes()[:n], text.Bytes()[n:]}, nil
}

// around puts the form around a report.
func (f *form) around(report io.ReadCloser, size int64, err error) (io.ReadCloser, int64, error) {
	if err != nil {
		return nil, 0, err
	}
	if size >= 0 {
		size += int64(len(f.head) + len(f.tail))
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(f.head), report, bytes.NewReader(f.tail)), report}, size, nil
}

// packed tells gzip and zstd by their first bytes.
func packed(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd})
}

// pack packs a stream on the way. What comes out is the same each time, as the register compares it when a report comes again.
func pack(from io.ReadCloser) io.ReadCloser {
	out, in := io.Pipe()
	go func() {
		defer from.Close()
		to, err := zstd.NewWriter(in, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
		if err == nil {
			if _, err = io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, 64<<10)); err == nil {
				err = to.Close()
			}
		}
		_ = in.CloseWithError(err) // it gives no error
	}()
	return out
}

// counter tells how far a stream was read.
type counter struct {
	io.ReadCloser
	done, of int64
	tell     func(done, of int64)
}

// Read reads on.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.done += int64(n)
	if c.tell != nil {
		c.tell(c.done, c.of)
	}
	return n, err
}
