package reach

import (
	"path"
	"strings"
)

// lexRuby makes the tokens of Ruby.
func lexRuby(src string) []lexeme {
	l := newLexer(src)
	for l.more() {
		start := l.pos == 0 || l.src[l.pos-1] == '\n'
		switch b := l.src[l.pos]; {
		case start && l.has("=begin"):
			l.skipTo("\n=end")
			l.skipLine()
		case start && l.has("__END__"):
			return l.tokens
		case b == '\n':
			l.add(sign, 1)
		case b == ' ' || b == '\t' || b == '\r':
			l.skip(1)
		case b == '#':
			l.skipLine()
		case b == '\'':
			l.quoted(text, false)
		case b == '"' || b == '`':
			at := len(l.tokens)
			l.quoted(text, false)
			if strings.Contains(l.tokens[at].text, "#{") || b == '`' {
				l.tokens[at].kind = pieced
			}
		case l.has("<<~") || l.has("<<-"):
			l.heredoc()
		case isWord(b) || b == '@' || b == '$':
			l.addWord("?!")
		case l.has("::") || l.has("&."):
			l.add(sign, 2)
		default:
			l.add(sign, 1)
		}
	}
	return l.tokens
}

// scanRuby tells what a Ruby file requires and which constants it calls.
func scanRuby(data []byte) *unit {
	t := newTracer(lexRuby(string(data)), ".", "&.", "::")
	for i := range t.tokens {
		k := t.tokens[i]
		if k.kind != word {
			continue
		}
		switch {
		case (k.text == "require" || k.text == "load" || k.text == "require_dependency") && !t.isJoin(i-1):
			t.rubyRequire(i)
		case k.text == "Bundler" && t.isJoin(i+1) && t.is(i+2, "require"):
			t.dynamic(k.line, "Bundler.require")
		case k.text == "eval" || k.text == "instance_eval" || k.text == "class_eval" || k.text == "constantize" || k.text == "const_get":
			t.dynamic(k.line, k.text)
		case k.text[0] >= 'A' && k.text[0] <= 'Z' && !t.isJoin(i-1) && !t.is(i-1, "class") && !t.is(i-1, "module"):
			t.follow(i, i+1, bound{load: k.text, line: k.line, class: true})
		}
	}
	t.uses()
	return t.unit
}

func (t *tracer) rubyRequire(i int) {
	n := i + 1
	if t.is(n, "(") {
		n++
	}
	switch k := t.tok(n); k.kind {
	case text:
		t.load(k.text, k.line)
	case pieced, word:
		if k.kind == pieced || t.tok(i).text == "require" && k.text != "do" && k.text != "if" && k.text != "unless" {
			t.dynamic(k.line, t.tok(i).text)
		}
	}
}

func isRuby(p string) bool {
	switch path.Ext(p) {
	case ".rb", ".rake", ".ru", ".erb", ".jbuilder", ".gemspec":
		return true
	}
	_, name := split(p)
	return name == "Rakefile" || name == "Capfile" || name == "Guardfile"
}
