package lockfile

import "strings"

// rubyStatements cuts pieces of Ruby into statements: at line ends outside brackets, unless the line goes on.
func rubyStatements(tokens []rubyToken) [][]rubyToken {
	var all [][]rubyToken
	depth, start := 0, 0
	for i, t := range tokens {
		switch {
		case t.kind == rubyMark && (t.text == "(" || t.text == "["):
			depth++
		case t.kind == rubyMark && (t.text == ")" || t.text == "]"):
			depth = max(0, depth-1)
		case t.kind == rubyEnd && (t.text == ";" || depth == 0 && !goesOn(tokens, i)):
			if i > start {
				all = append(all, tokens[start:i])
			}
			start = i + 1
		}
	}
	if start < len(tokens) {
		all = append(all, tokens[start:])
	}
	return all
}

// goesOn tells that the statement continues after the line end at i.
func goesOn(tokens []rubyToken, i int) bool {
	if i+1 < len(tokens) && tokens[i+1].is(rubyMark, ".") {
		return true
	}
	if i == 0 {
		return false
	}
	switch last := tokens[i-1]; last.kind {
	case rubyLabel:
		return true
	case rubyEnd:
		// Empty lines inside a statement that goes on: look at what stands before them.
		return i-1 > 0 && tokens[i-1].text != ";" && goesOnBefore(tokens, i-1)
	case rubyMark:
		switch last.text {
		case ",", "=>", "&&", "||", "+", "=", "<<", "::", ".":
			return true
		}
	}
	return false
}

// goesOnBefore is goesOn without recursion, for runs of empty lines and comments; it looks back a little way only.
func goesOnBefore(tokens []rubyToken, i int) bool {
	for back := 0; i > 0 && back < 50; i, back = i-1, back+1 {
		last := tokens[i-1]
		if last.kind == rubyEnd {
			continue
		}
		return last.kind == rubyLabel || last.is(rubyMark, ",") || last.is(rubyMark, "=>")
	}
	return false
}

// rubyArg is an argument of a call: a list of its literal texts, or something computed.
type rubyArg struct {
	texts []string
	list  bool // it is written as a list
	// computed tells that it, or a part of it, is no literal.
	computed bool
}

// first gives the text of an argument, "" where it is none or computed.
func (a rubyArg) first() string {
	if a.computed || len(a.texts) == 0 {
		return ""
	}
	return a.texts[0]
}

// rubyCall is a call with its arguments.
type rubyCall struct {
	args []rubyArg
	// options are the arguments with names.
	options map[string]rubyArg
}

// option gives the first of several options that is there.
func (c rubyCall) option(names ...string) (string, rubyArg, bool) {
	for _, name := range names {
		if a, ok := c.options[name]; ok {
			return name, a, true
		}
	}
	return "", rubyArg{}, false
}

// readRubyCall reads the arguments that follow a method's name, up to a modifier, a block or the closing bracket.
func readRubyCall(tokens []rubyToken) rubyCall {
	c := rubyCall{options: map[string]rubyArg{}}
	if len(tokens) > 0 && tokens[0].is(rubyMark, "(") {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 {
		part, rest, more := rubyPart(tokens)
		tokens = rest
		name := ""
		switch {
		case len(part) > 0 && part[0].kind == rubyLabel:
			name, part = part[0].text, part[1:]
		case len(part) > 1 && part[1].is(rubyMark, "=>"):
			name, part = part[0].text, part[2:]
		}
		if len(part) > 0 {
			if arg := readRubyArg(part); name != "" {
				c.options[name] = arg
			} else if !part[0].is(rubyMark, "**") {
				c.args = append(c.args, arg)
			}
		}
		if !more {
			break
		}
	}
	return c
}

// rubyPart takes what stands before the next comma; more tells that there was one.
func rubyPart(tokens []rubyToken) (part, rest []rubyToken, more bool) {
	depth, part := 0, nil
	start := 0
	for start < len(tokens) && tokens[start].kind == rubyEnd {
		start++
	}
	for i := start; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.kind == rubyMark && strings.Contains("([{", t.text):
			depth++
		case t.kind == rubyMark && strings.Contains(")]}", t.text):
			if depth--; depth < 0 {
				return tokens[start:i], nil, false
			}
		case depth == 0 && t.is(rubyMark, ","):
			return tokens[start:i], tokens[i+1:], true
		case depth == 0 && t.kind == rubyWord && (t.text == "if" || t.text == "unless" || t.text == "do" || t.text == "while" || t.text == "rescue"):
			return tokens[start:i], nil, false
		}
	}
	return tokens[start:], nil, false
}

// readRubyArg reads a literal: a text, a symbol, a list of them, each perhaps with ".freeze".
func readRubyArg(tokens []rubyToken) rubyArg {
	var a rubyArg
	for i := 0; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t.kind == rubyString || t.kind == rubySymbol || t.kind == rubyNumber && len(tokens) == 1:
			a.texts = append(a.texts, t.text)
			a.computed = a.computed || t.dynamic
		case t.kind == rubyWords:
			a.texts = append(a.texts, strings.Fields(t.text)...)
			a.list, a.computed = true, a.computed || t.dynamic
		case t.is(rubyMark, "[") && i == 0:
			a.list = true
		case t.is(rubyMark, "]") || t.is(rubyMark, ",") && a.list || t.kind == rubyEnd:
		case t.is(rubyMark, ".") && i+1 < len(tokens) && (tokens[i+1].text == "freeze" || tokens[i+1].text == "to_s"):
			i++
		default:
			a.computed = true
			return a
		}
	}
	if !a.list && len(a.texts) > 1 {
		a.texts = []string{strings.Join(a.texts, "")} // texts side by side are one
	}
	return a
}
