package engine

import (
	"context"

	"github.com/reevehq/reeve/internal/finding"
)

// Noter takes down what single contents say, for a verdict that depends on many of them.
type Noter interface {
	// Wants tells by the path, the place and the content's first bytes whether Note is to see it. It must be cheap: it is asked about
	// everything. Without data it tells of the name alone.
	Wants(c *Content) bool
	// Note gives what the content says, whatever else there is; nil for nothing. It is a pure function, so notes can be kept by
	// content hash. It must not keep c.Data. An error says why the content cannot be read; it makes the result incomplete.
	Note(c *Content) (any, error)
}

// Keeper is a set whose notes can be kept between looks. A note is a function of path, content and Info.Digest, so what was packed under them stays true.
type Keeper interface {
	Set
	// Pack writes a note down; false where that one cannot be kept.
	Pack(note any) ([]byte, bool)
	// Unpack reads the note on a content. It must not keep c.Data. An error makes it be taken again.
	Unpack(c *Content, packed []byte) (any, error)
}

// Notebook holds packed notes of earlier looks, by what they are a function of. It may be asked by several goroutines.
type Notebook interface {
	Recall(key [32]byte) ([]byte, bool)
	Keep(key [32]byte, packed []byte)
}

// Set is an engine whose verdict depends on the whole set of contents: a dependency graph, flow between files, an image.
// Its Conclude is a pure function of the target's content.
type Set interface {
	Engine
	Noter
	// Conclude judges the notes of one target. Findings carry their full Location, and Engine is filled in by the caller.
	// An error makes the engine fail: the result is then incomplete.
	Conclude(ctx context.Context, t *Target, emit func(finding.Finding)) error
}

// Partial is a set that can judge the part of a target that a change touches, so that the cost follows the change.
type Partial interface {
	Set
	// Beside names the files that it needs beside the changed ones, by what their notes say; paths are all that there are, sorted.
	Beside(changed []Note, paths []string) []string
}

// Target is what a set engine sees of one target when all of it was looked at.
type Target struct {
	Asset finding.Asset
	// Notes are the engine's own, by path (and layer, in an image).
	Notes []Note
	// Tree gives the files themselves, for what is only looked at when a verdict needs it; nil where they cannot be had again.
	Tree Tree
	// Layers name each layer of an image and the instruction that made it, by number from 1.
	Layers map[int][]finding.Logical
	// Notice is told facts that the reader needs to judge the result; it may be called from one goroutine only.
	Notice func(string)
}

// Note is what Noter.Note gave for one content.
type Note struct {
	Path string
	// Layer is the image layer, from 1; 0 outside images. Gone tells that a later layer removed or replaced the file.
	Layer int
	Gone  bool
	Value any
}

// Tree gives the files of a target by path.
type Tree interface {
	// Paths are those of all files, sorted.
	Paths() []string
	// Read gives a file's content, which the caller may keep but not change. A link is not followed.
	Read(path string) ([]byte, error)
}
