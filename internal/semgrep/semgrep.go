// Package semgrep reads Semgrep's rule files (YAML, of which JSON is a part) as people own them, unchanged, into Go values.
//
// It reads both syntaxes ("patterns" and "match") into one tree, the Formula, and says of everything that it cannot read
// or does not know where it stands and what to do: nothing is passed over in silence. One rule with a fault does not take
// the others with it. It knows no syntax trees: patterns stay text, and it must not match code, read the clock or open files
// other than those that LoadFS is given.
//
// Source: Semgrep's public documentation ("Rule syntax", "Taint mode", "Pattern syntax (experimental)").
package semgrep

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Version is the version of Semgrep whose rule language this package reads: what a rule's min-version and max-version are compared with.
const Version = "1.173.0"

// Limits of what is read. The largest file of the public rules is a hundredth of the first.
const (
	maxFile  = 8 << 20 // bytes in a file
	maxNodes = 400_000 // YAML nodes in a file, aliases counted where they are used
	maxDepth = 64      // levels of YAML
	maxFiles = 100_000 // files looked at in a folder
)

// File is what one rule file says.
type File struct {
	// Name is the file's name as it was given to Load.
	Name string
	// Rules are the sound rules in the order of the file.
	Rules []Rule
	// Problems are what is wrong with the others, and what of the sound ones is not used, in the order of reading.
	Problems []Problem
}

// Kind says what a problem does to its rule.
type Kind int

// The kinds of problems.
const (
	// Fault: the rule cannot be read or needs what is not supported; it is not loaded.
	Fault Kind = iota
	// Skipped: the rule is sound and not meant for this engine (min-version, max-version); it is not loaded.
	Skipped
	// Unused: the rule is loaded, and what the problem names has no effect.
	Unused
)

// Problem is one thing in a rule file that is wrong, not supported or not used.
type Problem struct {
	// File is the name given to Load.
	File string
	// Line and Column count from 1; Column counts characters.
	Line, Column int
	// Rule is the id of the rule, "" where the fault is outside a rule or the rule has none.
	Rule string
	// Kind says what became of the rule.
	Kind Kind
	// Text says what is wrong and what to do.
	Text string
}

// Error gives the problem in one line: file, line, column, rule and text.
func (p Problem) Error() string {
	if p.Rule == "" {
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	}
	return fmt.Sprintf("%s:%d:%d: rule %q: %s", p.File, p.Line, p.Column, p.Rule, p.Text)
}

// Text is a text of a rule file and where it stands there, so that what is wrong inside it can be named.
type Text struct {
	// Value is the text as YAML gives it.
	Value string
	// Line and Column say where the first character of Value stands, from 1.
	Line, Column int
}

// Load reads one rule file. The error says why there are no rules in it at all: too large, not YAML, no list of rules.
// What is wrong with single rules stands in File.Problems.
func Load(name string, data []byte) (File, error) {
	r, root, err := open(name, data)
	if err != nil {
		return File{Name: name}, err
	}
	list := child(root, "rules")
	if list == nil {
		return File{Name: name}, fmt.Errorf("read rules %q: no top-level key \"rules\"; a rule file is a mapping with a list of rules under it", name)
	}
	return r.file(root), nil
}

// LoadValue reads one rule out of what a JSON object holds, as encoding/json gives it. A rule that follows data has parts beside those that it says itself:
// LoadTaint reads them once for many rules. The error names the first fault.
func LoadValue(rule map[string]any, parts Taint) (*Rule, error) {
	r := &reader{beside: parts}
	one, ok := r.one(nodeOf(rule))
	for _, p := range r.problems {
		return nil, errors.New(p.Text)
	}
	if !ok {
		return nil, errors.New("it looks for nothing")
	}
	return &one, nil
}

// LoadTaint reads parts of taint that rules share: some of the four lists that a taint rule has, by their keys. The error names the first fault.
func LoadTaint(lists map[string]any) (Taint, error) {
	r := &reader{}
	t := r.lists(r.entries(nodeOf(lists), "taint"), classic)
	for _, p := range r.problems {
		return Taint{}, errors.New(p.Text)
	}
	return *t, nil
}

// LoadFS reads the rule files (.yaml, .yml, .json) in the folder root of fsys and in the folders below it, in the order of
// their names. Files without a top-level list of rules are not rule files; neither are the tests beside rules
// (NAME.test.yaml, NAME.fixed.yaml) and what lies in hidden folders. A file that means to be a rule file and cannot be read
// comes back with a Problem and without rules. The error says that a folder cannot be listed or holds too much.
func LoadFS(fsys fs.FS, root string) ([]File, error) {
	var files []File
	seen := 0
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != root && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if seen++; seen > maxFiles {
			return fmt.Errorf("more than %d files; name a folder that holds rules only", maxFiles)
		}
		if !d.Type().IsRegular() || !named(d.Name()) {
			return nil
		}
		if f, ok := loadIn(fsys, name); ok {
			files = append(files, f)
		}
		return nil
	})
	if err != nil {
		return files, fmt.Errorf("read rules in %q: %w", root, err)
	}
	return files, nil
}

// named tells whether a file can be a rule file by its name.
func named(base string) bool {
	stem, ext := strings.TrimSuffix(base, path.Ext(base)), path.Ext(base)
	if ext != ".yaml" && ext != ".yml" && ext != ".json" {
		return false
	}
	return !strings.HasSuffix(stem, ".test") && !strings.HasSuffix(stem, ".fixed")
}

// loadIn reads a file if it is a rule file.
func loadIn(fsys fs.FS, name string) (File, bool) {
	unread := func(err error) (File, bool) {
		text := strings.TrimPrefix(err.Error(), fmt.Sprintf("read rules %q: ", name))
		return File{Name: name, Problems: []Problem{{File: name, Line: 1, Column: 1, Text: text}}}, true
	}
	data, err := readFile(fsys, name)
	if err != nil {
		return unread(err)
	}
	if !strings.Contains(string(data), "rules") {
		return File{}, false
	}
	r, root, err := open(name, data)
	if err != nil {
		if meant().Match(data) {
			return unread(err)
		}
		return File{}, false
	}
	if child(root, "rules") == nil || child(root, "apiVersion") != nil { // Kubernetes' roles have rules too
		return File{}, false
	}
	return r.file(root), true
}
