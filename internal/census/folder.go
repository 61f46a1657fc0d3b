package census

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// Folder is a folder of SBOM files, and an index of them.
type Folder struct {
	// Index holds the SBOMs by the hash of their content.
	Index *Index
	// Documents are the files by path, relative to the folder.
	Documents []Document
	// Read counts those that were read now; the others were known already.
	Read int

	byHash map[string][]int
	remove func()
}

// Document is one file of a folder.
type Document struct {
	// Path is relative to the folder, with slashes.
	Path string `json:"path"`
	// Hash is the SHA-256 of its content, in hex.
	Hash string `json:"hash"`
	// Subject and Version are what the SBOM is about, as it says itself; both may be "". Hostile, like all that files say.
	Subject string `json:"subject,omitempty"`
	Version string `json:"version,omitempty"`
	// Packages counts what it lists.
	Packages int `json:"packages"`
	// Problem says why it could not be read; then it is in no answer.
	Problem string `json:"problem,omitempty"`

	Size    int64     `json:"size"`
	Changed time.Time `json:"changed"`
}

// catalogue is what is remembered of a folder beside its index.
type catalogue struct {
	Format    string     `json:"format"`
	Written   time.Time  `json:"written"`
	Documents []Document `json:"documents"`
}

const (
	catalogueFormat = "reeve-census-folder/1"
	maxDocument     = 1 << 30 // bytes, unpacked
	maxDocuments    = 5_000_000
)

// OpenFolder reads all CycloneDX and SPDX files of a folder and those below it, compressed with gzip or not, and keeps an index of them
// in a folder of its own below cache ("" keeps none). What has not changed since is not read again. Links are not followed; files that
// are no SBOM are passed over. Progress, where not nil, is told how many files were looked at.
func OpenFolder(ctx context.Context, dir, cache string, progress func(stage string, done int)) (*Folder, error) {
	f, err := openFolder(ctx, dir, cache, progress)
	if err != nil {
		return nil, fmt.Errorf("read folder of SBOMs %q: %w", dir, err)
	}
	return f, nil
}

func openFolder(ctx context.Context, dir, cache string, progress func(stage string, done int)) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f := &Folder{byHash: map[string][]int{}, remove: func() {}}
	place := ""
	if cache == "" {
		if place, err = os.MkdirTemp("", "reeve-census-*"); err != nil {
			return nil, err
		}
		f.remove = func() { os.RemoveAll(place) }
	} else {
		whole, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte(whole))
		place = filepath.Join(cache, "census", hex.EncodeToString(sum[:8]))
	}
	for again := range 2 { // an index that is damaged is made anew: it holds nothing that the files do not
		if f.Index, err = Open(place); err == nil {
			err = f.read(ctx, root, place, progress)
		}
		if err == nil {
			break
		}
		if f.Index != nil {
			f.Index.Close()
		}
		if !errors.Is(err, ErrDamaged) || again == 1 {
			f.remove()
			return nil, err
		}
		if err := os.RemoveAll(place); err != nil {
			return nil, err
		}
		f.Index, f.Documents, f.Read = nil, nil, 0
	}
	for i, d := range f.Documents {
		if d.Problem == "" {
			f.byHash[d.Hash] = append(f.byHash[d.Hash], i)
		}
	}
	return f, nil
}

// Close gives the index up.
func (f *Folder) Close() error {
	err := f.Index.Close()
	f.remove()
	return err
}

// Of gives the files with an SBOM, by its id in the index.
func (f *Folder) Of(id string) []Document {
	var out []Document
	for _, i := range f.byHash[id] {
		out = append(out, f.Documents[i])
	}
	return out
}

// Problems gives the files that could not be read.
func (f *Folder) Problems() []Document {
	return slices.DeleteFunc(slices.Clone(f.Documents), func(d Document) bool { return d.Problem == "" })
}

// read brings index and catalogue up to date.
func (f *Folder) read(ctx context.Context, root *os.Root, place string, progress func(stage string, done int)) error {
	old := readCatalogue(place)
	known := make(map[string]Document, len(old.Documents))
	for _, d := range old.Documents {
		known[d.Path] = d
	}
	begun := time.Now()
	w := &folderWork{folder: f, root: root, found: make(chan Document, 64)}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() { w.work(ctx) })
	}
	seen := 0
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			w.take(Document{Path: name, Problem: err.Error()}, false)
			return nil
		}
		if ctx.Err() != nil || !entry.Type().IsRegular() {
			return ctx.Err()
		}
		info, err := entry.Info()
		if err != nil {
			return nil // gone meanwhile
		}
		if seen++; seen > maxDocuments {
			return errors.New("there are more files than can be looked at")
		}
		if seen%100 == 0 && progress != nil {
			progress("look at SBOMs", seen)
		}
		d := Document{Path: name, Size: info.Size(), Changed: info.ModTime().UTC()}
		if before, ok := known[name]; ok && before.Size == d.Size && before.Changed.Equal(d.Changed) && d.Changed.Before(old.Written.Add(-2*time.Second)) {
			if there, err := f.Index.Has(before.Hash); err != nil {
				return err
			} else if there || before.Problem != "" || before.Hash == "" {
				w.take(before, false)
				return nil
			}
		}
		w.found <- d
		return nil
	})
	close(w.found)
	workers.Wait()
	if err = errors.Join(err, w.err); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return f.settle(ctx, old, place, begun)
}

