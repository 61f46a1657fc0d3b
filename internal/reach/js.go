package reach

import (
	"path"
	"strings"
)

// lexJS makes the tokens of JavaScript or TypeScript.
func lexJS(src string) []lexeme {
	l := newLexer(src)
	if l.has("#!") {
		l.skipLine()
	}
	// templates are, for each template literal that is open, how many braces are open inside its current part.
	var templates []int
	for l.more() {
		switch b := l.src[l.pos]; {
		case b == ' ' || b == '\t' || b == '\r' || b == '\n':
			l.skip(1)
		case l.has("//"):
			l.skipLine()
		case l.has("/*"):
			l.skip(2)
			l.skipTo("*/")
		case b == '"' || b == '\'':
			l.quoted(text, false)
		case b == '`':
			templates = l.template(templates, 1)
		case b == '{' && len(templates) > 0:
			templates[len(templates)-1]++
			l.add(sign, 1)
		case b == '}' && len(templates) > 0:
			if n := len(templates) - 1; templates[n] == 0 {
				l.tokens = append(l.tokens, lexeme{kind: sign, text: "}", line: l.line})
				templates = l.template(templates[:n], 1)
				continue
			}
			templates[len(templates)-1]--
			l.add(sign, 1)
		case b == '/' && l.regexAllowed():
			l.regex()
		case isWord(b) || b == '$':
			l.addWord("$")
		case l.has("?.") && (l.at(2) < '0' || l.at(2) > '9'), l.has("=>"):
			l.add(sign, 2)
		default:
			l.add(sign, 1)
		}
	}
	return l.tokens
}

// template goes on in a template literal, skip bytes ahead, to its end or to its next computed part.
func (l *lexer) template(open []int, skip int) []int {
	begins, line := l.src[l.pos] == '`', l.line
	l.skip(skip)
	from := l.pos
	for l.pos < len(l.src) {
		switch b := l.src[l.pos]; {
		case b == '\\':
			l.skip(2)
		case b == '`':
			if begins {
				l.tokens = append(l.tokens, lexeme{kind: text, text: l.src[from:l.pos], line: line})
			}
			l.skip(1)
			return open
		case l.has("${"):
			if begins {
				l.tokens = append(l.tokens, lexeme{kind: pieced, text: l.src[from:l.pos], line: line})
			}
			l.tokens = append(l.tokens, lexeme{kind: sign, text: "${", line: l.line})
			l.skip(2)
			if len(open) >= 1000 {
				l.pos = len(l.src)
			}
			return append(open, 0)
		default:
			l.skip(1)
		}
	}
	return open
}

// regexAllowed tells whether a slash begins a regular expression, by what stands before it.
func (l *lexer) regexAllowed() bool {
	if len(l.tokens) == 0 {
		return true
	}
	switch last := l.tokens[len(l.tokens)-1]; last.kind {
	case sign:
		return last.text != ")" && last.text != "]" && last.text != "}"
	case word:
		switch last.text {
		case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof", "yield", "await":
			return true
		}
	}
	return false
}

// regex moves over a regular expression; where the line ends first it was a division.
func (l *lexer) regex() {
	class := false
	for n := 1; l.pos+n < len(l.src); n++ {
		switch c := l.src[l.pos+n]; {
		case c == '\n':
			l.add(sign, 1)
			return
		case c == '\\':
			n++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			l.tokens = append(l.tokens, lexeme{kind: number, text: "/", line: l.line})
			l.skip(n + 1)
			return
		}
	}
	l.add(sign, 1)
}

// scanJS tells what a JavaScript or TypeScript file loads and calls.
func scanJS(data []byte) *unit {
	t := newTracer(lexJS(string(data)), ".", "?.")
	t.typed = true
	j := &jsScanner{tracer: t}
	j.scopes()
	for i := range t.tokens {
		if k := t.tokens[i]; k.kind == word && !t.isJoin(i-1) {
			j.word(i, k)
		}
	}
	t.uses()
	return t.unit
}

type jsScanner struct {
	*tracer
	// tries are the stretches of try blocks.
	tries [][2]int
}

