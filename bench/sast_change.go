package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// rescan measures the second look at a folder of which one file changed, with what the first kept.
func (s *session) rescan(c *codebase, _ ruleFile) error {
	fmt.Fprintf(s.out, "### Again, after one file changed: %s\n\n", c.name)
	cache, err := os.MkdirTemp(s.work, "cache-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cache)
	report, err := s.codeReport("reeve", c, "again")
	if err != nil {
		return err
	}
	cold := s.scanCode("reeve scan, nothing kept", c.dir, report, "--no-cache")
	again := s.scanCode("reeve scan, after the change", c.dir, report, "--cache", cache)
	again.Limit = s.limit
	if first := again.run(); first.Failed != "" { // fills the cache
		fmt.Fprintf(s.out, "Not measured: the first look failed (%s).\n\n", first.Failed)
		return nil
	}
	changes := 0
	again.Before = func() error {
		changes++
		return c.change(c.dir, changes)
	}
	commands := []command{cold, again}
	s.table(commands, s.measure(c.name+", again", s.runs, commands))
	return nil
}

// gateOne measures the decision about a commit that changes one file of code.
func (s *session) gateOne(c *codebase, rules ruleFile) error {
	fmt.Fprintf(s.out, "### The gate, one file of code changed: %s\n\n", c.name)
	repo, err := s.committed(c)
	if err != nil {
		return fmt.Errorf("make the repository: %w", err)
	}
	gate := []string{"gate", "--quiet", "--no-cache", "--base", "HEAD~1"}
	of := func(name string, arguments ...string) command {
		return command{Name: name, Binary: s.reeve, Arguments: slices.Concat(gate, arguments), Dir: repo, Env: []string{s.noCache()}, Fine: []int{1, incomplete}}
	}
	commands := []command{of("reeve gate, its own rules")}
	if rules.rules > 0 {
		commands = append(commands, of("reeve gate --rules, the same rules as semgrep's", "--only-own-rules", "--rules", rules.name))
		if a := s.analyser(semgrepName); a != nil {
			report, err := s.codeReport(semgrepName, c, "gate")
			if err != nil {
				return err
			}
			// With --no-git-ignore it would look at all files again, git's own too.
			commands = append(commands, a.semgrep(a.name+" "+a.version+" --baseline-commit", repo, rules.name, report, "--baseline-commit", "HEAD~1"))
		}
	}
	s.table(commands, s.measure(c.name+", gate", s.runs, commands))
	return nil
}

// committed makes a repository of the folder, with a second commit that changes one file of code, packed as a clone is.
func (s *session) committed(c *codebase) (string, error) {
	dir := filepath.Join(s.work, "committed-"+subject{name: c.name}.key())
	if err := errors.Join(os.RemoveAll(dir), os.CopyFS(dir, os.DirFS(c.dir)), os.RemoveAll(filepath.Join(dir, ".git"))); err != nil {
		return "", err
	}
	for _, step := range [][]string{{"init", "--quiet"}, {"add", "--all", "--force"}, {"commit", "--quiet", "-m", "start"}, nil, {"commit", "--quiet", "--all", "-m", "change"}, {"gc", "--quiet"}} {
		if step == nil {
			if err := c.change(dir, 0); err != nil {
				return "", err
			}
			continue
		}
		if _, err := runGit("", append([]string{"-C", dir}, step...)...); err != nil {
			return "", fmt.Errorf("git %s: %w", step[0], err)
		}
	}
	return dir, nil
}

// titles names the languages of a list of which there are files.
func titles(languages []string, files map[string]int) string {
	var list []string
	for _, name := range languages {
		if files[name] > 0 {
			list = append(list, fmt.Sprintf("%d files of %s", files[name], syntax.ByName(name).Title))
		}
	}
	return strings.Join(list, ", ")
}
