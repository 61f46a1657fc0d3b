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
	// planted are the secrets that were put there on purpose; nil where that is unknown.
	planted []string
}

// subjects are this repository, one made history of 20,000 commits, and the user's own where BENCH_REPO names one.
func (s *session) subjects() ([]subject, error) {
	var list []subject
	if own := os.Getenv("BENCH_REPO"); own != "" {
		for path := range strings.SplitSeq(own, ":") {
			full, err := filepath.Abs(path)
			if err != nil {
				return nil, err
			}
			list = append(list, subject{name: nameOf(full), path: full})
		}
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	list = append(list, subject{name: "reeve itself", path: here})
	made := subject{name: "made history", path: filepath.Join(s.work, "made-20000.git")}
	if made.planted, err = makeHistory(made.path, 20_000); err != nil {
		return nil, fmt.Errorf("make a history: %w", err)
	}
	return append(list, made), nil
}

// nameOf is the folder's name; bare clones are often all called alike, so then its parent's.
func nameOf(path string) string {
	name := filepath.Base(path)
	if name == "repo" || name == ".git" {
		name = filepath.Base(filepath.Dir(path))
	}
	return name
}

func (s subject) key() string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s.name)
}

// describe counts what is in the repository.
func (s subject) describe() string {
	out, err := exec.Command("git", "-C", s.path, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype) %(objectsize)").Output()
	if err != nil {
		return "(" + err.Error() + ")"
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
	return fmt.Sprintf("%d commits, %d trees, %d blobs; %d MB inflated.", count["commit"], count["tree"], count["blob"], size>>20)
}

// export writes the files of HEAD into a folder, as a checkout without its history.
func (s subject) export(work string) (string, error) {
	dir := filepath.Join(work, "tree-"+s.key())
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	archive := exec.Command("git", "-C", s.path, "archive", "HEAD")
	unpack := exec.Command("tar", "-x", "-C", dir)
	pipe, err := archive.StdoutPipe()
	if err != nil {
		return "", err
	}
	unpack.Stdin = pipe
	if err := unpack.Start(); err != nil {
		return "", err
	}
	// A partial clone lacks some blobs: what could be written is the subject, for all tools alike.
	_ = archive.Run()
	_ = unpack.Wait()
	return dir, nil
}

// stagedRepository makes a repository of so many files, of which some have staged changes.
func stagedRepository(work string, files, changed int) (string, error) {
	dir := filepath.Join(work, fmt.Sprintf("staged-%d-%d", files, changed))
	if _, err := os.Stat(filepath.Join(dir, ".git", "index")); err == nil {
		return dir, nil
	}
	write := func(i int, extra string) error {
		path := filepath.Join(dir, fmt.Sprintf("pkg%02d", i%100), fmt.Sprintf("file%05d.go", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text(i, 60)+extra), 0o644)
	}
	for i := range files {
		if err := write(i, ""); err != nil {
			return "", err
		}
	}
	git := func(arguments ...string) error {
		cmd := exec.Command("git", arguments...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=b", "GIT_AUTHOR_EMAIL=b@b", "GIT_COMMITTER_NAME=b", "GIT_COMMITTER_EMAIL=b@b")
		return cmd.Run()
	}
	for _, step := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-q", "-m", "start"}, {"gc", "-q"}} {
		if err := git(step...); err != nil {
			return "", fmt.Errorf("git %s: %w", step[0], err)
		}
	}
	for i := range changed {
		if err := write(i*17, "// changed\n"+text(i+files, 10)); err != nil {
			return "", err
		}
	}
	return dir, git("add", "-A")
}
