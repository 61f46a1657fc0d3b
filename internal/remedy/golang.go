package remedy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/version"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	modsemver "golang.org/x/mod/semver"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/remedy/registry"
)

// goWays are the ways in a Go module: a later version of the module in go.mod, with all that follows from it.
func goWays(j *job) []way {
	if j.name == "stdlib" || j.name == "toolchain" {
		return []way{func(context.Context) (*attempt, error) { return goRelease(j) }}
	}
	return []way{func(ctx context.Context) (*attempt, error) { return goUpgrade(ctx, j) }}
}

// goBuild is a module's list of what it is built from, while it is changed.
type goBuild struct {
	j    *job
	data []byte
	file *modfile.File
	// roots are the versions that go.mod requires, old as it stands and want as it will; fresh are roots that are new.
	old, want map[string]string
	fresh     map[string]bool
	// release is the Go release that go.mod must ask for, "" where it stays.
	release string
	mods    map[module.Version]*modfile.File
	// modSums are the hashes of go.mod files that were read, zipSums those of archives.
	modSums, zipSums map[module.Version]string
	unchecked        []string
	// used are packages that something changed imports.
	used map[string]bool
}

func newGoBuild(j *job) (*goBuild, error) {
	data, err := j.w.read(j.project.File)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	b := &goBuild{j: j, data: data, file: file, old: map[string]string{}, fresh: map[string]bool{}, mods: map[module.Version]*modfile.File{},
		modSums: map[module.Version]string{}, zipSums: map[module.Version]string{}}
	for _, r := range file.Require {
		if other, twice := b.old[r.Mod.Path]; twice && other != r.Mod.Version {
			return nil, fmt.Errorf("%s is required twice", r.Mod.Path)
		}
		b.old[r.Mod.Path] = r.Mod.Version
	}
	b.want = maps.Clone(b.old)
	return b, nil
}

// goUpgrade tries the versions of a module, best first.
func goUpgrade(ctx context.Context, j *job) (*attempt, error) {
	b, err := newGoBuild(j)
	if err != nil {
		return nil, err
	}
	if err := b.possible(); err != nil {
		return nil, err
	}
	from := strings.TrimPrefix(b.old[j.name], "v")
	versions := j.told()
	if client := j.w.r.Registry; client != nil {
		tagged, err := client.GoVersions(ctx, j.name)
		if err != nil {
			return nil, err
		}
		versions = nil
		for _, v := range tagged {
			versions = append(versions, strings.TrimPrefix(v, "v"))
		}
	}
	choices, err := j.choices(from, versions)
	if err != nil {
		return nil, err
	}
	var why error
	for _, c := range choices {
		a, err := b.to(ctx, "v"+c.version)
		if err == nil {
			return a, nil
		}
		if why == nil {
			why = err
		}
	}
	return nil, why
}

// possible tells why a module's version cannot be changed here at all.
func (b *goBuild) possible() error {
	j := b.j
	for _, r := range b.file.Replace {
		if r.Old.Path == j.name || r.New.Path == j.name {
			return &errCannot{why: fmt.Sprintf("go.mod replaces %s", r.Old.Path), do: "Change the replacement by hand, then run go mod tidy."}
		}
	}
	if b.old[j.name] == "" {
		return errors.New("go.mod does not require it")
	}
	for _, p := range j.w.r.Files.Paths() {
		if p == j.beside("vendor/modules.txt") {
			return &errCannot{why: "the modules are vendored, and what is vendored is not written here", do: fmt.Sprintf("Run go get %s@VERSION, then go mod tidy and go mod vendor.", shellWord(j.name))}
		}
	}
	return nil
}

