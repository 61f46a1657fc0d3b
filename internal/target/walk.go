package target

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// walk is one walk over a folder.
type walk struct {
	dir     *Directory
	root    *folder
	queue   *queue
	look    func(worker int, item *Item) error
	workers []*worker
}

// worker is what one goroutine of a walk needs for itself.
type worker struct {
	*walk
	number int
	reader reader
	item   Item
	looked finding.Looked
	unread []finding.Unread
}

// chunk is how many files of a folder are one task: few enough to share out a large folder, enough to make sharing cheap.
const chunk = 32

func newWalk(d *Directory, root *folder, workers int, look func(int, *Item) error) *walk {
	w := &walk{dir: d, root: root, queue: newQueue(), look: look}
	for n := range workers {
		w.workers = append(w.workers, &worker{walk: w, number: n, reader: reader{limit: d.options.MaxFileSize}})
	}
	return w
}

func (w *walk) do(n int, t task) error {
	one := w.workers[n]
	if t.in != nil {
		defer t.in.release()
	}
	switch {
	case t.names == nil:
		return one.list(t)
	case t.in == nil:
		return one.open(t)
	}
	return one.files(t)
}

// sum adds up what the workers counted.
func (w *walk) sum() (finding.Looked, []finding.Unread) {
	var looked finding.Looked
	var unread []finding.Unread
	for _, one := range w.workers {
		looked.Add(one.looked)
		unread = append(unread, one.unread...)
	}
	return looked, unread
}

// miss notes what could not be read.
func (w *worker) miss(path string, err error) {
	if path == "" {
		path = "."
	}
	var whole *fs.PathError
	if errors.As(err, &whole) {
		err = whole.Err // the path is said already, and may be an absolute one
	}
	w.unread = append(w.unread, finding.Unread{What: path, Why: err.Error()})
}

// maxPath bounds the path of a folder, in bytes: as much as Linux and git take. Without it a tree that is only deep would
// cost more with each step.
const maxPath = 4096

var errDeep = errors.New("its path is longer than 4096 bytes")

// folderOf opens the folder of a task: one step from the folder above where that is open, else all the way from the root.
func (w *worker) folderOf(t task) (*folder, error) {
	switch {
	case len(t.dir) > maxPath:
		return nil, errDeep
	case t.dir == "":
		return openRoot(w.dir.path)
	case t.in != nil:
		_, name := split(t.dir)
		return t.in.open(name)
	}
	return w.root.open(t.dir)
}

// list reads a folder's entries and queues them.
func (w *worker) list(t task) error {
	in, err := w.folderOf(t)
	if errors.Is(err, fs.ErrNotExist) {
		w.looked.Skip(skipGone)
		return nil
	}
	if err != nil {
		w.miss(t.dir, err)
		return nil
	}
	defer in.release()
	scope := w.scopeIn(in, t.dir, t.scope)
	for {
		entries, err := in.list(1024)
		if err := w.share(in, t.dir, scope, entries); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			w.miss(t.dir, err)
			return nil
		}
	}
}

// scopeIn adds the ignore files of a folder to what holds there. Later patterns decide, so .reeveignore speaks last.
func (w *worker) scopeIn(in *folder, dir string, above *ignore.Scope) *ignore.Scope {
	var list ignore.List
	if !w.dir.options.IncludeIgnored {
		list = w.ignoreFile(in, dir, ".gitignore")
	}
	return above.Within(dir, append(list, w.ignoreFile(in, dir, ".reeveignore")...))
}

// maxIgnoreFile bounds an ignore file, in bytes.
const maxIgnoreFile = 1 << 20

func (w *worker) ignoreFile(in *folder, dir, name string) ignore.List {
	r := reader{buffer: w.reader.buffer, limit: maxIgnoreFile}
	data, _, kind, err := r.read(in, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) || kind != 0:
		return nil
	case err != nil && !errors.Is(err, errChanged):
		w.miss(join(dir, name), err)
		return nil
	}
	return ignore.ParseFile(data)
}

