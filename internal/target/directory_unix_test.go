//go:build unix

package target

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

func link(t testing.TB, to, root, name string) {
	t.Helper()
	if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
		t.Fatal(err)
	}
}

func TestDirectory_linksAreText(t *testing.T) {
	outside := tree(t, map[string]string{"secret": "outside"})
	root := tree(t, map[string]string{"a/b/c": "c"})
	link(t, outside, root, "out")
	link(t, filepath.Join(outside, "secret"), root, "file")
	link(t, "..", root, "a/loop")
	link(t, "loop", root, "loop")
	link(t, "nowhere", root, "dangling")
	got, looked, unread := seen(t, NewDirectory(root, Options{}))
	want := map[string]string{"a/b/c": "c", "out": outside, "file": outside + "/secret", "a/loop": "..", "loop": "loop", "dangling": "nowhere"}
	if diff := cmp.Diff(want, got); diff != "" || looked.Files != 6 || len(unread) != 0 {
		t.Errorf("%s %+v %v", diff, looked, unread)
	}
}

func TestDirectory_rootMayBeALink(t *testing.T) {
	root := tree(t, map[string]string{"a/b": "b"})
	other := t.TempDir()
	link(t, root, other, "here")
	got, _, _ := seen(t, NewDirectory(filepath.Join(other, "here"), Options{}))
	if got["a/b"] != "b" {
		t.Errorf("got %v", got)
	}
}

func TestItem_mode(t *testing.T) {
	root := tree(t, map[string]string{"plain": "x", "tool": "x"})
	if err := os.Chmod(filepath.Join(root, "tool"), 0o755); err != nil {
		t.Fatal(err)
	}
	link(t, "tool", root, "link")
	got := map[string]uint32{}
	_, _, err := NewDirectory(root, Options{}).Each(context.Background(), 1, func(_ int, item *Item) error {
		got[item.Path] = item.Mode
		return nil
	})
	want := map[string]uint32{"plain": ModeFile, "tool": ModeExecutable, "link": ModeLink}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func special(t *testing.T) string {
	t.Helper()
	root := tree(t, map[string]string{"a": "a"})
	if err := unix.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	t.Chdir(root) // a socket's path must be short
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: "socket"}); err != nil {
		t.Fatal(err)
	}
	return root
}

// A named pipe that is opened waits for a writer for ever: this test would never end.
func TestDirectory_specialFilesAreCountedNotOpened(t *testing.T) {
	root := special(t)
	want := finding.Looked{Files: 1, Skipped: map[string]int{"named pipe": 1, "socket": 1}}
	_, looked, unread := seen(t, NewDirectory(root, Options{}))
	if diff := cmp.Diff(want, looked); diff != "" || len(unread) != 0 {
		t.Error(diff, unread)
	}
	listed := lister{files: []git.File{{Path: "a"}, {Path: "pipe"}, {Path: "socket"}}}
	_, looked, unread = seen(t, NewDirectory(root, Options{}).WithGit(listed, ""))
	if diff := cmp.Diff(want, looked); diff != "" || len(unread) != 0 {
		t.Error("listed:", diff, unread)
	}
	// The kind may change between listing and opening: the open itself must not wait either.
	in, err := openRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	defer in.release()
	if _, _, kind, err := (&reader{limit: 10}).read(in, "pipe"); kind != os.ModeNamedPipe || err != nil {
		t.Errorf("pipe: %v, %v", kind, err)
	}
}

func TestOpen_refusesAPipe(t *testing.T) {
	root := special(t)
	if _, err := Open(context.Background(), filepath.Join(root, "pipe"), Options{}); err == nil || !strings.Contains(err.Error(), "neither") {
		t.Errorf("got %v", err)
	}
}

func TestFolder_openRefusesLinksOnTheWay(t *testing.T) {
	outside := tree(t, map[string]string{"d/secret": "outside"})
	root := tree(t, map[string]string{"a/b/c": "c"})
	link(t, outside, root, "a/out")
	in, err := openRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	defer in.release()
	for _, path := range []string{"a/out", "a/out/d"} {
		if f, err := in.open(path); err == nil {
			f.release()
			t.Errorf("%s was opened", path)
		}
	}
	f, err := in.open("a/b")
	if err != nil {
		t.Fatal(err)
	}
	f.release()
}

