package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// xzMagic begins an xz stream (The .xz File Format 1.2.1, section 2.1.1.1).
const xzMagic = "\xfd7zXZ\x00"

// xzReader reads the container of xz files; the content of its blocks is the library's to unpack. The library's own
// container reader takes as much memory as each block's header asks for, up to 4 GiB, so the headers are read here.
type xzReader struct {
	w  *walker
	in *bytes.Reader
	// block is the block being unpacked, nil between blocks; began is where its packed bytes begin, counted from the end.
	block io.Reader
	began int
	// check is the length of the checksum after each block, sum computes it (nil where it is of a kind not known here).
	check  int
	sum    hash.Hash
	inside bool // of a stream
}

var (
	errXz         = errors.New("malformed xz header")
	errXzFilter   = errors.New("xz filter is not known")
	errXzChecksum = errors.New("xz checksum does not fit")
)

// Read unpacks block after block, stream after stream.
func (x *xzReader) Read(p []byte) (int, error) {
	for {
		if x.block == nil {
			if err := x.next(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := x.block.Read(p)
		if x.sum != nil {
			x.sum.Write(p[:n])
		}
		if errors.Is(err, io.EOF) {
			err = x.endBlock()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next goes to the next block; io.EOF after the last.
func (x *xzReader) next() error {
	if !x.inside {
		return x.openStream()
	}
	length, err := x.in.ReadByte()
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if length == 0 {
		return x.endStream()
	}
	header := make([]byte, 4*(int(length)+1))
	header[0] = length
	if _, err := io.ReadFull(x.in, header[1:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	dictionary, err := blockDictionary(header)
	if err != nil {
		return err
	}
	if dictionary > maxWindow {
		return bomb(fmt.Sprintf("its unpacker would need %s of memory", size(dictionary)))
	}
	// More than what may come out at all need not be remembered.
	need := min(dictionary, max(freely, int64(x.in.Len())*int64(x.w.limits.Ratio)))
	if err := x.w.remember(need); err != nil {
		return err
	}
	x.began = x.in.Len()
	x.block, err = lzma.Reader2Config{DictCap: int(max(need, lzma.MinDictCap))}.NewReader2(x.in)
	return err
}

// openStream reads a stream's header, and the padding before it where another stream came before (2.2).
func (x *xzReader) openStream() error {
	var head [12]byte
	for {
		if _, err := io.ReadFull(x.in, head[:4]); errors.Is(err, io.EOF) {
			return io.EOF
		} else if err != nil {
			return errXz
		}
		if head[0] != 0 {
			break
		}
	}
	if _, err := io.ReadFull(x.in, head[4:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	if string(head[:6]) != xzMagic || head[6] != 0 || head[7] > 15 || crc32.ChecksumIEEE(head[6:8]) != binary.LittleEndian.Uint32(head[8:]) {
		return errXz
	}
	x.inside = true
	x.check, x.sum = checkOf(head[7])
	return nil
}

// checkOf gives the length of a kind of checksum (2.1.1.2) and what computes it.
func checkOf(kind byte) (length int, sum hash.Hash) {
	switch kind {
	case 1:
		return 4, crc32.NewIEEE()
	case 4:
		return 8, crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		return 32, sha256.New()
	}
	return [16]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[kind], nil
}

// blockDictionary reads a block header (3.1) and gives the length of the dictionary its only filter, LZMA2, asks for.
func blockDictionary(h []byte) (int64, error) {
	body := h[:len(h)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(h[len(h)-4:]) {
		return 0, errXz
	}
	flags, rest := h[1], bytes.NewReader(body[2:])
	for _, present := range []byte{0x40, 0x80} { // packed and unpacked length
		if flags&present != 0 {
			if _, err := binary.ReadUvarint(rest); err != nil {
				return 0, errXz
			}
		}
	}
	var filter [3]byte // LZMA2, with one byte of properties
	if _, err := io.ReadFull(rest, filter[:]); err != nil {
		return 0, errXz
	}
	if flags&3 != 0 || filter[0] != 0x21 || filter[1] != 1 {
		return 0, errXzFilter
	}
	bits := filter[2]
	switch {
	case bits > 40:
		return 0, errXz
	case bits == 40:
		return 1<<32 - 1, nil
	}
	return int64(2|bits&1) << (bits/2 + 11), nil // 5.3.1
}

// endBlock passes over a block's padding and compares its checksum.
func (x *xzReader) endBlock() error {
	packed := x.began - x.in.Len()
	x.block = nil
	tail := make([]byte, (4-packed%4)%4+x.check)
	if _, err := io.ReadFull(x.in, tail); err != nil {
		return io.ErrUnexpectedEOF
	}
	if x.sum == nil {
		return nil
	}
	got := x.sum.Sum(nil)
	x.sum.Reset()
	if x.check <= 8 { // xz writes numbers with the least byte first
		for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
			got[i], got[j] = got[j], got[i]
		}
	}
	if !bytes.Equal(got, tail[len(tail)-x.check:]) {
		return errXzChecksum
	}
	return nil
}

// endStream passes over the index (4) and the footer. Both only repeat what was read.
func (x *xzReader) endStream() error {
	began := x.in.Len() + 1
	records, err := binary.ReadUvarint(x.in)
	if err != nil || records > uint64(x.in.Len()) {
		return errXz
	}
	for range 2 * records {
		if _, err := binary.ReadUvarint(x.in); err != nil {
			return errXz
		}
	}
	padding := (4 - (began-x.in.Len())%4) % 4
	if _, err := io.CopyN(io.Discard, x.in, int64(padding)+4+12); err != nil {
		return io.ErrUnexpectedEOF
	}
	x.inside = false
	return nil
}
