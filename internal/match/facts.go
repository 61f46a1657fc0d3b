package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// facts are what a file says about its names, scope by scope.
type facts struct {
	// scopes are the file and its functions and classes, in the order in which they begin.
	scopes []*scope
	// long are names with their modules before them, as chains of Members, by where the name stands.
	long map[*syntax.Node]*syntax.Node
	// declared are what is assigned to, true where it is declared without a value or with a constant: there it is no expression.
	declared map[*syntax.Node]bool
	// language is that of the file; settled are the values of Terraform's variables and locals, by their names, nil in other languages.
	language *syntax.Language
	settled  map[string]*syntax.Node
	// folded is what operators and texts with expressions turned out to be; left is how many nodes the one that is computed may still look at.
	folded map[*syntax.Node]*syntax.Node
	left   int
	// log are the names that were given something, in that order.
	log []string
}

// scope is where names mean something of their own.
type scope struct {
	start, end int
	outer      *scope
	facts      *facts
	// class tells that it is a class, whose names are fields; fields is the innermost class that it is in, or itself; members are the fields of a class.
	class   bool
	fields  *scope
	members map[string]*member
	// constructors counts those of a class; constructs tells of a function that it is one.
	constructors int
	constructs   bool
	// imported gives the full name of what a name stands for: "r" is "flask.request".
	imported map[string][]imported
	// wild are the modules all of whose names are imported.
	wild []imported
	// given are the values that names are given, in the order of the file; types the types that they are declared with.
	given map[string][]value
	types map[string]*syntax.Node
}

// value is something that a name is given.
type value struct {
	// literal is what it turns out to be, where it is a constant; expression is what it is, where that is known. Both are nil where it is not.
	literal, expression *syntax.Node
	// at is where that is done, until where the block ends in which it is; loops are where the loops around it begin.
	at, until int
	loops     []int
	// level is in how many parts that is done that do not always run.
	level int
	// declared is where the name is declared by it, -1 where it is not.
	declared int
	// bare tells that the name is declared only.
	bare bool
}

// around is what stands around a node in its scope: until is where the block ends, sure where that ends in which it runs whenever the rest does, loops are
// where the loops begin, level how many parts it is in that do not always run.
type around struct {
	until, sure, level int
	loops              []int
}

// branch is a part that does not always run.
func (a around) branch(n *syntax.Node) around {
	a.until, a.sure, a.level = n.End, n.End, a.level+1
	return a
}

// unknown is that a name is given something.
func (a around) unknown(at int) value {
	return value{at: at, until: a.sure, level: a.level, loops: a.loops, declared: -1}
}

// learn reads what a file says about its names.
func learn(tree *syntax.Tree) *facts {
	f := &facts{long: map[*syntax.Node]*syntax.Node{}, declared: map[*syntax.Node]bool{}, language: tree.Language, folded: map[*syntax.Node]*syntax.Node{}}
	f.settle(tree.Root)
	f.scope(tree.Root, nil)
	return f
}

// scope reads a function, class or file.
func (f *facts) scope(n *syntax.Node, outer *scope) {
	s := &scope{start: n.Start, end: n.End, outer: outer, facts: f, class: n.Kind == syntax.Class, imported: map[string][]imported{}, given: map[string][]value{}, types: map[string]*syntax.Node{}}
	f.scopes = append(f.scopes, s)
	s.within(n)
	for _, k := range n.Kids {
		f.read(k, s, around{until: n.End, sure: n.End})
	}
}

