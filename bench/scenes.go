package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// wholeHistory measures every object of a repository, cold and warm, beside the price of merely inflating it.
func (s *session) wholeHistory(sub subject) {
	fmt.Fprintf(s.out, "## Whole history: %s\n\n%s\n\n", sub.name, sub.describe())
	cold := command{name: "reeve scan git:", binary: s.reeve, arguments: []string{"scan", "--quiet", "--no-cache", "git:" + sub.path}}
	commands := []command{cold, {
		name: "git cat-file --batch-all-objects (inflating only)", binary: "git",
		arguments: []string{"-C", sub.path, "cat-file", "--batch-all-objects", "--batch", "--unordered"},
	}}
	for _, p := range s.peers {
		if p.missing == "" && p.history != nil {
			commands = append(commands, command{name: p.name + " " + p.version, binary: p.binary, arguments: p.history(sub.path, s.report(p, sub, "history")), keep: true})
		}
	}
	costs := measure(s.runs, commands)
	for i, c := range costs[2:] {
		s.keep(commands[i+2], sub, c)
	}
	s.table(commands, costs)

	cache, err := os.MkdirTemp(s.work, "cache-")
	if err != nil {
		return
	}
	defer os.RemoveAll(cache)
	warm := command{name: "the same again, verdicts kept", binary: s.reeve, arguments: []string{"scan", "--quiet", "--cache", cache, "git:" + sub.path}}
	warm.run()
	again := measure(s.runs, []command{warm})
	fmt.Fprintf(s.out, "Again, with verdicts kept: %.3f CPU s, %.1f %% of the cold run; %.3f s wall.\n\n",
		again[0].cpu.Seconds(), 100*ratio(again[0].cpu, costs[0].cpu), again[0].wall.Seconds())
}

// workTree measures a plain folder.
func (s *session) workTree(sub subject) {
	tree, err := sub.export(s.work)
	if err != nil {
		fmt.Fprintf(s.out, "Work tree not measured: %v\n\n", err)
		return
	}
	fmt.Fprintf(s.out, "## Work tree: %s\n\n", sub.name)
	commands := []command{{name: "reeve scan", binary: s.reeve, arguments: []string{"scan", "--quiet", "--no-cache", tree}}}
	for _, p := range s.peers {
		if p.missing == "" && p.tree != nil {
			commands = append(commands, command{name: p.name + " " + p.version, binary: p.binary, arguments: p.tree(tree, s.report(p, sub, "tree"))})
		}
	}
	s.table(commands, measure(s.runs, commands))
}

// hook measures the pre-commit hook: 10 changed files in a repository of 10,000.
func (s *session) hook() error {
	repo, err := stagedRepository(s.work, 10_000, 10)
	if err != nil {
		return fmt.Errorf("make the repository for the hook: %w", err)
	}
	fmt.Fprintf(s.out, "## Pre-commit: 10 changed files in a repository of 10,000\n\n")
	commands := []command{{name: "reeve gate --staged", binary: s.reeve, arguments: []string{"gate", "--staged", "--quiet"}, dir: repo}}
	for _, p := range s.peers {
		if p.name == "gitleaks" && p.missing == "" {
			commands = append(commands, command{name: "gitleaks git --staged", binary: p.binary, arguments: []string{"git", "--staged", "--no-banner", "--log-level", "error", "--exit-code", "0"}, dir: repo})
		}
	}
	s.table(commands, measure(max(s.runs, 9), commands))
	return nil
}

// startUp measures printing a version: what every call pays.
func (s *session) startUp() {
	fmt.Fprintf(s.out, "## Start-up\n\n")
	commands := []command{{name: "reeve version", binary: s.reeve, arguments: []string{"version"}}}
	for _, p := range s.peers {
		if p.missing == "" {
			commands = append(commands, command{name: p.name + " --version", binary: p.binary, arguments: []string{"--version"}})
		}
	}
	s.table(commands, measure(max(s.runs, 9), commands))
}

// report is where a peer writes its findings.
func (s *session) report(p peer, sub subject, what string) string {
	return filepath.Join(s.work, p.name+"-"+sub.key()+"-"+what+".json")
}

// keep writes what a peer printed, where that is its report.
func (s *session) keep(c command, sub subject, taken cost) {
	for _, p := range s.peers {
		if p.binary == c.binary && len(taken.output) > 0 {
			_ = os.WriteFile(s.report(p, sub, "history"), taken.output, 0o600)
		}
	}
}
