package reach

import "path"

// scanRust tells which crates a Rust file names and what it calls.
func scanRust(data []byte) *unit {
	lang := curly{char: true, nested: true, lines: true, raw: true}
	t := newTracer(lang.lex(newLexer(string(data))), ".", "::")
	t.typed = true
	until := 0
	for i := range t.tokens {
		k := t.tokens[i]
		if i < until || k.kind != word || t.isJoin(i-1) && t.tok(i-2).kind == word {
			continue
		}
		switch {
		case k.text == "use":
			until = t.rustUse(i+1, nil, 0)
		case k.text == "extern" && t.is(i+1, "crate"):
			name := t.tok(i + 2).text
			t.load(name, k.line)
			if t.is(i+3, "as") {
				t.names[t.tok(i+4).text] = bound{load: name, line: k.line}
			}
		case t.is(i+1, "::") && !t.taken[i] && t.names[k.text].load == "" && k.text != "self" && k.text != "super" && k.text != "crate" && k.text != "Self":
			t.load(k.text, k.line)
			t.follow(i, i+1, bound{load: k.text, line: k.line})
		}
	}
	t.uses()
	return t.unit
}

// rustUse reads the tree of a use declaration; it gives the token behind it.
func (t *tracer) rustUse(i int, path []string, depth int) int {
	path = path[:len(path):len(path)]
	line := t.tok(i).line
	if t.is(i, "::") {
		i++
	}
	for hops := 0; hops < 100; hops++ {
		k := t.tok(i)
		switch {
		case k.kind == word:
			path = append(path, k.text)
			t.taken[i] = true
			i++
			if t.is(i, "::") {
				i++
				continue
			}
			t.rustBind(i, path, line)
			if t.is(i, "as") {
				t.taken[i+1] = true
				return i + 2
			}
			return i
		case k.text == "{" && k.kind == sign && depth < 20:
			for i++; t.tok(i).kind != none && !t.is(i, "}"); {
				if t.is(i, ",") {
					i++
					continue
				}
				next := t.rustUse(i, path, depth+1)
				if next <= i {
					next = i + 1
				}
				i = next
			}
			return i + 1
		case k.text == "*" && k.kind == sign && len(path) > 0:
			t.load(path[0], line)
			t.unit.spaces = append(t.unit.spaces, joinNames(path))
			return i + 1
		}
		return i
	}
	return i
}

func joinNames(path []string) string {
	s := ""
	for i, p := range path {
		if i > 0 {
			s += "."
		}
		s += p
	}
	return s
}

func (t *tracer) rustBind(i int, path []string, line int) {
	local := path[len(path)-1]
	if local == "self" && len(path) > 1 {
		path = path[:len(path)-1]
		local = path[len(path)-1]
	}
	if t.is(i, "as") {
		local = t.tok(i + 1).text
	}
	t.load(path[0], line)
	t.names[local] = bound{load: path[0], line: line, class: true}.with(path[1:]...)
}

func isRust(p string) bool { return path.Ext(p) == ".rs" }
