package review

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
)

// dependency is a package that brings native code or runs code of its own when it is installed, as one side of a change has it.
type dependency struct {
	path    string
	line    int
	version string
	because string
}

// native tells of packages with native code, and of install scripts, that a change brings: a package that any file had before is not new.
func (c *classifier) native(files []*changed) {
	for _, k := range c.known.kinds {
		if len(k.Packages) == 0 {
			continue
		}
		had, has := map[string]dependency{}, map[string]dependency{}
		for _, f := range files {
			if f.binary {
				continue
			}
			k.dependencies(f.path, f.raw.Before, had)
			k.dependencies(f.path, f.raw.After, has)
		}
		for _, name := range slices.Sorted(maps.Keys(has)) {
			d := has[name]
			old, known := had[name]
			p := Place{Path: d.path, Line: max(1, d.line), Function: name, Change: "added", Because: d.because, Weight: Full}
			switch {
			case !known:
			case old.version != d.version:
				p.Change, p.Weight, p.Because = "changed", Glance, "another version; "+d.because
			default:
				continue
			}
			c.note(spot{kind: k, path: d.path, function: name}, p, name+" "+d.version)
		}
	}
}

// dependencies reads what one side of a file says about packages.
func (k *Kind) dependencies(path string, text []byte, into map[string]dependency) {
	if text == nil {
		return
	}
	doc, err := lockfile.Read(path, text)
	if err != nil || doc == nil {
		return // what it is meant to say, nobody knows; the scan tells of it
	}
	for _, script := range slices.Sorted(maps.Keys(doc.Scripts)) {
		if script != "prepare" { // it runs for those who work on the project
			into["script "+script] = dependency{path: path, version: doc.Scripts[script], because: "the project runs it when it is installed"}
		}
	}
	for i := range doc.Packages {
		p := &doc.Packages[i]
		because := ""
		switch {
		case k.isNative(p):
			because = "the package has native code"
		case p.InstallScript:
			because = "the package runs code of its own when it is installed"
		default:
			continue
		}
		into[p.Name] = dependency{path: path, line: p.Line, version: p.Version + p.Constraint, because: because}
	}
}

func (k *Kind) isNative(p *inventory.Package) bool {
	return slices.ContainsFunc(k.Packages[p.Ecosystem], func(name string) bool {
		if end, all := strings.CutPrefix(name, "*"); all {
			return strings.HasSuffix(p.Name, end)
		}
		return p.Name == name
	})
}
