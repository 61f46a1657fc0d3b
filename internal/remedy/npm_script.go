package remedy

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// scriptWays are the ways where the lock file is not written: package.json is changed, and the package manager brings the lock file in step.
func scriptWays(j *job) []way {
	return []way{
		func(context.Context) (*attempt, error) { return scriptDirect(j) },
		func(context.Context) (*attempt, error) { return scriptOverride(j) },
	}
}

// scriptManager names the package manager of a project and its commands.
type scriptManager struct {
	refresh, update string
	// overrides are the steps to where package.json holds overrides.
	overrides []string
}

func scriptManagerOf(file string) scriptManager {
	switch base := path.Base(file); {
	case base == "yarn.lock":
		return scriptManager{"yarn install", "yarn up -R NAME (yarn 1: yarn upgrade NAME)", []string{"resolutions"}}
	case base == "pnpm-lock.yaml":
		return scriptManager{"pnpm install --lockfile-only", "pnpm update --depth 100 NAME", []string{"pnpm", "overrides"}}
	case strings.HasPrefix(base, "bun.lock"):
		return scriptManager{"bun install --lockfile-only", "bun update NAME", []string{"overrides"}}
	case base == "package.json":
		return scriptManager{"", "npm update NAME", []string{"overrides"}}
	}
	return scriptManager{"npm install --package-lock-only --ignore-scripts", "npm update NAME", []string{"overrides"}}
}

// best gives the version that a place without a registry's word is upgraded to: one that the advisories name.
func (j *job) toldChoice() (from string, c choice, err error) {
	from = j.project.Packages[j.at[0]].Version
	choices, err := j.choices(from, j.told())
	if err != nil {
		return from, c, err
	}
	return from, choices[0], nil
}

// scriptDirect changes what package.json asks for.
func scriptDirect(j *job) (*attempt, error) {
	pkg := &j.project.Packages[j.at[0]]
	m := scriptManagerOf(j.project.File)
	if !pkg.Direct {
		return nil, &errCannot{why: fmt.Sprintf("the project does not ask for %s itself, and %s is not written here", j.name, path.Base(j.project.File)),
			do: "Run " + strings.ReplaceAll(m.update, "NAME", shellWord(j.name)) + "."}
	}
	from, c, err := j.toldChoice()
	if err != nil {
		return nil, err
	}
	a := &attempt{how: Direct, files: map[string][]byte{}, moves: []Move{{Name: j.name, From: from, To: c.version}}, refresh: m.refresh}
	known := firstText(pkg.Alias, j.name)
	for _, file := range j.manifests("package.json") {
		data, err := j.w.read(file)
		if err != nil {
			continue
		}
		t, err := parseJSON(data)
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", file, err)
		}
		for _, list := range npmLists() {
			spec := t.text(t.root.get(list).get(known))
			bare, _ := npmAlias(spec)
			if _, isRange := npmSpan(bare); !isRange || spec == "" || list == "peerDependencies" || !allowsVersion(bare, from) {
				continue
			}
			if data, err = askNpm(data, known, spec, npmSpec(spec, c.version)); err != nil {
				return nil, err
			}
			a.files[file] = data
		}
	}
	if len(a.files) == 0 {
		return nil, errors.New("no package.json of the project asks for it in a range that could be changed")
	}
	return a, nil
}

// allowsVersion tells whether a range has a version; one that cannot be read counts as one that has.
func allowsVersion(spec, version string) bool {
	s, ok := npmSpan(spec)
	v, known := parseSemver(version)
	return !ok || !known || s.allows(v)
}

// manifests are the project's files of a name: those in its folder and, in a workspace, below it.
func (j *job) manifests(name string) []string {
	out := []string{j.beside(name)}
	for _, p := range j.w.r.Documents {
		below := j.project.Dir == "" || strings.HasPrefix(p, j.project.Dir+"/")
		if below && path.Base(p) == name && p != out[0] && !j.lockedApart(path.Dir(p)) {
			out = append(out, p)
		}
	}
	return out
}

// lockedApart tells of a folder that has a lock file of its own.
func (j *job) lockedApart(dir string) bool {
	return slices.ContainsFunc([]string{"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "Cargo.lock"}, func(name string) bool {
		return j.w.has(path.Join(dir, name))
	})
}

// scriptOverride writes an override for a package that others bring.
func scriptOverride(j *job) (*attempt, error) {
	m := scriptManagerOf(j.project.File)
	pkg := &j.project.Packages[j.at[0]]
	if pkg.Direct || m.refresh == "" || j.project.Role == inventory.Manifest {
		return nil, errors.New("an override is for packages that others bring")
	}
	versions := map[string]bool{}
	for i := range j.project.Packages {
		if p := &j.project.Packages[i]; p.Name == j.name {
			versions[p.Version] = true
		}
	}
	if len(versions) > 1 {
		return nil, &errCannot{why: fmt.Sprintf("%s stands in several versions, and an override would give all who ask for it the same", j.name),
			do: "Run " + strings.ReplaceAll(m.update, "NAME", shellWord(j.name)) + ", or upgrade what brings it."}
	}
	from, c, err := j.toldChoice()
	if err != nil {
		return nil, err
	}
	if lockAllows(j, c.version) {
		return nil, &errCannot{why: fmt.Sprintf("what brings %s takes %s already, and %s is not written without a registry", j.name, c.version, path.Base(j.project.File)),
			do: "Run " + strings.ReplaceAll(m.update, "NAME", shellWord(j.name)) + "."}
	}
	file := j.beside("package.json")
	data, err := j.w.read(file)
	if err != nil {
		return nil, err
	}
	if data, err = overrideNpm(data, m.overrides, j.name, "^"+c.version); err != nil {
		return nil, fmt.Errorf("change %q: %w", file, err)
	}
	return &attempt{how: Override, files: map[string][]byte{file: data}, refresh: m.refresh, moves: []Move{{Name: j.name, From: from, To: c.version}},
		risks: []string{fmt.Sprintf("An override gives %s to packages that did not ask for it: nobody has tried them together. Take it away when they ask for it themselves.", j.name)}}, nil
}

// lockAllows tells whether everybody who gets a package in a package-lock.json would take a version of it.
func lockAllows(j *job, version string) bool {
	data, err := j.w.read(j.project.File)
	if err != nil || path.Base(j.project.File) != "package-lock.json" {
		return false
	}
	t, err := parseJSON(data)
	if err != nil {
		return false
	}
	tree, err := readNpmTree(t)
	if err != nil {
		return false
	}
	tree.index()
	for p, n := range tree.nodes {
		if n.name != j.name || n.own() {
			continue
		}
		for _, e := range tree.in[p] {
			if !e.fits(&npmNode{name: n.name, version: version, came: &npmCame{}}) {
				return false
			}
		}
	}
	return true
}

// shellWord is a name as it can be pasted into a shell; a name that has anything but the usual characters is left out.
func shellWord(name string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@/._-~:") != "" || strings.HasPrefix(name, "-") {
		return "PACKAGE"
	}
	return name
}