func (j *jsScanner) word(i int, k lexeme) {
	switch k.text {
	case "import":
		j.importAt(i)
	case "export":
		j.exportAt(i)
	case "require":
		j.requireAt(i)
	case "define":
		j.defineAt(i)
	case "eval":
		if j.is(i+1, "(") {
			j.dynamic(k.line, "eval")
		}
	case "Function":
		if j.is(i-1, "new") {
			j.dynamic(k.line, "new Function")
		}
	case "createRequire":
		if j.is(i+1, "(") {
			j.dynamic(k.line, "createRequire")
		}
	}
}

// loaded notes a load at token i.
func (j *jsScanner) loaded(name string, i int) {
	l := load{name: name, line: j.tok(i).line}
	for _, s := range j.tries {
		l.optional = l.optional || i >= s[0] && i < s[1]
	}
	j.unit.loads = append(j.unit.loads, l)
}

// importAt reads an import declaration or an import call.
func (j *jsScanner) importAt(i int) {
	next := j.tok(i + 1)
	switch {
	case next.kind == text:
		j.loaded(next.text, i)
		return
	case j.is(i+1, "("):
		j.computed(i, "import")
		return
	case j.isJoin(i + 1):
		return // import.meta
	}
	end := i + 1
	for braces := 0; end < i+2000 && !(j.is(end, "from") && j.tok(end+1).kind == text); end++ {
		k := j.tok(end)
		if k.text == "{" {
			braces++
		}
		if k.kind == none || k.kind == text || k.kind == sign && strings.Contains(";=(.", k.text) || braces > 1 {
			return // no import, or TypeScript's import x = require("y"), which is found by its require
		}
	}
	if j.is(i+1, "type") && !j.is(i+2, "from") && !j.is(i+2, ",") {
		j.take(i, end)
		return // only types, which are not loaded
	}
	name, line := j.tok(end+1).text, j.tok(i).line
	j.loaded(name, i)
	j.take(i, end)
	j.clause(i+1, end, bound{load: name, line: line, class: true})
}

func (j *jsScanner) take(from, to int) {
	for n := from; n < to; n++ {
		j.taken[n] = true
	}
}

// clause binds the names of an import declaration.
func (j *jsScanner) clause(from, to int, b bound) {
	for n := from; n < to; n++ {
		k := j.tok(n)
		switch {
		case k.kind == sign && k.text == "*" && j.is(n+1, "as"):
			j.names[j.tok(n+2).text] = b
			n += 2
		case k.kind == sign && k.text == "{":
			j.members(n+1, to, "as", b)
			return
		case k.kind == word && k.text != "type":
			j.names[k.text] = b
		}
	}
}

// members binds "a, b as c" or "a, b: c", up to the closing brace.
func (j *jsScanner) members(from, to int, as string, b bound) {
	for n := from; n < to && !j.is(n, "}"); n++ {
		k := j.tok(n)
		if k.kind != word && k.kind != text {
			continue
		}
		if k.text == "type" && j.tok(n+1).kind == word && !j.is(n+1, "as") {
			n += 2 // import {type T}
			if j.is(n, "as") {
				n++
			}
			continue
		}
		member := b.with(k.text)
		if k.text == "default" {
			member = b
		}
		local := k.text
		if j.is(n+1, as) && j.tok(n+2).kind == word {
			local = j.tok(n + 2).text
			n += 2
		}
		j.names[local] = member
	}
}

// exportAt reads "export … from".
func (j *jsScanner) exportAt(i int) {
	if !j.is(i+1, "*") && !j.is(i+1, "{") {
		return
	}
	for n := i + 1; n < i+2000; n++ {
		k := j.tok(n)
		if j.is(n, "from") && j.tok(n+1).kind == text {
			j.loaded(j.tok(n+1).text, i)
			return
		}
		if k.kind == none || k.kind == sign && (k.text == ";" || k.text == "(" || k.text == "=") {
			return
		}
	}
}

