package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// codebase is a folder of code to measure on.
type codebase struct {
	name, dir string
	// lines and files of code, by the language's name; data and configuration are counted too.
	lines, files map[string]int
	// dropped files were taken out of the folder; skipped ones are there for compilers, and Semgrep is told to leave them out.
	dropped int
	skipped []string
	// changed is the file that is changed where a scene changes one, with how its language begins a comment.
	changed, comment string
}

// codebases are what HEAD holds of the repositories that BENCH_REPO_SAST names, or the folders themselves, in folders of their own.
func (s *session) codebases() ([]*codebase, error) {
	var list []*codebase
	for name := range strings.SplitSeq(os.Getenv("BENCH_REPO_SAST"), string(filepath.ListSeparator)) {
		if name == "" {
			continue
		}
		c, err := s.codebase(name)
		if err != nil {
			return nil, fmt.Errorf("code of %q: %w", name, err)
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, errors.New("sast: BENCH_REPO_SAST names no repository and no folder")
	}
	return list, nil
}

func (s *session) codebase(name string) (*codebase, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	c := &codebase{name: nameOf(full)}
	if root, err := runGit("", "-C", full, "rev-parse", "--show-prefix"); err == nil && len(bytes.TrimSpace(root)) == 0 {
		c.name, c.dir, err = s.checkedOut(full)
		if err != nil {
			return nil, err
		}
	} else {
		c.dir = filepath.Join(s.work, "tree-"+subject{name: c.name}.key())
		if err := errors.Join(os.RemoveAll(c.dir), os.CopyFS(c.dir, os.DirFS(full))); err != nil {
			return nil, err
		}
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	// Without a list of its own Semgrep leaves out tests, and more.
	list := "# tests are looked at\n" + strings.Join(c.skipped, "\n") + "\n"
	return c, os.WriteFile(filepath.Join(c.dir, ".semgrepignore"), []byte(list), 0o644)
}

// prepare takes out of the folder the code of others, notes what no tool is to be timed on, counts the code, and chooses the file that will be changed.
func (c *codebase) prepare() error {
	c.lines, c.files = map[string]int{}, map[string]int{}
	type candidate struct {
		name, comment string
		size          int
	}
	var candidates []candidate
	err := filepath.WalkDir(c.dir, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && sast.ForeignFolder(d.Name()):
			n, _, err := filesIn(file)
			c.dropped += n
			if err := errors.Join(err, os.RemoveAll(file)); err != nil {
				return err
			}
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(c.dir, file)
		if err != nil {
			return err
		}
		language := syntax.Of(path.Base(file), text)
		if language == nil {
			return nil
		}
		if sast.ForeignCode(d.Name()) || sast.Unreadable(text) != "" {
			c.skipped = append(c.skipped, "/"+filepath.ToSlash(name))
			return nil
		}
		c.files[language.Name]++
		c.lines[language.Name] += bytes.Count(text, []byte("\n"))
		if comment := comments[language.Name]; comment != "" {
			candidates = append(candidates, candidate{filepath.ToSlash(name), comment, len(text)})
		}
		return nil
	})
	if err != nil || len(candidates) == 0 {
		return cmp.Or(err, errors.New("there is no code that is read"))
	}
	slices.SortFunc(candidates, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.name, b.name)) })
	middle := candidates[len(candidates)/2]
	c.changed, c.comment = middle.name, middle.comment
	return nil
}

// comments are how a comment begins in the languages of which a file is changed.
var comments = map[string]string{
	"c": "//", "cpp": "//", "csharp": "//", "go": "//", "java": "//", "javascript": "//", "kotlin": "//", "php": "//", "rust": "//", "scala": "//", "swift": "//",
	"tsx": "//", "typescript": "//", "python": "#", "ruby": "#",
}

// change adds a comment to the file that is changed, another each time.
func (c *codebase) change(dir string, n int) error {
	f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(c.changed)), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "\n%s changed for the %d. time\n", c.comment, n)
	return errors.Join(err, f.Close())
}

// describe counts what there is.
func (c *codebase) describe() string {
	names := slices.SortedFunc(maps.Keys(c.lines), func(a, b string) int { return cmp.Or(cmp.Compare(c.lines[b], c.lines[a]), cmp.Compare(a, b)) })
	var parts []string
	files, lines := 0, 0
	for _, name := range names {
		files, lines = files+c.files[name], lines+c.lines[name]
		parts = append(parts, fmt.Sprintf("%d %s", c.lines[name], syntax.ByName(name).Title))
	}
	text := fmt.Sprintf("%d files of code and configuration with %d lines: %s.", files, lines, strings.Join(parts, ", "))
	if c.dropped > 0 {
		text += fmt.Sprintf(" %d files of others were taken out.", c.dropped)
	}
	if len(c.skipped) > 0 {
		text += fmt.Sprintf(" %d files that programs wrote are left to compilers: reeve does not read them as code, and Semgrep is told not to.", len(c.skipped))
	}
	return text
}

// ruleFile is one file with rules that all tools can read.
type ruleFile struct {
	name string
	// rules are in it; left were in files that were not taken, because not each of their rules is for a language that reeve reads.
	rules, left int
}

// rules gathers the rules of a folder that also holds their tests in one file, as Semgrep's registry gives them: of a folder Semgrep takes each
// YAML file for rules, tests too.
func (s *session) rules(root string) (ruleFile, error) {
	to := ruleFile{name: filepath.Join(s.work, "rules.yaml")}
	if root == "" {
		return to, nil
	}
	from := os.DirFS(root)
	files, err := semgrep.LoadFS(from, ".")
	if err != nil {
		return to, err
	}
	var all struct {
		Rules []map[string]any `yaml:"rules"`
	}
	taken := map[any]bool{}
	for _, f := range files {
		whole := !slices.ContainsFunc(f.Problems, func(p semgrep.Problem) bool { return p.Kind == semgrep.Fault })
		for _, r := range f.Rules {
			whole = whole && slices.ContainsFunc(r.Languages, sast.Reads)
		}
		if !whole || len(f.Rules) == 0 {
			to.left += len(f.Rules)
			continue
		}
		text, err := fs.ReadFile(from, f.Name)
		if err != nil {
			return to, err
		}
		one := all
		one.Rules = nil
		if err := yaml.Unmarshal(text, &one); err != nil {
			return to, fmt.Errorf("read rules %q: %w", f.Name, err)
		}
		for _, r := range one.Rules {
			for id, n := r["id"], 2; taken[r["id"]]; n++ { // rules of different folders may have one name
				r["id"] = fmt.Sprintf("%v-%d", id, n)
			}
			taken[r["id"]] = true
		}
		all.Rules = append(all.Rules, one.Rules...)
	}
	to.rules = len(all.Rules)
	text, err := yaml.Marshal(all)
	if err != nil {
		return to, err
	}
	return to, os.WriteFile(to.name, text, 0o644)
}
