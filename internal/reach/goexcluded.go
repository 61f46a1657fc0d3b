package reach

import (
	"fmt"
	"go/types"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// goNames are the names by which code could come to the faulty functions: functions by package path, and methods, each with the paths of the
// packages that declare it. Types are those with such methods, by package path: where a value of one is made, its methods may be called.
type goNames struct {
	functions, types, methods map[string]map[string]bool
}

// leading gives the names of all functions from which references lead to a sink and that this build is not known to reach: from those
// that it does, nothing leads to the sink.
func (c *goCalls) leading(sink func(*ssa.Function) bool) goNames {
	c.reference()
	names := goNames{functions: map[string]map[string]bool{}, types: map[string]map[string]bool{}, methods: map[string]map[string]bool{}}
	seen := map[*ssa.Function]bool{}
	var queue []*ssa.Function
	for f := range c.refs {
		if sink(f) {
			queue = append(queue, f)
			seen[f] = true
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		f := queue[0]
		if _, reached := c.wide.by[f]; !reached {
			names.add(f)
		}
		next := c.refs[f]
		if o := f.Origin(); o != nil {
			next = append(slices.Clone(next), o)
		}
		for _, from := range next {
			if !seen[from] {
				seen[from] = true
				queue = append(queue, from)
			}
		}
	}
	return names
}

func (n goNames) add(f *ssa.Function) {
	pkg := packageOf(f)
	if f.Parent() != nil || pkg == nil || f.Synthetic != "" && f.Origin() == nil {
		return
	}
	if recv := receiver(f); recv != "" {
		put(n.methods, f.Name(), pkg.Path())
		put(n.types, pkg.Path(), recv)
		return
	}
	put(n.functions, pkg.Path(), symbolOf(f))
}

func put(m map[string]map[string]bool, key, value string) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][value] = true
}

// reference finds who refers to which function, in all functions of the relevant packages.
func (c *goCalls) reference() {
	if c.refs != nil {
		return
	}
	c.refs = map[*ssa.Function][]*ssa.Function{}
	seen := map[*ssa.Function]bool{}
	var queue []*ssa.Function
	add := func(f, from *ssa.Function) {
		if f == nil {
			return
		}
		c.refs[f] = append(c.refs[f], from)
		if !seen[f] {
			seen[f] = true
			queue = append(queue, f)
		}
	}
	for _, pkg := range c.u.relevant {
		p := c.ssaOf(pkg)
		for _, m := range p.Members {
			switch m := m.(type) {
			case *ssa.Function:
				add(m, m)
			case *ssa.Type:
				if n, ok := types.Unalias(m.Type()).(*types.Named); ok {
					for method := range n.Methods() {
						f := c.prog.FuncValue(method)
						add(f, f)
					}
				}
			}
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		c.referencesOf(queue[0], add)
	}
}

func (c *goCalls) referencesOf(f *ssa.Function, add func(f, from *ssa.Function)) {
	var buf [8]*ssa.Value
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(buf[:0]) {
				if to, ok := (*op).(*ssa.Function); ok {
					add(to, f)
				}
			}
			if m, ok := instr.(*ssa.MakeInterface); ok {
				for sel := range c.prog.MethodSets.MethodSet(m.X.Type()).Methods() {
					if c.rel[sel.Obj().Pkg()] {
						add(c.prog.MethodValue(sel), f)
					}
				}
			}
		}
	}
}

// excluded looks at the files that this build leaves out and gives a sentence where one of them could lead to a faulty function, else "".
func (c *goCalls) excluded(q *goQuestion) (string, error) {
	var names goNames
	rel := newUniverse(c.u.p, q.targets(), false).isRel
	for _, pkg := range c.u.p.order {
		for _, f := range pkg.files {
			if f.excluded == "" || f.never || !rel[pkg] && !c.u.p.imports(pkg, f, rel) {
				continue
			}
			if names.functions == nil {
				names = c.leading(q.sink)
			}
			why, err := c.u.p.mentions(pkg, f, names)
			if why != "" || err != nil {
				return why, err
			}
		}
	}
	return "", nil
}

// imports tells whether a file imports one of the packages.
func (p *goProject) imports(pkg *goPackage, f goFile, of map[*goPackage]bool) bool {
	return slices.ContainsFunc(f.imports, func(i goImport) bool {
		to, err := p.resolve(i.path, pkg)
		return err == nil && to != nil && of[to]
	})
}

