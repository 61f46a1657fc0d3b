package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/reach"
	"github.com/reevehq/reeve/internal/vex"
)

// advisoriesVariable names the environment variable that says where the advisory database is.
const advisoriesVariable = "REEVE_ADVISORIES"

// databasePath is where the advisory database is: where the flag says, else the environment, else the configuration, else the user's cache.
func databasePath(w *World, flag string, c *config.Config, dir string) string {
	if flag != "" {
		return flag
	}
	if path := w.Getenv(advisoriesVariable); path != "" {
		return path
	}
	if path := c.Dependencies.Database; path != "" {
		return within(dir, path)
	}
	if w.CacheDir == "" {
		return ""
	}
	return filepath.Join(w.CacheDir, "advisories.db")
}

// within makes a path of the configuration relative to the folder of its file.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// openDatabase opens the advisory database. None where the default says it would be is none; one that was named must be there.
func openDatabase(w *World, flag string, c *config.Config, dir string) (*advisory.DB, error) {
	path := databasePath(w, flag, c, dir)
	if path == "" {
		return nil, nil
	}
	db, err := advisory.Open(path)
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, fs.ErrNotExist) && flag == "" && w.Getenv(advisoriesVariable) == "":
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open advisory database %q: there is none; fetch one with: reeve advisories update", path)
	}
	return nil, fmt.Errorf("open advisory database %q: %w; fetch a new one with: reeve advisories update", path, err)
}

// dependencies are the options of the engine for dependencies.
func dependencies(w *World, c *config.Config, db *advisory.DB) sca.Options {
	d := &c.Dependencies
	o := sca.Options{
		Key: c.Key(), Advisories: db, Required: d.Advisories == "required", MaxAge: d.MaxAge(), Now: w.Now(),
		Reach:  reach.Options{GoModules: goModules(w), GoRoot: goRoot(w)},
		Supply: sca.Supply{Internal: d.Internal, AllowLicences: d.Licences.Allow, DenyLicences: d.Licences.Deny},
	}
	for _, r := range d.Registries {
		o.Supply.Registries = append(o.Supply.Registries, string(r))
	}
	return o
}

// excuses reads the VEX documents that the configuration names.
func excuses(c *config.Config, dir string) (vex.Set, error) {
	var documents [][]vex.Statement
	var paths []string
	if own := filepath.Join(dir, ownVEX); isFile(own) {
		paths = append(paths, own)
	}
	for _, path := range c.Dependencies.VEX {
		paths = append(paths, within(dir, path))
	}
	for _, path := range paths {
		statements, err := readVEX(path)
		if err != nil {
			return vex.Set{}, err
		}
		documents = append(documents, statements)
	}
	return vex.NewSet(documents...), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func readVEX(path string) ([]vex.Statement, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open VEX document: %w", err)
	}
	defer f.Close()
	statements, err := vex.Read(filepath.ToSlash(path), f)
	if err != nil {
		return nil, fmt.Errorf("read VEX document %q: %w", path, err)
	}
	return statements, nil
}

// goModules are the folders in which the go command keeps the sources of modules. They are read and nothing in them is run.
func goModules(w *World) []string {
	if cache := w.Getenv("GOMODCACHE"); cache != "" {
		return []string{cache}
	}
	var out []string
	for _, dir := range filepath.SplitList(w.Getenv("GOPATH")) {
		out = append(out, filepath.Join(dir, "pkg", "mod"))
	}
	if home := w.Getenv("HOME"); len(out) == 0 && home != "" {
		out = append(out, filepath.Join(home, "go", "pkg", "mod"))
	}
	return slices.DeleteFunc(out, func(dir string) bool { return !isDir(dir) })
}

// goRoot is where the Go distribution is whose program stands in the path; "" where there is none. The program is not run.
func goRoot(w *World) string {
	if root := w.Getenv("GOROOT"); root != "" {
		return root
	}
	for _, dir := range filepath.SplitList(w.Getenv("PATH")) {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, "go"))
		if err != nil {
			continue
		}
		if root := filepath.Dir(filepath.Dir(path)); isDir(filepath.Join(root, "src", "fmt")) {
			return root
		}
	}
	return ""
}
