package git

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
	"github.com/reevehq/reeve/internal/inflate"
)

// unpacker inflates what is packed. It is used by one goroutine at a time.
type unpacker struct {
	window window
	dec    inflate.Decoder
}

// packedMost is how many bytes an honest packer needs at most for a content of the given size.
func packedMost(size int) int { return size + size/512 + 64 }

// entry reads the header of the object at offset.
func (u *unpacker) entry(p *pack, offset int64) (entry, error) {
	head, err := u.window.at(p, offset, entryMost)
	if err != nil {
		return entry{}, err
	}
	return parseEntry(head, offset, p.hash)
}

// entryOf reads the header of an object that takes length bytes in the pack. It makes sure that those are read together
// with the header.
func (u *unpacker) entryOf(p *pack, offset, length int64) (entry, error) {
	head, err := u.window.at(p, offset, int(max(entryMost, min(length+inflate.Slack, paneMost))))
	if err != nil {
		return entry{}, err
	}
	return parseEntry(head, offset, p.hash)
}

// start begins to inflate into dst what is packed at offset in about n bytes.
func (u *unpacker) start(p *pack, offset int64, n int, dst []byte) error {
	src, err := u.window.at(p, offset, min(n, packedMost(len(dst)))+inflate.Slack)
	if err != nil {
		return err
	}
	u.dec.Reset(dst, src)
	return nil
}

// fill inflates all of dst from what is packed at offset, in about n bytes. The size was checked by the caller.
func (u *unpacker) fill(p *pack, offset int64, n int, dst []byte) error {
	if err := u.start(p, offset, n, dst); err != nil {
		return err
	}
	return u.rest(p, offset, dst)
}

// rest goes on after start. A stream that is longer than expected (a wasteful packer, a wrong index) is read again, slowly.
func (u *unpacker) rest(p *pack, offset int64, dst []byte) error {
	err := u.dec.All()
	if errors.Is(err, inflate.ErrShort) {
		err = u.slowly(p, offset, dst)
	}
	if err != nil {
		return fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
	return nil
}

// slowly inflates dst from a stream of any length.
func (u *unpacker) slowly(p *pack, offset int64, dst []byte) error {
	r, err := streamPacked(p, offset, uint64(len(dst)))
	if err != nil {
		return err
	}
	defer r.Close()
	if _, err := io.ReadFull(r, dst); err != nil {
		return err
	}
	return r.finish()
}

// contentReader reads the content of one object from a zlib stream: exactly as many bytes as the object's header says.
type contentReader struct {
	zlib  io.ReadCloser
	left  int64
	err   error // what was wrong with the stream, if that ended it
	close func() error
}

// streamPacked returns a reader of what is packed at offset.
func streamPacked(p *pack, offset int64, size uint64) (*contentReader, error) {
	section := io.NewSectionReader(p.file, offset, p.size-offset)
	z, err := zlib.NewReader(bufio.NewReaderSize(section, 32<<10))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
	return &contentReader{zlib: z, left: int64(size)}, nil
}

// Read reads content. After the last byte the stream's end and checksum are checked before io.EOF is returned.
func (c *contentReader) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if c.left <= 0 {
		if err := c.finish(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	n, err := c.zlib.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if err == io.EOF && c.left == 0 {
		err = nil
	}
	if err != nil {
		c.err = fmt.Errorf("%w: %v", ErrCorrupt, noEOF(err))
	}
	return n, c.err
}

// finish checks that the stream ends here and its checksum holds.
func (c *contentReader) finish() error {
	var one [1]byte
	n, err := c.zlib.Read(one[:])
	if n == 0 && err == nil {
		n, err = c.zlib.Read(one[:])
	}
	if n != 0 || err != io.EOF {
		c.err = fmt.Errorf("%w: content does not end where it should", ErrCorrupt)
	}
	return c.err
}

// Close closes the stream and the file under it, if that is its own.
func (c *contentReader) Close() error {
	c.zlib.Close()
	if c.close != nil {
		return c.close()
	}
	return nil
}

// noEOF keeps the end of a stream that came too early from looking like a proper end.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
