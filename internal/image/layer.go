package image

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/reevehq/reeve/internal/finding"
)

// layer is one layer of an image.
type layer struct {
	// digest and size (in bytes) are those of the layer as it is stored; "" and 0 where only diffID, the digest of its tar, is known.
	digest digest
	size   int64
	diffID digest
	// refused says why it is not read, "" where it is.
	refused string
	// open opens it as it is stored. Checked tells that the reader itself checks digest and size.
	open    func(ctx context.Context) (r io.ReadCloser, checked bool, err error)
	logical []finding.Logical
}

// name is what people call the layer.
func (l *layer) name(number int) string {
	d := l.digest
	if d == "" {
		d = l.diffID
	}
	return fmt.Sprintf("layer %d (%s)", number, d.short())
}

// sourceError is an error of where a layer comes from, as against one of what is in it.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// stored reads a layer as it is stored: it counts, hashes, and reads no more than was promised.
type stored struct {
	r    io.Reader
	sum  hash.Hash // nil where nothing is to be checked here
	size int64     // what was promised; -1 where nothing was
	n    int64
	err  error // what the source said, nil for its end
}

func (s *stored) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if s.sum != nil {
		s.sum.Write(p[:n])
	}
	if s.size >= 0 && s.n > s.size {
		err = fmt.Errorf("%w: promised %d bytes, and there are more", ErrLie, s.size)
	}
	if err != nil && err != io.EOF {
		s.err = &sourceError{err}
		return n, s.err
	}
	return n, err
}

// errBomb says that a layer was given up because of what it would unpack to.
var errBomb = errors.New("it would unpack beyond all bounds")

// freely is how much a layer may unpack to whatever its ratio, in bytes.
const freely = 100 << 20

// unpacked reads what a layer unpacks to: it hashes, and ends with errBomb where that is too much.
type unpacked struct {
	r     io.Reader
	from  *stored
	sum   hash.Hash // nil where nothing is to be checked here
	ratio int64
	// left is what all layers together may still unpack to; n is this layer's, made-up content of sparse files included.
	left *int64
	n    int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if u.sum != nil {
		u.sum.Write(p[:n])
	}
	if bomb := u.charge(int64(n)); bomb != nil {
		return n, bomb
	}
	return n, err
}

// charge accounts for unpacked bytes.
func (u *unpacked) charge(n int64) error {
	u.n += n
	*u.left -= n
	switch {
	case u.n > freely && u.n > u.from.n*u.ratio:
		return fmt.Errorf("%w: to more than %d times its size", errBomb, u.ratio)
	case *u.left < 0:
		return fmt.Errorf("%w: all layers together to more than the limit", errBomb)
	}
	return nil
}

// stream opens a layer and hands its tar to read. What is wrong with the layer's content comes back as why; an error is one of
// the source, of a digest that does not fit, or of read itself.
func (i *Image) stream(ctx context.Context, l *layer, left *int64, read func(*unpacked) error) (why string, err error) {
	if l.refused != "" {
		return l.refused, nil
	}
	r, checked, err := l.open(ctx)
	if errors.Is(err, errAbsent) {
		return "the layer is not in the image's files", nil
	}
	if err != nil {
		return "", err
	}
	defer r.Close()
	s := &stored{r: r, size: -1}
	if l.digest != "" {
		s.size = l.size
		if !checked {
			if s.sum, err = l.digest.hasher(); err != nil {
				return "", err
			}
		}
	}
	in := bufio.NewReaderSize(s, 64<<10)
	trouble, err := i.unpack(in, s, l, left, read)
	if err != nil {
		return "", err
	}
	if err := drain(in, s); err != nil {
		return "", err
	}
	if s.size >= 0 && s.n != s.size {
		return "", fmt.Errorf("%w: promised %d bytes, and there are %d", ErrLie, s.size, s.n)
	}
	if s.sum != nil {
		if err := l.digest.fits(s.sum); err != nil {
			return "", err
		}
	}
	if trouble != nil {
		return trouble.Error(), nil
	}
	return "", nil
}

// drain reads what is left, so that all of it is checked. What is left after a bomb is not unpacked, and no more than was promised.
func drain(in io.Reader, s *stored) error {
	if s.err != nil {
		return s.err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	return s.err
}

// unpack reads the tar in a layer. Trouble is what is wrong with its content.
func (i *Image) unpack(in *bufio.Reader, s *stored, l *layer, left *int64, read func(*unpacked) error) (trouble, err error) {
	plain, form, err := decompress(in)
	if s.err != nil {
		return nil, s.err
	}
	if err != nil {
		return err, nil
	}
	defer plain.Close()
	u := &unpacked{r: plain, from: s, ratio: int64(i.options.Ratio), left: left}
	if form != formPlain || l.digest != l.diffID {
		if u.sum, err = l.diffID.hasher(); err != nil {
			return nil, err
		}
	}
	err = read(u)
	if err == nil {
		_, err = io.Copy(io.Discard, u) // what stands after the tar's end is part of the digest
		if err != nil {
			err = &contentError{err}
		}
	}
	var content *contentError
	switch {
	case s.err != nil:
		return nil, s.err
	case errors.Is(err, errBomb):
		return err, nil
	case errors.As(err, &content):
		trouble = fmt.Errorf("damaged: %s layer, after %d bytes: %w", form, u.n, content.err)
		if _, err := io.Copy(io.Discard, u); err != nil {
			return trouble, nil
		}
	case err != nil:
		return nil, err
	}
	if u.sum != nil {
		if err := l.diffID.fits(u.sum); err != nil {
			return nil, fmt.Errorf("unpacked: %w", err)
		}
	}
	return trouble, nil
}
