package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
)

// matchPackages is how many packages the made bill of materials has; one in matchKnown is one that advisories speak of.
const (
	matchPackages = 100_000
	matchKnown    = 8
)

// database is where the scenes keep reeve's database of the advisories that REEVE_DATA names.
func (s *session) database() string { return filepath.Join(s.work, "advisories.db") }

func (s *session) importCommand() command {
	return command{Name: "reeve advisories import", Binary: s.reeve, Arguments: []string{"advisories", "import", data("osv"), "--database", s.database()}, Env: []string{s.noCache()}}
}

// imported measures the making of the database.
func (s *session) imported() error {
	const title = "Advisories: import"
	if data("osv") == "" {
		return s.without(title, "advisories")
	}
	count, size, err := filesIn(data("osv"))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "## %s\n\n%d archives in OSV's layout, %.1f MB. osv-scanner keeps the archives as they are and reads them each time; the others cannot read them.\n\n", title, count, float64(size)/(1<<20))
	one := s.importCommand()
	var costs [][]cost
	for range s.runs {
		if err := os.Remove(s.database()); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err // what is there already would not be made again
		}
		costs = append(costs, []cost{one.run()})
	}
	taken := median(slices.Concat(costs...))
	s.table([]command{one}, []cost{taken})
	if taken.Failed != "" {
		return fmt.Errorf("import advisories: %s: %s", taken.Failed, taken.Detail)
	}
	db, err := advisory.Open(s.database())
	if err != nil {
		return err
	}
	defer db.Close()
	info := db.Info()
	fmt.Fprintf(s.out, "The database: %.1f MB, %d records, %d flaws, %d packages.\n\n", float64(info.Size)/(1<<20), info.Records, info.Flaws, info.Packages)
	return nil
}

// opened measures the opening of the database and the matching alone, as the benchmarks of internal/advisory do.
func (s *session) opened() error {
	const title = "Advisories: opening and asking"
	if data("osv") == "" {
		return s.without(title, "advisories")
	}
	s.progress("go test -bench in internal/advisory")
	out, err := goWith(context.Background(), []string{"REEVE_DATA=" + os.Getenv("REEVE_DATA")}, "",
		"test", "-run", "^$", "-bench", "^(BenchmarkOpen|BenchmarkMatch100000)$", "./internal/advisory")
	if err != nil {
		return fmt.Errorf("benchmarks of internal/advisory: %w", err)
	}
	fmt.Fprintf(s.out, "## %s\n\nBy `go test -bench` in internal/advisory, without the price of a process.\n\n| | ms |\n|---|---:|\n", title)
	for _, one := range []struct{ benchmark, what string }{
		{"BenchmarkOpen", "open the database"}, {"BenchmarkMatch100000", "ask about 100,000 packages of all ecosystems, one after the other"},
	} {
		ns, ok := nanoseconds(string(out), one.benchmark)
		if !ok {
			return fmt.Errorf("no figure of %s", one.benchmark)
		}
		fmt.Fprintf(s.out, "| %s | %.3f |\n", one.what, ns/1e6)
	}
	fmt.Fprintln(s.out)
	return nil
}

// nanoseconds finds what one run of a benchmark took in what "go test -bench" printed.
func nanoseconds(printed, name string) (float64, bool) {
	for line := range strings.Lines(printed) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[0] != name && !strings.HasPrefix(fields[0], name+"-") {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if fields[i+1] == "ns/op" {
				n, err := strconv.ParseFloat(fields[i], 64)
				return n, err == nil
			}
		}
	}
	return 0, false
}

// everyDatabase gives osv-scanner copies of the archives: it follows no link out of its folder.
func (s *session) everyDatabase() error {
	archives, err := filepath.Glob(filepath.Join(data("osv"), "*", "all.zip"))
	if err != nil {
		return err
	}
	for _, path := range archives {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(s.work, osvEverything, "osv-scanner", filepath.Base(filepath.Dir(path)), "all.zip"), string(text)); err != nil {
			return err
		}
	}
	return nil
}

// cannotMatch says which peers are not in the tables of matching, and what was tried.
const cannotMatch = `Grype and Trivy are missing here: neither program reads advisories in OSV's layout. ` + "`grype db import`" + ` of an OSV archive answers "not a v6 database"
(it wants a SQLite file that another program, grype-db, makes of what a third one, vunnel, fetches), and ` + "`trivy sbom --skip-db-update`" + ` without Trivy's own
database (a bbolt file that trivy-db makes of a tree of its own) answers "cannot be specified on the first run". Both databases hold other advisories than these.

`

