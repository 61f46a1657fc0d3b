package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// launched is the argument that makes this program run and measure one command. A process of its own measures each
// run, because the kernel counts the memory of the process that starts another towards the peak of the started one,
// and the benchmark itself grows large when it compares findings.
const launched = "run-one-command"

// command is one thing to measure.
type command struct {
	// Name is what the tables call it.
	Name      string
	Binary    string
	Arguments []string
	// Dir is where it runs; empty means where the benchmark runs.
	Dir string
	// Env is added to the environment.
	Env []string
	// Output is the file that gets standard output; empty means nowhere.
	Output string
	// Fine are the exit codes, beside 0, with which it has done its work.
	Fine []int
	// Silent tells that it says nothing on standard error when all went well. Some tools stop half way and exit with 0.
	Silent bool
	// Limit ends a run that takes longer; 0 is the usual limit.
	Limit time.Duration
	// Before, where set, is done before each run, by the benchmark itself, and is not measured.
	Before func() error `json:"-"`
}

// cost is what one run of a command took, children included.
type cost struct {
	Wall, CPU time.Duration
	// Peak is the resident memory in bytes of the largest process; 0 where the system does not tell.
	Peak int64
	// Code is the exit code.
	Code int
	// Failed says why the run does not count as one; Detail is what the command said, for standard error only.
	Failed, Detail string
}

// usualLimit ends a run that takes too long; its cost is then a lower bound.
const usualLimit = 20 * time.Minute

// run runs the command once, in a process of its own.
func (c command) run() cost {
	if c.Before != nil {
		if err := c.Before(); err != nil {
			return cost{Failed: "what it is run on could not be made", Detail: err.Error()}
		}
	}
	self, err := os.Executable()
	if err != nil {
		return cost{Failed: err.Error()}
	}
	request, err := json.Marshal(c)
	if err != nil {
		return cost{Failed: err.Error()}
	}
	launcher := exec.Command(self, launched)
	launcher.Stdin = bytes.NewReader(request)
	launcher.Stderr = os.Stderr
	answer, err := launcher.Output()
	if err != nil {
		return cost{Failed: fmt.Sprintf("measure: %v", err)}
	}
	var taken cost
	if err := json.Unmarshal(answer, &taken); err != nil {
		return cost{Failed: fmt.Sprintf("measure: %v", err)}
	}
	return taken
}

// launch is the other side of run: it reads a command, runs it and writes its cost.
func launch(in io.Reader, out io.Writer) error {
	var c command
	if err := json.NewDecoder(in).Decode(&c); err != nil {
		return fmt.Errorf("read command: %w", err)
	}
	return json.NewEncoder(out).Encode(c.measured())
}

func (c command) measured() cost {
	cmd := exec.Command(c.Binary, c.Arguments...)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	adopt(cmd)
	if c.Output != "" {
		file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return cost{Failed: "its report could not be written", Detail: err.Error()}
		}
		defer file.Close()
		cmd.Stdout = file
	}
	said := &tail{}
	cmd.Stderr = said
	limit := cmp.Or(c.Limit, usualLimit)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{Failed: "it could not be started", Detail: err.Error()}
	}
	timer := time.AfterFunc(limit, func() { end(cmd) })
	err := cmd.Wait()
	over := !timer.Stop()
	taken := cost{Wall: time.Since(start), Code: cmd.ProcessState.ExitCode()}
	taken.CPU, taken.Peak = used(cmd.ProcessState)
	switch {
	case over:
		taken.Failed = fmt.Sprintf("ended after %s", limit)
	case err != nil && !slices.Contains(c.Fine, taken.Code):
		taken.Failed, taken.Detail = err.Error(), said.lastLine()
	case c.Silent && len(said.kept) > 0:
		taken.Failed, taken.Detail = "it complained, so its work may not be whole", said.lastLine()
	}
	return taken
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if n := len(t.kept) - tailSize; n > 0 {
		t.kept = t.kept[:copy(t.kept, t.kept[n:])]
	}
	return len(p), nil
}

func (t *tail) lastLine() string {
	text := strings.TrimSpace(string(t.kept))
	return text[strings.LastIndexByte(text, '\n')+1:]
}
