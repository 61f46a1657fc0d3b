package sca

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// maxText is the size of a file that a check reads again, in bytes. Manifests are smaller.
const maxText = 4 << 20

// files are the files of a target by path, for what the documents do not tell.
type files struct {
	view  *supplyView
	paths []string
	sums  map[string]map[string]bool // what files of sums hold, by path; nil for those that cannot be read
}

func filesOf(v *supplyView) *files {
	f := &files{view: v, sums: map[string]map[string]bool{}}
	if v.target != nil && v.target.Tree != nil {
		f.paths = v.target.Tree.Paths()
		return f
	}
	for _, d := range v.docs {
		f.paths = append(f.paths, d.Path)
	}
	slices.Sort(f.paths)
	return f
}

func (f *files) has(file string) bool {
	_, ok := slices.BinarySearch(f.paths, file)
	return ok
}

// read gives a file's content without a byte order mark; nil where it cannot be had or is larger than manifests are.
func (f *files) read(file string) []byte {
	if f.view.target == nil || f.view.target.Tree == nil || !f.has(file) {
		return nil
	}
	data, err := f.view.target.Tree.Read(file)
	if err != nil || len(data) > maxText {
		return nil
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
}

// hasLine tells whether a line of a text begins with a word, blanks before it left out.
func hasLine(data []byte, start string) bool {
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte(start)) {
			return true
		}
	}
	return false
}

// dirOf is the folder of a path, "" for the root.
func dirOf(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return ""
}

// isWithin tells whether a path is in a folder or below it.
func isWithin(dir, file string) bool { return dir == "" || strings.HasPrefix(file, dir+"/") }

// outward gives a folder and all around it, from the inside out.
func outward(dir string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for yield(dir) && dir != "" {
			dir = dirOf(dir)
		}
	}
}

// isSample tells of folders whose projects are tried out, shown or copied, and neither built nor delivered.
func isSample(file string) bool {
	if isFixture(file) {
		return true
	}
	if strings.HasPrefix(path.Base(file), "syntax_test_") {
		return true // how editors name what they try their colours on
	}
	for step := range strings.SplitSeq(dirOf(file), "/") {
		step = strings.ToLower(step)
		switch strings.TrimPrefix(step, "_") {
		case "test", "tests", "testing", "spec", "specs", "__tests__", "e2e", "integration-tests", "example", "examples", "sample", "samples", "demo", "demos", "playground", "playgrounds",
			"doc", "docs", "documentation", "template", "templates", "skeleton", "skeletons", "bench", "benches", "benchmark", "benchmarks", "fuzz", "stubs", "mocks", "snapshots",
			"node_modules", "vendor", "third_party", "thirdparty", "3rdparty", "external", "contrib":
			return true
		}
		if strings.HasPrefix(step, "template-") || strings.HasPrefix(step, "example-") || strings.HasPrefix(step, "test-") || strings.HasSuffix(step, "-example") || strings.HasSuffix(step, "-template") || strings.HasSuffix(step, "_template") {
			return true
		}
	}
	return false
}

// place is a line of a file; line 0 is the file as a whole.
func place(file string, line int, more ...finding.Logical) finding.Location {
	l := finding.Location{Path: file, Logical: more}
	if line > 0 {
		l.Region = finding.Region{StartLine: line, EndLine: line}
	}
	return l
}

// placeOf is where a package of a project is stated.
func (v *supplyView) placeOf(p *inventory.Project, i int) finding.Location {
	pkg := &p.Packages[i]
	var layers []finding.Logical
	if v.target != nil {
		layers = slices.Clone(v.target.Layers[cmp.Or(pkg.Layer, p.Layer)])
	}
	return place(cmp.Or(pkg.File, p.File), pkg.Line, append(layers, finding.Logical{Kind: "package", Name: label(pkg)})...)
}

// ways are the shortest ways from what a project asks for to each of its packages, found in one pass for all of them.
type ways struct {
	project *inventory.Project
	from    []int // the package that brings one; ownWay for what is asked for, noWay for what no way leads to
	first   []int // the package at the start of the way
}

const (
	ownWay = -1
	noWay  = -2
	// maxWay is the longest way that is shown.
	maxWay = 64
)

func waysOf(p *inventory.Project) *ways {
	w := &ways{p, make([]int, len(p.Packages)), make([]int, len(p.Packages))}
	var queue []int
	for i := range p.Packages {
		w.from[i] = noWay
		if p.Packages[i].Direct {
			w.from[i], w.first[i] = ownWay, i
			queue = append(queue, i)
		}
	}
	for head := 0; head < len(queue); head++ {
		for _, to := range p.Packages[queue[head]].Requires {
			if to >= 0 && to < len(w.from) && w.from[to] == noWay {
				w.from[to], w.first[to] = queue[head], w.first[queue[head]]
				queue = append(queue, to)
			}
		}
	}
	return w
}

// to gives the way to a package, both ends included; nil where there is none, or it is too long to be read.
func (w *ways) to(i int) []string {
	var chain []string
	for n := i; n != ownWay; n = w.from[n] {
		if n == noWay || len(chain) == maxWay {
			return nil
		}
		chain = append(chain, label(&w.project.Packages[n]))
	}
	slices.Reverse(chain)
	return chain
}

// component is what a finding says of a package.
func (w *ways) component(i int) *finding.Component {
	pkg := &w.project.Packages[i]
	return &finding.Component{
		PURL: sbom.PURL(pkg), Ecosystem: pkg.Ecosystem, Name: pkg.Name, Version: pkg.Version,
		Scope: string(pkg.Scope), Direct: pkg.Direct, Project: w.project.Name, Why: w.to(i),
	}
}

func label(pkg *inventory.Package) string {
	if pkg.Version == "" {
		return pkg.Name
	}
	return pkg.Name + "@" + pkg.Version
}

// nameOf is the project's own name in a document, else its folder.
func nameOf(d *inventory.Document) string { return cmp.Or(d.Name, dirOf(d.Path), ".") }

// listed joins the first of many names.
func listed(names []string) string {
	const most = 5
	if n := len(names) - most; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n)
	}
	return strings.Join(names, ", ")
}

// many writes a number with its noun.
func many(n int, noun string) string {
	if n == 1 {
		return "one " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// clip shortens outside text for a message.
func clip(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// sure gives a confidence that replaces a rule's.
func sure(c finding.Confidence) *finding.Confidence { return &c }