// to makes the attempt of one version.
func (b *goBuild) to(ctx context.Context, target string) (*attempt, error) {
	j := b.j
	for _, e := range b.file.Exclude {
		if e.Mod.Path == j.name && e.Mod.Version == target {
			return nil, fmt.Errorf("go.mod excludes %s %s", j.name, target)
		}
	}
	b.want, b.fresh, b.release, b.unchecked, b.used = maps.Clone(b.old), map[string]bool{}, "", nil, map[string]bool{}
	b.want[j.name] = target
	a := &attempt{how: Direct, files: map[string][]byte{}}
	if slices.ContainsFunc(b.file.Require, func(r *modfile.Require) bool { return r.Mod.Path == j.name && r.Indirect }) {
		a.how = InRange
	}
	sumPath := j.beside("go.sum")
	if j.w.r.Registry == nil || !j.w.has(sumPath) {
		a.refresh = "go mod tidy"
	} else {
		if err := b.follow(ctx); err != nil {
			return nil, err
		}
		sums, err := j.w.read(sumPath)
		if err != nil {
			return nil, err
		}
		if sums, err = b.writeSums(sums); err != nil {
			return nil, err
		}
		a.files[sumPath] = sums
	}
	data, err := b.writeMod()
	if err != nil {
		return nil, err
	}
	a.files[j.project.File] = data
	a.moves = append(a.moves, Move{Name: j.name, From: strings.TrimPrefix(b.old[j.name], "v"), To: strings.TrimPrefix(target, "v")})
	for _, p := range slices.Sorted(maps.Keys(b.want)) {
		if p != j.name && b.want[p] != b.old[p] {
			a.moves = append(a.moves, Move{Name: p, From: strings.TrimPrefix(b.old[p], "v"), To: strings.TrimPrefix(b.want[p], "v")})
		}
	}
	b.risks(a)
	return a, nil
}

func (b *goBuild) risks(a *attempt) {
	if b.release != "" {
		a.risks = append(a.risks, fmt.Sprintf("It needs Go %s: the go line rises to it, and with it what the language and the toolchain do.", b.release))
	}
	if len(b.unchecked) > 0 {
		a.risks = append(a.risks, fmt.Sprintf("The checksum database did not confirm the hashes of %s: they are what the module proxy served.", join(b.unchecked[:min(5, len(b.unchecked))])))
	}
	if len(b.fresh) > 0 {
		a.risks = append(a.risks, "New modules were added as what the upgraded ones import; go mod tidy may find some of them unneeded.")
	}
	if b.file.Go == nil || version.Compare("go"+b.file.Go.Version, "go1.17") < 0 {
		a.risks = append(a.risks, "Before go 1.17, go.mod need not name all modules: run go mod tidy to see whether others move too.")
	}
	for _, dir := range parents(b.j.project.Dir) {
		if b.j.w.has(path.Join(dir, "go.work")) {
			a.risks = append(a.risks, "A go.work stands above: run go work sync, the workspace may build with other versions.")
			return
		}
	}
}

// parents are a folder and those above it, up to the root.
func parents(dir string) []string {
	out := []string{dir}
	for dir != "" {
		if dir = path.Dir(dir); dir == "." {
			dir = ""
		}
		out = append(out, dir)
	}
	return out
}

// maxGoModules is how many modules one upgrade may move or read.
const maxGoModules = 400

// follow works out what else must rise with the wanted versions, and what is new, until nothing changes any more.
func (b *goBuild) follow(ctx context.Context) error {
	for {
		before, used := maps.Clone(b.want), len(b.used)
		if err := errors.Join(b.raise(ctx), b.sound(ctx), b.raise(ctx)); err != nil {
			return err
		}
		for _, p := range slices.Sorted(maps.Keys(b.want)) {
			m := module.Version{Path: p, Version: b.want[p]}
			if b.want[p] == b.old[p] || b.replaced(p) {
				continue
			}
			if err := b.imports(ctx, m); err != nil {
				return err
			}
		}
		if maps.Equal(before, b.want) && used == len(b.used) {
			return nil
		}
	}
}

func (b *goBuild) replaced(p string) bool {
	return slices.ContainsFunc(b.file.Replace, func(r *modfile.Replace) bool { return r.Old.Path == p })
}

// raise lifts the roots to what changed ones require, as minimal version selection does. The go.mod files of modules that do not prune
// their graph are read all the way down.
func (b *goBuild) raise(ctx context.Context) error {
	type node struct {
		m    module.Version
		deep bool
	}
	seen := map[node]bool{}
	var queue []node
	for _, p := range slices.Sorted(maps.Keys(b.want)) {
		if b.want[p] != b.old[p] {
			queue = append(queue, node{module.Version{Path: p, Version: b.want[p]}, b.unpruned()})
		}
	}
	for len(queue) > 0 {
		var level []node
		for _, n := range queue {
			if !seen[n] && !b.replaced(n.m.Path) {
				seen[n] = true
				level = append(level, n)
			}
		}
		if queue = nil; len(seen) > maxGoModules {
			return fmt.Errorf("more than %d modules would have to be read", maxGoModules)
		}
		var names []module.Version
		for _, n := range level {
			names = append(names, n.m)
		}
		if err := b.readMods(ctx, names); err != nil {
			return err
		}
		for _, n := range level {
			file := b.mods[n.m]
			deep := n.deep || file.Go == nil || version.Compare("go"+file.Go.Version, "go1.17") < 0
			for _, r := range file.Require {
				if now, isRoot := b.want[r.Mod.Path]; isRoot && modsemver.Compare(r.Mod.Version, now) > 0 {
					b.want[r.Mod.Path] = r.Mod.Version
					queue = append(queue, node{r.Mod, b.unpruned()})
				}
				if deep {
					queue = append(queue, node{r.Mod, true})
				}
			}
		}
	}
	return b.releaseFor()
}

