package syntax

import "strings"

// dockerWord is a word of an instruction, and where it begins in that.
type dockerWord struct {
	text string
	from int
}

// dockerWords splits a text at its blanks, but not in quotes.
func dockerWords(text string, at int, escape byte) []dockerWord {
	var out []dockerWord
	for at < len(text) {
		if text[at] == ' ' || text[at] == '\t' {
			at++
			continue
		}
		from, quote := at, byte(0)
		for ; at < len(text) && (quote != 0 || text[at] != ' ' && text[at] != '\t'); at++ {
			switch c := text[at]; {
			case c == escape && at+1 < len(text) && quote != '\'':
				at++
			case quote != 0 && c == quote:
				quote = 0
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			}
		}
		at = min(at, len(text))
		out = append(out, dockerWord{text[from:at], from})
	}
	return out
}

// cutWord splits a word at the first of a sign.
func cutWord(w dockerWord, sign string) (before, after dockerWord, ok bool) {
	at := strings.Index(w.text, sign)
	if at <= 0 {
		return w, dockerWord{}, false
	}
	return dockerWord{w.text[:at], w.from}, dockerWord{w.text[at+1:], w.from + at + 1}, true
}

func (d *docker) words(words []dockerWord, from int) []*Node {
	var out []*Node
	for _, w := range words {
		out = append(out, d.word(w, from))
	}
	return out
}

// name lowers the name of a variable.
func (d *docker) name(w dockerWord, from int) *Node {
	return &Node{Kind: Name, Text: strings.Trim(w.text, `"'`), Start: from + w.from, End: from + w.from + len(w.text)}
}

// word lowers a word: a String, a Number, a variable, or a Template where there are variables in it.
func (d *docker) word(w dockerWord, from int) *Node {
	start, end := from+w.from, from+w.from+len(w.text)
	if yamlHole().MatchString(w.text) {
		return &Node{Kind: Name, Text: w.text, Start: start, End: end}
	}
	if w.text != "" && strings.Trim(w.text, "0123456789") == "" {
		return &Node{Kind: Number, Text: w.text, Start: start, End: end}
	}
	s := dockerText{word: w.text, from: start, escape: d.escape, textFrom: start}
	s.read()
	switch parts := s.parts; {
	case len(parts) == 0:
		return &Node{Kind: String, Start: start, End: end}
	case len(parts) == 1:
		parts[0].Start, parts[0].End = start, end
		return parts[0]
	}
	return &Node{Kind: Template, Start: start, End: end, Kids: s.parts}
}

// dockerText is a word that is taken apart: plain text, and variables.
type dockerText struct {
	word     string
	from     int
	escape   byte
	text     strings.Builder
	textFrom int
	parts    []*Node
}

func (s *dockerText) read() {
	quote := byte(0)
	at := 0
	for at < len(s.word) {
		c := s.word[at]
		switch {
		case c == s.escape && quote != '\'' && at+1 < len(s.word):
			at++
			s.text.WriteByte(s.word[at])
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == '$' && quote != '\'':
			if size := dockerVariable(s.word[at:]); size > 0 {
				s.variable(at, size)
				at += size
				continue
			}
			s.text.WriteByte(c)
		default:
			s.text.WriteByte(c)
		}
		at++
	}
	s.end(at)
}

// end ends a plain text.
func (s *dockerText) end(at int) {
	if s.text.Len() > 0 {
		s.parts = append(s.parts, &Node{Kind: String, Text: s.text.String(), Start: s.textFrom, End: s.from + at})
		s.text.Reset()
	}
}

// variable adds $x, ${x} and ${x:-y}: a Name, or a Binary.
func (s *dockerText) variable(at, size int) {
	s.end(at)
	s.textFrom = s.from + at + size
	inner := strings.Trim(s.word[at:at+size], "${}")
	name := &Node{Kind: Name, Text: inner, Start: s.from + at, End: s.from + at + size}
	if end := strings.IndexFunc(inner, func(r rune) bool { return r > 127 || !isWord(byte(r)) && r != '_' }); end > 0 {
		operator := inner[end:]
		value := strings.TrimLeft(operator, ":-+?#%/")
		operator = operator[:len(operator)-len(value)]
		name.Text = inner[:end]
		right := &Node{Kind: String, Role: ARight, Text: value, Start: name.Start, End: name.End}
		name.Role = ALeft
		name = &Node{Kind: Binary, Text: operator, Start: name.Start, End: name.End, Kids: []*Node{name, right}}
	}
	s.parts = append(s.parts, name)
}

// dockerVariable is how long the variable is that a text begins with, 0 where it is none.
func dockerVariable(text string) int {
	if strings.HasPrefix(text, "${") {
		return strings.IndexByte(text, '}') + 1
	}
	size := 1
	for size < len(text) && (isWord(text[size]) || text[size] == '_') {
		size++
	}
	if size == 1 {
		return 0
	}
	return size
}

// list lowers arguments that are written as a list of JSON; nil where they are not.
func (d *docker) list(text string, at, from int) *Node {
	inner := strings.TrimSpace(text[at:])
	if !strings.HasPrefix(inner, "[") || !strings.HasSuffix(inner, "]") {
		return nil
	}
	list := &Node{Kind: List, Start: from + at, End: from + at + len(inner)}
	inner = inner[:len(inner)-1]
	for i := 1; i < len(inner); {
		rest := inner[i:]
		if blank := len(rest) - len(strings.TrimLeft(rest, " \t,")); blank > 0 {
			i += blank
			continue
		}
		start := from + at + i
		size := strings.IndexAny(rest+",", ", \t")
		if rest[0] == '"' {
			size = quotedSize([]byte(rest))
			list.add(&Node{Kind: String, Text: yamlDouble(yamlUnquoted(rest[:size])), Start: start, End: start + size})
		} else if yamlHole().MatchString(rest[:size]) {
			list.add(&Node{Kind: Name, Text: rest[:size], Start: start, End: start + size})
		} else {
			return nil
		}
		i += size
	}
	return list
}
