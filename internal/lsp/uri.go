package lsp

import (
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
)

// fileOf gives the path of a document that is a file of this machine.
func fileOf(uri string) (path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" || strings.Contains(u.Path, "\x00") {
		return "", false
	}
	path = u.Path
	switch {
	case runtime.GOOS == "windows" && u.Host != "":
		path = "//" + u.Host + path
	case u.Host != "" && u.Host != "localhost":
		return "", false
	case runtime.GOOS == "windows" && len(path) > 2 && path[2] == ':':
		path = strings.ToLower(path[1:2]) + path[2:] // editors do not agree on the case of a drive
	}
	path = filepath.Clean(filepath.FromSlash(path))
	return path, filepath.IsAbs(path)
}

// uriOf names a file as the protocol does.
func uriOf(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// isDocument tells of a document that is looked at: a file, or one that has no file yet. What editors make up (differences, output, settings) is not.
func isDocument(uri string) bool {
	_, isFile := fileOf(uri)
	return isFile || strings.HasPrefix(uri, "untitled:")
}

// within gives the slash-separated path of a file below a folder.
func within(root, file string) (string, bool) {
	rel, err := filepath.Rel(root, file)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return "", false
	}
	return filepath.ToSlash(rel), true
}
