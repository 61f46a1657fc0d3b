package pcre

// node is a part of an expression.
type node interface{}

type (
	// sequence matches its parts one after the other.
	sequence []node
	// alternation matches the first of its parts that leads to a match.
	alternation []node
	// char matches one character of a set.
	char struct{ set *set }
	// assertion matches the empty text at some places.
	assertion struct{ kind assertKind }
	// group is a capturing group.
	group struct {
		n  int
		of node
	}
	// atomic matches as its part does at first, and goes back on nothing.
	atomic struct{ of node }
	// look matches the empty text where its part matches, or does not.
	look struct {
		of           node
		behind, deny bool
	}
	// reference matches the text of a group again.
	reference struct {
		n    int
		name string
		fold bool
	}
	// keep lets the match begin here (\K).
	keep struct{}
	// repeat matches its part from least to most times; most is -1 for any number.
	repeat struct {
		of          node
		least, most int
		lazy        bool
	}
)

type assertKind int

const (
	textStart   assertKind = iota // \A, ^
	textEnd                       // \z
	textEndLine                   // \Z, $
	lineStart                     // ^ with m
	lineEnd                       // $ with m
	wordBound                     // \b
	notWordBound
)

// span gives how many characters a node matches; most is -1 for any number.
func span(n node) (least, most int) {
	switch n := n.(type) {
	case char:
		return 1, 1
	case sequence:
		for _, of := range n {
			a, b := span(of)
			least, most = least+a, add(most, b)
		}
		return min(least, maxRepeat), most
	case alternation:
		for i, of := range n {
			a, b := span(of)
			if i == 0 {
				least, most = a, b
				continue
			}
			least = min(least, a)
			if most >= 0 && (b < 0 || b > most) {
				most = b
			}
		}
		return least, most
	case group:
		return span(n.of)
	case atomic:
		return span(n.of)
	case reference:
		return 0, -1
	case repeat:
		a, b := span(n.of)
		if least = min(a*n.least, maxRepeat); n.most < 0 || b < 0 {
			return least, -1
		}
		return least, min(b*n.most, maxRepeat)
	}
	return 0, 0
}

func add(a, b int) int {
	if a < 0 || b < 0 {
		return -1
	}
	return min(a+b, maxRepeat)
}

// firstOf gives the characters below 128 that a match can begin with; nil where it can begin with any, or be empty.
func firstOf(n node) *[128]bool {
	var first [128]bool
	if empty, known := addFirst(n, &first); empty || !known {
		return nil
	}
	return &first
}

// addFirst adds what a node begins with. It tells whether the node can match no text, and whether all that it begins with is known.
func addFirst(n node, first *[128]bool) (empty, known bool) {
	switch n := n.(type) {
	case char:
		for c := range first {
			first[c] = first[c] || n.set.has(rune(c))
		}
		return false, true
	case sequence:
		for _, of := range n {
			if empty, known := addFirst(of, first); !empty || !known {
				return empty, known
			}
		}
		return true, true
	case alternation:
		known = true
		for _, of := range n {
			e, k := addFirst(of, first)
			empty, known = empty || e, known && k
		}
		return empty, known
	case group:
		return addFirst(n.of, first)
	case atomic:
		return addFirst(n.of, first)
	case repeat:
		empty, known = addFirst(n.of, first)
		return empty || n.least == 0, known
	case assertion, look:
		return true, true
	}
	return true, false
}
