package reach

import (
	"path"
	"strings"
)

// scanJava tells what a Java, Kotlin, Scala or Groovy file imports and calls.
func scanJava(data []byte) *unit {
	lang := curly{char: true, triple: true, letters: "$", nested: true}
	t := newTracer(lang.lex(newLexer(string(data))), ".", "?.", "::")
	t.declares, t.typed = true, true
	for i := range t.tokens {
		k := t.tokens[i]
		if k.kind != word || t.isJoin(i-1) {
			continue
		}
		switch {
		case k.text == "import":
			t.javaImport(i)
		case k.text == "Class" && t.isJoin(i+1) && t.is(i+2, "forName"):
			t.forName(i + 3)
		case k.text == "loadClass" && t.is(i+1, "("):
			t.forName(i + 1)
		case k.text == "ServiceLoader" && t.isJoin(i+1):
			t.dynamic(k.line, "ServiceLoader")
		case isLower(k.text) && t.isJoin(i+1):
			t.qualified(i)
		}
	}
	t.uses()
	t.wildcards(".")
	return t.unit
}

func isLower(s string) bool { return s[0] >= 'a' && s[0] <= 'z' }

// javaImport reads "import a.b.C;", "import static a.b.C.m;", "import a.b.*", Kotlin's "as" and Scala's "a.b.{C, D}".
func (t *tracer) javaImport(i int) {
	line, n := t.tok(i).line, i+1
	static := t.is(n, "static")
	if static {
		n++
	}
	var parts []string
	for n < i+100 && t.tok(n).kind == word {
		parts = append(parts, t.tok(n).text)
		t.taken[n] = true
		n++
		if !t.is(n, ".") {
			break
		}
		n++
	}
	if len(parts) < 2 {
		return
	}
	all := t.is(n, "*")
	if parts[len(parts)-1] == "_" { // as Scala writes it
		all, parts = true, parts[:len(parts)-1]
	}
	full := strings.Join(parts, ".")
	switch {
	case all:
		t.load(full+".*", line)
		t.unit.spaces = append(t.unit.spaces, full)
	case t.is(n, "{"):
		for n++; n < i+500 && !t.is(n, "}") && t.tok(n).kind != none; n++ {
			if k := t.tok(n); k.kind == word {
				t.load(full+"."+k.text, line)
				t.names[k.text] = bound{load: full + "." + k.text, line: line, class: true}
				t.taken[n] = true
			}
		}
	case static:
		owner := strings.Join(parts[:len(parts)-1], ".")
		t.load(owner, line)
		t.names[parts[len(parts)-1]] = bound{load: owner, member: parts[len(parts)-1], line: line}
	default:
		t.load(full, line)
		local := parts[len(parts)-1]
		if t.is(n, "as") && t.tok(n+1).kind == word {
			local = t.tok(n + 1).text
			t.taken[n+1] = true
		}
		b := bound{load: full, line: line, class: true}
		if isLower(parts[len(parts)-1]) && !isLower(parts[len(parts)-2]) {
			b = bound{load: strings.Join(parts[:len(parts)-1], "."), member: parts[len(parts)-1], line: line} // Kotlin imports members without "static"
		}
		t.names[local] = b
	}
}

// qualified reads a class by its whole name in the code: a.b.C.
func (t *tracer) qualified(i int) {
	if t.taken[i] || t.names[t.tok(i).text].load != "" || t.is(i-1, "package") {
		return
	}
	var parts []string
	n := i
	for ; len(parts) < 20 && t.tok(n).kind == word; n += 2 {
		parts = append(parts, t.tok(n).text)
		if !isLower(t.tok(n).text) {
			n++
			break
		}
		if !t.is(n+1, ".") {
			return
		}
	}
	if len(parts) < 3 || isLower(parts[len(parts)-1]) {
		return
	}
	b := bound{load: strings.Join(parts, "."), line: t.tok(i).line, class: true}
	t.load(b.load, b.line)
	for m := i; m < n; m++ {
		t.taken[m] = true
	}
	t.follow(i, n, b)
}

// forName reads the argument of Class.forName(.
func (t *tracer) forName(i int) {
	if k := t.tok(i + 1); t.is(i, "(") && k.kind == text {
		t.load(k.text, k.line)
		return
	}
	t.dynamic(t.tok(i).line, "Class.forName")
}

// maxSpaces bounds the names that bring in others, for each of which a name could stand.
const maxSpaces = 12

// wildcards notes, for names that begin with a capital and are not known, what they could be under the names that bring in others.
func (t *tracer) wildcards(joiner string) {
	if len(t.unit.spaces) == 0 || len(t.unit.spaces) > maxSpaces {
		return
	}
	for i, k := range t.tokens {
		if k.kind != word || isLower(k.text) || t.isJoin(i-1) || t.taken[i] || t.names[k.text].load != "" {
			continue
		}
		for _, space := range t.unit.spaces {
			b := bound{load: space + joiner + k.text, line: k.line, class: true}
			before := len(t.unit.uses)
			t.follow(i, i+1, b)
			for n := before; n < len(t.unit.uses); n++ {
				t.unit.uses[n].loadLine = k.line
			}
		}
		if len(t.unit.uses) > maxUses {
			return
		}
	}
}

func isJava(p string) bool {
	switch path.Ext(p) {
	case ".java", ".kt", ".kts", ".scala", ".groovy":
		return true
	}
	return false
}