// share queues folders and chunks of files.
func (w *worker) share(in *folder, dir string, scope *ignore.Scope, entries []fs.DirEntry) error {
	var names []string
	for i, e := range entries {
		if w.wanted(dir, e, scope) {
			if e.IsDir() {
				w.shareFolder(task{dir: join(dir, e.Name()), scope: scope, in: in})
			} else {
				if names == nil {
					names = make([]string, 0, min(chunk, len(entries)-i))
				}
				names = append(names, e.Name())
			}
		}
		if len(names) == chunk || i == len(entries)-1 && len(names) > 0 {
			if err := w.shareFiles(task{dir: dir, in: in, names: names}); err != nil {
				return err
			}
			names = nil
		}
	}
	return nil
}

func (w *worker) shareFolder(t task) {
	if !w.queue.push(t) {
		t.in = nil
		w.queue.push(t)
	}
}

func (w *worker) shareFiles(t task) error {
	if w.queue.push(t) {
		return nil
	}
	return w.files(t)
}

// wanted counts and refuses what is passed over by name or by kind.
func (w *worker) wanted(dir string, e fs.DirEntry, scope *ignore.Scope) bool {
	if e.Name() == ".git" {
		w.looked.Skip(skipGit)
		return false
	}
	if kind := e.Type() &^ fs.ModeDir &^ fs.ModeSymlink; kind != 0 {
		w.looked.Skip(skipKind(kind))
		return false
	}
	path := join(dir, e.Name())
	switch {
	case w.dir.exclude.Ignored(path, e.IsDir()):
		w.looked.Skip(skipExcluded)
		return false
	case scope.Ignored(path, e.IsDir()):
		w.looked.Skip(skipIgnored)
		return false
	}
	return true
}

func skipKind(kind fs.FileMode) string {
	switch {
	case kind&fs.ModeNamedPipe != 0:
		return skipPipe
	case kind&fs.ModeSocket != 0:
		return skipSocket
	}
	return skipDevice
}

// open opens the folder of names that git has listed.
func (w *worker) open(t task) error {
	in, err := w.folderOf(t)
	if errors.Is(err, fs.ErrNotExist) {
		for range t.names {
			w.looked.Skip(skipGone)
		}
		return nil
	}
	if err != nil {
		w.miss(t.dir, err)
		return nil
	}
	defer in.release()
	t.in = in
	return w.files(t)
}

// files looks at some files of an open folder.
func (w *worker) files(t task) error {
	for _, name := range t.names {
		if err := w.file(t, name); err != nil {
			return err
		}
	}
	return nil
}

// file looks at one file.
func (w *worker) file(t task, name string) error {
	path := join(t.dir, name)
	if only := w.dir.options.Only; only != nil && !only(path) {
		w.looked.Skip(skipUnasked)
		return nil
	}
	if t.listed {
		kind, err := t.in.kind(name)
		if err == nil && kind&^fs.ModeSymlink != 0 {
			return w.passOver(path, kind)
		}
	}
	data, executable, kind, err := w.reader.read(t.in, name)
	mode := uint32(ModeFile)
	switch {
	case err == nil && kind&fs.ModeSymlink != 0:
		mode = ModeLink
		data, err = t.in.link(name, w.reader.buffer)
	case err == nil && kind != 0:
		return w.passOver(path, kind)
	case executable:
		mode = ModeExecutable
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		w.looked.Skip(skipGone)
		return nil
	case errors.Is(err, errTooBig) && w.dir.options.MustRead != nil && w.dir.options.MustRead(path):
		w.miss(path, errTooBig)
		return nil
	case errors.Is(err, errTooBig):
		w.looked.Skip(skipTooBig)
		return nil
	case errors.Is(err, errChanged):
		w.miss(path, err) // what was read is looked at all the same
	case err != nil:
		w.miss(path, err)
		return nil
	}
	w.looked.Files++
	w.item = Item{Path: path, Data: data, Mode: mode}
	return w.look(w.number, &w.item)
}

// passOver counts what is no file. A folder stands here only if it took a file's place since it was listed.
func (w *worker) passOver(path string, kind fs.FileMode) error {
	if kind.IsDir() {
		w.miss(path, errChanged)
		return nil
	}
	w.looked.Skip(skipKind(kind))
	return nil
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

// split is the folder and the name of a path.
func split(path string) (dir, name string) {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}
