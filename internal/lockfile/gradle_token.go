package lockfile

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxScriptTokens is how long a build script may be.
const maxScriptTokens = 2 << 20

// scriptToken is one token of a Groovy, Kotlin or Scala build script.
type scriptToken struct {
	kind rune   // 'i' identifier, 's' string, '0' number, '\n' end of one or more lines, else the character itself
	text string // of a string: its value, with references normalised to ${…}
	line int
}

// scriptTokens cuts a build script into tokens. It knows comments, strings and names, which is all that literal dependencies need;
// whatever else there is comes out as single characters.
func scriptTokens(data []byte) ([]scriptToken, error) {
	s := &scriptScanner{data: data, line: 1}
	for s.at < len(s.data) {
		if err := s.next(); err != nil {
			return nil, err
		}
		if len(s.tokens) > maxScriptTokens {
			return nil, errorAt(s.line, "the script has more than %d tokens", maxScriptTokens)
		}
	}
	return s.tokens, nil
}

type scriptScanner struct {
	data     []byte
	at, line int
	tokens   []scriptToken
}

func (s *scriptScanner) add(kind rune, text string, line int) {
	s.tokens = append(s.tokens, scriptToken{kind, text, line})
}

func (s *scriptScanner) has(prefix string) bool {
	return bytes.HasPrefix(s.data[s.at:], []byte(prefix))
}

func (s *scriptScanner) next() error {
	c := s.data[s.at]
	switch {
	case c == '\n':
		if n := len(s.tokens); n > 0 && s.tokens[n-1].kind != '\n' {
			s.add('\n', "", s.line)
		}
		s.line++
		s.at++
	case c == ' ' || c == '\t' || c == '\r':
		s.at++
	case s.has("//"), c == '#' && s.at == 0:
		end := bytes.IndexByte(s.data[s.at:], '\n')
		if end < 0 {
			end = len(s.data) - s.at
		}
		s.at += end
	case s.has("/*"):
		end := bytes.Index(s.data[s.at+2:], []byte("*/"))
		if end < 0 {
			return errorAt(s.line, "a comment does not end")
		}
		s.line += bytes.Count(s.data[s.at:s.at+2+end], []byte{'\n'})
		s.at += end + 4
	case c == '"' || c == '\'':
		return s.text(c)
	case c == '`':
		end := bytes.IndexByte(s.data[s.at+1:], '`')
		if end < 0 {
			end = 0
		}
		s.add('i', string(s.data[s.at+1:s.at+1+end]), s.line)
		s.at += end + 2
	case isScriptName(c):
		start := s.at
		for s.at < len(s.data) && isScriptName(s.data[s.at]) {
			s.at++
		}
		kind := 'i'
		if c >= '0' && c <= '9' {
			kind = '0'
		}
		s.add(kind, string(s.data[start:s.at]), s.line)
	default:
		s.add(rune(c), "", s.line)
		s.at++
	}
	return nil
}

func isScriptName(c byte) bool {
	return c == '_' || c == '$' || c >= utf8.RuneSelf || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// text reads a string in either quote, on one line or between three quotes.
func (s *scriptScanner) text(quote byte) error {
	start := s.line
	end := string(quote)
	if s.has(strings.Repeat(end, 3)) {
		end = strings.Repeat(end, 3)
	}
	s.at += len(end)
	var out strings.Builder
	for s.at < len(s.data) {
		c := s.data[s.at]
		switch {
		case s.has(end):
			s.at += len(end)
			s.add('s', out.String(), start)
			return nil
		case c == '\n' && len(end) == 1:
			// An apostrophe in what is no string to us (a regular expression): the rest of the line is passed over.
			s.add(rune(quote), "", start)
			return nil
		case c == '\n':
			s.line++
			out.WriteByte(c)
			s.at++
		case c == '\\' && s.at+1 < len(s.data) && s.data[s.at+1] != '\n':
			out.WriteByte(s.data[s.at+1])
			s.at += 2
		case c == '$' && quote == '"':
			s.reference(&out)
		default:
			out.WriteByte(c)
			s.at++
		}
	}
	if len(end) == 3 {
		return errorAt(start, "a string does not end")
	}
	s.add(rune(quote), "", start)
	return nil
}

// reference reads $name, $a.b or ${expression} in a string and writes it as ${…}.
func (s *scriptScanner) reference(out *strings.Builder) {
	s.at++
	if s.at < len(s.data) && s.data[s.at] == '{' {
		end := bytes.IndexAny(s.data[s.at:], "}\n")
		if end > 0 && s.data[s.at+end] == '}' {
			out.WriteString("${" + scriptReference(string(s.data[s.at+1:s.at+end])) + "}")
			s.at += end + 1
			return
		}
	}
	start := s.at
	for s.at < len(s.data) && (isScriptName(s.data[s.at]) && s.data[s.at] != '$' || s.data[s.at] == '.' && s.at > start && s.at+1 < len(s.data) && isScriptName(s.data[s.at+1])) {
		s.at++
	}
	if s.at == start {
		out.WriteByte('$')
		return
	}
	out.WriteString("${" + scriptReference(string(s.data[start:s.at])) + "}")
}

// scriptReference brings the many ways to name a value to one: rootProject.ext.x, extra["x"], project.property("x") and
// findProperty('x') are all x; libs.versions.x.get() is libs.versions.x.
func scriptReference(expression string) string {
	e := expression
	if strings.ContainsAny(e, "[( !") {
		e = strings.NewReplacer("[\"", ".", "['", ".", "\"]", "", "']", "", "(\"", ".", "('", ".", "\")", "", "')", "", " ", "", "!!", "").Replace(e)
		e = strings.TrimSuffix(strings.TrimSuffix(e, ".get()"), ".toString()")
	}
	for again := true; again; {
		again = false
		for _, prefix := range []string{"rootProject.", "project.", "this.", "parent.", "ext.", "extra.", "property.", "findProperty.", "properties.", "getProperty.", "providers.gradleProperty."} {
			if rest, ok := strings.CutPrefix(e, prefix); ok && rest != "version" && rest != "group" && rest != "name" {
				e, again = rest, true
			}
		}
	}
	return e
}
