package verdict

import (
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/engine"
)

// Notes are what engines took down of single contents in earlier looks, a file each. Whoever looks at a content again, in another branch or repository,
// finds its note. What nobody asked for in some days goes.
type Notes struct {
	dir string
	key []byte
	// stamp is that of the program that takes the notes: another may take them otherwise.
	stamp string
	now   func() time.Time
	trim  sync.Once
}

var _ engine.Notebook = (*Notes)(nil)

// Notes are those beside the verdicts, as a program of that stamp takes them.
func (c *Cache) Notes(stamp string, now func() time.Time) *Notes {
	return &Notes{dir: filepath.Join(filepath.Dir(c.dir), "notes"), key: c.key, stamp: stamp, now: now}
}

const (
	noteAge   = 5 * 24 * time.Hour // how long a note is kept that nobody asks for
	noteTouch = time.Hour          // how exactly it is known when one was asked for
	trimEvery = 24 * time.Hour
	trimMark  = "trimmed" // the file that tells when old notes went last
)

// path is where a note stands, and the name under which it is sealed.
func (n *Notes) path(key [32]byte) (path, name string) {
	name = hex.EncodeToString(sum(n.key, n.stamp, key[:]))
	return filepath.Join(n.dir, name[:2], name[2:]), name
}

// Recall gives a note. One that is damaged, or sealed with another key, counts as absent.
func (n *Notes) Recall(key [32]byte) ([]byte, bool) {
	path, name := n.path(key)
	sealed, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	if info, err := os.Stat(path); err == nil && n.now().Sub(info.ModTime()) > noteTouch {
		_ = os.Chtimes(path, time.Time{}, n.now())
	}
	return unseal(n.key, name, sealed)
}

// Keep keeps a note. Where that cannot be done, it is taken again another time.
func (n *Notes) Keep(key [32]byte, packed []byte) {
	n.trim.Do(n.trimOld)
	path, name := n.path(key)
	if os.MkdirAll(filepath.Dir(path), 0o700) == nil {
		_ = replace(path, seal(n.key, name, packed), 0o600)
	}
}

// trimOld lets go of notes that nobody asked for in a long time, once a day.
func (n *Notes) trimOld() {
	mark := filepath.Join(n.dir, trimMark)
	if info, err := os.Stat(mark); err == nil && n.now().Sub(info.ModTime()) < trimEvery {
		return
	}
	if os.MkdirAll(n.dir, 0o700) != nil || replace(mark, nil, 0o600) != nil {
		return
	}
	_ = os.Chtimes(mark, time.Time{}, n.now())
	_ = filepath.WalkDir(n.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil && n.now().Sub(info.ModTime()) > noteAge {
			os.Remove(path)
		}
		return nil
	})
}
