package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// stagedRepository makes a repository of so many files, of which some have staged changes.
func stagedRepository(work string, files, changed int) (string, error) {
	dir := filepath.Join(work, fmt.Sprintf("staged-%d-%d", files, changed))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	making := dir + ".part"
	if err := os.RemoveAll(making); err != nil {
		return "", err
	}
	for i := range files {
		if err := writeStaged(making, i, ""); err != nil {
			return "", err
		}
	}
	for _, step := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-q", "-m", "start"}, {"gc", "-q"}} {
		if _, err := runGit("", append([]string{"-C", making}, step...)...); err != nil {
			return "", fmt.Errorf("git %s: %w", step[0], err)
		}
	}
	for i := range changed {
		if err := writeStaged(making, i*(files/changed), "// changed\n"+sourceText(i+files, 10)); err != nil {
			return "", err
		}
	}
	if _, err := runGit("", "-C", making, "add", "-A"); err != nil {
		return "", err
	}
	return dir, os.Rename(making, dir)
}

func writeStaged(dir string, i int, more string) error {
	path := filepath.Join(dir, fmt.Sprintf("pkg%02d", i%100), fmt.Sprintf("file%05d.go", i))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(sourceText(i, 60)+more), 0o644)
}