// matched measures the matching of a large bill of materials.
func (s *session) matched() error {
	title := "Matching: a bill of materials of 100,000 packages"
	if data("osv") == "" {
		return s.without(title, "advisories")
	}
	if err := s.everyDatabase(); err != nil {
		return fmt.Errorf("copy advisories: %w", err)
	}
	known, err := knownPackages(s.database())
	if err != nil {
		return fmt.Errorf("read names of packages: %w", err)
	}
	fmt.Fprintf(s.out, "## %s\n\nMade by `bench/sca_match.go` from the advisories: every %dth package is one that advisories speak of, in a version that is a bound of one of their ranges; the others have a name like it that no advisory knows. %d ecosystems.\n\n%s", title, matchKnown, countEcosystems(known), cannotMatch)
	for _, n := range []int{matchPackages / 10, matchPackages} {
		path := filepath.Join(s.work, fmt.Sprintf("made-%d.cdx.json", n))
		if err := writeFile(path, madeBill(known, n)); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%d packages:\n\n", n)
		if err := s.match(fmt.Sprintf("bill of %d packages", n), path); err != nil {
			return err
		}
	}
	return nil
}

// match measures the matching of one bill of materials, and compares what was found.
func (s *session) match(name, path string) error {
	commands, able := s.matchers(name, path)
	costs := s.measure(name, s.runs, commands)
	s.table(commands, costs)
	return s.compareFlaws(name, able, costs)
}

// matchers are the commands that match a bill of materials: reeve's, and that of each peer that can.
func (s *session) matchers(name, path string) ([]command, []lister) {
	commands := []command{s.matchCommand(name, "sbom:"+path)}
	var able []lister
	for _, l := range s.able() {
		if l.name == osvScannerName {
			arguments := append(osvScanner("source", s.listReport(l.name, name)), "--all-vulns", "--experimental-plugins", "sbom", "--lockfile", path)
			commands = append(commands, s.osvMatching(l, arguments))
			able = append(able, l)
		}
	}
	return commands, able
}

func (s *session) matchCommand(name, target string) command {
	return command{
		Name: "reeve scan", Binary: s.reeve, Env: []string{s.noCache()}, Fine: []int{incomplete},
		Arguments: []string{"scan", "--quiet", "--no-cache", "--advisories", s.database(), "--output", s.listReport("reeve", name) + ":json", target},
	}
}

// osvMatching is a command of osv-scanner with all advisories.
func (s *session) osvMatching(l lister, arguments []string) command {
	return command{
		Name: l.name + " " + l.version, Binary: l.binary, Arguments: arguments, Fine: l.fine,
		Env: []string{s.noCache(), osvDatabases + "=" + filepath.Join(s.work, osvEverything)},
	}
}

// compareFlaws compares the flaws that were found by (package, version, flaw), a flaw being all the ids it goes by.
func (s *session) compareFlaws(name string, able []lister, costs []cost) error {
	ours, err := readReeveFlaws(s.listReport("reeve", name))
	if err != nil {
		return fmt.Errorf("%s: reeve's result: %w", name, err)
	}
	fmt.Fprintf(s.out, "| | flaws of packages | in common with reeve | theirs only | reeve only |\n|---|---:|---:|---:|---:|\n| reeve | %d | | | |\n", len(ours))
	var notes []string
	for i, l := range able {
		theirs, err := readOSVFlaws(s.listReport(l.name, name))
		if costs[i+1].Failed != "" || err != nil {
			s.progress("%s: %v", l.name, err)
			fmt.Fprintf(s.out, "| %s: no report | | | | |\n", l.name)
			continue
		}
		common, theirsOnly, oursOnly := splitFlaws(ours, theirs)
		fmt.Fprintf(s.out, "| %s %s | %d | %d | %d | %d |\n", l.name, l.version, len(theirs), common, len(theirsOnly), len(oursOnly))
		notes = append(notes, byKind(l.name+" only", theirsOnly), byKind("reeve only, beside "+l.name, oursOnly))
		tellAll(s, name+": "+l.name+" only", theirsOnly)
		tellAll(s, name+": reeve only, beside "+l.name, oursOnly)
	}
	fmt.Fprintf(s.out, "\n%s", strings.Join(notes, ""))
	return nil
}

// flawsIn compares the flaws found in a folder.
func (s *session) flawsIn(name, dir string) error {
	if data("osv") == "" {
		return nil
	}
	if _, err := os.Stat(s.database()); err != nil {
		if taken := s.importCommand().run(); taken.Failed != "" {
			return fmt.Errorf("import advisories: %s: %s", taken.Failed, taken.Detail)
		}
	}
	if err := s.everyDatabase(); err != nil {
		return err
	}
	name += ", flaws"
	commands := []command{s.matchCommand(name, dir)}
	var able []lister
	for _, l := range s.able() {
		if l.name == osvScannerName {
			commands, able = append(commands, s.osvMatching(l, append(l.folder(dir, s.listReport(l.name, name)), "--all-vulns"))), append(able, l)
		}
	}
	costs := make([]cost, len(commands))
	for i, c := range commands {
		costs[i] = c.run()
		s.progress("%s: %s: %.2f CPU s %s %s", name, c.Name, costs[i].CPU.Seconds(), costs[i].Failed, costs[i].Detail)
	}
	return s.compareFlaws(name, able, costs)
}
