package lockfile

import "strings"

// golang is OSV's name for the modules of Go.
const golang = "Go"

// goReaders read what the go command writes.
func goReaders() []Reader {
	named := func(name string) func(string, string) bool {
		return func(_, base string) bool { return base == name }
	}
	return checked([]Reader{
		{Format: "go.mod", Names: []string{"go.mod"}, Match: named("go.mod"), Read: readGoMod},
		{Format: "go.sum", Names: []string{"go.sum"}, Match: named("go.sum"), Read: readGoSum},
		{Format: "go.work", Names: []string{"go.work"}, Match: named("go.work"), Read: readGoWork},
		{Format: "go.work.sum", Names: []string{"go.work.sum"}, Match: named("go.work.sum"), Read: readGoWorkSum},
		{Format: "vendor/modules.txt", Names: []string{"modules.txt"}, Match: func(path, base string) bool {
			return base == "modules.txt" && strings.HasSuffix("/"+path, "/vendor/modules.txt")
		}, Read: readGoVendor},
	})
}
