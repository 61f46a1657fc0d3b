package git

import (
	"bytes"
	"errors"
	"iter"
)

// Mode is what a tree entry is, with git's values: a kind of file and, for files, whether they are executable.
type Mode uint32

const (
	modeMask      Mode = 0o170000
	modeFile      Mode = 0o100000
	modeDir       Mode = 0o040000
	modeSymlink   Mode = 0o120000
	modeSubmodule Mode = 0o160000
)

// IsFile tells whether the entry is a file.
func (m Mode) IsFile() bool { return m&modeMask == modeFile }

// IsDir tells whether the entry is a tree.
func (m Mode) IsDir() bool { return m&modeMask == modeDir }

// IsSymlink tells whether the entry is a symbolic link: a blob that holds a path.
func (m Mode) IsSymlink() bool { return m&modeMask == modeSymlink }

// IsSubmodule tells whether the entry is a commit of another repository.
func (m Mode) IsSubmodule() bool { return m&modeMask == modeSubmodule }

// TreeEntry is one entry of a tree.
type TreeEntry struct {
	Mode Mode
	// Name is the file name, without directories: hostile bytes. It is a part of the tree's data.
	Name []byte
	ID   ID
	// Offset is where the entry stands in the tree's data, End where the next one does.
	Offset, End int
}

// errTree tells that a tree ends in the middle of an entry or that an entry has no mode.
var errTree = errors.New("tree is damaged")

// TreeEntries goes through a tree's entries; hash is the length of ids, 20 or 32. At damage it yields one error and ends.
func TreeEntries(data []byte, hash int) iter.Seq2[TreeEntry, error] {
	return func(yield func(TreeEntry, error) bool) {
		for at := 0; at < len(data); {
			entry, n := treeEntry(data[at:], hash)
			if n == 0 {
				yield(TreeEntry{}, errTree)
				return
			}
			entry.Offset, entry.End = at, at+n
			if !yield(entry, nil) {
				return
			}
			at += n
		}
	}
}

// treeEntry reads one entry and returns its length; 0 is damage.
func treeEntry(data []byte, hash int) (entry TreeEntry, n int) {
	i := 0
	for ; i < len(data) && data[i] != ' '; i++ {
		if data[i] < '0' || data[i] > '7' || i > 7 {
			return entry, 0
		}
		entry.Mode = entry.Mode<<3 | Mode(data[i]-'0')
	}
	if i == 0 || i == len(data) {
		return entry, 0
	}
	rest := data[i+1:]
	end := bytes.IndexByte(rest, 0)
	if end <= 0 || len(rest)-end-1 < hash {
		return entry, 0
	}
	entry.Name, entry.ID = rest[:end], MakeID(rest[end+1:end+1+hash])
	return entry, i + 1 + end + 1 + hash
}
