package installed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The tags of a header that are read (rpmtag.h of rpm).
const (
	rpmName       = 1000
	rpmVersion    = 1001
	rpmRelease    = 1002
	rpmEpoch      = 1003
	rpmLicence    = 1014
	rpmArch       = 1022
	rpmSourceRPM  = 1044
	rpmDirIndexes = 1116
	rpmBaseNames  = 1117
	rpmDirNames   = 1118
	rpmModularity = 5096
)

// The types of values.
const (
	rpmInt32       = 4
	rpmString      = 6
	rpmStringArray = 8
	rpmI18N        = 9
)

const (
	rpmEntrySize = 16
	// maxRPMTags is how many tags a header may have; rpm's own limit.
	maxRPMTags = 0xffff
)

// rpmEntry says where a value stands.
type rpmEntry struct{ kind, offset, count uint32 }

// rpmHeader is one package's header: an index of tags and the data they point into.
type rpmHeader struct {
	entries map[uint32]rpmEntry
	data    []byte
}

// readRPMHeader reads the index of a header (https://rpm-software-management.github.io/rpm/manual/format_header.html, without the
// magic that stands before it in files).
func readRPMHeader(blob []byte) (*rpmHeader, error) {
	if len(blob) < 8 {
		return nil, errors.New("a header is cut short")
	}
	count, size := binary.BigEndian.Uint32(blob), binary.BigEndian.Uint32(blob[4:])
	rest := blob[8:]
	if count == 0 || count > maxRPMTags || uint64(count)*rpmEntrySize+uint64(size) > uint64(len(rest)) {
		return nil, fmt.Errorf("a header of %d bytes says that it has %d tags and %d bytes of data", len(blob), count, size)
	}
	h := &rpmHeader{entries: make(map[uint32]rpmEntry, 16), data: rest[count*rpmEntrySize:][:size]}
	for i := range count {
		e := rest[i*rpmEntrySize:]
		switch tag := binary.BigEndian.Uint32(e); tag {
		case rpmName, rpmVersion, rpmRelease, rpmEpoch, rpmLicence, rpmArch, rpmSourceRPM, rpmDirIndexes, rpmBaseNames, rpmDirNames, rpmModularity:
			entry := rpmEntry{binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])}
			if entry.offset >= size {
				return nil, fmt.Errorf("tag %d points outside its header", tag)
			}
			h.entries[tag] = entry // what rpm changed later stands later
		}
	}
	return h, nil
}

// text gives a string, "" where there is none.
func (h *rpmHeader) text(tag uint32) string {
	e, ok := h.entries[tag]
	if !ok || e.kind != rpmString && e.kind != rpmI18N && e.kind != rpmStringArray {
		return ""
	}
	text, _, ok := bytes.Cut(h.data[e.offset:], []byte{0})
	if !ok {
		return ""
	}
	return string(text)
}

// number gives the first of a tag's numbers.
func (h *rpmHeader) number(tag uint32) (uint32, bool) {
	e, ok := h.entries[tag]
	if !ok || e.kind != rpmInt32 || e.count == 0 || int(e.offset)+4 > len(h.data) {
		return 0, false
	}
	return binary.BigEndian.Uint32(h.data[e.offset:]), true
}

// texts gives an array of strings; nil where it does not fit.
func (h *rpmHeader) texts(tag uint32) []string {
	e, ok := h.entries[tag]
	if !ok || e.kind != rpmStringArray && e.kind != rpmString || uint64(e.count) > uint64(len(h.data)) {
		return nil
	}
	rest := h.data[e.offset:]
	all := make([]string, 0, e.count)
	for range e.count {
		text, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			return nil
		}
		all = append(all, string(text))
		rest = after
	}
	return all
}

// files gives the paths a package owns: names, each with the number of its folder.
func (h *rpmHeader) files() []string {
	names, folders := h.texts(rpmBaseNames), h.texts(rpmDirNames)
	e, ok := h.entries[rpmDirIndexes]
	if !ok || e.kind != rpmInt32 || int(e.count) != len(names) || uint64(e.offset)+4*uint64(e.count) > uint64(len(h.data)) {
		return nil
	}
	files := make([]string, 0, len(names))
	total := 0
	for i, name := range names {
		n := binary.BigEndian.Uint32(h.data[int(e.offset)+4*i:])
		if int64(n) >= int64(len(folders)) {
			return nil
		}
		folder := folders[n]
		// A long folder that many names share would grow far beyond the file.
		if total += len(folder) + len(name); len(folder) > maxPath || total > maxFilesBytes {
			return nil
		}
		if folder != "" && folder[0] == '/' {
			folder = folder[1:]
		}
		files = append(files, folder+name)
	}
	return files
}

const (
	// maxPath is the longest folder that is believed, in bytes: Linux's own limit.
	maxPath = 4096
	// maxFilesBytes bounds the paths of one package.
	maxFilesBytes = 64 << 20
)
