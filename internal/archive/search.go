package archive

import (
	"bytes"
	"strings"
)

// search looks at the members of a zip without a directory: it goes from local header to local header.
func (w *walker) search(path string, data []byte, whole *guard, depth int) {
	at := 0
	for {
		i := bytes.Index(data[at:], []byte(localMagic))
		if i < 0 || len(data)-at-i < localLength || !w.ready() {
			return
		}
		at += i
		e, ok := local(data, int64(at))
		if !ok {
			at += len(localMagic)
			continue
		}
		at = int(e.start)
		if strings.HasSuffix(e.name, "/") && e.packed == 0 {
			continue
		}
		at += int(w.unzip(path+"!/"+label(e.name), data, e, whole, depth))
	}
}

// local reads a local header. Where the lengths follow the content (4.3.9), or are longer than the file, the content is taken
// to reach to the end of the file: the decompressor knows where it really ends.
func local(data []byte, at int64) (e entry, ok bool) {
	h := data[at:]
	flags, name, extra := le16(h[6:]), int64(le16(h[26:])), int64(le16(h[28:]))
	rest := int64(len(h)) - localLength - name - extra
	if rest < 0 {
		return e, false
	}
	e = entry{
		name:      string(h[localLength : localLength+name]),
		method:    le16(h[8:]),
		encrypted: flags&1 != 0,
		crc:       le32(h[14:]),
		packed:    int64(le32(h[18:])),
		unpacked:  int64(le32(h[22:])),
		start:     at + localLength + name + extra,
	}
	e.extra64(h[localLength+name : localLength+name+extra])
	if flags&8 != 0 && e.packed == 0 || e.packed < 0 || e.packed > rest {
		e.packed, e.unpacked, e.crc = rest, 0, 0
		if e.method == stored {
			e.packed = storedLength(data[e.start:])
		}
	}
	return e, true
}

// storedLength guesses how long a stored content of unknown length is: to the next record of any kind.
func storedLength(data []byte) int64 {
	for at := 0; ; at += 2 {
		i := bytes.Index(data[at:], []byte("PK"))
		if i < 0 {
			return int64(len(data))
		}
		at += i
		if next := data[at:]; has(next, "PK\x07\x08") || has(next, localMagic) || has(next, centralMagic) {
			return int64(at)
		}
	}
}
