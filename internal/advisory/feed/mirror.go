package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/advisory"
)

// mirror takes the database of a mirror in the place of the local one.
type mirror struct {
	path   string
	shelf  shelf
	o      *Options
	r      *Report
	source string

	index *Index
	base  *advisory.DB
}

// take reads the index and follows it.
func (m *mirror) take(ctx context.Context) error {
	found, err := m.read(ctx)
	if err != nil {
		return err
	}
	if !found {
		return errNoIndex
	}
	return m.follow(ctx)
}

// read reads the index and checks its signature. False where there is no index; that is an error where a key is set.
func (m *mirror) read(ctx context.Context) (found bool, err error) {
	for again := range 2 { // a mirror may be written anew between its index and its signature
		if found, err = m.readOnce(ctx); !errors.Is(err, errSignature) || again == 1 {
			break
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return false, err
		}
	}
	return found, err
}

func (m *mirror) readOnce(ctx context.Context) (found bool, err error) {
	data, err := m.shelf.small(ctx, indexName, maxIndex)
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(m.o.Key) > 0:
		return false, errUnsigned
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	if len(m.o.Key) > 0 {
		signature, err := m.shelf.small(ctx, signatureName, maxSignature)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return false, errUnsigned
		case err != nil:
			return false, err
		case !checkSignature(m.o.Key, data, signature):
			return false, errSignature
		}
	}
	m.index, err = parseIndex(data)
	if errors.Is(err, errNoIndex) && len(m.o.Key) == 0 {
		return false, nil
	}
	return err == nil, err
}

// follow makes the local database what the index says.
func (m *mirror) follow(ctx context.Context) error {
	base, err := advisory.Open(m.path)
	if err == nil {
		m.base = base
		defer base.Close()
		if err = m.mayFollow(base.Info()); err != nil {
			return err
		}
		if base.Info().Digest == m.index.Digest && base.Verify() == nil {
			m.r.Info, m.r.Unchanged = base.Info(), true
			m.r.outcome(Outcome{Source: m.source, How: Unchanged})
			return m.remember()
		}
	}
	if m.index.Built.After(m.o.Now.Add(24 * time.Hour)) {
		return fmt.Errorf("the mirror says that its database is of %s, which is yet to come", m.index.Built.UTC().Format(time.DateOnly))
	}
	how := Whole
	if done, err := m.byDelta(ctx); err != nil {
		return err
	} else if done {
		how = ByChanges
	} else if err := m.whole(ctx); err != nil {
		return err
	}
	m.r.outcome(Outcome{Source: m.source, How: how})
	return m.remember()
}

// mayFollow refuses what is older than the local database: who can answer in the place of a mirror must not bring back what was known once.
func (m *mirror) mayFollow(local advisory.Info) error {
	if m.o.AllowOlder || !m.index.Built.Before(local.Built) {
		return nil
	}
	return fmt.Errorf("the mirror's database is of %s and older than this one of %s: it is taken only with --allow-older",
		m.index.Built.UTC().Format(time.DateTime), local.Built.UTC().Format(time.DateTime))
}

// byDelta takes the delta that leads from the local database to that of the mirror, if there is one and it does. Whatever is wrong with
// it, the whole database is taken then.
func (m *mirror) byDelta(ctx context.Context) (bool, error) {
	if m.base == nil {
		return false, nil
	}
	for _, d := range m.index.Deltas {
		if d.From != m.base.Info().Digest {
			continue
		}
		m.o.progress("fetch changes", 0)
		info, err := m.applyDelta(ctx, d)
		switch {
		case ctx.Err() != nil:
			return false, ctx.Err()
		case err != nil:
			m.r.problem("the changes could not be used, so the whole database was fetched: %v", err)
			return false, nil
		}
		m.r.Info = info
		return true, nil
	}
	return false, nil
}

func (m *mirror) applyDelta(ctx context.Context, d Delta) (advisory.Info, error) {
	in, done, err := m.shelf.fetch(ctx, d.Part)
	if err != nil {
		return advisory.Info{}, err
	}
	defer done()
	defer in.Close()
	sum := sha256.New()
	data, err := readAll(io.TeeReader(in, sum), d.File, d.Size)
	if err != nil {
		return advisory.Info{}, err
	}
	if err := d.verify(int64(len(data)), sum); err != nil {
		return advisory.Info{}, err
	}
	m.r.Bytes += d.Size
	return advisory.ApplyDelta(m.base, data, m.path)
}

// verify compares what came with what the index says.
func (p *Part) verify(size int64, sum hash.Hash) error {
	switch {
	case size != p.Size:
		return fmt.Errorf("%q has %d bytes and not %d as the index says: nothing of it is taken", p.File, size, p.Size)
	case hex.EncodeToString(sum.Sum(nil)) != p.SHA256:
		return fmt.Errorf("%q is not what the index says: nothing of it is taken", p.File)
	}
	return nil
}

// whole takes the whole database.
func (m *mirror) whole(ctx context.Context) error {
	m.o.progress("fetch the database", 0)
	in, done, err := m.shelf.fetch(ctx, m.index.Part)
	if err != nil {
		return err
	}
	defer done()
	defer in.Close()
	f, err := os.CreateTemp(filepath.Dir(m.path), temporary)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := m.unpack(ctx, in, f); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	db, err := advisory.Open(f.Name())
	if err != nil {
		return err
	}
	info := db.Info()
	err = db.Verify()
	db.Close()
	switch {
	case err != nil:
		return err
	case info.Digest != m.index.Digest || !info.Built.Equal(m.index.Built.UTC().Truncate(time.Second)):
		return errors.New("the database is not the one that the index says: nothing of it is taken")
	}
	m.r.Bytes += m.index.Size
	m.r.Info = info
	return os.Rename(f.Name(), m.path)
}

// unpack unpacks the database, and checks size and hash of what it was packed in.
func (m *mirror) unpack(ctx context.Context, in io.Reader, out io.Writer) error {
	sum := sha256.New()
	packed := &measured{r: io.TeeReader(io.LimitReader(in, m.index.Size+1), sum), ctx: ctx}
	z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		return err
	}
	defer z.Close()
	n, err := io.Copy(out, io.LimitReader(z, m.index.Unpacked+1))
	var disk *fs.PathError
	if errors.As(err, &disk) || ctx.Err() != nil {
		return err
	}
	if _, e := io.Copy(io.Discard, packed); e != nil { // what is behind the end counts too
		return e
	}
	if e := m.index.verify(packed.n, sum); e != nil { // the reason for whatever else went wrong
		return e
	}
	if err != nil {
		return fmt.Errorf("unpack %q: %w", m.index.File, err)
	}
	if n != m.index.Unpacked {
		return fmt.Errorf("%q holds %d bytes or more and not %d as the index says: nothing of it is taken", m.index.File, n, m.index.Unpacked)
	}
	return nil
}

// measured counts what is read, and ends where the context does.
type measured struct {
	r   io.Reader
	n   int64
	ctx context.Context
}

func (m *measured) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.n += int64(n)
	return n, err
}

// remember notes where the database came from.
func (m *mirror) remember() error {
	s := newState(m.source)
	s.Digest = m.r.Info.Digest
	for _, one := range m.r.Info.Sources {
		s.Fetched[one.Name] = m.index.Built
	}
	s.Fetched["mirror"] = m.o.Now
	if err := s.write(m.path); err != nil {
		m.r.problem("%v", err)
	}
	return nil
}
