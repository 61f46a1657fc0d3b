package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/reevehq/reeve/internal/target"
)

// entry is one entry of a layer.
type entry struct {
	h       *tar.Header
	path    string
	content io.Reader
	number  int
	of      *layer
	bytes   *unpacked
}

func newEntry(u *unpacked, number int, of *layer) *entry {
	return &entry{number: number, of: of, bytes: u}
}

// isWhiteout tells a device that takes a file away, as overlayfs itself writes it.
func (e *entry) isWhiteout() bool {
	return e.h.Typeflag == tar.TypeChar && e.h.Devmajor == 0 && e.h.Devminor == 0
}

// isFile tells an entry with content. What POSIX does not know is to be read as a file.
func (e *entry) isFile() bool {
	switch e.h.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		return true
	case tar.TypeLink, tar.TypeSymlink, tar.TypeChar, tar.TypeBlock, tar.TypeDir, tar.TypeFifo:
		return false
	}
	return true
}

// entry takes note of what an entry does to the layers below and hands over its file.
func (r *run) entry(e *entry) error {
	dir, name := splitPath(e.path)
	if strings.HasPrefix(name, whiteout) {
		return r.whiteout(e, dir, name)
	}
	if e.h.Typeflag == tar.TypeDir {
		r.mark(markFolder, e)
		return nil
	}
	hidden := r.hidden(e.path, e.number)
	r.mark(markWhole, e)
	switch {
	case e.isFile():
		return r.file(e, e.path, hidden)
	case e.h.Typeflag == tar.TypeLink:
		r.link(e, hidden)
	case e.h.Typeflag == tar.TypeSymlink:
		r.looked.Skip(skipLink)
	case e.h.Typeflag == tar.TypeFifo:
		r.looked.Skip(skipPipe)
	case !e.isWhiteout():
		r.looked.Skip(skipDevice)
	}
	return nil
}

// mark marks an entry's path for the layers below.
func (r *run) mark(m mark, e *entry) {
	if e.number > 1 {
		r.seen.add(m, e.path, e.number)
	}
}

// whiteout takes away what lower layers have. Its own content means nothing to anybody, so whoever put some there hid it: it is looked at.
func (r *run) whiteout(e *entry, dir, name string) error {
	of := *e
	switch removed := strings.TrimPrefix(name, whiteout); {
	case name == opaque:
		of.path = dir
		r.mark(markBelow, &of)
	case strings.HasPrefix(name, aufs):
	case removed == "" || removed == "." || removed == "..":
		r.miss(fmt.Sprintf("%s, %q", e.of.name(e.number), clip(e.path, 500)), "it is a whiteout of nothing that could be there")
	default:
		of.path = joinPath(dir, removed)
		r.mark(markWhole, &of)
	}
	if e.isFile() && e.h.Size > 0 {
		return r.file(e, e.path, true)
	}
	return nil
}

// hidden tells whether a layer above removed or replaced the path.
func (r *run) hidden(path string, number int) bool {
	dir, _ := splitPath(path)
	if !r.dirKnown || dir != r.dir {
		r.dir, r.dirKnown = dir, true
		r.dirHidden = r.seen.folderHidden(dir, number)
	}
	return r.dirHidden || r.seen.fileHidden(path, number)
}

// file hands over a file's content under a path.
func (r *run) file(e *entry, path string, gone bool) error {
	switch {
	case r.options.Exclude != nil && r.options.Exclude(path):
		r.looked.Skip(skipExcluded)
		return nil
	case e.h.Size > r.options.MaxFileSize:
		r.looked.Skip(skipTooBig)
		return nil
	}
	if isSparse(e.h) { // the holes of a sparse file come out of nothing
		if err := e.bytes.charge(e.h.Size); err != nil {
			return err
		}
	}
	r.looked.Files++
	return r.hand.put(target.Item{
		Path: path, Mode: 0o100000 | uint32(e.h.Mode&0o7777), Layer: e.number, Gone: gone, Logical: e.of.logical,
	}, e.content, e.h.Size)
}

// link decides whether a hard link's content must be handed over under its own name.
func (r *run) link(e *entry, hidden bool) {
	r.looked.Skip(skipHardLink)
	to, err := inside(e.h.Linkname)
	if err != nil {
		r.miss(fmt.Sprintf("%s, %q", e.of.name(e.number), clip(e.path, 500)), "it is a hard link, and "+strings.Replace(err.Error(), "its path", "the path it links to", 1))
		return
	}
	left := !hidden && r.hiddenElsewhere(to, e.number)
	if !left && (r.options.Linked == nil || !r.options.Linked(e.path)) {
		return
	}
	if r.again == nil {
		r.again = map[string][]linked{}
	}
	if len(r.again) >= maxAgain {
		r.miss(e.path, "its layer has too many hard links")
		return
	}
	r.again[to] = append(r.again[to], linked{path: e.path, gone: hidden})
}

// hiddenElsewhere is hidden without keeping the folder: links point away from where the walk is.
func (r *run) hiddenElsewhere(path string, number int) bool {
	dir, _ := splitPath(path)
	return r.seen.folderHidden(dir, number) || r.seen.fileHidden(path, number)
}

// entryAgain hands over files under the names of the hard links to them.
func (r *run) entryAgain(e *entry) error {
	links := r.again[e.path]
	if links == nil || !e.isFile() {
		return nil
	}
	delete(r.again, e.path)
	var content []byte
	if len(links) > 1 && e.h.Size <= r.options.MaxFileSize {
		var err error
		if content, err = io.ReadAll(io.LimitReader(e.content, e.h.Size)); err != nil {
			return &contentError{err}
		}
	}
	for _, link := range links {
		if len(links) > 1 {
			e.content = bytes.NewReader(content)
		}
		if err := r.file(e, link.path, link.gone); err != nil {
			return err
		}
	}
	return nil
}
