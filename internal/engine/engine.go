// Package engine holds the contract of every engine and the pass that feeds them all.
//
// An engine is a pure function of (content, rules): no clock, no network, no environment. So a verdict can be kept
// by content hash and ruleset digest, tested by example, and is equal on every machine. Engines never import one another.
package engine

import (
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
)

// Content is one piece of what is looked at. Engines must not keep or change Data: it is reused for the next piece.
type Content struct {
	// Path is where the content stands, slash-separated; "" while it is not known (a blob in a whole history).
	Path string
	Data []byte
	// Fresh are the parts of Data that were not looked at before (sorted, apart, already widened to whole lines);
	// nil means all of it. An engine reports what touches a fresh part and may read the rest as context.
	Fresh []Span
	// Bare tells that nobody will read snippets of what is found here, so none are made.
	Bare bool
	// Binary tells that Data is not text in any encoding known here.
	Binary bool
	// Held tells that what is made of it is held in memory until all is concluded, as where few are looked at: a note may leave work until somebody needs it.
	Held bool
	// Surface says what kind of place the content is where it is not a file's (finding.ImageConfig).
	Surface finding.Surface
	// Mode is the file's, as target.Item.Mode.
	Mode uint32
	// Layer is the image layer the content stands in, from 1; 0 outside images. Gone tells that a later layer removed or replaced it.
	Layer int
	Gone  bool
}

// Span is Data[Start:End].
type Span struct{ Start, End int }

// Info says what an engine is.
type Info struct {
	// Name is the engine's id, as in rules/NAME and internal/engine/NAME.
	Name  string
	Title string
	// Digest changes when the rules or the engine's own behaviour change; verdicts are kept under it.
	Digest string
	// Permanent tells that a finding once committed stays true when later commits remove it: leaked is leaked.
	// The gate then also looks at blobs that came and went inside a change.
	Permanent bool
	// Always asks for every piece of content, also where none of the engine's literals stands (a team's own rule may name none).
	Always bool
}

// Engine looks at content. All methods may be called from several goroutines at once.
type Engine interface {
	Info() Info
	// Rule gives the facts of a rule by id.
	Rule(id string) (finding.Rule, bool)
	// Literals are what the one prefilter looks for on the engine's behalf. Content without a hit is not handed to Look, unless Info.Always.
	Literals() []literal.Literal
	// Look finds what is in the content, whatever its path; hits are this engine's literals found in the fresh parts, by position,
	// numbered as in Literals. It sets Location.Region and leaves Location.Path alone.
	// It returns true when the verdict depends on all of the content (a document read as a document), so that
	// a later version of the same content must be looked at as a whole and not only where it changed.
	Look(c *Content, hits []literal.Hit, emit func(finding.Finding)) (whole bool)
	// Place says what a finding means at a path: it may lower or raise confidence and add reasons.
	// It returns false where the finding does not hold at that path.
	Place(f *finding.Finding, path string) bool
	// LookName finds what a path alone tells.
	LookName(path string, emit func(finding.Finding))
}