// requireAt reads require("x"), require.resolve("x"), or require as a value.
func (j *jsScanner) requireAt(i int) {
	switch {
	case j.is(i+1, "("):
		j.computed(i, "require")
	case j.isJoin(i+1) && j.is(i+2, "resolve") && j.is(i+3, "("):
		if k := j.tok(i + 4); k.kind == text {
			j.loaded(k.text, i)
		} else {
			j.dynamic(k.line, "require.resolve")
		}
	case j.isJoin(i + 1), j.is(i-1, "typeof"), j.is(i+1, ":"), j.is(i-1, "function"):
	case j.is(i-1, "=") || j.is(i-1, "return") || j.is(i-1, "("):
		if !j.is(i-2, "function") && !j.isParameter(i) {
			j.dynamic(j.tok(i).line, "require given away")
		}
	}
}

// isParameter tells that the bracket around token i is followed by a function's body.
func (j *jsScanner) isParameter(i int) bool {
	open := i - 1
	for open > i-10 && !j.is(open, "(") {
		open--
	}
	if !j.is(open, "(") {
		return false
	}
	end := j.closing(open)
	return end > 0 && (j.is(end+1, "{") || j.is(end+1, "=>"))
}

// computed reads the argument of require( or import(.
func (j *jsScanner) computed(i int, what string) {
	k := j.tok(i + 2)
	end := j.closing(i + 1)
	// import("x", {with: …}) has a second argument.
	if k.kind != text || !(j.is(i+3, ")") || j.is(i+3, ",")) {
		if k.kind == sign && k.text == ")" || j.is(i-1, "function") || end > 0 && j.is(end+1, "{") {
			return // a declaration of that name
		}
		if (k.kind == pieced || k.kind == text && j.is(i+3, "+")) && (strings.HasPrefix(k.text, "./") || strings.HasPrefix(k.text, "../")) {
			j.unit.loads = append(j.unit.loads, load{name: k.text, line: j.tok(i).line, under: true})
			return
		}
		j.dynamic(j.tok(i).line, what)
		return
	}
	j.loaded(k.text, i)
	b := bound{load: k.text, line: j.tok(i).line, class: true}
	if end < 0 {
		return
	}
	j.bindRequire(i, b)
	start := i
	for j.is(start-1, "await") || j.is(start-1, "(") && j.is(start-2, "await") {
		start--
	}
	if j.isJoin(end+1) || j.is(end+1, "(") || j.is(end+1, "[") {
		j.follow(start, end+1, b)
	}
}

// bindRequire binds const x = require(…) and const {a, b: c} = require(…).
func (j *jsScanner) bindRequire(i int, b bound) {
	eq := i - 1
	for j.is(eq, "await") || j.is(eq, "(") || j.is(eq, "new") {
		eq--
	}
	if !j.is(eq, "=") {
		return
	}
	switch {
	case j.tok(eq-1).kind == word && !j.isJoin(eq-2):
		end := j.closing(i + 1)
		if !j.isJoin(end+1) && !j.is(end+1, "(") && !j.is(end+1, "[") {
			j.names[j.tok(eq-1).text] = b
			j.taken[eq-1] = true
		}
	case j.is(eq-1, "}"):
		open := eq - 1
		for n := 0; n < 500 && !j.is(open, "{"); n++ {
			open--
		}
		j.members(open+1, eq, ":", b)
		j.take(open, eq)
	}
}

// defineAt reads the list of define([…], …), as AMD has it.
func (j *jsScanner) defineAt(i int) {
	if !j.is(i+1, "(") || !j.is(i+2, "[") {
		return
	}
	for n := i + 3; n < i+1000 && !j.is(n, "]"); n++ {
		if k := j.tok(n); k.kind == text && k.text != "require" && k.text != "exports" && k.text != "module" {
			j.loaded(k.text, n)
		}
	}
}

// isJS tells a file with JavaScript or TypeScript by its name.
func isJS(p string) bool {
	switch path.Ext(p) {
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro":
		return !strings.HasSuffix(p, ".d.ts") && !strings.HasSuffix(p, ".d.mts") && !strings.HasSuffix(p, ".d.cts")
	}
	return false
}
