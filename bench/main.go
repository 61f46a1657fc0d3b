// Command bench measures reeve beside its peers, on the same subjects, in one run, and prints ratios. It judges nothing:
// no test asserts a time. Peers are installed from package registries into a folder outside the project.
// It must not print a value that any scanner found, nor a path of the machine it runs on.
//
//	go run ./bench [-scenes secrets,sca,sast,register,conformance] [-write docs/benchmarks.md] [-limit 20m] [-differences]
//	BENCH_REPO=/one/clone:/another  measure the finding of secrets on repositories of your own as well
//	BENCH_REPO_SCA=/one/clone:/another  measure the listing of dependencies on repositories of your own as well
//	BENCH_REPO_SAST=/one/clone:/another  the code to measure the sast scenes on: what HEAD holds; a folder that is no clone is taken as it is
//	REEVE_DATA=/path/to/folder      advisories (osv/ECOSYSTEM/all.zip) and bills of materials (sbom/*.gz) for the sca scenes
//	BENCH_WORK=/path/to/folder      where peers and made subjects are kept (default: the user's cache folder)
//	BENCH_FINDINGS=1000000          findings in the report of the register's scenes, which need PostgreSQL's programs
//	BENCH_SEMGREP_RULES=/a/folder   rules in Semgrep's language, for the sast scenes, and with their tests for the conformance scene
//	BENCH_SEMGREP_TESTS=/a/folder   Semgrep's own tests, the folder that holds patterns/, for a second table of the conformance scene
//	BENCH_RUNS=3                    counted runs of each command
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == launched {
		if err := launch(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	write := flag.String("write", "", "also write the tables to this file")
	differences := flag.Bool("differences", false, "tell on standard error what only one tool found: rule, place and shape, never the value")
	scenes := flag.String("scenes", "secrets,sca", "what to measure: secrets, sca (dependencies and images), sast (code), register, conformance (rules in Semgrep's language)")
	limit := flag.Duration("limit", usualLimit, "how long one run of one tool may take; one that takes longer is ended and named")
	flag.Parse()
	if err := run(options{write: *write, differences: *differences, scenes: *scenes, limit: *limit}); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// session is one run of the benchmark.
type session struct {
	// work is the folder for peers, subjects and reports.
	work  string
	runs  int
	reeve string
	// limit is how long one run may take.
	limit time.Duration
	// peers find secrets, listers list packages, analysers look at code; a kind whose scenes are not asked for is not installed.
	peers     []peer
	listers   []lister
	analysers []analyser
	out       io.Writer
	// differences, where set, is told what only one tool found.
	differences io.Writer
	started     time.Time
}

// options are what the command line asks for.
type options struct {
	write, scenes string
	differences   bool
	limit         time.Duration
}

// has tells whether scenes are asked for.
func (o options) has(name string) bool { return slices.Contains(strings.Split(o.scenes, ","), name) }

func run(o options) error {
	known := []string{"secrets", "sca", "sast", "register", "conformance"}
	for name := range strings.SplitSeq(o.scenes, ",") {
		if !slices.Contains(known, name) {
			return fmt.Errorf("scenes %q: want some of %s", name, strings.Join(known, ", "))
		}
	}
	s, err := open()
	if err != nil {
		return err
	}
	s.limit = o.limit
	if o.differences {
		s.differences = os.Stderr
	}
	if o.has("secrets") {
		s.peers = s.install(wanted())
	}
	if o.has("sca") {
		s.listers = s.wantedListers()
	}
	if o.has("sast") {
		s.analysers = s.wantedAnalysers()
	}
	var page bytes.Buffer
	s.out = io.MultiWriter(os.Stdout, &page)
	s.heading(o)
	scenes := []func() error{s.secrets, s.dependencies, s.code, s.register, s.conformance} // in the order of known
	for i, scene := range scenes {
		if !o.has(known[i]) {
			continue
		}
		if err := scene(); err != nil {
			return err
		}
	}
	s.progress("done")
	if o.write == "" {
		return nil
	}
	return os.WriteFile(o.write, page.Bytes(), 0o644)
}

// secrets measures how secrets are found.
func (s *session) secrets() error {
	subjects, err := s.subjects()
	if err != nil {
		return err
	}
	for _, sub := range subjects {
		for _, scene := range []func(subject) error{s.wholeHistory, s.found, s.workTree} {
			if err := scene(sub); err != nil {
				return fmt.Errorf("%s: %w", sub.name, err)
			}
		}
	}
	for _, scene := range []func() error{s.hook, s.startUp} {
		if err := scene(); err != nil {
			return err
		}
	}
	return nil
}

func open() (*session, error) {
	s := &session{work: os.Getenv("BENCH_WORK"), runs: 3, started: time.Now()}
	if s.work == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		s.work = filepath.Join(cache, "reeve-bench")
	}
	if n, err := strconv.Atoi(os.Getenv("BENCH_RUNS")); err == nil && n > 0 {
		s.runs = n
	}
	var err error
	if s.work, err = filepath.Abs(s.work); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.work, 0o700); err != nil {
		return nil, err
	}
	s.progress("building reeve")
	s.reeve = filepath.Join(s.work, "reeve")
	if err := build(s.reeve); err != nil {
		return nil, err
	}
	return s, nil
}

// progress tells on standard error what is being done, and since when.
func (s *session) progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "bench: %6.0f s  %s\n", time.Since(s.started).Seconds(), fmt.Sprintf(format, arguments...))
}
