package advisory

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
)

// ApplyDelta makes out of base the database that the delta describes and puts it at path in one step. Where the delta does not fit,
// or what comes out is not byte for byte the content that it promises, nothing is put there.
func ApplyDelta(base *DB, delta []byte, path string) (Info, error) {
	info, err := applyDelta(base, delta, path)
	if err != nil {
		return Info{}, fmt.Errorf("apply delta: %w", err)
	}
	return info, nil
}

func applyDelta(base *DB, delta []byte, path string) (info Info, err error) {
	body, built, err := openDelta(base, delta)
	if err != nil {
		return info, err
	}
	b := NewBuilder(base)
	c := cursor{s: body}
	if err := b.patchRecords(&c); err != nil {
		return info, err
	}
	if err := b.patchThreat(&c); err != nil {
		return info, err
	}
	if err := b.patchSources(&c); err != nil {
		return info, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".advisories-*")
	if err != nil {
		return info, err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return info, err
	}
	if info, err = b.Write(f.Name(), built); err != nil {
		return info, err
	}
	if want := hex.EncodeToString(delta[48:80]); info.Digest != want {
		return info, fmt.Errorf("%w: what comes out has the digest %.12s and not %.12s", errDelta, info.Digest, want)
	}
	return info, os.Rename(f.Name(), path)
}

// openDelta checks a delta against its base and unpacks it.
func openDelta(base *DB, delta []byte) (body string, built time.Time, err error) {
	switch {
	case len(delta) < deltaHeader || string(delta[:len(deltaMagic)]) != deltaMagic:
		return "", built, fmt.Errorf("%w: it is no delta of this version", errDelta)
	case hex.EncodeToString(delta[16:48]) != base.digest:
		return "", built, fmt.Errorf("%w: it was made for another database", errDelta)
	}
	seconds, size := binary.LittleEndian.Uint64(delta[80:]), binary.LittleEndian.Uint64(delta[88:])
	if size > maxDelta || seconds > 1<<40 {
		return "", built, fmt.Errorf("%w: its header makes no sense", errDelta)
	}
	var h zstd.Header
	if err := h.Decode(delta[deltaHeader:]); err != nil || h.HasFCS && h.FrameContentSize != size {
		return "", built, fmt.Errorf("%w: it is damaged", errDelta)
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDelta))
	if err != nil {
		return "", built, err
	}
	defer d.Close()
	raw, err := d.DecodeAll(delta[deltaHeader:], nil)
	if err != nil || uint64(len(raw)) != size {
		return "", built, fmt.Errorf("%w: it is damaged", errDelta)
	}
	return string(raw), time.Unix(int64(seconds), 0).UTC(), nil
}

// patchRecords takes over the records that differ.
func (b *Builder) patchRecords(c *cursor) error {
	last := ""
	for n := c.count(); n > 0; n-- {
		shared := c.num()
		rest := c.text()
		if c.bad || shared > len(last) {
			return errDelta
		}
		id := last[:shared] + rest
		what := c.byte()
		if id <= last || !plain(id) || c.bad || what > deltaFacts|deltaWords {
			return errDelta
		}
		last = id
		if err := b.patchRecord(c, id, what); err != nil {
			return err
		}
	}
	return nil
}

func (b *Builder) patchRecord(c *cursor, id string, what byte) error {
	if what == 0 {
		b.removed[id] = true
		return nil
	}
	facts, words := "", ""
	if i, ok := b.base.find(id); ok {
		var err error
		if facts, err = b.base.facts(i); err != nil {
			return err
		}
		if words, err = b.base.words(i); err != nil {
			return err
		}
	}
	if what&deltaFacts != 0 {
		facts = c.patch(facts)
	}
	if what&deltaWords != 0 {
		words = c.patch(words)
	}
	if c.bad {
		return errDelta
	}
	return b.put(id, facts, words)
}

// put takes over a record as it was encoded.
func (b *Builder) put(id, facts, words string) error {
	r, err := decodeFacts(id, facts)
	if err != nil {
		return fmt.Errorf("%w: %w", errDelta, err)
	}
	again, at := r.encodeFacts()
	if string(again) != facts || r.decodeWords(words) != nil || !bytes.Equal(r.encodeWords(), []byte(words)) {
		return fmt.Errorf("%w: record %.80q", errDelta, id)
	}
	if b.spool == nil {
		if b.spool, err = newSpool(); err != nil {
			return err
		}
	}
	g := &given{id: id, modified: r.Modified, what: hash64(again[at:]), about: hash64(again[8:at], []byte(words))}
	g.facts, g.words = b.spool.put(again), b.spool.put([]byte(words))
	b.given[id] = g
	return nil
}

// patchSources reads where the content comes from; nothing follows it.
func (b *Builder) patchSources(c *cursor) error {
	clear(b.sources)
	for n := c.count(); n > 0 && !c.bad; n-- {
		s := Source{Name: c.text(), Newest: c.time(), Count: c.num()}
		b.sources[s.Name] = s
	}
	epss, kev := c.text(), c.text()
	if c.bad || c.s != "" {
		return errDelta
	}
	for _, set := range []struct {
		date    string
		changed bool
		base    string
	}{{epss, b.epss != nil, b.base.Info().EPSS}, {kev, b.kev != nil, b.base.Info().KEV}} {
		if !set.changed && set.date != set.base {
			return errDelta
		}
	}
	if b.epss != nil {
		b.epss.date = epss
	}
	if b.kev != nil {
		b.kev.date = kev
	}
	return nil
}
