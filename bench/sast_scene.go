package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// code measures how code is looked at.
func (s *session) code() error {
	rules, err := s.rules(os.Getenv("BENCH_SEMGREP_RULES"))
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	bases, err := s.codebases()
	if err != nil {
		return err
	}
	s.atWork()
	for _, u := range unobtainableAnalysers {
		fmt.Fprintf(s.out, "Not measured: %s (%s).\n\n", u[0], u[1])
	}
	if rules.rules > 0 {
		fmt.Fprintf(s.out, "The same rules are %d in Semgrep's language, in one file; %d more stand in files with rules for languages that reeve does not read, and are given to neither.\n\n", rules.rules, rules.left)
	}
	for _, c := range bases {
		fmt.Fprintf(s.out, "## Code: %s\n\n%s\n\n", c.name, c.describe())
		for _, scene := range []func(*codebase, ruleFile) error{s.sameRules, s.ownRules, s.rescan, s.gateOne} {
			if err := scene(c, rules); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	return nil
}

// atWork says how busy the machine was with other things when the measuring began: wall times are worth less then.
func (s *session) atWork() {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return
	}
	if fields := strings.Fields(string(data)); len(fields) > 2 {
		fmt.Fprintf(s.out, "Processes that wanted a processor when it began, on average over 1, 5 and 15 minutes: %s, %s, %s. "+
			"With more than there are processors, wall times say little; the ratios of CPU time hold better.\n\n", fields[0], fields[1], fields[2])
	}
}

// analyser is the peer of a name where it could be installed, else nil.
func (s *session) analyser(name string) *analyser {
	for i := range s.analysers {
		if a := &s.analysers[i]; a.name == name && a.missing == "" {
			return a
		}
	}
	return nil
}

// codeReport is where a tool's findings in code are written; an old one is removed, for it must not be taken for that of this run.
func (s *session) codeReport(tool string, c *codebase, what string) (string, error) {
	name := filepath.Join(s.work, fmt.Sprintf("%s-%s-%s.json", tool, subject{name: c.name}.key(), what))
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return name, nil
}

// scanCode is reeve's command for a folder.
func (s *session) scanCode(name, dir, report string, more ...string) command {
	arguments := append([]string{"scan", "--quiet", "--output", report + ":json"}, more...)
	return command{Name: name, Binary: s.reeve, Arguments: append(arguments, "."), Dir: dir, Env: []string{s.noCache()}, Fine: []int{incomplete}}
}

// sameRules gives the same rule files and the same files of code to reeve and to Semgrep.
func (s *session) sameRules(c *codebase, rules ruleFile) error {
	fmt.Fprintf(s.out, "### The same rules, the same files: %s\n\n", c.name)
	if rules.rules == 0 {
		fmt.Fprint(s.out, "Not measured: BENCH_SEMGREP_RULES names no folder with rules.\n\n")
		return nil
	}
	ours, err := s.codeReport("reeve", c, "same")
	if err != nil {
		return err
	}
	theirs, err := s.codeReport(semgrepName, c, "same")
	if err != nil {
		return err
	}
	commands := []command{s.scanCode("reeve scan --rules, nothing kept", c.dir, ours, "--no-cache", "--only-own-rules", "--rules", rules.name)}
	other := s.analyser(semgrepName)
	if other != nil {
		commands = append(commands, other.semgrep(other.name+" "+other.version, c.dir, rules.name, theirs, "--no-git-ignore"))
	}
	costs := s.measure(c.name+", same rules", s.runs, commands)
	s.table(commands, costs)
	if costs[0].Failed != "" {
		return nil
	}
	report, err := readReeveCode(ours)
	if err != nil {
		return fmt.Errorf("reeve's report: %w", err)
	}
	s.placesHead(report)
	if other != nil && costs[1].Failed == "" {
		found, err := other.places(theirs, c.dir)
		if err != nil {
			return fmt.Errorf("semgrep's report: %w", err)
		}
		s.placesRow(c, other, report.places, found)
	}
	s.leftOpen(report)
	if other != nil && costs[1].Failed == "" {
		return s.semgrepSays(theirs)
	}
	return nil
}

// semgrepSays tells what Semgrep says of its own work.
func (s *session) semgrepSays(report string) error {
	var r semgrepReport
	if err := readJSON(report, &r); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Semgrep says that it scanned %d files.\n\n%s", len(r.Paths.Scanned), byRule("Semgrep says of its own work", r.complaints()))
	return nil
}

// leftOpen tells what reeve says that it did not look at to the end.
func (s *session) leftOpen(r codeReport) {
	if r.unread+r.unfinished > 0 {
		fmt.Fprintf(s.out, "reeve says that it did not read %d files as code, and that in %d cases a rule took too much work in a file.\n\n", r.unread, r.unfinished)
	}
}

// placesHead begins the table of what was found.
func (s *session) placesHead(r codeReport) {
	fmt.Fprintf(s.out, "| | findings (file, line, rule) | in common with reeve | theirs only | reeve only |\n|---|---:|---:|---:|---:|\n| reeve | %d | | | |\n", len(r.places))
}

// placesRow is the line of a peer that ran the same rules; which rules differ stands below the table.
func (s *session) placesRow(c *codebase, a *analyser, ours, theirs []place) {
	common, theirsOnly, oursOnly := shared(ours, theirs)
	fmt.Fprintf(s.out, "| %s %s | %d | %d | %d | %d |\n\n%s%s", a.name, a.version, len(theirs), common, len(theirsOnly), len(oursOnly),
		byKind(a.name+" only", theirsOnly), byKind("reeve only", oursOnly))
	tellAll(s, c.name+": "+a.name+" only", theirsOnly)
	tellAll(s, c.name+": reeve only, beside "+a.name, oursOnly)
}

// ownRules measures each tool with the rules that it comes with. They look for different things, so only lines can be compared.
func (s *session) ownRules(c *codebase, _ ruleFile) error {
	fmt.Fprintf(s.out, "### Each with its own rules: %s\n\n", c.name)
	ours, err := s.codeReport("reeve", c, "own")
	if err != nil {
		return err
	}
	commands := []command{s.scanCode("reeve scan (secrets, dependencies and code), nothing kept", c.dir, ours, "--no-cache")}
	var able []*analyser
	var reports, notes []string
	for i := range s.analysers {
		a := &s.analysers[i]
		if a.missing != "" || a.builtIn == nil || !slices.ContainsFunc(a.languages, func(l string) bool { return c.files[l] > 0 }) {
			continue
		}
		if a.ready != nil {
			if err := a.ready(c.dir); err != nil {
				notes = append(notes, fmt.Sprintf("Not measured: %s (%s).\n\n", a.name, shortReason(err)))
				continue
			}
		}
		report, err := s.codeReport(a.name, c, "own")
		if err != nil {
			return err
		}
		able, reports, commands = append(able, a), append(reports, report), append(commands, a.look(c.dir, report))
		notes = append(notes, fmt.Sprintf("%s: %s; it read %s.\n\n", a.name, a.about, titles(a.languages, c.files)))
	}
	costs := s.measure(c.name+", own rules", s.runs, commands)
	s.table(commands, costs)
	if costs[0].Failed != "" {
		return nil
	}
	report, err := readReeveCode(ours)
	if err != nil {
		return fmt.Errorf("reeve's report: %w", err)
	}
	lines := anyRule(report.places)
	fmt.Fprintf(s.out, "| | findings in code | lines | on a line that reeve names too |\n|---|---:|---:|---:|\n| reeve | %d | %d | |\n", len(report.places), len(lines))
	for i, a := range able {
		theirs, err := a.places(reports[i], c.dir)
		if costs[i+1].Failed != "" || err != nil {
			s.progress("%s: %v", a.name, err)
			fmt.Fprintf(s.out, "| %s: no report | | | |\n", a.name)
			continue
		}
		common, _, _ := shared(lines, anyRule(theirs))
		fmt.Fprintf(s.out, "| %s %s | %d | %d | %d |\n", a.name, a.version, len(theirs), len(anyRule(theirs)), common)
	}
	fmt.Fprintf(s.out, "\n%s", strings.Join(notes, ""))
	s.leftOpen(report)
	return nil
}
