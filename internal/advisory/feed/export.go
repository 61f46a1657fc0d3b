package feed

import (
	"archive/tar"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/advisory"
)

// DefaultKeep is how many versions a mirror keeps deltas from.
const DefaultKeep = 14

// ExportOptions say how a mirror is written.
type ExportOptions struct {
	// Key signs it; nil writes no signature.
	Key ed25519.PrivateKey
	// Keep is how many older versions there are deltas from.
	Keep int
	// Progress, where set, is told what is going on.
	Progress func(stage string, done int)
}

// Exported tells what a mirror holds.
type Exported struct {
	Index  Index
	Signed bool
	// Problems are older versions that could not be used, a sentence each.
	Problems []string
}

// Export writes the database at path as a mirror: into a folder, where older versions make deltas possible, or into a .tar, which has
// none. Readers of a folder see either the old mirror or the new one: the index is written last.
func Export(ctx context.Context, path, to string, o ExportOptions) (*Exported, error) {
	db, err := advisory.Open(path)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	defer db.Close()
	if err := db.Verify(); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	x := &exporter{db: db, o: o, out: &Exported{}}
	if strings.HasSuffix(strings.ToLower(to), ".tar") {
		err = x.bundle(ctx, to)
	} else {
		err = x.folder(ctx, to)
	}
	if err != nil {
		return nil, fmt.Errorf("export to %q: %w", to, err)
	}
	return x.out, nil
}

type exporter struct {
	db  *advisory.DB
	o   ExportOptions
	out *Exported
	dir string
}

func databaseName(digest string) string { return "advisories-" + digest[:16] + ".db.zst" }
func deltaName(from, to string) string  { return "delta-" + from[:16] + "-" + to[:16] + ".zst" }
func (x *exporter) progress(what string) {
	if x.o.Progress != nil {
		x.o.Progress(what, 0)
	}
}

// folder writes a mirror into a folder.
func (x *exporter) folder(ctx context.Context, dir string) error {
	x.dir = dir
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	release, err := lock(filepath.Join(dir, indexName))
	if err != nil {
		return err
	}
	defer release()
	info := x.db.Info()
	if err := x.pack(ctx, filepath.Join(dir, databaseName(info.Digest))); err != nil {
		return err
	}
	older := x.older(info.Digest)
	for _, version := range older {
		if err := x.delta(ctx, version); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			x.out.Problems = append(x.out.Problems, fmt.Sprintf("no changes from %s: %v", filepath.Base(version), err))
		}
	}
	if err := x.writeIndex(func(name string, data []byte) error {
		return replaceFile(filepath.Join(dir, name), func(w io.Writer) error { _, err := w.Write(data); return err })
	}); err != nil {
		return err
	}
	if !x.out.Signed {
		if err := os.Remove(filepath.Join(dir, signatureName)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	x.prune(older)
	return nil
}

// pack writes the database packed, and notes it in the index. A file that is there already is the same, if its content is.
func (x *exporter) pack(ctx context.Context, to string) error {
	x.progress("pack the database")
	sum := sha256.New()
	info := x.db.Info()
	var packed int64
	err := replaceFile(to, func(w io.Writer) error {
		out := &tally{w: io.MultiWriter(w, sum)}
		z, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		_, err = io.Copy(z, &measured{r: x.db.Content(), ctx: ctx})
		err = errors.Join(err, z.Close())
		packed = out.n
		return err
	})
	if err != nil {
		return err
	}
	x.out.Index = Index{
		Format: Format, Built: info.Built, Digest: info.Digest, Unpacked: info.Size,
		Part: Part{File: filepath.Base(to), Size: packed, SHA256: hex.EncodeToString(sum.Sum(nil))},
	}
	return nil
}

type tally struct {
	w io.Writer
	n int64
}

func (t *tally) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.n += int64(n)
	return n, err
}

// isVersion and isDelta tell whether a name is one of those that an export gives.
func isVersion(name string) bool {
	return isNamed(name, "advisories-", ".db.zst", len("0123456789abcdef"))
}

func isDelta(name string) bool {
	return isNamed(name, "delta-", ".zst", len("0123456789abcdef-0123456789abcdef"))
}

func isNamed(name, prefix, suffix string, length int) bool {
	middle, ok := strings.CutPrefix(name, prefix)
	middle, fine := strings.CutSuffix(middle, suffix)
	return ok && fine && len(middle) == length && strings.Trim(middle, "0123456789abcdef-") == ""
}

