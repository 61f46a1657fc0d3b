package reach

import (
	"path"
	"slices"
	"sort"
	"strings"
)

// maxSource is the size in bytes above which a file is not read as source code.
const maxSource = 32 << 20

// tree is the target's files by folder. It is built when the first question needs it.
type tree struct {
	src   Source
	built bool
	paths []string
	// files are the names in a folder, "" being the root; folders are the folders in a folder.
	files   map[string][]string
	folders map[string][]string
}

func newTree(src Source) *tree { return &tree{src: src} }

func (t *tree) build() {
	if t.built {
		return
	}
	t.built = true
	t.files, t.folders = map[string][]string{}, map[string][]string{}
	for _, p := range t.src.Paths() {
		if p == "" || path.Clean(p) != p || p[0] == '/' || p == ".." || strings.HasPrefix(p, "../") || strings.Contains(p, "!/") {
			continue // no place that code could name
		}
		t.paths = append(t.paths, p)
	}
	slices.Sort(t.paths)
	t.paths = slices.Compact(t.paths)
	for _, p := range t.paths {
		dir, name := split(p)
		for d := dir; ; {
			_, seen := t.files[d]
			if d == dir {
				t.files[d] = append(t.files[d], name)
			} else if !seen {
				t.files[d] = nil
			}
			if seen || d == "" {
				break
			}
			up, base := split(d)
			t.folders[up] = append(t.folders[up], base)
			d = up
		}
	}
}

// split parts a path into its folder and its last name.
func split(p string) (dir, name string) {
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[:i], p[i+1:]
	}
	return "", p
}

// join joins path parts; parts that lead out of the root give false.
func join(parts ...string) (string, bool) {
	p := path.Join(parts...)
	if p == "." {
		p = ""
	}
	return p, p != ".." && !strings.HasPrefix(p, "../") && !strings.HasPrefix(p, "/")
}

func (t *tree) has(p string) bool {
	_, found := slices.BinarySearch(t.paths, p)
	return found
}

func (t *tree) hasFolder(dir string) bool {
	_, ok := t.files[dir]
	return ok
}

// under are the paths inside a folder.
func (t *tree) under(dir string) []string {
	if dir == "" {
		return t.paths
	}
	from := sort.SearchStrings(t.paths, dir+"/")
	to := sort.SearchStrings(t.paths, dir+"0") // '0' follows '/'
	return t.paths[from:to]
}

// read gives a file's content, and no more than maxSource of it is ever looked at.
func (t *tree) read(p string) ([]byte, error) {
	data, err := t.src.Read(p)
	if err != nil {
		return nil, err
	}
	if len(data) > maxSource {
		return nil, errTooBig
	}
	return data, nil
}

// within tells whether p stands in dir.
func within(p, dir string) bool {
	return dir == "" || p == dir || strings.HasPrefix(p, dir+"/")
}

// relative is p as seen from dir, in which it stands.
func relative(p, dir string) string {
	if dir == "" {
		return p
	}
	return strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
}

// isTest tells whether a path, relative to its project, holds tests or examples: what is no part of the program.
func isTest(p string) bool {
	dir, name := split(strings.ToLower(p))
	for part := range strings.SplitSeq(dir, "/") {
		switch part {
		case "test", "tests", "__tests__", "__mocks__", "spec", "specs", "testdata", "fixtures", "__fixtures__", "example", "examples", "e2e", "cypress":
			return true
		}
	}
	stem, ext, _ := strings.Cut(name, ".")
	switch {
	case strings.HasSuffix(name, "_test.go"), strings.Contains("."+ext, ".test."), strings.Contains("."+ext, ".spec."), strings.Contains("."+ext, ".stories."):
		return true
	case strings.HasSuffix(name, ".py"):
		return strings.HasPrefix(stem, "test_") || strings.HasSuffix(stem, "_test") || stem == "conftest" || stem == "noxfile"
	case strings.HasSuffix(name, ".rb"):
		return strings.HasSuffix(stem, "_spec") || strings.HasSuffix(stem, "_test")
	case strings.HasSuffix(name, ".java"), strings.HasSuffix(name, ".kt"), strings.HasSuffix(name, ".php"), strings.HasSuffix(name, ".cs"):
		_, stem = split(strings.TrimSuffix(p, path.Ext(p))) // in its own case: Latest is no test
		return strings.HasSuffix(stem, "Test") || strings.HasSuffix(stem, "Tests")
	}
	return false
}
