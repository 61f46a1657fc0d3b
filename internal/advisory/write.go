package advisory

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"os"
	"path/filepath"
	"time"
)

// Write makes the database and puts it at path in one step: who has an older one open there goes on with that. Built is the time
// that it will bear; apart from that, equal content gives equal bytes, whether it comes from a base or not.
func (b *Builder) Write(path string, built time.Time) (Info, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.base != nil { // blocks are copied unread: what is damaged must not come to look whole
		if err := b.base.Verify(); err != nil {
			return Info{}, fmt.Errorf("write advisory database %s: the base: %w", path, err)
		}
	}
	info, err := b.write(path, built)
	if err != nil {
		return Info{}, fmt.Errorf("write advisory database %s: %w", path, err)
	}
	return info, nil
}

func (b *Builder) write(path string, built time.Time) (info Info, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".advisories-*")
	if err != nil {
		return info, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := &fileWriter{out: bufio.NewWriterSize(f, 1<<20), sum: sha256.New(), at: headerSize}
	if _, err = f.Write(make([]byte, headerSize)); err != nil {
		return info, err
	}
	if err = b.fill(w); err != nil {
		return info, err
	}
	if err = w.out.Flush(); err != nil {
		return info, err
	}
	if _, err = f.WriteAt(w.header(built), 0); err != nil {
		return info, err
	}
	if err = errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return info, err
	}
	db, err := Open(f.Name())
	if err != nil {
		return info, err
	}
	info = db.Info()
	db.Close()
	if err = os.Rename(f.Name(), path); err != nil {
		return info, err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // so that the new name outlives a crash, where the system can do that
		_ = d.Sync()
		d.Close()
	}
	return info, nil
}

// fileWriter writes the sections one behind the other.
type fileWriter struct {
	out      *bufio.Writer
	sum      hash.Hash
	at       int64
	section  int
	sections [sectionCount][2]uint64
}

// put appends bytes to the section that is being written.
func (w *fileWriter) put(b []byte) error {
	w.sum.Write(b)
	w.at += int64(len(b))
	_, err := w.out.Write(b)
	return err
}

// write writes a whole section. Sections come in their order.
func (w *fileWriter) write(section int, b []byte) error {
	if err := w.begin(section); err != nil {
		return err
	}
	if err := w.put(b); err != nil {
		return err
	}
	return w.end()
}

func (w *fileWriter) begin(section int) error {
	if section != w.section {
		return fmt.Errorf("section %d comes in the place of %d", section, w.section)
	}
	w.sections[section][0] = uint64(w.at)
	return nil
}

func (w *fileWriter) end() error {
	w.sections[w.section][1] = uint64(w.at) - w.sections[w.section][0]
	w.section++
	if n := -w.at & 7; n > 0 {
		return w.put(make([]byte, n))
	}
	return nil
}

func (w *fileWriter) header(built time.Time) []byte {
	h := make([]byte, 0, headerSize)
	h = append(h, magic...)
	h = binary.LittleEndian.AppendUint64(h, uint64(w.at))
	h = binary.LittleEndian.AppendUint64(h, uint64(built.Unix()))
	h = w.sum.Sum(h)
	h = binary.LittleEndian.AppendUint32(h, sectionCount)
	h = binary.LittleEndian.AppendUint32(h, 0)
	for _, s := range w.sections {
		h = binary.LittleEndian.AppendUint64(h, s[0])
		h = binary.LittleEndian.AppendUint64(h, s[1])
	}
	binary.LittleEndian.PutUint32(h[headerCRC:], crc32.Checksum(h, crc32.MakeTable(crc32.Castagnoli)))
	return h
}
