package syntax

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// The words by which holes are written so that a grammar takes them.
const (
	metaWord     = "RVMETA_"
	moreWord     = "RVMORE_"
	ellipsisWord = "RVELLIPSIS"
	deepWord     = "RVDEEP"
	typedWord    = "RVTYPED_"
)

// holes finds the holes of a pattern: "$...X", "$X", "<...", "...>", "...".
var holes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\.\.\.[A-Z_][A-Z_0-9]*|\$[A-Z_][A-Z_0-9]*|\$_|<\.\.\.|\.\.\.>|\.\.\.`)
})

// typedMetavar finds metavariables with types: "(T $X)" and "($X: T", also behind a comma.
var typedMetavar = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\((\$?[A-Za-z_][\w.]*\??(?:<[\w.$<>\[\], ?]*>)?(?:\[\])*)\s+(\$[A-Z_][A-Z_0-9]*)\)|([(,]\s*)(\$[A-Z_][A-Z_0-9]*)\s*:\s*([A-Za-z_*\["'][\w.*\[\]"'<>]*)`)
})

// The bounds of a pattern.
const (
	maxPattern = 64 << 10
	maxTries   = 400
)

// ParsePattern parses a pattern. The error wraps ErrPattern where it is none.
func (lang *Language) ParsePattern(text string) (*Pattern, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("pattern of %d bytes: %w", len(text), ErrTooLong)
	}
	d := &draft{language: lang}
	d.split(strings.TrimSpace(text))
	if d.best(); d.tree == nil || d.tree.Errors > 0 {
		return nil, fmt.Errorf("pattern %q: %w: %s", clipped(text), ErrPattern, lang.Title)
	}
	nodes := within(d.tree.Root, d.from, d.to, nil)
	if len(nodes) == 0 {
		return nil, fmt.Errorf("pattern %q: it is empty", clipped(text))
	}
	for i, n := range nodes {
		nodes[i] = as(Each, d.restore(n))
	}
	if one := nodes[0]; len(nodes) == 1 && one.Kind == ExprStmt && len(one.Kids) == 1 && !strings.HasSuffix(strings.TrimSpace(text), ";") {
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
	parts    []string
	// ways says for each ellipsis how it is written.
	ways []int
	// places says of each in what kind of place it stands.
	places []int
	typed  []typedHole

	tree     *Tree
	from, to int
	tries    int
}

// typedHole is a metavariable with a type.
type typedHole struct{ metavar, kind string }

// split takes the ellipses out of a text, and writes the other holes as words.
func (d *draft) split(text string) {
	if d.language.typed {
		text = d.types(text)
	}
	at := 0
	part := ""
	for _, m := range holes().FindAllStringIndex(text, -1) {
		part += text[at:m[0]]
		at = m[1]
		hole := text[m[0]:m[1]]
		if d.language.hole != nil {
			if written, ok := d.language.hole(hole, text[:m[0]], text[m[1]:]); ok {
				part += written
				continue
			}
		}
		switch {
		case hole == "<...":
			part += deepWord + "("
		case hole == "...>":
			part += ")"
		case hole == "...":
			d.parts, part = append(d.parts, part), ""
			place := placeOf(text, m[0])
			if d.language.worded && (place == inRound || place == inParams) {
				place = inRound
				if parameters().MatchString(text[:m[0]]) {
					place = inParams
				}
			}
			if d.language.alone > 0 && place != inRound && standsAlone(text[:m[0]], text[m[1]:]) {
				place = inStatement
			}
			d.ways, d.places = append(d.ways, 0), append(d.places, place)
		case strings.HasPrefix(hole, "$..."):
			part += moreWord + hole[len("$..."):]
		default:
			part += metaWord + hole[1:]
		}
	}
	d.parts = append(d.parts, part+text[at:])
}

