package match

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// same tells whether a name of a pattern and one of the code mean the same thing, whatever it is called here.
func (f *facts) same(p, t *syntax.Node) bool {
	want, ok := p.Dotted()
	if !ok {
		return false
	}
	have, ok := t.Dotted()
	if !ok {
		full, ok := t.Imported()
		return ok && want == full
	}
	if want == have {
		return true
	}
	full := f.full(have, t.Start)
	return want == full || f.wild(want, have, t.Start) || f.language == syntax.Go && full != have && want == packageOf(full)
}

// packageOf gives a name of Go with the name of its package instead of the path: what follows the last slash, without what is said of the version and of
// the language.
func packageOf(full string) string {
	slash := strings.LastIndexByte(full, '/')
	if slash < 0 {
		return full
	}
	last, rest, _ := strings.Cut(full[slash+1:], ".")
	if digits := strings.TrimLeft(last[min(1, len(last)):], "0123456789"); strings.HasPrefix(last, "v") && len(last) > 1 && digits == "" {
		last = full[strings.LastIndexByte(full[:slash], '/')+1 : slash]
	}
	if version, after, ok := strings.Cut(rest, "."); ok && strings.HasPrefix(version, "v") && strings.Trim(version[1:], "0123456789") == "" {
		rest = after // of gopkg.in
	}
	return strings.TrimPrefix(strings.TrimSuffix(last, "-go"), "go-") + "." + rest
}

// wild tells whether a name may be one of a module all of whose names are imported.
func (f *facts) wild(want, have string, at int) bool {
	rest, ok := strings.CutSuffix(want, have)
	if !ok {
		return false
	}
	rest, ok = strings.CutSuffix(rest, ".")
	first, _, _ := strings.Cut(have, ".")
	for s := f.at(at); ok && s != nil; s = s.outer {
		if len(s.given[first]) > 0 || len(s.imported[first]) > 0 {
			return false
		}
		if slices.ContainsFunc(s.wild, func(i imported) bool { return i.full == rest && i.at <= at }) {
			return true
		}
	}
	return false
}

// sameVariable tells whether two names of one text mean one thing: not where each is given a value in a function of its own, or declared for itself.
func (f *facts) sameVariable(a, b *syntax.Node) bool {
	one, declaredOne := f.home(a)
	other, declaredOther := f.home(b)
	if one != nil && other != nil && one.class && other.class { // methods of one name
		return true
	}
	return one == nil || other == nil || one == other && declaredOne == declaredOther
}

// home is the innermost scope around a name in which it is given a value, and where it is declared there, -1 for nowhere. The scope is nil where there
// is none, or the name is a field.
func (f *facts) home(n *syntax.Node) (*scope, int) {
	if n.Role == syntax.AField {
		return nil, -1
	}
	for s := f.at(n.Start); s != nil; s = s.outer {
		all := s.given[n.Text]
		if len(all) == 0 {
			continue
		}
		if outer := f.declaredAround(s, n); outer != nil {
			s = outer
		}
		return s, s.declaredFor(n)
	}
	return nil, -1
}

// declaredFor is where a name is declared that is read in a scope, -1 where that is not known, or where it is a field.
func (s *scope) declaredFor(n *syntax.Node) int {
	declared := -1
	for _, v := range s.given[n.Text] {
		if !s.class && v.declared >= 0 && v.declared <= n.Start && n.Start < v.until {
			declared = v.declared
		}
	}
	return declared
}

// declaredAround is the scope around one in which a name is declared that is only given values in it; nil where there is none, or the language takes it
// for another.
func (f *facts) declaredAround(s *scope, n *syntax.Node) *scope {
	switch f.language {
	case syntax.Python, syntax.PHP, syntax.Ruby:
		return nil
	}
	declares := func(v value) bool { return v.declared >= 0 }
	if slices.ContainsFunc(s.given[n.Text], declares) {
		return nil
	}
	for outer := s.outer; outer != nil; outer = outer.outer {
		if slices.ContainsFunc(outer.given[n.Text], declares) {
			return outer
		}
	}
	return nil
}

// longName gives a name that was imported as a chain of its module and itself, nil where it was not.
func (f *facts) longName(n *syntax.Node) *syntax.Node {
	if n.Kind != syntax.Name {
		return nil
	}
	if known, ok := f.long[n]; ok {
		return known
	}
	var chain *syntax.Node
	if full := f.full(n.Text, n.Start); full != n.Text {
		for part := range strings.SplitSeq(full, ".") {
			one := &syntax.Node{Kind: syntax.Name, Text: part, Start: n.Start, End: n.End}
			if chain == nil {
				chain = one
				continue
			}
			chain.Role, one.Role = syntax.AnObject, syntax.AField
			chain = &syntax.Node{Kind: syntax.Member, Text: ".", Kids: []*syntax.Node{chain, one}, Start: n.Start, End: n.End}
		}
	}
	f.long[n] = chain
	return chain
}

// names tells of a node that it is no expression, where a pattern asks for one: the name of what is declared or imported, a declaration, a statement.
func (f *File) names(p, t *syntax.Node) bool {
	if f.Tree.Language.Data() || f.Tree.Language == syntax.Bash {
		return false
	}
	switch p.Kind {
	case syntax.Name, syntax.Member:
		return t.Role == syntax.AName || t.Role == syntax.AModule && f.Tree.Language != syntax.C && f.Tree.Language != syntax.CPP // of which "#include" is all
	case syntax.Dict:
		return t.Role == syntax.AType
	case syntax.Func:
		return p.Kid(syntax.AName) == nil && t.Kid(syntax.AName) != nil
	case syntax.Metavar:
		return !f.expresses(t)
	}
	return false
}

// expresses tells whether a node is an expression, as which a metavariable by itself is found: neither a statement nor a type, nor the name that something
// is given.
func (f *File) expresses(n *syntax.Node) bool {
	switch n.Role {
	case syntax.AName, syntax.AType, syntax.AResult, syntax.AModule, syntax.TypeArgs, syntax.TypeParams:
		return false
	case syntax.AField:
		return n.Kind != syntax.Name
	}
	return n.Kind != syntax.Params && n.Kind != syntax.Param && n.Kind != syntax.Keyword && n.Kind != syntax.Package && (!stands(n) || n.Kind == syntax.Modifier) && !f.facts.declared[n]
}
