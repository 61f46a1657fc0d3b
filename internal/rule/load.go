package rule

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// The files of a rule's folder.
const (
	rulesFile = "rule.yaml"
	casesFile = "cases.txtar"
)

// Limits of what is read, in bytes. Our largest rule is a tenth of the first.
const (
	maxRule  = 128 << 10
	maxFile  = 4 << 20
	maxCases = 1 << 20
)

// Load reads the rule in the folder ENGINE/ID. The error joins everything that is wrong, each with file and line.
func Load(fsys fs.FS, engine, id string) (Rule, error) {
	file := path.Join(engine, id, rulesFile)
	data, err := read(fsys, file, maxRule)
	if err != nil {
		return Rule{}, fmt.Errorf("read rule: %w", err)
	}
	return decodeOne(file, data, identity{engine: engine, id: id})
}

// LoadAll reads every folder ENGINE/RULE-ID, sorted by engine and id. The rules that are sound come back
// beside the error that joins what is wrong with the others, so whoever uses them must look at the error first.
func LoadAll(fsys fs.FS) ([]Rule, error) {
	engines, err := folders(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("list engines: %w", err)
	}
	var rules []Rule
	var errs []error
	for _, engine := range engines {
		ids, err := folders(fsys, engine)
		if err != nil {
			errs = append(errs, fmt.Errorf("list rules: %w", err))
		}
		for _, id := range ids {
			r, err := Load(fsys, engine, id)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			rules = append(rules, r)
		}
	}
	return rules, errors.Join(append(errs, sameID(rules))...)
}

// LoadCases reads the cases of the rule in the folder ENGINE/ID.
func LoadCases(fsys fs.FS, engine, id string) ([]Case, error) {
	file := path.Join(engine, id, casesFile)
	data, err := read(fsys, file, maxCases)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	cases, err := Cases(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return cases, nil
}

// folders lists the visible folders in dir, sorted.
func folders(fsys fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// read reads a file of at most limit bytes, and no more of it.
func read(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name) // before opening: a pipe would block
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file", name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%q is larger than %d bytes", name, limit)
	}
	return data, nil
}

// sameID refuses an id that two rules have, whatever their engines: people and waivers name a rule by its id alone.
func sameID(rules []Rule) error {
	var errs []error
	seen := map[string]string{}
	for _, r := range rules {
		if first, ok := seen[r.ID]; ok {
			errs = append(errs, fmt.Errorf("rule id %q is used twice: in engines %q and %q", r.ID, first, r.Engine))
			continue
		}
		seen[r.ID] = r.Engine
	}
	return errors.Join(errs...)
}
