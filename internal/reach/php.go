package reach

import (
	"path"
	"strings"
)

// scanPHP tells which names a PHP file uses and what it calls. Namespaces are written with dots.
func scanPHP(data []byte) *unit {
	lang := curly{hash: true, lines: true, heredoc: true, letters: `$\`, pieces: "$"}
	t := newTracer(lang.lex(newLexer(masked(string(data), "<?", "?>"))), "->", "?->", "::")
	t.declares = true
	for i := range t.tokens {
		k := t.tokens[i]
		if k.kind != word || t.isJoin(i-1) {
			continue
		}
		switch {
		case k.text == "use" && !t.is(i-1, ")"):
			t.phpUse(i)
		case k.text == "namespace":
			t.taken[i+1] = true
		case k.text == "eval" && t.is(i+1, "("):
			t.dynamic(k.line, "eval")
		case (k.text == "include" || k.text == "require" || k.text == "include_once" || k.text == "require_once") && t.phpComputed(i):
			t.dynamic(k.line, k.text)
		case k.text == "new" && strings.HasPrefix(t.tok(i+1).text, "$"):
			t.dynamic(k.line, "new")
		}
	}
	for i, k := range t.tokens {
		if k.kind == word && strings.Contains(k.text, `\`) && !t.taken[i] {
			t.phpQualified(i, k)
		}
	}
	t.uses()
	return t.unit
}

// phpComputed tells whether an include names its file by a variable: __DIR__ and strings are no computation.
func (t *tracer) phpComputed(i int) bool {
	for n := i + 1; n < i+30; n++ {
		k := t.tok(n)
		if k.kind == none || k.kind == sign && k.text == ";" {
			return false
		}
		if k.kind == pieced || k.kind == word && strings.HasPrefix(k.text, "$") {
			return true
		}
	}
	return false
}

func dotted(name string) string {
	return strings.ReplaceAll(strings.Trim(name, `\`), `\`, ".")
}

// phpUse reads `use A\B as C, D\E;`, `use function A\f;` and `use A\{B, C as D};`.
func (t *tracer) phpUse(i int) {
	line, n := t.tok(i).line, i+1
	t.taken[i] = true
	function := t.is(n, "function")
	if function || t.is(n, "const") {
		t.taken[n] = true
		n++
	}
	prefix := ""
	for ; n < i+500; n++ {
		k := t.tok(n)
		switch {
		case k.kind == none || k.kind == sign && (k.text == ";" || k.text == "("):
			return
		case k.kind != word:
		case t.is(n+1, "{"):
			prefix = dotted(k.text) + "."
			t.taken[n] = true
		default:
			name := prefix + dotted(k.text)
			t.taken[n] = true
			local := name[strings.LastIndexByte(name, '.')+1:]
			if t.is(n+1, "as") {
				local = t.tok(n + 2).text
				t.taken[n+2] = true
				n += 2
			}
			t.load(name, line)
			t.names[local] = bound{load: name, line: line, class: !function}
		}
	}
}

// phpQualified reads a name with its namespace in the code.
func (t *tracer) phpQualified(i int, k lexeme) {
	name := dotted(k.text)
	first, rest, _ := strings.Cut(name, ".")
	if b, ok := t.names[first]; ok && rest != "" && k.text[0] != '\\' {
		name = b.load + "." + rest // under a name that was brought in
	}
	if name == "" {
		return
	}
	b := bound{load: name, line: k.line, class: true}
	t.load(name, k.line)
	t.taken[i] = true
	t.follow(i, i+1, b)
}

func isPHP(p string) bool {
	switch path.Ext(p) {
	case ".php", ".phtml", ".inc", ".module", ".theme":
		return true
	}
	return false
}
