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

// two makes a repository with two commits and returns their ids.
func two(t *testing.T, args ...string) (dir string, first, second ID) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, append([]string{"init", "-q"}, args...)...)
	write(t, dir, "a.txt", "one\n")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "one")
	first = mustID(t, git(t, dir, "rev-parse", "HEAD"))
	write(t, dir, "a.txt", "two\n")
	git(t, dir, "commit", "-qam", "two")
	return dir, first, mustID(t, git(t, dir, "rev-parse", "HEAD"))
}

func TestRefs_everyKind(t *testing.T) {
	dir, first, second := two(t)
	git(t, dir, "tag", "light", "HEAD~1")
	git(t, dir, "tag", "-a", "heavy", "-m", "words")
	git(t, dir, "pack-refs", "--all")
	git(t, dir, "branch", "a-side", "HEAD~1")
	other := filepath.Join(t.TempDir(), "other")
	git(t, dir, "worktree", "add", "-q", "--detach", other, "HEAD~1")
	other, err := filepath.EvalSymlinks(other)
	if err != nil {
		t.Fatal(err)
	}
	heavy := mustID(t, git(t, dir, "rev-parse", "heavy"))
	got, err := open(t, dir).Refs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := []Ref{
		{Name: "HEAD", Target: second, Peeled: second, Kind: Commit, Symref: "refs/heads/main"},
		{Name: "worktrees/" + filepath.ToSlash(other) + "/HEAD", Target: first, Peeled: first, Kind: Commit},
		{Name: "refs/heads/a-side", Target: first, Peeled: first, Kind: Commit},
		{Name: "refs/heads/main", Target: second, Peeled: second, Kind: Commit},
		{Name: "refs/tags/heavy", Target: heavy, Peeled: second, Kind: Tag},
		{Name: "refs/tags/light", Target: first, Peeled: first, Kind: Commit},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefs_missingObject(t *testing.T) {
	dir, first, _ := two(t)
	git(t, dir, "branch", "side", "HEAD~1")
	name := first.String()
	if err := os.Remove(filepath.Join(dir, ".git/objects", name[:2], name[2:])); err != nil {
		t.Fatal(err)
	}
	refs, err := open(t, dir).Refs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(refs, func(r Ref) bool { return r.Name == "refs/heads/side" && r.Target == first }) {
		t.Errorf("side is not among %v", refs)
	}
}

func TestRefs_noCommits(t *testing.T) {
	dir := t.TempDir()
	git(t, dir, "init", "-q")
	refs, err := open(t, dir).Refs(context.Background())
	if err != nil || len(refs) != 0 {
		t.Errorf("got %v, %v", refs, err)
	}
}

func TestResolve(t *testing.T) {
	dir, first, second := two(t)
	r := open(t, dir)
	for rev, want := range map[string]ID{"HEAD": second, "main~1": first, "@": second, second.String()[:10]: second} {
		if got, err := r.Resolve(context.Background(), rev); err != nil || got != want {
			t.Errorf("%q: got %v, %v", rev, got, err)
		}
	}
	if _, err := r.Resolve(context.Background(), "nothing"); !errors.Is(err, ErrNoRevision) {
		t.Errorf("got %v", err)
	}
}

func TestResolve_refusesOptions(t *testing.T) {
	dir, _, _ := two(t)
	r := open(t, dir)
	for _, rev := range []string{"", "--all", "-h", "^HEAD", "HEAD..main", "HEAD\nmain", "HEAD\x00"} {
		if id, err := r.Resolve(context.Background(), rev); err == nil || errors.Is(err, ErrNoRevision) {
			t.Errorf("%q: got %v, %v", rev, id, err)
		}
	}
}

func TestReflogs_filesAndGitAgree(t *testing.T) {
	dir, first, second := two(t)
	write(t, dir, "a.txt", "three\n")
	git(t, dir, "commit", "-qam", "three")
	third := mustID(t, git(t, dir, "rev-parse", "HEAD"))
	git(t, dir, "reset", "-q", "--hard", "HEAD~2")
	r := open(t, dir)
	logs, err := r.Reflogs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := []Reflog{{Ref: "HEAD", IDs: []ID{first, third, second}}, {Ref: "refs/heads/main", IDs: []ID{first, third, second}}}
	if diff := cmp.Diff(want, logs, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	told, err := r.reflogIDs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range logs[0].IDs {
		if !slices.Contains(told[0].IDs, id) {
			t.Errorf("git does not name %s", id)
		}
	}
}

func TestStashes(t *testing.T) {
	dir, _, _ := two(t)
	r := open(t, dir)
	if ids, err := r.Stashes(context.Background()); err != nil || len(ids) != 0 {
		t.Errorf("without a stash: %v, %v", ids, err)
	}
	var want []ID
	for _, content := range []string{"stash one\n", "stash two\n"} {
		write(t, dir, "a.txt", content)
		git(t, dir, "stash", "-q")
		want = slices.Insert(want, 0, mustID(t, git(t, dir, "rev-parse", "stash@{0}")))
	}
	got, err := r.Stashes(context.Background())
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestShallowIDs(t *testing.T) {
	dir, _, second := two(t)
	if ids, err := open(t, dir).ShallowIDs(); err != nil || len(ids) != 0 {
		t.Errorf("whole repository: %v, %v", ids, err)
	}
	git(t, dir, "clone", "-q", "--depth=1", "file://"+dir, "cut")
	r := open(t, filepath.Join(dir, "cut"))
	ids, err := r.ShallowIDs()
	if err != nil || !slices.Equal(ids, []ID{second}) || !r.Shallow {
		t.Errorf("got %v, %v, shallow %v", ids, err, r.Shallow)
	}
}

func TestOpen_everyPlace(t *testing.T) {
	dir, _, _ := two(t)
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "deep/down/file", "x")
	git(t, dir, "worktree", "add", "-q", "linked")
	git(t, dir, "clone", "-q", "--bare", ".", "bare.git")
	git(t, dir, "submodule", "--quiet", "add", "./bare.git", "sub")
	main := Repository{GitDir: dir + "/.git", CommonDir: dir + "/.git", WorkTree: dir}
	tests := []struct {
		path string
		want Repository
	}{
		{"", main}, {"deep/down", main}, {"deep/down/file", main}, {".git", main}, {".git/objects", main},
		{"linked", Repository{GitDir: dir + "/.git/worktrees/linked", CommonDir: dir + "/.git", WorkTree: dir + "/linked"}},
		{"linked/.git", Repository{GitDir: dir + "/.git/worktrees/linked", CommonDir: dir + "/.git", WorkTree: dir + "/linked"}},
		{"bare.git", Repository{GitDir: dir + "/bare.git", CommonDir: dir + "/bare.git", Bare: true}},
		{"bare.git/refs", Repository{GitDir: dir + "/bare.git", CommonDir: dir + "/bare.git", Bare: true}},
		{"sub", Repository{GitDir: dir + "/.git/modules/sub", CommonDir: dir + "/.git/modules/sub", WorkTree: dir + "/sub"}},
	}
	for _, test := range tests {
		t.Run(strings.ReplaceAll("at/"+test.path, "/", "-"), func(t *testing.T) {
			r := open(t, filepath.Join(dir, test.path))
			got := Repository{GitDir: r.GitDir, CommonDir: r.CommonDir, WorkTree: r.WorkTree, Bare: r.Bare}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(Repository{}, runner{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if r.Hash != sha1Size || r.ObjectDir != test.want.CommonDir+"/objects" {
				t.Errorf("hash %d, objects in %s", r.Hash, r.ObjectDir)
			}
			if _, err := r.Resolve(context.Background(), "HEAD"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpen_failures(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	if _, err := Open(ctx, dir); !errors.Is(err, ErrNotRepository) || !strings.Contains(err.Error(), dir) {
		t.Errorf("not a repository: %v", err)
	}
	if _, err := Open(ctx, filepath.Join(dir, "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such path: %v", err)
	}
	t.Run("no-git", func(t *testing.T) {
		t.Setenv("PATH", dir)
		if _, err := Open(ctx, dir); !errors.Is(err, ErrNoGit) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("foreign-owner", func(t *testing.T) {
		mine, _, _ := two(t)
		// Git's own switch for testing this, since only root can give a directory away.
		t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
		_, err := Open(ctx, mine)
		if !errors.Is(err, ErrUnsafeOwner) || !strings.Contains(err.Error(), "safe.directory") || !strings.Contains(err.Error(), mine) {
			t.Errorf("got %v", err)
		}
	})
}

func TestOpen_environment(t *testing.T) {
	dir, _, second := two(t)
	other, _, _ := two(t)
	// A hook's environment: it counts for the current directory and for nothing else.
	t.Chdir(t.TempDir())
	t.Setenv("GIT_DIR", filepath.Join(dir, ".git"))
	t.Setenv("GIT_WORK_TREE", dir)
	for path, want := range map[string]string{"": dir, ".": dir, other: other} {
		r := open(t, path)
		got, _ := filepath.EvalSymlinks(r.GitDir)
		if want, _ := filepath.EvalSymlinks(filepath.Join(want, ".git")); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
	if id, err := open(t, "").Resolve(context.Background(), "HEAD"); err != nil || id != second {
		t.Errorf("got %v, %v", id, err)
	}
}

func TestOpen_quarantine(t *testing.T) {
	// While a push is received, its objects are in a directory of their own and the repository's are an alternate.
	dir, _, second := two(t)
	gitDir := filepath.Join(dir, ".git")
	incoming := filepath.Join(gitDir, "objects", "incoming-1")
	if err := os.MkdirAll(incoming, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(gitDir)
	t.Setenv("GIT_DIR", ".")
	t.Setenv("GIT_OBJECT_DIRECTORY", "./objects/incoming-1")
	t.Setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "./objects")
	pushed := mustID(t, gitInput(t, gitDir, "pushed", "hash-object", "-w", "--stdin"))
	o := objects(t, ".")
	for _, id := range []ID{pushed, second} {
		if !o.Has(id) {
			t.Errorf("%s is not there", id)
		}
	}
	if kind, data, err := o.Read(context.Background(), pushed); err != nil || kind != Blob || string(data) != "pushed" {
		t.Errorf("got %v %q %v", kind, data, err)
	}
}

func TestOpen_partialClone(t *testing.T) {
	dir, _, _ := two(t)
	git(t, dir, "config", "uploadpack.allowFilter", "true")
	git(t, dir, "clone", "-q", "--bare", "--filter=blob:none", "file://"+dir, "partial")
	r := open(t, filepath.Join(dir, "partial"))
	if !r.Partial || open(t, dir).Partial {
		t.Errorf("partial: %v", r.Partial)
	}
	// What is missing is missing: it is neither fetched nor an error of its own.
	list, err := r.NewObjects(context.Background(), []string{"main"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	for _, o := range list {
		if o.Missing {
			missing++
		}
	}
	if missing != 2 {
		t.Errorf("%d objects are missing, want 2: %v", missing, list)
	}
}