// sees tells whether a file can have values of a type that one of the packages declares, by what it and its package import.
func (p *goProject) sees(pkg *goPackage, f goFile, declaring map[string]bool) bool {
	if declaring[pkg.path] {
		return true
	}
	queue := slices.Clone(pkg.deps)
	for _, i := range f.imports {
		if to, err := p.resolve(i.path, pkg); err == nil && to != nil {
			queue = append(queue, to)
		}
	}
	seen := map[*goPackage]bool{}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if declaring[at.path] {
			return true
		}
		if !seen[at] {
			seen[at] = true
			queue = append(queue, at.deps...)
		}
	}
	return false
}

// hidden looks for ways around the language: a go:linkname directive that names a function on the way to a sink, and assembly that calls one.
// It gives a sentence where there is one.
func (c *goCalls) hidden(q *goQuestion) (string, error) {
	var names goNames
	rel := newUniverse(c.u.p, q.targets(), false).isRel
	for _, pkg := range c.u.p.order {
		if pkg.std {
			continue
		}
		for _, f := range slices.Concat(pkg.files, pkg.assembly) {
			if f.excluded != "" || f.linkname == 0 && strings.HasSuffix(f.name, ".go") || !rel[pkg] && f.linkname == 0 {
				continue
			}
			if names.functions == nil {
				names = c.leading(q.sink)
			}
			data, err := pkg.folder.read(path.Join(pkg.dir, f.name))
			if err != nil {
				continue
			}
			if err := c.u.p.b.spend(len(data), 1); err != nil {
				return "", err
			}
			number := 0
			for line := range strings.Lines(string(data)) {
				number++
				if name := names.around(pkg.path, line, f.linkname > 0); name != "" {
					return fmt.Sprintf("%s:%d leads to %s by a way around the language", path.Join(pkg.shown, f.name), number, name), nil
				}
			}
		}
	}
	return "", nil
}

// around is the function that a line of assembly calls or a go:linkname directive names, "" for none of names.
func (n goNames) around(pkg, line string, linkname bool) string {
	if linkname {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "//go:linkname" {
			return ""
		}
		i := strings.LastIndexByte(words[2], '/') + 1
		dot := strings.IndexByte(words[2][i:], '.')
		if dot < 0 || !n.functions[words[2][:i+dot]][strings.TrimRight(words[2][i+dot+1:], ".()")] && n.methods[words[2][strings.LastIndexByte(words[2], '.')+1:]] == nil {
			return ""
		}
		return words[2]
	}
	_, name, ok := strings.Cut(line, "·")
	if !ok || strings.HasPrefix(strings.TrimSpace(line), "TEXT") {
		return ""
	}
	name, _, _ = strings.Cut(name, "(")
	name, _, _ = strings.Cut(name, "<")
	if n.functions[pkg][name] {
		return name
	}
	return ""
}

// excludedImport looks for a file that the build leaves out and whose imports, other than those loaded anyway, lead to a package that
// wanted names. It gives a sentence where there is one.
func (p *goProject) excludedImport(loaded map[*goPackage]bool, wanted func(*goPackage) bool) (string, error) {
	known := map[*goPackage]bool{} // leads nowhere
	for _, pkg := range p.order {
		for _, f := range pkg.files {
			if f.excluded == "" || f.never {
				continue
			}
			for _, i := range f.imports {
				to, err := p.resolve(i.path, pkg)
				if err != nil {
					return "", err
				}
				if to == nil || loaded[to] {
					continue
				}
				place := fmt.Sprintf("%s:%d, which is built for %s only,", path.Join(pkg.shown, f.name), i.line, f.excluded)
				found, err := p.leads(to, wanted, known)
				switch {
				case err != nil:
					return "", err
				case found != nil && found.missing() && !wanted(found):
					return fmt.Sprintf("%s imports %s, and %s", place, i.path, p.absent(found)), nil
				case found != nil:
					return fmt.Sprintf("%s leads to package %s", place, found.path), nil
				}
			}
		}
	}
	return "", nil
}

// leads follows all imports from a package, those of files that the build leaves out too, until it comes to one that is wanted or missing.
func (p *goProject) leads(from *goPackage, wanted func(*goPackage) bool, known map[*goPackage]bool) (*goPackage, error) {
	queue := []*goPackage{from}
	for ; len(queue) > 0; queue = queue[1:] {
		pkg := queue[0]
		if wanted(pkg) {
			return pkg, nil
		}
		if known[pkg] {
			continue
		}
		if pkg.missing() && !pkg.std {
			return pkg, nil
		}
		known[pkg] = true
		for _, f := range pkg.files {
			if f.never {
				continue
			}
			for _, i := range f.imports {
				to, err := p.resolve(i.path, pkg)
				if err != nil {
					return nil, err
				}
				if to != nil && !known[to] {
					queue = append(queue, to)
				}
			}
		}
	}
	return nil, nil
}
