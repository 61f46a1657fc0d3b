package reach

import (
	"fmt"
	"go/token"
	"go/types"
	"path"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/reevehq/reeve/internal/finding"
)

// functionName is a function as people write it: "html.Parse", "Server.handle of shop", "a function inside main.run".
func functionName(f *ssa.Function) string {
	if f.Parent() != nil {
		outer := f
		for outer.Parent() != nil {
			outer = outer.Parent()
		}
		return "a function inside " + functionName(outer)
	}
	pkg := ""
	if p := packageOf(f); p != nil {
		pkg = p.Name()
		if pkg == "main" {
			pkg = guessName(p.Path())
			if f.Name() == "main" {
				pkg = "main"
			}
		}
		pkg += "."
	}
	if recv := receiver(f); recv != "" {
		return pkg + recv + "." + f.Name()
	}
	name, _, _ := strings.Cut(f.Name(), "[")
	if strings.HasPrefix(name, "init#") {
		name = "init"
	}
	return pkg + name
}

// receiver is the name of the type a method belongs to, without package and pointer; "" for functions.
func receiver(f *ssa.Function) string {
	r := f.Signature.Recv()
	if r == nil {
		if o, ok := f.Object().(*types.Func); ok && o != nil {
			r = o.Signature().Recv()
		}
	}
	if r == nil {
		return ""
	}
	t := types.Unalias(r.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return types.TypeString(t, func(*types.Package) string { return "" })
}

// typeName is a type with its package's name only.
func typeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	return shorten(types.TypeString(t, func(p *types.Package) string {
		if p.Name() == "main" {
			return guessName(p.Path())
		}
		return p.Name()
	}), 120)
}

// symbolOf is the name a database of flaws gives a function: "Parse", "Decoder.Decode".
func symbolOf(f *ssa.Function) string {
	name, _, _ := strings.Cut(f.Name(), "[")
	if recv := receiver(f); recv != "" {
		return recv + "." + name
	}
	return name
}

// steps tell the way to a function that was reached.
func (c *goCalls) steps(r *goReached, to *ssa.Function) []finding.Step {
	var chain []*ssa.Function
	for f := to; f != nil; f = r.by[f].from {
		chain = append(chain, f)
		if len(chain) > len(r.by) {
			break
		}
	}
	last := len(chain) - 1
	first := chain[last]
	steps := []finding.Step{{Location: c.location(first.Pos(), first), Message: functionName(first) + ": " + r.by[first].how}}
	caller, hop, pending := first, goHop{}, false
	for i := last - 1; i >= 0; i-- {
		f := chain[i]
		if !pending {
			hop, pending = r.by[f], true
		}
		if i > 0 && isWrapper(f) {
			continue // what the compiler puts between; the next name says it
		}
		steps = append(steps, c.step(caller, f, hop))
		caller, pending = f, false
	}
	return steps
}

// isWrapper tells a function that stands in no source: it only calls another one.
func isWrapper(f *ssa.Function) bool {
	return f.Synthetic != "" && f.Syntax() == nil && f.Name() != "init" && f.Origin() == nil
}

func (c *goCalls) step(caller, callee *ssa.Function, hop goHop) finding.Step {
	if callee.Name() == "init" && callee.Synthetic != "" {
		place := goPlace{}
		if from, to := c.packageNamed(packageOf(caller)), c.packageNamed(packageOf(callee)); from != nil && to != nil {
			place = c.u.p.importPlace(from, to)
		}
		return finding.Step{Location: place.location(), Message: fmt.Sprintf("%s loads %s, whose variables are set then", packageOf(caller).Path(), packageOf(callee).Path())}
	}
	verb := hop.how
	if caller.Name() == "init" && caller.Synthetic != "" && verb == "calls" {
		verb = "calls, while its variables are set,"
		if packageOf(caller) != nil {
			return finding.Step{Location: c.location(hop.pos, callee), Message: fmt.Sprintf("%s %s %s", packageOf(caller).Path(), verb, functionName(callee))}
		}
	}
	return finding.Step{Location: c.location(hop.pos, caller), Message: fmt.Sprintf("%s %s %s%s", functionName(caller), verb, functionName(callee), hop.then)}
}

func (c *goCalls) packageNamed(p *types.Package) *goPackage {
	if p == nil {
		return nil
	}
	return c.u.p.packages[p.Path()]
}

// location is a position, or else where the function stands.
func (c *goCalls) location(pos token.Pos, f *ssa.Function) finding.Location {
	if !pos.IsValid() {
		pos = f.Pos()
	}
	if !pos.IsValid() {
		if p := c.packageNamed(packageOf(f)); p != nil {
			for _, file := range p.files {
				if file.excluded == "" {
					return finding.Location{Path: path.Join(p.shown, file.name)}
				}
			}
		}
		return finding.Location{}
	}
	at := c.u.fset.Position(pos)
	return finding.Location{Path: at.Filename, Region: finding.Region{StartLine: at.Line, EndLine: at.Line}}
}

func (g goPlace) location() finding.Location {
	return finding.Location{Path: g.path, Region: finding.Region{StartLine: g.line, EndLine: g.line}}
}
