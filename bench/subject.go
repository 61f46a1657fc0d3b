package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// subject is a repository to measure on.
type subject struct {
	name, path string
	bare       bool
	// note says what was done to it, where something was.
	note string
	// planted are the secrets that were put there on purpose; nil where that is unknown.
	planted []string
}

// madeCommits is how long the made history is.
const madeCommits = 20_000

// subjects are the user's own where BENCH_REPO names some, this repository, and one made history.
func (s *session) subjects() ([]subject, error) {
	var list []subject
	for path := range strings.SplitSeq(os.Getenv("BENCH_REPO"), string(filepath.ListSeparator)) {
		if path == "" {
			continue
		}
		sub, err := s.own(path)
		if err != nil {
			return nil, err
		}
		list = append(list, sub)
	}
	if here, err := s.own("."); err != nil {
		s.progress("this folder is left out: %v", err)
	} else {
		here.name = "reeve itself"
		list = append(list, here)
	}
	made := subject{
		name: fmt.Sprintf("made history of %d commits", madeCommits), path: filepath.Join(s.work, madeName(madeCommits)), bare: true,
		note: "Made by `bench/made.go`, the same on every machine.",
	}
	s.progress("making %s", made.name)
	var err error
	if made.planted, err = makeHistory(made.path, madeCommits); err != nil {
		return nil, fmt.Errorf("make a history: %w", err)
	}
	return append(list, made), nil
}

// own is a repository the user has. One that lacks blobs is copied, see whole.
func (s *session) own(path string) (subject, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return subject{}, err
	}
	out, err := runGit("", "-C", full, "rev-parse", "--is-bare-repository")
	if err != nil {
		return subject{}, fmt.Errorf("repository %q: %w", path, err)
	}
	sub := subject{name: nameOf(full), path: full, bare: strings.TrimSpace(string(out)) == "true"}
	if _, err := runGit("", "-C", full, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err != nil {
		return subject{}, fmt.Errorf("repository %q has no commit at HEAD", path)
	}
	return s.whole(sub)
}

// whole gives a repository the other tools can read. They run "git log -p", which stops at the first blob that a partial
// clone lacks; so such a repository is copied, and in the copy an empty blob stands for each missing one. All tools
// and git itself are then measured on the copy.
func (s *session) whole(sub subject) (subject, error) {
	out, err := runGit("", "-C", sub.path, "rev-list", "--objects", "--all", "--missing=print")
	if err != nil {
		return sub, fmt.Errorf("list objects of %q: %w", sub.name, err)
	}
	missing := missingObjects(out)
	if len(missing) == 0 {
		return sub, nil
	}
	copied := filepath.Join(s.work, "copy-"+sub.key()+".git")
	if err := os.RemoveAll(copied); err != nil {
		return sub, err
	}
	if _, err := runGit("", "clone", "--quiet", "--mirror", "--local", sub.path, copied); err != nil {
		return sub, fmt.Errorf("copy %q: %w", sub.name, err)
	}
	empty, err := runGit("", "-C", copied, "hash-object", "-w", "-t", "blob", "--stdin")
	if err != nil {
		return sub, fmt.Errorf("write the empty blob: %w", err)
	}
	var updates strings.Builder
	for _, id := range missing {
		fmt.Fprintf(&updates, "create refs/replace/%s %s\n", id, bytes.TrimSpace(empty))
	}
	if _, err := runGit(updates.String(), "-C", copied, "update-ref", "--stdin"); err != nil {
		return sub, fmt.Errorf("replace missing blobs: %w", err)
	}
	sub.path, sub.bare = copied, true
	sub.note = fmt.Sprintf("The clone is partial: for each of the %d blobs it lacks, an empty one was put in its place (`git replace`), for all tools alike.", len(missing))
	return sub, nil
}

// missingObjects reads the ids that "git rev-list --missing=print" marks.
func missingObjects(list []byte) []string {
	var ids []string
	for line := range bytes.Lines(list) {
		if id, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("?")); ok {
			ids = append(ids, string(id))
		}
	}
	return ids
}

// nameOf is the folder's name; bare clones are often all called alike, so then its parent's.
func nameOf(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".git")
	if name == "repo" || name == "" {
		name = filepath.Base(filepath.Dir(path))
	}
	return strings.ReplaceAll(name, "+", "/")
}

// key is the name as part of a file name.
func (s subject) key() string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s.name)
}

// describe counts what is in the repository.
func (s subject) describe() (string, error) {
	out, err := runGit("", "-C", s.path, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype) %(objectsize)")
	if err != nil {
		return "", fmt.Errorf("count objects of %q: %w", s.name, err)
	}
	count, size := map[string]int{}, 0
	for line := range bytes.Lines(out) {
		var kind string
		var n int
		if _, err := fmt.Sscan(string(line), &kind, &n); err == nil {
			count[kind]++
			size += n
		}
	}
	text := fmt.Sprintf("%d commits, %d trees, %d blobs; %d MB inflated.", count["commit"], count["tree"], count["blob"], size>>20)
	return strings.TrimSpace(text + " " + s.note), nil
}

// export writes the files of HEAD into a folder, as a checkout without its history.
func (s subject) export(work string) (string, error) {
	dir, index := filepath.Join(work, "tree-"+s.key()), filepath.Join(work, "index-"+s.key())
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	out, err := runGit("", "-C", s.path, "rev-parse", "--absolute-git-dir")
	if err != nil {
		return "", err
	}
	defer os.Remove(index)
	for _, step := range [][]string{{"read-tree", "HEAD"}, {"checkout-index", "--all", "--quiet"}} {
		arguments := append([]string{"--git-dir", strings.TrimSpace(string(out)), "--work-tree", dir}, step...)
		cmd := exec.Command("git", arguments...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_INDEX_FILE="+index)
		if said, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("git %s: %w: %s", step[0], err, bytes.TrimSpace(said))
		}
	}
	return dir, nil
}

// runGit runs the git program without the user's configuration, and gives what it printed.
func runGit(input string, arguments ...string) ([]byte, error) {
	cmd := exec.Command("git", arguments...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_NO_LAZY_FETCH=1",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=gc.auto", "GIT_CONFIG_VALUE_0=0",
		"GIT_AUTHOR_NAME=Bench", "GIT_AUTHOR_EMAIL=bench@shop.example", "GIT_COMMITTER_NAME=Bench", "GIT_COMMITTER_EMAIL=bench@shop.example")
	cmd.Stdin = strings.NewReader(input)
	said := &tail{}
	cmd.Stderr = said
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("git: %w: %s", err, said.lastLine())
	}
	return out, nil
}
