package feed

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"sync"
)

// kept is a file of records that were fetched one by one, so that what is there need not be fetched again when a run ends early:
//
//	for each: CRC-32C of what follows (4) · lengths of id, time and content (each a varint) · id · time · content
//
// What is behind the first entry that makes no sense is cut off.
type kept struct {
	mu   sync.Mutex
	f    *os.File
	size int64
	have map[listed]bool
}

const maxKept = 4 << 30 // bytes

func openKept(path string) (*kept, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	k := &kept{f: f, have: map[listed]bool{}}
	in := bufio.NewReaderSize(f, 256<<10)
	for {
		l, _, n, err := readKept(in)
		if err != nil {
			break
		}
		k.have[l] = true
		k.size += n
	}
	if err := errors.Join(f.Truncate(k.size), seek(f, k.size)); err != nil {
		f.Close()
		return nil, err
	}
	return k, nil
}

func seek(f *os.File, at int64) error {
	_, err := f.Seek(at, io.SeekStart)
	return err
}

// readKept reads one entry, and tells how long it is.
func readKept(in *bufio.Reader) (l listed, data []byte, n int64, err error) {
	sum := make([]byte, 4)
	if _, err := io.ReadFull(in, sum); err != nil {
		return l, nil, 0, err
	}
	var head []byte
	var lengths [3]uint64
	for i, most := range [3]uint64{512, 64, maxRecordSize} {
		if lengths[i], err = binary.ReadUvarint(in); err != nil || lengths[i] > most {
			return l, nil, 0, errors.New("the entry makes no sense")
		}
		head = binary.AppendUvarint(head, lengths[i])
	}
	all := make([]byte, lengths[0]+lengths[1]+lengths[2])
	if _, err := io.ReadFull(in, all); err != nil {
		return l, nil, 0, err
	}
	table := crc32.MakeTable(crc32.Castagnoli)
	if crc32.Update(crc32.Checksum(head, table), table, all) != binary.LittleEndian.Uint32(sum) {
		return l, nil, 0, errors.New("the entry is damaged")
	}
	l = listed{id: string(all[:lengths[0]]), at: string(all[lengths[0] : lengths[0]+lengths[1]])}
	return l, all[lengths[0]+lengths[1]:], int64(4 + len(head) + len(all)), nil
}

// holds tells whether a record is there.
func (k *kept) holds(l listed) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.have[l]
}

// add appends a record.
func (k *kept) add(l listed, data []byte) error {
	var b []byte
	for _, n := range []int{len(l.id), len(l.at), len(data)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = append(append(append(b, l.id...), l.at...), data...)
	sum := binary.LittleEndian.AppendUint32(nil, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.size+int64(len(b)) > maxKept {
		return errors.New("the records are larger than any ecosystem")
	}
	if _, err := k.f.Write(append(sum, b...)); err != nil {
		return err
	}
	k.have[l] = true
	k.size += int64(4 + len(b))
	return nil
}

// each hands on the records of the list that are there, in the order in which they came.
func (k *kept) each(wanted map[listed]bool, visit func(l listed, data []byte)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := seek(k.f, 0); err != nil {
		return err
	}
	in := bufio.NewReaderSize(io.LimitReader(k.f, k.size), 256<<10)
	for {
		l, data, _, err := readKept(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if wanted[l] {
			visit(l, data)
		}
	}
}

func (k *kept) close() { k.f.Close() }
