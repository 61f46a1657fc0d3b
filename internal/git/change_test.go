package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func blobID(t *testing.T, dir, content string) ID {
	t.Helper()
	return mustID(t, gitInput(t, dir, content, "hash-object", "--stdin"))
}

func compareChanges(t *testing.T, want, got []Change, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiffIndex_everyStatus(t *testing.T) {
	dir, _, _ := two(t)
	write(t, dir, "gone.txt", "gone\n")
	write(t, dir, "kind.txt", "kind\n")
	write(t, dir, "same.txt", "same\n")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "three")
	write(t, dir, "a.txt", "staged\n")
	write(t, dir, "new line\nand \"quotes\" \xff.txt", "new\n")
	git(t, dir, "rm", "-q", "gone.txt")
	if err := os.Remove(filepath.Join(dir, "kind.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("same.txt", filepath.Join(dir, "kind.txt")); err != nil {
		t.Fatal(err)
	}
	git(t, dir, "add", ".")
	write(t, dir, "a.txt", "not staged\n")
	got, err := open(t, dir).DiffIndex(context.Background(), "")
	compareChanges(t, []Change{
		{Status: 'M', OldMode: 0o100644, NewMode: 0o100644, OldID: blobID(t, dir, "two\n"), NewID: blobID(t, dir, "staged\n"), Path: "a.txt"},
		{Status: 'D', OldMode: 0o100644, OldID: blobID(t, dir, "gone\n"), Path: "gone.txt"},
		{Status: 'T', OldMode: 0o100644, NewMode: 0o120000, OldID: blobID(t, dir, "kind\n"), NewID: blobID(t, dir, "same.txt"), Path: "kind.txt"},
		{Status: 'A', NewMode: 0o100644, NewID: blobID(t, dir, "new\n"), Path: "new line\nand \"quotes\" \xff.txt"},
	}, got, err)
}

func TestDiffIndex_beforeTheFirstCommit(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			git(t, dir, "init", "-q", "--object-format="+format)
			r := open(t, dir)
			got, err := r.DiffIndex(context.Background(), "")
			compareChanges(t, nil, got, err)
			write(t, dir, "first.txt", "first\n")
			git(t, dir, "add", ".")
			got, err = r.DiffIndex(context.Background(), "")
			compareChanges(t, []Change{{Status: 'A', NewMode: 0o100644, NewID: blobID(t, dir, "first\n"), Path: "first.txt"}}, got, err)
		})
	}
}

func TestDiffIndex_otherIndex(t *testing.T) {
	// git commit -a and git commit PATH show the hook another index than .git/index.
	dir, _, _ := two(t)
	t.Chdir(dir)
	t.Setenv("GIT_INDEX_FILE", ".git/next-index")
	git(t, dir, "read-tree", "HEAD")
	write(t, dir, "a.txt", "in the other index\n")
	git(t, dir, "add", ".")
	got, err := open(t, ".").DiffIndex(context.Background(), "HEAD")
	if err != nil || len(got) != 1 || got[0].NewID != blobID(t, dir, "in the other index\n") {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestDiffIndex_runsNothing(t *testing.T) {
	dir, _, _ := two(t)
	marker := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntouch '"+marker+"'\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, ".gitattributes", "* diff=evil filter=evil\n")
	write(t, dir, "a.txt", "staged\n")
	git(t, dir, "add", ".")
	for _, name := range []string{"core.fsmonitor", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge",
		"core.pager", "pager.diff-index", "core.sshCommand", "gpg.program", "core.alternateRefsCommand", "credential.helper"} {
		git(t, dir, "config", name, program)
	}
	git(t, dir, "config", "log.showSignature", "true")
	git(t, dir, "config", "core.hooksPath", filepath.Dir(program))
	write(t, dir, "a.txt", "changed again\n")
	t.Setenv("GIT_EXTERNAL_DIFF", program)
	r := open(t, dir)
	ctx := context.Background()
	_, err1 := r.DiffIndex(ctx, "")
	_, err2 := r.DiffTrees(ctx, "HEAD~1", "HEAD")
	_, err3 := r.ListFiles(ctx)
	_, err4 := r.Refs(ctx)
	_, err5 := r.Stashes(ctx)
	_, err6 := r.reflogIDs(ctx)
	_, err7 := r.NewObjects(ctx, []string{"HEAD"}, []string{"--all"})
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a program named by the repository ran")
	}
}