// read reads a node of a scope.
func (f *facts) read(n *syntax.Node, s *scope, in around) {
	switch n.Kind {
	case syntax.Func, syntax.Class:
		if name := n.Kid(syntax.AName); name != nil {
			s.give(name, in.unknown(n.Start))
		}
		f.scope(n, s)
		return
	case syntax.Block:
		if in.until = n.End; n.Role != syntax.Each && n.Role != syntax.ABody {
			in.sure, in.level = n.End, in.level+1
		}
	case syntax.If:
		f.branches(n, s, in)
		return
	case syntax.Case, syntax.Catch, syntax.Try, syntax.Switch:
		in = in.branch(n)
	case syntax.Call:
		f.changed(n, s, in)
	case syntax.Binary:
		f.changed(n, s, in)
		if decided(n.Text) && len(n.Kids) == 2 {
			f.read(n.Kids[0], s, in)
			f.read(n.Kids[1], s, in.branch(n))
			return
		}
	case syntax.Cond:
		for _, k := range n.Kids {
			if k.Role == syntax.ATest {
				f.read(k, s, in)
			} else {
				f.read(k, s, in.branch(n))
			}
		}
		return
	case syntax.While, syntax.For:
		f.loop(n, s, in)
		return
	case syntax.ExprStmt:
		for _, imports := range required(n) {
			s.importName(imports)
		}
	case syntax.Import:
		s.importName(n)
		if name := n.Kid(syntax.AName); name != nil {
			s.give(name, in.unknown(n.Start))
		}
	case syntax.Assign:
		f.declared[n.Kid(syntax.ALeft)] = n.Flags&syntax.Declares != 0 && plain(n.Kid(syntax.ARight))
		s.assign(n, in)
		f.changes(n, s)
	case syntax.Param:
		if name := n.Kid(syntax.AName); name != nil {
			given := around{sure: s.end}.unknown(n.Start)
			given.declared = name.Start
			s.give(name, given)
			s.declare(name, n.Kid(syntax.AType))
		}
	case syntax.ForEach:
		in = in.branch(n)
		in.loops = append(slices.Clip(in.loops), n.Start)
		s.give(n.Kid(syntax.ALeft), in.unknown(n.Start))
	case syntax.Unary:
		if n.Text == "++" || n.Text == "--" {
			if one := n.Kid(syntax.AValue); one != nil && one.Kind == syntax.Name {
				s.reach(one.Text, n.Start)
			}
			s.give(n.Kid(syntax.AValue), in.unknown(n.Start))
			f.changes(n, s)
		}
	}
	for _, k := range n.Kids {
		f.read(k, s, in)
	}
}

// loop reads a loop: what it begins with runs once.
func (f *facts) loop(n *syntax.Node, s *scope, in around) {
	begin := n.Start
	if init := n.Kid(syntax.AnInit); init != nil {
		f.read(init, s, in)
		begin = init.End
	}
	in = in.branch(n)
	in.loops = append(slices.Clip(in.loops), begin)
	for _, k := range n.Kids {
		if k.Role != syntax.AnInit {
			f.read(k, s, in)
		}
	}
}

// give notes that names are given a value.
func (s *scope) give(names *syntax.Node, v value) {
	names.Walk(func(n *syntax.Node) bool {
		if n.Kind == syntax.Name && n.Role != syntax.AField {
			s.given[n.Text] = append(s.given[n.Text], v)
			s.facts.log = append(s.facts.log, n.Text)
		}
		return n.Kind != syntax.Member && n.Kind != syntax.Index
	})
}

// assign learns from an assignment.
func (s *scope) assign(n *syntax.Node, in around) {
	left, right := n.Kid(syntax.ALeft), n.Kid(syntax.ARight)
	if left == nil {
		return
	}
	if left.Kind != syntax.Name {
		s.give(left, in.unknown(n.Start))
		s.declare(left, n.Kid(syntax.AType))
		return
	}
	s.declare(left, n.Kid(syntax.AType))
	if right == nil {
		if n.Flags&syntax.Declares != 0 {
			bare := in.unknown(n.End)
			bare.declared, bare.until, bare.bare = left.Start, in.until, true
			s.give(left, bare)
		}
		return
	}
	if full, ok := right.Imported(); ok {
		s.imported[left.Text] = append(s.imported[left.Text], imported{full, n.Start})
	}
	v := in.unknown(n.End)
	if n.Flags&syntax.Declares != 0 {
		v.declared, v.until = left.Start, in.until
	} else {
		s.reach(left.Text, n.Start)
	}
	if n.Text == "=" {
		if v.expression = right; foldable(right) {
			v.literal = right
		}
	}
	s.give(left, v)
	switch right.Kind {
	case syntax.New, syntax.Cast, syntax.Unary, syntax.Call, syntax.Member:
		if s.types[left.Text] != nil {
			return
		}
		if kind := (&matcher{file: &File{Tree: &syntax.Tree{Language: s.facts.language}, facts: s.facts}}).kindOf(right); kind != nil && right.Kind != syntax.Name {
			s.types[left.Text] = kind
		}
	}
}

