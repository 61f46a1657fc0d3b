package syntax

import (
	"bytes"
	"regexp"
	"sync"
)

// swiftForm is something that the grammar does not know: what it begins with, where no word goes on, and what of it is written otherwise, which is the group
// of its shape.
type swiftForm struct {
	begins string
	shape  *regexp.Regexp
}

// swiftUnknown are those: what is said to the compiler, also within declarations (both branches of its conditions are read), the types of errors, who owns a
// value, "try" before "await", which is in it, "!" behind the type of a parameter of a closure, a blank before a semicolon.
var swiftUnknown = sync.OnceValue(func() []swiftForm {
	form := func(begins, shape string) swiftForm { return swiftForm{begins, regexp.MustCompile(`^` + shape)} }
	return []swiftForm{
		form("#", `(#(?:if|elseif|else|endif|warning|error|sourceLocation)\b[^\n]*)`),
		form("#", `(#)(?:_sourceLocation|isolation)\b`),
		form("throws", `throws[ \t]*(\([\w. ]*\))`),
		form("unsafe", `(unsafe[ \t]+)[@\w]`),
		form("consum", `(consum(?:e|ing[ \t]+sending)[ \t]+)[@\w]`),
		form("sending", `(sending[ \t]+)[@\w]`),
		form("nonmutating", `(nonmutating[ \t]+)set\b`),
		form("nonisolated", `(nonisolated\(unsafe\)[ \t]+)\w`),
		form("try", `(try)[ \t]+await\b`),
		form("!)", `(!)\)[ \t]*in\b`),
		form(" ;", `( );`),
	}
})

// swiftAsked finds a text that ends within the condition of an if or a loop, in which "try?" before "await" is not known either.
var swiftAsked = sync.OnceValues(func() (before, at *regexp.Regexp) {
	return regexp.MustCompile(`\b(?:if|while)\b[^{}]*$`), regexp.MustCompile(`^(try[?!])[ \t]+await\b`)
})

// swiftWindow is how far a form is looked for, in bytes.
const swiftWindow = 200

// swiftBlank writes what the grammar does not know so that it takes it, and leaves all else where it is.
func swiftBlank(text []byte) []byte {
	b := &swiftBlanks{text: text, out: text}
	for _, f := range swiftUnknown() {
		b.each(f.begins, func(at int) {
			if m := f.shape.FindSubmatchIndex(text[at:min(len(text), at+swiftWindow)]); m != nil && !(f.begins == "#" && m[3]-m[2] > 1 && !b.begins(at)) {
				b.blank(at+m[2], at+m[3])
			}
		})
	}
	before, shape := swiftAsked()
	b.each("try", func(at int) {
		if m := shape.FindSubmatchIndex(text[at:min(len(text), at+swiftWindow)]); m != nil && before.Match(b.lineTo(at)) {
			b.blank(at, at+m[3])
		}
	})
	b.each("()", func(at int) {
		if b.isValue(at) {
			b.write(at, '[')
			b.write(at+1, ']')
		}
	})
	return b.out
}

// swiftBlanks is a text that is written anew where it has to be.
type swiftBlanks struct{ text, out []byte }

// each finds all places of a word, where none goes on.
func (b *swiftBlanks) each(word string, found func(at int)) {
	for at := 0; ; {
		next := bytes.Index(b.text[at:], []byte(word))
		if next < 0 {
			return
		}
		at += next
		if at == 0 || !isWord(word[0]) || !isWord(b.text[at-1]) && b.text[at-1] != '_' && b.text[at-1] != '.' {
			found(at)
		}
		at += len(word)
	}
}

// lineTo is the line up to a place, as far as it is looked at.
func (b *swiftBlanks) lineTo(at int) []byte {
	line := b.text[max(0, at-swiftWindow):at]
	return line[bytes.LastIndexByte(line, '\n')+1:]
}

// begins tells that a line begins at a place.
func (b *swiftBlanks) begins(at int) bool { return len(bytes.TrimLeft(b.lineTo(at), " \t")) == 0 }

// isValue tells of "()" that it is a value, and neither the parameters of something nor a type.
func (b *swiftBlanks) isValue(at int) bool {
	before, after := bytes.TrimRight(b.lineTo(at), " \t"), bytes.TrimLeft(b.text[at+2:min(len(b.text), at+2+swiftWindow)], " \t\r")
	if len(before) == 0 || len(after) > 0 && bytes.IndexByte([]byte(",);}\n"), after[0]) < 0 {
		return false
	}
	return bytes.IndexByte([]byte("(,:="), before[len(before)-1]) >= 0 || bytes.HasSuffix(before, []byte("return"))
}

func (b *swiftBlanks) write(at int, c byte) {
	if len(b.out) > 0 && &b.out[0] == &b.text[0] {
		b.out = bytes.Clone(b.text)
	}
	b.out[at] = c
}

// blank blanks a piece of the text; a semicolon behind blanks goes before them.
func (b *swiftBlanks) blank(from, to int) {
	if b.text[from] == ' ' {
		for from > 0 && (b.text[from-1] == ' ' || b.text[from-1] == '\t') {
			from--
		}
		b.write(from, ';')
		from, to = from+1, to+1
	}
	for i := from; i < to; i++ {
		if b.text[i] != '\r' {
			b.write(i, ' ')
		}
	}
}