// types takes the metavariables with types out of a text. Parameters of a function are none: their types are their own.
func (d *draft) types(text string) string {
	var b strings.Builder
	at, shape := 0, typedMetavar
	if d.language.typedAs != nil {
		shape = d.language.typedAs
	}
	for _, m := range shape().FindAllStringSubmatchIndex(text, -1) {
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[m[2*n]:m[2*n+1]]
		}
		hole, before, after := typedHole{group(2), group(1)}, "", ""
		if hole.metavar != "" && calls(text[:m[0]]) {
			continue // a parameter, a catch
		}
		if hole.metavar == "" {
			hole, before = typedHole{group(4), group(5)}, group(3)
			if strings.HasPrefix(text[m[1]:], ")") && before == "(" && !calls(text[:m[0]]) {
				before, after = "", ")"
			}
		}
		if parameters().MatchString(text[:m[0]]) || slices.Contains([]string{"return", "new", "await", "throw"}, hole.kind) {
			continue
		}
		d.typed = append(d.typed, hole)
		b.WriteString(text[at:m[0]] + before + typedWord + strconv.Itoa(len(d.typed)-1) + "_")
		at = m[1] + len(after)
	}
	return b.String() + text[at:]
}

// parameters finds that a text ends within the parameters of a function.
var parameters = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:def|fun(?:c(?:tion)?)?)\b[^()]*(?:\([^()]*\)\s*[\w$]*)?\(?[^()]*$|\bclass\s+[\w$]+\s*\([^()]*$`)
})

// calls tells that a text ends in what can be called, so that a bracket behind it holds arguments.
func calls(text string) bool {
	text = strings.TrimRight(text, " ")
	return text != "" && (text[len(text)-1] == '_' || text[len(text)-1] == ')' || text[len(text)-1] == ']' || isWord(text[len(text)-1]))
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// Where an ellipsis stands: in round or square brackets, in curly ones, in those of a class, in none, in the parameters of a function, as a statement of
// its own.
const (
	inRound = iota
	inCurly
	inClass
	inNone
	inParams
	inStatement
)

// standsAlone tells that nothing stands beside an ellipsis but what begins or ends a statement.
func standsAlone(before, after string) bool {
	before, after = strings.TrimRight(before, " \t"), strings.TrimLeft(after, " \t\r")
	last := byte('\n')
	if before != "" {
		last = before[len(before)-1]
	}
	return strings.IndexByte("\n{};", last) >= 0 && (after == "" || after[0] == '\n' || after[0] == '}' || last == ';' && (after[0] == '$' || isWord(after[0])))
}

// placeOf tells in what kind of place something stands in a text.
func placeOf(text string, at int) int {
	depth := 0
	for i := at - 1; i >= 0; i-- {
		switch text[i] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth >= 0 {
				continue
			}
			if text[i] == '(' && opensBody(text[at:]) && !strings.HasSuffix(strings.TrimRight(text[:i], " "), "for") {
				return inParams
			}
			if text[i] != '{' {
				return inRound
			}
			header := text[strings.LastIndexAny(text[:i], ";{}\n")+1 : i]
			if strings.Contains(header, "class ") || strings.Contains(header, "interface ") || strings.Contains(header, "enum ") {
				return inClass
			}
			return inCurly
		}
	}
	return inNone
}

// opensBody tells whether the bracket that a text closes first is followed by a body, as that of parameters is.
func opensBody(text string) bool {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				rest := strings.TrimLeft(text[i+1:], " \n\t")
				return strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "throws ")
			}
		}
	}
	return false
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
	for _, fragment := range d.language.fragments {
		if whole && strings.Contains(fragment, "%s;") {
			continue // it is a statement already
		}
		if d.write(0, 0); d.try(fragment) == 0 {
			return
		}
	}
	nearest := make([][]int, len(d.language.fragments))
	for n, fragment := range d.language.fragments {
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
	for n, fragment := range d.language.fragments {
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
		if strings.HasPrefix(after, ";") {
			d.to++ // it belongs to the statement
		}
	}
	return tree.Errors
}
