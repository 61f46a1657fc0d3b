package git

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	// spoolMost is the largest object that is put in a temporary file, spoolTotal the most that all of them may hold.
	// Git itself makes no deltas of files over 512 MiB (core.bigFileThreshold).
	spoolMost, spoolTotal = 1 << 30, 4 << 30
)

var errSpool = fmt.Errorf("%w to be rebuilt from its delta", ErrTooLarge)

// spool is a content in a temporary file without a name: of a delta base that is too large to be held in memory.
type spool struct {
	file  *os.File
	size  int64
	store *Objects
}

// newSpool makes a spool for size bytes.
func (o *Objects) newSpool(size int64) (*spool, error) {
	if size > spoolMost || o.spooled.Add(size) > spoolTotal {
		if size <= spoolMost {
			o.spooled.Add(-size)
		}
		return nil, errSpool
	}
	f, err := os.CreateTemp("", "reeve-object-")
	if err != nil {
		o.spooled.Add(-size)
		return nil, fmt.Errorf("hold a large delta base: %w", err)
	}
	// Where the system allows it the file loses its name at once, and so goes away with the process whatever happens.
	_ = os.Remove(f.Name())
	return &spool{file: f, size: size, store: o}, nil
}

// close gives the file up.
func (s *spool) close() {
	s.store.spooled.Add(-s.size)
	s.file.Close()
	_ = os.Remove(s.file.Name())
}

// copyFrom fills the spool from a reader of exactly its size.
func (s *spool) copyFrom(r io.Reader) error {
	n, err := io.Copy(s.file, r)
	if err == nil && n != s.size {
		err = fmt.Errorf("%w: content is cut off", ErrCorrupt)
	}
	return err
}

// reader returns a new reader of the content.
func (s *spool) reader() io.Reader { return io.NewSectionReader(s.file, 0, s.size) }

// applyStream writes what a delta makes of base to out. Only the instructions are read here, one by one, so that
// neither base, delta nor result is held in memory.
func applyStream(out io.Writer, base io.ReaderAt, baseSize int64, delta io.Reader, limit int64) (size int64, err error) {
	in := bufio.NewReaderSize(delta, 32<<10)
	want, err := streamSize(in)
	if err != nil {
		return 0, err
	}
	size, err = streamSize(in)
	switch {
	case err != nil:
		return 0, err
	case want != baseSize:
		return 0, errBase
	case size > limit:
		return 0, errSpool
	}
	done := int64(0)
	for {
		op, err := in.ReadByte()
		if err == io.EOF && done == size {
			return size, nil
		}
		if err != nil {
			return 0, errors.Join(errResult, noEOF(err))
		}
		from, n, err := streamCopy(in, op)
		switch {
		case err != nil:
			return 0, err
		case n > size-done || op == 0:
			return 0, errInsert
		case op < 0x80:
			_, err = io.CopyN(out, in, n)
		case from > baseSize-n:
			return 0, errCopy
		default:
			_, err = io.Copy(out, io.NewSectionReader(base, from, n))
		}
		if err != nil {
			return 0, noEOF(err)
		}
		done += n
	}
}

// streamCopy reads the rest of an instruction: where it copies from, if it does, and how many bytes it makes.
func streamCopy(in *bufio.Reader, op byte) (from, n int64, err error) {
	if op < 0x80 {
		return 0, int64(op), nil
	}
	args := [16]byte{op}
	for i, bit := 1, byte(1); bit < 0x80; bit <<= 1 {
		if op&bit != 0 {
			if args[i], err = in.ReadByte(); err != nil {
				return 0, 0, noEOF(err)
			}
			i++
		}
	}
	f, m, _ := copyArgs(op, args[:], 1)
	return int64(f), int64(m), nil
}

// streamSize reads one of the two sizes a delta begins with.
func streamSize(in *bufio.Reader) (int64, error) {
	var p [10]byte
	for i := range p {
		c, err := in.ReadByte()
		if err != nil {
			return 0, noEOF(err)
		}
		if p[i] = c; c < 0x80 {
			size, _, ok := deltaSize(p[:i+1])
			if !ok || size > 1<<62 {
				break
			}
			return int64(size), nil
		}
	}
	return 0, fmt.Errorf("%w: delta header", ErrCorrupt)
}
