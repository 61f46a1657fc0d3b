package main

import (
	"archive/zip"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dependencies measures how dependencies and images are looked at.
func (s *session) dependencies() error {
	if err := s.emptyDatabases(); err != nil {
		return fmt.Errorf("make empty databases: %w", err)
	}
	scenes := []func() error{s.npmTree, s.monorepo, s.ownFolders, s.imported, s.opened, s.matched, s.images, s.bills, s.listerStart}
	for _, scene := range scenes {
		if err := scene(); err != nil {
			return err
		}
	}
	fmt.Fprint(s.out, differencesText)
	return nil
}

// differencesText explains what tools list and find differently. It is written by hand, by what -differences shows.
//
//go:embed differences.md
var differencesText string

// data is a folder below the one that REEVE_DATA names; "" where there is none.
func data(part string) string {
	root := os.Getenv("REEVE_DATA")
	if root == "" {
		return ""
	}
	dir := filepath.Join(root, part)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}

// without says on the page that a scene was left out.
func (s *session) without(title, what string) error {
	fmt.Fprintf(s.out, "## %s\n\nNot measured: REEVE_DATA names no folder with %s.\n\n", title, what)
	return nil
}

// emptyDatabases makes osv-scanner's copies of advisories that hold none.
func (s *session) emptyDatabases() error {
	for ecosystem := range osvKinds {
		path := filepath.Join(s.work, osvNothing, "osv-scanner", ecosystem, "all.zip")
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		if err := errors.Join(zip.NewWriter(f).Close(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// npmTree measures the listing of one large project, by the lock files of three package managers.
func (s *session) npmTree() error {
	g := madeGraph(npmPackages, npmTwice)
	fmt.Fprintf(s.out, "## Inventory: an npm project of %d packages\n\n", npmPackages)
	fmt.Fprintf(s.out, "Made by `bench/sca_npm.go`, the same on every machine, with the lock files of three package managers. %d packages are wanted in a second version by some; package-lock.json has %d entries.\n\n", npmTwice, len(g.place())-1)
	locks := g.npmLocks()
	for _, lock := range []string{"package-lock.json", "yarn.lock", "pnpm-lock.yaml"} {
		dir, err := makeFolder(s.work, "npm-"+strings.TrimSuffix(lock, filepath.Ext(lock)), locks[lock], nil)
		if err != nil {
			return fmt.Errorf("make the npm project: %w", err)
		}
		fmt.Fprintf(s.out, "%s, %.1f MB:\n\n", lock, float64(len(locks[lock][lock]))/(1<<20))
		if err := s.inventory("npm, "+lock, dir, []listing{{kind: "npm", name: g.packages[0].name, version: g.packages[0].version}}); err != nil {
			return err
		}
	}
	return nil
}

// monorepo measures the listing of many projects among many files.
func (s *session) monorepo() error {
	s.progress("making the monorepo")
	dir, err := makeFolder(s.work, fmt.Sprintf("monorepo-%d", monoFiller), monorepo(monoModules), func(dir string) error { return fill(dir, monoFiller) })
	if err != nil {
		return fmt.Errorf("make the monorepo: %w", err)
	}
	fmt.Fprintf(s.out, "## Inventory: a monorepo\n\n")
	fmt.Fprintf(s.out, "Made by `bench/sca_mono.go`: %d Go modules (go.mod, go.sum), %d Maven modules with a common parent, %d Python projects (requirements.txt, pyproject.toml, poetry.lock), and %d source files among them.\n\n", monoModules, monoModules, monoModules, monoFiller)
	return s.inventory("monorepo", dir, nil)
}

// ownFolders measures the listing of the user's own repositories: what their HEAD holds.
func (s *session) ownFolders() error {
	for path := range strings.SplitSeq(os.Getenv("BENCH_REPO_SCA"), string(filepath.ListSeparator)) {
		if path == "" {
			continue
		}
		name, dir, err := s.checkedOut(path)
		if err != nil {
			return fmt.Errorf("repository %q: %w", path, err)
		}
		count, size, err := filesIn(dir)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "## Inventory: %s\n\n%d files, %.1f MB.\n\n", name, count, float64(size)/(1<<20))
		if err := s.inventory(name, dir, nil); err != nil {
			return err
		}
		if err := s.flawsIn(name, dir); err != nil {
			return err
		}
	}
	return nil
}

// checkedOut gives the files at HEAD of a repository, in a folder of the work folder.
func (s *session) checkedOut(path string) (name, dir string, err error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return "", "", err
	}
	sub := subject{name: nameOf(full), path: full}
	s.progress("checking out %s", sub.name)
	dir, err = sub.export(s.work)
	if err == nil {
		return sub.name, dir, nil
	}
	if sub, err = s.own(path); err == nil { // blobs may be missing
		dir, err = sub.export(s.work)
	}
	return sub.name, dir, err
}

// inventory measures how long the listing of a folder takes, and compares the lists. own is what the folder itself is.
func (s *session) inventory(name, dir string, own []listing) error {
	ours := s.listReport("reeve", name)
	commands := []command{s.bill("reeve sbom", dir, ours)}
	var able []lister
	for _, l := range s.able() {
		if l.folder != nil {
			able = append(able, l)
			commands = append(commands, l.list(l.folder, dir, s.listReport(l.name, name)))
		}
	}
	return s.listAndCompare(name, commands, able, own)
}

// listReport is where a tool's list is written.
func (s *session) listReport(tool, name string) string {
	return filepath.Join(s.work, tool+"-"+subject{name: name}.key()+".json")
}

// listAndCompare runs the commands that list, of which the first is reeve's, and shows their costs and how their lists differ.
func (s *session) listAndCompare(name string, commands []command, able []lister, own []listing) error {
	for _, tool := range append([]string{"reeve"}, names(able)...) {
		if err := os.Remove(s.listReport(tool, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // an old one must not be taken for that of this run
		}
	}
	costs := s.measure(name, s.runs, commands)
	s.table(commands, costs)
	if costs[0].Code == incomplete {
		fmt.Fprintf(s.out, "reeve named files that leave something open (exit %d).\n\n", incomplete)
	}
	ours, err := readCycloneDX(s.listReport("reeve", name))
	if err != nil {
		return fmt.Errorf("%s: reeve's list: %w", name, err)
	}
	ours = slices.DeleteFunc(ours, func(l listing) bool { return slices.Contains(own, l) })
	fmt.Fprintf(s.out, "| | packages | in common with reeve | theirs only | reeve only |\n|---|---:|---:|---:|---:|\n| reeve | %d | | | |\n", len(ours))
	var notes []string
	for i, l := range able {
		if costs[i+1].Failed != "" {
			fmt.Fprintf(s.out, "| %s: no list | | | | |\n", l.name)
			continue
		}
		theirs, err := l.listed(s.listReport(l.name, name))
		if err != nil {
			s.progress("%s: %v", l.name, err)
			fmt.Fprintf(s.out, "| %s: no list | | | | |\n", l.name)
			continue
		}
		theirs = slices.DeleteFunc(theirs, func(l listing) bool { return slices.Contains(own, l) })
		common, theirsOnly, oursOnly := split(ours, theirs)
		fmt.Fprintf(s.out, "| %s %s | %d | %d | %d | %d |\n", l.name, l.version, len(theirs), common, len(theirsOnly), len(oursOnly))
		notes = append(notes, byKind(l.name+" only", theirsOnly), byKind("reeve only, beside "+l.name, oursOnly))
		tellAll(s, name+": "+l.name+" only", theirsOnly)
		tellAll(s, name+": reeve only, beside "+l.name, oursOnly)
	}
	fmt.Fprintf(s.out, "\n%s", strings.Join(notes, ""))
	return nil
}

func names(list []lister) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.name
	}
	return out
}

// listerStart measures printing a version.
func (s *session) listerStart() error {
	fmt.Fprintf(s.out, "## Start-up, beside those that list packages\n\n")
	commands := []command{{Name: "reeve version", Binary: s.reeve, Arguments: []string{"version"}}}
	for _, l := range s.able() {
		commands = append(commands, command{Name: l.name + " --version", Binary: l.binary, Arguments: []string{"--version"}, Env: l.env})
	}
	s.table(commands, s.measure("start-up", max(s.runs, quickRuns), commands))
	return nil
}
