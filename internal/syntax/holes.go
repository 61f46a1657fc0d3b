package syntax

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The words by which holes are written so that a grammar takes them.
const (
	metaWord     = "RVMETA_"
	moreWord     = "RVMORE_"
	ellipsisWord = "RVELLIPSIS"
	deepWord     = "RVDEEP"
	typedWord    = "RVTYPED_"
	// statementWord is for a metavariable that is a statement, where a name cannot be one.
	statementWord = "RVSTMT_"
)

// holes finds the holes of a pattern: "$...X", "$X", "<...", "...>", "...".
var holes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\.\.\.[A-Z_][A-Z_0-9]*|\$[A-Z_][A-Z_0-9]*|\$_|<\.\.\.|\.\.\.>|\.\.\.`)
})

// typedMetavar finds metavariables with types: "(T $X)" and "($X: T", also behind a comma.
var typedMetavar = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\((\$?[A-Za-z_][\w.]*\??(?:<[\w.$<>\[\], ?]*>)?(?:\[\])*)\s+(\$[A-Z_][A-Z_0-9]*)\)|([(,]\s*)(\$[A-Z_][A-Z_0-9]*)\s*:\s*([A-Za-z_*\["'][\w.*\[\]"'<>]*)`)
})

// holesOf gives the places of the holes of a pattern. Those in "<...>" and "<T, ...>" are an ellipsis each, between brackets of types.
func holesOf(text string) [][]int {
	all, open := holes().FindAllStringIndex(text, -1), 0
	for _, m := range all {
		switch text[m[0]:m[1]] {
		case "<...":
			if rest := text[m[1]:]; rest == "" || rest[0] == '>' || rest[0] == ',' {
				m[0]++
				continue
			}
			open++
		case "...>":
			if open == 0 {
				m[1]--
				continue
			}
			open--
		}
	}
	return all
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
	for _, m := range holesOf(text) {
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
			if d.language.alone > 0 && standsAlone(text[:m[0]], text[m[1]:]) && placeOf(text, m[0]) != inRound {
				part += "();"
			}
		case d.language.statements && strings.HasPrefix(text[m[1]:], ";") && begins(text[:m[0]]):
			part += statementWord + hole[1:] + "()"
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

// begins tells that a statement begins behind a text.
func begins(before string) bool {
	before = strings.TrimRight(before, " \t")
	return before == "" || strings.IndexByte("\n{};", before[len(before)-1]) >= 0
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
			if text[i] == '(' && opensBody(text[at:]) && !controls(text[:i]) {
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

// controls tells that a text ends in a word that a bracket with a condition follows.
func controls(text string) bool {
	text = strings.TrimRight(text, " ")
	word := strings.TrimLeft(text[strings.LastIndexAny(text, " \t\n;{}()")+1:], " ")
	return slices.Contains([]string{"for", "while", "if", "switch", "synchronized", "foreach", "using", "lock"}, word)
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
