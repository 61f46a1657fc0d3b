package git

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/klauspost/compress/zlib"
	"github.com/reevehq/reeve/internal/inflate"
)

// looseObject is an object in a file of its own.
type looseObject struct {
	id  ID
	dir string // the object directory
}

// path returns the object's file.
func (l looseObject) path() string {
	name := l.id.String()
	return filepath.Join(l.dir, name[:2], name[2:])
}

// looseMost bounds how many loose objects are listed; git repacks from a few thousand on.
const looseMost = 4 << 20

// listLoose adds the loose objects of an object directory. Files that are not named like objects are git's own.
func (o *Objects) listLoose(dir string) {
	for i := range 256 {
		prefix := fmt.Sprintf("%02x", i)
		names, err := os.ReadDir(filepath.Join(dir, prefix))
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				o.problems = append(o.problems, Problem{Why: "loose objects cannot be listed: " + plain(err)})
			}
			continue
		}
		for _, name := range names {
			id, err := ParseID(prefix + name.Name())
			if err != nil || int(id.n) != o.hash {
				continue
			}
			if len(o.loose) >= looseMost {
				o.problems = append(o.problems, Problem{ID: id, Why: "too many loose objects: this and the next are left out"})
				return
			}
			o.loose = append(o.loose, looseObject{id, dir})
		}
	}
}

// looseHeader is what a loose object's content begins with: its kind, a space, its size, and a zero byte.
type looseHeader struct {
	kind   Kind
	size   uint64
	length int // of the header itself
}

// looseHeaderMost is the longest header.
const looseHeaderMost = 32

// parseLooseHeader reads the header off inflated bytes.
func parseLooseHeader(p []byte) (h looseHeader, err error) {
	bad := fmt.Errorf("%w: object header", ErrCorrupt)
	end := bytes.IndexByte(p[:min(len(p), looseHeaderMost)], 0)
	if end < 0 {
		return h, bad
	}
	word, size, ok := bytes.Cut(p[:end], []byte{' '})
	if !ok {
		return h, bad
	}
	h.kind, h.length = parseKind(word), end+1
	h.size, err = strconv.ParseUint(string(size), 10, 62)
	if h.kind == 0 || err != nil {
		return h, bad
	}
	return h, nil
}

// inflateMost is how many bytes one compressed byte can become at most (RFC 1951: 258 bytes in two bits).
const inflateMost = 1032

// readLoose reads the start of a loose object's file, up to most bytes of it, and its header.
// The file's bytes are put into buf, which grows as needed and has room for the inflater.
func readLoose(l looseObject, dec *inflate.Decoder, buf []byte, most int64) (h looseHeader, src []byte, err error) {
	f, err := os.Open(l.path())
	if err != nil {
		return h, buf, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return h, buf, err
	}
	if !info.Mode().IsRegular() {
		return h, buf, fmt.Errorf("%w: not a file", ErrCorrupt)
	}
	size := int(min(info.Size(), most))
	if cap(buf) < size+inflate.Slack {
		buf = make([]byte, size+inflate.Slack)
	}
	n, err := io.ReadFull(f, buf[:size])
	if err != nil {
		return h, buf, fmt.Errorf("read loose object: %w", err)
	}
	src = buf[:n]
	var head [2 * looseHeaderMost]byte
	h, err = parseLooseHeader(head[:dec.Head(head[:], src)])
	if err == nil && h.size > uint64(info.Size())*inflateMost {
		err = fmt.Errorf("%w: object says it is larger than it can be", ErrCorrupt)
	}
	return h, src, err
}

// streamLoose returns a reader of a loose object's content.
func streamLoose(l looseObject, h looseHeader) (*contentReader, error) {
	f, err := os.Open(l.path())
	if err != nil {
		return nil, err
	}
	z, err := zlib.NewReader(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, z, int64(h.length)); err != nil {
		f.Close()
		return nil, err
	}
	return &contentReader{zlib: z, left: int64(h.size), close: f.Close}, nil
}
