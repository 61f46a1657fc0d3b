package git

import (
	"os"
	"path/filepath"
	"testing"
)

// shapes are repositories in all the ways git stores objects. Each function returns the directory to open.
var shapes = map[string]func(testing.TB) string{
	"loose":       func(tb testing.TB) string { return newLoose(tb) },
	"as-imported": func(tb testing.TB) string { return newRepository(tb) },
	"packed":      packed,
	"packed-deep": func(tb testing.TB) string {
		dir := newRepository(tb)
		git(tb, dir, "repack", "-adfq", "--depth=250", "--window=250")
		return dir
	},
	"packed-references": func(tb testing.TB) string { // REF_DELTA instead of OFS_DELTA
		dir := newRepository(tb)
		git(tb, dir, "-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
		return dir
	},
	"index-version-1": func(tb testing.TB) string {
		dir := newRepository(tb)
		git(tb, dir, "-c", "pack.indexVersion=1", "repack", "-adfq")
		return dir
	},
	"bitmap-and-multi-pack-index": func(tb testing.TB) string {
		dir := newRepository(tb)
		git(tb, dir, "repack", "-adfqb")
		git(tb, dir, "multi-pack-index", "write")
		return dir
	},
	"several-packs-with-doubles": severalPacks,
	"sha256": func(tb testing.TB) string {
		dir := newRepository(tb, "--object-format=sha256")
		git(tb, dir, "repack", "-adfq")
		write(tb, dir, "more", "loose as well")
		git(tb, dir, "add", ".")
		return dir
	},
	"sha256-references": func(tb testing.TB) string {
		dir := newRepository(tb, "--object-format=sha256")
		git(tb, dir, "-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
		return dir
	},
	"bare": func(tb testing.TB) string {
		dir := tb.TempDir()
		git(tb, dir, "clone", "-q", "--bare", newRepository(tb), "bare.git")
		return filepath.Join(dir, "bare.git")
	},
	"worktree": func(tb testing.TB) string {
		dir := packed(tb)
		other := filepath.Join(tb.TempDir(), "other")
		git(tb, dir, "worktree", "add", "-q", "-b", "side", other)
		write(tb, other, "side.txt", "on the side")
		git(tb, other, "add", ".")
		return other
	},
	"submodule": func(tb testing.TB) string {
		dir := newRepository(tb)
		git(tb, dir, "submodule", "--quiet", "add", packed(tb), "sub")
		return filepath.Join(dir, "sub")
	},
	"shallow": func(tb testing.TB) string {
		dir := tb.TempDir()
		git(tb, dir, "clone", "-q", "--depth=3", "file://"+newRepository(tb), "shallow")
		return filepath.Join(dir, "shallow")
	},
	"alternates": func(tb testing.TB) string {
		dir := tb.TempDir()
		git(tb, dir, "clone", "-q", "--shared", packed(tb), "one")
		git(tb, dir, "clone", "-q", "--shared", "one", "two")
		two := filepath.Join(dir, "two")
		write(tb, two, "own.txt", "only here")
		git(tb, two, "add", ".")
		return two
	},
	"unreachable": func(tb testing.TB) string {
		dir := packed(tb)
		write(tb, dir, "a.txt", "reset away")
		git(tb, dir, "commit", "-qam", "bad idea")
		git(tb, dir, "reset", "-q", "--hard", "HEAD~4")
		write(tb, dir, "a.txt", "stashed")
		git(tb, dir, "stash", "-q")
		gitInput(tb, dir, "nobody refers to this", "hash-object", "-w", "--stdin")
		return dir
	},
	"empty":        func(tb testing.TB) string { dir := tb.TempDir(); git(tb, dir, "init", "-q"); return dir },
	"empty-staged": emptyStaged,
}

func packed(tb testing.TB) string {
	dir := newRepository(tb)
	git(tb, dir, "repack", "-adfq", "--depth=20")
	return dir
}

func emptyStaged(tb testing.TB) string {
	dir := tb.TempDir()
	git(tb, dir, "init", "-q")
	write(tb, dir, "first.txt", "staged, no commit yet")
	git(tb, dir, "add", ".")
	return dir
}

// severalPacks has the same objects in up to three packs and loose.
func severalPacks(tb testing.TB) string {
	dir := newRepository(tb)
	all := git(tb, dir, "rev-list", "--objects", "--no-object-names", "HEAD~3")
	gitInput(tb, dir, all, "pack-objects", "-q", ".git/objects/pack/pack")
	some := git(tb, dir, "rev-list", "--objects", "--no-object-names", "HEAD~8")
	gitInput(tb, dir, some, "pack-objects", "-q", "--depth=0", ".git/objects/pack/pack")
	blob := git(tb, dir, "cat-file", "blob", "HEAD:a.txt")
	write(tb, dir, "a.txt", blob+"\nloose")
	git(tb, dir, "add", ".")
	// What is in a pack also becomes loose, by way of a repository that does not have it.
	pack, err := os.ReadFile(glob(tb, dir, ".git/objects/pack/pack-*.pack")[0])
	if err != nil {
		tb.Fatal(err)
	}
	other := tb.TempDir()
	git(tb, other, "init", "-q")
	gitInput(tb, other, string(pack), "unpack-objects", "-q")
	for _, path := range glob(tb, other, ".git/objects/[0-9a-f][0-9a-f]/*") {
		data, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		name, _ := filepath.Rel(other, path)
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			write(tb, dir, name, string(data))
		}
	}
	return dir
}