func (s *scope) declare(name, kind *syntax.Node) {
	if kind == nil || kind.Kind == syntax.Name && (kind.Text == "var" || kind.Text == "auto") {
		return
	}
	name.Walk(func(n *syntax.Node) bool {
		if n.Kind == syntax.Name {
			s.types[n.Text] = kind
		}
		return n.Kind == syntax.Name || n.Kind == syntax.Tuple
	})
}

// at is the innermost scope of a place.
func (f *facts) at(place int) *scope {
	n, found := slices.BinarySearchFunc(f.scopes, place, func(s *scope, place int) int { return cmp.Compare(s.start, place) })
	if !found {
		n--
	}
	if n < 0 {
		return f.scopes[0]
	}
	s := f.scopes[n]
	for s.outer != nil && place >= s.end {
		s = s.outer
	}
	return s
}

// symbol gives the expression that a name holds, or the name itself.
func (f *facts) symbol(n *syntax.Node) *syntax.Node {
	for range maxFold {
		last := f.last(n)
		if last == nil || last.expression == nil {
			return n
		}
		if n = last.expression; n.Kind != syntax.Name {
			return n
		}
	}
	return n
}

// last gives the value that a name was given last, nil where that is not certain.
func (f *facts) last(n *syntax.Node) *value {
	here := f.at(n.Start)
	for s := here; s != nil; s = s.outer {
		if s != here && s.members[strings.TrimPrefix(n.Text, "$")] != nil {
			return s.member(n.Text)
		}
		all := s.given[n.Text]
		if len(all) == 0 {
			continue
		}
		if s != here { // a function may run at any time
			if all = slices.DeleteFunc(slices.Clone(all), func(v value) bool { return v.bare }); len(all) == 1 {
				return &all[0]
			}
			return nil
		}
		var last *value
		for i := range all {
			if all[i].at <= n.Start {
				last = &all[i]
			}
		}
		if last == nil || n.Start >= last.until || slices.ContainsFunc(all, func(v value) bool { return v.comesRound(n, last) }) {
			return nil
		}
		return last
	}
	return nil
}

// comesRound tells that a name may have this value where it is read, as a loop brings that round: one that is given behind it, in a loop that begins before it
// and after the last value before it.
func (v *value) comesRound(read *syntax.Node, last *value) bool {
	return v.at > read.Start && slices.ContainsFunc(v.loops, func(loop int) bool { return last.at <= loop && loop <= read.Start })
}

// typeOf is the type that a name is declared with, nil where that is not known.
func (f *facts) typeOf(n *syntax.Node) *syntax.Node {
	for s := f.at(n.Start); s != nil; s = s.outer {
		if kind := s.types[n.Text]; kind != nil {
			return kind
		}
	}
	return nil
}

// typeOfField is the type that a field of the class around is declared with; nil where that is not known.
func (f *facts) typeOfField(n *syntax.Node) *syntax.Node {
	object, field := n.Kid(syntax.AnObject), n.Kid(syntax.AField)
	if object == nil || field == nil || object.Kind != syntax.Name || object.Text != "this" && object.Text != "self" {
		return nil
	}
	for s := f.at(n.Start); s != nil; s = s.outer {
		if s.class {
			return s.types[field.Text]
		}
	}
	return nil
}

// TypeOf is the type that an expression is known to be of, nil where it is not.
func (f *File) TypeOf(n *syntax.Node) *syntax.Node {
	return (&matcher{file: f, steps: maxSteps}).kindOf(n)
}

// HasType tells whether a node is known to be of a type.
func (f *File) HasType(n, kind *syntax.Node) bool {
	return (&matcher{file: f, steps: maxSteps}).hasType(n, kind)
}

// FullName gives a dotted name with the module that it was imported from, "" where it is none.
func (f *File) FullName(n *syntax.Node) string {
	have, ok := n.Dotted()
	if !ok {
		full, _ := n.Imported()
		return full
	}
	return f.facts.full(have, n.Start)
}
