package reach

import (
	_ "embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"
)

var (
	//go:embed data/python.txt
	pythonTable string
	//go:embed data/maven.txt
	mavenTable string
	//go:embed data/node.txt
	nodeTable string
	//go:embed data/pythonlib.txt
	pythonLibTable string

	pythonNames = sync.OnceValue(func() map[string][]string { return readTable(pythonTable) })
	mavenNames  = sync.OnceValue(func() map[string][]string { return readTable(mavenTable) })
	nodeModules = sync.OnceValue(func() map[string]bool { return readSet(nodeTable) })
	pythonLib   = sync.OnceValue(func() map[string]bool { return readSet(pythonLibTable) })
)

func readTable(table string) map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(table) {
		if words := strings.Fields(line); len(words) > 1 && words[0] != "#" {
			m[words[0]] = words[1:]
		}
	}
	return m
}

func readSet(table string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(table) {
		m[w] = true
	}
	return m
}

// importNames are the names under which code loads a package; none where they are not known.
func (p *scriptProject) importNames(q Question) []string {
	if len(q.ImportNames) > 0 {
		var names []string
		for _, n := range q.ImportNames {
			names = append(names, dotted(n))
		}
		return names
	}
	switch q.Ecosystem {
	case "npm", "RubyGems":
		return []string{q.Name}
	case "PyPI":
		if names := p.pyPackages().names(q.Name); len(names) > 0 {
			return names
		}
		if names := pythonNames()[q.Name]; names != nil {
			return names
		}
		return []string{strings.ReplaceAll(q.Name, "-", "_"), q.Name}
	case "Maven":
		return mavenNames()[q.Name]
	case "crates.io":
		return []string{strings.ReplaceAll(q.Name, "-", "_")}
	case "NuGet":
		return []string{q.Name}
	case "Packagist":
		return p.phpNames(q.Name)
	}
	return nil
}

// composerPackage is what a package of Composer says about itself.
type composerPackage struct {
	Name     string `json:"name"`
	Autoload struct {
		PSR4  map[string]any `json:"psr-4"`
		PSR0  map[string]any `json:"psr-0"`
		Files []string       `json:"files"`
	} `json:"autoload"`
}

// phpNames are the namespaces of a package, as composer.lock or its own composer.json states them.
func (p *scriptProject) phpNames(name string) []string {
	var found []composerPackage
	if data, err := p.a.tree.readIf(path.Join(p.dir, "composer.lock")); err == nil {
		var lock struct {
			Packages    []composerPackage `json:"packages"`
			PackagesDev []composerPackage `json:"packages-dev"`
		}
		if json.Unmarshal(data, &lock) == nil {
			found = append(lock.Packages, lock.PackagesDev...)
		}
	}
	if data, err := p.a.tree.readIf(path.Join(p.dir, "vendor", name, "composer.json")); err == nil {
		var own composerPackage
		if json.Unmarshal(data, &own) == nil {
			own.Name = name
			found = append(found, own)
		}
	}
	var names []string
	for _, c := range found {
		if !strings.EqualFold(c.Name, name) {
			continue
		}
		for n := range c.Autoload.PSR4 {
			names = append(names, dotted(n))
		}
		for n := range c.Autoload.PSR0 {
			names = append(names, strings.ReplaceAll(dotted(n), "_", "."))
		}
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	slices.Sort(names)
	return slices.Compact(names)
}
