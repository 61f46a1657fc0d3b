package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// slowAfter is how long a first run may take to be only a warm-up. A command that takes longer is run once: the file
// cache makes no difference that would show.
const slowAfter = 30 * time.Second

// measure runs the commands in turn, A B C A B C …, after one run of each that is not counted, and gives the medians.
func (s *session) measure(what string, runs int, commands []command) []cost {
	counted := make([][]cost, len(commands))
	for round := range runs + 1 {
		for i, c := range commands {
			if finished(counted[i]) {
				continue
			}
			c.Limit = cmp.Or(c.Limit, s.limit)
			taken := c.run()
			s.progress("%s: %s, run %d: %.2f CPU s, %.2f s wall, %d MB %s %s", what, c.Name, round, taken.CPU.Seconds(), taken.Wall.Seconds(), taken.Peak>>20, taken.Failed, taken.Detail)
			if round > 0 || finished([]cost{taken}) {
				counted[i] = append(counted[i], taken)
			}
		}
	}
	medians := make([]cost, len(commands))
	for i := range counted {
		medians[i] = median(counted[i])
	}
	return medians
}

// finished tells that a command need not be run again: it took long, or failed.
func finished(costs []cost) bool {
	return slices.ContainsFunc(costs, func(c cost) bool { return c.Wall > slowAfter || c.Failed != "" })
}

// median gives the run that stands in the middle by CPU time, the higher of two; a run that failed is never passed over for one that did not.
func median(costs []cost) cost {
	if i := slices.IndexFunc(costs, func(c cost) bool { return c.Failed != "" }); i >= 0 {
		return costs[i]
	}
	sorted := slices.SortedFunc(slices.Values(costs), func(a, b cost) int { return cmp.Compare(a.CPU, b.CPU) })
	return sorted[len(sorted)/2]
}

// table prints the costs, with ratios to the first command.
func (s *session) table(commands []command, costs []cost) {
	fmt.Fprintf(s.out, "| | CPU s | wall s | peak MB | CPU ratio | wall ratio |\n|---|---:|---:|---:|---:|---:|\n")
	for i, c := range costs {
		fmt.Fprintln(s.out, row(commands[i].Name, c, costs[0]))
	}
	fmt.Fprintln(s.out)
}

// row is one line of a table. A run that failed has no ratios: a tool that stops early is not a fast one.
func row(name string, c, first cost) string {
	if c.Failed != "" {
		return fmt.Sprintf("| %s: **failed** (%s) | %.3f | %.3f | %d | – | – |", name, c.Failed, c.CPU.Seconds(), c.Wall.Seconds(), c.Peak>>20)
	}
	if first.Failed != "" {
		return fmt.Sprintf("| %s | %.3f | %.3f | %d | – | – |", name, c.CPU.Seconds(), c.Wall.Seconds(), c.Peak>>20)
	}
	return fmt.Sprintf("| %s | %.3f | %.3f | %d | %.2f | %.2f |", name, c.CPU.Seconds(), c.Wall.Seconds(), c.Peak>>20, ratio(c.CPU, first.CPU), ratio(c.Wall, first.Wall))
}

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// title names the page and says how it is made.
func (o options) title() string {
	switch {
	case o.scenes == "register":
		return "# Benchmarks: the register\n\nMade by `go run ./bench -scenes register -write docs/benchmarks-register.md`, never by hand. " +
			"There is no peer that can be installed from a package registry; the bars are the project's own. What is measured ran once, on whatever else the machine was doing."
	case o.scenes == "conformance":
		return "# Conformance: rules in Semgrep's language\n\nMade by `BENCH_SEMGREP_RULES=… BENCH_SEMGREP_TESTS=… go run ./bench -scenes conformance -write docs/conformance.md`, never by hand, " +
			"over the public semgrep-rules repository and, where BENCH_SEMGREP_TESTS is given, the tests of the public semgrep repository; nothing of them is part of this project."
	case o.scenes == "sast":
		return "# Benchmarks: code\n\nMade by `BENCH_REPO_SAST=… BENCH_SEMGREP_RULES=… go run ./bench -scenes sast -write docs/benchmarks-code.md`, never by hand, " +
			"on public repositories and with the rules of the public semgrep-rules repository; none of them is part of this project."
	case !o.has("sca"):
		return "# Benchmarks\n\nMade by `go run ./bench -scenes secrets -write docs/benchmarks.md`, never by hand."
	case !o.has("secrets"):
		return "# Benchmarks: dependencies and images\n\nMade by `go run ./bench -scenes sca -write docs/benchmarks-dependencies.md`, never by hand."
	}
	return "# Benchmarks\n\nMade by `go run ./bench -write docs/benchmarks.md`, never by hand."
}

// heading says how the figures are made, and on what machine, so that they can be told apart from those of another.
func (s *session) heading(o options) {
	model, memory := "unknown processor", "unknown memory"
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		model = field(string(data), "model name", model)
	}
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		memory = strings.Join(strings.Fields(field(string(data), "MemTotal", memory)), " ")
	}
	fmt.Fprintf(s.out, "%s\n\n", o.title())
	if o.scenes == "register" || o.scenes == "conformance" {
		fmt.Fprintf(s.out, "Machine: %s, %d processors, %s of memory, %s/%s, %s.\n\n", model, runtime.NumCPU(), memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
		return
	}
	fmt.Fprintf(s.out, "Medians of %d runs, by CPU time, after a warm-up that is not counted, the commands in turn; what takes more than %s runs once. ", s.runs, slowAfter)
	fmt.Fprintf(s.out, "Ratios are to the first row: above 1 is slower than reeve. CPU is user and system time, children included; peak is the resident memory of the largest process, mapped files included. ")
	fmt.Fprintf(s.out, "All tools write a report; none asks a provider or any other machine. Files are in the system's cache.\n\n")
	fmt.Fprintf(s.out, "Machine: %s, %d processors, %s of memory, %s/%s, %s.\n\n", model, runtime.NumCPU(), memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
	peers := s.peers
	for _, l := range s.listers {
		peers = append(peers, l.peer)
	}
	for _, a := range s.analysers {
		peers = append(peers, a.peer)
	}
	for _, p := range peers {
		if p.missing != "" {
			fmt.Fprintf(s.out, "Not measured: %s %s (%s).\n\n", p.name, p.version, p.missing)
		}
	}
	if !o.has("secrets") {
		return
	}
	for _, u := range unobtainable {
		fmt.Fprintf(s.out, "Not measured: %s (%s).\n\n", u[0], u[1])
	}
}

// field finds "NAME : VALUE" in the kernel's way of telling things.
func field(text, name, otherwise string) string {
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return otherwise
}
