package remedy

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
	modsemver "golang.org/x/mod/semver"
)

// goImports are what the packages of a module import, by their paths in the module. Programs are left out: nobody imports them.
type goImports map[string]map[string]bool

// goZip is what is known of a module's archive.
type goZip struct {
	imports goImports
	sum     string
}

// zip fetches a module's archive, once for a plan.
func (b *goBuild) zip(ctx context.Context, m module.Version) (goZip, error) {
	if z, ok := b.j.w.zips[m]; ok {
		return z, nil
	}
	all := goImports{}
	archive, err := b.j.w.r.Registry.GoZip(ctx, m.Path, m.Version, func(name string, data []byte) {
		dir := path.Dir(name)
		if dir == "." {
			dir = ""
		}
		for step := range strings.SplitSeq(dir, "/") {
			if step == "testdata" || strings.HasPrefix(step, "_") || strings.HasPrefix(step, ".") && step != "" {
				return
			}
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.ImportsOnly)
		if err != nil || file.Name.Name == "main" {
			return
		}
		if all[dir] == nil {
			all[dir] = map[string]bool{}
		}
		for _, spec := range file.Imports {
			if p, err := strconv.Unquote(spec.Path.Value); err == nil {
				all[dir][p] = true
			}
		}
	})
	if err != nil {
		return goZip{}, err
	}
	b.j.w.zips[m] = goZip{all, archive.Sum}
	return b.j.w.zips[m], nil
}

// imports fetches a changed module, takes down its hash, and adds the modules that it imports and go.mod does not name yet. Of a module that
// is new only those packages count that something imports; of the others all but those that cannot be in use: a package of the old
// version that imported what go.mod does not name.
func (b *goBuild) imports(ctx context.Context, m module.Version) error {
	z, err := b.zip(ctx, m)
	if err != nil {
		return err
	}
	if b.zipSums[m] == "" {
		stated, _, known, err := b.j.w.r.Registry.GoSums(ctx, m.Path, m.Version)
		switch {
		case err != nil:
			return err
		case known && stated != z.sum:
			return fmt.Errorf("the archive of %s %s does not have the hash that the checksum database states", m.Path, m.Version)
		}
		b.zipSums[m] = z.sum
		b.doubt(m, !known)
	}
	start := slices.Sorted(maps.Keys(z.imports))
	switch old := b.old[m.Path]; {
	case old == "":
		start = slices.DeleteFunc(start, func(dir string) bool { return !b.used[path.Join(m.Path, dir)] })
	case !b.unpruned():
		if before, err := b.zip(ctx, module.Version{Path: m.Path, Version: old}); err == nil {
			start = slices.DeleteFunc(start, func(dir string) bool {
				return before.imports[dir] == nil || b.unknownOf(before.imports[dir], m) != ""
			})
		}
	}
	start = slices.DeleteFunc(start, func(dir string) bool {
		return slices.Contains(strings.Split(dir, "/"), "internal") && !b.used[path.Join(m.Path, dir)]
	})
	seen := map[string]bool{}
	for len(start) > 0 {
		dir := start[0]
		start = start[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		for _, imported := range slices.Sorted(maps.Keys(z.imports[dir])) {
			if inside, ok := within(imported, m.Path); ok && z.imports[inside] != nil {
				start = append(start, inside)
				continue
			}
			b.add(imported, m)
			b.used[imported] = true
		}
	}
	return nil
}

// within gives the path of a package inside a module.
func within(pkg, mod string) (string, bool) {
	if pkg == mod {
		return "", true
	}
	return strings.CutPrefix(pkg, mod+"/")
}

// unknownOf gives an imported package that no module of go.mod provides, "" for none.
func (b *goBuild) unknownOf(imports map[string]bool, m module.Version) string {
	for p := range imports {
		if !isStandard(p) && b.providerOf(p, m.Path, b.old) == "" {
			return p
		}
	}
	return ""
}

// isStandard tells of packages of the standard library: their first step has no dot.
func isStandard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

// provider is the module among the roots that a package's path belongs to.
func (b *goBuild) provider(pkg, self string) string { return b.providerOf(pkg, self, b.want) }

func (b *goBuild) providerOf(pkg, self string, roots map[string]string) string {
	for p := pkg; p != "." && p != "/"; p = path.Dir(p) {
		if roots[p] != "" || p == self || p == b.file.Module.Mod.Path {
			return p
		}
	}
	return ""
}

// add makes the module a root that a package comes from, if a changed module requires it.
func (b *goBuild) add(pkg string, by module.Version) {
	if isStandard(pkg) || b.provider(pkg, by.Path) != "" {
		return
	}
	best := module.Version{}
	for _, file := range b.mods {
		for _, r := range file.Require {
			_, ok := within(pkg, r.Mod.Path)
			longer := len(r.Mod.Path) > len(best.Path)
			if ok && (longer || r.Mod.Path == best.Path && modsemver.Compare(r.Mod.Version, best.Version) > 0) {
				best = r.Mod
			}
		}
	}
	if best.Path != "" {
		b.want[best.Path] = best.Version
		b.fresh[best.Path] = true
	}
}

// writeSums brings a go.sum in step: hashes of what is new come in their order, those of archives that are not used any more go.
func (b *goBuild) writeSums(data []byte) ([]byte, error) {
	gone := map[string]bool{}
	fresh := map[string]string{}
	for m, sum := range b.modSums {
		fresh[m.Path+" "+m.Version+"/go.mod"] = sum
	}
	for p, v := range b.want {
		m := module.Version{Path: p, Version: v}
		if v == b.old[p] || b.replaced(p) {
			continue
		}
		if b.zipSums[m] == "" || b.modSums[m] == "" {
			return nil, fmt.Errorf("the hash of %s %s is not known", p, v)
		}
		fresh[p+" "+v] = b.zipSums[m]
		if b.old[p] != "" {
			gone[p+" "+b.old[p]] = true
		}
	}
	newline := "\n"
	if strings.Contains(string(data), "\r\n") {
		newline = "\r\n"
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			out = append(out, line)
			continue
		}
		key := fields[0] + " " + fields[1]
		if sum, ok := fresh[key]; ok {
			if sum != fields[2] {
				return nil, fmt.Errorf("go.sum has another hash of %s than the registry's", key)
			}
			delete(fresh, key)
		}
		if !gone[key] {
			out = append(out, line)
		}
	}
	if n := len(out); n > 0 && !strings.HasSuffix(out[n-1], "\n") {
		out[n-1] += newline
	}
	for _, key := range slices.SortedFunc(maps.Keys(fresh), compareSum) {
		at := slices.IndexFunc(out, func(line string) bool {
			fields := strings.Fields(line)
			return len(fields) == 3 && compareSum(key, fields[0]+" "+fields[1]) < 0
		})
		if at < 0 {
			at = len(out)
		}
		out = slices.Insert(out, at, key+" "+fresh[key]+newline)
	}
	return []byte(strings.Join(out, "")), nil
}

// compareSum orders lines of go.sum as the Go command does: by path, by version, the archive before its go.mod.
func compareSum(a, b string) int {
	pathA, versionA, _ := strings.Cut(a, " ")
	pathB, versionB, _ := strings.Cut(b, " ")
	if pathA != pathB {
		return strings.Compare(pathA, pathB)
	}
	bareA, modA := strings.CutSuffix(versionA, "/go.mod")
	bareB, modB := strings.CutSuffix(versionB, "/go.mod")
	if c := modsemver.Compare(bareA, bareB); c != 0 {
		return c
	}
	switch {
	case modA == modB:
		return strings.Compare(bareA, bareB)
	case modA:
		return 1
	}
	return -1
}
