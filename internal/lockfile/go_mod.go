package lockfile

import (
	"errors"
	"go/version"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/reevehq/reeve/internal/inventory"
)

// asWritten leaves versions as they are: nothing is resolved here.
func asWritten(_, version string) (string, error) { return version, nil }

// readGoMod reads a go.mod: every module with the version that is required of it, replacements applied, and the toolchain's
// own packages. The versions are those in use from go 1.17 on, where the file lists every module.
func readGoMod(path string, data []byte) (*inventory.Document, error) {
	file, err := modfile.Parse("go.mod", data, asWritten)
	if err != nil {
		return nil, modfileError(err)
	}
	if file.Module == nil {
		return nil, errors.New("it has no module line")
	}
	doc := &inventory.Document{Path: path, Format: "go.mod", Ecosystem: golang, Role: inventory.Lock, Name: file.Module.Mod.Path}
	if badName(doc.Name) {
		return nil, errorAt(file.Module.Syntax.Start.Line, "the module's own path %q is not possible", doc.Name)
	}
	replaced := newReplacements(file.Replace)
	excluded := map[[2]string]bool{}
	for _, e := range file.Exclude {
		excluded[[2]string{e.Mod.Path, e.Mod.Version}] = true
	}
	at := map[string]int{} // the position of each required path
	for _, r := range file.Require {
		if badName(r.Mod.Path) || badName(r.Mod.Version) {
			unknownName(doc, r.Mod.Path)
			continue
		}
		if excluded[[2]string{r.Mod.Path, r.Mod.Version}] {
			unknown(doc, "%s %s is both required and excluded: a later version is used, which is not stated here", r.Mod.Path, r.Mod.Version)
		}
		p := replaced.apply(r.Mod.Path, r.Mod.Version)
		p.Direct, p.Line = !r.Indirect, r.Syntax.Start.Line
		if i, twice := at[r.Mod.Path]; twice {
			// The higher of two requirements holds.
			p.Direct = p.Direct || doc.Packages[i].Direct
			if semver.Compare("v"+p.Version, "v"+doc.Packages[i].Version) > 0 {
				doc.Packages[i] = p
			}
			continue
		}
		at[r.Mod.Path] = len(doc.Packages)
		doc.Packages = append(doc.Packages, p)
	}
	for _, t := range file.Tool {
		if i, ok := provider(at, t.Path); ok {
			doc.Packages[i].Direct = true
		}
	}
	addGoRelease(doc, file.Go, file.Toolchain)
	if file.Go == nil || version.Compare("go"+file.Go.Version, "go1.17") < 0 {
		unknown(doc, "modules that only other modules need are listed from go 1.17 on: this file may not name all of them")
	}
	return doc, nil
}

// modfileError gives the first of modfile's errors, with its line.
func modfileError(err error) error {
	var list modfile.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return err
	}
	first := list[0]
	text := first.Err.Error()
	if first.ModPath != "" {
		text = first.ModPath + ": " + text
	}
	return errorAt(first.Pos.Line, "%s", text)
}

// provider finds the module that holds a package: the one with the longest path that is a prefix of it.
func provider(modules map[string]int, pkg string) (int, bool) {
	if len(pkg) > maxName {
		return 0, false
	}
	for {
		if i, ok := modules[pkg]; ok {
			return i, true
		}
		cut := strings.LastIndexByte(pkg, '/')
		if cut < 0 {
			return 0, false
		}
		pkg = pkg[:cut]
	}
}

// replacements are replace lines by path and version; version "" means every one.
type replacements map[[2]string]*modfile.Replace

func newReplacements(lines []*modfile.Replace) replacements {
	all := make(replacements, len(lines))
	for _, r := range lines {
		all[[2]string{r.Old.Path, r.Old.Version}] = r
	}
	return all
}

