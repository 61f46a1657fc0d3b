package git

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	// alternatesDepth is how far alternates of alternates are followed; git's own limit.
	alternatesDepth = 5
	// alternatesMost bounds the number of object directories.
	alternatesMost = 1000
	// alternatesSize bounds what is read of a list of alternates, in bytes.
	alternatesSize = 1 << 20
)

// objectDirs returns the object directories of a store: its own first, then those it borrows from, each once.
func objectDirs(own string, more []string) (dirs []string, problems []Problem) {
	seen := map[string]bool{}
	var visit func(dir string, depth int)
	visit = func(dir string, depth int) {
		real, err := filepath.EvalSymlinks(dir)
		if err != nil {
			problems = append(problems, Problem{Why: "alternate object directory cannot be opened: " + plain(err)})
			return
		}
		if seen[real] {
			return
		}
		if depth > alternatesDepth || len(dirs) >= alternatesMost {
			problems = append(problems, Problem{Why: "too many alternate object directories: the rest is left out"})
			return
		}
		seen[real] = true
		dirs = append(dirs, dir)
		list, err := readSome(filepath.Join(dir, "info", "alternates"), alternatesSize)
		if err != nil {
			return
		}
		if len(list) == alternatesSize {
			problems = append(problems, Problem{Why: "list of alternate object directories is too long: the rest is left out"})
		}
		for line := range strings.Lines(string(list)) {
			if next := strings.TrimRight(line, "\r\n"); next != "" && next[0] != '#' {
				visit(absolute(dir, unquote(next)), depth+1)
			}
		}
	}
	visit(own, 0)
	for _, dir := range more {
		visit(dir, 1)
	}
	return dirs, problems
}

// environmentAlternates reads GIT_ALTERNATE_OBJECT_DIRECTORIES: paths between list separators, each maybe quoted.
func environmentAlternates(value, from string) []string {
	var dirs []string
	for value != "" {
		var dir string
		if quoted, err := strconv.QuotedPrefix(value); err == nil && value[0] == '"' {
			dir, value = unquote(quoted), value[len(quoted):]
			value = strings.TrimPrefix(value, string(os.PathListSeparator))
		} else {
			dir, value, _ = strings.Cut(value, string(os.PathListSeparator))
		}
		if dir != "" {
			dirs = append(dirs, absolute(from, dir))
		}
	}
	return dirs
}

// unquote reads a path that git wrote in double quotes, with C's escapes; others it returns as they are.
func unquote(path string) string {
	if len(path) < 2 || path[0] != '"' {
		return path
	}
	if plain, err := strconv.Unquote(path); err == nil {
		return plain
	}
	return path
}

// absolute returns a path, seen from dir where it is relative.
func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// readSome reads a file whole, up to most bytes.
func readSome(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}
