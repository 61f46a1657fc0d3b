// Command bench measures reeve beside its peers, on the same subjects, in one run, and prints ratios. It judges nothing:
// no test asserts a time. Peers are installed from package registries into a folder outside the project.
//
//	go run ./bench [-write docs/benchmarks.md]
//	BENCH_REPO=/path/to/clone   measure on a repository of your own as well
//	BENCH_WORK=/path/to/folder  where peers and made subjects are kept (default: the user's cache folder)
//	BENCH_RUNS=3                counted runs of each command
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

func main() {
	write := flag.String("write", "", "also write the tables to this file")
	flag.Parse()
	if err := run(*write); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// session is one run of the benchmark.
type session struct {
	work  string // folder for peers, subjects and caches
	runs  int
	reeve string
	peers []peer
	out   io.Writer
}

func run(write string) error {
	s, err := open()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	s.out = io.MultiWriter(os.Stdout, &page)
	s.heading()
	subjects, err := s.subjects()
	if err != nil {
		return err
	}
	for _, sub := range subjects {
		s.wholeHistory(sub)
		s.workTree(sub)
		s.findings(sub)
	}
	if err := s.hook(); err != nil {
		return err
	}
	s.startUp()
	if write == "" {
		return nil
	}
	return os.WriteFile(write, page.Bytes(), 0o644)
}

func open() (*session, error) {
	s := &session{work: os.Getenv("BENCH_WORK"), runs: 3, out: os.Stdout}
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
	if err := os.MkdirAll(s.work, 0o755); err != nil {
		return nil, err
	}
	s.reeve = filepath.Join(s.work, "reeve")
	if err := build(s.reeve); err != nil {
		return nil, err
	}
	s.peers = installPeers(s.work)
	return s, nil
}
