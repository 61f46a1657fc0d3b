// Package literal finds the literals of all rules of all engines in one pass over the text.
//
// It answers "which rules could match here at all" at about the speed of reading memory, so that the expensive
// part (a regular expression, a parse) runs on small windows around a hit. It must know no rule and no engine.
package literal

// Literal is one byte string to look for.
type Literal struct {
	// Text is at least MinLength bytes long. Letters A-Z match both cases when Fold is set.
	Text string
	Fold bool
}

// Hit is a literal found in a text.
type Hit struct {
	// Literal is the literal's number, in the order given to New.
	Literal int32
	// Start is the offset of its first byte; it ends at Start + len(Text).
	Start int32
}