// settle takes out of the index what is no longer in the folder, and writes both.
func (f *Folder) settle(ctx context.Context, old *catalogue, place string, begun time.Time) error {
	slices.SortFunc(f.Documents, func(a, b Document) int { return strings.Compare(a.Path, b.Path) })
	there := make(map[string]bool, len(f.Documents))
	for _, d := range f.Documents {
		there[d.Hash] = true
	}
	changed := f.Read > 0
	for _, d := range old.Documents {
		if d.Hash != "" && !there[d.Hash] {
			changed = true
			if err := f.Index.Remove(d.Hash); err != nil {
				return err
			}
		}
	}
	if changed || len(f.Documents) != len(old.Documents) {
		if err := f.Index.Flush(ctx); err != nil {
			return err
		}
		if err := writeCatalogue(place, &catalogue{catalogueFormat, begun.UTC(), f.Documents}); err != nil {
			return err
		}
	}
	f.Documents = slices.DeleteFunc(f.Documents, func(d Document) bool { return d.Hash == "" && d.Problem == "" })
	return nil
}

func readCatalogue(place string) *catalogue {
	c := &catalogue{}
	data, err := os.ReadFile(filepath.Join(place, "files.json"))
	if err != nil || json.Unmarshal(data, c) != nil || c.Format != catalogueFormat {
		return &catalogue{}
	}
	return c
}

func writeCatalogue(place string, c *catalogue) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(place, ".census-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(place, "files.json"))
}

// folderWork reads files on several processors.
type folderWork struct {
	folder *Folder
	root   *os.Root
	found  chan Document
	mu     sync.Mutex
	err    error
}

func (w *folderWork) work(ctx context.Context) {
	for d := range w.found {
		w.mu.Lock()
		failed := w.err != nil
		w.mu.Unlock()
		if failed || ctx.Err() != nil {
			continue
		}
		if err := w.one(&d); err != nil {
			w.mu.Lock()
			w.err = err
			w.mu.Unlock()
			continue
		}
		w.take(d, d.Hash != "" || d.Problem != "")
	}
}

// take notes a file.
func (w *folderWork) take(d Document, read bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.folder.Documents = append(w.folder.Documents, d)
	if read {
		w.folder.Read++
	}
}

// one reads a file. One that is no SBOM has no hash then; the error is for what keeps everything from being read.
func (w *folderWork) one(d *Document) error {
	s, hash, err := readDocument(w.root, d.Path)
	switch {
	case err != nil:
		d.Problem = err.Error()
		return nil
	case s == nil:
		return nil
	}
	d.Hash, d.Subject, d.Version, d.Packages = hash, s.Subject.Name, s.Subject.Version, len(s.Packages)
	there, err := w.folder.Index.Has(hash)
	if err != nil || there {
		return err
	}
	packages := s.Packages
	if s.Subject.Ecosystem != "" && s.Subject.Version != "" {
		subject := s.Subject.Package
		subject.Direct = true
		packages = append(packages[:len(packages):len(packages)], subject)
	}
	return w.folder.Index.Add(hash, withDistribution(packages, s))
}

// withDistribution gives packages of a distribution the release that the document names, where they name none.
func withDistribution(list []inventory.Package, s *sbom.SBOM) []inventory.Package {
	release := s.Distribution.Ecosystem
	base, _, found := strings.Cut(release, ":")
	if !found {
		return list
	}
	for i := range list {
		if list[i].Ecosystem == base {
			list[i].Ecosystem = release
		}
	}
	return list
}

// readDocument reads one SBOM, nil where the file is none.
func readDocument(root *os.Root, name string) (*sbom.SBOM, string, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	sum := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(file, sum), 64<<10)
	var content io.Reader = in
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil && !named(name) {
			return nil, "", nil
		}
		if err != nil {
			return nil, "", err
		}
		defer z.Close()
		content = z
	}
	bounded := bufio.NewReaderSize(io.LimitReader(content, maxDocument+1), 64<<10)
	head, _ := bounded.Peek(4 << 10)
	if !sbom.Is(head) && !named(name) {
		return nil, "", nil
	}
	counted := &counting{r: bounded}
	s, err := sbom.Read(counted)
	if counted.n > maxDocument {
		err = fmt.Errorf("it has more than %d MiB", maxDocument>>20)
	}
	if err != nil {
		return nil, "", err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return nil, "", err
	}
	return s, hex.EncodeToString(sum.Sum(nil)), nil
}

// named tells whether a file says by its name that it is an SBOM.
func named(name string) bool {
	base := strings.TrimSuffix(strings.ToLower(path.Base(name)), ".gz")
	for _, suffix := range []string{".cdx.json", ".cdx.xml", ".spdx.json", ".spdx", ".bom.json", ".bom.xml"} {
		if strings.HasSuffix(base, suffix) {
			return true
		}
	}
	return base == "bom.json" || base == "bom.xml"
}

type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
