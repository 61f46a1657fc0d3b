package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// incomplete is the exit code of reeve when it could not look at everything: its work is done all the same.
const incomplete = 3

// wholeHistory measures every object of a repository, cold and warm, beside the price of merely inflating it.
func (s *session) wholeHistory(sub subject) error {
	about, err := sub.describe()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "## Whole history: %s\n\n%s\n\n", sub.name, about)
	commands := []command{
		s.scan("reeve scan git:", sub, "--no-cache"),
		{Name: "git cat-file --batch-all-objects (inflating only)", Binary: "git", Silent: true,
			Arguments: []string{"-C", sub.path, "cat-file", "--batch-all-objects", "--batch", "--unordered"}},
		{Name: "git log -p -U0 --all (what the peers read)", Binary: "git", Silent: true,
			Arguments: []string{"-C", sub.path, "log", "-p", "-U0", "--full-history", "--all", "--diff-filter=tuxdb"}},
	}
	first := len(commands)
	for _, p := range s.present() {
		report := s.report(p, sub, "history")
		commands = append(commands, p.command(p.history(sub, report), report))
		_ = os.Remove(report) // an old one must not be taken for that of this run
	}
	costs := s.measure(sub.name+", whole history", s.runs, commands)
	s.table(commands, costs)
	for i, p := range s.present() {
		if costs[first+i].Failed != "" {
			_ = os.Remove(s.report(p, sub, "history")) // half a report must not be compared
		}
	}
	if costs[0].Code == incomplete {
		fmt.Fprintf(s.out, "reeve named objects that it could not read (exit %d).\n\n", incomplete)
	}
	return s.again(sub, costs[0])
}

// again measures the second look at a repository, with the verdicts of the first kept.
func (s *session) again(sub subject, cold cost) error {
	cache, err := os.MkdirTemp(s.work, "cache-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cache)
	again := s.scan("reeve, verdicts kept", sub, "--cache", cache)
	warm := again.run() // fills the cache
	if warm.Failed == "" {
		warm = s.measure(sub.name+", again", s.runs, []command{again})[0]
	}
	if warm.Failed != "" {
		fmt.Fprintf(s.out, "Again, with verdicts kept: **failed** (%s).\n\n", warm.Failed)
		return nil
	}
	fmt.Fprintf(s.out, "Again, with verdicts kept: %.3f CPU s, %.1f %% of the cold run; %.3f s wall, %d MB.\n\n",
		warm.CPU.Seconds(), 100*ratio(warm.CPU, cold.CPU), warm.Wall.Seconds(), warm.Peak>>20)
	return nil
}

// scan is reeve's command line for a whole repository, with a report as the other tools write one.
func (s *session) scan(name string, sub subject, more ...string) command {
	arguments := append([]string{"scan", "--quiet", "--output", filepath.Join(s.work, "reeve-"+sub.key()+".json:json")}, more...)
	return command{Name: name, Binary: s.reeve, Arguments: append(arguments, "git:"+sub.path), Fine: []int{incomplete}}
}

// workTree measures a plain folder.
func (s *session) workTree(sub subject) error {
	tree, err := sub.export(s.work)
	if err != nil {
		return fmt.Errorf("export the work tree: %w", err)
	}
	count, size, err := filesIn(tree)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "## Work tree: %s\n\n%d files, %.1f MB.\n\n", sub.name, count, float64(size)/(1<<20))
	report := filepath.Join(s.work, "reeve-"+sub.key()+"-tree.json:json")
	commands := []command{{Name: "reeve scan", Binary: s.reeve, Arguments: []string{"scan", "--quiet", "--no-cache", "--output", report, tree}, Fine: []int{incomplete}}}
	for _, p := range s.present() {
		commands = append(commands, p.command(p.tree(tree, s.report(p, sub, "tree")), s.report(p, sub, "tree")))
	}
	s.table(commands, s.measure(sub.name+", work tree", s.runs, commands))
	for _, p := range s.present() {
		_ = os.Remove(s.report(p, sub, "tree")) // it holds the values
	}
	return nil
}

func filesIn(dir string) (count int, size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			count, size = count+1, size+info.Size()
		}
		return err
	})
	return count, size, err
}

// hook measures the pre-commit hook: 10 changed files in a repository of 10,000.
func (s *session) hook() error {
	s.progress("making the repository for the hook")
	repo, err := stagedRepository(s.work, 10_000, 10)
	if err != nil {
		return fmt.Errorf("make the repository for the hook: %w", err)
	}
	fmt.Fprintf(s.out, "## Pre-commit: 10 changed files in a repository of 10,000\n\n")
	commands := []command{{Name: "reeve gate --staged", Binary: s.reeve, Arguments: []string{"gate", "--staged", "--quiet"}, Dir: repo}}
	for _, p := range s.present() {
		if p.staged != nil {
			commands = append(commands, command{Name: p.name + " " + p.version, Binary: p.binary, Arguments: p.staged, Dir: repo, Silent: p.silent})
		}
	}
	s.table(commands, s.measure("pre-commit", max(s.runs, quickRuns), commands))
	return nil
}

// quickRuns is how often what takes milliseconds is run at least.
const quickRuns = 9

// startUp measures printing a version: what every call pays.
func (s *session) startUp() error {
	fmt.Fprintf(s.out, "## Start-up\n\n")
	commands := []command{{Name: "reeve version", Binary: s.reeve, Arguments: []string{"version"}}}
	for _, p := range s.present() {
		commands = append(commands, command{Name: p.name + " --version", Binary: p.binary, Arguments: []string{"--version"}})
	}
	s.table(commands, s.measure("start-up", max(s.runs, quickRuns), commands))
	return nil
}

// present are the peers that could be installed.
func (s *session) present() []peer {
	var list []peer
	for _, p := range s.peers {
		if p.missing == "" {
			list = append(list, p)
		}
	}
	return list
}

func (p peer) command(arguments []string, report string) command {
	c := command{Name: p.name + " " + p.version, Binary: p.binary, Arguments: arguments, Silent: p.silent}
	if p.prints {
		c.Output = report
	}
	return c
}

// report is where a peer's findings are written.
func (s *session) report(p peer, sub subject, what string) string {
	return filepath.Join(s.work, p.name+"-"+sub.key()+"-"+what+".json")
}