func (b *goBuild) unpruned() bool {
	return b.file.Go == nil || version.Compare("go"+b.file.Go.Version, "go1.17") < 0
}

// releaseFor works out which Go release the changed modules need.
func (b *goBuild) releaseFor() error {
	now := "1.16"
	if b.file.Go != nil {
		now = b.file.Go.Version
	}
	need := now
	for p, v := range b.want {
		file := b.mods[module.Version{Path: p, Version: v}]
		if v != b.old[p] && file != nil && file.Go != nil && version.Compare("go"+file.Go.Version, "go"+need) > 0 {
			need = file.Go.Version
		}
	}
	if need == now || version.Compare("go"+need, "go1.21") < 0 {
		return nil // below 1.21 the line of another module forces nothing
	}
	if b.unpruned() {
		return &errCannot{why: fmt.Sprintf("it needs Go %s, and from go 1.17 on go.mod has another form", need), do: "Run go mod tidy -go=" + need + " first."}
	}
	b.release = need
	return nil
}

// readMods reads the go.mod files of modules' versions, a few at a time.
func (b *goBuild) readMods(ctx context.Context, list []module.Version) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	turns := make(chan struct{}, 8)
	list = slices.DeleteFunc(list, func(m module.Version) bool { return b.mods[m] != nil })
	for _, m := range list {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			file, sum, unchecked, err := b.readMod(ctx, m)
			mu.Lock()
			defer mu.Unlock()
			if failed = cmp.Or(failed, err); err != nil {
				return
			}
			b.mods[m], b.modSums[m] = file, sum
			b.doubt(m, unchecked)
		})
	}
	wg.Wait()
	return failed
}

// doubt takes down that the checksum database did not confirm a hash.
func (b *goBuild) doubt(m module.Version, unchecked bool) {
	if name := m.Path + " " + m.Version; unchecked && !slices.Contains(b.unchecked, name) {
		b.unchecked = append(b.unchecked, name)
	}
}

// readMod reads the go.mod of a module's version, and compares its hash with the checksum database.
func (b *goBuild) readMod(ctx context.Context, m module.Version) (file *modfile.File, sum string, unchecked bool, err error) {
	client := b.j.w.r.Registry
	data, err := client.GoMod(ctx, m.Path, m.Version)
	if err != nil {
		return nil, "", false, err
	}
	if file, err = modfile.ParseLax("go.mod", data, nil); err != nil {
		return nil, "", false, fmt.Errorf("read the go.mod of %s %s: %w", m.Path, m.Version, err)
	}
	if sum, err = registry.GoModSum(data); err != nil {
		return nil, "", false, err
	}
	_, stated, known, err := client.GoSums(ctx, m.Path, m.Version)
	if err == nil && known && stated != sum {
		err = fmt.Errorf("the go.mod of %s %s does not have the hash that the checksum database states", m.Path, m.Version)
	}
	return file, sum, !known, err
}

// sound lifts what changed to a version without known flaws, where it has some that the project does not have now.
func (b *goBuild) sound(ctx context.Context) error {
	for _, p := range slices.Sorted(maps.Keys(b.want)) {
		now := strings.TrimPrefix(b.want[p], "v")
		if b.want[p] == b.old[p] || p == b.j.name || b.replaced(p) {
			continue
		}
		have := map[string]bool{}
		for _, m := range b.j.w.match("Go", p, strings.TrimPrefix(b.old[p], "v")) {
			have[m.ID] = true
		}
		fresh := func(v string) bool {
			return slices.ContainsFunc(b.j.w.match("Go", p, v), func(m advisory.Match) bool { return !have[m.ID] })
		}
		if !fresh(now) {
			continue
		}
		versions, err := b.j.w.r.Registry.GoVersions(ctx, p)
		if err != nil {
			return err
		}
		for _, v := range versions {
			bare := strings.TrimPrefix(v, "v")
			if modsemver.Compare(v, b.want[p]) > 0 && modsemver.Prerelease(v) == "" && !fresh(bare) {
				b.want[p] = v
				break
			}
		}
	}
	return nil
}
