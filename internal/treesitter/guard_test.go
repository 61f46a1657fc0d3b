package treesitter

import (
	"errors"
	"strings"
	"testing"
)

// all are all grammars that this build has, with a text that has no errors.
func all() map[string]struct {
	grammar *Grammar
	text    string
} {
	known := map[string]struct {
		grammar *Grammar
		text    string
	}{
		"bash": {Bash(), "a \"$b\"\n"}, "c": {C(), "int a;"}, "cpp": {CPP(), "auto a = R\"(b)\";"}, "csharp": {CSharp(), "class A {}"}, "go": {Go(), "package p\nfunc f() {}\n"},
		"hcl": {HCL(), "a = \"b\"\n"}, "html": {HTML(), "<a>b</a>"}, "java": {Java(), "class A { void f() {} }"}, "javascript": {JavaScript(), "const a = <b>{c}</b>;"},
		"kotlin": {Kotlin(), "val a = 1\n"}, "php": {PHP(), "<?php f($a);"}, "python": {Python(), "a = 1"}, "ruby": {Ruby(), "a = \"b\"\n"}, "rust": {Rust(), "fn f() {}"}, "scala": {Scala(), "val a = 1"},
		"tsx": {TSX(), "const a: string = <b/>;"}, "typescript": {TypeScript(), "const a: string = <string>b;"}, "yaml": {YAML(), "a: [b]\n"},
		"swift": {Swift(), "let a = b ?? #\"c\"#\n"},
	}
	for name, c := range known {
		if c.grammar.Absent() {
			delete(known, name)
		}
	}
	return known
}

// What is not there says so, whatever it is asked.
func TestParse_absent(t *testing.T) {
	if g := load(nil); !g.Absent() {
		t.Error("a grammar of nothing is there")
	} else if _, err := g.Parse([]byte("a")); !errors.Is(err, ErrAbsent) {
		t.Errorf("parse: %v", err)
	}
}

// The layout of what is copied must be that of the library, and what is counted must still be what it was: every grammar parses.
func TestParse_everyGrammar(t *testing.T) {
	for name, c := range all() {
		tree, err := c.grammar.Parse([]byte(c.text))
		if err != nil || tree.Errors() != 0 || tree.Len() < 3 {
			t.Errorf("%s: %v, %d nodes, %d errors", name, err, tree.Len(), tree.Errors())
		}
		if broken, err := c.grammar.Parse([]byte("((((\x00\xff ]]<")); err != nil || broken.Errors() == 0 && name != "html" && name != "yaml" {
			t.Errorf("%s: what is no code has no errors (%v)", name, err)
		}
		if empty, err := c.grammar.Parse(nil); err != nil || empty.Len() > 2 {
			t.Errorf("%s: an empty file has %d nodes (%v)", name, empty.Len(), err)
		}
	}
}

// What C says of a language must be what the library says of it.
func TestGuard_layout(t *testing.T) {
	for name, c := range all() {
		if err := c.grammar.checkLayout(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The state of YAML's scanner grows by 4 bytes with each indent, and the library has room for 1024.
func TestGuard_state(t *testing.T) {
	if _, err := YAML().Parse([]byte(strings.Repeat("- ", 200) + "a")); err != nil {
		t.Error(err)
	}
	for _, indents := range []int{257, 300, 5_000, 100_000} {
		if _, err := YAML().Parse([]byte(strings.Repeat("- ", indents) + "a")); !errors.Is(err, ErrTooLong) {
			t.Errorf("%d indents: %v", indents, err)
		}
	}
	for name, c := range all() {
		for _, open := range []string{"- ", "((", "\"${", "<a>", "if a:\n\t", "<<A$\n", "r#\"", "`${", "$\"{"} {
			if _, err := c.grammar.Parse([]byte(strings.Repeat(open, 400))); err != nil && !errors.Is(err, ErrTooLong) {
				t.Errorf("%s, %q: %v", name, open, err)
			}
		}
	}
}

// What takes the square of a text's length is given up: a scanner that reads a line again for every token, errors that are mended again and again.
func TestGuard_work(t *testing.T) {
	for name, c := range map[string]struct {
		grammar *Grammar
		text    string
		fits    int
	}{
		"columns": {Scala(), "1, ", 1_000}, "quotes": {JavaScript(), "'a", 500}, "templates": {Ruby(), "`${", 500}, "comments": {CPP(), "/*", 500},
	} {
		if _, err := c.grammar.Parse([]byte("List(" + strings.Repeat(c.text, c.fits))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Scala().Parse([]byte("val x = List(" + strings.Repeat("1, ", 20_000) + "1)")); !errors.Is(err, ErrTooLong) {
		t.Errorf("a line that is read again for each of its tokens: %v", err)
	}
	if _, err := JavaScript().Parse([]byte(strings.Repeat("'a", 50_000))); !errors.Is(err, ErrTooLong) {
		t.Errorf("errors that are mended again: %v", err)
	}
}
