package review

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/syntax"
)

// piece is a statement, or what a file of data says under one key, without the statements within it.
type piece struct {
	file *side
	// owner names the classes and functions around it, or the keys.
	owner string
	// text is its printed form: two pieces of equal text say the same.
	text string
	// node is nil where the file is not read as code.
	node       *syntax.Node
	start, end int
	// names are the identifiers in it, without those of texts and elements.
	names []string
	// ordered tells that it matters what it stands behind.
	ordered bool
	// imports is the module that it brings in, "" for none.
	imports string
	// renamed tells of the head of a function whose body is that of another name on the other side.
	renamed bool
	// same tells of code that stands on the other side as it is.
	same bool
}

// side is one side of a changed file.
type side struct {
	path string
	// old tells that it is how the file was.
	old      bool
	language *syntax.Language
	tree     *syntax.Tree
	text     []byte
	pieces   []*piece
	// packages tells that it lists packages: what they are called says nothing about the code.
	packages bool
	// starts are where its lines begin, within is the piece around each piece; nil before they are asked for.
	starts []int
	within map[*piece]*piece
	// words are those of the text, file is what rules look at; nil before they are asked for.
	words search.Words
	file  *search.File
}

// meets tells whether the text holds what a rule needs.
func (s *side) meets(needs search.Needs) bool {
	if s.words == nil {
		s.words = search.WordsOf(s.text)
	}
	return needs.Met(s.words)
}

// searched is what rules look at.
func (s *side) searched() *search.File {
	if s.file == nil {
		s.file = search.NewFile(s.tree).Knowing(s.words)
	}
	return s.file
}

// line is where a place lies, from 1.
func (s *side) line(at int) int {
	if s.starts == nil {
		s.starts = []int{0}
		for i, c := range s.text {
			if c == '\n' {
				s.starts = append(s.starts, i+1)
			}
		}
	}
	n, found := slices.BinarySearch(s.starts, at)
	if found {
		return n + 1
	}
	return n
}

// innermost is the smallest piece around a place; the pieces lie within one another.
func (s *side) innermost(at int) *piece {
	if s.within == nil {
		s.within = make(map[*piece]*piece, len(s.pieces))
		var open []*piece
		for _, p := range s.pieces {
			for len(open) > 0 && open[len(open)-1].end <= p.start {
				open = open[:len(open)-1]
			}
			if len(open) > 0 {
				s.within[p] = open[len(open)-1]
			}
			open = append(open, p)
		}
	}
	n, _ := slices.BinarySearchFunc(s.pieces, at+1, func(p *piece, at int) int { return p.start - at })
	if n == 0 {
		return nil
	}
	p := s.pieces[n-1]
	for p != nil && p.end <= at {
		p = s.within[p]
	}
	return p
}

// outliner cuts a tree into pieces.
type outliner struct {
	side *side
	// moved are functions that stand on the other side too, by their whole form and by it without the name; how many are left to be met.
	moved, renamed map[string]int
	waiting        []block
}

// block is what is cut on its own.
type block struct {
	node  *syntax.Node
	owner string
}

// outline cuts a tree into pieces, without the functions that stand on the other side as they are.
func (o *outliner) outline() {
	o.waiting = []block{{o.side.tree.Root, ""}}
	for len(o.waiting) > 0 {
		b := o.waiting[0]
		o.waiting = o.waiting[1:]
		for _, n := range b.node.Kids {
			o.cut(n, b.owner)
		}
	}
	slices.SortStableFunc(o.side.pieces, func(a, b *piece) int { return cmp.Or(a.start-b.start, b.end-a.end) })
}

func (o *outliner) cut(n *syntax.Node, owner string) {
	if n.Role == syntax.AName || n.Kind == syntax.Package || n.Kind == syntax.ExprStmt && n.Kid(syntax.AValue) != nil && n.Kid(syntax.AValue).Kind == syntax.String {
		return // a docstring says nothing to the machine
	}
	p := &piece{file: o.side, owner: owner, node: n, start: n.Start, end: n.End}
	p.ordered = !o.side.language.Data() || o.side.language == syntax.Dockerfile
	switch n.Kind {
	case syntax.Import:
		p.ordered = false
		if m := n.Kid(syntax.AModule); m != nil {
			p.imports = m.Text
		}
	case syntax.Class:
		p.ordered = false
	case syntax.Func:
		p.ordered = false
		if p.same = o.met(o.moved, n, true); p.same {
			o.side.pieces = append(o.side.pieces, p)
			return
		}
		if p.renamed = o.met(o.renamed, n, false); p.renamed {
			body := n.Kid(syntax.ABody)
			if body != nil {
				o.side.pieces = append(o.side.pieces, &piece{file: o.side, start: body.Start, end: body.End, same: true})
			}
		}
	}
	w := &printer{outliner: o, piece: p, owner: owner}
	w.print(n, "", true)
	if p.text = w.b.String(); p.text == "{}" {
		return
	}
	o.side.pieces = append(o.side.pieces, p)
}

