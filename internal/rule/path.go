package rule

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Set is a team's own rules with the cases that came with them.
type Set struct {
	// Rules are sorted as they stand in their folders or file.
	Rules []Rule
	// Cases hold the cases of the rules that have any, by rule id.
	Cases map[string][]Case
}

// LoadPath reads a team's own rules. The path names a folder of ENGINE/RULE-ID folders, a folder of RULE-ID folders,
// one RULE-ID folder, or a .yaml file with one rule or a list of them under "rules". A rule in a file says its own
// "id", and may bring its cases as a text under "cases"; a rule that has no engine folder may say its "engine", else it
// is "secret". The error joins everything that is wrong.
func LoadPath(name string) (Set, error) {
	info, err := os.Stat(name)
	if err != nil {
		return Set{}, fmt.Errorf("open rules: %w", err)
	}
	l := loader{set: Set{Cases: map[string][]Case{}}}
	if info.IsDir() {
		l.folder(name)
	} else {
		l.file(name)
	}
	if len(l.set.Rules) == 0 && len(l.errs) == 0 {
		l.errs = append(l.errs, fmt.Errorf("open rules: no %s under %q", rulesFile, name))
	}
	return l.set, errors.Join(append(l.errs, sameID(l.set.Rules))...)
}

// loader collects rules and what is wrong with them.
type loader struct {
	set  Set
	errs []error
}

func (l *loader) add(r Rule, cases []Case, err error) {
	if err != nil {
		l.errs = append(l.errs, err)
		return
	}
	l.set.Rules = append(l.set.Rules, r)
	if len(cases) > 0 {
		l.set.Cases[r.ID] = cases
	}
}

// folder finds out which of the three layouts a folder has. A folder in it without rules is passed over, unless cases stand in it.
func (l *loader) folder(name string) {
	if isRule(name) {
		abs, err := filepath.Abs(name)
		if err != nil {
			l.errs = append(l.errs, fmt.Errorf("open rules: %w", err))
			return
		}
		l.one(os.DirFS(name), name, ".", identity{id: filepath.Base(abs), engine: engineOf(filepath.Dir(abs))})
		return
	}
	fsys := os.DirFS(name)
	ids, err := folders(fsys, ".")
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("list rules: %w", err))
		return
	}
	for _, id := range ids {
		if isRule(filepath.Join(name, id)) {
			l.one(fsys, name, id, identity{id: id, engine: engineOf(name)})
			continue
		}
		l.engine(fsys, name, id)
	}
}

// engineOf is the engine whose name a folder of rules bears, "" where it bears none.
func engineOf(dir string) string {
	switch name := filepath.Base(dir); name {
	case defaultEngine, "sast", "sca", "image":
		return name
	}
	return ""
}

// engine reads a folder of RULE-ID folders that bears an engine's name.
func (l *loader) engine(fsys fs.FS, name, engine string) {
	ids, err := folders(fsys, engine)
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("list rules: %w", err))
		return
	}
	for _, id := range ids {
		if isRule(filepath.Join(name, engine, id)) {
			l.one(fsys, name, engine+"/"+id, identity{engine: engine, id: id})
		}
	}
}

// isRule tells whether a folder is meant as a rule: one of the two files is enough, so that a missing rule.yaml is an error and not a silent hole.
func isRule(name string) bool {
	for _, file := range []string{rulesFile, casesFile} {
		if _, err := os.Lstat(filepath.Join(name, file)); err == nil {
			return true
		}
	}
	return false
}

// one reads the rule in fsys's folder dir; root is what to call fsys in errors.
func (l *loader) one(fsys fs.FS, root, dir string, who identity) {
	file := pathIn(dir, rulesFile)
	data, err := read(fsys, file, maxRule)
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("read rule in %q: %w", root, err))
		return
	}
	r, err := decodeOne(filepath.Join(root, file), data, who)
	if err != nil {
		l.errs = append(l.errs, err)
		return
	}
	file = pathIn(dir, casesFile)
	data, err = read(fsys, file, maxCases)
	if errors.Is(err, fs.ErrNotExist) {
		l.add(r, nil, nil)
		return
	}
	var cases []Case
	if err == nil {
		cases, err = Cases(data)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", filepath.Join(root, file), err)
	}
	l.add(r, cases, err)
}

func pathIn(dir, file string) string { return strings.TrimPrefix(dir+"/"+file, "./") }

// file reads one rule or a list of them from a file.
func (l *loader) file(name string) {
	data, err := read(os.DirFS(filepath.Dir(name)), filepath.Base(name), maxFile)
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("read rules: %w", err))
		return
	}
	d := &decoder{file: name}
	root, err := d.parse(data)
	if err != nil {
		l.errs = append(l.errs, err)
		return
	}
	for _, n := range d.rules(root) {
		one := &decoder{file: name}
		var cases []Case
		r := one.rule(n, identity{}, append(keys[:len(keys):len(keys)], one.casesKey(&cases)))
		l.add(r, cases, errors.Join(one.errs...))
	}
	l.errs = append(l.errs, d.errs...)
}

// rules gives the rules of a file: the items under "rules" if that is its one key, else the file itself.
func (d *decoder) rules(root *yaml.Node) []*yaml.Node {
	if root.Kind != yaml.MappingNode || len(root.Content) == 0 || root.Content[0].Value != "rules" {
		return []*yaml.Node{root}
	}
	d.at = "rules"
	if len(root.Content) > 2 {
		d.fail(root.Content[2], "unknown key %q; a file with a list of rules has the one key \"rules\"", root.Content[2].Value)
	}
	list := root.Content[1]
	if !d.is(list, yaml.SequenceNode, "", "a list of rules") {
		return nil
	}
	return list.Content
}

// casesKey reads cases that stand in the rule's own file.
func (d *decoder) casesKey(cases *[]Case) key {
	return key{"cases", false, func(_ *decoder, n *yaml.Node, _ *Rule) {
		if !d.is(n, yaml.ScalarNode, "!!str", "the text of a cases.txtar") {
			return
		}
		read, err := Cases([]byte(n.Value))
		if err != nil {
			d.fail(n, "cases: %v", err)
			return
		}
		*cases = read
	}}
}
