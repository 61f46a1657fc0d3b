package feed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// temporary is the pattern of files that are written beside a database before they take their place; the builder uses it too.
const temporary = ".advisories-*"

// errBusy says that another process writes into the same folder.
var errBusy = errors.New("another update or import is running")

// lock makes sure that nobody else writes databases in a folder, makes the folder where there is none, and takes away what a process
// that was killed has left there.
func lock(database string) (release func(), err error) {
	dir := filepath.Dir(database)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder of advisory database: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, ".advisories.lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock advisory database: %w", err)
	}
	alone, err := lockFile(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock advisory database %q: %w", database, err)
	}
	sweep(dir, alone)
	return func() { f.Close() }, nil
}

// sweep removes temporary files: all where nobody else can be writing one, else those of another day.
func sweep(dir string, alone bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), strings.TrimSuffix(temporary, "*")) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err == nil && (alone || time.Since(info.ModTime()) > 24*time.Hour) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
