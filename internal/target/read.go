package target

import (
	"errors"
	"io/fs"
	"time"
)

// stamp is by what a change of a file is noticed.
type stamp struct {
	size       int64
	changed    time.Time
	executable bool
}

func (s stamp) same(o stamp) bool { return s.size == o.size && s.changed.Equal(o.changed) }

var (
	errTooBig  = errors.New("too big")
	errChanged = errors.New("it changed while it was read")
)

// keptBuffer is the largest buffer a reader keeps for the next file, in bytes.
const keptBuffer = 4 << 20

// reader reads files into one buffer that it keeps.
type reader struct {
	buffer []byte
	limit  int64
}

// read gives the content of a plain file, valid until the next read. Where the entry is something else by now, kind says what.
// A file that changes while it is read is read once more; if it changes again, what was read comes with errChanged.
func (r *reader) read(f *folder, name string) (data []byte, executable bool, kind fs.FileMode, err error) {
	for range 2 {
		if data, executable, kind, err = r.readOnce(f, name); !errors.Is(err, errChanged) {
			break
		}
	}
	return data, executable, kind, err
}

func (r *reader) readOnce(f *folder, name string) (data []byte, executable bool, kind fs.FileMode, err error) {
	file, was, kind, err := f.openFile(name)
	if err != nil || kind != 0 {
		return nil, false, kind, err
	}
	defer file.close()
	data, err = content(r, file, was)
	return data, was.executable, 0, err
}

// plainFile is an open file.
type plainFile interface {
	stat() (stamp, fs.FileMode, error)
	read(p []byte) (int, error)
}

// content reads all of a file and tells with errChanged if the file changed meanwhile.
func content[F plainFile](r *reader, file F, was stamp) ([]byte, error) {
	if was.size > r.limit {
		return nil, errTooBig
	}
	data, err := fill(r, file, was.size)
	if err != nil {
		return nil, err
	}
	// A file of size 0 that holds something is one the kernel makes up; its size and time mean nothing.
	if is, _, err := file.stat(); was.size > 0 && (err != nil || !is.same(was)) {
		return data, errChanged
	}
	return data, nil
}

// fill reads to the end of the file, whatever its size was said to be, but never more than the limit.
func fill[F plainFile](r *reader, file F, size int64) ([]byte, error) {
	if cap(r.buffer) > keptBuffer && size < keptBuffer {
		r.buffer = nil
	}
	if int64(cap(r.buffer)) <= size {
		r.buffer = make([]byte, max(size+1, 64<<10)) // one more, to see the end without another round
	}
	n := 0
	for {
		if n == cap(r.buffer) {
			if int64(n) > r.limit {
				return nil, errTooBig
			}
			bigger := make([]byte, min(2*int64(n), r.limit+1))
			copy(bigger, r.buffer[:n])
			r.buffer = bigger
		}
		m, err := file.read(r.buffer[n:cap(r.buffer)])
		if err != nil {
			return nil, err
		}
		if m == 0 {
			break
		}
		n += m
	}
	if int64(n) > r.limit {
		return nil, errTooBig
	}
	return r.buffer[:n], nil
}
