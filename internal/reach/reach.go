// Package reach tells whether the code of a target can call the faulty functions of the packages it depends on.
//
// Go is answered from a call graph over the sources of the build; JavaScript and TypeScript, Python, Java, Ruby, PHP, Rust and C#
// from imports and from calls through imported names. Reachable is said only with a path that is shown, not reachable only where it
// is proven, and unknown names the input that is missing.
//
// The package reads files and nothing else: it must not run a build tool, a package manager or anything of the target, and must not use the
// network. Everything read is hostile: work is bounded by a budget in units, not in seconds, so that the answer is equal on every machine.
package reach

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// Source is the code of a target.
type Source interface {
	// Paths are those of all files, slash-separated and relative to the target's root.
	Paths() []string
	// Read gives a file's content, which is not changed.
	Read(path string) ([]byte, error)
}

// Options say where else source code may be read, and how much work may be done.
type Options struct {
	// GoModules are folders in the layout of GOMODCACHE, searched in order; they are only read.
	GoModules []string
	// GoRoot is the root of a Go installation, whose src folder is the standard library; "" where there is none. It is only read.
	GoRoot string
	// Budget bounds the work done for one project. One unit is one KiB of source read; source whose calls are followed
	// counts sixteen times. 0 means DefaultBudget.
	Budget int
}

// DefaultBudget is the budget where Options name none, in units. It lets the calls of about 60 MiB of Go source be followed.
const DefaultBudget = 1_000_000

// Symbols are the faulty functions of one package. The fields are those of the advisories.
type Symbols struct {
	// Path is the package ("golang.org/x/text/language"), the crate's module or the Java class; "" for the whole package.
	Path string
	// Names are functions and methods ("Parse", "Decoder.Decode"); empty means everything in the package.
	Names []string
	// GOOS and GOARCH restrict where it matters (Go); empty means everywhere.
	GOOS, GOARCH []string
}

// Question asks about one package of one project.
type Question struct {
	// Ecosystem, Name and Version are OSV's; for Go the name is the module's path, "stdlib" for the standard library.
	Ecosystem, Name, Version string
	// Dir is the folder of the project that uses it, "" for the root.
	Dir string
	// Symbols are the faulty functions. Where it is empty the advisory names none, and no answer is Reachable.
	Symbols []Symbols
	// Direct tells that the project itself asks for the package, Alone that no other package of the project requires it.
	Direct, Alone bool
	// ImportNames are the names under which code loads it, where they are known and differ from Name: Python modules, Java packages, PHP
	// and C# namespaces, paths that Ruby requires.
	ImportNames []string
}

// Answer says how far the faulty code can be reached.
type Answer struct {
	Reach finding.Reachability
	// Steps lead from where the program starts to the call, or to where the package is loaded. Paths of code that is not in the target
	// begin with the module and its version, or with "std".
	Steps []finding.Step
}

// Analysis answers questions about one target. It reads what the questions need, when they need it. Its methods may be called from
// several goroutines; they take turns.
type Analysis struct {
	o       Options
	mu      sync.Mutex
	tree    *tree
	modules []*goDisk
	std     *goDisk
	opened  bool
	golang  map[goTarget]*goProject
	scripts map[scriptKey]*scriptProject
}

// New makes an Analysis; nothing is read yet.
func New(src Source, o Options) *Analysis {
	if o.Budget <= 0 {
		o.Budget = DefaultBudget
	}
	return &Analysis{o: o, tree: newTree(src), golang: map[goTarget]*goProject{}, scripts: map[scriptKey]*scriptProject{}}
}

// Ask answers one question. The error is the context's.
func (a *Analysis) Ask(ctx context.Context, q Question) (Answer, error) {
	answers, err := a.AskAll(ctx, []Question{q})
	if err != nil {
		return Answer{}, err
	}
	return answers[0], nil
}

// AskAll answers questions, in their order. Questions about one Go project are answered from one call graph, which
// costs little more than one question does. The error is the context's.
func (a *Analysis) AskAll(ctx context.Context, qs []Question) ([]Answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	answers := make([]Answer, len(qs))
	groups := map[goTarget][]int{}
	var order []goTarget
	for i, q := range qs {
		if q.Ecosystem != "Go" {
			continue
		}
		t := goTargetOf(q)
		if groups[t] == nil {
			order = append(order, t)
		}
		groups[t] = append(groups[t], i)
	}
	for _, t := range order {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a.askGo(ctx, t, qs, groups[t], answers)
	}
	for i, q := range qs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if q.Ecosystem != "Go" {
			answers[i] = a.guarded(func() Answer { return a.askScript(ctx, q) })
		}
		answers[i].Reach.Symbols = q.symbolNames()
	}
	return answers, ctx.Err()
}

// guarded turns a panic, which hostile input may provoke in a library, into an unknown answer.
func (a *Analysis) guarded(f func() Answer) (answer Answer) {
	defer func() {
		if r := recover(); r != nil {
			answer = unknown("the analysis of the code broke off: %s", shorten(fmt.Sprint(r), 200))
		}
	}()
	return f()
}

// symbolNames are the faulty functions as people read them.
func (q *Question) symbolNames() []string {
	var names []string
	for _, s := range q.Symbols {
		for _, n := range s.Names {
			switch {
			case s.Path == "":
				names = append(names, n)
			case q.Ecosystem == "crates.io":
				names = append(names, s.Path+"::"+n)
			default:
				names = append(names, s.Path+"."+n)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// wanted are the names of all faulty functions, nil where it is the whole package.
func (q *Question) wanted() []Symbols {
	var out []Symbols
	for _, s := range q.Symbols {
		if len(s.Names) == 0 && s.Path == "" {
			return nil
		}
		out = append(out, s)
	}
	return out
}

func unknown(format string, args ...any) Answer {
	return Answer{Reach: finding.Reachability{State: finding.ReachUnknown, Because: fmt.Sprintf(format, args...)}}
}

func answer(state finding.ReachState, steps []finding.Step, format string, args ...any) Answer {
	return Answer{Reach: finding.Reachability{State: state, Because: fmt.Sprintf(format, args...)}, Steps: steps}
}

// shorten cuts a text that goes into a sentence to at most n bytes.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
