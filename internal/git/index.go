package git

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// index is a pack's .idx file, version 1 or 2 (gitformat-pack(5)): the ids of its objects, sorted, with their offsets.
// A rank is the place of an id in that order.
type index struct {
	source     mapping
	hash       int
	n          int // objects
	fanout     []byte
	names      []byte // first id, of n that stand nameStep bytes apart
	namesAt    int64  // where they stand in the file
	nameStep   int
	offsets    []byte // first offset, of n that stand offsetStep bytes apart
	offsetStep int
	large      []byte // offsets of 64 bits (version 2)
	checksum   ID     // trailer of the pack the index was made for
}

// mapping is the content of a file: in memory, or mapped where file is not nil.
type mapping struct {
	data []byte
	file *os.File
}

var (
	indexMagic = []byte{0xff, 't', 'O', 'c'}
	errIndex   = errors.New("pack index is damaged")
)

const fanoutSize = 256 * 4

// openIndex reads the index file at path, or maps it into memory where it has at least mapFrom bytes.
func openIndex(path string, hash int, mapFrom int64) (*index, error) {
	source, err := load(path, mapFrom)
	if err != nil {
		return nil, err
	}
	x, err := parseIndex(source.data, hash)
	if err != nil {
		source.close()
		return nil, err
	}
	x.source = source
	return x, nil
}

// mapIndexFrom is the size from which an index is mapped instead of read: below, a copy is cheap and safe.
const mapIndexFrom = 64 << 20

// load reads or maps a file.
func load(path string, mapFrom int64) (mapping, error) {
	info, err := os.Stat(path)
	if err != nil {
		return mapping{}, err
	}
	if info.Size() >= mapFrom {
		if m, err := mapFile(path, info.Size()); err == nil {
			return m, nil
		}
	}
	data, err := os.ReadFile(path)
	return mapping{data: data}, err
}

// parseIndex checks the outline of an index; the entries are checked where they are used.
func parseIndex(data []byte, hash int) (*index, error) {
	x := &index{hash: hash}
	version2 := bytes.HasPrefix(data, indexMagic)
	if version2 {
		if len(data) < 8 || binary.BigEndian.Uint32(data[4:]) != 2 {
			return nil, fmt.Errorf("%w: unknown version", errIndex)
		}
		data, x.namesAt = data[8:], 8
	}
	if len(data) < fanoutSize+2*hash {
		return nil, fmt.Errorf("%w: cut off", errIndex)
	}
	x.fanout = data[:fanoutSize]
	x.namesAt += fanoutSize
	if err := x.count(); err != nil {
		return nil, err
	}
	body, trailer := data[fanoutSize:len(data)-2*hash], data[len(data)-2*hash:]
	x.checksum = MakeID(trailer[:hash])
	if version2 {
		return x, x.layout2(body)
	}
	return x, x.layout1(body)
}

// count checks the fan-out table and takes the number of objects from it.
func (x *index) count() error {
	last := uint32(0)
	for i := 0; i < fanoutSize; i += 4 {
		v := binary.BigEndian.Uint32(x.fanout[i:])
		if v < last {
			return fmt.Errorf("%w: fan-out table is not sorted", errIndex)
		}
		last = v
	}
	if last > 1<<31-2 {
		return fmt.Errorf("%w: too many objects", errIndex)
	}
	x.n = int(last)
	return nil
}

func (x *index) layout1(body []byte) error {
	x.nameStep, x.offsetStep = x.hash+4, x.hash+4
	if len(body) != x.n*x.nameStep {
		return fmt.Errorf("%w: wrong size for %d objects", errIndex, x.n)
	}
	if x.n > 0 {
		x.offsets, x.names = body, body[4:]
		x.namesAt += 4
	}
	return nil
}

func (x *index) layout2(body []byte) error {
	x.nameStep, x.offsetStep = x.hash, 4
	if len(body) < x.n*(x.hash+8) || (len(body)-x.n*(x.hash+8))%8 != 0 {
		return fmt.Errorf("%w: wrong size for %d objects", errIndex, x.n)
	}
	x.names, body = body[:x.n*x.hash], body[x.n*x.hash:]
	body = body[x.n*4:] // checksums of the packed bytes
	x.offsets, x.large = body[:x.n*4], body[x.n*4:]
	return nil
}

// close gives the memory back.
func (x *index) close() {
	x.source.close()
	*x = index{}
}

// name returns the raw id at a rank.
func (x *index) name(rank int) []byte {
	at := rank * x.nameStep
	return x.names[at : at+x.hash]
}

// id returns the id at a rank. Those of a mapped index are read through buf: a walk wants them in no order, and touching
// them where they are would make all of a large index resident.
func (x *index) id(rank int, buf *[sha256Size]byte) ID {
	if x.source.file == nil {
		return MakeID(x.name(rank))
	}
	raw := buf[:x.hash]
	if _, err := x.source.file.ReadAt(raw, x.namesAt+int64(rank)*int64(x.nameStep)); err != nil {
		return MakeID(x.name(rank))
	}
	return MakeID(raw)
}

// offset returns where the object at a rank starts in the pack; -1 when the index points nowhere.
func (x *index) offset(rank int) int64 {
	v := binary.BigEndian.Uint32(x.offsets[rank*x.offsetStep:])
	if v < 1<<31 || x.offsetStep != 4 {
		return int64(v)
	}
	at := int(v&(1<<31-1)) * 8
	if at+8 > len(x.large) {
		return -1
	}
	return int64(binary.BigEndian.Uint64(x.large[at:]) & (1<<63 - 1))
}

// find returns the rank of an id.
func (x *index) find(id []byte) (rank int, ok bool) {
	if len(id) != x.hash || x.n == 0 {
		return 0, false
	}
	low, high := 0, int(binary.BigEndian.Uint32(x.fanout[int(id[0])*4:]))
	if id[0] > 0 {
		low = int(binary.BigEndian.Uint32(x.fanout[int(id[0])*4-4:]))
	}
	for low < high {
		mid := int(uint(low+high) / 2)
		switch bytes.Compare(x.name(mid), id) {
		case 0:
			return mid, true
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, false
}

// byOffset returns all ranks in the order of their offsets: a radix sort, sixteen bits at a time. spare is the other slice
// it needed, as long, for the caller to use: memory counts where there are millions of objects.
func (x *index) byOffset() (ranks, spare []uint32) {
	ranks, spare = make([]uint32, x.n), make([]uint32, x.n)
	most := int64(0)
	for rank := range ranks {
		ranks[rank] = uint32(rank)
		most = max(most, x.offset(rank))
	}
	counts := make([]uint32, 1<<16)
	for shift := 0; shift < 64 && uint64(most)>>shift > 0; shift += 16 {
		clear(counts)
		for _, rank := range ranks {
			counts[uint64(x.offset(int(rank)))>>shift&0xffff]++
		}
		sum := uint32(0)
		for i, c := range counts {
			counts[i] = sum
			sum += c
		}
		for _, rank := range ranks {
			digit := uint64(x.offset(int(rank))) >> shift & 0xffff
			spare[counts[digit]] = rank
			counts[digit]++
		}
		ranks, spare = spare, ranks
	}
	return ranks, spare
}
