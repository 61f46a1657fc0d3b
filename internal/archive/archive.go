// Package archive looks into archives, and into archives in archives, within bounds: zip (also jar, apk, whl, docx and
// self-extracting ones), tar, and what gzip, bzip2, xz and zstd have compressed. They are recognised by content, never by name.
//
// It unpacks in memory only and one member at a time. It must not write to disk, follow a link or use a member's name
// for anything but a label. What would unpack beyond its bounds is refused; what is damaged is read as far as it goes.
package archive

import (
	"context"
	"fmt"
)

// Limits bound what is unpacked. Zero fields mean the defaults.
type Limits struct {
	// Depth is how many archives inside one another are opened; negative opens none. Default 4.
	Depth int
	// Ratio is how many times larger than its compressed form content may be, once it is larger than 10 MiB. Default 200.
	Ratio int
	// Size is how many bytes are unpacked in all, at every depth together. Default 512 MiB.
	Size int64
}

// The defaults of Limits.
const (
	DefaultDepth = 4
	DefaultRatio = 200
	DefaultSize  = 512 << 20
)

const (
	// maxHeld bounds the unpacked content held at once, a member and the archives around it, in bytes.
	maxHeld = 64 << 20
	// freely is how much may be unpacked whatever the ratio, in bytes: small things compress well and do no harm.
	freely = 10 << 20
	// maxMembers bounds the members of all depths together.
	maxMembers = 500_000
	// maxRefusals bounds what is said about one archive.
	maxRefusals = 100
)

func (l Limits) filled() Limits {
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	if l.Ratio <= 0 {
		l.Ratio = DefaultRatio
	}
	if l.Size <= 0 {
		l.Size = DefaultSize
	}
	return l
}

// Refusal is one archive or member that was not, or not wholly, opened.
type Refusal struct {
	// Path is the place inside the archive, beginning with "!/" ("" for the archive itself).
	Path string
	// Why says what is wrong, without any content.
	Why string
	// Bomb tells that it was refused because it would unpack beyond the limits; else it is damaged, encrypted or of an unknown method.
	Bomb bool
}

// Is tells from the content whether it is an archive that Walk opens.
func Is(data []byte) bool { return kindOf(data) != none }

// Walk hands every member, members of archives in archives included, to visit; path begins with "!/" ("!/b.zip!/c.txt").
// What stands before a self-extracting archive has the path "". Data is valid during the call only.
// It returns what could not be looked at; where the context ends early, that says so too.
func Walk(ctx context.Context, data []byte, limits Limits, visit func(path string, data []byte)) []Refusal {
	limits = limits.filled()
	if limits.Depth < 0 {
		return nil
	}
	w := &walker{ctx: ctx, limits: limits, visit: visit, left: limits.Size, input: int64(len(data)) + limits.Size}
	w.open("", data, 1)
	return w.refusals
}

// size writes a number of bytes for people.
func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
