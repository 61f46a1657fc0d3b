package search

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/syntax"
)

// metavars are metavariables in a message or fix.
var metavars = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*|\$\d+`) })

// Text is a part of the file.
func (f *File) Text(start, end int) string { return f.text[start:min(end, len(f.text))] }

// Fill writes what metavariables stand for in their places in a text, as messages and fixes have them.
func (f *File) Fill(text string, r *Range) string {
	if !strings.Contains(text, "$") {
		return text
	}
	e := &evaluation{file: f, to: len(f.text)}
	return metavars().ReplaceAllStringFunc(text, func(name string) string {
		b, ok := r.Env.Get(name)
		if !ok {
			return name
		}
		if f.match == nil {
			return b.Text
		}
		return e.content(b, false)
	})
}

// Bound gives the place of what a metavariable stands for: of the content of a text, where it stands in quotes.
func (f *File) Bound(r *Range, name string) (start, end int, ok bool) {
	b, ok := r.Env.Get(name)
	if !ok || b.Start >= b.End {
		return 0, 0, false
	}
	e := &evaluation{file: f, to: len(f.text)}
	if len(b.Nodes) == 0 {
		b = e.placed(b, b.Text, b.Text, 0)
	}
	return b.Start, min(b.End, len(f.text)), true
}

// Enclosing are the names of the classes and functions around a place, the outermost first.
func (f *File) Enclosing(at int) []string {
	if f.match == nil {
		return nil
	}
	var out []string
	n := f.match.Tree.Root
	for n != nil {
		var in *syntax.Node
		for _, k := range n.Kids {
			if k.Start <= at && at < k.End {
				in = k
			}
		}
		if in != nil && (in.Kind == syntax.Func || in.Kind == syntax.Class) {
			if name := in.Kid(syntax.AName); name != nil {
				out = append(out, name.Text)
			}
		}
		n = in
	}
	return out
}

// maxPlain is from which length on only the first line of a piece of code tells what it is, in bytes.
const maxPlain = 400

// Plain is a piece of code without what does not change its meaning: blanks and how lines are broken.
func (f *File) Plain(start, end int) string {
	text := f.Text(start, end)
	if len(text) > maxPlain {
		text, _, _ = strings.Cut(text, "\n")
	}
	return strings.Join(strings.Fields(text), "")
}
