package register

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// inMemory is how many bytes of a report wait in memory; what is more waits in a file.
const inMemory = 24 << 20

// spool keeps the entries of a report in their order until all of them are there: in memory, and from some size on in a file that is gone from the
// folder as soon as it is open. It holds no secret, as entries do not.
type spool struct {
	dir   string
	held  []entry
	bytes int
	count int

	file *os.File
	pack *zstd.Encoder
	buf  *bufio.Writer
	enc  *gob.Encoder
}

// add takes one entry.
func (s *spool) add(e entry) error {
	s.count++
	if s.file == nil {
		s.held = append(s.held, e)
		if s.bytes += len(e.Doc) + 600; s.bytes > inMemory {
			return s.spill()
		}
		return nil
	}
	return s.enc.Encode(&e)
}

// spill opens the file. What is held stays in memory.
func (s *spool) spill() error {
	file, err := os.CreateTemp(s.dir, "reeve-import-*")
	if err != nil {
		return fmt.Errorf("keep a long report: %w", err)
	}
	s.file = file
	if err := os.Remove(file.Name()); err != nil {
		return errors.Join(fmt.Errorf("keep a long report: %w", err), file.Close())
	}
	if s.pack, err = zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20)); err != nil {
		return err
	}
	s.buf = bufio.NewWriterSize(s.pack, 1<<18)
	s.enc = gob.NewEncoder(s.buf)
	return nil
}

// done ends the writing.
func (s *spool) done() error {
	if s.file == nil {
		return nil
	}
	if err := errors.Join(s.buf.Flush(), s.pack.Close()); err != nil {
		return fmt.Errorf("keep a long report: %w", err)
	}
	return nil
}

// each visits all entries in the order in which they came, with their numbers. It may be called several times.
func (s *spool) each(visit func(n int, e *entry) error) error {
	for n := range s.held {
		if err := visit(n, &s.held[n]); err != nil {
			return err
		}
	}
	if s.file == nil {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	unpack, err := zstd.NewReader(s.file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return err
	}
	defer unpack.Close()
	dec := gob.NewDecoder(bufio.NewReaderSize(unpack, 1<<18))
	for n := len(s.held); n < s.count; n++ {
		var e entry
		if err := dec.Decode(&e); err != nil {
			return fmt.Errorf("read back a long report: %w", err)
		}
		if err := visit(n, &e); err != nil {
			return err
		}
	}
	return nil
}

// close gives the file back.
func (s *spool) close() {
	if s.pack != nil {
		_ = s.pack.Close() // ends its goroutine; a second close does nothing
	}
	if s.file != nil {
		_ = s.file.Close()
	}
}
