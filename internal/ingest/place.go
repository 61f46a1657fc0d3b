package ingest

import (
	"net/url"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// rooted makes a path relative: tools write "./src/a.go", "file:///src/a.go", "/src/a.go" and "C:\src\a.go". An absolute path loses its root
// only, as nobody can tell where the repository began; a drive is the root of that machine.
func rooted(path string) string {
	if strings.Contains(path, "\\") {
		path = strings.ReplaceAll(path, "\\", "/")
	}
	path = strings.TrimPrefix(path, "file://")
	for strings.HasPrefix(path, "./") {
		path = path[2:]
	}
	path = strings.TrimLeft(path, "/")
	if len(path) > 2 && path[1] == ':' && path[2] == '/' && (path[0]|0x20 >= 'a' && path[0]|0x20 <= 'z') {
		path = strings.TrimLeft(path[2:], "/")
	}
	return path
}

// lines is a region of whole lines; 0 for what is not known.
func lines(start, end int) finding.Region {
	if start <= 0 {
		return finding.Region{}
	}
	return finding.Region{StartLine: start, EndLine: max(start, end)}
}

// within makes a path relative to the folder that the report names as the one that was looked at; rooted where it is none or the path is outside.
func within(root, file string) string {
	file = strings.ReplaceAll(file, "\\", "/")
	root = strings.TrimRight(strings.ReplaceAll(root, "\\", "/"), "/")
	if rest, ok := strings.CutPrefix(file, root+"/"); ok && root != "" {
		return rooted(path.Clean(rest))
	}
	return rooted(file)
}

// steps makes the steps of a logical place of kinds and names; a step without a name is left out.
func steps(kindsAndNames ...string) []finding.Logical {
	var out []finding.Logical
	for i := 0; i+1 < len(kindsAndNames); i += 2 {
		if name := oneLine(kindsAndNames[i+1], 2000); name != "" {
			out = append(out, finding.Logical{Kind: kindsAndNames[i], Name: name})
		}
	}
	return out
}

// repositoryAt names a repository by its URL, without credentials; the zero Asset where there is none.
func repositoryAt(address string) finding.Asset {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || address == "" || strings.Trim(address, "./") == "" {
		return finding.Asset{}
	}
	u.User = nil
	return finding.Asset{Kind: "repository", Name: strings.TrimSuffix(u.String(), ".git")}
}
