package register

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/s2"
)

// inMemory is how many bytes of a report wait in memory; what is more waits in a file.
const inMemory = 8 << 20

// spool keeps the entries of a report in their order until all of them are there: in memory, and from some size on in a file that is gone from the
// folder as soon as it is open. It holds no secret, as entries do not.
type spool struct {
	dir   string
	held  []entry
	bytes int
	count int

	file *os.File
	pack *s2.Writer
	buf  *bufio.Writer
	code codec
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
	return e.write(s.buf, &s.code)
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
	s.pack = s2.NewWriter(file, s2.WriterConcurrency(1), s2.WriterBlockSize(256<<10))
	s.buf = bufio.NewWriterSize(s.pack, 64<<10)
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

// each visits the entries in the order in which they came, but for those that may be passed over. It may be called several times.
func (s *spool) each(pass func(n int) bool, visit func(e *entry) error) error {
	for n := range s.held {
		if pass(n) {
			continue
		}
		s.held[n].n = n
		if err := visit(&s.held[n]); err != nil {
			return err
		}
	}
	last := s.count - 1
	for last >= len(s.held) && pass(last) {
		last--
	}
	if last < len(s.held) {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in, buf := bufio.NewReaderSize(s2.NewReader(s.file, s2.ReaderMaxBlockSize(256<<10)), 64<<10), []byte(nil)
	for n := len(s.held); n <= last; n++ {
		var e entry
		var err error
		skip := pass(n)
		if buf, err = e.read(in, buf, skip); err != nil {
			return fmt.Errorf("read back a long report: %w", err)
		}
		if skip {
			continue
		}
		e.n = n
		if err := visit(&e); err != nil {
			return err
		}
	}
	return nil
}

// close gives the file back.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
	}
}
