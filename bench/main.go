// Command bench measures reeve beside its peers, on the same subjects, in one run, and prints ratios. It judges nothing:
// no test asserts a time. Peers are installed from package registries into a folder outside the project.
// It must not print a value that any scanner found, nor a path of the machine it runs on.
//
//	go run ./bench [-write docs/benchmarks.md] [-differences]
//	BENCH_REPO=/one/clone:/another  measure on repositories of your own as well
//	BENCH_WORK=/path/to/folder      where peers and made subjects are kept (default: the user's cache folder)
//	BENCH_RUNS=3                    counted runs of each command
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
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
	flag.Parse()
	if err := run(*write, *differences); err != nil {
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
	peers []peer
	out   io.Writer
	// differences, where set, is told what only one tool found.
	differences io.Writer
	started     time.Time
}

func run(write string, differences bool) error {
	s, err := open()
	if err != nil {
		return err
	}
	if differences {
		s.differences = os.Stderr
	}
	var page bytes.Buffer
	s.out = io.MultiWriter(os.Stdout, &page)
	s.heading()
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
	s.progress("done")
	if write == "" {
		return nil
	}
	return os.WriteFile(write, page.Bytes(), 0o644)
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
	s.peers = s.install(wanted())
	return s, nil
}

// progress tells on standard error what is being done, and since when.
func (s *session) progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "bench: %6.0f s  %s\n", time.Since(s.started).Seconds(), fmt.Sprintf(format, arguments...))
}
