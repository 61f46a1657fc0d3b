package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// tree writes files under a new folder; a path that ends in "/" is a folder.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range files {
		full := filepath.Join(root, filepath.FromSlash(path))
		dir := filepath.Dir(full)
		if strings.HasSuffix(path, "/") {
			dir = full
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if dir == full {
			continue
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// seen is what a walk hands over, by path.
func seen(t testing.TB, s Source) (map[string]string, finding.Looked, []finding.Unread) {
	t.Helper()
	got := map[string]string{}
	var mu sync.Mutex
	looked, unread, err := s.Each(context.Background(), 3, func(_ int, item *Item) error {
		mu.Lock()
		defer mu.Unlock()
		if _, twice := got[item.Path]; twice {
			t.Errorf("%q was handed over twice", item.Path)
		}
		got[item.Path] = string(item.Data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, looked, unread
}

func globs(t testing.TB, patterns ...string) []ignore.Glob {
	t.Helper()
	var out []ignore.Glob
	for _, p := range patterns {
		g, err := ignore.NewGlob(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

func ignoringTree(t testing.TB) string {
	return tree(t, map[string]string{
		".gitignore": "*.log\n/build/\n!keep.log\n", ".reeveignore": "secret.txt\n", ".git/config": "x", "a.txt": "a", "a.log": "x",
		"keep.log": "k", "secret.txt": "x", "build/x": "x", "sub/build/y": "y", "sub/.gitignore": "y2\n!b.log\n", "sub/b.log": "b",
		"sub/c.log": "x", "sub/y2": "x", "vendor/v.go": "x", "sub/vendor/w.go": "x", "empty": "", "sub/.git": "gitdir: elsewhere",
	})
}

func TestDirectory_ignores(t *testing.T) {
	root := ignoringTree(t)
	got, looked, unread := seen(t, NewDirectory(root, Options{Exclude: globs(t, "vendor/")}))
	want := map[string]string{".gitignore": "*.log\n/build/\n!keep.log\n", ".reeveignore": "secret.txt\n", "a.txt": "a", "keep.log": "k",
		"sub/build/y": "y", "sub/.gitignore": "y2\n!b.log\n", "sub/b.log": "b", "empty": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantLooked := finding.Looked{Files: 8, Skipped: map[string]int{"ignored": 5, "excluded": 2, "git directory": 2}}
	if diff := cmp.Diff(wantLooked, looked); diff != "" || len(unread) != 0 {
		t.Error(diff, unread)
	}
}

func TestDirectory_includeIgnored(t *testing.T) {
	got, _, _ := seen(t, NewDirectory(ignoringTree(t), Options{IncludeIgnored: true}))
	for path, want := range map[string]bool{"a.log": true, "build/x": true, "sub/c.log": true, "secret.txt": false, ".git/config": false} {
		if _, ok := got[path]; ok != want {
			t.Errorf("%s: seen %t, want %t", path, ok, want)
		}
	}
}

func TestDirectory_tooBig(t *testing.T) {
	root := tree(t, map[string]string{"ten": "0123456789", "eleven": "01234567890", "big": strings.Repeat("x", 300_000)})
	got, looked, _ := seen(t, NewDirectory(root, Options{MaxFileSize: 10}))
	if len(got) != 1 || got["ten"] != "0123456789" || looked.Skipped["too big"] != 2 {
		t.Errorf("got %v, %+v", got, looked)
	}
	got, _, _ = seen(t, NewDirectory(root, Options{}))
	if len(got["big"]) != 300_000 {
		t.Errorf("read %d bytes of the big file", len(got["big"]))
	}
}

func TestDirectory_manyFilesEachOnce(t *testing.T) {
	files := map[string]string{}
	for i := range 1000 {
		files[fmt.Sprintf("flat/f%d", i)] = fmt.Sprint(i)
		files[fmt.Sprintf("deep/%d/%d/f", i%40, i)] = fmt.Sprint(i)
	}
	got, looked, unread := seen(t, NewDirectory(tree(t, files), Options{}))
	if diff := cmp.Diff(files, got); diff != "" || looked.Files != len(files) || len(unread) != 0 {
		t.Errorf("%s %+v %v", diff, looked, unread)
	}
}

func TestOpen_singleFile(t *testing.T) {
	root := tree(t, map[string]string{"one": "1", "two": "2"})
	s, err := Open(context.Background(), filepath.Join(root, "one"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, _, _ := seen(t, s)
	if diff := cmp.Diff(map[string]string{"one": "1"}, got); diff != "" {
		t.Error(diff)
	}
	if a := s.Asset(); a.Kind != "directory" || !strings.HasSuffix(a.Name, "/one") {
		t.Errorf("asset %+v", a)
	}
}

func TestOpen_missing(t *testing.T) {
	if _, err := Open(context.Background(), filepath.Join(t.TempDir(), "no"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestEach_stopsAtTheFirstError(t *testing.T) {
	files := map[string]string{}
	for i := range 500 {
		files[fmt.Sprintf("d%d/f", i)] = "x"
	}
	stop := errors.New("stop")
	var mu sync.Mutex
	calls := 0
	_, _, err := NewDirectory(tree(t, files), Options{}).Each(context.Background(), 2, func(int, *Item) error {
		mu.Lock()
		defer mu.Unlock()
		calls++
		return stop
	})
	if !errors.Is(err, stop) || calls > 2 {
		t.Errorf("%d calls, error %v", calls, err)
	}
}

func TestEach_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, _, err := NewDirectory(tree(t, map[string]string{"a/a": "", "b/b": "", "c/c": ""}), Options{}).Each(ctx, 1, func(int, *Item) error {
		calls++
		cancel()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%d calls, error %v", calls, err)
	}
	if _, _, err := NewDirectory(t.TempDir(), Options{}).Each(ctx, 1, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
}

// lister stands for git.
type lister struct {
	files []git.File
	err   error
}

func (l lister) ListFiles(context.Context) ([]git.File, error) { return l.files, l.err }

func TestDirectory_listedByGit(t *testing.T) {
	root := tree(t, map[string]string{
		".gitignore": "*", "tracked.log": "t", "other": "x", "sub/a": "a", "sub/b": "b", "sub/.reeveignore": "b\nc/\n!a\n", "sub/c/d": "x",
		"vendor/v": "x", "module/m": "m", "module/m.o": "x", "module/.gitignore": "*.o", "module/.git": "gitdir: x", "nested/n": "n", ".reeveignore": "top\nsub/a\n", "top": "x",
	})
	files := []git.File{
		{Path: "tracked.log", Tracked: true}, {Path: "sub/b"}, {Path: "sub/a"}, {Path: "sub/a"}, {Path: "sub/c/d"}, {Path: "sub/.reeveignore"},
		{Path: "vendor/v"}, {Path: "module", Tracked: true, Submodule: true}, {Path: "nested/"}, {Path: "deleted", Tracked: true},
		{Path: "gone/too", Tracked: true}, {Path: "top"}, {Path: "../escape"}, {Path: "sub/../../escape"}, {Path: ".git/config"},
	}
	d := NewDirectory(root, Options{Exclude: globs(t, "vendor")}).WithGit(lister{files: files}, "")
	got, looked, unread := seen(t, d)
	want := map[string]string{"tracked.log": "t", "sub/a": "a", "sub/.reeveignore": "b\nc/\n!a\n", "module/m": "m", "module/.gitignore": "*.o", "nested/n": "n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantSkipped := map[string]int{"ignored": 4, "excluded": 1, "gone": 2, "git directory": 1}
	if diff := cmp.Diff(wantSkipped, looked.Skipped); diff != "" || len(unread) != 0 {
		t.Error(diff, unread)
	}
}

func TestDirectory_belowTheWorkTree(t *testing.T) {
	root := tree(t, map[string]string{"a": "a", "b/c": "c"})
	files := []git.File{{Path: "sub/a"}, {Path: "sub/b/c"}, {Path: "subway/a"}, {Path: "a"}}
	got, _, _ := seen(t, NewDirectory(root, Options{}).WithGit(lister{files: files}, "sub"))
	if diff := cmp.Diff(map[string]string{"a": "a", "b/c": "c"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDirectory_gitCannotBeAsked(t *testing.T) {
	root := tree(t, map[string]string{".gitignore": "x\n", "a": "a", "x": "x"})
	got, _, unread := seen(t, NewDirectory(root, Options{}).WithGit(lister{err: errors.New("index is damaged")}, ""))
	if got["a"] != "a" || got["x"] != "" {
		t.Errorf("got %v", got)
	}
	if len(unread) != 1 || !strings.Contains(unread[0].Why, "index is damaged") {
		t.Errorf("unread %v", unread)
	}
}

// A name no file system has stands for whatever cannot be opened.
func TestDirectory_unreadIsNamed(t *testing.T) {
	root := tree(t, map[string]string{"a": "a", "dir/x": "x"})
	long := strings.Repeat("n", 300)
	files := []git.File{{Path: "a"}, {Path: long}, {Path: long + "/x"}, {Path: "dir"}}
	got, looked, unread := seen(t, NewDirectory(root, Options{}).WithGit(lister{files: files}, ""))
	if len(got) != 1 || looked.Files != 1 || len(unread) != 3 {
		t.Fatalf("got %v, unread %v", got, unread)
	}
	for _, u := range unread {
		if strings.Contains(u.Why, root) {
			t.Errorf("the reason holds a path of this machine: %q", u.Why)
		}
	}
}

// growing is a file that gets longer with every read.
type growing struct {
	left int
	size *int64
}

func (g *growing) stat() (stamp, os.FileMode, error) { return stamp{size: *g.size}, 0, nil }

func (g *growing) read(p []byte) (int, error) {
	if g.left == 0 {
		return 0, nil
	}
	g.left--
	*g.size += 10
	return copy(p, "0123456789"), nil
}

func TestContent_changingFile(t *testing.T) {
	size := int64(5)
	r := &reader{limit: 1000}
	data, err := content(r, &growing{left: 3, size: &size}, stamp{size: 5})
	if len(data) != 30 || !errors.Is(err, errChanged) {
		t.Errorf("read %d bytes, %v", len(data), err)
	}
	if _, err := content(r, &growing{left: 1 << 20, size: &size}, stamp{size: 5}); !errors.Is(err, errTooBig) {
		t.Errorf("a file without end: %v", err)
	}
	size = 0
	if data, err := content(r, &growing{left: 2, size: &size}, stamp{}); len(data) != 20 || err != nil {
		t.Errorf("a file made up by the kernel: %d bytes, %v", len(data), err)
	}
}

func TestReader_letsGoOfLargeBuffers(t *testing.T) {
	r := &reader{limit: 64 << 20}
	size := int64(2 * keptBuffer)
	if _, err := content(r, &growing{size: &size}, stamp{size: size}); err != nil {
		t.Fatal(err)
	}
	size = 10
	if _, err := content(r, &growing{size: &size}, stamp{size: size}); err != nil || cap(r.buffer) > keptBuffer {
		t.Errorf("kept %d bytes, %v", cap(r.buffer), err)
	}
}

func TestQueue_boundsOpenFolders(t *testing.T) {
	q := newQueue()
	in := &folder{}
	for range maxQueued {
		if !q.push(task{in: in}) {
			t.Fatal("refused too early")
		}
	}
	if q.push(task{in: in}) {
		t.Error("took one more")
	}
	if !q.push(task{}) {
		t.Error("refused a task that holds nothing")
	}
	if in.users.Load() != maxQueued {
		t.Errorf("the folder is kept %d times", in.users.Load())
	}
}
