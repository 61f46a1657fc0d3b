// Package lockfile reads what lock files, manifests and settings of package managers say. One reader knows one kind of file and
// turns its path and content into an inventory.Document: names as OSV writes them, exact versions from lock files, constraints
// from manifests, and which package really gets which version of another.
//
// Everything read is hostile: a reader never panics, takes time and memory in proportion to the file, and answers what is cut short
// or is nonsense with an error that says where, never with half a list. What a file leaves open is a sentence in Document.Unknown.
// The package must not open a file, run a program, use the network, or judge a package; reading several files together is
// inventory's work.
package lockfile

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/inventory"
)

// Reader reads one kind of file.
type Reader struct {
	// Format is the file's usual name ("package-lock.json").
	Format string
	// Names are the base names ("package.json") and extensions ("*.csproj") outside which Match says no, so that it need not be
	// asked; nil asks it about every file. Letters are compared as they are.
	Names []string
	// Match tells by the path whether this reader reads the file. base is the last element of path.
	Match func(path, base string) bool
	// Read reads it. path is relative to the target's root. data must not be kept.
	Read func(path string, data []byte) (*inventory.Document, error)
}

// Readers lists every reader; the first that matches reads.
func Readers() []Reader {
	var all []Reader
	for _, part := range []func() []Reader{
		jsReaders, phpReaders, dartReaders, swiftReaders, hexReaders, cppReaders, actionsReaders,
		pythonReaders, goReaders, rustReaders, rubyReaders, javaReaders, dotnetReaders, miscReaders,
	} {
		all = append(all, part()...)
	}
	return all
}

// Match finds the reader of a path; nil for none.
func Match(path string) *Reader {
	base := path[strings.LastIndexByte(path, '/')+1:]
	all := index()
	found := len(all.readers)
	ask := func(candidates []int) {
		for _, i := range candidates {
			if i < found && all.readers[i].Match(path, base) {
				found = i
			}
		}
	}
	ask(all.byName[base])
	if dot := strings.LastIndexByte(base, '.'); dot >= 0 {
		ask(all.byExtension[base[dot:]])
	}
	ask(all.others)
	if found == len(all.readers) {
		return nil
	}
	return &all.readers[found]
}

// Read reads the file, or returns nil, nil if no reader matches.
func Read(path string, data []byte) (*inventory.Document, error) {
	reader := Match(path)
	if reader == nil {
		return nil, nil
	}
	doc, err := reader.Read(path, bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, fmt.Errorf("read %s %q: %w", reader.Format, path, err)
	}
	if doc != nil && badVersion(doc.Name) {
		unknown(doc, "the project's name %.80q is no possible name", doc.Name)
		doc.Name = ""
	}
	return doc, nil
}

// readerIndex finds the readers that may match without asking all of them.
type readerIndex struct {
	readers             []Reader
	byName, byExtension map[string][]int
	others              []int
}

var index = sync.OnceValue(func() *readerIndex {
	all := &readerIndex{readers: Readers(), byName: map[string][]int{}, byExtension: map[string][]int{}}
	for i := range all.readers {
		if all.readers[i].Names == nil {
			all.others = append(all.others, i)
		}
		for _, name := range all.readers[i].Names {
			if extension, ok := strings.CutPrefix(name, "*"); ok {
				all.byExtension[extension] = append(all.byExtension[extension], i)
			} else {
				all.byName[name] = append(all.byName[name], i)
			}
		}
	}
	return all
})