func TestDirectory_namesOfAnyBytes(t *testing.T) {
	root := t.TempDir()
	want := map[string]string{}
	for _, name := range []string{"new\nline", "\xff\xfe", "\x1b[31mred", " ", "-rf", "a\\b", "\u202egpj.exe"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte("x"), 0o600); err != nil {
			t.Skipf("the file system refuses %q: %v", name, err)
		}
		want[name] = "x"
	}
	got, _, _ := seen(t, NewDirectory(root, Options{}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDirectory_unreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	root := tree(t, map[string]string{"a": "a", "file": "x", "dir/x": "x"})
	for _, name := range []string{"file", "dir"} {
		if err := os.Chmod(filepath.Join(root, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(root, "dir"), 0o755) })
	got, _, unread := seen(t, NewDirectory(root, Options{}))
	if len(got) != 1 || len(unread) != 2 {
		t.Errorf("got %v, unread %v", got, unread)
	}
}

func TestDirectory_deepTree(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	const depth = 420 // the last of them cannot be opened by their path
	for i := range depth {
		if err := os.Mkdir("directory", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chdir("directory"); err != nil {
			t.Skipf("depth %d: %v", i, err)
		}
		if i == 399 {
			if err := os.WriteFile("f", []byte("deep"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, _, unread := seen(t, NewDirectory(root, Options{}))
	if got[strings.Repeat("directory/", 400)+"f"] != "deep" || len(unread) != 1 || unread[0].Why != errDeep.Error() {
		t.Errorf("%d files, unread %v", len(got), unread)
	}
}

// The walk and git must agree on what is ignored, whatever the patterns.
func TestDirectory_ignoresAsGitDoes(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	names := []string{"a", "b.txt", "foo", "foo.c", "bar", "x[1]", "-", "#h", "!n", "sp ace", "UP"}
	files := map[string]string{}
	for _, d := range []string{"", "a.d/", "foo.d/", "foo.d/bar.d/", "x/y/z/", "x/foo.d/y/"} {
		for _, n := range names {
			files[d+n] = ""
		}
	}
	patterns := []string{"*.txt", "/foo", "foo.d/", "foo*", "!foo.c", "**/bar", "x/**", "x/**/foo", "x/*/z", "a.d/*", "!a.d/b.txt", "[a-c]*", "x\\[1\\]",
		"[!f]*", "\\#h", "\\!n", "sp ace", "sp*e  ", "*/y", "/x/y/", "**", "!*/", "f?o", "[[:upper:]]*", "bar.d/**", "!bar.d/foo", "**/z/*", "x/y**", "#h", "/*", "!/a.d", "[]-]", "foo.[!d]"}
	root := tree(t, files)
	run := func(args ...string) string {
		command := exec.Command("git", append([]string{"-C", root}, args...)...)
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := command.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args, err)
		}
		return string(out)
	}
	run("init", "-q")
	for i := range len(patterns) * 3 {
		list := []string{patterns[i%len(patterns)], patterns[(i*7+3)%len(patterns)], patterns[(i*5+1)%len(patterns)]}[:1+i/len(patterns)]
		for path, text := range map[string]string{".gitignore": strings.Join(list, "\n") + "\n", "x/.gitignore": patterns[(i*11+2)%len(patterns)] + "\n"} {
			if err := os.WriteFile(filepath.Join(root, path), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]bool{}
		for name := range strings.SplitSeq(run("ls-files", "-z", "-o", "--exclude-standard"), "\x00") {
			if name != "" {
				want[name] = true
			}
		}
		got := map[string]bool{}
		texts, _, _ := seen(t, NewDirectory(root, Options{}))
		for path := range texts {
			got[path] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q and %d: %s", list, i, diff)
		}
	}
}

// Open in a real work tree: git knows that a file is tracked although .gitignore names it.
func TestOpen_gitWorkTree(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	root := tree(t, map[string]string{".gitignore": "*.log\n", "tracked.log": "t", "new": "n", "x.log": "x", "sub/a": "a", "sub/y.log": "x",
		".reeveignore": "skipped\n", "skipped": "x", "gone": "x"})
	for _, args := range [][]string{{"init", "-q"}, {"add", "-f", "tracked.log", "gone", "skipped"}} {
		if out, err := exec.Command("git", append([]string{"-C", root}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	if err := os.Remove(filepath.Join(root, "gone")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path    string
		options Options
		want    []string
	}{
		{"", Options{}, []string{".gitignore", ".reeveignore", "new", "sub/a", "tracked.log"}},
		{"sub", Options{}, []string{"a"}},
		{"sub", Options{IncludeIgnored: true}, []string{"a", "y.log"}},
	}
	for _, test := range tests {
		s, err := Open(t.Context(), filepath.Join(root, test.path), test.options)
		if err != nil {
			t.Fatal(err)
		}
		got, _, unread := seen(t, s)
		if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(got))); diff != "" || len(unread) != 0 {
			t.Errorf("%q: %s %v", test.path, diff, unread)
		}
	}
}

// manyFiles writes n small files as a source tree has them.
func manyFiles(b *testing.B, n int) string {
	b.Helper()
	files := map[string]string{".gitignore": "*.o\n*.log\n/build/\nnode_modules/\n"}
	text := strings.Repeat("func handler(w http.ResponseWriter, r *http.Request) {}\n", 50)
	for i := range n {
		files[fmt.Sprintf("src/p%d/q%d/file%d.go", i%25, i%500, i)] = text
	}
	return tree(b, files)
}

func BenchmarkDirectory_10000(b *testing.B) {
	root := manyFiles(b, 10_000)
	run := func(d *Directory) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				looked, _, err := d.Each(context.Background(), 2, func(int, *Item) error { return nil })
				if err != nil || looked.Files < 10_000 {
					b.Fatal(looked, err)
				}
			}
		}
	}
	var listed lister
	_, _, err := NewDirectory(root, Options{}).Each(context.Background(), 1, func(_ int, item *Item) error {
		listed.files = append(listed.files, git.File{Path: item.Path})
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
	b.Run("walk", run(NewDirectory(root, Options{})))
	b.Run("listed", run(NewDirectory(root, Options{}).WithGit(listed, "")))
}
