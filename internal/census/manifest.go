package census

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The manifest names the segments that count, and what in them does not:
//
//	magic (16) · CRC-32C of what follows (4) · the next number of a segment · number of segments ·
//	for each: its number · how many SBOMs in it are dead · their numbers, each as its difference to the one before
//
// all behind the CRC as varints.
const manifestMagic = "reeve-census-m1\n"

const maxManifest = 1 << 30

type manifest struct {
	next     uint64
	segments []segmentEntry
}

type segmentEntry struct {
	seq  uint64
	dead map[uint32]bool
}

// names tells whether a file is one of the manifest's segments.
func (m *manifest) names(file string) bool {
	return slices.ContainsFunc(m.segments, func(e segmentEntry) bool { return segmentName(e.seq) == file })
}

// readManifest reads the manifest; an empty one where there is none.
func readManifest(path string) (*manifest, os.FileInfo, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &manifest{next: 1}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > maxManifest {
		return nil, nil, fmt.Errorf("%w: its manifest is too large", ErrDamaged)
	}
	data := make([]byte, info.Size())
	if _, err := f.ReadAt(data, 0); err != nil && info.Size() > 0 {
		return nil, nil, err
	}
	m, ok := parseManifest(data)
	if !ok {
		return nil, nil, fmt.Errorf("%w: its manifest makes no sense", ErrDamaged)
	}
	return m, info, nil
}

func parseManifest(data []byte) (*manifest, bool) {
	const head = len(manifestMagic) + 4
	if len(data) < head || string(data[:len(manifestMagic)]) != manifestMagic || castagnoli(data[head:]) != binary.LittleEndian.Uint32(data[len(manifestMagic):]) {
		return nil, false
	}
	r := &reader{b: data[head:]}
	m := &manifest{next: r.num()}
	for n := r.count(); n > 0 && !r.bad; n-- {
		e := segmentEntry{seq: r.num(), dead: map[uint32]bool{}}
		last := uint64(0)
		for d := r.count(); d > 0 && !r.bad; d-- {
			if last += r.num(); last > 1<<31 {
				return nil, false
			}
			e.dead[uint32(last)] = true
		}
		if e.seq >= m.next || m.names(segmentName(e.seq)) {
			return nil, false
		}
		m.segments = append(m.segments, e)
	}
	return m, !r.bad && len(r.b) == 0
}

func (m *manifest) encode() []byte {
	body := binary.AppendUvarint(nil, m.next)
	body = binary.AppendUvarint(body, uint64(len(m.segments)))
	for _, e := range m.segments {
		body = binary.AppendUvarint(body, e.seq)
		dead := make([]uint32, 0, len(e.dead))
		for n := range e.dead {
			dead = append(dead, n)
		}
		slices.Sort(dead)
		body = binary.AppendUvarint(body, uint64(len(dead)))
		last := uint32(0)
		for _, n := range dead {
			body = binary.AppendUvarint(body, uint64(n-last))
			last = n
		}
	}
	out := append([]byte(nil), manifestMagic...)
	out = binary.LittleEndian.AppendUint32(out, castagnoli(body))
	return append(out, body...)
}

// write puts the manifest in place in one step.
func (m *manifest) write(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".census-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(m.encode())
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // so that the new name outlives a crash, where the system can do that
		_ = d.Sync()
		d.Close()
	}
	return nil
}
