// Gen writes every generated file of this repository. With -check it writes nothing and names the files that are stale.
// It reads the sources from disk, never from the compiled-in copies it makes, and must reach no network.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file is one generated file.
type file struct {
	// path is slash-separated and relative to the repository's root.
	path string
	data []byte
}

// generator makes some files. Add one here and it is written by "make gen" and compared by its check.
type generator struct {
	name string
	// owns is the folder in which everything is made by this generator; what it no longer makes is removed. "" if there is none.
	owns string
	make func(root string) ([]file, error)
}

// generators are all there are: what is made from the folders of rules, and what is made from the program itself.
func generators() []generator { return append(fromRules(), fromProgram()...) }

func fromRules() []generator {
	return []generator{
		{name: "rules as Go values", make: goRules},
		{name: "rule pages", owns: "docs/rules", make: rulePages},
	}
}

func fromProgram() []generator {
	return []generator{
		{name: "models of languages as Go values", make: goModels},
		{name: "command reference", make: commandReference},
		{name: "manual pages", owns: "docs/man", make: manPages},
		{name: "configuration", make: configuration},
		{name: "files of package managers", make: formats},
	}
}

func main() {
	check := flag.Bool("check", false, "write nothing; name the stale files and exit with 1 if there are any")
	root := flag.String("root", ".", "the repository's root")
	flag.Parse()
	changed, err := run(*root, *check, generators())
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(2)
	}
	for _, path := range changed {
		fmt.Println(path)
	}
	if *check && len(changed) > 0 {
		fmt.Fprintln(os.Stderr, "gen: these files are stale; refresh them with: "+refresh)
		os.Exit(1)
	}
}

const refresh = "make gen (go run ./tools/gen)"

// run brings every generated file up to date, or only compares, and gives the paths that were not.
func run(root string, check bool, list []generator) ([]string, error) {
	var changed []string
	var errs []error
	for _, g := range list {
		files, err := g.make(root)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", g.name, err))
			continue
		}
		paths, err := update(root, files, check)
		changed = append(changed, paths...)
		errs = append(errs, err)
		paths, err = prune(root, g.owns, files, check)
		changed = append(changed, paths...)
		errs = append(errs, err)
	}
	return changed, errors.Join(errs...)
}

// update writes what differs.
func update(root string, files []file, check bool) ([]string, error) {
	var changed []string
	for _, f := range files {
		name := filepath.Join(root, filepath.FromSlash(f.path))
		old, err := os.ReadFile(name)
		if err == nil && bytes.Equal(old, f.data) {
			continue
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changed, err
		}
		changed = append(changed, f.path)
		if check {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return changed, err
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// prune removes what is in the folder and not among the files.
func prune(root, folder string, files []file, check bool) ([]string, error) {
	if folder == "" {
		return nil, nil
	}
	var stale []string
	err := fs.WalkDir(os.DirFS(root), folder, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || slices.ContainsFunc(files, func(f file) bool { return f.path == path }) {
			return err
		}
		if !strings.HasSuffix(path, ".md") {
			return fmt.Errorf("%q is no page: %q holds generated pages only", path, folder)
		}
		stale = append(stale, path)
		if check {
			return nil
		}
		return os.Remove(filepath.Join(root, filepath.FromSlash(path)))
	})
	return stale, err
}
