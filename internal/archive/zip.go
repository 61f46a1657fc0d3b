package archive

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

// Records of a zip file, by their names in APPNOTE 6.3.10.
const (
	localMagic   = "PK\x03\x04" // 4.3.7
	centralMagic = "PK\x01\x02" // 4.3.12
	endMagic     = "PK\x05\x06" // 4.3.16
	end64Magic   = "PK\x06\x06" // 4.3.14
	locatorMagic = "PK\x06\x07" // 4.3.15

	localLength   = 30
	centralLength = 46
	endLength     = 22
	locatorLength = 20
	end64Length   = 56
)

// Methods of compression, 4.4.5.
const (
	stored   = 0
	deflated = 8
	byBzip2  = 12
	byZstd   = 93
	byXz     = 95
)

// entry is a member of a zip as its header states it.
type entry struct {
	name      string
	method    uint16
	encrypted bool
	crc       uint32
	// packed and unpacked are lengths in bytes, start is where the packed bytes begin in the file.
	packed, unpacked, start int64
}

var (
	errEncrypted = errors.New("encrypted")
	errChecksum  = errors.New("the checksum does not fit")
	errDirectory = errors.New("damaged: its directory cannot be read, so its members were searched for")
)

// zip looks at the members that the directory at the end of the file names. Where that is damaged it searches for them.
func (w *walker) zip(path string, data []byte, depth int) {
	whole := w.guarded(nil, int64(len(data)), nil)
	dir, base, ok := directory(data)
	if !ok {
		w.refuse(path, errDirectory)
		w.search(path, data, whole, depth)
		return
	}
	w.list(path, data, dir, base, whole, depth)
}

// selfExtracting looks at a program with a zip behind it, or at a program that merely looks so.
func (w *walker) selfExtracting(path string, data []byte, depth int) {
	dir, base, ok := directory(data)
	first := bytes.Index(data, []byte(localMagic))
	if !ok || first < 0 {
		w.visit(path, data)
		return
	}
	w.visit(path, data[:first])
	w.list(path, data, dir, base, w.guarded(nil, int64(len(data)), nil), depth)
}

// list looks at the members that a directory names.
func (w *walker) list(path string, data, dir []byte, base int64, whole *guard, depth int) {
	for len(dir) >= centralLength && has(dir, centralMagic) && w.ready() {
		if whole.out > whole.allowed {
			w.refuse(path, bomb(fmt.Sprintf("its members together unpack to more than %d times its size", w.limits.Ratio)))
			return
		}
		e, length := central(dir)
		if length > len(dir) {
			break
		}
		dir = dir[length:]
		if strings.HasSuffix(e.name, "/") && e.packed == 0 {
			continue
		}
		name := path + "!/" + label(e.name)
		if err := e.locate(data, base); err != nil {
			w.refuse(name, damage(err))
			continue
		}
		w.unzip(name, data, e, whole, depth)
	}
	if len(dir) > 0 && !has(dir, "PK\x05\x05") && !w.over { // PK55 is a digital signature
		w.refuse(path, errors.New("damaged: its directory breaks off"))
	}
}

// unzip reads one member and tells how many packed bytes that took.
func (w *walker) unzip(name string, data []byte, e entry, whole *guard, depth int) (taken int64) {
	if e.encrypted {
		w.refuse(name, errEncrypted)
		return 0
	}
	packed := data[e.start : e.start+e.packed]
	in := bytes.NewReader(packed)
	r, err := w.method(e.method, in, packed)
	if err != nil {
		w.refuse(name, damage(err))
		return 0
	}
	checked := &checksum{r: w.guarded(r, e.packed, whole), want: e.crc, sum: crc32.NewIEEE(), skip: e.crc == 0}
	w.member(name, checked, e.unpacked, depth)
	taken = e.packed - int64(in.Len())
	if err := w.charge(taken); err != nil {
		w.refuse(name, err)
	}
	return taken
}

// method opens a member's packed bytes.
func (w *walker) method(method uint16, in *bytes.Reader, packed []byte) (io.Reader, error) {
	switch method {
	case stored:
		return in, nil
	case deflated:
		return w.inflate.open(in)
	case byBzip2:
		return bzip2.NewReader(in), w.remember(bzipMemory)
	case byXz:
		return &xzReader{w: w, in: in}, nil
	case byZstd:
		return w.zstd(in, packed)
	}
	return nil, fmt.Errorf("compression method %d is not known", method)
}

