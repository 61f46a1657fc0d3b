package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/target"
)

// The bounds of a folder: how many of its files are known, and how many bytes of a file beside a document are read.
const (
	maxFiles      = 200_000
	maxBesideFile = 4 << 20
)

// ignoreFiles say which files belong to a folder.
var ignoreFiles = [...]string{".gitignore", ".reeveignore"}

// folder is one that is open in the editor, and what holds in there.
type folder struct {
	// root is "" for documents that lie in no folder.
	root string
	// stale tells that the configuration is to be read again, unlisted that the files are to be listed again. Both belong to server.mu;
	// the rest belongs to who looks.
	stale, unlisted bool

	options  gate.Options
	drafts   *gate.Drafts
	excluded func(path string) bool
	source   target.Source
	paths    []string
}

func newFolder(root string) *folder { return &folder{root: root, stale: true, unlisted: root != ""} }

// addFolder adds a folder of this machine; one that is there stays as it is.
func (s *server) addFolder(uri string) {
	root, ok := fileOf(uri)
	if ok && !slices.ContainsFunc(s.folders, func(f *folder) bool { return f.root == root }) {
		s.folders = append(s.folders, newFolder(root))
	}
}

// folderOf gives the innermost folder that a document lies in.
func (s *server) folderOf(uri string) *folder {
	best := s.outside
	file, ok := fileOf(uri)
	if !ok {
		return best
	}
	for _, f := range s.folders {
		if _, inside := within(f.root, file); inside && len(f.root) > len(best.root) {
			best = f
		}
	}
	return best
}

// pathIn is where a document lies in a folder; by its name alone where it lies in none.
func (f *folder) pathIn(uri string) string {
	file, ok := fileOf(uri)
	if !ok {
		return path.Base(uri[len("untitled:"):])
	}
	if rel, inside := within(f.root, file); inside && f.root != "" {
		return rel
	}
	return filepath.Base(file)
}

// watch asks the editor to tell when the configuration changes, or what says which files belong to a folder.
func (s *server) watch(ctx context.Context, conn *jsonrpc2.Conn) error {
	if !s.watches {
		return nil
	}
	type watcher struct {
		GlobPattern string `json:"globPattern"`
	}
	watchers := []watcher{{"**/" + s.options.ConfigName}}
	for _, name := range ignoreFiles {
		watchers = append(watchers, watcher{"**/" + name})
	}
	options, err := json.Marshal(map[string]any{"watchers": watchers})
	if err != nil {
		return err
	}
	p := registrationParams{Registrations: []registration{{ID: "reeve-files", Method: "workspace/didChangeWatchedFiles", RegisterOptions: options}}}
	_, err = conn.DispatchCall(ctx, "client/registerCapability", p) // without the answer it goes on as well
	return err
}

// prepare reads what holds in the folder. Where that fails, what held before holds on.
func (f *folder) prepare(ctx context.Context, o Options) (notes []string, err error) {
	options, err := o.Prepare(f.root)
	if err != nil {
		return nil, err
	}
	f.options, f.drafts, f.excluded = options, gate.NewDrafts(options), options.Source.Excluded()
	if f.root == "" {
		return options.Notes, nil
	}
	beside := options.Source
	beside.MaxFileSize = min(limit(beside), maxBesideFile)
	beside.Only = func(path string) bool {
		if len(f.paths) < maxFiles {
			f.paths = append(f.paths, path)
		}
		return false
	}
	source, err := target.Open(ctx, f.root, beside)
	if err != nil {
		f.source, f.paths = nil, nil
		return options.Notes, err
	}
	f.source = source
	return options.Notes, nil
}

func limit(o target.Options) int64 {
	if o.MaxFileSize > 0 {
		return o.MaxFileSize
	}
	return target.DefaultMaxFileSize
}

// list finds out which files the folder has. None is opened.
func (f *folder) list(ctx context.Context) error {
	if f.source == nil {
		return nil
	}
	f.paths = nil
	_, _, err := f.source.Each(ctx, 1, func(int, *target.Item) error { return nil })
	slices.Sort(f.paths)
	if err != nil {
		return fmt.Errorf("list the files of %q: %w", f.root, err)
	}
	return nil
}

// has tells whether a file belongs to the folder.
func (f *folder) has(path string) bool {
	_, found := slices.BinarySearch(f.paths, path)
	return found
}

// isIgnored tells of a file that a scan of the folder passes over: it is excluded, or it is there and does not belong to the folder.
func (f *folder) isIgnored(path string) bool {
	if f.excluded(path) {
		return true
	}
	if f.source == nil || f.has(path) || len(f.paths) >= maxFiles {
		return false
	}
	_, err := os.Lstat(filepath.Join(f.root, filepath.FromSlash(path)))
	return err == nil
}

// surroundings are the files of a folder as they stand in the editor, or on the disk where they are not open there.
type surroundings struct {
	*folder
	server *server
}

var _ engine.Tree = surroundings{}

// Paths are those of the folder's files.
func (t surroundings) Paths() []string { return t.paths }

// Read gives a file of the folder. What lies behind a link or is too long is an error.
func (t surroundings) Read(path string) ([]byte, error) {
	if !fs.ValidPath(path) {
		return nil, fmt.Errorf("read %q: not a path inside the folder", path)
	}
	full := filepath.Join(t.root, filepath.FromSlash(path))
	if data, open := t.server.openText(full); open && len(data) <= maxBesideFile {
		return []byte(data), nil
	}
	reader, ok := t.source.(target.Reader)
	if !ok {
		return nil, fmt.Errorf("read %q: there is no folder", path)
	}
	return reader.ReadFile(path)
}

// openText gives what a file says in the editor.
func (s *server) openText(file string) (data string, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.documents {
		if d.file == file && d.text != nil {
			return d.text.data, true
		}
	}
	return "", false
}
