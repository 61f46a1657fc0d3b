package archive

import (
	"strings"
)

// maxName bounds a label, in bytes.
const maxName = 1024

// label makes a path out of a member's name that shows the name and can do no harm where it is used as a path:
// no step goes up, none begins at the root, and "!/" stands only between an archive and its member.
func label(name string) string {
	if len(name) > maxName {
		name = name[:maxName] + "…"
	}
	name = strings.ReplaceAll(name, "\\", "/")
	name = strings.ReplaceAll(name, "\x00", "%00")
	name = strings.ReplaceAll(name, "!/", "%21/")
	var steps []string
	for step := range strings.SplitSeq(name, "/") {
		switch step {
		case "", ".":
		case "..":
			steps = append(steps, "%2E%2E")
		default:
			steps = append(steps, step)
		}
	}
	if len(steps) == 0 {
		return "unnamed"
	}
	return strings.Join(steps, "/")
}

// inner is the name of what a compressed file holds: the name in its header, else its own without the ending.
func inner(path, inHeader string) string {
	if inHeader != "" {
		return label(inHeader)
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	for _, ending := range []string{".gz", ".bz2", ".xz", ".zst"} {
		if short, ok := strings.CutSuffix(name, ending); ok && short != "" {
			return short
		}
	}
	return "content"
}