// older lists the older versions in the folder, the youngest first, no more than are kept.
func (x *exporter) older(digest string) []string {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return nil
	}
	type version struct {
		path string
		at   time.Time
	}
	var all []version
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && isVersion(e.Name()) && e.Name() != databaseName(digest) {
			all = append(all, version{filepath.Join(x.dir, e.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b version) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return strings.Compare(a.path, b.path)
	})
	var out []string
	for _, v := range all[:min(len(all), max(x.o.Keep, 0))] {
		out = append(out, v.path)
	}
	return out
}

// delta writes what leads from an older version to the database, if it is much smaller than that.
func (x *exporter) delta(ctx context.Context, version string) error {
	x.progress("find the changes since " + filepath.Base(version))
	old, done, err := x.unpackVersion(ctx, version)
	if err != nil {
		return err
	}
	defer done()
	to := x.out.Index.Digest
	d := Delta{From: old.Info().Digest, To: to}
	d.File = deltaName(d.From, to)
	sum := sha256.New()
	err = replaceFile(filepath.Join(x.dir, d.File), func(w io.Writer) error {
		size, err := advisory.WriteDelta(io.MultiWriter(w, sum), old, x.db)
		d.Size = size.Bytes
		if err == nil && d.Size > x.out.Index.Size/2 {
			err = errors.New("they are as large as the database")
		}
		return err
	})
	if err != nil {
		return err
	}
	d.SHA256 = hex.EncodeToString(sum.Sum(nil))
	x.out.Index.Deltas = append(x.out.Index.Deltas, d)
	return nil
}

// unpackVersion opens an older version out of the folder.
func (x *exporter) unpackVersion(ctx context.Context, version string) (*advisory.DB, func(), error) {
	in, err := os.Open(version)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	f, err := os.CreateTemp(x.dir, temporary)
	if err != nil {
		return nil, nil, err
	}
	remove := func() { os.Remove(f.Name()) }
	z, err := zstd.NewReader(&measured{r: in, ctx: ctx}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	if err == nil {
		var n int64
		if n, err = io.Copy(f, io.LimitReader(z, maxDatabase+1)); err == nil && n > maxDatabase {
			err = errors.New("it is larger than any database")
		}
		z.Close()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		remove()
		return nil, nil, err
	}
	db, err := advisory.Open(f.Name())
	if err != nil {
		remove()
		return nil, nil, err
	}
	if err := db.Verify(); err != nil {
		db.Close()
		remove()
		return nil, nil, err
	}
	return db, func() { db.Close(); remove() }, nil
}

// writeIndex writes the signature, if there is a key, and then the index.
func (x *exporter) writeIndex(write func(name string, data []byte) error) error {
	data, err := json.MarshalIndent(&x.out.Index, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if x.o.Key != nil {
		signature := hex.EncodeToString(ed25519.Sign(x.o.Key, data)) + "\n"
		if err := write(signatureName, []byte(signature)); err != nil {
			return err
		}
		x.out.Signed = true
	}
	return write(indexName, data)
}

// prune takes away versions beyond those that are kept, and changes to what is no longer the newest.
func (x *exporter) prune(kept []string) {
	stay := map[string]bool{x.out.Index.File: true}
	for _, path := range kept {
		stay[filepath.Base(path)] = true
	}
	for _, d := range x.out.Index.Deltas {
		stay[d.File] = true
	}
	entries, _ := os.ReadDir(x.dir)
	for _, e := range entries {
		if name := e.Name(); !stay[name] && e.Type().IsRegular() && (isVersion(name) || isDelta(name)) {
			_ = os.Remove(filepath.Join(x.dir, name))
		}
	}
}

// bundle writes a mirror into one tar, index first.
func (x *exporter) bundle(ctx context.Context, to string) error {
	f, err := os.CreateTemp(filepath.Dir(to), temporary)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	f.Close()
	if err := x.pack(ctx, f.Name()); err != nil {
		return err
	}
	x.out.Index.File = databaseName(x.out.Index.Digest)
	return replaceFile(to, func(w io.Writer) error {
		out := tar.NewWriter(w)
		header := func(name string, size int64) error {
			return out.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o644, ModTime: x.out.Index.Built, Format: tar.FormatUSTAR})
		}
		err := x.writeIndex(func(name string, data []byte) error {
			if err := header(name, int64(len(data))); err != nil {
				return err
			}
			_, err := out.Write(data)
			return err
		})
		if err != nil {
			return err
		}
		if err := header(x.out.Index.File, x.out.Index.Size); err != nil {
			return err
		}
		in, err := os.Open(f.Name())
		if err != nil {
			return err
		}
		defer in.Close()
		if _, err := io.Copy(out, in); err != nil {
			return err
		}
		return out.Close()
	})
}
