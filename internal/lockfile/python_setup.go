package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// setupPy finds the literals in a setup.py.
type setupPy struct {
	tokens []pyToken
	// names are the values assigned once, at the top of the file, as ranges of tokens; those assigned twice have none.
	names map[string][2]int
	// left is how many pieces may still be looked at for values, so that names of names cannot multiply the work.
	left int
	// open are the names whose values are being read, seen the requirements taken already, with how they are asked for.
	open map[string]bool
	seen map[setupClaim]bool
}

// setupClaim is a requirement at its place; a list that two names share asks for it once.
type setupClaim struct {
	text  string
	claim pyClaim
}

// readSetupPy reads the literal requirements of a setup.py. It is a program, and is not run: what it computes is unknown.
func readSetupPy(path string, data []byte) (*inventory.Document, error) {
	tokens, err := lexPython(data)
	if err != nil {
		return nil, err
	}
	s := &setupPy{
		tokens: tokens, names: map[string][2]int{}, left: 1000 + 4*len(tokens), open: map[string]bool{}, seen: map[setupClaim]bool{},
	}
	s.assignments()
	p := &pyProject{doc: &inventory.Document{Path: path, Format: "setup.py", Ecosystem: pyPI, Role: inventory.Manifest}}
	calls := 0
	for i := 1; i < len(tokens); i++ {
		if tokens[i].text != "(" || tokens[i].kind != 'o' || tokens[i-1].kind != 'n' || tokens[i-1].text != "setup" {
			continue
		}
		if i >= 2 && tokens[i-2].kind == 'n' && tokens[i-2].text == "def" {
			continue
		}
		if calls++; calls > 20 {
			unknown(p.doc, "setup is called too often to be read")
			break
		}
		s.call(p, i+1)
	}
	return p.doc, nil
}

// assignments finds "NAME = value" outside functions and blocks.
func (s *setupPy) assignments() {
	twice := map[string]bool{}
	for i := 0; i+1 < len(s.tokens); i++ {
		t := s.tokens[i]
		if t.kind != 'n' || t.indent < 0 {
			continue
		}
		next := s.tokens[i+1]
		_, known := s.names[t.text]
		switch {
		case next.kind != 'o':
		case next.text == "=" && t.indent == 0 && !known && !twice[t.text]:
			s.names[t.text] = [2]int{i + 2, s.end(i+2, false)}
		case next.text == "=" || next.text == "+=" || next.text == ":" || next.text == "." && i+2 < len(s.tokens) && changesList(s.tokens[i+2].text) || next.text == "[":
			twice[t.text] = true
		}
	}
	for name := range twice {
		delete(s.names, name)
	}
}

// changesList tells the methods that change a list or dictionary in place.
func changesList(method string) bool {
	switch method {
	case "append", "extend", "insert", "remove", "update", "setdefault", "pop", "clear":
		return true
	}
	return false
}

// end finds where a value ends: at the end of its line, or, as an argument or element, at the next comma or closing bracket.
func (s *setupPy) end(i int, inner bool) int {
	depth := 0
	for ; i < len(s.tokens); i++ {
		t := s.tokens[i]
		if t.kind == '\n' {
			return i
		}
		if t.kind != 'o' {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth < 0 {
				return i
			}
		case ",":
			if depth == 0 && inner {
				return i
			}
		}
	}
	return i
}

// call reads the arguments of setup(…) from the token at i on.
func (s *setupPy) call(p *pyProject, i int) {
	for i < len(s.tokens) {
		end := s.end(i, true)
		if i+1 < end && s.tokens[i].kind == 'n' && s.tokens[i+1].text == "=" {
			s.argument(p, s.tokens[i], i+2, end)
		} else if i+1 < end && s.tokens[i].text == "**" {
			unknown(p.doc, "line %d: arguments of setup are computed", s.tokens[i].line)
		}
		if end >= len(s.tokens) || s.tokens[end].text != "," {
			return
		}
		i = end + 1
	}
}

func (s *setupPy) argument(p *pyProject, key pyToken, from, to int) {
	var claim pyClaim
	switch key.text {
	case "name", "version", "license":
		if text, ok := s.text(from, to, 0); ok && !badName(text) {
			switch key.text {
			case "name":
				p.doc.Name, p.own = text, normalPyName(text)
			case "version":
				p.doc.Version = text
			case "license":
				p.doc.Licence = text
			}
		}
		return
	case "install_requires":
	case "setup_requires":
		claim.scope = inventory.Build
	case "tests_require":
		claim.scope = inventory.Test
	case "extras_require":
		claim.optional = true
	default:
		return
	}
	if !s.requirements(p, from, to, claim, 0) {
		unknown(p.doc, "line %d: %s is computed, and what is not written out there is not known", key.line, key.text)
	}
}

// requirements reads a value that holds requirements: texts, lists, dictionaries of lists, names for these, and sums of them.
// It tells whether all of it was literal; what is literal is taken in any case.
func (s *setupPy) requirements(p *pyProject, from, to int, claim pyClaim, depth int) bool {
	if s.left -= to - from; s.left < 0 || depth > 20 {
		return false
	}
	whole := true
	for i := from; i < to; i++ {
		t := s.tokens[i]
		switch {
		case t.kind == 's':
			text := t.text
			claim.line = t.line
			for i+1 < to && s.tokens[i+1].kind == 's' {
				i++
				text += s.tokens[i].text
			}
			if i+1 < to && s.tokens[i+1].kind == 'o' && s.tokens[i+1].text == ":" {
				continue // the key of a dictionary
			}
			if i+1 < to && s.tokens[i+1].kind == 'o' && (s.tokens[i+1].text == "%" || s.tokens[i+1].text == ".") {
				return false
			}
			if !s.seen[setupClaim{text, claim}] {
				s.seen[setupClaim{text, claim}] = true
				for line := range strings.SplitSeq(text, "\n") {
					p.require(line, claim)
				}
			}
		case t.kind == 'o' && strings.Contains("[](){},+:", t.text):
		case t.kind == 'n' && t.text == "list" && i+1 < to && s.tokens[i+1].text == "(":
		case t.kind == 'n':
			span, known := s.names[t.text]
			if !known || s.open[t.text] || i+1 < to && s.tokens[i+1].kind == 'o' && strings.Contains("([.", s.tokens[i+1].text) {
				return false
			}
			s.open[t.text] = true
			whole = s.requirements(p, span[0], span[1], claim, depth+1) && whole
			delete(s.open, t.text)
		default:
			return false
		}
	}
	return whole
}

// text gives the text that a value is, if it is a literal or a name for one.
func (s *setupPy) text(from, to, depth int) (string, bool) {
	if to <= from || depth > 20 {
		return "", false
	}
	if to == from+1 && s.tokens[from].kind == 'n' {
		span, known := s.names[s.tokens[from].text]
		if !known {
			return "", false
		}
		return s.text(span[0], span[1], depth+1)
	}
	var b strings.Builder
	for _, t := range s.tokens[from:to] {
		if t.kind != 's' {
			return "", false
		}
		b.WriteString(t.text)
	}
	return b.String(), true
}
