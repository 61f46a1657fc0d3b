package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Pattern is code with holes, in Semgrep's language of patterns (https://semgrep.dev/docs/writing-rules/pattern-syntax): $X is any one thing and the same
// thing everywhere, "..." is any number of things, <... x ...> is x anywhere within.
type Pattern struct {
	Language *Language
	// Nodes are an expression, or one or more statements.
	Nodes []*Node
}

// ErrPattern says that a pattern is no code of its language, whatever stands for its holes.
var ErrPattern = errors.New("it is no code of this language")

// The bounds of a pattern.
const (
	maxPattern = 64 << 10
	maxTries   = 400
)

// ParsePattern parses a pattern. The error wraps ErrPattern where it is none, ErrAbsent where there is nothing to parse it with.
func (lang *Language) ParsePattern(text string) (*Pattern, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("pattern of %d bytes: %w", len(text), ErrTooLong)
	}
	text = strings.TrimSpace(text)
	if lang.Absent() {
		return nil, fmt.Errorf("pattern %q: %s: %w", clipped(text), lang.Title, ErrAbsent)
	}
	d := &draft{language: lang, fragments: append(lang.partials(text), lang.fragments...)}
	d.split(text)
	if d.best(); d.tree == nil || d.tree.Errors > 0 {
		return nil, fmt.Errorf("pattern %q: %w: %s", clipped(text), ErrPattern, lang.Title)
	}
	nodes := within(d.tree.Root, d.from, d.to, nil)
	if len(nodes) == 0 {
		return nil, fmt.Errorf("pattern %q: it is empty", clipped(text))
	}
	for i, n := range nodes {
		role := Each
		if n.Role == AFinally {
			role = AFinally
		}
		nodes[i] = as(role, d.restore(completed(n, d.added, strings.HasSuffix(text, ";"))))
	}
	if one := nodes[0]; len(nodes) == 1 && one.Kind == ExprStmt && len(one.Kids) == 1 && !strings.HasSuffix(text, ";") {
		nodes[0] = as(Each, one.Kid(AValue))
	}
	if lang.meant != nil {
		nodes = lang.meant(nodes)
	}
	return &Pattern{lang, nodes}, nil
}

func clipped(text string) string {
	if len(text) > 80 {
		return text[:77] + "..."
	}
	return text
}

// draft is a pattern on its way: parts of text with ellipses between them, each of which may be written in several ways.
type draft struct {
	language *Language
	// fragments are ways to make a file of it, the likeliest first.
	fragments []string
	parts     []string
	// ways says for each ellipsis how it is written.
	ways []int
	// places says of each in what kind of place it stands.
	places []int
	typed  []typedHole

	tree     *Tree
	from, to int
	// added is where what a fragment adds to the statement of the pattern begins.
	added int
	tries int
}

// text writes the pattern.
func (d *draft) text() string {
	var b strings.Builder
	for i, part := range d.parts {
		b.WriteString(part)
		if i < len(d.ways) {
			b.WriteString(d.language.ellipses[d.ways[i]])
		}
	}
	return b.String()
}

// best finds a way of writing the ellipses, and a file around them, that the grammar takes. First each ellipsis is written as its place has it, then all
// of those in curly brackets in one way and all others in one; what comes nearest is then mended place by place, and at last one by one.
func (d *draft) best() {
	whole := strings.HasSuffix(d.parts[len(d.parts)-1], ";")
	for _, fragment := range d.fragments {
		if whole && strings.Contains(fragment, "%s;") {
			continue // it is a statement already
		}
		if d.write(0, 0); d.try(fragment) == 0 {
			return
		}
	}
	nearest := make([][]int, len(d.fragments))
	for n, fragment := range d.fragments {
		if nearest[n] = d.pairs(fragment); nearest[n] == nil {
			return
		}
	}
	if len(d.ways) < 2 && !slices.Contains(d.places, inStatement) {
		return
	}
	single := func(place int) func(int) bool { return func(i int) bool { return d.places[i] == place } }
	groups := []func(int) bool{single(inRound), single(inCurly), single(inClass), single(inNone), single(inParams), single(inStatement)}
	for i := range d.ways {
		groups = append(groups, func(n int) bool { return n == i })
	}
	for n, fragment := range d.fragments {
		copy(d.ways, nearest[n])
		if d.mend(fragment, groups) {
			return
		}
	}
}

// pairs tries all ways for the ellipses in curly brackets with all ways for the others, and gives the nearest; nil where the grammar takes one.
func (d *draft) pairs(fragment string) []int {
	ways := len(d.language.ellipses)
	if len(d.ways) == 0 {
		ways = 1
	}
	best, nearest := 1<<30, make([]int, len(d.ways))
	for other := range ways {
		for curly := range ways {
			if some := d.write(other, curly); curly > 0 && !some {
				break
			}
			n := d.try(fragment)
			if n == 0 {
				return nil
			}
			if n < best {
				best = n
				copy(nearest, d.ways)
			}
		}
	}
	return nearest
}

// write writes the ellipses in curly brackets in one way, and the others in one, but for those whose place has its own. It tells whether there are some in
// curly brackets.
func (d *draft) write(other, curly int) bool {
	some := false
	for i := range d.ways {
		switch d.ways[i] = other; {
		case d.places[i] == inCurly || d.places[i] == inClass:
			d.ways[i], some = curly, true
		case d.places[i] == inParams && d.language.params > 0:
			d.ways[i] = d.language.params
		case d.places[i] == inStatement:
			d.ways[i] = d.language.alone
		}
	}
	return some
}

// mend changes how one group of ellipses after another is written, as long as that helps.
func (d *draft) mend(fragment string, groups []func(int) bool) bool {
	best := d.try(fragment)
	for range 2 {
		for _, in := range groups {
			keep := slices.Clone(d.ways)
			for way := range d.language.ellipses {
				for i := range d.ways {
					if in(i) {
						d.ways[i] = way
					}
				}
				if n := d.try(fragment); n < best {
					best = n
					copy(keep, d.ways)
				}
				if best == 0 || d.tries > maxTries {
					return best == 0
				}
			}
			copy(d.ways, keep)
		}
	}
	return false
}

// try parses the pattern in a file, keeps what comes of it where it is the best so far, and counts what the grammar does not take.
func (d *draft) try(fragment string) int {
	d.tries++
	before, after, _ := strings.Cut(fragment, "%s")
	text := d.text()
	tree, err := d.language.Parse([]byte(before + text + after))
	if err != nil {
		return 1 << 30
	}
	if d.tree == nil || tree.Errors < d.tree.Errors {
		d.tree, d.from, d.to = tree, len(before), len(before)+len(text)
		d.added = d.to
		if strings.HasPrefix(after, ";") {
			d.to++ // it belongs to the statement
			d.added++
		}
		d.to += len(completion(after))
	}
	return tree.Errors
}