// checksum compares the CRC-32 of what is read at its end.
type checksum struct {
	r   io.Reader
	sum interface {
		io.Writer
		Sum32() uint32
	}
	want uint32
	skip bool
}

func (c *checksum) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.skip {
		return n, err
	}
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && c.sum.Sum32() != c.want {
		return n, errChecksum
	}
	return n, err
}

// directory finds the central directory. Base is by how much offsets are off, because something stands before the archive.
func directory(data []byte) (dir []byte, base int64, ok bool) {
	end := findEnd(data)
	if end < 0 {
		return nil, 0, false
	}
	record := data[end:]
	length, offset := int64(le32(record[12:])), int64(le32(record[16:]))
	stop := int64(end)
	if length == math.MaxUint32 || offset == math.MaxUint32 || le16(record[10:]) == math.MaxUint16 {
		if at, l, o, found := end64(data, end); found {
			stop, length, offset = at, l, o
		}
	}
	start := stop - length
	base = start - offset
	if length < 0 || start < 0 || base < 0 {
		return nil, 0, false
	}
	if length > 0 && !has(data[start:], centralMagic) {
		return nil, 0, false
	}
	if length == 0 && has(data, localMagic) {
		return nil, 0, false // it says that it is empty, and is not
	}
	return data[start:stop], base, true
}

// findEnd gives the offset of the end record, -1 if there is none: the last one whose comment fits in the file.
func findEnd(data []byte) int {
	floor := max(0, len(data)-endLength-math.MaxUint16)
	for at := len(data); ; {
		i := bytes.LastIndex(data[floor:at], []byte(endMagic))
		if i < 0 {
			return -1
		}
		i += floor
		if i+endLength <= len(data) && i+endLength+int(le16(data[i+20:])) <= len(data) {
			return i
		}
		at = i
	}
}

// end64 reads the end record of large archives.
func end64(data []byte, end int) (at, length, offset int64, ok bool) {
	locator := end - locatorLength
	if locator < 0 || !has(data[locator:], locatorMagic) {
		return 0, 0, 0, false
	}
	// What the locator says is off by what stands before the archive; without extensions the record is right before it.
	for _, at := range []uint64{le64(data[locator+8:]), uint64(max(locator-end64Length, 0))} {
		if at < uint64(locator) && int(at)+end64Length <= locator && has(data[at:], end64Magic) {
			length, offset := le64(data[at+40:]), le64(data[at+48:])
			if length <= at && offset <= at {
				return int64(at), int64(length), int64(offset), true
			}
		}
	}
	return 0, 0, 0, false
}

// central reads a header of the central directory and gives its length. The caller has checked the fixed part.
func central(h []byte) (e entry, length int) {
	name, extra, comment := int(le16(h[28:])), int(le16(h[30:])), int(le16(h[32:]))
	length = centralLength + name + extra + comment
	if length > len(h) {
		return e, length
	}
	e = entry{
		name:      string(h[centralLength : centralLength+name]),
		method:    le16(h[10:]),
		encrypted: le16(h[8:])&1 != 0,
		crc:       le32(h[16:]),
		packed:    int64(le32(h[20:])),
		unpacked:  int64(le32(h[24:])),
		start:     int64(le32(h[42:])),
	}
	e.extra64(h[centralLength+name : centralLength+name+extra])
	return e, length
}

// extra64 reads the lengths that do not fit in 32 bits (4.5.3): only those whose field is full stand there, in this order.
func (e *entry) extra64(extra []byte) {
	for len(extra) >= 4 {
		tag, n := le16(extra), int(le16(extra[2:]))
		if 4+n > len(extra) {
			return
		}
		field := extra[4 : 4+n]
		extra = extra[4+n:]
		if tag != 1 {
			continue
		}
		for _, value := range []*int64{&e.unpacked, &e.packed, &e.start} {
			if *value == math.MaxUint32 && len(field) >= 8 {
				*value = int64(le64(field))
				field = field[8:]
			}
		}
	}
}

// locate turns the offset of the local header into that of the packed bytes and checks that they lie in the file.
func (e *entry) locate(data []byte, base int64) error {
	at, n := e.start+base, int64(len(data))
	if e.start < 0 || e.packed < 0 || e.unpacked < 0 || at < 0 || at > n-localLength || !has(data[at:], localMagic) {
		return errors.New("its header is not where the directory says")
	}
	e.start = at + localLength + int64(le16(data[at+26:])) + int64(le16(data[at+28:]))
	if e.start > n || e.packed > n-e.start {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func le64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
