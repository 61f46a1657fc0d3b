package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/reevehq/reeve/internal/store/storetest"
)

// register measures the register on both databases: imports of one long report as whole processes, then questions and re-ranking inside one.
func (s *session) register() error {
	n := 1_000_000
	if m, err := strconv.Atoi(os.Getenv("BENCH_FINDINGS")); err == nil && m > 0 {
		n = m
	}
	report := filepath.Join(s.work, fmt.Sprintf("findings-%d.jsonl", n))
	if err := writeFindings(report, n); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "## Register: %d findings in one report\n\n", n)
	dir, err := os.MkdirTemp(s.work, "register-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := s.registerOn("SQLite", filepath.Join(dir, "register.db"), report, n); err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	server, err := storetest.Start(dir)
	if err != nil {
		return err
	}
	defer server.Stop() //nolint:errcheck // it goes with its folder
	if err := s.registerOn("PostgreSQL", server.Address("postgres"), report, n); err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	return nil
}

// registerOn measures one database.
func (s *session) registerOn(name, address, report string, n int) error {
	fmt.Fprintf(s.out, "### On %s\n\n| | result | bar |\n|---|---:|---:|\n", name)
	for _, pass := range []struct {
		what string
		bar  string
	}{{"import, all new", "20,000/s, 300 MB"}, {"the same again", "50,000/s, 300 MB"}} {
		c := command{Name: "reeve import", Binary: s.reeve, Arguments: []string{"import", "--database", address, "--asset", "repository:big", report}}
		taken := c.run()
		if taken.Failed != "" {
			return fmt.Errorf("%s: %s", pass.what, taken.Failed)
		}
		s.progress("%s, %s: %.1f s wall, %.1f CPU s, %d MB", name, pass.what, taken.Wall.Seconds(), taken.CPU.Seconds(), taken.Peak>>20)
		fmt.Fprintf(s.out, "| %s | %.0f findings/s (%.1f s wall, %.1f CPU s), peak %d MB | %s |\n",
			pass.what, float64(n)/taken.Wall.Seconds(), taken.Wall.Seconds(), taken.CPU.Seconds(), taken.Peak>>20, pass.bar)
	}
	if err := s.registerInside(context.Background(), address); err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	return nil
}

// writeFindings writes a made report in the generic format: a tenth of each severity, flaws in packages and faults in code, a
// line each.
func writeFindings(path string, n int) error {
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return nil
	}
	file, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	severities := []string{"critical", "high", "high", "medium", "medium", "medium", "medium", "low", "low", "info"}
	for i := range n {
		if i%2 == 0 {
			fmt.Fprintf(w, `{"title":"Flaw %d of a library","severity":%q,"message":"library-%d %d.%d has flaw %d.","cve":["CVE-%d-%d"],"package":"library-%d","ecosystem":"npm","version":"%d.%d.0","fixed":["%d.0.0"],"path":"services/s%d/package-lock.json"}`+"\n",
				i%40000, severities[i/7%10], i%9000, i%9, i%20, i%40000, 2015+i%10, 1000+i%40000, i%9000, i%9, i%20, i%9+1, i%1500)
			continue
		}
		fmt.Fprintf(w, `{"rule":"rule-%d","title":"Rule %d","severity":%q,"cwe":[%d],"message":"User input of kind %d reaches a sink.","path":"services/s%d/src/main/java/File%d.java","line":%d}`+"\n",
			i%700, i%700, severities[i/3%10], []int{79, 89, 22, 78, 502, 918}[i%6], i%50, i%1500, i%120000, i%900+1)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// since is how long something took, in milliseconds.
func since(t time.Time) float64 { return float64(time.Since(t).Microseconds()) / 1000 }
