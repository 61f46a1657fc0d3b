package reach

import "path"

// scanCSharp tells which namespaces a C# file uses and what it calls.
func scanCSharp(data []byte) *unit {
	lang := curly{char: true, triple: true, verbatim: true, letters: "@"}
	t := newTracer(lang.lex(newLexer(string(data))), ".", "?.", "!.")
	t.declares, t.typed = true, true
	for i := range t.tokens {
		k := t.tokens[i]
		if k.kind != word || t.isJoin(i-1) {
			continue
		}
		switch {
		case k.text == "using" && !t.is(i+1, "(") && !t.is(i+1, "var"):
			t.using(i)
		case k.text == "Type" && t.isJoin(i+1) && t.is(i+2, "GetType") && t.is(i+3, "("):
			t.forName(i + 3)
		case k.text == "Assembly" && t.isJoin(i+1) && (t.is(i+2, "Load") || t.is(i+2, "LoadFrom") || t.is(i+2, "LoadFile")):
			t.dynamic(k.line, "Assembly."+t.tok(i+2).text)
		}
	}
	for i := range t.tokens {
		t.qualifiedCSharp(i)
	}
	t.uses()
	t.wildcards(".")
	return t.unit
}

// using reads "using A.B;", "using static A.B.C;" and "using X = A.B.C;".
func (t *tracer) using(i int) {
	line, n := t.tok(i).line, i+1
	static := t.is(n, "static")
	if static {
		n++
	}
	alias := ""
	if t.is(n+1, "=") {
		alias = t.tok(n).text
		n += 2
	}
	name := ""
	for ; n < i+60 && t.tok(n).kind == word; n++ {
		name += t.tok(n).text
		t.taken[n] = true
		n++
		if !t.is(n, ".") {
			break
		}
		name += "."
	}
	if !t.is(n, ";") || name == "" {
		return
	}
	t.load(name, line)
	if alias != "" {
		t.names[alias] = bound{load: name, line: line, class: true}
		return
	}
	t.unit.spaces = append(t.unit.spaces, name)
}

// qualifiedCSharp reads a class by its whole name in the code: two capitalised names joined by a dot could be that.
func (t *tracer) qualifiedCSharp(i int) {
	k := t.tok(i)
	if k.kind != word || isLower(k.text) || t.isJoin(i-1) || t.taken[i] || !t.is(i+1, ".") || t.is(i-1, "namespace") || t.names[k.text].load != "" {
		return
	}
	name, n := k.text, i+1
	for hops := 0; hops < 10 && t.is(n, ".") && t.tok(n+1).kind == word; hops++ {
		name += "." + t.tok(n+1).text
		n += 2
	}
	if n < i+5 {
		return // Class.Member
	}
	t.unit.uses = append(t.unit.uses, use{load: name, line: k.line, called: t.is(n, "(") || t.is(i-1, "new"), loadLine: k.line})
	t.load(name, k.line)
}

func isCSharp(p string) bool {
	switch path.Ext(p) {
	case ".cs", ".fs", ".vb", ".cshtml", ".razor":
		return true
	}
	return false
}
