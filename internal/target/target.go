// Package target knows what can be looked at and hands over its content piece by piece: a directory, a git work tree, a file.
//
// Everything in a target is hostile. The package never runs anything of it, never leaves its root (symbolic links are
// looked at as the text they are), never opens what is not a plain file, and keeps no more in memory than one file a
// worker. It must not judge content: it knows encodings and kinds of files, and no rule.
package target

import (
	"context"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// Source yields every piece of content of a target, each once, to several workers at once.
type Source interface {
	// Asset is what the content belongs to.
	Asset() finding.Asset
	// Each calls look for every piece. Worker numbers go from 0 to workers-1; calls with the same number do not overlap.
	// It stops at the first error of look and returns it; a cancelled context is such an error. What could not be read is
	// no error but an Unread. Looked counts files and what was passed over; bytes are counted by who looks.
	Each(ctx context.Context, workers int, look func(worker int, item *Item) error) (finding.Looked, []finding.Unread, error)
}

// Reader is a source whose files can be read again, one by one.
type Reader interface {
	// ReadFile gives the content of a file that Each has handed over, within the same bounds. A link is not followed.
	ReadFile(path string) ([]byte, error)
}

// Item is one piece of content. It and its Data are reused: both are valid during the call only.
type Item struct {
	// Path is slash-separated and relative to the target's root; it may hold any byte but zero.
	Path string
	Data []byte
	// Blob and Commit are the git objects the content comes from, in hex, where known.
	Blob, Commit string
	// Mode is the mode git gives such a file: 0100644, 0100755, or 0120000 for a symbolic link, whose Data is where it points to.
	// In an image it is 0100000 with all twelve permission bits.
	Mode uint32
	// Surface says what kind of place it is where it is not a file's content (finding.ImageConfig).
	Surface finding.Surface
	// Layer is the image layer it stands in, from 1; 0 outside images. Gone tells that a later layer removed or replaced it.
	Layer int
	Gone  bool
	// Logical names the place in the world's own terms (layer, instruction), outermost first.
	Logical []finding.Logical
}

// The modes of items, as in git trees.
const (
	ModeFile       = 0o100644
	ModeExecutable = 0o100755
	ModeLink       = 0o120000
)

// DefaultMaxFileSize bounds files where Options say nothing, in bytes.
const DefaultMaxFileSize = 100 << 20

// Options say what of a directory is looked at.
type Options struct {
	// Exclude are patterns of paths that are passed over whatever else says.
	Exclude []ignore.Glob
	// MaxFileSize is the size in bytes above which a file is passed over as "too big"; 0 means DefaultMaxFileSize.
	MaxFileSize int64
	// Only tells by its path whether a file is asked for; what is not is passed over without being opened. Nil asks for all.
	Only func(path string) bool
	// MustRead tells of a path that its file must not be passed over for its size: it is unread then, and the look incomplete. Nil means none.
	MustRead func(path string) bool
	// IncludeIgnored also looks at what .gitignore names. What .reeveignore names is passed over all the same.
	IncludeIgnored bool
}

// exclusions are the patterns that exclude, from the root on.
func (o Options) exclusions() *ignore.Scope {
	var list ignore.List
	for _, g := range o.Exclude {
		list = append(list, g.Pattern())
	}
	var none *ignore.Scope
	return none.Within("", list)
}

// Excluded gives a test whether the options exclude a path, itself or a folder above it.
func (o Options) Excluded() func(path string) bool {
	scope := o.exclusions()
	return func(path string) bool {
		for i := range path {
			if path[i] == '/' && scope.Ignored(path[:i], true) {
				return true
			}
		}
		return scope.Ignored(path, false)
	}
}

// Reasons for passing over, as counted in finding.Looked.
const (
	skipIgnored  = "ignored"
	skipExcluded = "excluded"
	skipTooBig   = "too big"
	skipGit      = "git directory"
	skipPipe     = "named pipe"
	skipSocket   = "socket"
	skipDevice   = "device"
	skipUnasked  = "not asked for"
	skipGone     = "gone" // listed, and not there when it was to be read
)