func TestDiffTrees(t *testing.T) {
	dir, first, _ := two(t)
	write(t, dir, "deep/er/b.txt", "b\n")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "three")
	r := open(t, dir)
	got, err := r.DiffTrees(context.Background(), first.String(), "HEAD")
	compareChanges(t, []Change{
		{Status: 'M', OldMode: 0o100644, NewMode: 0o100644, OldID: blobID(t, dir, "one\n"), NewID: blobID(t, dir, "two\n"), Path: "a.txt"},
		{Status: 'A', NewMode: 0o100644, NewID: blobID(t, dir, "b\n"), Path: "deep/er/b.txt"},
	}, got, err)
	got, err = r.DiffTrees(context.Background(), "", first.String())
	compareChanges(t, []Change{{Status: 'A', NewMode: 0o100644, NewID: blobID(t, dir, "one\n"), Path: "a.txt"}}, got, err)
	if _, err := r.DiffTrees(context.Background(), "--output=x", "HEAD"); err == nil {
		t.Error("an option was taken for a revision")
	}
	if _, err := r.DiffTrees(context.Background(), "nothing", "HEAD"); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestMergeBase(t *testing.T) {
	dir, first, _ := two(t)
	git(t, dir, "checkout", "-q", "-b", "side", "HEAD~1")
	git(t, dir, "commit", "-q", "--allow-empty", "-m", "side")
	git(t, dir, "checkout", "-q", "--orphan", "alone")
	git(t, dir, "commit", "-q", "-m", "alone")
	r := open(t, dir)
	if got, err := r.MergeBase(context.Background(), "main", "side"); err != nil || got != first {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := r.MergeBase(context.Background(), "main", "alone"); !errors.Is(err, ErrNoRevision) {
		t.Errorf("got %v", err)
	}
	if _, err := r.MergeBase(context.Background(), "main", "nothing"); err == nil || errors.Is(err, ErrNoRevision) {
		t.Errorf("got %v", err)
	}
}

func TestNewObjects(t *testing.T) {
	dir, _, _ := two(t)
	git(t, dir, "branch", "known")
	write(t, dir, "deep/new.txt", "new\n")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "three")
	tip := git(t, dir, "rev-parse", "HEAD")
	r := open(t, dir)
	got, err := r.NewObjects(context.Background(), []string{"main"}, []string{"known"})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, o := range got {
		paths = append(paths, o.Path)
	}
	slices.Sort(paths)
	if want := []string{"", "", "deep", "deep/new.txt"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
	if !slices.Contains(got, ObjectPath{ID: blobID(t, dir, "new\n"), Path: "deep/new.txt"}) {
		t.Errorf("the new blob is not in %v", got)
	}
	// In a pre-receive hook the pushed commit is in no ref yet.
	git(t, dir, "update-ref", "refs/heads/main", "known")
	if got, err := r.NewObjects(context.Background(), []string{tip}, []string{"--all"}); err != nil || len(got) != 4 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := r.NewObjects(context.Background(), nil, []string{"--all"}); err != nil || len(got) != 0 {
		t.Errorf("without anything: %v, %v", got, err)
	}
	for _, bad := range []string{"--all", "-x", "a\n--all"} {
		if _, err := r.NewObjects(context.Background(), []string{bad}, nil); err == nil {
			t.Errorf("%q was taken for a revision", bad)
		}
	}
}

func TestListFiles(t *testing.T) {
	dir, _, _ := two(t)
	other, _, _ := two(t)
	git(t, dir, "submodule", "--quiet", "add", other, "sub")
	git(t, dir, "clone", "-q", other, "nested")
	write(t, dir, ".gitignore", "*.log\n")
	write(t, dir, "build.log", "ignored")
	write(t, dir, "new\tfile\n.txt", "untracked")
	write(t, dir, "forced.log", "tracked all the same")
	git(t, dir, "add", "-f", "forced.log", ".gitignore")
	conflict(t, dir)
	write(t, dir, "deep/below.txt", "x")
	got, err := open(t, filepath.Join(dir, "deep")).ListFiles(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	want := []File{
		{Path: ".gitignore", Tracked: true}, {Path: ".gitmodules", Tracked: true}, {Path: "a.txt", Tracked: true},
		{Path: "deep/below.txt"}, {Path: "forced.log", Tracked: true}, {Path: "nested", Submodule: true},
		{Path: "new\tfile\n.txt"}, {Path: "sub", Tracked: true, Submodule: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// conflict puts a.txt into the index three times, as an unfinished merge does.
func conflict(t *testing.T, dir string) {
	t.Helper()
	id := git(t, dir, "rev-parse", "HEAD:a.txt")
	var in strings.Builder
	in.WriteString("0 " + strings.Repeat("0", 40) + "\ta.txt\n")
	for _, stage := range []string{"1", "2", "3"} {
		in.WriteString("100644 " + id + " " + stage + "\ta.txt\n")
	}
	gitInput(t, dir, in.String(), "update-index", "--index-info")
}

func TestListFiles_sparse(t *testing.T) {
	dir, _, _ := two(t)
	write(t, dir, "in/x", "x")
	write(t, dir, "out/y", "y")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "three")
	git(t, dir, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
	got, err := open(t, dir).ListFiles(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := []File{{Path: "a.txt", Tracked: true}, {Path: "in/x", Tracked: true}, {Path: "out/y", Tracked: true, Absent: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestListFiles_bare(t *testing.T) {
	dir := t.TempDir()
	git(t, dir, "init", "-q", "--bare")
	if _, err := open(t, dir).ListFiles(context.Background()); !errors.Is(err, errNoWorkTree) {
		t.Errorf("got %v", err)
	}
}

func TestClone(t *testing.T) {
	from, _, second := two(t)
	marker := filepath.Join(t.TempDir(), "ran")
	template := t.TempDir()
	write(t, template, "hooks/post-checkout", "#!/bin/sh\ntouch '"+marker+"'\n")
	t.Setenv("GIT_TEMPLATE_DIR", template)
	for i, url := range []string{from, "git+file://" + from} {
		r, err := Clone(context.Background(), url, filepath.Join(t.TempDir(), "clone"))
		if err != nil {
			t.Fatal(i, err)
		}
		if id, err := r.Resolve(context.Background(), "HEAD"); err != nil || id != second || !r.Bare {
			t.Errorf("got %v, %v", id, err)
		}
		if hooks, _ := os.ReadDir(filepath.Join(r.GitDir, "hooks")); len(hooks) != 0 {
			t.Error("hooks were copied")
		}
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a hook ran")
	}
}

func TestClone_refuses(t *testing.T) {
	for _, url := range []string{
		"", "-oProxy", "--upload-pack=x", "ext::sh -c true", "http://example.org/x", "git://example.org/x", "ftp://example.org/x",
		"ssh://-oProxyCommand=x/y", "https://exa mple.org:port/x",
	} {
		if _, err := Clone(context.Background(), url, filepath.Join(t.TempDir(), "clone")); err == nil {
			t.Errorf("%q was cloned", url)
		}
	}
}

func TestClone_hidesCredentials(t *testing.T) {
	secret := strings.Repeat("s3", 10)
	for _, url := range []string{
		"file://user:" + secret + "@" + t.TempDir() + "/absent", "https://user:" + secret + "@127.0.0.1:1/absent?token=" + secret,
		"http://" + secret + "@example.org/x", "user:" + secret + "@example.invalid:x",
	} {
		_, err := Clone(context.Background(), url, filepath.Join(t.TempDir(), "clone"))
		if err == nil || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "user") && !strings.Contains(url, "invalid") {
			t.Errorf("got %v", err)
		}
	}
}

func TestRun_cancelled(t *testing.T) {
	dir, _, _ := two(t)
	r := open(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Refs(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestComplain_firstWordsOnly(t *testing.T) {
	dir, _, _ := two(t)
	_, err := open(t, dir).runner.text(context.Background(), "cat-file", "blob", "HEAD:no\x1b[31m\nsuch")
	if err == nil || strings.ContainsAny(err.Error(), "\n\x1b") || !strings.HasPrefix(err.Error(), "git cat-file: ") {
		t.Errorf("got %q", err)
	}
}