// apply gives the package that is really used for a module in a version.
func (r replacements) apply(path, version string) inventory.Package {
	p := inventory.Package{Ecosystem: golang, Name: path, Version: strings.TrimPrefix(version, "v")}
	by := r[[2]string{path, version}]
	if by == nil {
		by = r[[2]string{path, ""}]
	}
	switch {
	case by == nil || badName(by.New.Path) || badVersion(by.New.Version):
	case by.New.Version == "":
		// What stands in the folder has no version; the one required tells only from which it was taken.
		p.Version, p.Constraint, p.Origin = "", p.Version, "file:"+by.New.Path
	default:
		p.Version = strings.TrimPrefix(by.New.Version, "v")
		if by.New.Path != path {
			p.Name, p.Alias = by.New.Path, path
		}
	}
	return p
}

// addGoRelease adds the standard library and the toolchain in the release that the file asks for.
func addGoRelease(doc *inventory.Document, line *modfile.Go, toolchain *modfile.Toolchain) {
	var name string
	var at int
	if line != nil {
		name, at = "go"+line.Version, line.Syntax.Start.Line
	}
	if toolchain != nil && toolchain.Name != "default" && (name == "" || version.Compare(toolchain.Name, name) >= 0) {
		name, at = toolchain.Name, toolchain.Syntax.Start.Line
	}
	release := goSemver(name)
	if release == "" {
		return
	}
	if version.Compare(name, "go1.21") < 0 {
		// Such a line does not choose a release: whichever is installed builds the module.
		release = ""
		unknown(doc, "the Go release in use is not stated: before go 1.21 the go line names the language's version only")
	}
	said := strings.TrimPrefix(name, "go")
	doc.Packages = append(doc.Packages,
		inventory.Package{Ecosystem: golang, Name: "stdlib", Version: release, Constraint: said, Direct: true, Line: at},
		inventory.Package{Ecosystem: golang, Name: "toolchain", Version: release, Constraint: said, Direct: true, Scope: inventory.Build, Line: at},
	)
}

// goSemver turns a release's name into a semantic version, as advisories write it: "go1.21" is 1.21.0, "go1.22rc1" 1.22.0-rc.1.
// It gives "" for what is no release.
func goSemver(name string) string {
	if !version.IsValid(name) {
		name, _, _ = strings.Cut(name, "-") // "go1.22.3-custom"
		if !version.IsValid(name) {
			return ""
		}
	}
	numbers := strings.TrimPrefix(name, "go")
	numbers, _, _ = strings.Cut(numbers, "-")
	pre := ""
	for _, word := range []string{"rc", "beta", "alpha"} {
		if before, n, ok := strings.Cut(numbers, word); ok {
			numbers, pre = before, "-"+word+"."+n
		}
	}
	for strings.Count(numbers, ".") < 2 {
		numbers += ".0"
	}
	return numbers + pre
}

// readGoWork reads a go.work: the folders of the workspace, its release of Go, and as Properties "replace:PATH[@VERSION]" what
// it puts in place of modules, whatever their go.mod says.
func readGoWork(path string, data []byte) (*inventory.Document, error) {
	file, err := modfile.ParseWork("go.work", data, asWritten)
	if err != nil {
		return nil, modfileError(err)
	}
	doc := &inventory.Document{Path: path, Format: "go.work", Ecosystem: golang, Role: inventory.Manifest}
	for _, use := range file.Use {
		doc.Members = append(doc.Members, use.Path)
	}
	for _, r := range file.Replace {
		if doc.Properties == nil {
			doc.Properties = map[string]string{}
		}
		from, to := r.Old.Path, r.New.Path
		if r.Old.Version != "" {
			from += "@" + strings.TrimPrefix(r.Old.Version, "v")
		}
		if r.New.Version != "" {
			to += "@" + strings.TrimPrefix(r.New.Version, "v")
		}
		doc.Properties["replace:"+from] = to
	}
	addGoRelease(doc, file.Go, file.Toolchain)
	return doc, nil
}