// met tells that a function is on the other side too, and counts it.
func (o *outliner) met(left map[string]int, n *syntax.Node, named bool) bool {
	form, ok := form(n, named)
	if !ok || left[form] == 0 {
		return false
	}
	left[form]--
	return true
}

// printer writes the form of a piece.
type printer struct {
	*outliner
	piece *piece
	owner string
	b     strings.Builder
	mute  int
}

// print writes a node; name is the one that a function gets from what it is given to.
func (w *printer) print(n *syntax.Node, name string, first bool) {
	switch {
	case n.Kind == syntax.Block, w.side.language.Data() && (n.Kind == syntax.Dict || n.Kind == syntax.List) && w.side.language != syntax.Dockerfile:
		if !w.piece.renamed {
			w.waiting = append(w.waiting, block{n, w.owner})
		}
		w.b.WriteString("{}")
		return
	case n.Kind == syntax.Func || n.Kind == syntax.Class:
		if own := n.Kid(syntax.AName); own != nil {
			name = own.Text
		}
		outer := w.owner
		if w.owner = join(outer, name); first {
			w.piece.owner = w.owner // the head belongs to its body
		}
		defer func() { w.owner = outer }()
	case n.Kind == syntax.Element:
		w.mute++
		defer func() { w.mute-- }()
	case w.side.language.Data() && (n.Kind == syntax.Pair || n.Kind == syntax.New):
		outer := w.owner
		w.owner = join(outer, label(n))
		if first && n.Kind == syntax.Pair {
			w.piece.owner = w.owner
		}
		defer func() { w.owner = outer }()
	case n.Kind == syntax.Name && w.mute == 0:
		w.piece.names = append(w.piece.names, n.Text)
	}
	w.b.WriteString("(" + n.Role.String() + ":" + n.Kind.String())
	if n.Text != "" {
		w.b.WriteString(" " + n.Text)
	}
	given := ""
	switch n.Kind {
	case syntax.Assign:
		given = last(n.Kid(syntax.ALeft))
		if right := n.Kid(syntax.ARight); right != nil && right.Kind == syntax.Func && given != "" {
			w.piece.owner = join(w.owner, given)
		}
	case syntax.Pair:
		given = label(n)
		if w.mute == 0 && n.Kid(syntax.AKey) != nil && n.Kid(syntax.AKey).Kind == syntax.String {
			w.piece.names = append(w.piece.names, given)
		}
	case syntax.Keyword:
		w.piece.names = append(w.piece.names, n.Text)
	}
	for _, k := range n.Kids {
		w.print(k, given, false)
	}
	w.b.WriteByte(')')
}

// label is what a pair or a block of data is called.
func label(n *syntax.Node) string {
	if n.Kind == syntax.Pair {
		return last(n.Kid(syntax.AKey))
	}
	out := last(n.Kid(syntax.ACallee))
	for _, k := range n.Kids {
		if k.Kind == syntax.String && k.Role == syntax.Each {
			out = join(out, k.Text)
		}
	}
	return out
}

// last is the last name of a chain, or a text that is a name.
func last(n *syntax.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == syntax.Member:
		return last(n.Kid(syntax.AField))
	case n.Kind == syntax.Name || n.Kind == syntax.String && len(n.Text) <= 80 && !strings.ContainsFunc(n.Text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return n.Text
	}
	return ""
}

func join(owner, name string) string {
	if owner == "" || name == "" {
		return owner + name
	}
	return owner + "." + name
}

// form is the whole printed form of a function with a name, or of what it is without it.
func form(n *syntax.Node, named bool) (string, bool) {
	name := n.Kid(syntax.AName)
	if name == nil || n.Kind != syntax.Func {
		return "", false
	}
	var b strings.Builder
	for _, k := range n.Kids {
		if k != name || named {
			b.WriteString(k.String())
		}
	}
	return b.String(), true
}

// lines cuts a file that is not read as code into its lines, without blanks and comments.
func lines(s *side) {
	at := 0
	for line := range bytes.Lines(s.text) {
		text := strings.TrimSpace(string(line))
		if text != "" && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "//") && !strings.HasPrefix(text, ";") && !strings.HasPrefix(text, "--") {
			s.pieces = append(s.pieces, &piece{file: s, text: strings.Join(strings.Fields(text), " "), start: at, end: at + len(line), names: identifiers(s.path, text), ordered: true})
		}
		at += len(line)
	}
}

// identifiers are the words of a line outside quotes. What a page shows names nothing.
func identifiers(name, line string) []string {
	if ext := path.Ext(name); ext == ".html" || ext == ".htm" || ext == ".xml" {
		return nil
	}
	var plain strings.Builder
	quote := rune(0)
	for _, r := range line {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
			r = ' '
		case r == '"' || r == '`':
			quote, r = r, ' '
		}
		plain.WriteRune(r)
	}
	return strings.FieldsFunc(plain.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
}
