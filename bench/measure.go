package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// cost is what one run of a command took, children included.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes, of the largest process
	output    []byte
	err       error
}

// command is one thing to measure.
type command struct {
	name      string
	binary    string
	arguments []string
	dir       string
	env       []string
	keep      bool // keep standard output
}

// limit ends a run that takes too long; its cost is then a lower bound.
const limit = 20 * time.Minute

func (c command) run() cost {
	cmd := exec.Command(c.binary, c.arguments...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), c.env...)
	var out bytes.Buffer
	if c.keep {
		cmd.Stdout = &out
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{err: err}
	}
	timer := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	over := !timer.Stop()
	taken := cost{wall: time.Since(start), output: out.Bytes()}
	state := cmd.ProcessState
	taken.cpu = state.UserTime() + state.SystemTime()
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		taken.peak = usage.Maxrss * 1024
	}
	if over {
		taken.err = fmt.Errorf("ended after %s", limit)
	} else if state.ExitCode() > 3 || state.ExitCode() < 0 {
		taken.err = err
	}
	return taken
}

// measure runs the commands in turn, A B C A B C …, after one run of each that is not counted, and gives the medians.
func measure(runs int, commands []command) []cost {
	all := make([][]cost, len(commands))
	for round := -1; round < runs; round++ {
		for i, c := range commands {
			if slow(all[i]) {
				continue
			}
			taken := c.run()
			if round >= 0 || taken.wall > time.Minute || taken.err != nil {
				all[i] = append(all[i], taken)
			}
		}
	}
	medians := make([]cost, len(commands))
	for i := range all {
		medians[i] = median(all[i])
	}
	return medians
}

// slow tells that a command need not be run again: it took minutes, or failed.
func slow(costs []cost) bool {
	return slices.ContainsFunc(costs, func(c cost) bool { return c.wall > time.Minute || c.err != nil })
}

func median(costs []cost) cost {
	slices.SortFunc(costs, func(a, b cost) int { return cmp.Compare(a.cpu, b.cpu) })
	return costs[len(costs)/2]
}

// table prints the costs, with ratios to the first command.
func (s *session) table(commands []command, costs []cost) {
	fmt.Fprintf(s.out, "| | CPU s | wall s | peak MB | CPU ratio | wall ratio |\n|---|---:|---:|---:|---:|---:|\n")
	for i, c := range costs {
		if c.err != nil {
			fmt.Fprintf(s.out, "| %s | > %.2f | > %.2f | | > %.1f | > %.1f (%s) |\n", commands[i].name, c.cpu.Seconds(), c.wall.Seconds(), ratio(c.cpu, costs[0].cpu), ratio(c.wall, costs[0].wall), firstLine([]byte(c.err.Error())))
			continue
		}
		fmt.Fprintf(s.out, "| %s | %.3f | %.3f | %d | %.2f | %.2f |\n", commands[i].name, c.cpu.Seconds(), c.wall.Seconds(), c.peak>>20, ratio(c.cpu, costs[0].cpu), ratio(c.wall, costs[0].wall))
	}
	fmt.Fprintln(s.out)
}

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// heading describes the machine, so that figures can be told apart from those of another.
func (s *session) heading() {
	model, memory := "unknown processor", ""
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				model = strings.TrimSpace(strings.TrimLeft(name, "\t :"))
				break
			}
		}
	}
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		memory = strings.Join(strings.Fields(strings.TrimPrefix(firstLine(data), "MemTotal:")), " ")
	}
	fmt.Fprintf(s.out, "# Benchmarks\n\nMade by `go run ./bench -write docs/benchmarks.md`. Medians of %d runs after a warm-up, the commands in turn. ", s.runs)
	fmt.Fprintf(s.out, "Ratios are to the first row: above 1 is slower than reeve. CPU is user and system time, children included.\n\n")
	fmt.Fprintf(s.out, "Machine: %s, %d processors, %s of memory, %s.\n\n", model, runtime.NumCPU(), memory, runtime.Version())
	for _, p := range s.peers {
		if p.missing != "" {
			fmt.Fprintf(s.out, "Not measured: %s %s (%s).\n\n", p.name, p.version, p.missing)
		}
	}
}
