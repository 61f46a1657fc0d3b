package ingest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	// maxZip is how long an archive may be: its directory stands at its end, so that it is held in memory.
	maxZip = 512 << 20
	// maxZipMembers is how many members it may have.
	maxZipMembers = 1_000_000
)

var zipMagic = []byte("PK\x03\x04")

// isZip tells that a report is an archive that names one of these members near its beginning.
func isZip(h *Head, members ...string) bool {
	if !bytes.HasPrefix(h.Data, zipMagic) {
		return false
	}
	for _, m := range members {
		if h.Contains(m) {
			return true
		}
	}
	return false
}

// zipReport is a report that is an archive.
type zipReport struct {
	in *Input
	z  *zip.Reader
}

// zip reads the whole input as an archive. Members are packed by nothing but deflate, and one that grows out of proportion is refused.
func (in *Input) zip() (*zipReport, error) {
	data, err := in.whole(maxZip)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &Error{Offset: int64(len(data)), Err: fmt.Errorf("the directory of the archive: %w", err)}
	}
	if len(z.File) > maxZipMembers {
		return nil, fmt.Errorf("the archive has %d members, more than %d", len(z.File), maxZipMembers)
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		packed := &counter{r: r}
		return io.NopCloser(&inflating{plain: flate.NewReader(packed), packed: packed})
	})
	return &zipReport{in: in, z: z}, nil
}

// whole takes all that is left of the input.
func (in *Input) whole(limit int) ([]byte, error) {
	var data bytes.Buffer
	chunk := make([]byte, headSize)
	for {
		n, err := in.Read(chunk)
		in.progress()
		data.Write(chunk[:n])
		switch {
		case data.Len() > limit:
			return nil, fmt.Errorf("the archive is longer than %d MiB", limit>>20)
		case errors.Is(err, io.EOF):
			return data.Bytes(), nil
		case err != nil:
			return nil, err
		}
	}
}

// names tells whether the archive has a member.
func (z *zipReport) has(name string) bool {
	for _, f := range z.z.File {
		if f.Name == name {
			return true
		}
	}
	return false
}

// member reads one member, as an input of its own. There must be exactly one of the name: of two, nobody could tell which is the report.
func (z *zipReport) member(name string, read func(*Input) error) error {
	var found *zip.File
	for _, f := range z.z.File {
		if f.Name != name {
			continue
		}
		if found != nil {
			return fmt.Errorf("the archive has two members %q", name)
		}
		found = f
	}
	if found == nil {
		return fmt.Errorf("the archive has no member %q", name)
	}
	r, err := found.Open()
	if err != nil {
		return fmt.Errorf("member %q: %w", name, err)
	}
	defer func() { _ = r.Close() }()
	in := &Input{ctx: z.in.ctx, buf: bufio.NewReaderSize(r, headSize)}
	in.at = func() int64 { return in.read }
	err = read(in)
	if err == nil {
		err = in.exhausted()
	}
	return z.explain(in, name, err)
}

// explain names the member in an error; the offset is one in it. The sink's own errors stay as they are.
func (z *zipReport) explain(in *Input, name string, err error) error {
	var own *Error
	var sink *sinkError
	switch {
	case err == nil || errors.As(err, &sink) || z.in.ctx.Err() != nil:
		return err
	case errors.As(err, &own) && !strings.HasPrefix(own.Err.Error(), "in member "):
		return &Error{Offset: own.Offset, Err: fmt.Errorf("in member %q: %w", name, own.Err)}
	}
	return &Error{Offset: in.at(), Err: fmt.Errorf("in member %q: %w", name, err)}
}
